//! `close`, `issue`, `diff`.

use super::ending;
use super::key::Signing;
use super::options::{Papers, Printing, Writing};
use super::output::Output;
use crate::Error;
use crate::ledger::form::{CloseForm, IssueForm};
use crate::ledger::{Bytes, Ledger};
use crate::render::{Format, Look, render};
use crate::report::document::Document;
use crate::report::texts::Texts;
use clap::Args;

/// The close of a year.
#[derive(Args, Debug)]
#[command(after_help = "Everything that stands in the way is told at once, each with the command that clears it.\n\nExamples:\n  \
    corefund close 2017 --dry-run\n  \
    corefund close 2017 --authority 'SOM-22, agenda item 7'")]
pub struct Close {
    /// The year
    pub year: String,
    #[command(flatten)]
    pub papers: Papers,
    #[command(flatten)]
    pub writing: Writing,
}

impl Close {
    pub fn run(&self, ledger: &mut Ledger, output: &mut Output) -> Result<u8, Error> {
        ledger.set_dry_run(self.writing.dry_run);
        let slip = ledger.close(&CloseForm { year: self.year.clone(), papers: self.papers.form() })?;
        output.slip(&slip, &self.writing, ledger)
    }
}

/// A statement that is issued.
#[derive(Args, Debug)]
#[command(after_help = "The bytes of every format, the parameters and the seal are kept: corefund statement 2017 --edition 1\n\nExamples:\n  \
    corefund issue 2017 --meeting SOM-22\n  \
    corefund issue 2017 --meeting SOM-22 --texts ru.toml\n  \
    corefund issue 2017 --fund CORE --meeting SOM-22 --output statement-2017.csv\n  \
    corefund issue 2017 --meeting SOM-22 --sign secretary.key --output statement-2017.pdf  # and statement-2017.pdf.minisig")]
pub struct Issue {
    /// The year
    pub year: String,
    /// Only this fund
    #[arg(long, value_name = "CODE")]
    pub fund: Option<String>,
    /// The Meeting that it is issued to
    #[arg(long, value_name = "MEETING")]
    pub meeting: String,
    /// Texts in another language, which are kept with it: a copy of data/texts/en.toml, translated
    #[arg(long, value_name = "FILE")]
    pub texts: Option<std::path::PathBuf>,
    #[command(flatten)]
    pub signing: Signing,
    /// Write the statement to a file too, whole or not at all; the format follows the ending, and a signature goes beside it
    #[arg(long, short, value_name = "FILE", conflicts_with = "dry_run", value_parser = ending::of(ending::REPORT))]
    pub output: Option<std::path::PathBuf>,
    /// Replace the file when it exists
    #[arg(long, requires = "output")]
    pub force: bool,
    #[command(flatten)]
    pub writing: Writing,
}

impl Issue {
    pub fn run(&self, ledger: &mut Ledger, output: &mut Output) -> Result<u8, Error> {
        ledger.set_dry_run(self.writing.dry_run);
        let signer = self.signing.signer(ledger.session())?;
        let texts = self.texts.as_deref().map_or_else(|| Ok(Texts::default()), crate::ledger::read_texts)?;
        let form = IssueForm { year: self.year.clone(), fund: self.fund.clone(), meeting: self.meeting.clone(), texts };
        if let Some(path) = &self.output {
            // What cannot be handed over is not recorded either.
            crate::ledger::demand_places(path, signer.is_some(), self.force)?;
            Format::of_file(path).demand_built()?;
        }
        let slip = ledger.issue(&form, signer.as_ref(), every_format)?;
        let code = output.slip(&slip, &self.writing, ledger)?;
        if let Some(path) = &self.output {
            let (bytes, signature) = ledger.edition(&self.year, &slip.subject, Format::of_file(path).name())?;
            crate::ledger::write_signed(path, &bytes, signature.as_deref(), self.force)?;
        }
        Ok(code)
    }
}

/// A document in every format, as an edition keeps it.
fn every_format(document: &Document) -> Result<Bytes, Error> {
    let built = Format::ALL.into_iter().filter(|(_, format)| format.is_built());
    built.map(|(name, format)| Ok((name.to_owned(), render(document, format, Look::default())?))).collect()
}

/// What differs from an issued statement.
#[derive(Args, Debug)]
#[command(after_help = "Exit code 1 when anything differs.\n\nExamples:\n  corefund diff 2017\n  corefund diff 2017 --edition 1 --format csv")]
pub struct Diff {
    /// The year
    pub year: String,
    /// The newest edition of this fund [default: the newest of the whole year]
    #[arg(long, value_name = "CODE", conflicts_with = "edition")]
    pub fund: Option<String>,
    /// This edition
    #[arg(long, value_name = "NUMBER")]
    pub edition: Option<String>,
    #[command(flatten)]
    pub printing: Printing,
}

impl Diff {
    pub fn run(&self, ledger: &Ledger, output: &mut Output) -> Result<u8, Error> {
        let (document, differs) = ledger.diff(&self.year, self.fund.as_deref(), self.edition.as_deref())?;
        output.report(document, &self.printing).map(|()| u8::from(differs))
    }
}
