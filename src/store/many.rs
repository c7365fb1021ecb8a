//! Many rows at once. Triggers and foreign keys ask every row what it is, and of a million rows that is most of the work. So an import asks the
//! same of all its rows together, before they are kept: the same demands, in another shape. That nothing is replaced, the primary keys see to.

use super::outbox::Outbox;
use super::row::{BALANCE, ENTRY, EVENT, INSTALMENT, LINE, OPERATION, PLEDGE, RECEIPT, RECORD, STANDING, Table};
use crate::error::Error;
use rusqlite::Connection;

/// New rows of a table: how many are found, and what holds of them together. `?1` is the first new record and `?2` the first new entry.
struct Demand {
    table: &'static Table,
    rows: &'static str,
    found: &'static str,
    holds: &'static str,
}

/// The tables of events. Numbers without a gap stand for "every one is there": after records and entries were asked for gaps, a number is looked for
/// between the first and the last. Lines are added up entry by entry in one reading, and asked what the trigger `entry_is_sound` asks of a header:
/// as many entries have lines as there are headers, from the same first one to the same last one.
const DEMANDS: [Demand; 8] = [
    Demand { table: &RECORD, rows: "record t WHERE t.number >= ?1", found: "count(*)", holds: "min(t.number) = ?1 AND max(t.number) - ?1 + 1 = count(*)" },
    Demand { table: &OPERATION, rows: "operation t WHERE t.record >= ?1", found: "count(*)", holds: "min(t.record <= (SELECT max(number) FROM record))" },
    Demand {
        table: &EVENT,
        rows: "event t WHERE t.record >= ?1",
        found: "count(*)",
        holds: "min(t.record <= (SELECT max(number) FROM record)
            AND (t.pledge IS NULL OR t.pledge IN (SELECT number FROM pledge)) AND (t.receipt IS NULL OR t.receipt IN (SELECT number FROM receipt)))",
    },
    Demand {
        table: &PLEDGE,
        rows: "event v JOIN pledge t ON t.number = v.pledge AND t.record = v.record WHERE v.record >= ?1",
        found: "count(*)",
        holds: "min(t.contributor IN (SELECT code FROM contributor) AND t.fund IN (SELECT code FROM fund))",
    },
    Demand {
        table: &INSTALMENT,
        rows: "event v JOIN pledge p ON p.number = v.pledge AND p.record = v.record JOIN instalment t ON t.pledge = p.number WHERE v.record >= ?1",
        found: "count(*)",
        holds: "1",
    },
    Demand {
        table: &RECEIPT,
        rows: "event v JOIN receipt t ON t.number = v.receipt AND t.record = v.record WHERE v.record >= ?1",
        found: "count(*)",
        holds: "min((t.contributor IS NULL OR t.contributor IN (SELECT code FROM contributor))
            AND t.fund IN (SELECT code FROM fund) AND t.bank IN (SELECT code FROM bank))",
    },
    Demand {
        table: &ENTRY,
        rows: "entry t WHERE t.number >= ?2",
        found: "count(*)",
        holds: "min(t.number) = ?2 AND max(t.number) - ?2 + 1 = count(*)
            AND min(t.record >= ?1 AND t.record <= (SELECT max(number) FROM record) AND (t.reverses IS NULL OR t.reverses IN (SELECT number FROM entry))
                AND CAST(substr(t.date, 1, 4) AS INTEGER) > (SELECT coalesce(max(year), 0) FROM closing))",
    },
    Demand {
        table: &LINE,
        rows: "(SELECT t.entry AS entry, count(*) AS lines,
                min(t.fund IN (SELECT code FROM fund) AND t.account IN (SELECT code FROM account)
                    AND (t.contributor IS NULL OR t.contributor IN (SELECT code FROM contributor)) AND (t.bank IS NULL OR t.bank IN (SELECT code FROM bank))
                    AND (t.receipt IS NULL OR t.receipt IN (SELECT number FROM receipt))
                    AND (t.pledge IS NULL OR EXISTS (SELECT 1 FROM instalment i WHERE i.pledge = t.pledge AND i.number = t.instalment))) AS named,
                sum(t.debit) = sum(t.credit) AS balances,
                min(t.fund) = max(t.fund) AND (min(t.account) >= 9000) = (max(t.account) >= 9000) AS alone
            FROM line t WHERE t.entry >= ?2 GROUP BY t.entry) t",
        found: "coalesce(sum(t.lines), 0)",
        holds: "min(t.lines > 1 AND t.named AND t.balances AND (t.alone OR NOT EXISTS (
                SELECT 1 FROM line one WHERE one.entry = t.entry AND (
                    SELECT sum(debit) - sum(credit) FROM line other
                    WHERE other.entry = one.entry AND other.fund = one.fund AND (other.account >= 9000) = (one.account >= 9000)
                ) <> 0
            ))) AND min(t.entry) = ?2 AND max(t.entry) = (SELECT max(number) FROM entry) AND max(t.entry) - ?2 + 1 = count(*)",
    },
];

