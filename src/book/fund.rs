//! Funds, programme areas and bank accounts.

use super::code::{AreaCode, BankCode, FundCode};
use super::currency::Currency;
use super::text::Text;

/// A programme area that project funds belong to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Area {
    /// The code.
    pub code: AreaCode,
    /// The name.
    pub name: Text,
}

/// The Core Fund, or a project fund.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fund {
    /// The code.
    pub code: FundCode,
    /// The name.
    pub name: Text,
    /// The programme area; the Core Fund has none.
    pub area: Option<AreaCode>,
}

/// A bank account of the secretariat. Funds share it; each fund's part of it is the fund's balance of 1110.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BankAccount {
    /// The code.
    pub code: BankCode,
    /// The name.
    pub name: Text,
    /// The currency that the bank keeps it in.
    pub currency: Currency,
    /// The number or IBAN that bank statements name it by.
    pub number: Option<Text>,
}
