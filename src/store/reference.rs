//! Reference data: contributors and their aliases, funds, areas, bank accounts, parameters, rates, closed years.

use super::Identity;
use super::chain;
use super::connection::unreadable;
use super::control::{Group, Total};
use super::row::{self, ACCOUNT, ALIAS, AREA, BANK, CLOSING, CONTRIBUTOR, Cell, FUND, Misread, PARAMETER, RATE, Table, Unreadable};
use super::texts;
use super::view::View;
use super::writer::Writer;
use crate::book::contributor::{Contributor, ContributorKind, Register, way_to_nearest};
use crate::book::exchange::{self, Rates};
use crate::book::fund::{Area, BankAccount, Fund};
use crate::book::journal::Rate;
use crate::book::parameter::{self, Parameter, Parameters};
use crate::book::rules::Rules;
use crate::book::seal::{BEGINNING, Hash};
use crate::book::{AccountCode, AreaCode, BankCode, ContributorCode, Currency, Date, FundCode, Refusal, Text, Year};
use crate::error::Error;
use rusqlite::{Connection, OptionalExtension as _, Row};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// All reference data but the rates, as known at the moment of the view.
#[derive(Debug, Clone)]
pub struct Reference {
    /// The contributors.
    pub register: Register,
    /// The funds, by code.
    pub funds: BTreeMap<FundCode, Fund>,
    /// The programme areas, by code.
    pub areas: BTreeMap<AreaCode, Area>,
    /// The bank accounts, by code.
    pub banks: BTreeMap<BankCode, BankAccount>,
    /// The names of the accounts.
    pub accounts: BTreeMap<AccountCode, String>,
    /// The parameters.
    pub parameters: Parameters,
    /// The last closed year.
    pub closed_through: Option<Year>,
}

/// Reads what the founding record says of the ledger.
pub fn identity(connection: &Connection) -> Result<Identity, Error> {
    let row = connection.query_row("SELECT id, currency, created FROM ledger", [], |row| Ok((row.get(0)?, row.get::<_, String>(1)?, row.get(2)?)));
    let (id, currency, created) = row.map_err(|cause| unreadable("the founding record", cause))?;
    Ok(Identity { id, currency: Currency::parse(&currency).map_err(|_| Error::damaged("the currency of the books is not one"))?, created })
}

/// The same, from a founding record that hashes to what was recorded.
pub fn proven_identity(connection: &Connection) -> Result<Identity, Error> {
    let identity = identity(connection)?;
    let hash: Option<Hash> = connection.query_row("SELECT hash FROM record WHERE number = 1", [], |row| row.get(0)).optional()?;
    if hash == Some(chain::hash(&identity.id, 1, &BEGINNING, &texts::founding_text(connection)?)) {
        Ok(identity)
    } else {
        Err(Error::damaged("record 1 is not as it was recorded"))
    }
}

