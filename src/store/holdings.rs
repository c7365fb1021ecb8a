//! Holdings of receipts: what is received in advance or unidentified, kept beside the journal line by line.

use super::control::{Group, Total};
use super::row::{Cell, HOLDING, Misread, Unreadable};
use super::view::View;
use super::writer::Writer;
use crate::book::journal::ReceiptHolding;
use crate::book::{Account, AccountCode, ContributorCode, Currency, Date, Entry, FundCode, Line, Money, ReceiptNumber};
use crate::error::Error;
use rusqlite::{Row, ToSql};

impl Writer<'_> {
    /// Lets what is held of a receipt follow a line.
    pub(super) fn follow_holding(&mut self, entry: &Entry, line: &Line) -> Result<(), Error> {
        let (receipt, contributor) = match line.account {
            Account::Advance(contributor, receipt) => (receipt, Some(contributor)),
            Account::Unidentified(receipt) => (receipt, None),
            _ => return Ok(()),
        };
        let account = line.account.code();
        let mut row = match self.view().holding(receipt, account, line.fund, contributor)? {
            Some(row) => {
                self.count_holding(&row, Total::subtract);
                row
            }
            None => {
                let (amount, value) = (line.amount.currency().zero(), line.value.currency().zero());
                ReceiptHolding { receipt, account, fund: line.fund, contributor, amount, value, latest: entry.date(), lines: 0 }
            }
        };
        row.amount = row.amount.minus(line.signed_amount())?;
        row.value = row.value.minus(line.signed_value())?;
        row.latest = row.latest.max(entry.date());
        row.lines += 1;
        row.cells(|cells| HOLDING.write(self.connection, cells))?;
        self.count_holding(&row, Total::add);
        Ok(())
    }

    fn count_holding(&mut self, row: &ReceiptHolding, count: impl Fn(&mut Total, &str)) {
        let spelled = row.spelled();
        for group in row.groups() {
            count(self.controls.change(group), &spelled);
        }
    }
}

impl ReceiptHolding {
    fn cells<T>(&self, with: impl FnOnce(&[Cell<'_>]) -> T) -> T {
        let (currency, latest) = (self.amount.currency(), self.latest.to_string());
        let contributor = self.contributor.as_ref().map_or("", ContributorCode::as_str);
        with(&[
            self.receipt.key().into(),
            i64::from(self.account.number()).into(),
            self.fund.as_str().into(),
            contributor.into(),
            currency.code().into(),
            self.amount.minor().into(),
            self.value.minor().into(),
            latest.as_str().into(),
            self.lines.into(),
        ])
    }

    /// The groups that it is counted in.
    pub(super) fn groups(&self) -> impl Iterator<Item = Group> + use<> {
        let held = (!self.amount.is_zero()).then_some(Group::Held(self.contributor));
        [Some(Group::Table(HOLDING.name)), held].into_iter().flatten()
    }

    pub(super) fn spelled(&self) -> String {
        let mut text = String::with_capacity(100);
        self.cells(|cells| HOLDING.spell_cells(cells, &mut text));
        text
    }

    pub(super) fn read(row: &Row<'_>, reporting: Currency) -> Result<ReceiptHolding, Misread> {
        let contributor = row.get_ref(3)?.as_str()?;
        let account = AccountCode::from_number(u16::try_from(row.get_ref(1)?.as_i64()?)?).ok_or(Unreadable)?;
        Ok(ReceiptHolding {
            receipt: ReceiptNumber::from_key(row.get_ref(0)?.as_i64()?).ok_or(Unreadable)?,
            account,
            fund: FundCode::parse(row.get_ref(2)?.as_str()?)?,
            contributor: (!contributor.is_empty()).then(|| ContributorCode::parse(contributor)).transpose()?,
            amount: Money::new(row.get_ref(5)?.as_i64()?, Currency::parse(row.get_ref(4)?.as_str()?)?),
            value: Money::new(row.get_ref(6)?.as_i64()?, reporting),
            latest: Date::parse(row.get_ref(7)?.as_str()?)?,
            lines: row.get_ref(8)?.as_i64()?,
        })
    }
}

impl View<'_> {
    /// What is held of all receipts, proven against the control total.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn holdings(&self) -> Result<Vec<ReceiptHolding>, Error> {
        let mut holdings = Vec::new();
        let reporting = self.identity().currency;
        let order = "ORDER BY receipt, account, fund, contributor";
        self.balance_rows(self.connection_for(&[&HOLDING]), &HOLDING, Group::Table(HOLDING.name), order, &[], |row, _| {
            holdings.push(ReceiptHolding::read(row, reporting)?);
            Ok(())
        })?;
        Ok(holdings)
    }

    fn holding(
        &self,
        receipt: ReceiptNumber,
        account: AccountCode,
        fund: FundCode,
        contributor: Option<ContributorCode>,
    ) -> Result<Option<ReceiptHolding>, Error> {
        let rest = "WHERE receipt = ? AND account = ? AND fund = ? AND contributor = ?";
        let contributor = contributor.as_ref().map_or("", ContributorCode::as_str);
        Ok(self.holding_rows(rest, &[&receipt.key(), &i64::from(account.number()), &fund.as_str(), &contributor])?.pop())
    }

    /// What is held on 2320 of a contributor, or on 2330 when none is named, the oldest receipt first.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn open_holdings(&self, contributor: Option<ContributorCode>) -> Result<Vec<ReceiptHolding>, Error> {
        self.demand_held(contributor)?;
        let account = if contributor.is_some() { AccountCode::Advance } else { AccountCode::Unidentified };
        let contributor = contributor.as_ref().map_or("", ContributorCode::as_str);
        self.holding_rows(
            "INDEXED BY holding_open WHERE amount <> 0 AND account = ? AND contributor = ? ORDER BY receipt, fund",
            &[&i64::from(account.number()), &contributor],
        )
    }

    /// What is held of one receipt: proven against its lines.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn holdings_of(&self, receipt: ReceiptNumber) -> Result<Vec<ReceiptHolding>, Error> {
        let kept = self.kept_holdings(receipt)?;
        self.demand_held_as_drawn(receipt, &kept)?;
        Ok(kept)
    }

    /// What is held of one receipt, as it is kept.
    pub(super) fn kept_holdings(&self, receipt: ReceiptNumber) -> Result<Vec<ReceiptHolding>, Error> {
        self.holding_rows("WHERE receipt = ? ORDER BY account, fund, contributor", &[&receipt.key()])
    }

    fn holding_rows(&self, rest: &str, parameters: &[&dyn ToSql]) -> Result<Vec<ReceiptHolding>, Error> {
        let mut statement = self.connection_for(&[]).prepare_cached(&HOLDING.select(rest))?;
        let mut rows = statement.query(parameters)?;
        let mut holdings = Vec::new();
        while let Some(row) = rows.next()? {
            holdings.push(ReceiptHolding::read(row, self.identity().currency).map_err(|_| super::row::unreadable(&HOLDING, row))?);
        }
        Ok(holdings)
    }
}
