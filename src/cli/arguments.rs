//! What can be typed: the commands, their arguments and their help.

use super::add::Add;
use super::approve::{Approve, Decline};
use super::bank::{Forget, Match, SetAside, Unmatch};
use super::change::{Change, Confirm, Reverse, Revise, Undo, Withdraw};
use super::complete::Completions;
use super::demo::Demo;
use super::export::Export;
use super::help;
use super::import::Import;
use super::init::Init;
use super::keep::{Backup, Doctor, Restore, Salvage};
use super::key::Keys;
use super::letter::Letter;
use super::look::{Ageing, Explain, History, Journal, List, Log, Show, Statement, TrialBalance};
use super::manual::Man;
use super::named::{self, Named};
use super::overview::Overview;
use super::pledge::Pledge;
use super::receive::{Apply, Identify, Receive, Refund};
use super::reconcile::Reconcile;
use super::spend::{InKind, Interest, Spend, Transfer};
use super::verify::Verify;
use super::year_end::{Close, Diff, Issue};
use clap::error::ErrorKind;
use clap::{ColorChoice, CommandFactory as _, Parser, Subcommand};
use std::ffi::OsStr;
use std::io::IsTerminal as _;
use std::path::PathBuf;

/// The ledger when none is named.
pub const LEDGER: &str = "ledger.db";

/// The contribution ledger of a small intergovernmental fund: what States announce, pledge and pay, and what becomes of it.
#[derive(Parser, Debug)]
#[command(name = "corefund", version, propagate_version = true, max_term_width = 110, disable_help_subcommand = false)]
#[command(
    after_help = "Begin with: corefund init\nThe month: corefund import bank FILE, then corefund reconcile\nEvery writing command takes --dry-run; every mistake has a way back: corefund undo"
)]
pub struct Arguments {
    /// The ledger
    #[arg(
        long,
        global = true,
        overrides_with = "ledger",
        env = "COREFUND_LEDGER",
        hide_env_values = true,
        default_value = LEDGER,
        value_name = "FILE",
        help_heading = "Everywhere"
    )]
    pub ledger: PathBuf,
    /// Who you are, kept on every entry [default: the login name]
    #[arg(long, global = true, env = "COREFUND_OPERATOR", hide_env_values = true, value_name = "NAME", help_heading = "Everywhere")]
    pub operator: Option<String>,
    /// When to use colour
    #[arg(long, global = true, default_value = "auto", value_name = "WHEN", help_heading = "Everywhere")]
    pub color: ColorChoice,
    /// Show long reports as they come, without a pager
    #[arg(long, global = true, help_heading = "Everywhere")]
    pub no_pager: bool,
    /// Print nothing but errors
    #[arg(long, global = true, help_heading = "Everywhere")]
    pub quiet: bool,
    /// The time of recording, given by hand; the log says so
    #[arg(long, global = true, env = "COREFUND_CLOCK", hide = true, value_name = "TIME")]
    pub clock: Option<String>,
    #[command(subcommand)]
    pub command: Option<Command>,
}

impl Arguments {
    /// What a command line says. What is wrong with one is told, and help laid out, by the whole grammar.
    pub fn read(words: &[impl AsRef<OsStr>]) -> Result<Arguments, clap::Error> {
        let words: Vec<&OsStr> = words.iter().map(AsRef::as_ref).collect();
        let read = Arguments::try_parse_from(&words).map_err(|error| help::commands_for(&words).try_get_matches_from(&words).err().unwrap_or(error))?;
        if let Some(Command::Statement(look)) = &read.command {
            look.demand_edition().map_err(|why| clap::Error::raw(ErrorKind::ArgumentConflict, why + "\n"))?;
        }
        Ok(read)
    }

    /// The grammar with the arguments of every command, where `command` puts those of one together when it is named.
    pub fn grammar() -> clap::Command {
        named::whole(Arguments::command)
    }

    /// Whether output may be coloured.
    pub fn colour(&self) -> bool {
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        match self.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => wanted && std::io::stdout().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb"),
        }
    }
}

/// How to begin where there is no ledger.
pub fn beginning() -> String {
    let about = Arguments::command().get_about().map(ToString::to_string).unwrap_or_default();
    format!(
        "{about}\n\nThere is no {LEDGER} in this folder.\n\n  \
         corefund init                           make one\n  \
         corefund init --demo                    make one with the example year\n  \
         corefund demo demo.db                   make one with ten invented years, to learn from\n  \
         corefund --ledger FILE                  use another one; or set COREFUND_LEDGER\n  \
         corefund help                           all commands\n"
    )
}