impl View<'_> {
    /// All reference data but the rates.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn reference(&self) -> Result<Reference, Error> {
        let mut aliases: BTreeMap<ContributorCode, Vec<Text>> = BTreeMap::new();
        self.table(&ALIAS, "ORDER BY record, contributor, name", |row| {
            aliases.entry(ContributorCode::parse(row.get_ref(0)?.as_str()?)?).or_default().push(Text::parse("alias", row.get_ref(1)?.as_str()?)?);
            Ok(())
        })?;
        let mut register = Register::new();
        self.table(&CONTRIBUTOR, "ORDER BY record, code", |row| {
            let code = ContributorCode::parse(row.get_ref(0)?.as_str()?)?;
            let name = Text::parse("name", row.get_ref(2)?.as_str()?)?;
            let kind = ContributorKind::from_name(row.get_ref(3)?.as_str()?).ok_or(Unreadable)?;
            Ok(register.add(Contributor { code, name, kind, aliases: aliases.remove(&code).unwrap_or_default() })?)
        })?;
        let (mut funds, mut areas, mut banks, mut accounts) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        self.table(&AREA, "ORDER BY code", |row| {
            let area = Area { code: AreaCode::parse(row.get_ref(0)?.as_str()?)?, name: Text::parse("name", row.get_ref(2)?.as_str()?)? };
            areas.insert(area.code, area);
            Ok(())
        })?;
        self.table(&FUND, "ORDER BY code", |row| {
            let area = row.get_ref(3)?.as_str_or_null()?.map(AreaCode::parse).transpose()?;
            let fund = Fund { code: FundCode::parse(row.get_ref(0)?.as_str()?)?, name: Text::parse("name", row.get_ref(2)?.as_str()?)?, area };
            funds.insert(fund.code, fund);
            Ok(())
        })?;
        self.table(&BANK, "ORDER BY code", |row| {
            let number = row.get_ref(4)?.as_str_or_null()?.map(|number| Text::parse("number", number)).transpose()?;
            let (code, name) = (BankCode::parse(row.get_ref(0)?.as_str()?)?, Text::parse("name", row.get_ref(2)?.as_str()?)?);
            banks.insert(code, BankAccount { code, name, currency: Currency::parse(row.get_ref(3)?.as_str()?)?, number });
            Ok(())
        })?;
        self.table(&ACCOUNT, "ORDER BY code", |row| {
            let code = AccountCode::from_number(u16::try_from(row.get_ref(0)?.as_i64()?).map_err(|_| Unreadable)?).ok_or(Unreadable)?;
            accounts.insert(code, row.get::<_, String>(2)?);
            Ok(())
        })?;
        let mut parameters = Vec::new();
        self.table(&PARAMETER, "ORDER BY record, name", |row| {
            let name = parameter::known(row.get_ref(1)?.as_str()?)?;
            let value = parameter::parse_value(name, row.get_ref(3)?.as_str()?)?;
            parameters.push(Parameter {
                name,
                since: Date::parse(row.get_ref(2)?.as_str()?)?,
                value,
                source: Text::parse("source", row.get_ref(4)?.as_str()?)?,
            });
            Ok(())
        })?;
        let mut closed_through = None;
        self.table(&CLOSING, "ORDER BY year", |row| {
            closed_through = closed_through.max(u16::try_from(row.get_ref(0)?.as_i64()?).ok().and_then(Year::new));
            Ok(())
        })?;
        Ok(Reference { register, funds, areas, banks, accounts, parameters: Parameters::new(parameters), closed_through })
    }

    /// The rates of some currencies, in the order of their dates.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn rates(&self, currencies: &[Currency]) -> Result<Vec<Rate>, Error> {
        let mut rates = Vec::new();
        for &currency in currencies {
            let rest = format!("WHERE currency = '{currency}' ORDER BY date");
            self.rows(&RATE, Group::Rates(currency), &rest, 2, |row| {
                let units = exchange::parse_units(row.get_ref(3)?.as_str()?)?;
                rates.push(Rate { currency, date: Date::parse(row.get_ref(1)?.as_str()?)?, units, source: Text::parse("source", row.get_ref(4)?.as_str()?)? });
                Ok(())
            })?;
        }
        Ok(rates)
    }

    /// The units of the rate of a currency and a day, when there is one. A rate that is used is read with all of its currency, and proven.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn units_on(&self, currency: Currency, date: Date) -> Result<Option<Decimal>, Error> {
        let mut statement = self.connection_for(&[&RATE]).prepare_cached("SELECT units FROM rate WHERE currency = ? AND date = ?")?;
        let units: Option<String> = statement.query_row([currency.code(), &date.to_string()], |row| row.get(0)).optional()?;
        units.map(|units| exchange::parse_units(&units).map_err(|_| Error::damaged(format!("the rate of {currency} on {date} cannot be read")))).transpose()
    }

    /// The currencies that have rates.
    pub fn rated_currencies(&self) -> Vec<Currency> {
        self.controls().names().filter_map(|name| name.strip_prefix("rates of ")).filter_map(|code| Currency::parse(code).ok()).collect()
    }

    /// The rules in force, with the rates of some currencies and of the currency of the books.
    ///
    /// # Errors
    /// [`Error::Damaged`]; [`Error::Refused`] when the validity of rates is not set.
    pub fn rules(&self, reference: &Reference, currencies: &[Currency]) -> Result<Rules, Error> {
        let reporting = self.identity().currency;
        let validity = reference.parameters.all().iter().rfind(|parameter| parameter.name == "rate-validity");
        let days = validity.and_then(|parameter| i64::try_from(parameter.value.trunc()).ok()).unwrap_or(31);
        let mut rates = Rates::new(reporting, days);
        let mut wanted: Vec<Currency> = currencies.iter().copied().chain([reporting]).filter(|currency| *currency != Currency::usd()).collect();
        wanted.sort();
        wanted.dedup();
        for rate in self.rates(&wanted)? {
            rates.add(rate.currency, rate.date, rate.units);
        }
        Ok(Rules { rates, parameters: reference.parameters.clone(), closed_through: reference.closed_through })
    }

    /// Reads a whole small table and proves it against its control total; rows recorded later than the view knows are passed over.
    fn table(&self, table: &'static Table, order: &str, each: impl FnMut(&Row<'_>) -> Result<(), Misread>) -> Result<(), Error> {
        let record = table.columns.iter().position(|column| *column == "record").unwrap_or_default();
        self.rows(table, Group::Table(table.name), order, record, each)
    }

    /// Reads a group of rows and proves it against its control total; `record` is the place of the column that tells when a row was recorded.
    pub(super) fn rows(
        &self,
        table: &'static Table,
        group: Group,
        rest: &str,
        record: usize,
        mut each: impl FnMut(&Row<'_>) -> Result<(), Misread>,
    ) -> Result<(), Error> {
        let mut statement = self.connection_for(&[table]).prepare_cached(&table.select(rest))?;
        let mut rows = statement.query([])?;
        let (mut total, mut text) = (Total::default(), String::new());
        while let Some(row) = rows.next()? {
            text.clear();
            table.spell_row(row, 0, &mut text)?;
            total.add(&text);
            if self.knows(row.get(record)?) {
                each(row).map_err(|_| row::unreadable(table, row))?;
            }
        }
        self.controls().demand(group, total)
    }
}

