//! Importing: the rows of a sheet become events or reference data, all of them or none. Every row goes the way that the same thing typed
//! by hand goes; every fault of the file is told at once, with its place.

mod control;
mod gathering;
mod rows;

use self::gathering::{Gathered, References, hash};
use super::Ledger;
use super::form::BatchForm;
use super::intake::Intake;
use super::recording::{Decision, Plan, Repeat, to_come};
use super::register::{self, Addition};
use crate::book::rules::Rules;
use crate::book::{Currency, Date, Money, Refusal};
use crate::error::{Error, Fault};
use crate::exchange::sheet::{Layout, Row, Sheet};
use crate::report::imported::{Imported, ImportedRow};
use crate::report::slip::State;
use crate::store::{Mode, Reference, Writer};
use std::collections::HashMap;
use std::io::{Read, Seek};
use std::rc::Rc;

/// What the progress of an import is told when the whole file has been read.
pub const ALL_READ: u64 = u64::MAX;

/// What a sheet holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Batch {
    /// Pledges, a row for each instalment.
    Pledges,
    /// Receipts.
    Receipts,
    /// Contributors.
    Contributors,
    /// Funds.
    Funds,
    /// Rates of exchange.
    Rates,
    /// Expenditure, support costs, bank charges and interest.
    Expenses,
}

impl Batch {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Batch::Pledges => "pledges",
            Batch::Receipts => "receipts",
            Batch::Contributors => "contributors",
            Batch::Funds => "funds",
            Batch::Rates => "rates",
            Batch::Expenses => "expenses",
        }
    }

    /// The columns, and which of them a file must have.
    pub fn layout(self) -> Layout {
        rows::layout(self)
    }
}

impl Ledger {
    /// Imports a sheet. `file` is its name for messages; `progress` is told now and then how many bytes have been read, and [`ALL_READ`] once all are, while
    /// what they bring is proven and written.
    ///
    /// # Errors
    /// [`Error::Faults`]: every fault of the file, and nothing of it is recorded; what the store refuses.
    pub fn import(
        &mut self,
        batch: Batch,
        file: &str,
        mut input: impl Read + Seek,
        form: &BatchForm,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Imported, Error> {
        let (today, state) = (self.session.now.today(), self.written());
        let references = match batch {
            Batch::Pledges => References::of(&mut input, |input| again(batch, file, input, form))?,
            _ => References::default(),
        };
        let mut sheet = again(batch, file, &mut input, form)?;
        let (imported, recorded) = self.store.write_many(&self.session.stamp(), self.mode, |writer| {
            let mut importing = Importing::begin(writer, batch, file, form, references, today)?;
            let mut rows: u64 = 0;
            while let Some(row) = sheet.next(&mut importing.faults)? {
                importing.row(&row)?;
                rows += 1;
                let read = row.bytes_read();
                if rows.is_multiple_of(512) {
                    progress(read);
                }
            }
            progress(ALL_READ);
            importing.finish()
        })?;
        let state = if recorded.is_nothing() && self.mode == Mode::Commit { State::Already } else { state };
        Ok(Imported { state, seal: (self.mode == Mode::Commit).then_some(recorded.seal), ..imported })
    }

    pub(super) fn written(&self) -> State {
        match self.mode {
            Mode::Commit => State::Recorded,
            Mode::DryRun => State::WouldRecord,
        }
    }
}

fn sheet<R: Read>(batch: Batch, file: &str, input: R, form: &BatchForm) -> Result<Sheet<R>, Error> {
    match &form.pasted {
        None => Sheet::open(file, input, batch.layout(), b','),
        Some(columns) => Sheet::open_pasted(file, input, batch.layout(), "amount", columns),
    }
}

/// The sheet from its beginning.
fn again<'i, R: Read + Seek>(batch: Batch, file: &str, input: &'i mut R, form: &BatchForm) -> Result<Sheet<&'i mut R>, Error> {
    input.rewind().map_err(|cause| Error::surroundings("could not read again", file, cause))?;
    sheet(batch, file, input, form)
}

/// An import in the making.
struct Importing<'w, 'c> {
    writer: &'w mut Writer<'c>,
    reference: Reference,
    /// The rules with the rates of all currencies: no row of a sheet that uses them changes them.
    rules: Rc<Rules>,
    batch: Batch,
    form: &'w BatchForm,
    today: Date,
    faults: Vec<Fault>,
    /// How often a row without a reference was seen in this file.
    seen: HashMap<u64, usize>,
    references: References,
    gathered: HashMap<String, Gathered>,
    lines: Lines,
    first_record: u64,
    rows: u64,
    /// The amount of the row that is read.
    amount: Option<Money>,
    /// The rows that say the same as an earlier one, and count once: their lines, and their amounts.
    repeated: Vec<(u64, Option<Money>)>,
    imported: Imported,
}

