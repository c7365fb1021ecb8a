//! What contributors promised and paid, as the International Aid Transparency Initiative publishes it: version 2.03 of its activity standard. An activity
//! is a fund; its transactions are incoming pledges (13, announced), incoming commitments (11, confirmed) and incoming funds (1). What came in kind
//! is incoming funds through disbursement channel 4 (aid in kind). Figures are in the currency they were promised and paid in; what was taken back
//! is negative.

use crate::book::contributor::{ContributorKind, Register};
use crate::book::journal::{JournalEntry, JournalEvent};
use crate::book::{Account, ContributorCode, Date, EntryKind, FundCode, Money};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use std::io::{self, Write};

/// Who publishes, and of what kind the activities are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publisher {
    /// The identifier of the organisation, such as `XM-DAC-41122`.
    pub identifier: String,
    /// Its name.
    pub name: String,
    /// The type of organisation: 40 is multilateral.
    pub kind: String,
    /// The DAC sector of the activities: 41010 is environmental policy.
    pub sector: String,
    /// The DAC region of the activities: 789 is Far East Asia.
    pub region: String,
}

/// A fund as an activity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// The fund.
    pub fund: FundCode,
    /// Its name.
    pub name: String,
    /// The first day of its books.
    pub begins: Date,
}

/// A transaction type of the standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Funds,
    Commitment,
    Pledge,
}

impl Kind {
    fn code(self) -> &'static str {
        match self {
            Kind::Funds => "1",
            Kind::Commitment => "11",
            Kind::Pledge => "13",
        }
    }
}

/// A document in the making.
pub struct Document<'a> {
    xml: Writer<&'a mut dyn Write>,
    publisher: Publisher,
    register: &'a Register,
}

impl<'a> Document<'a> {
    /// Begins a document. `generated` is a time in UTC: of the last command that the ledger recorded, so that the same ledger gives the same bytes.
    ///
    /// # Errors
    /// Of the writer.
    pub fn begin(out: &'a mut dyn Write, publisher: Publisher, register: &'a Register, generated: &str) -> io::Result<Document<'a>> {
        let mut xml = Writer::new_with_indent(out, b' ', 2);
        xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        let mut document = Document { xml, publisher, register };
        document.open("iati-activities", &[("version", "2.03"), ("generated-datetime", generated)])?;
        Ok(document)
    }

    /// Begins an activity; its transactions follow.
    ///
    /// # Errors
    /// Of the writer.
    pub fn activity(&mut self, activity: &Activity, currency: &str) -> io::Result<()> {
        let publisher = self.publisher.clone();
        self.open("iati-activity", &[("default-currency", currency), ("xml:lang", "en"), ("hierarchy", "1")])?;
        let identifier = format!("{}-{}", publisher.identifier, activity.fund);
        self.xml.create_element("iati-identifier").write_text_content(BytesText::new(&identifier))?;
        self.organisation("reporting-org", Some(&publisher.identifier), &[("type", &publisher.kind)], &publisher.name)?;
        self.narrated("title", &[], &activity.name)?;
        self.narrated("description", &[("type", "1")], &format!("Contributions to the fund {} ({})", activity.name, activity.fund))?;
        // Role 4 is implementing, status 2 is implementation, date type 2 is the actual start.
        self.organisation("participating-org", Some(&publisher.identifier), &[("role", "4"), ("type", &publisher.kind)], &publisher.name)?;
        self.xml.create_element("activity-status").with_attribute(("code", "2")).write_empty()?;
        let begins = activity.begins.to_string();
        self.xml.create_element("activity-date").with_attribute(("type", "2")).with_attribute(("iso-date", begins.as_str())).write_empty()?;
        self.xml.create_element("recipient-region").with_attribute(("code", publisher.region.as_str())).with_attribute(("vocabulary", "1")).write_empty()?;
        self.xml.create_element("sector").with_attribute(("code", publisher.sector.as_str())).with_attribute(("vocabulary", "1")).write_empty()?;
        Ok(())
    }

    /// Writes what an entry did with contributions to a fund.
    ///
    /// # Errors
    /// Of the writer.
    pub fn entry(&mut self, fund: FundCode, entry: &JournalEntry, event: &JournalEvent) -> io::Result<()> {
        for (kind, in_kind, contributor, amount) in movements(fund, entry) {
            let date = entry.entry.date().to_string();
            self.open("transaction", &[("ref", &entry.number.to_string())])?;
            self.xml.create_element("transaction-type").with_attribute(("code", kind.code())).write_empty()?;
            self.xml.create_element("transaction-date").with_attribute(("iso-date", date.as_str())).write_empty()?;
            let value = self.xml.create_element("value").with_attribute(("currency", amount.currency().code())).with_attribute(("value-date", date.as_str()));
            value.write_text_content(BytesText::new(&amount.plain()))?;
            if let Some(words) = event.papers.authority.as_ref().or(event.papers.note.as_ref()) {
                self.narrated("description", &[], words.as_str())?;
            }
            let state = self.register.get(contributor).is_some_and(|one| one.kind != ContributorKind::Organisation);
            let name = self.register.name(contributor);
            // 10 is a government, 90 another organisation.
            self.organisation("provider-org", None, &[("type", if state { "10" } else { "90" })], &name)?;
            let publisher = self.publisher.clone();
            self.organisation("receiver-org", Some(&publisher.identifier), &[("type", &publisher.kind)], &publisher.name)?;
            if in_kind {
                self.xml.create_element("disbursement-channel").with_attribute(("code", "4")).write_empty()?;
            }
            self.close("transaction")?;
        }
        Ok(())
    }

    /// Ends an activity.
    ///
    /// # Errors
    /// Of the writer.
    pub fn end_activity(&mut self) -> io::Result<()> {
        self.close("iati-activity")
    }

    /// Ends the document.
    ///
    /// # Errors
    /// Of the writer.
    pub fn end(mut self) -> io::Result<()> {
        self.close("iati-activities")?;
        self.xml.get_mut().write_all(b"\n")
    }

    fn open(&mut self, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        self.xml.write_event(Event::Start(BytesStart::new(name).with_attributes(attributes.iter().copied())))
    }

    fn close(&mut self, name: &str) -> io::Result<()> {
        self.xml.write_event(Event::End(BytesEnd::new(name)))
    }

    fn narrated(&mut self, name: &str, attributes: &[(&str, &str)], words: &str) -> io::Result<()> {
        self.open(name, attributes)?;
        self.xml.create_element("narrative").write_text_content(BytesText::new(words))?;
        self.close(name)
    }

    fn organisation(&mut self, name: &str, identifier: Option<&str>, attributes: &[(&str, &str)], words: &str) -> io::Result<()> {
        let all: Vec<(&str, &str)> = identifier.map(|identifier| ("ref", identifier)).into_iter().chain(attributes.iter().copied()).collect();
        self.narrated(name, &all, words)
    }
}

