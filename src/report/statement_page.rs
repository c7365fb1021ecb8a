//! The annual statement as a document: cover, summary, a chapter for each fund, and lines to sign on.

use super::ageing::Ageing;
use super::document::{Block, Chart, Cover, Document, Signatures, told};
use super::drafts::DraftLine;
use super::history::History;
use super::notes::{self, Note};
use super::performance::Performance;
use super::statement::{Column, Figures, FundStatus, Rollcall, Statement};
use super::texts::Texts;
use crate::book::contributor::ContributorKind;
use crate::book::{AccountCode, ContributorCode, FundCode, Money};
use serde_json::Value;
use std::collections::BTreeMap;

/// A picture shows no more contributors than this, the largest.
const BARS: usize = 12;

/// What stands in the statement beside its figures.
#[derive(Debug, Clone, Default)]
pub struct Beside {
    /// Its texts.
    pub texts: Texts,
    /// Which edition it is, in words; a draft when none.
    pub edition: Option<String>,
    /// Whose extract it is.
    pub extract: Option<ContributorCode>,
    /// Who can have a row.
    pub rollcall: Vec<(ContributorCode, String, ContributorKind)>,
    /// The name of each account.
    pub accounts: BTreeMap<AccountCode, String>,
    /// The result of the year before, by fund.
    pub prior: BTreeMap<FundCode, Performance>,
    /// The years up to the statement's, by fund.
    pub history: BTreeMap<FundCode, History>,
    /// What is unpaid, by age.
    pub ageing: BTreeMap<FundCode, Ageing>,
    /// The pledge events that its figures come from, by fund.
    pub notes: BTreeMap<FundCode, Vec<Note>>,
    /// How many entries the year has, when they are too many for notes.
    pub too_many_for_notes: Option<i64>,
    /// What waits for approval, and is in no figure.
    pub drafts: Vec<DraftLine>,
}

impl Statement {
    /// The document.
    pub fn document(&self, beside: &Beside) -> Document {
        let texts = &beside.texts;
        let mut document = Document::new("statement", texts.fill("cover.title", &[("year", &self.year)]));
        document.cover = Some(self.cover(beside));
        for (label, fact) in [("as_at", self.as_of.to_string()), ("currency", self.currency.to_string()), ("seal", self.seal.to_string())] {
            document = document.fact(texts.get(&format!("cover.{label}")), fact);
        }
        document = document.with(Block::Paragraph(texts.fill("cover.reading", &[("currency", &self.currency)])));
        if let Some(summary) = self.summary(texts).filter(|_| beside.extract.is_none()) {
            document = document.with(Block::Heading(texts.get("summary.heading").to_owned())).table(summary);
        }
        let drafts: Vec<&DraftLine> = beside.drafts.iter().filter(|_| beside.extract.is_none()).collect();
        if !drafts.is_empty() {
            let lines = drafts.iter().map(|draft| draft.line(texts)).collect();
            document = document.with(Block::Heading(texts.get("drafts.heading").to_owned())).with(Block::Notes(lines));
        }
        for (_, _, funds) in self.by_area() {
            for fund in funds {
                document.blocks.extend(self.chapter(fund, beside));
            }
        }
        let text = |name: &str| texts.get(&format!("signatures.{name}")).to_owned();
        let signatures = Signatures { roles: ["prepared", "certified", "approved"].map(text).into(), fields: ["signature", "name", "date"].map(text).into() };
        document = document.with(Block::Signatures(signatures));
        document.rows = Some(self.rows());
        document.machine = Some(self.machine());
        if let (Some(Value::Object(machine)), false) = (&mut document.machine, drafts.is_empty()) {
            machine.insert("drafts".into(), drafts.iter().map(|draft| draft.machine()).collect());
        }
        document.seal = Some(self.seal);
        document.dated = Some(self.as_of);
        document.texts = texts.clone();
        document
    }

    fn cover(&self, beside: &Beside) -> Cover {
        let texts = &beside.texts;
        let funds = match self.funds.as_slice() {
            [fund] => fund.name.clone(),
            _ => texts.get("cover.all_funds").to_owned(),
        };
        let extract = beside.extract.and_then(|only| beside.rollcall.iter().find(|(code, _, _)| *code == only));
        let about = match extract {
            Some((_, name, _)) => format!("{funds} – {}", texts.fill("cover.extract", &[("contributor", name)])),
            None => funds,
        };
        let edition = beside.edition.clone().unwrap_or_else(|| texts.get("cover.draft").to_owned());
        Cover { body: texts.get("cover.body").to_owned(), about, edition }
    }

