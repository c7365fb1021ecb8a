//! Statements that are issued: frozen with their bytes, looked at again, and compared with what the books say since.

use super::Ledger;
use super::form::IssueForm;
use super::intake::Intake;
use super::question::{Asked, Question};
use super::signing::{self, Signer};
use crate::book::journal::{Edition, EditionFile, JournalEntry};
use crate::book::{Account, AccountCode, EditionNumber, FundCode, Line, Refusal, Side, Text, Year};
use crate::error::Error;
use crate::report::difference::{self, Counted, Later};
use crate::report::document::Document;
use crate::report::slip::Slip;
use crate::report::texts::Texts;
use crate::store::View;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// A document's bytes in every format that it is to be kept in, by the name of the format; `json` must be among them.
pub type Bytes = Vec<(String, Vec<u8>)>;

/// How an edition keeps the file of texts that it was set in, when it is not in English.
pub const TEXTS: &str = "texts";

impl Ledger {
    /// Issues the statement of a year: its bytes, as `render` makes them, its parameters and the seal are kept as a numbered edition, with a
    /// signature of each file when there is a signer. The same statement, issued to the same Meeting, signed with the same key or not at all, in
    /// the same texts, and unchanged since, is issued already. The texts of another language are kept with it.
    ///
    /// # Errors
    /// What the form refuses, [`Error::Untied`], what `render` fails with, of the store.
    pub fn issue(&mut self, form: &IssueForm, signer: Option<&Signer>, render: impl Fn(&Document) -> Result<Bytes, Error>) -> Result<Slip, Error> {
        let (today, command) = (self.session.now.today(), self.session.command.clone());
        let (slip, recorded) = self.store.write(&self.session.stamp(), self.mode, |writer| {
            let reference = writer.view().reference()?;
            let (edition, files, notes) = {
                let mut intake = Intake::new(writer.view(), &reference, today, command);
                let year = intake.take("year", Year::parse(&form.year));
                let fund = form.fund.as_deref().map_or(Some(None), |typed| intake.fund(typed).map(Some));
                let meeting = intake.take("meeting", Text::parse("meeting", &form.meeting));
                let (year, (fund, meeting)) = intake.complete(year.zip(fund.zip(meeting)))?;
                let asked = Asked { fund, ..Asked::everything(writer.view(), &reference, year.last_day()) };
                let before = asked.view.editions()?.into_iter().rfind(|edition| edition.number.year() == year && edition.fund == fund);
                if let Some(before) = before.as_ref().filter(|before| before.meeting == meeting)
                    && asked.is_signed_by(before, signer)?
                    && asked.is_set_in(before, &form.texts)?
                    && !asked.difference(before)?.1
                {
                    return Ok(Slip::already(before.number.to_string()));
                }
                let number = asked.view.next_edition(year)?.ok_or(Refusal::YearFull { year })?;
                let before = before.map(|before| before.number);
                let edition = Edition { number, fund, meeting, as_of: year.last_day(), seal: asked.view.seal_known()?, before };
                let mut bytes = render(&asked.document_of(&edition, &form.texts)?)?;
                bytes.extend(form.texts.file().map(|file| (TEXTS.to_owned(), file.as_bytes().to_vec())));
                let bytes = match signer {
                    Some(signer) => signer.sign_files(&asked.view.identity().id, &edition, bytes)?,
                    None => bytes,
                };
                (edition, files(&bytes)?, asked.notes_of_issue(year))
            };
            writer.issue(&edition, &files)?;
            let follows = edition.before.map_or_else(String::new, |before| format!(", following {before}"));
            let headline = format!("statement {}, edition {}, issued to {}{follows}", edition.number.year(), edition.number.sequence(), edition.meeting);
            let mut slip = Slip::added(edition.number.to_string(), headline);
            slip.notes = vec![format!("of the seal {}", edition.seal), format!("kept as {}", signing::formats(&files).join(", "))];
            slip.notes.extend(signer.map(|signer| format!("each file is signed with the key {}", signer.public())));
            slip.notes.extend(notes);
            Ok(slip)
        })?;
        Ok(self.sealed(slip, recorded.seal))
    }

    /// The bytes of an edition of a year's statement in a format, as they were issued, and the text of their signature when they were signed.
    ///
    /// # Errors
    /// [`Refusal::UnknownEdition`], [`Refusal::EditionFormat`], [`Error::Damaged`].
    pub fn edition(&self, year: &str, edition: &str, format: &str) -> Result<(Vec<u8>, Option<Vec<u8>>), Error> {
        let year = Year::parse(year)?;
        self.store.read(|view| {
            let edition = edition_of(view, year, None, Some(edition))?;
            let files = view.edition_files(edition.number)?;
            let known = signing::formats(&files).join(", ");
            let bytes = |format: &str| files.iter().find(|file| file.format == format).map(|file| file.bytes.clone());
            let signature = bytes(&signing::of_format(format));
            let found = bytes(format).map(|bytes| (bytes, signature));
            found.ok_or_else(|| Refusal::EditionFormat { edition: edition.number, format: format.to_owned(), known }.into())
        })
    }

