//! `export`: the journal for other programs.

use super::ending;
use super::key::Signing;
use super::output::Output;
use super::pasted;
use crate::Error;
use crate::book::Text;
use crate::exchange::iati::Publisher;
use crate::ledger::{Ledger, Question};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// What is exported.
#[derive(Subcommand, Debug)]
pub enum Export {
    /// The journal for a plain-text accounting program, accepted in its strict mode
    Journal(Journal),
    /// The package for the auditor: the books as CSV, with everything that proves them
    Audit(Audit),
    /// What contributors promised and paid, as IATI 2.03 activities
    Iati(Iati),
}

/// IATI activities.
#[derive(Args, Debug)]
#[command(
    after_help = "Each fund is an activity. Transactions are incoming pledges (13), incoming commitments (11) and incoming funds (1); what came in kind has\n\
    the disbursement channel 4. Expenditure is not part of it.\n\nExample:\n  corefund export iati --reporting-org XM-DAC-41122 --org-name 'The secretariat' --output iati.xml",
    mut_arg("output", |output| output.value_parser(ending::of(ending::ACTIVITIES)))
)]
pub struct Iati {
    /// The identifier under which the secretariat publishes
    #[arg(long, value_name = "IDENTIFIER")]
    pub reporting_org: String,
    /// The name of the secretariat
    #[arg(long, value_name = "NAME")]
    pub org_name: String,
    /// The type of organisation, of the IATI code list
    #[arg(long, value_name = "CODE", default_value = "40")]
    pub org_type: String,
    /// The DAC sector of the activities [41010: environmental policy]
    #[arg(long, value_name = "CODE", default_value = "41010")]
    pub sector: String,
    /// The DAC region of the activities [789: Far East Asia]
    #[arg(long, value_name = "CODE", default_value = "789")]
    pub region: String,
    /// Only this year
    #[arg(long, value_name = "YEAR")]
    pub year: Option<String>,
    /// Only this fund
    #[arg(long, value_name = "CODE")]
    pub fund: Option<String>,
    #[command(flatten)]
    pub into: Into,
}

/// The auditor's package.
#[derive(Args, Debug)]
#[command(
    after_help = "The package is a Frictionless tabular data package: CSV files, datapackage.json, README.md, and check.py for whoever has Python and not corefund.\n\
    Verify it with: corefund verify DIR\n\n\
    Examples:\n  corefund export audit --year 2017 --output audit-2017\n  corefund export audit --year 2017 --output audit-2017.zip\n  \
    corefund export audit --year 2017 --output audit-2017 --sign secretary.key  # datapackage.json.minisig covers every file"
)]
pub struct Audit {
    /// The year of the statement and the trial balance; the books are whole
    #[arg(long, value_name = "YEAR")]
    pub year: String,
    /// The folder, or the zip file when it ends in .zip; it appears whole or not at all
    #[arg(long, short, value_name = "DIR")]
    pub output: PathBuf,
    /// Replace what is there, when it is a package and nothing else
    #[arg(long)]
    pub force: bool,
    /// As the books were known: a seal's number, a day or a time (UTC); what was recorded later is passed over
    #[arg(long, value_name = "TIME")]
    pub known_at: Option<String>,
    #[command(flatten)]
    pub signing: Signing,
}

/// Where an export goes.
#[derive(Args, Debug, Clone, Default)]
pub struct Into {
    /// Write to a file, whole or not at all [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Replace the file when it exists
    #[arg(long, requires = "output")]
    pub force: bool,
}

/// The journal.
#[derive(Args, Debug)]
#[command(
    after_help = "Amounts in other currencies carry what they cost in the currency of the books (@@), so every balance at cost is that of the trial balance:\n  \
    hledger -f books.journal balance -B    ledger -f books.ledger balance -B\n\n\
    A period begins with the balances brought forward into it.\n\n\
    Examples:\n  corefund export journal --to hledger --output books.journal\n  corefund export journal --to beancount --year 2017 --fund MPA",
    mut_arg("output", |output| output.value_parser(ending::of(ending::JOURNAL)))
)]
pub struct Journal {
    /// The program: hledger, beancount or ledger
    #[arg(long, value_name = "PROGRAM")]
    pub to: String,
    /// Only this year
    #[arg(long, value_name = "YEAR")]
    pub year: Option<String>,
    /// Only from this day on
    #[arg(long, value_name = "DATE")]
    pub from: Option<String>,
    /// Only to this day
    #[arg(long = "until", value_name = "DATE")]
    pub until: Option<String>,
    /// Only this fund
    #[arg(long, value_name = "CODE")]
    pub fund: Option<String>,
    #[command(flatten)]
    pub into: Into,
}

impl Export {
    /// Exports.
    pub fn run(&self, ledger: &Ledger, output: &mut Output) -> Result<u8, Error> {
        match self {
            Export::Journal(form) => form.run(ledger, output),
            Export::Audit(form) => form.run(ledger, output),
            Export::Iati(form) => form.run(ledger, output),
        }
    }
}

impl Journal {
    fn run(&self, ledger: &Ledger, output: &mut Output) -> Result<u8, Error> {
        let program = crate::ledger::program(&self.to)?;
        let question = Question { fund: self.fund.clone(), year: self.year.clone(), from: self.from.clone(), to: self.until.clone(), ..Question::default() };
        output.stream(self.into.output.as_deref(), self.into.force, |out| ledger.export_journal(program, &question, out)).map(|()| 0)
    }
}

impl Iati {
    fn run(&self, ledger: &Ledger, output: &mut Output) -> Result<u8, Error> {
        let Iati { reporting_org, org_name, org_type, sector, region, .. } = self;
        let text = |field, typed: &str| Text::parse(field, typed).map(|text| text.to_string());
        let publisher = Publisher {
            identifier: text("reporting-org", reporting_org)?,
            name: text("org-name", org_name)?,
            kind: text("org-type", org_type)?,
            sector: text("sector", sector)?,
            region: text("region", region)?,
        };
        let question = Question { fund: self.fund.clone(), year: self.year.clone(), ..Question::default() };
        output.stream(self.into.output.as_deref(), self.into.force, |out| ledger.export_iati(&publisher, &question, out)).map(|()| 0)
    }
}

impl Audit {
    fn run(&self, ledger: &Ledger, output: &mut Output) -> Result<u8, Error> {
        let question = Question { known_at: self.known_at.clone(), ..Question::default() };
        let signer = self.signing.signer(ledger.session())?;
        let handed = ledger.export_audit(&self.year, &question, signer.as_ref(), &self.output, self.force)?;
        output.done(self.output.display());
        let (files, bytes) = (handed.files.len(), handed.files.iter().map(|file| file.bytes).sum::<u64>());
        let text = format!(
            "{} holds {files} files, {bytes} bytes\nseal {}\nSHA-256 of datapackage.json {}\n{}next: corefund verify {}\n",
            self.output.display(),
            handed.package.seal,
            handed.fingerprint,
            signer.map(|signer| format!("signed with the key {}\n", signer.public())).unwrap_or_default(),
            crate::ledger::quoted(&self.output)
        );
        output.print(pasted::told(&text).as_bytes()).map(|()| 0)
    }
}
