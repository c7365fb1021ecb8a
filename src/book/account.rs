//! The chart of accounts. Each kind of account carries its own analysis, so that a receivable without a pledge
//! cannot be written down.

use super::code::{BankCode, ContributorCode};
use super::date::{Date, Year};
use super::number::{PledgeNumber, ReceiptNumber};
use std::fmt;

/// One instalment of a pledge as the books know it: who owes it, for which year, due when.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Claim {
    /// Who pledged.
    pub contributor: ContributorCode,
    /// The pledge.
    pub pledge: PledgeNumber,
    /// The place of the instalment within the pledge, from 1.
    pub instalment: u16,
    /// The contribution year: the year the instalment is for.
    pub year: Year,
    /// The day it is due.
    pub due: Date,
}

/// An account with the analysis that its kind demands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Account {
    /// 1110 Cash at bank; of whom, when it is a contribution.
    Bank(BankCode, Option<ContributorCode>),
    /// 1210 Contributions receivable.
    Receivable(Claim),
    /// 1215 Contributions receivable, disputed.
    Disputed(Claim),
    /// 1290 Allowance for doubtful contributions.
    Allowance,
    /// 2320 Contributions received in advance, by contributor and the receipt that brought them.
    Advance(ContributorCode, ReceiptNumber),
    /// 2330 Unidentified receipts.
    Unidentified(ReceiptNumber),
    /// 3100 Fund balance.
    FundBalance,
    /// 4110 Voluntary contributions.
    Contributions(ContributorCode),
    /// 4190 Adjustments to prior-year contributions.
    PriorYearContributions(ContributorCode),
    /// 4210 Contributions in kind: goods.
    GoodsInKind(ContributorCode),
    /// 4310 Interest.
    Interest,
    /// 4910 Transfers in.
    TransfersIn,
    /// 5110 Programme expenditure.
    Expenditure,
    /// 5810 Programme support costs.
    Support,
    /// 5910 Transfers out.
    TransfersOut,
    /// 6310 Exchange differences; of which instalment, when one was settled or revalued.
    Exchange(Option<Claim>),
    /// 6320 Bank charges.
    BankCharges,
    /// 6390 Rounding.
    Rounding,
    /// 6410 Doubtful contributions.
    DoubtfulContributions,
    /// 9110 Announced contributions (memorandum).
    Announced(Claim),
    /// 9130 Services in kind (memorandum).
    ServicesInKind(ContributorCode),
    /// 9900 Memorandum contra.
    MemorandumContra,
}

/// What an account is, in the order of a trial balance.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum AccountClass {
    /// What the fund has.
    Asset,
    /// What the fund owes.
    Liability,
    /// What belongs to the fund.
    FundBalance,
    /// What the year brought.
    Revenue,
    /// What the year cost.
    Expense,
    /// Disclosed and not recognised; balances to zero by itself.
    Memorandum,
}

macro_rules! chart {
    ($($name:ident = $number:literal),* $(,)?) => {
        /// An account of the chart without its analysis; the value is the account number.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[repr(u16)]
        pub enum AccountCode { $(
            #[doc = concat!("Account ", stringify!($number), ".")]
            $name = $number
        ),* }

        impl AccountCode {
            /// Every account, in the order of the chart.
            pub const ALL: &'static [AccountCode] = &[$(AccountCode::$name),*];

            /// The account with this number.
            pub fn from_number(number: u16) -> Option<AccountCode> {
                match number { $($number => Some(AccountCode::$name),)* _ => None }
            }
        }
    };
}

chart! {
    Bank = 1110, Receivable = 1210, Disputed = 1215, Allowance = 1290, Advance = 2320, Unidentified = 2330, FundBalance = 3100,
    Contributions = 4110, PriorYearContributions = 4190, GoodsInKind = 4210, Interest = 4310, TransfersIn = 4910,
    Expenditure = 5110, Support = 5810, TransfersOut = 5910, Exchange = 6310, BankCharges = 6320, Rounding = 6390,
    DoubtfulContributions = 6410, Announced = 9110, ServicesInKind = 9130, MemorandumContra = 9900,
}

impl AccountCode {
    /// The account number.
    pub fn number(self) -> u16 {
        self as u16
    }

    /// The class of the account.
    pub fn class(self) -> AccountClass {
        match self.number() {
            ..2000 => AccountClass::Asset,
            2000..3000 => AccountClass::Liability,
            3000..4000 => AccountClass::FundBalance,
            4000..5000 => AccountClass::Revenue,
            5000..9000 => AccountClass::Expense,
            9000.. => AccountClass::Memorandum,
        }
    }

    /// Whether the account closes into the fund balance at year end.
    pub fn is_nominal(self) -> bool {
        matches!(self.class(), AccountClass::Revenue | AccountClass::Expense)
    }

    /// Whether the account stands outside the trial balance proper.
    pub fn is_memorandum(self) -> bool {
        self.class() == AccountClass::Memorandum
    }

    /// Whether the account is kept by instalment: 1210, 1215, 9110.
    pub fn is_claim(self) -> bool {
        matches!(self, AccountCode::Receivable | AccountCode::Disputed | AccountCode::Announced)
    }
}

/// The analysis of a line as stored: each account has some of it and no other.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Analysis {
    /// Who gives.
    pub contributor: Option<ContributorCode>,
    /// The bank account.
    pub bank: Option<BankCode>,
    /// The instalment.
    pub claim: Option<Claim>,
    /// The receipt.
    pub receipt: Option<ReceiptNumber>,
}

