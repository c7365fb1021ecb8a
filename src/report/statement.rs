//! The annual statement: the status of contributions of each fund, with its tie-outs. One rule, [`effects`], says which column a
//! movement goes to; the rows add it up and `explain` takes a cell apart with it.

use super::performance::Performance;
use super::tie_out::{TieOut, tie_outs};
use crate::book::balance::Movement;
use crate::book::contributor::ContributorKind;
use crate::book::{AccountCode, ContributorCode, Currency, Date, EntryKind, FundCode, Money, Refusal, Seal, Year};
use crate::error::Error;
use std::collections::BTreeMap;

macro_rules! columns {
    ($($column:ident $field:literal $letter:literal $heading:literal)*) => {
        /// A column of the status of contributions.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[repr(usize)]
        pub enum Column { $(#[doc = $heading] $column),* }

        impl Column {
            /// Every column that is added up.
            pub const ALL: &'static [Column] = &[$(Column::$column),*];

            /// The stable name.
            pub fn field(self) -> &'static str {
                match self { $(Column::$column => $field),* }
            }

            /// The letter in the formula of the row; empty for a memorandum.
            pub fn letter(self) -> &'static str {
                match self { $(Column::$column => $letter),* }
            }

            /// The heading.
            pub fn heading(self) -> &'static str {
                match self { $(Column::$column => $heading),* }
            }
        }
    };
}

columns! {
    Opening "opening" "A" "Opening"
    Pledged "pledged" "B" "Pledged"
    Adjustments "adjustments" "C" "Adjustments"
    ReceivedPrior "received_prior" "D" "Received, prior years"
    ReceivedCurrent "received_current" "E" "Received, current year"
    Exchange "exchange" "X" "Exchange"
    ClosingPrior "closing_prior" "" "Closing, prior years"
    ClosingCurrent "closing_current" "" "Closing, current year"
    Announced "announced" "" "Announced"
    Disputed "disputed" "" "Disputed"
    ReceivedInAdvance "received_in_advance" "" "Received in advance"
    AdvancesHeld "advances_held" "" "Advances held"
    InKind "in_kind" "" "In kind"
}

/// The figures of a row or a total, in minor units of the currency of the books.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Figures {
    amounts: [i64; Column::ALL.len()],
    /// The last day on which money was credited.
    pub last_receipt: Option<Date>,
}

/// A row of the status of contributions.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StatementRow {
    /// The contributor.
    pub contributor: ContributorCode,
    /// The official name.
    pub name: String,
    /// The figures.
    pub figures: Figures,
}

/// The status of contributions of a fund.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FundStatus {
    /// The fund.
    pub fund: FundCode,
    /// Its name.
    pub name: String,
    /// The name of its programme area.
    pub area: Option<String>,
    /// The contributors, in the Meeting's order.
    pub rows: Vec<StatementRow>,
    /// Their sums.
    pub total: Figures,
    /// The proofs.
    pub tie_outs: Vec<TieOut>,
    /// The fund's accounts since the beginning of the year.
    pub accounts: Accounts,
    /// The fund's result in the year.
    pub performance: Performance,
}

/// The annual statement.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Statement {
    /// The year.
    pub year: Year,
    /// The day it is drawn for.
    pub as_of: Date,
    /// The currency of the books.
    pub currency: Currency,
    /// The funds.
    pub funds: Vec<FundStatus>,
    /// The sums over all funds.
    pub total: Figures,
    /// The seal of what was known.
    pub seal: Seal,
}

/// Who can have a row: code, official name and kind, in the Meeting's order.
pub type Rollcall = [(ContributorCode, String, ContributorKind)];

/// Balances of a fund's accounts: brought forward, and moved since.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Accounts {
    /// By account: balance brought forward, debits and credits since.
    pub sums: BTreeMap<AccountCode, (i64, i64, i64)>,
}

