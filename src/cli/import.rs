//! `import`: sheets of pledges, receipts, contributors, funds, rates and expenses.

use super::options::Writing;
use super::output::{self, Output};
use crate::Error;
use crate::ledger::form::{BankForm, BatchForm};
use crate::ledger::{Batch, Ledger, read_all};
use crate::report::slip::State;
use clap::{Args, Subcommand};
use std::fs::File;
use std::io::{Cursor, Read, Seek};
use std::path::{Path, PathBuf};

/// Where the files that a command line names are found: on the disk, or among those that the program carries with it.
pub type Shelf<'s> = &'s dyn Fn(&Path) -> Result<(Box<dyn Content>, u64), Error>;

/// What a file holds.
pub trait Content: Read + Seek {}

impl<T: Read + Seek> Content for T {}

/// Files that are brought in.
#[derive(Args, Debug)]
pub struct Import {
    #[command(subcommand)]
    pub what: What,
}

#[derive(Subcommand, Debug)]
pub enum What {
    /// Pledges, a row for each instalment: reference,contributor,fund,year,amount,currency,status,date,due,authority
    #[command(
        after_help = "The columns may stand in any order; contributor, year and amount must be there. Rows with one reference and different years are the \
        instalments of one pledge. The status is announced or confirmed [default: confirmed], the date is that of the document [default: that of the \
        first row with the reference, or the first day of its year], due is the last day of the year unless given.\n\nExamples:\n  \
        corefund import pledges pledges.csv --dry-run\n  corefund import pledges pledges.csv --count 2 --total 1,250,000.00 --authority 'SOM-21 report, Annex II'"
    )]
    Pledges {
        #[command(flatten)]
        sheet: SheetFile,
        /// The authority of rows that name none
        #[arg(long, value_name = "TEXT")]
        authority: Option<String>,
    },
    /// Receipts: reference,contributor,fund,year,amount,currency,date,account,payer,pledge,note
    #[command(
        after_help = "The columns may stand in any order; contributor, amount and date must be there. An empty contributor is a receipt that nobody has \
        identified yet. The year or the pledge (its number or its reference) directs the money; without them it goes to what is due first.\n\nExample:\n  \
        corefund import receipts receipts.csv --total 'USD 80,000.00' --total 'KRW 120,000,000'"
    )]
    Receipts(SheetFile),
    /// Contributors: code,name,kind,aliases (aliases separated by |)
    #[command(after_help = "Example:\n  corefund import contributors contributors.csv")]
    Contributors(SheetFile),
    /// Funds: code,name,area
    #[command(after_help = "Example:\n  corefund import funds funds.csv")]
    Funds(SheetFile),
    /// Rates of exchange: currency,date,units_per_usd,source
    #[command(after_help = "Example:\n  corefund import rates un-rates-2017.csv --dry-run")]
    Rates(SheetFile),
    /// Expenses: reference,fund,amount,currency,date,account,kind,note
    #[command(
        after_help = "The kind is expenditure, programme-support, bank-charge or interest.\n\nExample:\n  corefund import expenses expenses.csv --count 3"
    )]
    Expenses(SheetFile),
    /// A bank statement: camt.053, MT940, OFX, or CSV with a rules file
    #[command(after_help = "The lines are recorded and change nothing in the books: corefund reconcile says what they are. A line that is there already, \
        from this file or another one, is not recorded again.\n\n\
        A table (CSV) needs a file of rules, because it does not say what its columns mean. For a table with the headings Posted,Name,Details,Amount,Ref:\n\n  \
        date-format = \"DD/MM/YYYY\"     # YYYY YY, MMM MM M, DD D\n  \
        decimal-mark = \".\"             # and thousands = \",\"\n  \
        currency = \"USD\"\n  \
        [columns]\n  \
        date = \"Posted\"\n  \
        amount = \"Amount\"              # or debit and credit\n  \
        payer = \"Name\"\n  \
        text = \"Details\"\n  \
        reference = \"Ref\"\n\n\
        More keys: separator, encoding, skip-lines, skip-rows, opening and closing (balances), balance, sign, negate, [[match]]; docs/importing.md explains them.\
        \n\nExamples:\n  \
        corefund import bank 2017-04.xml --dry-run\n  corefund import bank umsaetze.csv --rules docs/rules/german-csv-camt.toml --account BERLIN")]
    Bank(BankFile),
}

/// A bank file.
#[derive(Args, Debug)]
pub struct BankFile {
    /// The file
    pub file: PathBuf,
    /// The bank account [default: the one with the statement's number, or the only one in its currency]
    #[arg(long, value_name = "BANK")]
    pub account: Option<String>,
    /// How a table is to be read; an example is below
    #[arg(long, value_name = "FILE")]
    pub rules: Option<PathBuf>,
    #[command(flatten)]
    pub writing: Writing,
}

