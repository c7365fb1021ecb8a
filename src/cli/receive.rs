//! `receive`, `identify`, `apply`, `refund`.

use super::batch::Pasted;
use super::options::{Papers, Writing};
use super::output::Output;
use crate::Error;
use crate::ledger::Ledger;
use crate::ledger::form::{ApplyForm, IdentifyForm, ReceiptForm, RefundForm};
use clap::Args;

/// A receipt.
#[derive(Args, Debug)]
#[command(after_help = "Without --pledge or --year the money goes to what is due longest, in the fund; what nothing takes is received in advance.\n\n\
    Examples:\n  \
    corefund receive China 30000 --date 2017-04-10\n  \
    corefund receive ROK 'KRW 101,200,000' --date 2017-06-12 --charge 'KRW 22500'\n  \
    corefund receive RUS 120000 --pledge P-2017-003 --reference TT-4711\n  \
    corefund receive --unidentified 5000 --date 2017-08-01 --payer 'CITY OF ULAN-UDE'\n  \
    corefund receive China --line B-2017-005\n  \
    corefund receive ROK 'KRW 10,000,000' --line B-2017-008 --charge 'USD 15'\n  \
    corefund receive RUS --line B-2017-007 --pledge P-2017-003=120000 --pledge P-2017-006=30000\n  \
    corefund receive --batch --count 3 --total 85000\n  \
    corefund receive --batch april.tsv --dry-run")]
pub struct Receive {
    /// Code, official name or alias
    #[arg(required_unless_present_any = ["unidentified", "batch"])]
    pub contributor: Option<String>,
    /// What reached the bank [default with --line: what is left of it]
    #[arg(allow_negative_numbers = true, required_unless_present_any = ["unidentified", "line", "batch"])]
    pub amount: Option<String>,
    /// The payer or purpose is unknown: park this amount until it is identified
    #[arg(long, value_name = "AMOUNT", num_args = 0..=1, default_missing_value = "")]
    #[arg(conflicts_with_all = ["contributor", "amount", "pledge", "year", "recovery"], allow_negative_numbers = true)]
    pub unidentified: Option<String>,
    /// The value date [default: today]
    #[arg(long, value_name = "DATE")]
    pub date: Option<String>,
    /// The fund [default: where something is due, or CORE]
    #[arg(long, value_name = "CODE")]
    pub fund: Option<String>,
    /// Only for this pledge, and this part of the money; one option for each
    #[arg(long, value_name = "P-…[=AMOUNT]")]
    pub pledge: Vec<String>,
    /// Only for instalments of this contribution year
    #[arg(long, value_name = "YEAR")]
    pub year: Option<String>,
    /// What the bank kept on the way and the fund bears, beside the amount
    #[arg(long, value_name = "AMOUNT", allow_negative_numbers = true)]
    pub charge: Option<String>,
    /// What the account shows, in its own currency, of an amount in another [default: what is left of --line, or its worth at the rate]
    #[arg(long, value_name = "AMOUNT", allow_negative_numbers = true)]
    pub banked: Option<String>,
    /// The payer as the bank printed it
    #[arg(long, value_name = "TEXT")]
    pub payer: Option<String>,
    /// The bank account [default: MAIN]
    #[arg(long, value_name = "BANK")]
    pub account: Option<String>,
    /// It makes good what was written off on this pledge
    #[arg(long, value_name = "P-…", conflicts_with_all = ["pledge", "year"])]
    pub recovery: Option<String>,
    /// The bank line that it is: gives the amount, the value date, the payer and the account
    #[arg(long, value_name = "B-…")]
    pub line: Option<String>,
    #[command(flatten)]
    pub papers: Papers,
    /// Record it although the same was recorded before
    #[arg(long)]
    pub again: bool,
    #[command(flatten)]
    pub pasted: Pasted,
    #[command(flatten)]
    pub writing: Writing,
}

impl Receive {
    pub fn run(&self, ledger: &mut Ledger, output: &mut Output) -> Result<u8, Error> {
        if let Some(file) = &self.pasted.batch {
            return self.pasted.run(file, &self.writing, ledger, output);
        }
        ledger.set_dry_run(self.writing.dry_run);
        let form = ReceiptForm {
            contributor: self.contributor.clone(),
            amount: self.amount.clone().or_else(|| self.unidentified.clone()).unwrap_or_default(),
            currency: None,
            date: self.date.clone(),
            fund: self.fund.clone(),
            payer: self.payer.clone(),
            account: self.account.clone(),
            pledges: self.pledge.clone(),
            year: self.year.clone(),
            charge: self.charge.clone(),
            banked: self.banked.clone(),
            recovery: self.recovery.clone(),
            line: self.line.clone(),
            papers: self.papers.form(),
            again: self.again,
        };
        let slip = ledger.receive(&form)?;
        output.slip(&slip, &self.writing, ledger)
    }
}