/// What an entry did, by type, way and contributor: amounts add up, and those that come to nothing are left out.
fn movements(fund: FundCode, entry: &JournalEntry) -> Vec<(Kind, bool, ContributorCode, Money)> {
    let kind = entry.entry.kind();
    let lines = || entry.entry.lines().iter().filter(|line| line.fund == fund);
    let payer = lines().find_map(|line| line.account.analysis().contributor);
    let mut sums: Vec<(Kind, bool, ContributorCode, Money)> = Vec::new();
    for line in lines() {
        let amount = line.signed_amount();
        let found = match (line.account, kind) {
            // Every change of what is announced or owed but by payment: a dispute moves it from one account to the other, and comes to nothing.
            (Account::Announced(claim), _) => Some((Kind::Pledge, false, claim.contributor, amount)),
            (Account::Receivable(claim) | Account::Disputed(claim), kind) if !pays(kind) => Some((Kind::Commitment, false, claim.contributor, amount)),
            (
                Account::Bank(_, Some(contributor)),
                EntryKind::Received | EntryKind::Identified | EntryKind::Applied | EntryKind::Recovered | EntryKind::Refunded,
            ) => Some((Kind::Funds, false, contributor, amount)),
            // What was paid by nobody known becomes incoming funds when its payer is known: of the fund that held it, less what moves to another one.
            (Account::Unidentified(_), EntryKind::Identified) => payer.map(|payer| (Kind::Funds, false, payer, amount)),
            (Account::GoodsInKind(contributor), EntryKind::InKind) => Some((Kind::Funds, true, contributor, amount.negated())),
            (Account::ServicesInKind(contributor), EntryKind::InKind) => Some((Kind::Funds, true, contributor, amount)),
            _ => None,
        };
        let Some((kind, in_kind, contributor, amount)) = found else { continue };
        let alike = sums.iter_mut().find(|(k, i, c, m)| (*k, *i, *c) == (kind, in_kind, contributor) && m.currency() == amount.currency());
        match alike {
            Some((.., sum)) => *sum = sum.plus(amount).unwrap_or(*sum),
            None => sums.push((kind, in_kind, contributor, amount)),
        }
    }
    sums.retain(|(.., amount)| !amount.is_zero());
    sums
}

/// Whether an entry of this kind settles: what it takes off a receivable is paid, rounded or revalued, and no change of what was promised.
fn pays(kind: EntryKind) -> bool {
    matches!(kind, EntryKind::Received | EntryKind::Identified | EntryKind::Applied | EntryKind::Rounded | EntryKind::Revalued)
}
