//! The annual statement as a document, and as programs read it.

use super::document::{Block, Cell, Document, Table, seal_value};
use super::performance::Performance;
use super::statement::{Column, Figures, FundStatus, Statement};
use crate::book::{AccountCode, FundCode};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What stands in the statement beside its figures.
#[derive(Debug, Clone, Default)]
pub struct Beside {
    /// The name of each account.
    pub accounts: BTreeMap<AccountCode, String>,
    /// The result of the year before, by fund.
    pub prior: BTreeMap<FundCode, Performance>,
    /// The authority of each pledge event of the year, by fund, in words.
    pub notes: BTreeMap<FundCode, Vec<String>>,
}

/// The columns of a row as programs read them, in their order.
const FIELDS: [&str; 15] = [
    "opening", "pledged", "adjustments", "received_prior", "received_current", "exchange", "closing", "closing_prior", "closing_current", "announced",
    "disputed", "received_in_advance", "advances_held", "in_kind", "last_receipt",
];

impl Statement {
    /// The document.
    pub fn document(&self, beside: &Beside) -> Document {
        let mut document = Document::new("statement", format!("Status of contributions {}", self.year))
            .fact("As at", self.as_of)
            .fact("Currency", self.currency)
            .fact("Seal", self.seal);
        document.seal = Some(self.seal);
        for fund in &self.funds {
            document = self.fund(document, fund, beside);
        }
        document.rows = Some(self.rows());
        document.machine = Some(self.machine());
        document
    }

    fn fund(&self, document: Document, fund: &FundStatus, beside: &Beside) -> Document {
        let area = fund.area.as_ref().map_or_else(String::new, |area| format!(" ({area})"));
        let mut document = document.with(Block::Heading(format!("{} – {}{area}", fund.fund, fund.name)));
        document = document.table(self.status(fund)).table(self.memoranda(fund));
        let names = |account: AccountCode| beside.accounts.get(&account).cloned().unwrap_or_else(|| account.to_string());
        let performance = fund.performance.table(beside.prior.get(&fund.fund), self.year, self.currency, names);
        document = document.table(performance).table(self.proofs(fund));
        match beside.notes.get(&fund.fund) {
            Some(notes) if !notes.is_empty() => document.with(Block::Notes(notes.clone())),
            _ => document,
        }
    }

    fn status(&self, fund: &FundStatus) -> Table {
        let mut table = Table::new(&[
            ("name", "Contributor"),
            ("opening", "A\nOpening"),
            ("pledged", "B\nPledged"),
            ("adjustments", "C\nAdjustments"),
            ("received_prior", "D Received,\nprior years"),
            ("received_current", "E Received,\ncurrent year"),
            ("exchange", "X\nExchange"),
            ("closing", "G\nClosing"),
            ("closing_prior", "of which\nprior years"),
            ("closing_current", "of which\ncurrent year"),
        ])
        .captioned("Status of contributions: A + B + C – D – E + X = G")
        .optional(&["opening", "adjustments", "received_prior", "exchange", "closing_prior", "closing_current"]);
        let fields: Vec<&'static str> = table.columns.iter().skip(1).map(|column| column.field).collect();
        for row in &fund.rows {
            table.row(self.cells(&row.name, &row.figures, &fields));
        }
        table.total(self.cells("Total", &fund.total, &fields));
        table
    }

    /// What is disclosed beside the columns, for those who have something to disclose.
    fn memoranda(&self, fund: &FundStatus) -> Table {
        let mut table = Table::new(&[
            ("name", "Contributor"),
            ("announced", "Announced,\nnot confirmed"),
            ("disputed", "Disputed,\nwithin G"),
            ("received_in_advance", "Received in\nadvance in year"),
            ("advances_held", "Held in\nadvance"),
            ("in_kind", "In kind"),
            ("last_receipt", "Last\nreceipt"),
        ])
        .captioned("Memorandum");
        let fields: Vec<&'static str> = table.columns.iter().skip(1).map(|column| column.field).collect();
        let said =
            |figures: &Figures| fields.iter().any(|field| *field != "last_receipt" && !self.cell(figures, field).plain().trim_matches(['0', '.']).is_empty());
        for row in fund.rows.iter().filter(|row| said(&row.figures) || row.figures.last_receipt.is_some()) {
            table.row(self.cells(&row.name, &row.figures, &fields));
        }
        table.total(self.cells("Total", &fund.total, &fields));
        table
    }

    fn proofs(&self, fund: &FundStatus) -> Table {
        let mut table = Table::new(&[("name", "Tie-out"), ("difference", "Difference")]).captioned("Tie-outs");
        for tie_out in &fund.tie_outs {
            table.row(vec![Cell::text(tie_out.says), Cell::Money(self.money(tie_out.difference))]);
        }
        table
    }

    fn cells(&self, name: &str, figures: &Figures, fields: &[&'static str]) -> Vec<Cell> {
        std::iter::once(Cell::text(name)).chain(fields.iter().map(|field| self.cell(figures, field))).collect()
    }

    fn cell(&self, figures: &Figures, field: &str) -> Cell {
        match field {
            "closing" => Cell::Money(self.money(figures.closing())),
            "last_receipt" => Cell::day(figures.last_receipt),
            _ => Column::ALL.iter().find(|column| column.field() == field).map_or(Cell::Blank, |column| Cell::Money(self.money(figures.get(*column)))),
        }
    }

    /// One table of all funds for files: a row per contributor, and a row `TOTAL` per fund.
    fn rows(&self) -> Table {
        let columns: Vec<(&'static str, &str)> = ["fund", "contributor", "name"].into_iter().chain(FIELDS).map(|field| (field, "")).collect();
        let mut table = Table::new(&columns);
        for fund in &self.funds {
            let row = |contributor: String, name: &str, figures: &Figures| {
                let mut cells = vec![Cell::text(fund.fund), Cell::Text(contributor)];
                cells.extend(self.cells(name, figures, &FIELDS));
                cells
            };
            for contributor in &fund.rows {
                table.row(row(contributor.contributor.to_string(), &contributor.name, &contributor.figures));
            }
            table.total(row("TOTAL".into(), "Total", &fund.total));
        }
        table
    }

    fn machine(&self) -> Value {
        let figures =
            |figures: &Figures| -> Map<String, Value> { FIELDS.iter().map(|field| ((*field).to_owned(), self.cell(figures, field).value())).collect() };
        let fund = |fund: &FundStatus| {
            let rows: Vec<Value> = fund
                .rows
                .iter()
                .map(|row| {
                    let mut object = Map::new();
                    object.insert("contributor".into(), row.contributor.to_string().into());
                    object.insert("name".into(), row.name.as_str().into());
                    object.extend(figures(&row.figures));
                    Value::Object(object)
                })
                .collect();
            let tie_outs: Vec<Value> =
                fund.tie_outs.iter().map(|tie_out| json!({ "name": tie_out.name, "difference": self.money(tie_out.difference).plain() })).collect();
            json!({ "fund": fund.fund.to_string(), "name": fund.name, "rows": rows, "total": figures(&fund.total), "tie_outs": tie_outs })
        };
        json!({
            "report": "statement",
            "version": 1,
            "year": self.year.number(),
            "currency": self.currency.code(),
            "as_of": self.as_of.to_string(),
            "known_at": self.seal.records,
            "funds": self.funds.iter().map(fund).collect::<Vec<_>>(),
            "total": figures(&self.total),
            "seal": seal_value(&self.seal),
        })
    }
}
