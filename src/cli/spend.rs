//! `spend`, `interest`, `transfer`, `in-kind`.

use super::options::{Papers, Writing};
use super::output::Output;
use crate::Error;
use crate::ledger::Ledger;
use crate::ledger::form::{FlowForm, InKindForm, TransferForm};
use clap::Args;

/// Expenditure.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    corefund spend MPA 12000 --date 2017-09-05 --note 'Workshop in Vladivostok' --support\n  \
    corefund spend CORE 35 --kind bank-charge --date 2017-12-29\n  \
    corefund spend MPA --line B-2017-009")]
pub struct Spend {
    /// The fund
    pub fund: String,
    /// How much [default with --line: what is left of it]
    #[arg(allow_negative_numbers = true, required_unless_present = "line")]
    pub amount: Option<String>,
    /// What it is: expenditure, programme-support or bank-charge
    #[arg(long, default_value = "expenditure", value_name = "KIND", value_parser = ["expenditure", "programme-support", "bank-charge"])]
    pub kind: String,
    /// Charge programme support on it too, at the rate of the parameter programme-support
    #[arg(long)]
    pub support: bool,
    /// The bank line that it is: gives the amount, the day, the account and, as a note, what the bank printed
    #[arg(long, value_name = "B-…")]
    pub line: Option<String>,
    #[command(flatten)]
    pub flow: Flow,
}

impl Spend {
    pub fn run(&self, ledger: &mut Ledger, output: &mut Output) -> Result<u8, Error> {
        self.flow.run(
            FlowForm {
                line: self.line.clone(),
                kind: self.kind.clone(),
                support: self.support,
                ..self.flow.form(&self.fund, self.amount.as_deref().unwrap_or_default())
            },
            ledger,
            output,
        )
    }
}

/// Interest.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  corefund interest CORE 81.20 --date 2017-12-29\n  corefund interest CORE --line B-2017-005")]
pub struct Interest {
    /// The fund
    pub fund: String,
    /// How much [default with --line: what is left of it]
    #[arg(allow_negative_numbers = true, required_unless_present = "line")]
    pub amount: Option<String>,
    /// The bank line that it is: gives the amount, the day, the account and, as a note, what the bank printed
    #[arg(long, value_name = "B-…")]
    pub line: Option<String>,
    #[command(flatten)]
    pub flow: Flow,
}

impl Interest {
    pub fn run(&self, ledger: &mut Ledger, output: &mut Output) -> Result<u8, Error> {
        self.flow.run(
            FlowForm { line: self.line.clone(), kind: "interest".into(), ..self.flow.form(&self.fund, self.amount.as_deref().unwrap_or_default()) },
            ledger,
            output,
        )
    }
}

/// What every movement of cash has.
#[derive(Args, Debug)]
pub struct Flow {
    /// The bank account [default: MAIN]
    #[arg(long, value_name = "BANK")]
    pub account: Option<String>,
    /// The day [default: today]
    #[arg(long, value_name = "DATE")]
    pub date: Option<String>,
    #[command(flatten)]
    pub papers: Papers,
    /// Record it although the same was recorded before
    #[arg(long)]
    pub again: bool,
    #[command(flatten)]
    pub writing: Writing,
}

impl Flow {
    fn form(&self, fund: &str, amount: &str) -> FlowForm {
        FlowForm {
            kind: String::new(),
            fund: fund.to_owned(),
            amount: amount.to_owned(),
            currency: None,
            account: self.account.clone(),
            line: None,
            support: false,
            date: self.date.clone(),
            papers: self.papers.form(),
            again: self.again,
        }
    }

    fn run(&self, form: FlowForm, ledger: &mut Ledger, output: &mut Output) -> Result<u8, Error> {
        ledger.set_dry_run(self.writing.dry_run);
        let slip = ledger.flow(&form)?;
        output.slip(&slip, &self.writing, ledger)
    }
}

/// Cash moved between funds.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  corefund transfer CORE MPA 15000 --date 2017-10-02 --authority 'SOM-21 report, para 22'")]
pub struct Transfer {
    /// The giver
    pub from: String,
    /// The taker
    pub to: String,
    /// How much
    #[arg(allow_negative_numbers = true)]
    pub amount: String,
    #[command(flatten)]
    pub flow: Flow,
}

impl Transfer {
    pub fn run(&self, ledger: &mut Ledger, output: &mut Output) -> Result<u8, Error> {
        let Flow { account, date, papers, again, writing } = &self.flow;
        ledger.set_dry_run(writing.dry_run);
        let form = TransferForm {
            from: self.from.clone(),
            to: self.to.clone(),
            amount: self.amount.clone(),
            account: account.clone(),
            date: date.clone(),
            papers: papers.form(),
            again: *again,
        };
        let slip = ledger.transfer(&form)?;
        output.slip(&slip, writing, ledger)
    }
}

/// Goods or services in kind.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    corefund in-kind MNG 3000 --date 2017-07-01 --note 'Meeting facilities'\n  \
    corefund in-kind JPN 8000 --services --fund MPA --note 'Two experts for a month'")]
pub struct InKind {
    /// Code, official name or alias
    pub contributor: String,
    /// Its value
    #[arg(allow_negative_numbers = true)]
    pub amount: String,
    /// Services: disclosed, not recognised [default: goods]
    #[arg(long)]
    pub services: bool,
    /// The fund [default: CORE]
    #[arg(long, value_name = "CODE")]
    pub fund: Option<String>,
    /// The day [default: today]
    #[arg(long, value_name = "DATE")]
    pub date: Option<String>,
    #[command(flatten)]
    pub papers: Papers,
    /// Record it although the same was recorded before
    #[arg(long)]
    pub again: bool,
    #[command(flatten)]
    pub writing: Writing,
}

impl InKind {
    pub fn run(&self, ledger: &mut Ledger, output: &mut Output) -> Result<u8, Error> {
        ledger.set_dry_run(self.writing.dry_run);
        let form = InKindForm {
            contributor: self.contributor.clone(),
            amount: self.amount.clone(),
            services: self.services,
            fund: self.fund.clone(),
            date: self.date.clone(),
            papers: self.papers.form(),
            again: self.again,
        };
        let slip = ledger.in_kind(&form)?;
        output.slip(&slip, &self.writing, ledger)
    }
}
