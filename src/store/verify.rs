//! Verification: every invariant by its name, all of them, over the whole ledger. What is kept beside the journal is recomputed from
//! the lines and compared; the chain is recomputed from the rows and compared. What `verify` runs is what the tests run.

use super::beside::beside;
use super::chain;
use super::control::Controls;
use super::drafts;
use super::facts::chained_tables;
use super::findings::Findings;
use super::journal::Journal;
use super::recount::Recount;
use super::row::BALANCE;
use super::subledger::SubLedger;
use super::totals::Totals;
use super::view::View;
use super::{Identity, Store, connection, file, lock, migrate, reference, schema, totals, walk};
use crate::book::check::Verification;
use crate::book::journal::JournalEntry;
use crate::book::seal::{BEGINNING, Hash};
use crate::book::{Seal, Year};

use crate::error::Error;
use rusqlite::Connection;
use std::cell::RefCell;
use std::fmt::Display;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{OnceLock, mpsc};

impl Store {
    /// Verifies a ledger file from its first byte to its last, as far as it can be read at all.
    ///
    /// # Errors
    /// [`Error::Foreign`] and [`Error::Surroundings`] when it is no ledger or cannot be read; [`Error::Busy`].
    pub fn verify(path: &Path, anchors: &[Seal]) -> Result<Verification, Error> {
        let path = file::demand_ledger(path)?;
        let _turn = lock::for_reading(&path)?;
        let mut findings = Findings::new();
        let connection = connection::open(&path)?;
        // The file as it is: an older one that is brought up to date in memory gets new tables and indexes there, whatever its own were.
        let version = migrate::demand_known(&connection, &path)?;
        findings.run("schema", |_| schema::demand_unaltered(&connection, version));
        if version != schema::VERSION {
            findings.run("file", |findings| integrity(&connection, findings));
        }
        let connection = migrate::for_verification(connection, &path)?;
        let transaction = connection.unchecked_transaction().map_err(|cause| connection::failure(cause, &path))?;
        let identity = match reference::identity(&transaction) {
            Ok(identity) => Some(identity),
            Err(error) => {
                findings.add("chain", error.to_string());
                None
            }
        };
        let identity = identity.as_ref();
        let examine = |connection: &Connection| Kept::examine(connection, version == schema::VERSION, identity);
        // While this connection reads, nobody commits: another one sees the same, and examines the file and what is kept beside the chain and the journal.
        let beside = if version == schema::VERSION { beside(&path) } else { None };
        let (told, taken) = (OnceLock::new(), AtomicUsize::new(0));
        let (tell, hear) = mpsc::channel::<(&Told, &Identity)>();
        let (kept, mut pages) = std::thread::scope(|scope| {
            let taken = &taken;
            let examining = beside.map(|beside| {
                scope.spawn(move || {
                    let kept = examine(&beside);
                    (kept, hear.recv().map(|(told, identity)| told.pages(&beside, identity, taken)).unwrap_or_default())
                })
            });
            let mut pages = Vec::new();
            if let Some(identity) = identity {
                let told = told.get_or_init(|| Told::examine(&transaction, identity, anchors));
                _ = tell.send((told, identity));
                pages = told.pages(&transaction, identity, taken);
            }
            // When nothing could be told, nobody waits for it any longer.
            drop(tell);
            let (kept, others) = match examining {
                Some(examining) => examining.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
                None => (examine(&transaction), Vec::new()),
            };
            pages.extend(others);
            (kept, pages)
        });
        findings.join(kept.findings);
        let (Some(told), Some(identity)) = (told.into_inner(), identity) else {
            return Ok(Verification { checks: findings.0, seal: Some(Seal { records: 0, head: BEGINNING }), as_of: None });
        };
        findings.join(told.findings);
        let controls = Controls::load(&transaction).unwrap_or_default();
        let mut of_balances = told.funds.as_ref().map(|_| Totals::new());
        pages.sort_by_key(|page| page.place);
        for page in pages {
            findings.join(page.findings);
            of_balances = of_balances.zip(page.totals).map(|(mut totals, counted)| {
                totals.extend(counted);
                totals
            });
        }
        findings.run("operations", |findings| operations(&transaction, told.seal, &controls, findings));
        if let Some(sub_ledger) = kept.sub_ledger {
            told.recount.compare(&sub_ledger, &mut findings);
        }
        if let Some(mut totals) = kept.totals {
            findings.run("controls", |findings| {
                let view = View::at(&transaction, identity, &controls, told.seal);
                // Where a page could not be read to its end, its rows are counted without being read.
                totals.extend(of_balances.map_or_else(|| totals::count(&view, [&BALANCE].into_iter()), Ok)?);
                totals::compare(totals, &controls, &told.recount, findings);
                Ok(())
            });
        }
        Ok(Verification { checks: findings.0, seal: Some(told.seal), as_of: None })
    }
}