    /// Everything that makes a year's statement differ from what was issued: of the newest edition, of a fund, or of the edition named. Answers
    /// with the report and whether anything differs.
    ///
    /// # Errors
    /// [`Refusal::UnknownEdition`], [`Error::Untied`], [`Error::Damaged`].
    pub fn diff(&self, year: &str, fund: Option<&str>, edition: Option<&str>) -> Result<(Document, bool), Error> {
        let question = Question { fund: fund.map(str::to_owned), ..Question::default() };
        self.ask_with(
            &question,
            |intake| intake.take("year", Year::parse(year)),
            |asked, year| {
                let edition = edition_of(&asked.view, year, asked.fund, edition)?;
                Asked { fund: edition.fund, as_of: Some(edition.as_of), ..*asked }.difference(&edition)
            },
        )
    }
}

/// The edition that is meant: the newest of a year's whole statement (of a fund's, when only those were issued), the newest of a fund's in it, or the one with a
/// number, typed as `2` or `E-2017-002`.
fn edition_of(view: &View<'_>, year: Year, fund: Option<FundCode>, typed: Option<&str>) -> Result<Edition, Error> {
    let editions: Vec<Edition> = view.editions()?.into_iter().filter(|edition| edition.number.year() == year).collect();
    let known = editions.iter().map(|edition| edition.number.sequence().to_string()).collect::<Vec<_>>().join(", ");
    let known = if known.is_empty() { "none".to_owned() } else { known };
    let wanted = typed.map(|typed| {
        typed.trim().parse().ok().or_else(|| EditionNumber::parse(typed).ok().filter(|number| number.year() == year).map(EditionNumber::sequence))
    });
    let whole = editions.iter().any(|edition| edition.fund.is_none());
    let found = editions.into_iter().rfind(|edition| match wanted {
        Some(sequence) => Some(edition.number.sequence()) == sequence,
        None => edition.fund == fund || fund.is_none() && !whole,
    });
    let text = || match (typed, fund) {
        (Some(typed), _) => format!(" as edition {}", crate::book::text::excerpt(typed)),
        (None, Some(fund)) => format!(" of {fund} alone"),
        (None, None) => String::new(),
    };
    found.ok_or_else(|| Refusal::UnknownEdition { year, text: text(), known }.into())
}

fn files(bytes: &[(String, Vec<u8>)]) -> Result<Vec<EditionFile>, Error> {
    let file = |(format, bytes): &(String, Vec<u8>)| EditionFile {
        format: format.clone(),
        sha256: crate::book::seal::hex(&Sha256::digest(bytes)),
        bytes: bytes.clone(),
    };
    let files: Vec<EditionFile> = bytes.iter().map(file).collect();
    if files.iter().any(|file| file.format == "json") { Ok(files) } else { Err(Error::Output { cause: "an edition needs its JSON".into() }) }
}

