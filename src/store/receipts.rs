//! Receipts and what of them is held, read back.

use super::control::Group;
use super::entries::ENTRIES_OF_RECEIPT;
use super::reference::Reference;
use super::row::{Misread, RECEIPT, Unreadable};
use super::view::View;
use crate::book::held::Holding;
use crate::book::journal::{ReceiptHolding, ReceiptRecord};
use crate::book::running::Running;
use crate::book::{AccountCode, BankCode, ContributorCode, Currency, FundCode, Money, ReceiptNumber, Text, Year};
use crate::error::Error;
use rusqlite::Row;
use std::collections::BTreeMap;

/// What of a receipt is held: on which account, in which fund, of whom.
type HoldingKey = (AccountCode, FundCode, Option<ContributorCode>);

impl View<'_> {
    /// A receipt's document, when there is one of this number.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn receipt_document(&self, number: ReceiptNumber) -> Result<Option<ReceiptRecord>, Error> {
        let mut statement = self.connection_for(&[&RECEIPT]).prepare_cached(&RECEIPT.select("WHERE number = ?"))?;
        let mut rows = statement.query([number.key()])?;
        let found = rows.next()?.map(|row| read(row).map_err(|_| super::row::unreadable(&RECEIPT, row))).transpose()?;
        let Some(receipt) = found else {
            self.demand_never_given(number, number.sequence(), self.controls().total(Group::Receipts(number.year())).items)?;
            return Ok(None);
        };
        if self.event(receipt.record)?.receipt != Some(number) {
            return Err(Error::damaged(format!("{number} does not belong to record {}", receipt.record)));
        }
        Ok(Some(receipt).filter(|receipt| self.knows(i64::try_from(receipt.record).unwrap_or(i64::MAX))))
    }

    /// The documents of the receipts numbered in a year, proven against the control total.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn receipts_of_year(&self, year: Year) -> Result<Vec<ReceiptRecord>, Error> {
        let (first, mut receipts) = (i64::from(year.number()) * 1_000_000, Vec::new());
        let rest = format!("WHERE number BETWEEN {first} AND {} ORDER BY number", first + 999_999);
        self.rows(&RECEIPT, Group::Receipts(year), &rest, 1, |row| {
            receipts.push(read(row)?);
            Ok(())
        })?;
        Ok(receipts)
    }

    /// The years that receipts are numbered in, oldest first.
    pub fn receipt_years(&self) -> Vec<Year> {
        let mut years: Vec<Year> =
            self.controls().names().filter_map(|name| name.strip_prefix("receipts of ")).filter_map(|year| Year::parse(year).ok()).collect();
        years.sort();
        years
    }

    /// The next free number for a receipt of a year; `None` when the year is full.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn next_receipt(&self, year: Year) -> Result<Option<ReceiptNumber>, Error> {
        Ok(ReceiptNumber::new(year, self.next_document(&RECEIPT, year, Group::Receipts(year))?))
    }

    /// What is held of a receipt, ready to be decided on.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn holding_of(&self, row: &ReceiptHolding, reference: &Reference) -> Result<Holding, Error> {
        let missing = || Error::damaged(format!("{} is held and is not there", row.receipt));
        let document = self.receipt_document(row.receipt)?.ok_or_else(missing)?;
        let bank = reference.banks.get(&document.bank).cloned().ok_or_else(missing)?;
        let held = self.held(row)?;
        Ok(Holding { receipt: row.receipt, contributor: row.contributor, fund: row.fund, bank, held })
    }

    /// How a holding runs over the days. What is kept of it must agree with its lines.
    fn held(&self, row: &ReceiptHolding) -> Result<Running, Error> {
        let mut drawn = self.drawn(row.receipt)?;
        let running = drawn.remove(&(row.account, row.fund, row.contributor));
        match running {
            Some((running, lines)) if (running.open(), running.carrying(), lines) == (row.amount, row.value, row.lines) => Ok(running),
            _ => Err(Error::damaged(format!("the lines of {} do not come to what is held of it", row.receipt))),
        }
    }

    /// What is held of a receipt by its lines, with how many there are.
    fn drawn(&self, receipt: ReceiptNumber) -> Result<BTreeMap<HoldingKey, (Running, i64)>, Error> {
        let mut drawn: BTreeMap<HoldingKey, (Running, i64)> = BTreeMap::new();
        self.stream(ENTRIES_OF_RECEIPT, &[&receipt.key()], |entry, _| {
            for line in entry.entry.lines().iter().filter(|line| line.account.analysis().receipt == Some(receipt)) {
                let key = (line.account.code(), line.fund, line.account.analysis().contributor);
                let (running, lines) = drawn.entry(key).or_insert_with(|| (Running::new(line.amount.currency(), line.value.currency()), 0));
                *lines += 1;
                running.post(entry.entry.date(), line.signed_amount().negated(), line.signed_value().negated())?;
            }
            Ok(())
        })?;
        Ok(drawn)
    }

    /// Passes what is kept of a receipt when it is what its lines come to.
    pub(super) fn demand_held_as_drawn(&self, receipt: ReceiptNumber, kept: &[ReceiptHolding]) -> Result<(), Error> {
        let drawn = self.drawn(receipt)?;
        let agree = |row: &ReceiptHolding| {
            drawn
                .get(&(row.account, row.fund, row.contributor))
                .is_some_and(|(running, lines)| (running.open(), running.carrying(), *lines) == (row.amount, row.value, row.lines))
        };
        if drawn.len() == kept.len() && kept.iter().all(agree) {
            Ok(())
        } else {
            Err(Error::damaged(format!("the lines of {receipt} do not come to what is held of it")))
        }
    }
}

fn read(row: &Row<'_>) -> Result<ReceiptRecord, Misread> {
    let text = |place: usize| -> Result<Option<Text>, Misread> { Ok(row.get_ref(place)?.as_str_or_null()?.map(|text| Text::parse("text", text)).transpose()?) };
    let currency = Currency::parse(row.get_ref(5)?.as_str()?)?;
    Ok(ReceiptRecord {
        number: ReceiptNumber::from_key(row.get(0)?).ok_or(Unreadable)?,
        record: u64::try_from(row.get::<_, i64>(1)?)?,
        contributor: row.get_ref(2)?.as_str_or_null()?.map(ContributorCode::parse).transpose()?,
        fund: FundCode::parse(row.get_ref(3)?.as_str()?)?,
        bank: BankCode::parse(row.get_ref(4)?.as_str()?)?,
        amount: Money::new(row.get(6)?, currency),
        charge: Money::new(row.get(7)?, currency),
        payer: text(8)?,
        direction: text(9)?,
    })
}