impl Reference {
    /// The fund with a code as typed; a fund's full name is taken too.
    ///
    /// # Errors
    /// [`Refusal::UnknownFund`] with the nearest.
    pub fn fund(&self, typed: &str) -> Result<&Fund, Refusal> {
        let by_code = FundCode::parse(typed).ok().and_then(|code| self.funds.get(&code));
        by_code.or_else(|| self.funds.values().find(|fund| fund.name.as_str().eq_ignore_ascii_case(typed.trim()))).ok_or_else(|| {
            let names = self.funds.values().flat_map(|fund| [fund.code.to_string(), fund.name.to_string()]);
            Refusal::UnknownFund { text: crate::book::text::excerpt(typed), way: way_to_nearest(typed, names, "funds") }
        })
    }

    /// The bank account with a code as typed.
    ///
    /// # Errors
    /// [`Refusal::UnknownBank`] with the known ones.
    pub fn bank(&self, typed: &str) -> Result<&BankAccount, Refusal> {
        BankCode::parse(typed).ok().and_then(|code| self.banks.get(&code)).ok_or_else(|| Refusal::UnknownBank {
            text: crate::book::text::excerpt(typed),
            known: self.banks.keys().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        })
    }

    /// The programme area with a code as typed.
    ///
    /// # Errors
    /// [`Refusal::UnknownArea`] with the known ones.
    pub fn area(&self, typed: &str) -> Result<&Area, Refusal> {
        AreaCode::parse(typed).ok().and_then(|code| self.areas.get(&code)).ok_or_else(|| Refusal::UnknownArea {
            text: crate::book::text::excerpt(typed),
            known: self.areas.values().map(|area| format!("{} ({})", area.code, area.name)).collect::<Vec<_>>().join(", "),
        })
    }

    /// The name of a fund; its code when it has none.
    pub fn fund_name(&self, code: FundCode) -> String {
        self.funds.get(&code).map_or_else(|| code.to_string(), |fund| fund.name.to_string())
    }
}

