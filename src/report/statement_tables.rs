//! The tables of the annual statement: status, memorandum, summary and tie-outs for people; rows and JSON for programs.

use super::document::seal_value;
use super::statement::{Column, Figures, FundStatus, Statement};
use super::statement_page::Beside;
use super::table::{Cell, Table, Term};
use super::texts::Texts;
use crate::book::FundCode;
use serde_json::{Map, Value, json};

/// The columns of a row as programs read them, in their order.
const FIELDS: [&str; 15] = [
    "opening", "pledged", "adjustments", "received_prior", "received_current", "exchange", "closing", "closing_prior", "closing_current", "announced",
    "disputed", "received_in_advance", "advances_held", "in_kind", "last_receipt",
];

/// The columns of the status, in their order.
const STATUS: [&str; 9] =
    ["opening", "pledged", "adjustments", "received_prior", "received_current", "exchange", "closing", "closing_prior", "closing_current"];

/// What G is made of.
const CLOSING: &[&str] = &["opening", "pledged", "adjustments", "-received_prior", "-received_current", "exchange"];

/// The columns of the memorandum.
const MEMORANDUM: [&str; 6] = ["announced", "disputed", "received_in_advance", "advances_held", "in_kind", "last_receipt"];

/// Columns of the status that a narrow page may leave out when they hold nothing.
const OPTIONAL: [&str; 6] = ["opening", "adjustments", "received_prior", "exchange", "closing_prior", "closing_current"];

fn table(first: (&'static str, &str), part: &str, fields: &[&'static str], texts: &Texts) -> Table {
    let names: Vec<String> = fields.iter().map(|field| format!("{part}.{field}")).collect();
    let headings = fields.iter().zip(&names).map(|(field, name)| (*field, texts.get(name)));
    Table::new(&std::iter::once(first).chain(headings).collect::<Vec<_>>())
}

/// The columns of the statement's rows for files.
pub fn columns() -> impl Iterator<Item = &'static str> {
    ["fund", "contributor", "name"].into_iter().chain(FIELDS)
}

impl Statement {
    /// The status of contributions of a fund.
    pub(super) fn status(&self, fund: &FundStatus, beside: &Beside) -> Table {
        let texts = &beside.texts;
        let mut table = table(("name", texts.get("status.contributor")), "status", &STATUS, texts)
            .captioned(texts.get("status.caption"))
            .optional(&OPTIONAL)
            .with_formula("closing", CLOSING);
        for row in &fund.rows {
            table.row(self.cells(&row.name, &row.figures, &STATUS));
        }
        let rows = table.rows.len();
        self.total(&mut table, fund, beside, &STATUS, Some(rows));
        table
    }

    /// What is disclosed beside the columns, for those who have something to disclose; none when nobody has.
    pub(super) fn memoranda(&self, fund: &FundStatus, beside: &Beside) -> Option<Table> {
        let texts = &beside.texts;
        let said = |figures: &Figures| {
            MEMORANDUM
                .iter()
                .any(|field| !matches!(self.cell(figures, field), Cell::Money(money) if money.is_zero()) && self.cell(figures, field) != Cell::Blank)
        };
        let mut table = table(("name", texts.get("status.contributor")), "memorandum", &MEMORANDUM, texts).captioned(texts.get("memorandum.caption"));
        for row in fund.rows.iter().filter(|row| said(&row.figures)) {
            table.row(self.cells(&row.name, &row.figures, &MEMORANDUM));
        }
        let rows = table.rows.len();
        self.total(&mut table, fund, beside, &MEMORANDUM, Some(rows));
        said(&fund.total).then_some(table)
    }