impl<'w, 'c> Importing<'w, 'c> {
    fn begin(
        writer: &'w mut Writer<'c>,
        batch: Batch,
        file: &str,
        form: &'w BatchForm,
        references: References,
        today: Date,
    ) -> Result<Importing<'w, 'c>, Error> {
        let reference = writer.view().reference()?;
        let rules = Rc::new(writer.view().rules(&reference, &writer.view().rated_currencies())?);
        let first_record = writer.view().seal().records + 1;
        let imported = Imported::new(batch.name(), file);
        let (faults, seen, gathered, lines, repeated) = (Vec::new(), HashMap::new(), HashMap::new(), Lines::default(), Vec::new());
        let (rows, amount) = (0, None);
        Ok(Importing {
            writer,
            reference,
            rules,
            batch,
            form,
            today,
            faults,
            seen,
            references,
            gathered,
            lines,
            first_record,
            rows,
            amount,
            repeated,
            imported,
        })
    }

    /// Takes one row in.
    fn row<R: Read>(&mut self, row: &Row<'_, R>) -> Result<(), Error> {
        self.rows += 1;
        self.add_up(row);
        self.demand_an_end(row);
        let repeat = self.repeat(row);
        match self.batch {
            Batch::Pledges => self.pledge_row(row, repeat),
            Batch::Receipts => {
                let form = rows::receipt(row);
                self.event(row, |intake| intake.receipt_form(&form, repeat))
            }
            Batch::Expenses => {
                let form = rows::expense(row);
                self.event(row, |intake| intake.flow_form(&form, repeat))
            }
            Batch::Contributors => {
                let form = rows::contributor(row);
                self.addition(row, |intake| intake.contributor_form(&form))
            }
            Batch::Funds => {
                let form = rows::fund(row);
                self.addition(row, |intake| intake.fund_form(&form))
            }
            Batch::Rates => {
                let form = rows::rate(row);
                self.addition(row, |intake| intake.rate_form(&form))
            }
        }
    }

    /// A file that ends within a figure may have been cut off there: 123456.78 became 1234. A control total proves that it was not. Of a text that
    /// ends the file it is only said.
    fn demand_an_end<R: Read>(&mut self, row: &Row<'_, R>) {
        let Some(column) = row.open_end().filter(|_| !self.form.open_end) else { return };
        let line = row.line;
        if matches!(column, "note" | "authority" | "source" | "name" | "aliases" | "payer") {
            self.imported.note(format!("line {line} has no line end: if the file was cut off there, the {column} is not whole; see its end"));
        } else if self.form.totals.is_empty() {
            self.faults.push(row.fault(column, Refusal::FileCut { column }));
        }
    }

    /// Adds the row's amount to the control totals; an amount that cannot be read is told where the row is.
    fn add_up<R: Read>(&mut self, row: &Row<'_, R>) {
        let currency = row.text("currency").map_or(Ok(self.writer.view().identity().currency), Currency::parse);
        self.amount = row.text("amount").and_then(|amount| currency.and_then(|currency| Money::parse(amount, currency)).ok());
        if let Some(amount) = self.amount {
            let total = self.imported.totals.entry(amount.currency()).or_insert(amount.currency().zero());
            match total.plus(amount) {
                Ok(sum) => *total = sum,
                Err(refusal) => self.faults.push(row.fault("amount", refusal)),
            }
        }
    }

    /// Rows without a reference are told apart by how often the same row stands in the file.
    fn repeat<R: Read>(&mut self, row: &Row<'_, R>) -> Repeat {
        if row.text("reference").is_some() || !self.batch.layout().columns.iter().any(|(name, _)| *name == "reference") {
            return Repeat::Refused;
        }
        let nth = self.seen.entry(hash(row.spelled())).or_insert(0);
        *nth += 1;
        if *nth == 2 {
            let line = row.line;
            self.imported.note(format!("line {line} has no reference and is the same as an earlier row: it counts as another payment of the same kind"));
        }
        Repeat::OfFile { nth: *nth, before: self.first_record }
    }