impl Writer<'_> {
    /// Records a contributor with its aliases.
    ///
    /// # Errors
    /// Of the database.
    pub fn add_contributor(&mut self, contributor: &Contributor) -> Result<(), Error> {
        self.record("reference", |record| {
            record.contributor(contributor)?;
            let mut aliases: Vec<&Text> = contributor.aliases.iter().collect();
            aliases.sort();
            aliases.into_iter().try_for_each(|alias| record.alias(contributor.code, alias))
        })
    }

    /// Records aliases.
    ///
    /// # Errors
    /// Of the database.
    pub fn add_aliases(&mut self, code: ContributorCode, aliases: &[Text]) -> Result<(), Error> {
        self.record("reference", |record| aliases.iter().try_for_each(|alias| record.alias(code, alias)))
    }

    /// Records a fund.
    ///
    /// # Errors
    /// Of the database.
    pub fn add_fund(&mut self, fund: &Fund) -> Result<(), Error> {
        self.record("reference", |record| record.fund(fund))
    }

    /// Records a bank account.
    ///
    /// # Errors
    /// Of the database.
    pub fn add_bank(&mut self, bank: &BankAccount) -> Result<(), Error> {
        self.record("reference", |record| record.bank(bank))
    }

    /// Records the value of a parameter.
    ///
    /// # Errors
    /// Of the database.
    pub fn add_parameter(&mut self, parameter: &Parameter) -> Result<(), Error> {
        self.record("reference", |record| record.parameter(parameter))
    }

    /// Records a rate.
    ///
    /// # Errors
    /// Of the database.
    pub fn add_rate(&mut self, rate: &Rate) -> Result<(), Error> {
        self.record("reference", |record| {
            let (number, date, units) = (record.number(), rate.date.to_string(), rate.units.to_string());
            record.row(
                &RATE,
                Group::Rates(rate.currency),
                &[rate.currency.code().into(), date.as_str().into(), number.into(), units.as_str().into(), rate.source.as_str().into()],
            )
        })
    }
}

impl super::writer::Record<'_, '_> {
    pub(super) fn contributor(&mut self, contributor: &Contributor) -> Result<(), Error> {
        let number = self.number();
        self.reference(&CONTRIBUTOR, &[contributor.code.as_str().into(), number.into(), contributor.name.as_str().into(), contributor.kind.name().into()])
    }

    pub(super) fn alias(&mut self, code: ContributorCode, alias: &Text) -> Result<(), Error> {
        let number = self.number();
        self.reference(&ALIAS, &[code.as_str().into(), alias.as_str().into(), number.into()])
    }

    pub(super) fn area(&mut self, area: &Area) -> Result<(), Error> {
        let number = self.number();
        self.reference(&AREA, &[area.code.as_str().into(), number.into(), area.name.as_str().into()])
    }

    pub(super) fn fund(&mut self, fund: &Fund) -> Result<(), Error> {
        let number = self.number();
        let area = fund.area.as_ref().map(AreaCode::as_str);
        self.reference(&FUND, &[fund.code.as_str().into(), number.into(), fund.name.as_str().into(), area.into()])
    }

    pub(super) fn bank(&mut self, bank: &BankAccount) -> Result<(), Error> {
        let number = self.number();
        let account = bank.number.as_ref().map(Text::as_str);
        self.reference(&BANK, &[bank.code.as_str().into(), number.into(), bank.name.as_str().into(), bank.currency.code().into(), account.into()])
    }

    pub(super) fn parameter(&mut self, parameter: &Parameter) -> Result<(), Error> {
        let (number, since, value) = (self.number(), parameter.since.to_string(), parameter.value.to_string());
        self.reference(&PARAMETER, &[number.into(), parameter.name.into(), since.as_str().into(), value.as_str().into(), parameter.source.as_str().into()])
    }

    pub(super) fn account(&mut self, code: AccountCode, name: &str, class: &str) -> Result<(), Error> {
        let number = self.number();
        self.reference(&ACCOUNT, &[i64::from(code.number()).into(), number.into(), name.into(), class.into()])
    }

    fn reference(&mut self, table: &'static Table, cells: &[Cell<'_>]) -> Result<(), Error> {
        self.row(table, Group::Table(table.name), cells)
    }
}