/// Which columns a movement goes to, with which amounts. `year` is the year of the statement; movements of instalments of later
/// years go nowhere. A movement without a kind was brought forward from before the year.
pub fn effects(movement: &Movement, year: Year) -> Vec<(Column, i64)> {
    let (key, balance) = (movement.key, movement.sums.balance());
    let of_later_year = key.account != AccountCode::Advance && key.year.is_some_and(|of| of > year);
    let current = key.year == Some(year);
    let closing = if current { Column::ClosingCurrent } else { Column::ClosingPrior };
    let received = if current { Column::ReceivedCurrent } else { Column::ReceivedPrior };
    let settles = matches!(key.kind, Some(EntryKind::Received | EntryKind::Identified | EntryKind::Applied));
    match key.account {
        _ if of_later_year => Vec::new(),
        AccountCode::Receivable | AccountCode::Disputed => {
            let mut effects = vec![(closing, balance)];
            effects.extend(match key.kind {
                None => Some((Column::Opening, balance)),
                Some(EntryKind::Confirmed) if current => Some((Column::Pledged, balance)),
                Some(_) if settles => Some((received, -balance)),
                Some(EntryKind::Revalued) => Some((Column::Exchange, balance)),
                Some(EntryKind::Disputed | EntryKind::DisputeSettled) => None,
                Some(_) => Some((Column::Adjustments, balance)),
            });
            if key.account == AccountCode::Disputed {
                effects.push((Column::Disputed, balance));
            }
            effects
        }
        // The receivable goes at its carrying amount; what the money was worth is that less the loss.
        AccountCode::Exchange if settles && key.year.is_some() => vec![(received, -balance), (Column::Exchange, -balance)],
        AccountCode::Announced => vec![(Column::Announced, balance)],
        AccountCode::Advance if current => vec![(Column::ReceivedInAdvance, -balance), (Column::AdvancesHeld, -balance)],
        AccountCode::Advance => vec![(Column::AdvancesHeld, -balance)],
        // The year's end takes revenue to the fund balance, and nothing from what was given.
        AccountCode::GoodsInKind if !key.is_brought_forward() && movement.year == year && key.kind != Some(EntryKind::YearEnd) => {
            vec![(Column::InKind, -balance)]
        }
        AccountCode::ServicesInKind if !key.is_brought_forward() && movement.year == year => vec![(Column::InKind, balance)],
        _ => Vec::new(),
    }
}

impl Figures {
    /// A figure, in minor units.
    pub fn get(&self, column: Column) -> i64 {
        self.amounts[column as usize]
    }

    /// Sets a figure, in minor units.
    pub(super) fn put(&mut self, column: Column, amount: i64) {
        self.amounts[column as usize] = amount;
    }

    /// What is unpaid at the end: of prior years and of the year.
    pub fn closing(&self) -> i64 {
        self.get(Column::ClosingPrior) + self.get(Column::ClosingCurrent)
    }

    /// A + B + C - D - E + X: what is unpaid at the end, by what happened.
    pub fn explained(&self) -> i64 {
        let [a, b, c, d, e, x] = [Column::Opening, Column::Pledged, Column::Adjustments, Column::ReceivedPrior, Column::ReceivedCurrent, Column::Exchange]
            .map(|column| self.get(column));
        a + b + c - d - e + x
    }

    /// Whether there is nothing to say.
    pub fn is_nil(&self) -> bool {
        self.amounts.iter().all(|amount| *amount == 0) && self.last_receipt.is_none()
    }

    pub(super) fn add(&mut self, column: Column, amount: i64, currency: Currency) -> Result<(), Refusal> {
        let sum = &mut self.amounts[column as usize];
        *sum = sum.checked_add(amount).ok_or(Refusal::AmountTooLarge { currency })?;
        Ok(())
    }

    fn add_all(&mut self, other: &Figures, currency: Currency) -> Result<(), Refusal> {
        for &column in Column::ALL {
            self.add(column, other.get(column), currency)?;
        }
        self.last_receipt = self.last_receipt.max(other.last_receipt);
        Ok(())
    }
}

impl Accounts {
    pub(super) fn add(&mut self, movement: &Movement) {
        let (forward, debit, credit) = self.sums.entry(movement.key.account).or_default();
        if movement.key.is_brought_forward() {
            *forward += movement.sums.balance();
        } else {
            *debit += movement.sums.debit;
            *credit += movement.sums.credit;
        }
    }

    /// The balance brought forward.
    pub fn opening(&self, account: AccountCode) -> i64 {
        self.sums.get(&account).map_or(0, |(forward, _, _)| *forward)
    }

    /// The balance at the end.
    pub fn closing(&self, account: AccountCode) -> i64 {
        self.sums.get(&account).map_or(0, |(forward, debit, credit)| forward + debit - credit)
    }

