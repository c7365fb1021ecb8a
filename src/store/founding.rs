//! The founding of a ledger: its identity and all that it begins with, as the first record.

use super::row::LEDGER;
use super::writer::Writer;
use super::{Identity, Mode, Stamp, Store, connection, file, schema, surroundings};
use crate::book::contributor::Contributor;
use crate::book::fund::{Area, BankAccount, Fund};
use crate::book::parameter::Parameter;
use crate::book::{AccountCode, ContributorCode, Text};
use crate::error::Error;
use std::path::Path;

/// What a new ledger begins with.
#[derive(Debug, Clone)]
pub struct Founding {
    /// Its identity.
    pub identity: Identity,
    /// The chart: number, name and class.
    pub accounts: Vec<(AccountCode, String, String)>,
    /// The programme areas.
    pub areas: Vec<Area>,
    /// The funds.
    pub funds: Vec<Fund>,
    /// The bank accounts.
    pub banks: Vec<BankAccount>,
    /// The contributors.
    pub contributors: Vec<Contributor>,
    /// The parameters.
    pub parameters: Vec<Parameter>,
}

impl Store {
    /// Makes a new ledger, founded by its first record, with whatever `then` records into it before it appears, whole or not at all.
    ///
    /// # Errors
    /// [`Error::Surroundings`] when the file exists or cannot be made, and what `then` fails with.
    pub fn create(path: &Path, founding: &Founding, stamp: &Stamp, then: impl FnOnce(Store) -> Result<Store, Error>) -> Result<Store, Error> {
        let target = file::absolute(path)?;
        if std::fs::symlink_metadata(&target).is_ok() {
            return Err(Error::surroundings("could not make", &target, "it exists already, and nothing replaces a ledger"));
        }
        file::demand_no_journal(&target)?;
        let (beside, empty) = file::Beside::new(&target)?;
        drop(empty);
        let (path, connection) = (beside.path().to_owned(), connection::open(beside.path())?);
        let mut store = Store { shared: surroundings::is_on_network_drive(&path), path, connection, identity: founding.identity.clone() };
        schema::create(&store.connection).map_err(|cause| connection::failure(cause, &target))?;
        store.write(stamp, Mode::Commit, |writer| writer.found(founding))?;
        drop(then(store)?);
        beside.place_ledger()?;
        Store::open(&target).map_err(|error| Error::Unconfirmed { recorded: target.display().to_string(), cause: error.to_string() })
    }
}

impl Writer<'_> {
    fn found(&mut self, founding: &Founding) -> Result<(), Error> {
        let mut founding = founding.clone();
        founding.accounts.sort();
        founding.areas.sort_by_key(|area| area.code);
        founding.funds.sort_by_key(|fund| fund.code);
        founding.banks.sort_by_key(|bank| bank.code);
        founding.contributors.sort_by_key(|contributor| contributor.code);
        founding.parameters.sort_by_key(|parameter| parameter.name);
        let mut aliases: Vec<(ContributorCode, &Text)> =
            founding.contributors.iter().flat_map(|contributor| contributor.aliases.iter().map(|alias| (contributor.code, alias))).collect();
        aliases.sort();
        self.record("founding", |record| {
            let Identity { id, currency, created } = &founding.identity;
            let number = record.number();
            record.chained(&LEDGER, &[number.into(), id.as_str().into(), currency.code().into(), created.as_str().into()])?;
            founding.accounts.iter().try_for_each(|(code, name, class)| record.account(*code, name, class))?;
            founding.areas.iter().try_for_each(|area| record.area(area))?;
            founding.funds.iter().try_for_each(|fund| record.fund(fund))?;
            founding.banks.iter().try_for_each(|bank| record.bank(bank))?;
            founding.contributors.iter().try_for_each(|contributor| record.contributor(contributor))?;
            aliases.iter().try_for_each(|(code, alias)| record.alias(*code, alias))?;
            founding.parameters.iter().try_for_each(|parameter| record.parameter(parameter))
        })
    }
}
