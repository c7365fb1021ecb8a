//! `add`: contributors, aliases, funds, bank accounts, rates, parameters.

use super::options::Writing;
use super::output::Output;
use crate::Error;
use crate::ledger::Ledger;
use crate::ledger::form::{AccountForm, ContributorForm, FundForm, ParameterForm, RateForm};
use clap::{Args, Subcommand};

/// Reference data.
#[derive(Args, Debug)]
pub struct Add {
    #[command(subcommand)]
    pub what: What,
}

#[derive(Subcommand, Debug)]
pub enum What {
    /// Add a contributor
    #[command(after_help = "Example:\n  corefund add contributor ICLEI 'ICLEI East Asia' --kind organisation")]
    Contributor {
        /// A State's ISO 3166-1 alpha-3 code, or an organisation's own
        code: String,
        /// The official name
        name: String,
        /// What it is: member-state, state or organisation
        #[arg(long, default_value = "organisation", value_name = "KIND")]
        kind: String,
        /// Another name; one option for each
        #[arg(long, value_name = "NAME")]
        alias: Vec<String>,
        #[command(flatten)]
        writing: Writing,
    },
    /// Add another name of a contributor
    #[command(after_help = "Example:\n  corefund add alias MNG 'MINISTRY OF ENVIRONMENT ULAANBAATAR'")]
    Alias {
        /// Code, official name or alias
        contributor: String,
        /// The other name
        alias: String,
        #[command(flatten)]
        writing: Writing,
    },
    /// Add a name by which the bank prints a contributor
    #[command(after_help = "Take it back with: corefund forget NAME\n\nExample:\n  corefund add payer China 'MINISTRY OF FINANCE PRC'")]
    Payer {
        /// Code, official name or alias
        contributor: String,
        /// The payer's name as the bank prints it
        payer: String,
        #[command(flatten)]
        writing: Writing,
    },
    /// Add a project fund
    #[command(after_help = "Example:\n  corefund add fund MPA 'Knowledge sharing on marine protected areas' --area MPA")]
    Fund {
        /// Its code
        code: String,
        /// Its name
        name: String,
        /// Its programme area; see: corefund list areas
        #[arg(long, value_name = "AREA")]
        area: Option<String>,
        #[command(flatten)]
        writing: Writing,
    },
    /// Add a bank account
    #[command(after_help = "Example:\n  corefund add account SEOUL 'Won account, Seoul' --currency KRW --number '123-45-678901'")]
    Account {
        /// Its code
        code: String,
        /// Its name
        name: String,
        /// The currency that the bank keeps it in [default: that of the books]
        #[arg(long, value_name = "CUR")]
        currency: Option<String>,
        /// The number or IBAN that bank statements name it by
        #[arg(long, value_name = "NUMBER")]
        number: Option<String>,
        #[command(flatten)]
        writing: Writing,
    },
    /// Add a rate of exchange
    #[command(after_help = "Example:\n  corefund add rate KRW 2017-06-01 1124.5 --source 'UN operational rate, June 2017'")]
    Rate {
        /// The currency
        currency: String,
        /// The first day it is in force
        date: String,
        /// Units of the currency per US dollar
        units_per_usd: String,
        /// Who set it
        #[arg(long, value_name = "TEXT")]
        source: String,
        #[command(flatten)]
        writing: Writing,
    },
    /// Set a parameter from a day on
    #[command(after_help = "Example:\n  corefund add parameter allowance-over-3 100% --from 2018-01-01 --source 'SOM-22 report, para 30'")]
    Parameter {
        /// Its name; see: corefund list parameters
        name: String,
        /// Its value
        value: String,
        /// The first day it holds [default: today]
        #[arg(long, value_name = "DATE")]
        from: Option<String>,
        /// Where it was decided
        #[arg(long, value_name = "TEXT")]
        source: String,
        #[command(flatten)]
        writing: Writing,
    },
}

/// Adds it.
pub fn run(add: &Add, ledger: &mut Ledger, output: &mut Output) -> Result<u8, Error> {
    let (What::Contributor { writing, .. }
    | What::Alias { writing, .. }
    | What::Payer { writing, .. }
    | What::Fund { writing, .. }
    | What::Account { writing, .. }
    | What::Rate { writing, .. }
    | What::Parameter { writing, .. }) = &add.what;
    ledger.set_dry_run(writing.dry_run);
    let slip = match &add.what {
        What::Contributor { code, name, kind, alias, .. } => {
            let (code, name) = (code.clone(), name.clone());
            ledger.add_contributor(&ContributorForm { code, name, kind: Some(kind.clone()), aliases: alias.clone() })?
        }
        What::Payer { contributor, payer, .. } => ledger.payer(payer, Some(contributor))?,
        What::Alias { contributor, alias, .. } => ledger.add_alias(contributor, alias)?,
        What::Fund { code, name, area, .. } => ledger.add_fund(&FundForm { code: code.clone(), name: name.clone(), area: area.clone() })?,
        What::Account { code, name, currency, number, .. } => {
            let (code, name) = (code.clone(), name.clone());
            ledger.add_account(&AccountForm { code, name, currency: currency.clone(), number: number.clone() })?
        }
        What::Rate { currency, date, units_per_usd, source, .. } => {
            let (currency, date) = (currency.clone(), date.clone());
            ledger.add_rate(&RateForm { currency, date, units: units_per_usd.clone(), source: source.clone() })?
        }
        What::Parameter { name, value, from, source, .. } => {
            let (name, value) = (name.clone(), value.clone());
            ledger.add_parameter(&ParameterForm { name, value, since: from.clone(), source: source.clone() })?
        }
    };
    output.slip(&slip, writing, ledger)
}
