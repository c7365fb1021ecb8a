//! What a table of the auditor's package is: its columns, what each cell holds, which column of the chain it comes from, and the keys.

/// What a cell holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// Text, made harmless for spreadsheets.
    Text,
    /// Text that is kept to the letter.
    Exact,
    /// A whole number.
    Integer,
    /// A day.
    Date,
    /// A year.
    Year,
    /// An exact decimal.
    Decimal,
    /// An amount in the currency of the books.
    Books,
    /// An amount in the currency that this column of the chain names.
    Money(&'static str),
    /// The number of a pledge.
    Pledge,
    /// The number of a receipt.
    Receipt,
    /// The number of an entry.
    Entry,
    /// The number of a bank line.
    BankLine,
    /// The number of a draft.
    Draft,
}

/// A column.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// The name: capitalised where it is one of the AICPA's audit data standard for the general ledger.
    pub name: &'static str,
    /// What it holds.
    pub holds: Holds,
    /// Whether every row has it.
    pub required: bool,
    /// The column of the chain that it is, as `table.column`; empty when it is derived.
    pub chain: &'static str,
    /// What it means.
    pub says: &'static str,
}

/// Columns that name a row of another table.
#[derive(Debug, Clone, Copy)]
pub struct Foreign {
    /// Here.
    pub fields: &'static [&'static str],
    /// The other table.
    pub table: &'static str,
    /// There.
    pub named: &'static [&'static str],
}

/// A table.
#[derive(Debug, Clone, Copy)]
pub struct Spec {
    /// The name; the file is `name.csv`.
    pub name: &'static str,
    /// What a row is.
    pub says: &'static str,
    /// The table of the chain whose rows these are, in its order; empty when the rows are derived.
    pub chain: &'static str,
    /// The primary key.
    pub key: &'static [&'static str],
    /// The foreign keys.
    pub foreign: &'static [Foreign],
    /// The columns.
    pub fields: &'static [Field],
}

/// Lines on the accounts of instalments.
const OF_INSTALMENTS: (&str, &[&str]) = ("line.account", &["1210", "1215", "9110"]);

impl Spec {
    /// The name of the file.
    pub fn file(&self) -> String {
        format!("{}.csv", self.name)
    }

    /// Which rows of its table of the chain are its rows, by the columns that say so; all of them when nothing is listed.
    pub fn part(&self) -> &'static [(&'static str, &'static [&'static str])] {
        match self.name {
            "pledge_events" => &[("entry.kind", &["announced", "confirmed", "disputed", "dispute-settled"]), OF_INSTALMENTS],
            "adjustments" => &[("entry.kind", &["revised", "withdrawn", "written-off", "rounded", "revalued"]), OF_INSTALMENTS],
            _ => &[],
        }
    }

    /// Whether its rows are made with a column of the chain. Of postings, of which there are millions, nothing else is read.
    pub fn needs(&self, column: &str) -> bool {
        let named = |field: &Field| field.chain == column || matches!(field.holds, Holds::Money(of) if of == column);
        self.chain != "line" || column == "instalment.year" || self.fields.iter().any(named)
    }

    /// Whether these are its columns, or those that it had in packages of before it got its last ones, which then hold nothing.
    pub fn has_columns<'n>(&self, names: impl Iterator<Item = &'n str>) -> bool {
        let (names, added): (Vec<&str>, usize) = (names.collect(), if self.name == "bank_statements" { 2 } else { 0 });
        let own = || self.fields.iter().map(|field| field.name);
        names.iter().copied().eq(own()) || names.iter().copied().eq(own().take(self.fields.len() - added))
    }

    /// Whether the rows depend on the year of the package.
    pub fn is_of_year(&self) -> bool {
        matches!(self.name, "trial_balance" | "statement" | "controls")
    }

    /// The places of the primary key.
    pub fn key_places(&self) -> Vec<usize> {
        self.key.iter().filter_map(|name| self.fields.iter().position(|field| field.name == *name)).collect()
    }
}

macro_rules! holds {
    (Money $currency:literal) => {
        Holds::Money($currency)
    };
    ($other:ident) => {
        Holds::$other
    };
}

macro_rules! required {
    (from) => {
        true
    };
    (maybe) => {
        false
    };
}

macro_rules! tables {
    ($($table:literal of $chain:literal $says:literal key [$($key:literal),*] $(refers [$($own:literal),*] to $other:literal [$($there:literal),*])*
        { $($name:literal $holds:ident $(($currency:literal))? $need:ident $column:literal $means:literal)* })*) => {
        /// Every table, in the order of the package.
        pub const TABLES: &[Spec] = &[$(Spec {
            name: $table,
            says: $says,
            chain: $chain,
            key: &[$($key),*],
            foreign: &[$(Foreign { fields: &[$($own),*], table: $other, named: &[$($there),*] }),*],
            fields: &[$(Field { name: $name, holds: holds!($holds $($currency)?), required: required!($need), chain: $column, says: $means }),*],
        }),*];
    };
}

pub(super) use {holds, required, tables};
