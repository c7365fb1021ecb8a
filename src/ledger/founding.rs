//! A new ledger: the member States, the Core Fund, the programme areas, the chart and the parameters of `data/`.

use super::{Ledger, Session};
use crate::book::contributor::{Contributor, ContributorKind};
use crate::book::fund::{Area, BankAccount, Fund};
use crate::book::parameter::{self, Parameter};
use crate::book::{AccountCode, AreaCode, BankCode, ContributorCode, Currency, FundCode, Refusal, Text, Year};
use crate::error::Error;
use crate::store::{Founding, Identity, Mode, Store};
use std::path::Path;

const CHART: &str = include_str!("../../data/chart.csv");
const AREAS: &str = include_str!("../../data/areas.csv");
const FUNDS: &str = include_str!("../../data/funds.csv");
const CONTRIBUTORS: &str = include_str!("../../data/contributors.csv");
const PARAMETERS: &str = include_str!("../../data/parameters.csv");

impl Ledger {
    /// Makes a new ledger that is kept in `currency`, with what every ledger of the fund begins with.
    ///
    /// # Errors
    /// [`Error::Surroundings`] when the file exists or cannot be made; [`Error::Refused`] for an unknown currency.
    pub fn create(path: &Path, currency: &str, session: Session) -> Result<Ledger, Error> {
        let mut id = [0; 16];
        getrandom::fill(&mut id).map_err(|cause| Error::surroundings("could not make a number for", path, cause))?;
        Ledger::create_as(path, currency, &id, session, |_| Ok(()))
    }

    /// Makes a new ledger with an identity of its own, and lets `then` record into it; it appears whole or not at all.
    ///
    /// # Errors
    /// As [`Ledger::create`], and what `then` fails with.
    pub fn create_as(
        path: &Path,
        currency: &str,
        id: &[u8; 16],
        session: Session,
        then: impl FnOnce(&mut Ledger) -> Result<(), Error>,
    ) -> Result<Ledger, Error> {
        let identity = Identity { id: crate::book::seal::hex(id), currency: Currency::parse(currency)?, created: session.now.utc() };
        let founding = founding(identity)?;
        let stamp = session.stamp();
        let mut desk = Some(session);
        let store = Store::create(path, &founding, &stamp, |store| {
            let session = desk.take().unwrap_or_else(|| Session::of_this_computer(""));
            let mut ledger = Ledger::with(store, session, Mode::Commit);
            then(&mut ledger)?;
            desk = Some(ledger.session);
            Ok(ledger.store)
        })?;
        let session = desk.unwrap_or_else(|| Session::of_this_computer(""));
        Ok(Ledger::with(store, session, Mode::Commit))
    }
}

fn founding(identity: Identity) -> Result<Founding, Error> {
    let text = |field: &'static str, text: &str| Text::parse(field, text);
    let first_day = Year::new(1900).map(Year::first_day).ok_or_else(|| broken("years"))?;
    let main = BankAccount { code: BankCode::main(), name: text("name", "Main account")?, currency: identity.currency, number: None };
    Ok(Founding {
        identity,
        accounts: rows(CHART, |row| {
            let code = row[0].parse().ok().and_then(AccountCode::from_number).ok_or(Refusal::CodeForm { text: row[0].to_owned() })?;
            Ok((code, row[1].to_owned(), row[2].to_owned()))
        })?,
        areas: rows(AREAS, |row| Ok(Area { code: AreaCode::parse(&row[0])?, name: text("name", &row[1])? }))?,
        funds: rows(FUNDS, |row| {
            let area = (!row[2].is_empty()).then(|| AreaCode::parse(&row[2])).transpose()?;
            Ok(Fund { code: FundCode::parse(&row[0])?, name: text("name", &row[1])?, area })
        })?,
        banks: vec![main],
        contributors: rows(CONTRIBUTORS, |row| {
            let aliases = row[3].split('|').filter(|alias| !alias.is_empty()).map(|alias| text("alias", alias)).collect::<Result<_, _>>()?;
            let kind = ContributorKind::from_name(&row[2]).unwrap_or(ContributorKind::MemberState);
            Ok(Contributor { code: ContributorCode::parse(&row[0])?, name: text("name", &row[1])?, kind, aliases })
        })?,
        parameters: rows(PARAMETERS, |row| {
            let name = parameter::known(&row[0])?;
            Ok(Parameter { name, since: first_day, value: parameter::parse_value(name, &row[1])?, source: text("source", &row[2])? })
        })?,
    })
}

/// The rows of a CSV file of the program, read.
fn rows<T>(file: &str, read: impl Fn(&csv::StringRecord) -> Result<T, Refusal>) -> Result<Vec<T>, Error> {
    let mut reader = csv::Reader::from_reader(file.as_bytes());
    reader.records().map(|record| Ok(read(&record.map_err(|_| broken("files"))?)?)).collect()
}

fn broken(what: &str) -> Error {
    Error::damaged(format!("the {what} that the program was built with cannot be read"))
}
