//! `list`, `show`, `statement`, `history`, `ageing`, `journal`, `trial-balance`, `explain`, `log`.

use super::ending;
use super::options::Printing;
use super::output::Output;
use crate::Error;
use crate::ledger::{Ledger, Question, Setting};
use crate::report::document::Reader;
use crate::report::screening::Screening;
use crate::report::texts::Texts;
use clap::Args;
use std::path::PathBuf;

/// As the books stood, and as they were known.
#[derive(Args, Debug, Clone, Default)]
pub struct Moment {
    /// As the books stood at the end of a day: entries dated later are passed over
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
    /// As the books were known: a seal's number, a day or a time (UTC); what was recorded later is passed over
    #[arg(long, value_name = "TIME")]
    pub known_at: Option<String>,
}

/// What is looked at.
#[derive(Args, Debug, Clone, Default)]
pub struct Filters {
    /// Only this fund
    #[arg(long, value_name = "CODE")]
    pub fund: Option<String>,
    /// Only this contributor
    #[arg(long, value_name = "CONTRIBUTOR")]
    pub contributor: Option<String>,
    /// Only from this day on
    #[arg(long, value_name = "DATE")]
    pub from: Option<String>,
    /// Only to this day
    #[arg(long, value_name = "DATE")]
    pub to: Option<String>,
    /// Only entries with this account of the chart
    #[arg(long, value_name = "NUMBER")]
    pub account: Option<String>,
    /// Only entries of this kind
    #[arg(long, value_name = "KIND")]
    pub kind: Option<String>,
    #[command(flatten)]
    pub moment: Moment,
}

impl Filters {
    fn question(&self) -> Question {
        let Filters { fund, contributor, from, to, account, kind, moment } = self.clone();
        Question { fund, contributor, from, to, account, kind, as_of: moment.as_of, known_at: moment.known_at, ..Question::default() }
    }
}

impl Moment {
    fn question(&self) -> Question {
        Question { as_of: self.as_of.clone(), known_at: self.known_at.clone(), ..Question::default() }
    }
}

/// A list.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  corefund list pledges --open\n  corefund list receipts --contributor China --format csv\n  corefund list advances\n  corefund list expected --year 2017\n  corefund list entries --year 2017 --round --above 50000"
)]
pub struct List {
    /// pledges, receipts, contributors, funds, areas, accounts, rates, parameters, entries, advances, unidentified, bank-lines, bank-statements, payers,
    /// expected, editions or drafts
    #[arg(value_name = "WHAT")]
    pub of: String,
    /// Only this year: of contribution for pledges, of the date otherwise
    #[arg(long, value_name = "YEAR")]
    pub year: Option<String>,
    /// Only what is still open
    #[arg(long)]
    pub open: bool,
    #[command(flatten)]
    pub filters: Filters,
    #[command(flatten)]
    pub screens: Screens,
    #[command(flatten)]
    pub printing: Printing,
}

/// The auditor's questions to the list of entries.
#[derive(Args, Debug, Clone, Default)]
#[command(next_help_heading = "The auditor's questions (list entries); of several, all must hold")]
pub struct Screens {
    /// Entries with a line of a whole multiple of 1,000 units of its currency
    #[arg(long)]
    pub round: bool,
    /// Entries dated on a Saturday or Sunday
    #[arg(long)]
    pub weekend: bool,
    /// Entries recorded more than DAYS after the end of the year that they are dated in [31 when not given]
    #[arg(long, value_name = "DAYS", num_args = 0..=1, default_missing_value = "31", allow_negative_numbers = true, value_parser = clap::value_parser!(i64).range(0..=73_000))]
    pub late: Option<i64>,
    /// Entries by operators who recorded no more than N commands [3 when not given]
    #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = "3", allow_negative_numbers = true)]
    pub rare_operators: Option<usize>,
    /// Entries that take another one back, or were taken back
    #[arg(long)]
    pub reversals: bool,
    /// Entries of the same kind, fund, contributor and amount as another one within DAYS [7 when not given]
    #[arg(long, value_name = "DAYS", num_args = 0..=1, default_missing_value = "7", allow_negative_numbers = true, value_parser = clap::value_parser!(i64).range(0..=73_000))]
    pub near_duplicates: Option<i64>,
    /// Entries with a line of more than AMOUNT, in its own currency or in that of the books
    #[arg(long, value_name = "AMOUNT", allow_negative_numbers = true)]
    pub above: Option<String>,
}

