//! The registers: contributors, aliases, funds, bank accounts, rates and parameters.

use super::Ledger;
use super::drafting::Prepared;
use super::form::{AccountForm, ContributorForm, FundForm, ParameterForm, RateForm};
use super::intake::Intake;
use crate::book::contributor::{Contributor, ContributorKind, alike};
use crate::book::exchange;
use crate::book::fund::{BankAccount, Fund};
use crate::book::journal::Rate;
use crate::book::parameter::{self, Parameter};
use crate::book::text::quoted;
use crate::book::{BankCode, ContributorCode, Currency, FundCode, Refusal, Text};
use crate::error::Error;
use crate::report::SUM;
use crate::report::slip::Slip;
use crate::store::{Reference, Writer};
use rust_decimal::Decimal;

/// Something to add, or the news that it is there.
pub(super) enum Addition {
    Contributor(Contributor),
    Aliases(ContributorCode, Vec<Text>),
    Fund(Fund),
    Bank(BankAccount),
    Rate(Rate),
    Parameter(Parameter),
    There(String),
}

impl Ledger {
    /// Adds a contributor.
    ///
    /// # Errors
    /// What the form, the register or the store refuse.
    pub fn add_contributor(&mut self, form: &ContributorForm) -> Result<Slip, Error> {
        self.add(|intake| intake.contributor_form(form))
    }

    /// Adds another name of a contributor.
    ///
    /// # Errors
    /// What the register or the store refuse.
    pub fn add_alias(&mut self, contributor: &str, alias: &str) -> Result<Slip, Error> {
        self.add(|intake| {
            let (contributor, alias) = (intake.contributor(contributor), intake.take("alias", alias_of(alias)));
            let (contributor, alias) = intake.complete(contributor.zip(alias))?;
            let new = intake.reference.register.clone().add_alias(contributor, alias.clone())?;
            Ok(if new { Addition::Aliases(contributor, vec![alias]) } else { Addition::There(contributor.to_string()) })
        })
    }

    /// Adds a fund.
    ///
    /// # Errors
    /// What the form or the store refuse.
    pub fn add_fund(&mut self, form: &FundForm) -> Result<Slip, Error> {
        self.add(|intake| intake.fund_form(form))
    }

    /// Adds a bank account.
    ///
    /// # Errors
    /// What the form or the store refuse.
    pub fn add_account(&mut self, form: &AccountForm) -> Result<Slip, Error> {
        self.add(|intake| {
            let (code, name) = (intake.take("code", BankCode::parse(&form.code)), intake.take("name", Text::parse("name", &form.name)));
            let currency = form.currency.as_deref().map_or(Ok(intake.reporting()), Currency::parse);
            let (currency, number) = (intake.take("currency", currency), intake.optional("number", form.number.as_deref()));
            let ((code, name), (currency, number)) = intake.complete(code.zip(name).zip(currency.zip(number)))?;
            let bank = BankAccount { code, name, currency, number };
            match intake.reference.banks.get(&code) {
                None => Ok(Addition::Bank(bank)),
                Some(there) if *there == bank => Ok(Addition::There(code.to_string())),
                Some(there) => {
                    let number = |bank: &BankAccount| bank.number.as_ref().map_or_else(|| "none".to_owned(), Text::to_string);
                    let differences = [
                        ("name", there.name.to_string(), bank.name.to_string()),
                        ("currency", there.currency.to_string(), bank.currency.to_string()),
                        ("number", number(there), number(&bank)),
                    ];
                    Err(taken("bank account", code, &differences, taken_way("account")).into())
                }
            }
        })
    }

    /// Adds a rate of exchange.
    ///
    /// # Errors
    /// What the form or the store refuse.
    pub fn add_rate(&mut self, form: &RateForm) -> Result<Slip, Error> {
        self.add(|intake| intake.rate_form(form))
    }

