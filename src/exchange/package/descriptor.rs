//! What a package says of itself: `datapackage.json` for programs (Frictionless tabular data package), `README.md` for people, and the rows of the
//! statement and of the controls.

use super::spec::{Field, Holds, Spec};
use super::tables::TABLES;
use super::writing::Packed;
use crate::book::balance::{Movement, MovementKey, Sums};
use crate::book::seal::hex;
use crate::book::{AccountCode, ContributorCode, Currency, EntryKind, FundCode, Seal, Year};
use crate::report::statement::{Column, Statement, effects};
use serde_json::{Map, Value, json};
use std::fmt::Write as _;

/// The description for programs.
pub const DESCRIPTOR: &str = "datapackage.json";
/// The signature of it, when there is one.
pub const SIGNATURE: &str = "datapackage.json.minisig";
/// The files beside the tables.
pub const OTHERS: [&str; 5] = ["README.md", "check.py", DESCRIPTOR, SIGNATURE, "sample.csv"];

/// The program for the auditor.
pub const CHECK: &str = include_str!("check.py");

/// The program and its version: another one may describe the same tables in other words.
pub const PROGRAM: &str = concat!("corefund ", env!("CARGO_PKG_VERSION"));

/// The explanation, before it is filled in.
const README: &str = include_str!("readme.md");
/// The files that are no tables, with what each begins with.
pub const PAPERS: [(&str, &str); 3] = [
    ("README.md", "# The books, for the auditor"),
    ("check.py", "\"\"\"Checks this folder, and says what fails"),
    (DESCRIPTOR, "{\n  \"profile\": \"tabular-data-package\",\n  \"name\": \"corefund-audit-"),
];

/// What a package is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// The identity of the ledger.
    pub ledger: String,
    /// The currency of the books.
    pub currency: Currency,
    /// The year of the statement and the trial balance.
    pub year: Year,
    /// The seal of what was known.
    pub seal: Seal,
    /// The tables of the chain, with their columns in the order of their spelling.
    pub chain: Vec<(&'static str, &'static [&'static str])>,
}

/// The columns of `gl_detail` that the checks draw the accounts and the statement from.
const POSTING: [&str; 4] = ["Business_Unit_Code", "GL_Account_Number", "Effective_Date", "contribution_year"];

/// The papers: name and text.
pub fn papers(package: &Package, files: &[Packed]) -> Vec<(&'static str, String)> {
    vec![("README.md", readme(package, files)), ("check.py", CHECK.to_owned())]
}

/// The year that the text of `datapackage.json` or of `README.md` names.
pub fn year_of(text: &str) -> Option<Year> {
    let of_readme = || text.strip_prefix(README.split_once("{year}")?.0)?.get(..4)?.parse().ok();
    let of_descriptor = || serde_json::from_str::<Value>(text).ok()?["corefund"]["year"].as_u64();
    of_descriptor().or_else(of_readme).and_then(|year| Year::new(u16::try_from(year).ok()?))
}

/// `datapackage.json`.
pub fn descriptor(package: &Package, files: &[Packed]) -> String {
    let resources: Vec<Value> = TABLES.iter().filter_map(|spec| Some(resource(spec, files.iter().find(|file| file.name == spec.file())?))).collect();
    let others: Vec<Value> =
        files.iter().filter(|file| !file.name.ends_with(".csv")).map(|file| json!({ "path": file.name, "bytes": file.bytes, "hash": hash(file) })).collect();
    let description = json!({
        "profile": "tabular-data-package",
        "name": format!("corefund-audit-{}", package.year),
        "title": format!("The books up to the seal, with the statement of {}", package.year),
        "corefund": {
            "version": 1,
            "program": PROGRAM,
            "ledger": package.ledger,
            "currency": package.currency.code(),
            "year": package.year.number(),
            "seal": package.seal.to_string(),
            "files": others,
            "chain": Value::Object(package.chain.iter().map(|(table, columns)| ((*table).to_owned(), json!(columns))).collect()),
            "posting": POSTING,
            "statement": rules(package.currency),
        },
        "resources": resources,
    });
    serde_json::to_string_pretty(&description).unwrap_or_default() + "\n"
}

fn hash(file: &Packed) -> String {
    format!("sha256:{}", file.sha256)
}

fn resource(spec: &Spec, file: &Packed) -> Value {
    let fields: Vec<Value> = spec.fields.iter().map(|field| described(spec, field)).collect();
    let foreign: Vec<Value> =
        spec.foreign.iter().map(|key| json!({ "fields": key.fields, "reference": { "resource": key.table, "fields": key.named } })).collect();
    let mut schema = Map::new();
    schema.insert("fields".into(), fields.into());
    schema.insert("primaryKey".into(), json!(spec.key));
    if !foreign.is_empty() {
        schema.insert("foreignKeys".into(), foreign.into());
    }
    let mut resource = json!({
        "profile": "tabular-data-resource", "name": spec.name, "path": file.name, "description": spec.says, "format": "csv", "mediatype": "text/csv",
        "encoding": "utf-8", "bytes": file.bytes, "hash": hash(file),
    });
    if let Value::Object(object) = &mut resource {
        if !spec.chain.is_empty() {
            object.insert("chain".into(), spec.chain.into());
            object.insert("part".into(), spec.part().iter().map(|(column, values)| ((*column).to_owned(), json!(values))).collect::<Map<_, _>>().into());
        }
        object.insert("schema".into(), schema.into());
    }
    resource
}

fn described(spec: &Spec, field: &Field) -> Value {
    let mut object = Map::new();
    object.insert("name".into(), field.name.into());
    object.insert("type".into(), kind(field.holds).into());
    object.insert("description".into(), field.says.into());
    if field.required {
        object.insert("constraints".into(), json!({ "required": true }));
    }
    if !spec.chain.is_empty() && !field.chain.is_empty() {
        object.insert("chain".into(), field.chain.into());
    }
    object.into()
}

fn kind(holds: Holds) -> &'static str {
    match holds {
        Holds::Integer => "integer",
        Holds::Date => "date",
        Holds::Year => "year",
        Holds::Decimal | Holds::Books | Holds::Money(_) => "number",
        _ => "string",
    }
}