/// A sheet and what it was announced with.
#[derive(Args, Debug)]
pub struct SheetFile {
    /// The file: CSV, UTF-8, with a header row; - reads standard input
    pub file: PathBuf,
    /// The number of rows that it must have
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub count: Option<u64>,
    /// The sum that its amounts must have; one option for each currency
    #[arg(long, value_name = "AMOUNT", allow_negative_numbers = true)]
    pub total: Vec<String>,
    #[command(flatten)]
    pub writing: Writing,
}

impl Import {
    pub fn run(&self, ledger: &mut Ledger, output: &mut Output) -> Result<u8, Error> {
        self.run_from(&on_disk, ledger, output)
    }

    /// The same, with files of a shelf.
    pub fn run_from(&self, shelf: Shelf<'_>, ledger: &mut Ledger, output: &mut Output) -> Result<u8, Error> {
        let (sheet, batch, authority) = match &self.what {
            What::Pledges { sheet, authority } => (sheet, Batch::Pledges, authority.clone()),
            What::Receipts(sheet) => (sheet, Batch::Receipts, None),
            What::Contributors(sheet) => (sheet, Batch::Contributors, None),
            What::Funds(sheet) => (sheet, Batch::Funds, None),
            What::Rates(sheet) => (sheet, Batch::Rates, None),
            What::Expenses(sheet) => (sheet, Batch::Expenses, None),
            What::Bank(file) => return file.run(shelf, ledger, output),
        };
        sheet.run(batch, authority, shelf, ledger, output)
    }
}

impl SheetFile {
    fn run(&self, batch: Batch, authority: Option<String>, shelf: Shelf<'_>, ledger: &mut Ledger, output: &mut Output) -> Result<u8, Error> {
        ledger.set_dry_run(self.writing.dry_run);
        let form = BatchForm { count: self.count, totals: self.total.clone(), authority, ..BatchForm::default() };
        let imported = if self.file == Path::new("-") {
            let bytes = read_all(std::io::stdin().lock(), Path::new("standard input"))?;
            ledger.import(batch, "standard input", Cursor::new(bytes), &form, &mut |_| {})?
        } else {
            let (file, length) = shelf(&self.file)?;
            let bar = output.progress(length);
            let imported = ledger.import(batch, &self.file.display().to_string(), file, &form, &mut |read| output::advance(&bar, read));
            bar.finish_and_clear();
            imported?
        };
        output.answer(imported.document(self.writing.format().reader()), &self.writing, imported.state == State::Recorded, imported.what)
    }
}

impl BankFile {
    fn run(&self, shelf: Shelf<'_>, ledger: &mut Ledger, output: &mut Output) -> Result<u8, Error> {
        ledger.set_dry_run(self.writing.dry_run);
        let rules = self.rules.as_ref().map(|path| whole(shelf, path).map(|bytes| (path.display().to_string(), bytes))).transpose()?;
        let form = BankForm { account: self.account.clone(), rules };
        let imported = ledger.import_bank(&self.file.display().to_string(), &whole(shelf, &self.file)?, &form)?;
        output.answer(imported.document(), &self.writing, imported.state == State::Recorded, "bank lines")
    }
}

/// A whole file. One byte more than a bank file may have is read, and then refused by what reads it.
fn whole(shelf: Shelf<'_>, path: &Path) -> Result<Vec<u8>, Error> {
    if path == Path::new("-") {
        return read_all(std::io::stdin().lock(), Path::new("standard input"));
    }
    let (file, _) = shelf(path)?;
    let mut bytes = Vec::new();
    let most = crate::exchange::bank::LARGEST_FILE as u64 + 1;
    file.take(most).read_to_end(&mut bytes).map_err(|cause| Error::surroundings("could not read", path, cause))?;
    Ok(bytes)
}

/// A file of the disk. A pipe cannot be read a second time, and so it is read whole.
fn on_disk(path: &Path) -> Result<(Box<dyn Content>, u64), Error> {
    let (file, length) = open(path)?;
    if path.is_file() { Ok((Box::new(file), length)) } else { Ok((Box::new(Cursor::new(read_all(file, path)?)), length)) }
}

/// A file to be read, and its length in bytes.
pub(super) fn open(path: &Path) -> Result<(File, u64), Error> {
    let failed = |cause: std::io::Error| Error::surroundings("could not read", path, cause);
    let file = File::open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    if metadata.is_dir() {
        return Err(Error::surroundings("could not read", path, "it is a folder"));
    }
    Ok((file, metadata.len()))
}