impl Account {
    /// The account of the chart.
    pub fn code(self) -> AccountCode {
        match self {
            Account::Bank(..) => AccountCode::Bank,
            Account::Receivable(_) => AccountCode::Receivable,
            Account::Disputed(_) => AccountCode::Disputed,
            Account::Allowance => AccountCode::Allowance,
            Account::Advance(..) => AccountCode::Advance,
            Account::Unidentified(_) => AccountCode::Unidentified,
            Account::FundBalance => AccountCode::FundBalance,
            Account::Contributions(_) => AccountCode::Contributions,
            Account::PriorYearContributions(_) => AccountCode::PriorYearContributions,
            Account::GoodsInKind(_) => AccountCode::GoodsInKind,
            Account::Interest => AccountCode::Interest,
            Account::TransfersIn => AccountCode::TransfersIn,
            Account::Expenditure => AccountCode::Expenditure,
            Account::Support => AccountCode::Support,
            Account::TransfersOut => AccountCode::TransfersOut,
            Account::Exchange(_) => AccountCode::Exchange,
            Account::BankCharges => AccountCode::BankCharges,
            Account::Rounding => AccountCode::Rounding,
            Account::DoubtfulContributions => AccountCode::DoubtfulContributions,
            Account::Announced(_) => AccountCode::Announced,
            Account::ServicesInKind(_) => AccountCode::ServicesInKind,
            Account::MemorandumContra => AccountCode::MemorandumContra,
        }
    }

    /// The analysis that the account carries.
    pub fn analysis(self) -> Analysis {
        let none = Analysis::default();
        match self {
            Account::Bank(bank, contributor) => Analysis { bank: Some(bank), contributor, ..none },
            Account::Receivable(claim) | Account::Disputed(claim) | Account::Announced(claim) | Account::Exchange(Some(claim)) => {
                Analysis { claim: Some(claim), contributor: Some(claim.contributor), ..none }
            }
            Account::Advance(contributor, receipt) => Analysis { contributor: Some(contributor), receipt: Some(receipt), ..none },
            Account::Unidentified(receipt) => Analysis { receipt: Some(receipt), ..none },
            Account::Contributions(contributor)
            | Account::PriorYearContributions(contributor)
            | Account::GoodsInKind(contributor)
            | Account::ServicesInKind(contributor) => Analysis { contributor: Some(contributor), ..none },
            _ => none,
        }
    }

    /// The account behind a stored code and analysis, or `None` when the analysis is not the account's own.
    pub fn from_parts(code: AccountCode, analysis: Analysis) -> Option<Account> {
        let Analysis { contributor, bank, claim, receipt } = analysis;
        let account = match code {
            AccountCode::Bank => Account::Bank(bank?, contributor),
            AccountCode::Receivable => Account::Receivable(claim?),
            AccountCode::Disputed => Account::Disputed(claim?),
            AccountCode::Allowance => Account::Allowance,
            AccountCode::Advance => Account::Advance(contributor?, receipt?),
            AccountCode::Unidentified => Account::Unidentified(receipt?),
            AccountCode::FundBalance => Account::FundBalance,
            AccountCode::Contributions => Account::Contributions(contributor?),
            AccountCode::PriorYearContributions => Account::PriorYearContributions(contributor?),
            AccountCode::GoodsInKind => Account::GoodsInKind(contributor?),
            AccountCode::Interest => Account::Interest,
            AccountCode::TransfersIn => Account::TransfersIn,
            AccountCode::Expenditure => Account::Expenditure,
            AccountCode::Support => Account::Support,
            AccountCode::TransfersOut => Account::TransfersOut,
            AccountCode::Exchange => Account::Exchange(claim),
            AccountCode::BankCharges => Account::BankCharges,
            AccountCode::Rounding => Account::Rounding,
            AccountCode::DoubtfulContributions => Account::DoubtfulContributions,
            AccountCode::Announced => Account::Announced(claim?),
            AccountCode::ServicesInKind => Account::ServicesInKind(contributor?),
            AccountCode::MemorandumContra => Account::MemorandumContra,
        };
        (account.analysis() == analysis).then_some(account)
    }
}

impl fmt::Display for AccountCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.number())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_account_comes_back_from_its_parts_and_takes_no_other_analysis() {
        let claim = Claim {
            contributor: ContributorCode::parse("CHN").unwrap(),
            pledge: PledgeNumber::parse("P-2017-001").unwrap(),
            instalment: 1,
            year: Year::parse("2017").unwrap(),
            due: Date::parse("2017-12-31").unwrap(),
        };
        let receipt = ReceiptNumber::parse("R-2017-001").unwrap();
        let full = Analysis { contributor: Some(claim.contributor), bank: Some(BankCode::main()), claim: Some(claim), receipt: Some(receipt) };
        for &code in AccountCode::ALL {
            assert_eq!(AccountCode::from_number(code.number()), Some(code));
            assert_eq!(Account::from_parts(code, full), None, "{code} takes analysis that is not its own");
        }
        for account in
            [Account::Receivable(claim), Account::Exchange(None), Account::Advance(claim.contributor, receipt), Account::Bank(BankCode::main(), None)]
        {
            assert_eq!(Account::from_parts(account.code(), account.analysis()), Some(account));
        }
        assert_eq!(Account::from_parts(AccountCode::Receivable, Analysis::default()), None, "a receivable without a pledge");
    }
}