    /// Sets a parameter from a day on.
    ///
    /// # Errors
    /// What the form or the store refuse.
    pub fn add_parameter(&mut self, form: &ParameterForm) -> Result<Slip, Error> {
        // Whoever may switch the rule off alone has no second pair of eyes.
        if parameter::known(&form.name) == Ok(parameter::TWO_PAIRS) { self.with_two(Prepared::Parameter(form.clone())) } else { self.add_parameter_now(form) }
    }

    pub(super) fn add_parameter_now(&mut self, form: &ParameterForm) -> Result<Slip, Error> {
        self.add(|intake| {
            let name = intake.take("name", parameter::known(&form.name));
            let value = name.and_then(|name| intake.take("value", parameter::parse_value(name, &form.value)));
            let (since, source) = (intake.date(form.since.as_deref()), intake.take("source", Text::parse("source", &form.source)));
            let ((name, value), (since, source)) = intake.complete(name.zip(value).zip(since.zip(source)))?;
            let parameter = Parameter { name, since, value, source };
            let there = intake.reference.parameters.on(name, since).is_ok_and(|there| *there == parameter);
            Ok(if there { Addition::There(name.to_owned()) } else { Addition::Parameter(parameter) })
        })
    }

    fn add(&mut self, decide: impl FnOnce(&mut Intake<'_>) -> Result<Addition, Error>) -> Result<Slip, Error> {
        let (today, command) = (self.session.now.today(), self.session.command.clone());
        let (slip, recorded) = self.write(|writer| {
            let reference = writer.view().reference()?;
            let addition = decide(&mut Intake::new(writer.view(), &reference, today, command))?;
            write(writer, &addition)?;
            Ok(slip(&addition))
        })?;
        Ok(self.sealed(slip, recorded.seal))
    }
}

/// Writes an addition; one that is there already writes nothing.
pub(super) fn write(writer: &mut Writer<'_>, addition: &Addition) -> Result<(), Error> {
    match addition {
        Addition::Contributor(contributor) => writer.add_contributor(contributor),
        Addition::Aliases(code, aliases) => writer.add_aliases(*code, aliases),
        Addition::Fund(fund) => writer.add_fund(fund),
        Addition::Bank(bank) => writer.add_bank(bank),
        Addition::Rate(rate) => writer.add_rate(rate),
        Addition::Parameter(parameter) => writer.add_parameter(parameter),
        Addition::There(_) => Ok(()),
    }
}

fn slip(addition: &Addition) -> Slip {
    match addition {
        Addition::There(subject) => Slip::already(subject.clone()),
        addition => {
            let (subject, headline) = tell(addition);
            Slip::added(subject, headline)
        }
    }
}

/// What an addition is about, and a line that says what it adds.
pub(super) fn tell(addition: &Addition) -> (String, String) {
    match addition {
        Addition::Contributor(new) => (new.code.to_string(), format!("contributor {}: {}, {}", new.code, new.name, new.kind)),
        Addition::Aliases(code, aliases) => {
            let aliases = aliases.iter().map(Text::as_str).collect::<Vec<_>>().join(" and ");
            (code.to_string(), format!("{code} is also called {aliases}"))
        }
        Addition::Fund(fund) => {
            let area = fund.area.map_or_else(String::new, |area| format!(", programme area {area}"));
            (fund.code.to_string(), format!("fund {}: {}{area}", fund.code, fund.name))
        }
        Addition::Bank(bank) => (bank.code.to_string(), format!("bank account {}: {}, kept in {}", bank.code, bank.name, bank.currency)),
        Addition::Rate(rate) => (rate.currency.to_string(), format!("from {} on a US dollar is {} {} ({})", rate.date, rate.currency, rate.units, rate.source)),
        Addition::Parameter(parameter) => {
            let Parameter { name, since, source, .. } = parameter;
            ((*name).to_owned(), format!("{} from {since} on ({source})", parameter.told()))
        }
        Addition::There(subject) => (subject.clone(), format!("{subject} is there already")),
    }
}

/// A code for a contributor or a fund: the one that stands for the sum where reports are read by programs is none.
fn unreserved<C: ToString>(code: Result<C, Refusal>) -> Result<C, Refusal> {
    code.and_then(|code| if code.to_string() == SUM { Err(Refusal::CodeReserved { code: code.to_string() }) } else { Ok(code) })
}

/// A name of a contributor or a fund: none is what the sum is called.
fn name_of(field: &'static str, typed: &str) -> Result<Text, Refusal> {
    let name = Text::parse(field, typed)?;
    if alike(name.as_str(), SUM) { Err(Refusal::CodeReserved { code: SUM.to_owned() }) } else { Ok(name) }
}

/// An alias: where many stand in one cell, a bar parts them.
fn alias_of(typed: &str) -> Result<Text, Refusal> {
    let alias = name_of("alias", typed)?;
    if alias.as_str().contains('|') { Err(Refusal::TextCharacter { field: "alias", code: "'|'".into() }) } else { Ok(alias) }
}

impl Reference {
    /// Lets what was added be known to what is read next.
    pub(super) fn add(&mut self, addition: Addition) -> Result<(), Error> {
        match addition {
            Addition::Contributor(contributor) => self.register.add(contributor)?,
            Addition::Aliases(code, aliases) => {
                for alias in aliases {
                    self.register.add_alias(code, alias)?;
                }
            }
            Addition::Fund(fund) => _ = self.funds.insert(fund.code, fund),
            Addition::Bank(bank) => _ = self.banks.insert(bank.code, bank),
            Addition::Rate(_) | Addition::Parameter(_) | Addition::There(_) => {}
        }
        Ok(())
    }
}

impl Intake<'_> {
    pub(super) fn contributor_form(&mut self, form: &ContributorForm) -> Result<Addition, Error> {
        let (code, name) = (self.take("code", unreserved(ContributorCode::parse(&form.code))), self.take("name", name_of("name", &form.name)));
        let kind = form.kind.as_deref().map_or(Ok(ContributorKind::Organisation), |typed| {
            let known = "member-state, state, organisation";
            ContributorKind::from_name(typed.trim()).ok_or_else(|| Refusal::KindForm { what: "contributor", text: crate::book::text::excerpt(typed), known })
        });
        let kind = self.take("kind", kind);
        let aliases: Vec<Option<Text>> = form.aliases.iter().map(|alias| self.take("alias", alias_of(alias))).collect();
        let aliases = aliases.into_iter().collect::<Option<Vec<Text>>>();
        let ((code, name), (kind, aliases)) = self.complete(code.zip(name).zip(kind.zip(aliases)))?;
        if let Some(there) = self.reference.register.get(code) {
            // A member State is a State, and published lists spell the names of States in many ways: in a file, another spelling becomes one of its
            // names. A code may be a slip, too, which would merge two States: so the spelling must be likely its own, and by hand there is none.
            let is_state = there.kind != ContributorKind::Organisation;
            let same_kind = form.kind.is_none() || (kind != ContributorKind::Organisation) == is_state;
            let same_name = self.reference.register.find(name.as_str()).is_ok_and(|named| named.code == code);
            let is_spelling = is_state && self.is_of_row() && self.reference.register.likely(name.as_str()) == Some(code);
            if !(same_kind && (same_name || is_spelling)) {
                if same_kind {
                    // A name of another contributor is told as that: it could not become one of this one.
                    self.reference.register.clone().add_alias(code, name.clone())?;
                }
                let given = if same_kind { there.kind } else { kind };
                let way = match given == there.kind {
                    true => format!("if it is the same one: corefund add alias {code} {}; if not, give this one a code of its own", quoted(name.as_str())),
                    false => {
                        format!("if it is the same one, it is recorded, and its kind stays: corefund show {code}; if not, give this one a code of its own")
                    }
                };
                let differences = [("name", there.name.to_string(), name.to_string()), ("kind", there.kind.to_string(), given.to_string())];
                return Err(taken("contributor", code, &differences, way).into());
            }
            let spelling = if same_name { None } else { self.take("name", alias_of(name.as_str())) };
            let named = spelling.map(|name| ("name", name)).into_iter().chain(aliases.into_iter().map(|alias| ("alias", alias)));
            let (mut register, mut new) = (self.reference.register.clone(), Vec::new());
            for (field, name) in named {
                if self.take(field, register.add_alias(code, name.clone())) == Some(true) {
                    new.push(name);
                }
            }
            self.complete(Some(()))?;
            return Ok(if new.is_empty() { Addition::There(code.to_string()) } else { Addition::Aliases(code, new) });
        }
        let contributor = Contributor { code, name, kind, aliases };
        let free = self.reference.register.clone().add(contributor.clone());
        let field = match &free {
            Err(Refusal::NameTaken { name, .. }) if name == contributor.name.as_str() => "name",
            Err(Refusal::NameTaken { name, .. }) if name != contributor.code.as_str() => "alias",
            _ => "code",
        };
        self.take(field, free);
        self.complete(Some(()))?;
        Ok(Addition::Contributor(contributor))
    }