/// What the file page by page, its rows table by table, and what is kept beside the journal come to.
struct Kept {
    findings: Findings,
    sub_ledger: Option<SubLedger>,
    totals: Option<Totals>,
}

impl Kept {
    fn examine(connection: &Connection, with_file: bool, identity: Option<&Identity>) -> Kept {
        let (mut findings, mut sub_ledger, mut totals) = (Findings::new(), None, None);
        if with_file {
            findings.run("file", |findings| integrity(connection, findings));
        }
        findings.run("references", |findings| foreign_keys(connection, findings));
        let Some(identity) = identity else { return Kept { findings, sub_ledger, totals } };
        let controls = Controls::load(connection).unwrap_or_default();
        let view = View::at(connection, identity, &controls, newest(connection));
        findings.run("document-numbers", |findings| document_numbers(connection, findings));
        findings.run("balances", |findings| {
            sub_ledger = Some(view.sub_ledger(findings)?);
            Ok(())
        });
        findings.run("controls", |_| {
            let mut counted = totals::count(&view, totals::only_counted())?;
            counted.extend(match &mut sub_ledger {
                Some(sub_ledger) => std::mem::take(&mut sub_ledger.totals),
                None => view.count_sub_ledger()?,
            });
            totals = Some(counted);
            Ok(())
        });
        Kept { findings, sub_ledger, totals }
    }
}

/// What the chain tells from its first record to its last: the journal, and the balances that come of it.
struct Told {
    findings: Findings,
    seal: Seal,
    recount: Recount,
    closings: Vec<(Year, u64)>,
    /// The funds that have lines or balances; `None` when that cannot be read.
    funds: Option<Vec<String>>,
}

/// What the balances of a fund come to, by its place among the funds; without control totals when they could not be read to their end.
struct Pages {
    place: usize,
    findings: Findings,
    totals: Option<Totals>,
}

impl Told {
    fn examine(connection: &Connection, identity: &Identity, anchors: &[Seal]) -> Told {
        let (mut findings, mut seal) = (Findings::new(), Seal { records: 0, head: BEGINNING });
        let controls = Controls::load(connection).unwrap_or_default();
        let view = View::at(connection, identity, &controls, newest(connection));
        findings.run("registers", |_| view.reference().map(|_| ()));
        let (mut recount, mut of_journal) = (Recount::new(identity.currency), Findings::new());
        match Journal::begin(view) {
            Err(error) => findings.add("entries-balance", error.to_string()),
            Ok(mut journal) => findings.run("chain", |findings| {
                let mut failed = None;
                seal = follow_chain(connection, identity, anchors, findings, &mut recount, &mut |recount, entry, text| {
                    if failed.is_none() {
                        failed = entry.and_then(|entry| journal.entry(entry, text, recount, &mut of_journal)).err();
                    }
                })?;
                failed.into_iter().for_each(|error| of_journal.add("entries-balance", error.to_string()));
                Ok(())
            }),
        }
        findings.join(of_journal);
        let (mut closings, mut funds) = (Vec::new(), None);
        findings.run("carried-forward", |_| {
            (closings, funds) = (view.closings()?, Some(recount.funds(&view)?));
            Ok(())
        });
        findings.run("references", |findings| recount.references(&view, findings));
        findings.run("editions", |_| view.editions()?.iter().try_for_each(|edition| view.edition_files(edition.number).map(|_| ())));
        findings.run("drafts", |findings| {
            drafts::examine(&view)?.into_iter().for_each(|finding| findings.add("drafts", finding));
            Ok(())
        });
        Told { findings, seal, recount, closings, funds }
    }