impl Screens {
    fn screening(&self) -> Screening {
        let Screens { round, weekend, late, rare_operators, reversals, near_duplicates, above: _ } = self;
        Screening { round: *round, weekend: *weekend, late: *late, rare: *rare_operators, reversals: *reversals, near: *near_duplicates, above: None }
    }
}

impl List {
    pub fn run(&self, ledger: &Ledger, output: &mut Output) -> Result<u8, Error> {
        let (screening, above) = (self.screens.screening(), self.screens.above.clone());
        let question = Question { year: self.year.clone(), open: self.open, screening, above, ..self.filters.question() };
        output.report(ledger.list(&self.of, &question)?, &self.printing).map(|()| 0)
    }
}

/// One thing.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  corefund show P-2017-001\n  corefund show P-2017-001 --table life --format csv\n  corefund show R-2017-002\n  corefund show China"
)]
pub struct Show {
    /// The number of a pledge, receipt, entry, bank line or draft, a reference, a contributor or a fund
    pub subject: String,
    #[command(flatten)]
    pub moment: Moment,
    #[command(flatten)]
    pub printing: Printing,
}

impl Show {
    pub fn run(&self, ledger: &Ledger, output: &mut Output) -> Result<u8, Error> {
        output.report(ledger.show(&self.subject, &self.moment.question())?, &self.printing).map(|()| 0)
    }
}

/// The annual statement.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    corefund statement 2017\n  \
    corefund statement 2017 --fund CORE --as-of 2017-09-30\n  \
    corefund statement 2017 --known-at 2018-03-01 --format json\n  \
    corefund statement 2017 --output statement.pdf", mut_arg("output", |output| output.value_parser(ending::of_statement())))]
pub struct Statement {
    /// The year
    pub year: String,
    /// Only this fund
    #[arg(long, value_name = "CODE")]
    pub fund: Option<String>,
    /// Only the row of this contributor
    #[arg(long, value_name = "CONTRIBUTOR")]
    pub contributor: Option<String>,
    /// Texts in another language: a copy of data/texts/en.toml, translated
    #[arg(long, value_name = "FILE")]
    pub texts: Option<PathBuf>,
    /// As it was issued: the very bytes of this edition, so that nothing of it can be chosen; those of its texts in another language, when the file ends in
    /// .toml
    #[arg(long, value_name = "NUMBER", conflicts_with_all = ["fund", "contributor", "as_of", "known_at", "table", "texts"])]
    pub edition: Option<String>,
    #[command(flatten)]
    pub moment: Moment,
    #[command(flatten)]
    pub printing: Printing,
}

impl Statement {
    /// Whether the texts of an edition are asked for.
    fn gives_texts(&self) -> bool {
        self.printing.output.as_deref().is_some_and(ending::is_of_texts)
    }

    /// Passes a file for texts when an edition is named, which alone has them.
    ///
    /// # Errors
    /// What can be written without.
    pub fn demand_edition(&self) -> Result<(), String> {
        let path = self.printing.output.as_deref().filter(|_| self.edition.is_none());
        path.map_or(Ok(()), |path| ending::demand(path, ending::REPORT).map_err(|why| format!("{why}; the texts of an edition are written with --edition")))
    }

    pub fn run(&self, ledger: &Ledger, output: &mut Output) -> Result<u8, Error> {
        if let Some(edition) = &self.edition {
            let format = if self.gives_texts() { crate::ledger::TEXTS } else { self.printing.format().name() };
            let (bytes, signature) = ledger.edition(&self.year, edition, format)?;
            return output.bytes(&bytes, signature.as_deref(), &self.printing).map(|()| 0);
        }
        let question = Question { fund: self.fund.clone(), contributor: self.contributor.clone(), ..self.moment.question() };
        let texts = self.texts.as_deref().map_or_else(|| Ok(Texts::default()), crate::ledger::read_texts)?;
        let setting = Setting { full: self.printing.reader() == Reader::Person, texts, edition: None };
        output.report(ledger.statement_with(&self.year, &question, &setting)?, &self.printing).map(|()| 0)
    }
}