    fn chapter(&self, fund: &FundStatus, beside: &Beside) -> Vec<Block> {
        let (texts, names): (&Texts, &Rollcall) = (&beside.texts, &beside.rollcall);
        let mut blocks = vec![Block::Chapter(format!("{} – {}", fund.fund, fund.name))];
        blocks.extend(fund.area.as_ref().map(|area| Block::Paragraph(texts.fill("status.area", &[("area", area)]))));
        blocks.push(Block::Table(self.status(fund, beside)));
        if beside.extract.is_none() {
            blocks.extend(self.chart(fund, texts).map(Block::Chart));
        }
        blocks.extend(self.memoranda(fund, beside).map(Block::Table));
        if beside.extract.is_none() {
            let name = |account: AccountCode| {
                let number = account.to_string();
                let given = Some(texts.or("accounts", &number)).filter(|given| *given != number).map(str::to_owned);
                given.or_else(|| beside.accounts.get(&account).cloned()).unwrap_or(number)
            };
            blocks.push(Block::Table(fund.performance.table(beside.prior.get(&fund.fund), self.year, self.currency, name, texts)));
        }
        let ageing = beside.ageing.get(&fund.fund);
        let unpaid = ageing.filter(|ageing| ageing.total() != 0);
        if ageing.is_some() && unpaid.is_none() {
            blocks.push(Block::Paragraph(texts.fill("ageing.nothing", &[("as_of", &self.as_of)])));
        }
        if let Some(history) = beside.history.get(&fund.fund).filter(|history| !history.is_nothing()) {
            blocks.extend(history.tables(names, beside.extract, self.currency, texts).into_iter().map(Block::Table));
            blocks.extend(history.chart(self.currency, texts).filter(|_| beside.extract.is_none()).map(Block::Chart));
        }
        blocks.extend(unpaid.map(|ageing| Block::Table(ageing.table(names, beside.extract, self.currency, texts))));
        blocks.push(Block::Table(self.proofs(fund, beside)));
        let notes = beside.notes.get(&fund.fund).into_iter().flatten();
        let notes = notes.filter(|note| beside.extract.is_none_or(|only| only == note.contributor));
        blocks.extend(notes::blocks(&notes.collect::<Vec<_>>(), self.year, texts));
        if let Some(entries) = beside.too_many_for_notes {
            let said = texts.fill("notes.too_many", &[("year", &self.year), ("entries", &entries), ("fund", &fund.fund)]);
            blocks.extend([Block::Heading(texts.get("notes.heading").to_owned()), Block::Paragraph(said)]);
        }
        blocks
    }

    /// What each contributor pledged, paid and owes, as a picture; the largest when there are many.
    fn chart(&self, fund: &FundStatus, texts: &Texts) -> Option<Chart> {
        let of = |figures: &Figures| {
            let received = figures.get(Column::ReceivedPrior) + figures.get(Column::ReceivedCurrent);
            [figures.get(Column::Pledged), received, figures.closing()]
        };
        let all: Vec<(&str, [i64; 3])> = fund.rows.iter().map(|row| (row.name.as_str(), of(&row.figures))).filter(|(_, amounts)| *amounts != [0; 3]).collect();
        if all.is_empty() {
            return None;
        }
        let mut largest: Vec<usize> = (0..all.len()).collect();
        largest.sort_by_key(|place| std::cmp::Reverse(all[*place].1.iter().map(|amount| amount.abs()).max()));
        let shown = &largest[..all.len().min(BARS)];
        let mut bars: Vec<(String, [i64; 3])> = Vec::new();
        let mut others = [0; 3];
        for (place, (name, amounts)) in all.iter().enumerate() {
            if shown.contains(&place) {
                bars.push(((*name).to_owned(), *amounts));
            } else {
                others = std::array::from_fn(|which| others[which] + amounts[which]);
            }
        }
        let caption = texts.fill("chart.contributors", &[("currency", &self.currency)]);
        let names = ["pledged", "received", "outstanding"].map(|name| texts.get(&format!("chart.{name}")).to_owned());
        // All the others together would dwarf every bar: they are said, not drawn.
        let note = (shown.len() < all.len()).then(|| {
            let of_others = names.iter().zip(others).map(|(name, amount)| format!("{name} {}", self.money(amount).grouped())).collect::<Vec<_>>();
            texts.fill("chart.others", &[("count", &(all.len() - shown.len())), ("amounts", &of_others.join(", "))])
        });
        let amounts = |which: usize| bars.iter().map(|(_, amounts)| self.money(amounts[which])).collect();
        let series: Vec<(String, Vec<Money>)> = names.into_iter().enumerate().map(|(which, name)| (name, amounts(which))).collect();
        let categories: Vec<String> = bars.into_iter().map(|(name, _)| name).collect();
        Some(Chart { told: told(&caption, &categories, &series, note.as_deref()), caption, over_time: false, categories, series, note })
    }
}