#[derive(Subcommand, Debug)]
pub enum Command {
    /// Make a new ledger
    Init(Named<Init>),
    /// Make a ledger of ten invented years, to learn from
    Demo(Named<Demo>),
    /// Add a contributor, an alias, a fund, a bank account, a rate or a parameter
    Add(Named<Add>),
    /// Record an intention: disclosed, not recognised
    #[command(after_help = "Examples:\n  \
        corefund announce China 50000 --year 2017 --date 2017-03-17 --authority 'SOM-21 report, para 9'\n  \
        corefund announce ROK 100000 --year 2018 --authority 'SOM-21 report, para 9' --dry-run")]
    Announce(Named<Pledge>),
    /// Record a binding pledge: a receivable and revenue
    #[command(after_help = "Examples:\n  \
        corefund pledge RUS 120000 --year 2017 --fund MPA --authority 'SOM-21 report, para 6'\n  \
        corefund pledge JPN --instalment 2018=10000 --instalment 2019=10000@2019-06-30 --authority 'Letter of 2 May 2018'\n  \
        corefund pledge ROK 'KRW 120,000,000' --year 2018 --due 2018-06-30 --authority 'Letter of 2 May 2018'")]
    Pledge(Named<Pledge>),
    /// Make an announced pledge binding
    Confirm(Named<Confirm>),
    /// Give a pledge another amount
    Revise(Named<Revise>),
    /// Take back what is open of a pledge
    Withdraw(Named<Withdraw>),
    /// Move what is open of a pledge to the disputed receivables
    #[command(after_help = "Examples:\n  \
        corefund dispute P-2017-002 5000 --authority 'Letter of 2 May 2018'\n  \
        corefund dispute P-2017-002 --authority 'Letter of 2 May 2018' --dry-run")]
    Dispute(Named<Change>),
    /// Move disputed receivables back
    #[command(after_help = "Examples:\n  \
        corefund settle-dispute P-2017-005 --authority 'Letter of 9 June 2018'\n  \
        corefund settle-dispute P-2017-005 1000 --authority 'Letter of 9 June 2018'")]
    SettleDispute(Named<Change>),
    /// Give up what is open of a pledge
    #[command(after_help = "Examples:\n  \
        corefund write-off P-2017-002 --year 2017 --authority 'SOM-24 report, para 31'\n  \
        corefund write-off P-2017-002 500 --authority 'SOM-24 report, para 31'")]
    WriteOff(Named<Change>),
    /// Record a receipt, applied and explained
    Receive(Named<Receive>),
    /// Say who paid an unidentified receipt
    Identify(Named<Identify>),
    /// Apply an advance to pledges
    Apply(Named<Apply>),
    /// Pay money back to a contributor
    Refund(Named<Refund>),
    /// Record expenditure of a fund
    Spend(Named<Spend>),
    /// Record interest of a fund
    Interest(Named<Interest>),
    /// Move cash from one fund to another
    Transfer(Named<Transfer>),
    /// Record goods or services in kind
    InKind(Named<InKind>),
    /// Say that a bank line is what receipts or entries moved
    Match(Named<Match>),
    /// Take a match of a bank line back
    Unmatch(Named<Unmatch>),
    /// Set a bank statement aside that was imported by mistake
    SetAside(Named<SetAside>),
    /// Forget whom the bank means by a payer's name
    Forget(Named<Forget>),
    /// Take back a wrong entry
    Reverse(Named<Reverse>),
    /// Reverse the last thing done
    Undo(Named<Undo>),
    /// Record what somebody else prepared as a draft
    Approve(Named<Approve>),
    /// Say that a draft will not be recorded
    Decline(Named<Decline>),
    /// Bring in a file: a bank statement, or pledges, receipts, contributors, funds, rates or expenses
    Import(Named<Import>),
    /// Close a year: nothing dated in it can be written any more
    Close(Named<Close>),
    /// Freeze the year's statement as it goes to a Meeting
    Issue(Named<Issue>),
    /// List pledges, receipts, contributors, funds, entries, advances, bank lines, editions and more
    List(Named<List>),
    /// Show one pledge, receipt, entry, contributor or fund
    Show(Named<Show>),
    /// Print the annual statement
    Statement(Named<Statement>),
    /// Print what each year pledged and received
    History(Named<History>),
    /// Print what is unpaid, by age
    Ageing(Named<Ageing>),
    /// Tell what differs from the statement that was issued
    Diff(Named<Diff>),
    /// Show where things stand, and what waits
    Overview(Named<Overview>),
    /// Print the journal
    Journal(Named<Journal>),
    /// Print the trial balance
    TrialBalance(Named<TrialBalance>),
    /// Lay pledges, receipts and bank lines beside each other
    Reconcile(Named<Reconcile>),
    /// Write a reminder, or an acknowledgement of receipt
    Letter(Named<Letter>),
    /// Take a printed cell apart, down to entries and authorities
    Explain(Named<Explain>),
    /// Show who did what, when, with which command line
    Log(Named<Log>),
    /// Hand the books over: to an auditor, or to another program
    #[command(subcommand)]
    Export(Export),
    /// Check every invariant of the books, by name
    Verify(Named<Verify>),
    /// Make keys that sign statements and packages
    #[command(subcommand)]
    Key(Keys),
    /// Print what a shell needs to complete commands, contributors, pledges and more
    Completions(Named<Completions>),
    /// Write the manual pages into a folder
    Man(Named<Man>),
    /// Copy the ledger, and prove the copy
    Backup(Named<Backup>),
    /// Make a ledger out of a backup, proven before and after
    Restore(Named<Restore>),
    /// Write what a damaged ledger still proves to a folder, and what is lost
    Salvage(Named<Salvage>),
    /// Look at the ledger's surroundings: backups, permissions, drive, space, clock
    Doctor(Named<Doctor>),
}