    /// Compares the balances of funds, one after the other, until none is left: two processors take them from one list.
    fn pages(&self, connection: &Connection, identity: &Identity, taken: &AtomicUsize) -> Vec<Pages> {
        let controls = Controls::load(connection).unwrap_or_default();
        let view = View::at(connection, identity, &controls, self.seal);
        let mut pages = Vec::new();
        loop {
            let place = taken.fetch_add(1, Ordering::Relaxed);
            let Some(fund) = self.funds.as_ref().and_then(|funds| funds.get(place)) else { return pages };
            let (mut findings, mut totals) = (Findings::new(), None);
            findings.run("carried-forward", |findings| {
                totals = Some(self.recount.pages_of(&view, fund, &self.closings, findings)?);
                Ok(())
            });
            pages.push(Pages { place, findings, totals });
        }
    }
}

/// The newest record, as it is.
fn newest(connection: &Connection) -> Seal {
    let found = connection.query_row("SELECT number, hash FROM record ORDER BY number DESC LIMIT 1", [], |row| {
        Ok(Seal { records: row.get::<_, i64>(0)?.unsigned_abs(), head: row.get(1)? })
    });
    found.unwrap_or(Seal { records: 0, head: BEGINNING })
}

fn integrity(connection: &Connection, findings: &mut Findings) -> Result<(), Error> {
    let mut statement = connection.prepare("PRAGMA integrity_check(50)")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let said: String = row.get(0)?;
        if said != "ok" {
            findings.add("file", said);
        }
    }
    Ok(())
}

/// What rows name, but for lines, which are most of the rows: the chain tells their entries, the sub-ledger their instalments, and the recount asks for what
/// is left once for all lines that name the same.
fn foreign_keys(connection: &Connection, findings: &mut Findings) -> Result<(), Error> {
    let sql = "SELECT k.\"table\", k.parent, count(*) FROM sqlite_schema s CROSS JOIN pragma_foreign_key_check(s.name) k \
               WHERE s.type = 'table' AND s.name <> 'line' GROUP BY 1, 2 \
               UNION ALL SELECT 'line', 'receipt', count(*) FROM line INDEXED BY line_by_receipt \
               WHERE receipt IS NOT NULL AND receipt NOT IN (SELECT number FROM receipt) HAVING count(*) > 0";
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (table, parent, count): (String, String, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        findings.add("references", nobody(count, &table, &parent));
    }
    Ok(())
}

/// What rows name and is not there, in words.
pub(super) fn nobody(count: impl Display, table: &str, parent: &str) -> String {
    format!("{count} rows of {table} name a {parent} that is not there")
}

/// Who is told of each entry, and adds it to the recount.
type Telling<'t> = &'t mut dyn FnMut(&mut Recount, Result<JournalEntry, Error>, &str);