    fn intake(&self) -> Intake<'_> {
        Intake::of_row(self.writer.view(), &self.reference, self.today, &self.rules, self.imported.tells_more())
    }

    fn event<R: Read>(&mut self, row: &Row<'_, R>, decide: impl FnOnce(&mut Intake<'_>) -> Result<Decision, Error>) -> Result<(), Error> {
        let decided = decide(&mut self.intake());
        self.record(row.line, row.text("reference"), decided, |field, refusal| row.fault(field, refusal))
    }

    /// Keeps a row that only says again what an earlier row of the file says.
    fn repeats(&mut self, line: u64, earlier: u64) {
        self.repeated.push((line, self.amount));
        self.imported.repeats(line, earlier);
    }

    /// Writes what was decided, or keeps its faults.
    fn record(
        &mut self,
        line: u64,
        reference: Option<&str>,
        decided: Result<Decision, Error>,
        place: impl Fn(&'static str, Refusal) -> Fault,
    ) -> Result<(), Error> {
        match decided {
            Ok(Decision::Record(mut plan)) => {
                plan.notes.extend(to_come(&plan.event, self.today));
                let (record, _) = self.writer.enter(&plan.event)?;
                self.lines.note(record, line);
                self.imported.record(row_of(line, *plan)?);
            }
            Ok(Decision::Already(subject)) => {
                if let Some(earlier) = reference.map_or(Ok(None), |reference| self.line_with(reference))? {
                    self.repeats(line, earlier);
                }
                self.imported.there(line, subject);
            }
            Err(error) => self.keep(error, place)?,
        }
        Ok(())
    }

    /// Keeps the faults of a row; damage and the like end the import.
    fn keep(&mut self, error: Error, place: impl Fn(&'static str, Refusal) -> Fault) -> Result<(), Error> {
        match error {
            Error::Refused(refusal) => {
                let refusal = self.beside(refusal)?;
                self.faults.push(place(rows::column_of(&refusal), refusal));
            }
            Error::Faults(faults) => self.faults.extend(faults.into_iter().map(|fault| place(rows::column(fault.field), fault.refusal))),
            other => return Err(other),
        }
        Ok(())
    }

    /// The line of this file that was recorded with a reference.
    fn line_with(&self, reference: &str) -> Result<Option<u64>, Error> {
        if self.imported.recorded == 0 {
            return Ok(None);
        }
        let series = match self.batch {
            Batch::Pledges => "pledge",
            Batch::Receipts => "receipt",
            _ => "other",
        };
        let earlier = self.writer.view().event_with_reference(series, reference)?;
        Ok(earlier.and_then(|event| self.lines.of(event.record)))
    }

    /// A reference that differs from an earlier row of the same file is told with the line of that row: nothing of the file is recorded yet.
    fn beside(&self, refusal: Refusal) -> Result<Refusal, Error> {
        let Refusal::ReferenceDiffers { reference, differences, .. } = &refusal else { return Ok(refusal) };
        Ok(match self.line_with(reference)? {
            None => refusal,
            Some(line) => {
                let (subject, way) = (format!("that of line {line}"), format!("correct this row or line {line}, or give one of them a reference of its own"));
                Refusal::ReferenceDiffers { reference: reference.clone(), subject, differences: differences.clone(), way }
            }
        })
    }

    fn addition<R: Read>(&mut self, row: &Row<'_, R>, decide: impl FnOnce(&mut Intake<'_>) -> Result<Addition, Error>) -> Result<(), Error> {
        let decided = decide(&mut self.intake());
        match decided {
            Ok(Addition::There(subject)) => self.imported.there(row.line, subject),
            Ok(addition) => {
                register::write(self.writer, &addition)?;
                let (subject, headline) = register::tell(&addition);
                self.imported.record(ImportedRow::plain(row.line, subject, headline));
                self.reference.add(addition)?;
            }
            Err(error) => self.keep(error, |field, refusal| row.fault(field, refusal))?,
        }
        Ok(())
    }

    /// Compares the control totals; passes the import, or all faults of the file.
    fn finish(mut self) -> Result<Imported, Error> {
        self.imported.rows = self.rows;
        let whole = self.faults.is_empty();
        let all_read = !matches!(self.faults.last(), Some(Fault { refusal: Refusal::FaultsWithoutEnd { .. }, .. }));
        let mut wrong = Vec::new();
        if let Some(given) = self.form.count.filter(|_| all_read) {
            wrong.extend(self.count_differs(given));
        }
        wrong.extend(self.totals_differ(whole)?);
        self.faults.extend(wrong.into_iter().map(|refusal| Fault { place: None, field: "file", refusal }));
        if self.faults.is_empty() { Ok(self.imported) } else { Err(Error::Faults(self.faults)) }
    }
}

/// Which line of the file each record is of. Most rows make a record each: it is kept where that does not go on as before.
#[derive(Default)]
struct Lines(Vec<(u64, u64)>);

impl Lines {
    fn note(&mut self, record: u64, line: u64) {
        if self.of(record) != Some(line) {
            self.0.push((record, line));
        }
    }

    fn of(&self, record: u64) -> Option<u64> {
        let (first, line) = self.0[..self.0.partition_point(|(first, _)| *first <= record)].last()?;
        Some(line + (record - first))
    }
}

/// What an import tells of a plan that was recorded.
fn row_of(line: u64, plan: Plan) -> Result<ImportedRow, Refusal> {
    let amount = match &plan.event.subject {
        crate::book::event::Subject::Receipt(receipt) => Some(receipt.amount),
        _ => None,
    };
    let applied = plan.applications.iter().map(|one| (one.claim.pledge, one.claim.year, one.settled)).collect();
    Ok(ImportedRow { line, subject: plan.subject, headline: plan.headline, amount, applied, in_advance: plan.in_advance, there: false, notes: plan.notes })
}
