//! The first reading: what the second one compares with is gathered from the log, the operations, the other tables and the postings.

use super::{Derivation, KINDS, Operation, SETTLING, Settled, each};
use crate::book::text::harmless;
use crate::error::Error;
use crate::exchange::package::reading::Opened;
use crate::exchange::package::tables::TABLES;
use std::collections::BTreeMap;

impl Derivation {
    pub(super) fn gather(&mut self, opened: &Opened) -> Result<(), Error> {
        let mut log: Vec<String> = Vec::new();
        each(opened, "log", |row| {
            let text = row.get("text");
            let first = text.split('\t').next().unwrap_or_default();
            let kind = KINDS.iter().find(|(table, _)| *table == first).map_or("reference", |(_, kind)| kind);
            self.demand(row, "kind", kind);
            log.extend(
                text.lines()
                    .filter(|line| ["alias\t", "bank_unmatch\t", "bank_aside\t", "draft_end\t"].iter().any(|table| line.starts_with(table)))
                    .map(str::to_owned),
            );
        })?;
        for line in log {
            match line.split('\t').collect::<Vec<_>>()[..] {
                ["alias", contributor, name, ..] => self.aliases.entry(contributor.to_owned()).or_default().push(name.to_owned()),
                ["bank_unmatch", of, record, ..] => _ = self.unmatched.insert(of.to_owned(), record.to_owned()),
                ["bank_aside", statement, record, reason] => {
                    _ = self.aside.insert(statement.to_owned(), [record.to_owned(), harmless(reason).into_owned()]);
                }
                ["draft_end", draft, record, verdict, reason] => {
                    let number = format!("D-{:0>4}", draft);
                    _ = self.ends.insert(number, [record.to_owned(), verdict.to_owned(), harmless(reason).into_owned()]);
                }
                _ => {}
            }
        }
        each(opened, "operations", |row| {
            let record = row.number("record");
            self.operations.push(Operation { record, operator: row.text("operator"), login: row.text("login"), recorded: row.text("recorded") });
        })?;
        each(opened, "drafts", |row| {
            let Some([ended, verdict, _]) = self.ends.get(row.get("draft")) else { return };
            let ended = self.operation(ended.parse().unwrap_or_default()).map(|operation| operation.record);
            let by = self.operation(row.number("record")).map(|operation| operation.operator.clone());
            if let (Some(ended), Some(by), "approved") = (ended, by, verdict.as_str()) {
                self.approved.insert(ended, (row.text("draft"), by));
            }
        })?;
        each(opened, "instalments", |row| _ = self.years.insert((row.text("pledge"), row.text("instalment")), row.text("contribution_year")))?;
        each(opened, "contributors", |row| _ = self.contributors.insert(row.text("contributor"), (row.text("name"), row.text("kind"))))?;
        each(opened, "bank_lines", |row| _ = self.lines.insert(row.text("bank_line"), row.text("currency")))?;
        for spec in TABLES {
            let mut count = 0;
            each(opened, spec.name, |_| count += 1)?;
            self.rows.insert(spec.name, count);
        }
        Ok(())
    }

    pub(super) fn gather_postings(&mut self, opened: &Opened) -> Result<(), Error> {
        let year = opened.said.year.to_string();
        let mut before = String::new();
        each(opened, "gl_detail", |row| {
            let (entry, account, kind, receipt) = (row.text("Journal_ID"), row.get("GL_Account_Number"), row.get("Source"), row.text("receipt"));
            let (date, amount, reverses) = (row.text("Effective_Date"), row.minor("original_amount"), row.text("Reversal_Journal_ID"));
            let new = entry != before;
            let tally = self.tallies.entry(date.get(..4).unwrap_or_default().to_owned()).or_default();
            tally.entries += u64::from(new);
            tally.postings += 1;
            tally.debit = tally.debit.saturating_add(row.minor("Debit_Amount"));
            tally.credit = tally.credit.saturating_add(row.minor("Credit_Amount"));
            if new {
                let number = row.number("Journal_ID");
                let (first, last, gaps) = self.ends_of_numbers.unwrap_or((number, 0, 0));
                self.ends_of_numbers = Some((first, number, gaps + number.saturating_sub(last + 1)));
                self.own.entry(row.text("record")).or_default().push(entry.clone());
                entry.clone_into(&mut before);
            }
            self.entries.insert(entry.clone(), (row.text("record"), reverses.clone()));
            let taken = row.minor("Debit_Amount") - row.minor("Credit_Amount");
            let taken = if reverses.is_empty() { taken } else { -taken };
            if SETTLING.contains(&kind) && ["2320", "2330"].contains(&account) && taken > 0 {
                let purses = self.purses.entry(entry.clone()).or_default();
                match purses.iter_mut().find(|(of, _)| *of == receipt) {
                    Some((_, worth)) => *worth += taken,
                    None => purses.push((receipt.clone(), taken)),
                }
            }
            if date.get(..4) == Some(year.as_str()) {
                self.moved.insert(row.text("Business_Unit_Code"));
            }
            if !reverses.is_empty() {
                self.reversed.insert(reverses.clone(), entry.clone());
            }
            if ["1210", "1215", "9110"].contains(&account) {
                *self.claims.entry((row.text("pledge"), row.text("instalment"), account.to_owned())).or_default() += amount;
            }
            if !receipt.is_empty() {
                *self.held.entry((receipt.clone(), account.to_owned())).or_default() -= amount;
            }
            if account == "2330" && row.minor("Debit_Amount") > 0 {
                self.parked.insert(entry.clone(), receipt.clone());
            }
            if kind == "identified" && reverses.is_empty() {
                self.identified.entry(entry.clone()).or_default().push((receipt, row.text("contributor")));
            }
            if SETTLING.contains(&kind) && ["1210", "1215"].contains(&account) {
                let says = [
                    ("pledge", row.text("pledge")),
                    ("instalment", row.text("instalment")),
                    ("date", date.clone()),
                    ("kind", kind.to_owned()),
                    ("currency", row.text("original_currency")),
                ];
                let settled = Settled { says, amount: -amount, value: row.minor("Credit_Amount") - row.minor("Debit_Amount") };
                self.settled.insert((entry, row.text("Journal_ID_Line_Number")), settled);
            }
            if ["received", "identified"].contains(&kind) && ["1210", "2320"].contains(&account) && reverses.is_empty() && date.get(..4) <= Some(year.as_str())
            {
                self.credited.push([row.text("Journal_ID"), row.text("Business_Unit_Code"), row.text("contributor"), date]);
            }
        })?;
        let mut dates = BTreeMap::new();
        each(opened, "receipts", |row| _ = dates.insert(row.text("receipt"), row.text("date")))?;
        for [entry, fund, contributor, date] in std::mem::take(&mut self.credited).into_iter().filter(|[entry, ..]| !self.reversed.contains_key(entry)) {
            // What was identified later came on the day of its receipt.
            let day = self.parked.get(&entry).and_then(|receipt| dates.get(receipt)).unwrap_or(&date);
            let last = self.last.entry((fund, contributor)).or_default();
            *last = std::mem::take(last).max(day.clone());
        }
        Ok(())
    }
}