/// Recomputes the chain from the rows, and looks for the anchors on it.
fn follow_chain(
    connection: &Connection,
    identity: &Identity,
    anchors: &[Seal],
    findings: &mut Findings,
    recount: &mut Recount,
    journal: Telling<'_>,
) -> Result<Seal, Error> {
    let mut seal = Seal { records: 0, head: BEGINNING };
    let mut spelled: Vec<(String, i64)> = Vec::new();
    let recount = RefCell::new(recount);
    let mut told = |entry: Result<JournalEntry, Error>, text: &str| journal(&mut recount.borrow_mut(), entry, text);
    walk::with_journal(connection, None, Some((identity.currency, &mut told)), |number, kind, hash, text| {
        recount.borrow_mut().add_documents(text);
        for table in text.lines().filter_map(|row| row.split('\t').next()) {
            match spelled.iter_mut().find(|(known, _)| known == table) {
                Some((_, rows)) => *rows += 1,
                None => spelled.push((table.to_owned(), 1)),
            }
        }
        let expected = seal.records + 1;
        if u64::try_from(number) != Ok(expected) {
            findings.add("chain", format!("record {expected} is not there"));
        }
        let records = u64::try_from(number).unwrap_or_default();
        if chain::hash(&identity.id, records, &seal.head, text) != *hash {
            let first = text.lines().next().unwrap_or("its rows are not there").replace('\t', " | ");
            findings.add("chain", format!("record {number} ({kind}) is not as it was recorded: {first}"));
        }
        seal = Seal { records, head: *hash };
        for anchor in anchors.iter().filter(|anchor| anchor.records == records && anchor.head != *hash) {
            findings.add(
                "seals",
                format!("record {records} was sealed as {anchor}, and has another hash here: this ledger is another one, or its history was rewritten"),
            );
        }
        Ok(())
    })?;
    for anchor in anchors.iter().filter(|anchor| anchor.records > seal.records) {
        findings.add(
            "seals",
            format!("{anchor} seals {} records, and {} are here: the newest were cut off, or this is an older copy", anchor.records, seal.records),
        );
    }
    no_strangers(connection, &spelled, findings)?;
    Ok(seal)
}

/// Every row of a table of facts is in the text of a record: one that is not was put there by somebody else.
fn no_strangers(connection: &Connection, spelled: &[(String, i64)], findings: &mut Findings) -> Result<(), Error> {
    for (table, _) in chained_tables() {
        let rows: i64 = connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))?;
        let chained = spelled.iter().find(|(known, _)| known == table).map_or(0, |(_, rows)| *rows);
        if rows != chained {
            findings.add("chain", format!("{table} has {rows} rows, and {chained} are of a record"));
        }
    }
    Ok(())
}

/// Operations follow one another without a gap, the last record is one, and it sealed the control totals.
fn operations(connection: &Connection, seal: Seal, controls: &Controls, findings: &mut Findings) -> Result<(), Error> {
    let mut statement = connection.prepare("SELECT record, first, controls FROM operation ORDER BY record")?;
    let mut rows = statement.query([])?;
    let (mut next, mut sealed) = (1_i64, Hash::default());
    while let Some(row) = rows.next()? {
        let (record, first): (i64, i64) = (row.get(0)?, row.get(1)?);
        if first != next {
            findings.add("operations", format!("records {next} to {} belong to no operation", first - 1));
        }
        (next, sealed) = (record + 1, row.get(2)?);
    }
    if u64::try_from(next - 1) != Ok(seal.records) {
        findings.add("operations", format!("records {next} to {} belong to no operation: the end of the ledger is cut off", seal.records));
    }
    if sealed != controls.root() {
        findings.add("controls", "the control totals are not those that the last operation sealed");
    }
    Ok(())
}

fn document_numbers(connection: &Connection, findings: &mut Findings) -> Result<(), Error> {
    for (table, what) in [("pledge", "pledges"), ("receipt", "receipts"), ("bank_line", "bank lines"), ("edition", "editions")] {
        let sql = format!("SELECT number / 1000000, count(*), max(number % 1000000) FROM {table} GROUP BY 1");
        let mut statement = connection.prepare(&sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (year, count, last): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            if count != last {
                findings.add("document-numbers", format!("{year} has {count} {what}, numbered up to {last}"));
            }
        }
    }
    Ok(())
}