    pub(super) fn fund_form(&mut self, form: &FundForm) -> Result<Addition, Error> {
        let (code, name) = (self.take("code", unreserved(FundCode::parse(&form.code))), self.take("name", name_of("name", &form.name)));
        let area = form.area.as_deref().filter(|area| !area.trim().is_empty()).map(|area| self.reference.area(area).map(|area| area.code)).transpose();
        let area = self.take("area", area);
        let ((code, name), area) = self.complete(code.zip(name).zip(area))?;
        let fund = Fund { code, name, area };
        match self.reference.funds.get(&code) {
            None => {
                // A fund is named by its code or its name.
                let like = |other: &&Fund| [other.code.as_str(), other.name.as_str()].iter().any(|taken| alike(taken, fund.name.as_str()));
                match self.reference.funds.values().find(like) {
                    Some(other) => Err(Refusal::NameTaken { name: fund.name.to_string(), holder: other.code.to_string() }.into()),
                    None => Ok(Addition::Fund(fund)),
                }
            }
            Some(there) if *there == fund => Ok(Addition::There(code.to_string())),
            Some(there) => {
                let area = |fund: &Fund| fund.area.map_or_else(|| "none".to_owned(), |area| area.to_string());
                let differences = [("name", there.name.to_string(), fund.name.to_string()), ("area", area(there), area(&fund))];
                Err(taken("fund", code, &differences, taken_way("fund")).into())
            }
        }
    }