/// Passes when all new rows are what triggers and foreign keys demand of each: as many are found as were written, and all demands hold. Of other
/// tables few rows are written; for their sake the foreign keys of the whole file are asked.
///
/// # Errors
/// [`Error::Damaged`] with the table.
pub(super) fn demand_sound(connection: &Connection, outbox: &Outbox, first_record: u64, first_entry: u64) -> Result<(), Error> {
    let first = [first_record, first_entry].map(|first| i64::try_from(first).unwrap_or(i64::MAX));
    for Demand { table, rows, found, holds } in DEMANDS {
        // Each statement is given both numbers, whichever it asks for; of no rows nothing is demanded.
        let sql = format!("SELECT {found}, coalesce({holds}, count(*) = 0) AND ?1 = ?1 AND ?2 = ?2 FROM {rows}");
        let (found, all): (u64, bool) = connection.query_row(&sql, first, |row| Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get(1)?)))?;
        if found != outbox.written(table) || !all {
            return Err(Error::damaged(format!("what was to be written to {} is not sound; nothing of it is kept", table.name)));
        }
    }
    let asked = |table: &Table| DEMANDS.iter().map(|demand| demand.table).chain([&STANDING, &BALANCE]).any(|known| known.name == table.name);
    if outbox.tables().any(|table| !asked(table)) {
        let orphans: i64 = connection.query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0))?;
        if orphans > 0 {
            return Err(Error::damaged("what was to be written names rows that are not there; nothing of it is kept"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::row::Cell;
    use crate::store::{connection, schema};

    /// A ledger with one interest of 5.00 that is being written without asking each row, and the rows that went out.
    fn written() -> (Connection, Outbox) {
        let file = Connection::open_in_memory().unwrap();
        connection::prepare(&file).unwrap();
        schema::create(&file).unwrap();
        let reference = "INSERT INTO record VALUES (1, 'founding', zeroblob(32));
            INSERT INTO fund VALUES ('CORE', 1, 'Core Fund', NULL), ('MPA', 1, 'Marine', NULL);
            INSERT INTO bank VALUES ('MAIN', 1, 'Main', 'USD', NULL);
            INSERT INTO account VALUES (1110, 1, 'Cash', 'asset'), (4310, 1, 'Interest', 'revenue')";
        file.execute_batch(reference).unwrap();
        connection::ask_each_row(&file, false).unwrap();
        file.execute_batch("BEGIN").unwrap();
        let (mut outbox, null) = (Outbox::default(), Cell::from(None::<i64>));
        let hash = [0_u8; 32];
        outbox.put(&RECORD, &[2.into(), "event".into(), hash.as_slice().into()]);
        let event = [2.into(), "interest".into(), "2017-06-01".into(), "other".into(), null, 1.into(), null, null, null, null, null, null];
        outbox.put(&EVENT, &event);
        for (place, account, bank, debit, credit) in [(1, 1110, Cell::from("MAIN"), 500, 0), (2, 4310, null, 0, 500)] {
            let amounts = [(debit - credit).into(), debit.into(), credit.into()];
            let analysis = [null, bank, null, null, null, "USD".into()];
            let cells: Vec<Cell<'_>> = [1.into(), Cell::from(place), "CORE".into(), Cell::from(account)].into_iter().chain(analysis).chain(amounts).collect();
            outbox.put(&LINE, &cells);
        }
        outbox.put(&ENTRY, &[1.into(), 2.into(), "2017-06-01".into(), "interest".into(), null]);
        outbox.write(&file).unwrap();
        (file, outbox)
    }

    #[test]
    fn what_triggers_and_foreign_keys_ask_of_each_row_is_asked_of_all() {
        let (file, outbox) = written();
        demand_sound(&file, &outbox, 2, 1).unwrap();
        let unsound = [
            ("a line that is not there", "DELETE FROM line WHERE number = 2"),
            ("an entry of one line", "DELETE FROM line WHERE number = 2; UPDATE line SET debit = 0, credit = 0"),
            ("debits and credits that differ", "UPDATE line SET debit = 501, amount = 501 WHERE number = 1"),
            ("a fund that does not balance", "UPDATE line SET fund = 'MPA' WHERE number = 2"),
            ("a fund that is not there", "UPDATE line SET fund = 'NONE'"),
            ("an account that is not there", "UPDATE line SET account = 4999 WHERE number = 2"),
            ("a bank account that is not there", "UPDATE line SET bank = 'NONE' WHERE number = 1"),
            ("a contributor that is not there", "UPDATE line SET contributor = 'XXX' WHERE number = 1"),
            ("a pledge that is not there", "UPDATE event SET pledge = 2017000001"),
            ("a receipt that is not there", "UPDATE event SET receipt = 2017000001"),
            ("a header that is not there", "DELETE FROM entry"),
            ("a gap between entries", "UPDATE line SET entry = 2; UPDATE entry SET number = 2"),
            ("a gap between records", "UPDATE record SET number = 3 WHERE number = 2; UPDATE entry SET record = 3; UPDATE event SET record = 3"),
            ("an entry of an older record", "UPDATE entry SET record = 1"),
            ("an entry that reverses none", "UPDATE entry SET number = 2, reverses = 1; UPDATE line SET entry = 2"),
            ("a closed year", "INSERT INTO closing VALUES (2017, 1)"),
            ("a row of another table that names none", "INSERT INTO payer VALUES (2, 'X', 'XXX')"),
        ];
        for (what, sql) in unsound {
            let (file, mut outbox) = written();
            file.execute_batch(sql).unwrap();
            if sql.contains("payer") {
                outbox.put(&super::super::row::PAYER, &[3.into(), "Y".into(), Cell::from(None::<i64>)]);
                outbox.write(&file).unwrap();
            }
            assert!(demand_sound(&file, &outbox, 2, 1).is_err(), "{what}");
        }
    }

    #[test]
    fn afterwards_each_row_is_asked_again() {
        let (file, _) = written();
        file.execute_batch("COMMIT").unwrap();
        connection::ask_each_row(&file, true).unwrap();
        assert!(file.execute("UPDATE line SET fund = 'MPA'", []).unwrap_err().to_string().contains("never changed"));
        file.execute_batch("BEGIN; INSERT INTO record VALUES (3, 'event', zeroblob(32)); INSERT INTO alias VALUES ('XXX', 'Nobody', 3)").unwrap();
        assert!(file.execute_batch("COMMIT").is_err(), "a foreign key");
    }
}