impl Asked<'_> {
    /// The statement of an edition that is being issued.
    fn document_of(&self, edition: &Edition, texts: &Texts) -> Result<Document, Error> {
        let (statement, mut beside) = self.statement(edition.number.year(), true)?;
        beside.texts = texts.clone();
        beside.edition = Some(format!("{} {}", texts.get("cover.edition"), said(edition, texts)));
        let mut document = statement.document(&beside);
        if let Some(Value::Object(machine)) = &mut document.machine {
            let before = edition.before.map(EditionNumber::sequence);
            machine.insert("edition".into(), json!({ "number": edition.number.sequence(), "meeting": edition.meeting.as_str(), "before": before }));
        }
        Ok(document)
    }

    /// Whether an edition is signed with the key of a signer, or not signed when there is none to sign.
    fn is_signed_by(&self, edition: &Edition, signer: Option<&Signer>) -> Result<bool, Error> {
        let Some(signer) = signer else { return Ok(true) };
        Ok(signing::key_of(&self.view.edition_files(edition.number)?).as_ref() == Some(signer.public()))
    }

    /// Whether an edition was set in these texts.
    fn is_set_in(&self, edition: &Edition, texts: &Texts) -> Result<bool, Error> {
        let files = self.view.edition_files(edition.number)?;
        let kept = files.iter().find(|file| file.format == TEXTS).map(|file| file.bytes.as_slice());
        Ok(kept == texts.file().map(str::as_bytes))
    }

    fn notes_of_issue(&self, year: Year) -> Vec<String> {
        let open = self.reference.closed_through.is_none_or(|closed| year > closed);
        open.then(|| format!("{year} is still open, and what is recorded in it shows in: corefund diff {year}; close it with: corefund close {year}"))
            .into_iter()
            .collect()
    }

    /// In words, how the statement of a year was issued last, when it was.
    pub(super) fn issued(&self, year: Year, texts: &Texts) -> Result<Option<String>, Error> {
        let editions = self.view.editions()?;
        let newest = editions.iter().rfind(|edition| edition.number.year() == year && (edition.fund.is_none() || edition.fund == self.fund));
        let told = |edition: &Edition| {
            let command = format!("corefund diff {year} --edition {}", edition.number.sequence());
            texts.fill("cover.differs", &[("edition", &said(edition, texts)), ("command", &command)])
        };
        Ok(newest.map(told))
    }

    /// Compares an edition with the statement of today. The question must be that of the edition.
    fn difference(&self, edition: &Edition) -> Result<(Document, bool), Error> {
        let files = self.view.edition_files(edition.number)?;
        let issued = files.iter().find(|file| file.format == "json").and_then(|file| serde_json::from_slice::<Value>(&file.bytes).ok());
        let issued = issued.ok_or_else(|| Error::damaged(format!("{} cannot be read", edition.number)))?;
        let (statement, beside) = self.statement(edition.number.year(), true)?;
        difference::difference(edition, &issued, &statement, &beside, &self.later_than(edition)?)
    }

    /// The entries recorded after an edition that count, or would have counted, in its statement.
    fn later_than(&self, edition: &Edition) -> Result<Vec<Later>, Error> {
        let mut found = Vec::new();
        for year in self.view.entry_years() {
            self.view.entries_of_year(year, |entry| {
                if entry.record > edition.seal.records {
                    found.push(entry);
                }
                Ok(())
            })?;
        }
        found.sort_by_key(|entry| entry.number);
        let year = edition.number.year();
        let closed = self.view.closings()?.into_iter().find(|(closed, _)| *closed == year).map(|(_, record)| record);
        let mut later = Vec::new();
        for entry in found {
            let Some(counted) = self.counted(&entry, edition, closed)? else { continue };
            let operation = self.view.operation_of(entry.record)?;
            later.extend(self.posted(vec![entry])?.into_iter().map(|posted| Later { posted, operation: operation.clone(), counted: counted.clone() }));
        }
        Ok(later)
    }

    /// What an entry is to the statement of an edition. Of what is dated later only that is anything to it which corrects its year because that was `closed`
    /// when it was recorded: the reversal of an entry that counts, and what went through 4190 for instalments of the year. `None` when it is no matter of
    /// that statement.
    fn counted(&self, entry: &JournalEntry, edition: &Edition, closed: Option<u64>) -> Result<Option<Counted>, Error> {
        let (date, kind) = (entry.entry.date(), entry.entry.kind());
        if date <= edition.as_of {
            return Ok(Some(Counted { on: date, kind, lines: entry.entry.lines().to_vec(), is_shown_later: false }));
        }
        if closed.is_none_or(|closed| entry.record < closed) {
            return Ok(None);
        }
        if let Some(of) = entry.entry.reverses() {
            let of = self.view.entry(of)?.map(|of| self.counted(&of, edition, closed)).transpose()?.flatten();
            return Ok(of.map(Counted::taken_back));
        }
        let is_of_year = |line: &&Line| line.account.analysis().claim.is_some_and(|claim| claim.year == edition.number.year());
        let prior = entry.entry.lines().iter().find(|line| line.account.code() == AccountCode::PriorYearContributions);
        let mut lines: Vec<Line> = entry.entry.lines().iter().filter(is_of_year).copied().collect();
        let (Some(prior), Some(contributor)) = (prior, lines.first().and_then(|line| line.account.analysis().contributor)) else { return Ok(None) };
        // In the year itself it would have been revenue.
        let sum = lines.iter().try_fold(self.view.identity().currency.zero(), |sum, line| sum.plus(line.signed_value()))?;
        let side = if sum.is_positive() { Side::Credit } else { Side::Debit };
        lines.push(Line { account: Account::Contributions(contributor), side, amount: sum.absolute(), value: sum.absolute(), ..*prior });
        Ok(Some(Counted { on: edition.as_of, kind, lines, is_shown_later: true }))
    }
}

/// An edition, in words.
fn said(edition: &Edition, texts: &Texts) -> String {
    let issued = texts.fill("cover.issued_to", &[("number", &edition.number.sequence()), ("meeting", &edition.meeting)]);
    let follows = edition.before.map(|before| texts.fill("cover.following", &[("number", &before.sequence())]));
    issued + &follows.unwrap_or_default()
}
