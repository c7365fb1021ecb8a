//! The sheets: what each command asks, in the order of the paper in the officer's hand.

use crate::Error;
use crate::ledger::{Answers, Choice, Choosing, Form, Ledger};

/// One question.
#[derive(Debug)]
pub struct Field {
    /// The field of the form, and the argument of the command.
    pub name: &'static str,
    /// How it is asked.
    pub label: &'static str,
    /// What helps to answer it.
    pub help: &'static str,
    /// Whether it goes without an option's name.
    pub positional: bool,
    /// Whether it must be answered.
    pub required: bool,
    /// Whether the most similar past entry gives its default.
    pub repeats: bool,
    /// What there is to choose from.
    pub choosing: Option<Choosing>,
}

/// What a command asks.
#[derive(Debug)]
pub struct Sheet {
    /// The command.
    pub command: &'static str,
    /// What is looked up for defaults.
    pub form: Form,
    /// The questions.
    pub fields: Vec<Field>,
}

/// The payer of whom nobody knows.
pub const NOBODY: &str = "?";

fn field(name: &'static str, label: &'static str) -> Field {
    let choosing = match name {
        "contributor" => Some(Choosing::Contributor),
        "fund" => Some(Choosing::Fund),
        "account" => Some(Choosing::Account),
        "receipt" => Some(Choosing::Unidentified),
        "pledge" => Some(Choosing::Pledge),
        _ => None,
    };
    Field { name, label, help: "", positional: false, required: false, repeats: false, choosing }
}

impl Field {
    fn first(self) -> Field {
        Field { positional: true, required: true, ..self }
    }

    fn required(self) -> Field {
        Field { required: true, ..self }
    }

    fn repeats(self) -> Field {
        Field { repeats: true, ..self }
    }

    fn help(self, help: &'static str) -> Field {
        Field { help, ..self }
    }
}

impl Sheet {
    /// The sheet of a command; none for a command that does not ask.
    pub fn of(command: &str) -> Option<Sheet> {
        let pledged = |command, authority| Sheet {
            command,
            form: Form::Pledge,
            fields: vec![
                field("contributor", "Contributor").first(),
                field("amount", "Amount").first().repeats(),
                field("year", "For the year").required(),
                field("fund", "Fund").repeats(),
                field("date", "Day of the document"),
                field("authority", "Authority").required().help(authority),
                field("reference", "Reference").help("the office's own key, or nothing"),
                field("due", "Due"),
            ],
        };
        Some(match command {
            "announce" => pledged("announce", "the report and paragraph that notes it"),
            "pledge" => pledged("pledge", "the letter, agreement or report that makes it binding"),
            "receive" => Sheet {
                command: "receive",
                form: Form::Receipt,
                fields: vec![
                    field("contributor", "Payer").first().help("a contributor; ? when nobody knows who paid"),
                    field("amount", "Amount that reached the bank").first().repeats(),
                    field("date", "Value date"),
                    field("account", "Bank account").repeats(),
                    field("fund", "Fund").repeats(),
                    field("pledge", "Only for the pledge").help("nothing: what is due longest is paid first"),
                    field("reference", "Bank reference").help("or nothing"),
                    field("payer", "Payer as the bank printed it").repeats(),
                ],
            },
            "identify" => Sheet {
                command: "identify",
                form: Form::Identification,
                fields: vec![
                    field("receipt", "Unidentified receipt").first(),
                    field("contributor", "Who paid it").first().repeats(),
                    field("fund", "Fund").help("nothing: where something is due"),
                    field("pledge", "Only for the pledge").help("nothing: what is due longest is paid first"),
                    field("date", "Day"),
                    field("authority", "Authority").help("what tells who it was: a message of the bank, a letter"),
                ],
            },
            "spend" => Sheet {
                command: "spend",
                form: Form::Expenditure,
                fields: vec![
                    field("fund", "Fund").first(),
                    field("amount", "Amount").first(),
                    field("kind", "Kind").repeats().help("expenditure, programme-support or bank-charge"),
                    field("date", "Day"),
                    field("account", "Bank account").repeats(),
                    field("support", "Charge programme support on it").help("yes or no"),
                    field("reference", "Reference").help("or nothing"),
                    field("note", "What for"),
                ],
            },
            _ => return None,
        })
    }

    /// Where the question is that a refusal is about.
    pub fn place_of(&self, error: &Error) -> Option<usize> {
        let Error::Faults(faults) = error else { return None };
        faults.iter().find_map(|fault| self.fields.iter().position(|field| field.name == fault.field))
    }

    /// Whether a question is passed over, after what was answered before.
    pub fn passes(&self, name: &str, answers: &Answers, ledger: &Ledger) -> bool {
        let given = |field: &str| answers.get(field).is_some_and(|answer| !answer.is_empty());
        let nobody = answers.get("contributor").is_some_and(|answer| answer == NOBODY);
        match name {
            "amount" | "date" | "payer" | "account" if given("line") => true,
            "amount" | "year" | "due" if given("instalment") => true,
            "contributor" | "amount" if given("unidentified") => true,
            "account" => ledger.choices(Choosing::Account).is_ok_and(|accounts| accounts.len() < 2),
            "pledge" => nobody || given("year") || given("recovery") || self.open_pledges(answers, ledger).is_ok_and(|open| open.is_empty()),
            "support" => answers.get("kind").is_some_and(|kind| kind != "expenditure"),
            _ => false,
        }
    }

    /// Whether an answer means something that is no value of its field.
    pub fn knows(&self, name: &str, typed: &str) -> bool {
        name == "contributor" && typed == NOBODY && self.command == "receive"
    }

    /// What Enter takes when no past entry gives it.
    pub fn default(&self, name: &str, answers: &Answers, ledger: &Ledger) -> Option<String> {
        let today = ledger.session().now.today();
        match name {
            "date" => Some(today.to_string()),
            "fund" if self.form == Form::Pledge => Some("CORE".into()),
            "year" if self.form == Form::Pledge => Some(today.year().to_string()),
            "due" => answers.get("year").map(|year| format!("{year}-12-31")),
            "kind" => Some("expenditure".into()),
            "support" => Some("no".into()),
            "account" => Some("MAIN".into()),
            _ => None,
        }
    }

    /// What there is to choose from: of pledges, those of the contributor.
    pub fn choices(&self, field: &Field, answers: &Answers, ledger: &Ledger) -> Result<Vec<Choice>, Error> {
        let words = |words: &[&str]| words.iter().map(|word| Choice { value: (*word).into(), about: String::new(), names: Vec::new() }).collect();
        match (field.name, field.choosing) {
            ("pledge", _) => self.open_pledges(answers, ledger),
            ("kind", _) => Ok(words(&["expenditure", "programme-support", "bank-charge"])),
            ("support", _) => Ok(words(&["yes", "no"])),
            (_, Some(choosing)) => ledger.choices(choosing),
            (_, None) => Ok(Vec::new()),
        }
    }

    fn open_pledges(&self, answers: &Answers, ledger: &Ledger) -> Result<Vec<Choice>, Error> {
        let typed = answers.get("contributor").map_or("", String::as_str).to_lowercase();
        let contributors = ledger.choices(Choosing::Contributor)?;
        let named = |one: &Choice| one.value.to_lowercase() == typed || one.names.iter().any(|name| name.to_lowercase() == typed);
        let Some(code) = contributors.into_iter().find(named).map(|one| one.value) else { return Ok(Vec::new()) };
        Ok(ledger.choices(Choosing::Pledge)?.into_iter().filter(|pledge| pledge.names.contains(&code)).collect())
    }
}
