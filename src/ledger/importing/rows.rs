//! Rows: what the columns of a sheet mean. A row fills in the form that an officer would fill in.

use super::Batch;
use crate::book::event::Promise;
use crate::book::pledge::Firmness;
use crate::book::{Refusal, Year};
use crate::error::Error;
use crate::exchange::sheet::{Layout, Row};
use crate::ledger::form::{ContributorForm, FlowForm, FundForm, PapersForm, RateForm, ReceiptForm};
use crate::ledger::intake::{Intake, parse_day};
use crate::ledger::pledging::NewPledge;

const PLEDGES: Layout = Layout {
    columns: &[
        ("reference", false),
        ("contributor", true),
        ("fund", false),
        ("year", true),
        ("amount", true),
        ("currency", false),
        ("status", false),
        ("date", false),
        ("due", false),
        ("authority", false),
    ],
};

const RECEIPTS: Layout = Layout {
    columns: &[
        ("reference", false),
        ("contributor", true),
        ("fund", false),
        ("year", false),
        ("amount", true),
        ("currency", false),
        ("date", true),
        ("account", false),
        ("payer", false),
        ("pledge", false),
        ("note", false),
    ],
};

const CONTRIBUTORS: Layout = Layout { columns: &[("code", true), ("name", true), ("kind", false), ("aliases", false)] };

const FUNDS: Layout = Layout { columns: &[("code", true), ("name", true), ("area", false)] };

const RATES: Layout = Layout { columns: &[("currency", true), ("date", true), ("units_per_usd", true), ("source", true)] };

const EXPENSES: Layout = Layout {
    columns: &[
        ("reference", false),
        ("fund", true),
        ("amount", true),
        ("currency", false),
        ("date", true),
        ("account", false),
        ("kind", true),
        ("note", false),
    ],
};

/// The columns of a batch, and which of them a file must have.
pub(super) fn layout(batch: Batch) -> Layout {
    match batch {
        Batch::Pledges => PLEDGES,
        Batch::Receipts => RECEIPTS,
        Batch::Contributors => CONTRIBUTORS,
        Batch::Funds => FUNDS,
        Batch::Rates => RATES,
        Batch::Expenses => EXPENSES,
    }
}

/// The column that a field of a form comes from.
pub(super) fn column(field: &'static str) -> &'static str {
    match field {
        "units" => "units_per_usd",
        "alias" => "aliases",
        "instalment" => "amount",
        "direction" => "pledge",
        field => field,
    }
}

/// The column that a refusal of the books is about.
pub(super) fn column_of(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::RateMissing { .. } | Refusal::PledgeCurrency { .. } | Refusal::AmountCurrency { .. } | Refusal::DirectedCurrency { .. } => "currency",
        Refusal::YearClosed { .. } | Refusal::DateBefore { .. } | Refusal::NotOpenThen { .. } | Refusal::YearFull { .. } | Refusal::RateExists { .. } => "date",
        Refusal::FundUnclear { .. } | Refusal::FundOfPledge { .. } | Refusal::SameFund { .. } => "fund",
        Refusal::AuthorityMissing {} => "authority",
        Refusal::ReferenceDiffers { .. } => "reference",
        Refusal::PayerUnknown {} => "contributor",
        Refusal::PledgeOfAnother { .. } | Refusal::NothingDue { .. } | Refusal::MoreThanDue { .. } => "pledge",
        Refusal::CodeTaken { .. } => "code",
        Refusal::NameTaken { .. } => "name",
        _ => "amount",
    }
}

fn papers<R>(row: &Row<'_, R>) -> PapersForm {
    PapersForm { reference: row.owned("reference"), note: row.owned("note"), ..PapersForm::default() }
}

/// Dates of a sheet are days of a calendar; what today is depends on when the file is read.
fn day<R>(row: &Row<'_, R>) -> Option<String> {
    Some(row.owned("date").unwrap_or_default())
}

pub(super) fn receipt<R>(row: &Row<'_, R>) -> ReceiptForm {
    ReceiptForm {
        contributor: row.owned("contributor"),
        amount: row.owned("amount").unwrap_or_default(),
        currency: row.owned("currency"),
        date: day(row),
        fund: row.owned("fund"),
        payer: row.owned("payer"),
        account: row.owned("account"),
        pledges: row.owned("pledge").into_iter().collect(),
        year: row.owned("year"),
        papers: papers(row),
        ..ReceiptForm::default()
    }
}

pub(super) fn expense<R>(row: &Row<'_, R>) -> FlowForm {
    FlowForm {
        kind: row.owned("kind").unwrap_or_default(),
        fund: row.owned("fund").unwrap_or_default(),
        amount: row.owned("amount").unwrap_or_default(),
        currency: row.owned("currency"),
        account: row.owned("account"),
        date: day(row),
        papers: papers(row),
        ..FlowForm::default()
    }
}

pub(super) fn contributor<R>(row: &Row<'_, R>) -> ContributorForm {
    let aliases = row.text("aliases").map_or_else(Vec::new, |aliases| aliases.split('|').map(|alias| alias.trim().to_owned()).collect());
    ContributorForm { code: row.owned("code").unwrap_or_default(), name: row.owned("name").unwrap_or_default(), kind: row.owned("kind"), aliases }
}

pub(super) fn fund<R>(row: &Row<'_, R>) -> FundForm {
    FundForm { code: row.owned("code").unwrap_or_default(), name: row.owned("name").unwrap_or_default(), area: row.owned("area") }
}

pub(super) fn rate<R>(row: &Row<'_, R>) -> RateForm {
    let text = |column| row.owned(column).unwrap_or_default();
    RateForm { currency: text("currency"), date: text("date"), units: text("units_per_usd"), source: text("source") }
}

/// A pledge with the one instalment of this row. Without a date it is of the first day of its year (or of the day of the first row of its reference), without a status it is confirmed, and
/// `authority` is that of rows that name none.
pub(super) fn pledge<R>(intake: &mut Intake<'_>, row: &Row<'_, R>, authority: Option<&str>) -> Result<NewPledge, Error> {
    let today = intake.today();
    let (contributor, fund) = (intake.contributor(row.text("contributor").unwrap_or_default()), intake.fund_or_core(row.text("fund")));
    let amount = intake.amount_in(row.text("amount").unwrap_or_default(), row.text("currency"));
    let year = intake.take("year", Year::parse(row.text("year").unwrap_or_default()));
    let firmness = row.text("status").map_or(Ok(Firmness::Confirmed), |typed| {
        let known = "announced, confirmed";
        Firmness::from_name(typed).ok_or_else(|| Refusal::KindForm { what: "pledge", text: crate::book::text::excerpt(typed), known })
    });
    let firmness = intake.take("status", firmness);
    let date = match row.text("date") {
        Some(typed) => intake.take("date", parse_day(typed, today)),
        None => year.map(Year::first_day),
    };
    let due = match row.text("due") {
        Some(typed) => intake.take("due", parse_day(typed, today)),
        None => year.map(Year::last_day),
    };
    let papers = PapersForm { authority: row.owned("authority").or_else(|| authority.map(str::to_owned)), ..papers(row) };
    let papers = intake.papers(&papers)?;
    let complete = contributor.zip(fund).zip(amount.zip(year)).zip(firmness.zip(date).zip(due)).zip(papers);
    let ((((contributor, fund), (amount, year)), ((firmness, date), due)), papers) = intake.complete(complete)?;
    Ok(NewPledge { contributor, fund, date, instalments: vec![Promise { year, due, amount }], papers, firmness })
}