/// The payer of an unidentified receipt.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  corefund identify R-2017-004 MNG --date 2017-08-08 --authority 'E-mail of the bank, 8 August 2017'")]
pub struct Identify {
    /// The receipt: its number or its reference
    pub receipt: String,
    /// Code, official name or alias
    pub contributor: String,
    /// Only this part of it
    #[arg(long, value_name = "AMOUNT", allow_negative_numbers = true)]
    pub amount: Option<String>,
    /// The fund [default: that it was parked in; from CORE, where something is due]
    #[arg(long, value_name = "CODE")]
    pub fund: Option<String>,
    /// Only for this pledge; one option for each
    #[arg(long, value_name = "P-…[=AMOUNT]")]
    pub pledge: Vec<String>,
    /// Only for instalments of this contribution year
    #[arg(long, value_name = "YEAR")]
    pub year: Option<String>,
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

impl Identify {
    pub fn run(&self, ledger: &mut Ledger, output: &mut Output) -> Result<u8, Error> {
        ledger.set_dry_run(self.writing.dry_run);
        let form = IdentifyForm {
            receipt: self.receipt.clone(),
            contributor: self.contributor.clone(),
            fund: self.fund.clone(),
            amount: self.amount.clone(),
            pledges: self.pledge.clone(),
            year: self.year.clone(),
            date: self.date.clone(),
            papers: self.papers.form(),
            again: self.again,
        };
        let slip = ledger.identify(&form)?;
        output.slip(&slip, &self.writing, ledger)
    }
}

/// An advance applied.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    corefund apply R-2017-002 --to P-2018-001\n  \
    corefund apply --advance China --to P-2018-001=10000")]
pub struct Apply {
    /// The receipt whose advance it is
    #[arg(required_unless_present = "advance")]
    pub receipt: Option<String>,
    /// The contributor whose advances in the pledge's fund they are, the oldest money first
    #[arg(long, value_name = "CONTRIBUTOR", conflicts_with = "receipt")]
    pub advance: Option<String>,
    /// The pledge that it goes to, and how much; one option for each
    #[arg(long, value_name = "P-…[=AMOUNT]", required = true)]
    pub to: Vec<String>,
    /// Only instalments of this contribution year
    #[arg(long, value_name = "YEAR")]
    pub year: Option<String>,
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

impl Apply {
    pub fn run(&self, ledger: &mut Ledger, output: &mut Output) -> Result<u8, Error> {
        ledger.set_dry_run(self.writing.dry_run);
        let form = ApplyForm {
            receipt: self.receipt.clone(),
            advance: self.advance.clone(),
            to: self.to.clone(),
            year: self.year.clone(),
            date: self.date.clone(),
            papers: self.papers.form(),
            again: self.again,
        };
        let slip = ledger.apply(&form)?;
        output.slip(&slip, &self.writing, ledger)
    }
}

/// Money paid back.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
    corefund refund China 10000 --authority 'Note verbale of 9 May 2018'\n  \
    corefund refund Mongolia 5000 --pledge P-2017-004 --authority 'SOM-22 report, para 14'\n  \
    corefund refund China --line B-2017-009 --authority 'Note verbale of 9 May 2018'")]
pub struct Refund {
    /// Code, official name or alias
    pub contributor: String,
    /// How much [default with --line: what is left of it]
    #[arg(allow_negative_numbers = true, required_unless_present = "line")]
    pub amount: Option<String>,
    /// The settled pledge that is paid back [default: the contributor's advances]
    #[arg(long, value_name = "P-…")]
    pub pledge: Option<String>,
    /// The fund [default: the one that holds the advance or has the pledge]
    #[arg(long, value_name = "CODE")]
    pub fund: Option<String>,
    /// The bank account [default: MAIN]
    #[arg(long, value_name = "BANK")]
    pub account: Option<String>,
    /// The day [default: today]
    #[arg(long, value_name = "DATE")]
    pub date: Option<String>,
    /// The bank line that it is: gives the day and the account
    #[arg(long, value_name = "B-…")]
    pub line: Option<String>,
    #[command(flatten)]
    pub papers: Papers,
    /// Record it although the same was recorded before
    #[arg(long)]
    pub again: bool,
    #[command(flatten)]
    pub writing: Writing,
}

impl Refund {
    pub fn run(&self, ledger: &mut Ledger, output: &mut Output) -> Result<u8, Error> {
        ledger.set_dry_run(self.writing.dry_run);
        let form = RefundForm {
            contributor: self.contributor.clone(),
            amount: self.amount.clone().unwrap_or_default(),
            fund: self.fund.clone(),
            account: self.account.clone(),
            line: self.line.clone(),
            pledge: self.pledge.clone(),
            date: self.date.clone(),
            papers: self.papers.form(),
            again: self.again,
        };
        let slip = ledger.refund(&form)?;
        output.slip(&slip, &self.writing, ledger)
    }
}