/// The rule of the statement as data: of account, kind and time, which columns a debit goes to, and with which sign. It is drawn from the very
/// function that the statement is added up with.
fn rules(currency: Currency) -> Value {
    let Some(year) = Year::new(2000) else { return Value::Null };
    let mut rules = Map::new();
    let times = [("none", None), ("prior", Some(year.previous())), ("current", Some(year)), ("later", Some(year.next()))];
    for &account in AccountCode::ALL {
        for kind in std::iter::once(None).chain(EntryKind::ALL.iter().copied().map(Some)) {
            for (time, of) in times {
                // What is brought forward has lost its year.
                let of = if kind.is_none() && time != "later" { None } else { of };
                let key = MovementKey { kind, account, contributor: ContributorCode::parse("X").ok(), bank: None, year: of, due: None, currency };
                let sums = Sums { debit: 1, lines: 1, ..Sums::default() };
                let mut signs: Map<String, Value> = Map::new();
                for (column, sign) in effects(&Movement { fund: FundCode::core(), year, key, sums }, year) {
                    signs.insert(column.field().to_owned(), sign.into());
                    if matches!(column, Column::ClosingPrior | Column::ClosingCurrent) {
                        signs.insert("closing".to_owned(), sign.into());
                    }
                }
                if !signs.is_empty() {
                    rules.insert(format!("{account} {} {time}", kind.map_or("brought-forward", EntryKind::name)), signs.into());
                }
            }
        }
    }
    rules.into()
}

/// A row of finished cells, by the names of the columns.
pub type Cells = Vec<(&'static str, String)>;

/// The rows of the statement.
pub fn statement_rows(statement: &Statement) -> Vec<Cells> {
    let mut rows = Vec::new();
    for fund in &statement.funds {
        for row in &fund.rows {
            let money = |minor: i64| statement.money(minor).plain();
            let mut cells: Cells = vec![
                ("fiscal_year", statement.year.to_string()),
                ("fund", fund.fund.to_string()),
                ("contributor", row.contributor.to_string()),
                ("name", row.name.clone()),
                ("closing", money(row.figures.closing())),
                ("last_receipt", row.figures.last_receipt.map(|day| day.to_string()).unwrap_or_default()),
            ];
            cells.extend(Column::ALL.iter().map(|column| (column.field(), money(row.figures.get(*column)))));
            rows.push(cells);
        }
    }
    rows
}

/// The rows of the controls: what the package is of, what its files hold, what ties out.
pub fn controls(package: &Package, files: &[Packed], statement: &Statement, journal: &[[String; 3]]) -> Vec<Cells> {
    let row = |control: &str, scope: &str, value: String| vec![("control", control.to_owned()), ("scope", scope.to_owned()), ("value", value)];
    let mut rows = vec![
        row("ledger", "identity", package.ledger.clone()),
        row("currency", "books", package.currency.code().to_owned()),
        row("year", "statement and trial balance", package.year.to_string()),
        row("records", "chain", package.seal.records.to_string()),
        row("hash of the last record", "chain", hex(&package.seal.head)),
    ];
    rows.extend(journal.iter().map(|[control, scope, value]| row(control, scope, value.clone())));
    rows.extend(files.iter().map(|file| row("rows", &file.name, file.rows.to_string())));
    for fund in &statement.funds {
        let tie_outs =
            fund.tie_outs.iter().map(|tie_out| row(&format!("difference: {}", tie_out.says), fund.fund.as_str(), statement.money(tie_out.difference).plain()));
        rows.extend(tie_outs);
    }
    rows
}

fn readme(package: &Package, files: &[Packed]) -> String {
    let mut text = README
        .replace("{year}", &package.year.to_string())
        .replace("{ledger}", &package.ledger)
        .replace("{currency}", package.currency.code())
        .replace("{seal}", &package.seal.to_string());
    for spec in TABLES {
        let rows = files.iter().find(|file| file.name == spec.file()).map_or(0, |file| file.rows);
        _ = write!(text, "\n### {}.csv\n\n{} {rows} rows. Key: {}.\n\n| column | meaning |\n|---|---|\n", spec.name, spec.says, spec.key.join(", "));
        for field in spec.fields {
            let names = spec.foreign.iter().find(|key| key.fields.contains(&field.name)).map(|key| format!(" → {}.csv", key.table)).unwrap_or_default();
            _ = writeln!(text, "| {} | {}{names} |", field.name, field.says);
        }
    }
    text
}
