//! `init`.

use super::demo;
use super::output::Output;
use super::pasted;
use crate::Error;
use crate::ledger::{Ledger, Session};
use clap::Args;
use std::path::Path;

/// A new ledger.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  corefund init\n  corefund init --demo --ledger example.db")]
pub struct Init {
    /// The currency of the books
    #[arg(long, default_value = "USD", value_name = "CUR")]
    pub currency: String,
    /// Fill it with the example: the figures of SOM-21 and an invented later life
    #[arg(long)]
    pub demo: bool,
}

/// Makes it.
pub fn run(init: &Init, path: &Path, session: Session, output: &mut Output) -> Result<u8, Error> {
    let (ledger, next) = match init.demo {
        true => (demo::example_year(path, &init.currency, session)?, "corefund statement 2017"),
        false => (Ledger::create(path, &init.currency, session)?, "corefund announce China 50000 --year 2017 --authority 'SOM-21 report, para 9'"),
    };
    output.done(path.display());
    let text = ledger.founded(&pasted::told(next))?;
    output.print(text.as_bytes()).map(|()| 0)
}