    /// The sum of a fund's rows; of an extract, the sum of those that it does not show too.
    fn total(&self, table: &mut Table, fund: &FundStatus, beside: &Beside, fields: &[&'static str], rows: Option<usize>) {
        let texts = &beside.texts;
        match rows.filter(|_| beside.extract.is_none()) {
            Some(rows) => table.total_of(self.cells(texts.get("status.total"), &fund.total, fields), vec![Term::plus(0..rows)]),
            None => table.total(self.cells(texts.get("status.total_of_fund"), &fund.total, fields)),
        }
    }

    /// A row for each fund, project funds below their programme area with its sum, and the sum of all.
    pub(super) fn summary(&self, texts: &Texts) -> Option<Table> {
        if self.funds.len() < 2 {
            return None;
        }
        let mut table = table(("name", texts.get("summary.fund")), "status", &STATUS, texts)
            .captioned(texts.get("summary.caption"))
            .optional(&OPTIONAL)
            .with_formula("closing", CLOSING);
        let mut adds = Vec::new();
        for (core, area, funds) in self.by_area() {
            let area = area.unwrap_or_else(|| texts.get("summary.no_area"));
            let first = table.rows.len() + usize::from(!core);
            if !core {
                table.section(area);
            }
            for fund in &funds {
                table.row(self.cells(&fund.name, &fund.total, &STATUS));
            }
            if core || funds.len() == 1 {
                adds.push(Term::plus(first..table.rows.len()));
                continue;
            }
            let mut sum = Figures::default();
            for field in Column::ALL {
                sum.put(*field, funds.iter().map(|fund| fund.total.get(*field)).sum());
            }
            let rows = Term::plus(first..table.rows.len());
            adds.push(Term::row(table.rows.len()));
            table.total_of(self.cells(&texts.fill("summary.subtotal", &[("area", &area)]), &sum, &STATUS), vec![rows]);
        }
        table.total_of(self.cells(texts.get("summary.total"), &self.total, &STATUS), adds);
        Some(table)
    }

    /// The Core Fund, then the project funds by the name of their programme area.
    pub(super) fn by_area(&self) -> Vec<(bool, Option<&str>, Vec<&FundStatus>)> {
        let mut areas: Vec<(bool, Option<&str>, Vec<&FundStatus>)> = Vec::new();
        for fund in &self.funds {
            let (core, area) = (fund.fund == FundCode::core(), fund.area.as_deref());
            match areas.iter_mut().find(|(is_core, name, _)| (*is_core, *name) == (core, area)) {
                Some((_, _, funds)) => funds.push(fund),
                None => areas.push((core, area, vec![fund])),
            }
        }
        // Funds without an area come last.
        areas.sort_by_key(|(core, area, _)| (!core, area.is_none(), *area));
        areas
    }

    pub(super) fn proofs(&self, fund: &FundStatus, beside: &Beside) -> Table {
        let texts = &beside.texts;
        let columns = [("name", "tie_out"), ("stated", "stated"), ("booked", "booked"), ("difference", "difference")];
        let headings = columns.map(|(_, name)| format!("tie_outs.{name}"));
        let columns: Vec<_> = columns.iter().zip(&headings).map(|((field, _), heading)| (*field, texts.get(heading))).collect();
        let mut table = Table::new(&columns).captioned(texts.get("tie_outs.caption"));
        let mut row = |says: &str, figures: [i64; 3]| {
            table.row(std::iter::once(Cell::text(says)).chain(figures.map(|figure| Cell::Money(self.money(figure)))).collect());
        };
        for tie_out in &fund.tie_outs {
            let name = format!("tie_outs.{}", tie_out.name);
            let says = Some(texts.get(&name)).filter(|said| *said != name).unwrap_or(tie_out.says);
            row(says, [tie_out.stated, tie_out.booked, tie_out.difference]);
        }
        if let Some(ageing) = beside.ageing.get(&fund.fund) {
            let (ages, closing) = (ageing.total(), fund.total.closing());
            row(texts.get("tie_outs.ageing"), [ages, closing, ages - closing]);
        }
        table.with_formula("difference", &["stated", "-booked"])
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
    pub(super) fn rows(&self) -> Table {
        let columns: Vec<(&'static str, &str)> = columns().map(|field| (field, "")).collect();
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
            table.total(row(super::SUM.into(), "Total", &fund.total));
        }
        table
    }

    /// The statement as programs read it.
    pub(super) fn machine(&self) -> Value {
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