    /// What moved since the beginning, positive on the debit side.
    pub fn moved(&self, account: AccountCode) -> i64 {
        self.closing(account) - self.opening(account)
    }
}

impl FundStatus {
    /// Adds up the movements of a fund: what was brought forward into the year, and what moved from its first day to the day of the statement.
    ///
    /// # Errors
    /// [`Error::Untied`] when a figure does not agree with the accounts, with the difference.
    pub fn of(
        fund: FundCode,
        name: String,
        area: Option<String>,
        movements: &[Movement],
        rollcall: &Rollcall,
        year: Year,
        currency: Currency,
    ) -> Result<FundStatus, Error> {
        let mut by_contributor: BTreeMap<ContributorCode, Figures> = BTreeMap::new();
        let mut accounts = Accounts::default();
        for movement in movements {
            accounts.add(movement);
            let Some(contributor) = movement.key.contributor else { continue };
            let figures = by_contributor.entry(contributor).or_default();
            for (column, amount) in effects(movement, year) {
                figures.add(column, amount, currency)?;
            }
            figures.last_receipt = figures.last_receipt.max(movement.sums.last);
        }
        let mut rows = Vec::with_capacity(rollcall.len());
        for (contributor, name, kind) in rollcall {
            let figures = by_contributor.remove(contributor).unwrap_or_default();
            if *kind != ContributorKind::Organisation || !figures.is_nil() {
                rows.push(StatementRow { contributor: *contributor, name: name.clone(), figures });
            }
        }
        if let Some(unknown) = by_contributor.keys().next() {
            return Err(Error::damaged(format!("{unknown} has movements and is not in the register")));
        }
        let mut total = Figures::default();
        for row in &rows {
            total.add_all(&row.figures, currency)?;
        }
        let tie_outs = tie_outs(&rows, &total, movements, &accounts, year);
        if let Some(untied) = tie_outs.iter().find(|tie_out| tie_out.difference != 0) {
            let difference = Money::new(untied.difference, currency);
            return Err(Error::Untied { what: format!("{fund} {year}: {} differ by {difference}", untied.says) });
        }
        let performance = Performance::of(movements, year);
        Ok(FundStatus { fund, name, area, rows, total, tie_outs, accounts, performance })
    }
}

impl Statement {
    /// Puts the funds together.
    ///
    /// # Errors
    /// [`Error::Refused`] when a sum over the funds overflows.
    pub fn of(year: Year, as_of: Date, currency: Currency, funds: Vec<FundStatus>, seal: Seal) -> Result<Statement, Error> {
        let mut total = Figures::default();
        for fund in &funds {
            total.add_all(&fund.total, currency)?;
        }
        Ok(Statement { year, as_of, currency, funds, total, seal })
    }

    /// The same statement with the rows of one contributor only; totals and proofs stay those of the funds.
    pub fn extract(mut self, contributor: ContributorCode) -> Statement {
        for fund in &mut self.funds {
            fund.rows.retain(|row| row.contributor == contributor);
        }
        self
    }

    /// An amount of minor units as money.
    pub fn money(&self, minor: i64) -> Money {
        Money::new(minor, self.currency)
    }
}

/// How a column, or the two of the closing balance, is called: its heading, and its letter in the formula of the row.
pub fn called(columns: &[Column]) -> String {
    match columns {
        [column] if column.letter().is_empty() => column.heading().to_owned(),
        [column] => format!("{} ({})", column.heading(), column.letter()),
        _ => "Closing (G)".to_owned(),
    }
}

/// The column meant by a stable name (with dashes or underscores), a letter of the formula, or `closing`.
///
/// # Errors
/// [`Refusal::UnknownColumn`] with the known names.
pub fn columns_named(typed: &str) -> Result<Vec<Column>, Refusal> {
    let wanted = typed.trim().to_ascii_lowercase().replace(['-', ' '], "_");
    if wanted == "closing" || wanted == "g" {
        return Ok(vec![Column::ClosingPrior, Column::ClosingCurrent]);
    }
    let found = Column::ALL.iter().find(|column| column.field() == wanted || (!column.letter().is_empty() && column.letter().eq_ignore_ascii_case(&wanted)));
    found.map(|column| vec![*column]).ok_or_else(|| Refusal::UnknownColumn {
        text: crate::book::text::excerpt(typed),
        known: Column::ALL.iter().map(|column| column.field()).chain(["closing"]).collect::<Vec<_>>().join(", "),
    })
}