/// The history.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  corefund history\n  corefund history --fund CORE --from 2015 --to 2024 --format csv")]
pub struct History {
    /// Only this fund
    #[arg(long, value_name = "CODE")]
    pub fund: Option<String>,
    /// From this year on
    #[arg(long, value_name = "YEAR")]
    pub from: Option<String>,
    /// Up to this year
    #[arg(long, value_name = "YEAR")]
    pub to: Option<String>,
    #[command(flatten)]
    pub moment: Moment,
    #[command(flatten)]
    pub printing: Printing,
}

impl History {
    pub fn run(&self, ledger: &Ledger, output: &mut Output) -> Result<u8, Error> {
        let question = Question { fund: self.fund.clone(), ..self.moment.question() };
        output.report(ledger.history(self.from.as_deref(), self.to.as_deref(), &question)?, &self.printing).map(|()| 0)
    }
}

/// The ages of what is unpaid.
#[derive(Args, Debug)]
#[command(after_help = "Without --as-of the day is the last of the newest year with entries.\n\nExample:\n  corefund ageing --fund CORE --as-of 2018-06-30")]
pub struct Ageing {
    /// Only this fund
    #[arg(long, value_name = "CODE")]
    pub fund: Option<String>,
    #[command(flatten)]
    pub moment: Moment,
    #[command(flatten)]
    pub printing: Printing,
}

impl Ageing {
    pub fn run(&self, ledger: &Ledger, output: &mut Output) -> Result<u8, Error> {
        let question = Question { fund: self.fund.clone(), ..self.moment.question() };
        output.report(ledger.ageing(&question)?, &self.printing).map(|()| 0)
    }
}

/// The journal.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  corefund journal --from 2017-04-01 --to 2017-06-30\n  corefund journal --account 1210 --contributor ROK")]
pub struct Journal {
    /// Only this year
    #[arg(long, value_name = "YEAR")]
    pub year: Option<String>,
    #[command(flatten)]
    pub filters: Filters,
    #[command(flatten)]
    pub printing: Printing,
}

impl Journal {
    pub fn run(&self, ledger: &Ledger, output: &mut Output) -> Result<u8, Error> {
        let question = Question { year: self.year.clone(), ..self.filters.question() };
        output.report(ledger.journal(&question)?, &self.printing).map(|()| 0)
    }
}

/// The trial balance.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  corefund trial-balance\n  corefund trial-balance 2017 --fund CORE")]
pub struct TrialBalance {
    /// The year [default: everything recorded]
    pub year: Option<String>,
    /// Only this fund
    #[arg(long, value_name = "CODE")]
    pub fund: Option<String>,
    #[command(flatten)]
    pub moment: Moment,
    #[command(flatten)]
    pub printing: Printing,
}

impl TrialBalance {
    pub fn run(&self, ledger: &Ledger, output: &mut Output) -> Result<u8, Error> {
        let question = Question { year: self.year.clone(), fund: self.fund.clone(), ..self.moment.question() };
        output.report(ledger.trial_balance(&question)?, &self.printing).map(|()| 0)
    }
}

/// A printed cell.
#[derive(Args, Debug)]
#[command(after_help = format!("The columns are {}.\n\nExample:\n  corefund explain 2017 CORE China received_current",
    crate::ledger::explainable().collect::<Vec<_>>().join(", ")))]
pub struct Explain {
    /// The year of the statement
    pub year: String,
    /// The fund
    pub fund: String,
    /// The contributor
    pub contributor: String,
    /// The column, by name or letter
    pub column: String,
    #[command(flatten)]
    pub moment: Moment,
    #[command(flatten)]
    pub printing: Printing,
}

impl Explain {
    pub fn run(&self, ledger: &Ledger, output: &mut Output) -> Result<u8, Error> {
        let document = ledger.explain(&self.year, &self.fund, &self.contributor, &self.column, &self.moment.question())?;
        output.report(document, &self.printing).map(|()| 0)
    }
}

/// The log.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  corefund log\n  corefund log --known-at 2018-03-01 --format csv")]
pub struct Log {
    #[command(flatten)]
    pub moment: Moment,
    #[command(flatten)]
    pub printing: Printing,
}

impl Log {
    pub fn run(&self, ledger: &Ledger, output: &mut Output) -> Result<u8, Error> {
        output.report(ledger.log(&self.moment.question())?, &self.printing).map(|()| 0)
    }
}