    pub(super) fn rate_form(&mut self, form: &RateForm) -> Result<Addition, Error> {
        let (currency, date) = (self.take("currency", Currency::parse(&form.currency)), self.date(Some(&form.date)));
        let (units, source) = (self.take("units", exchange::parse_units(form.units.trim())), self.take("source", Text::parse("source", &form.source)));
        let ((currency, date), (units, source)) = self.complete(currency.zip(date).zip(units.zip(source)))?;
        // A rate is of a currency to a US dollar.
        if currency == Currency::usd() {
            return match units == Decimal::ONE {
                true => Ok(Addition::There(format!("{currency} {date}"))),
                false => Err(Refusal::RateOfDollar { given: units.to_string() }.into()),
            };
        }
        match self.view.units_on(currency, date)? {
            None => Ok(Addition::Rate(Rate { currency, date, units, source })),
            Some(there) if there == units => Ok(Addition::There(format!("{currency} {date}"))),
            Some(there) => Err(Refusal::RateExists { currency, date, units: there.to_string(), given: units.to_string() }.into()),
        }
    }
}

/// Why something cannot have a code that is taken: the fields in which it differs from what has it.
fn taken(what: &'static str, code: impl ToString, fields: &[(&str, String, String)], way: String) -> Refusal {
    let differs = fields.iter().filter(|(_, there, given)| there != given);
    let differences = differs.map(|(field, there, given)| format!("its {field} is {there}, not {given}")).collect::<Vec<_>>().join("; ");
    Refusal::CodeTaken { what, code: code.to_string(), differences, way }
}

fn taken_way(what: &str) -> String {
    format!("what is recorded of it stays, see it with: corefund list {what}s; leave this one out, or give it a code of its own")
}
