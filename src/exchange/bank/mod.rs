//! Bank statements: camt.053, MT940, OFX, and CSV by rules. One entry, [`read`]; one result, [`Statement`]s whose balances are proven.
//!
//! Nothing here decides what a line means for the books: a line carries what the bank says, cleaned, and what the rules suggest.

mod amount;
mod camt;
mod camt_details;
mod camt_entry;
mod day;
mod decode;
mod draft;
mod field;
mod mt940;
mod mt940_entry;
mod mt940_info;
mod ofx;
mod pattern;
mod proof;
mod reading;
mod rules;
mod rules_keys;
mod sgml;
mod table;
mod table_rows;
mod tree;
mod xml;

pub use rules::Rules;

use crate::book::{Currency, Date, Money, Text};
use crate::error::Fault;
use reading::Reading;

/// The largest file that is read, in bytes.
pub const LARGEST_FILE: usize = 64 * 1024 * 1024;

/// The formats of bank statements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// ISO 20022 bank to customer statement, camt.053.001.02 to .08.
    Camt053,
    /// SWIFT customer statement message.
    Mt940,
    /// Open Financial Exchange 1.x (SGML) and 2.x (XML).
    Ofx,
    /// A table, read by [`Rules`].
    Csv,
}

/// How to read a file.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options<'a> {
    /// How to read a table; for the other formats only their `[[match]]` tables are used.
    pub rules: Option<&'a Rules>,
}

/// One statement of one account, its balances proven: whenever both are given, opening + lines = closing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// What it was read from.
    pub format: Format,
    /// The line of the file that it begins on, from 1.
    pub at_line: u64,
    /// The account's number or IBAN, without spaces; empty when the file does not tell.
    pub account: String,
    /// The bank's own name or number of the statement.
    pub id: Option<Text>,
    /// The account's currency.
    pub currency: Currency,
    /// The first day that it covers.
    pub from: Option<Date>,
    /// The last day that it covers.
    pub to: Option<Date>,
    /// The booked balance before the first line.
    pub opening: Option<Balance>,
    /// The booked balance after the last line. With OFX, the bank's balance on its day, which may be later than the lines.
    pub closing: Option<Balance>,
    /// The movements, in the order of the file.
    pub lines: Vec<StatementLine>,
    /// What an officer should know: pending entries left out, a batch kept as one line, a text that was cut.
    pub notes: Vec<String>,
}

impl Statement {
    /// Leaves out lines of nothing: banks send them to tell something, such as that an account was closed off for a quarter.
    fn leave_out_what_moves_nothing(&mut self) {
        let Statement { lines, notes, .. } = self;
        lines.retain(|line| {
            let moves = !line.amount.is_zero();
            if !moves {
                let said = line.text.as_ref().or(line.payer.as_ref()).map(|text| format!(" ({text})")).unwrap_or_default();
                notes.push(format!("line {} of the file moves nothing and is left out{said}", line.at_line));
            }
            moves
        });
    }
}

/// A balance on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Balance {
    /// The end of which day, as far as the file tells.
    pub date: Option<Date>,
    /// How much; negative when the account is overdrawn.
    pub amount: Money,
}

/// One movement on the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementLine {
    /// The line of the file that it begins on, from 1.
    pub at_line: u64,
    /// The day on which the bank booked it.
    pub booked: Date,
    /// The day from which it bears interest; the day of booking when the file does not tell.
    pub value: Date,
    /// What moved on the account, in its currency: positive came in, negative went out.
    pub amount: Money,
    /// What the bank kept out of it on the way, in the account's currency; never negative, nothing when the file does not tell.
    pub charge: Money,
    /// What was sent, when that is not what moved.
    pub original: Option<Original>,
    /// Who paid, or who was paid.
    pub payer: Option<Text>,
    /// The account of who paid or was paid.
    pub payer_account: Option<Text>,
    /// What it is for, as the payer wrote; what the bank wrote when the payer wrote nothing.
    pub text: Option<Text>,
    /// The bank's own reference: AcctSvcrRef, what follows `//` in `:61:`, FITID. All transactions of a batch may share it.
    pub bank_reference: Option<Text>,
    /// The customer's or end-to-end reference, unless it only says that there is none.
    pub customer_reference: Option<Text>,
    /// Whether it takes an earlier movement back: a reversal or a returned payment.
    pub is_return: bool,
    /// The bank's word or code for the kind of transaction.
    pub kind: Option<Text>,
    /// What the rules suggest; never applied by itself.
    pub suggestion: Option<Suggestion>,
}

/// What was sent, when that is not what moved on the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Original {
    /// The currency in which it was sent.
    pub currency: Currency,
    /// How much was sent, without sign, when the file tells.
    pub amount: Option<Money>,
    /// The rate of exchange as the bank wrote it.
    pub rate: Option<Text>,
}

/// What a `[[match]]` of the rules suggests for a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The code or name of a contributor.
    pub contributor: Option<Text>,
    /// The code of a fund.
    pub fund: Option<Text>,
    /// What it is: a word of the office's own, such as `contribution`, `bank-charge` or `interest`.
    pub kind: Option<Text>,
    /// The line of the rules file that says so.
    pub at_line: u64,
}

/// Reads all statements of a bank file. `name` is the file's name as faults shall tell it. The format is recognised by the content.
///
/// # Errors
/// Every fault of the file, each with its line and column; then nothing of the file may be used. The refusals are `bank-format`, `bank-size`,
/// `bank-field`, `bank-field-missing`, `bank-field-long`, `bank-currency`, `bank-balance`, `bank-page`, `rules-missing`, `rules-column`,
/// `amount-places`, `amount-too-large` and `unknown-currency`.
pub fn read(name: &str, bytes: &[u8], options: &Options) -> Result<Vec<Statement>, Vec<Fault>> {
    let text = decode::text(bytes, options.rules).map_err(|refusal| vec![reading::fault_of_file(name, refusal)])?;
    let mut reading = Reading::new(name, &text);
    let mut statements = match recognised(&text) {
        Some(Format::Camt053) => camt::statements(&mut reading),
        Some(Format::Mt940) => mt940::statements(&mut reading),
        Some(Format::Ofx) => ofx::statements(&mut reading),
        Some(Format::Csv) | None => match options.rules {
            Some(rules) => table::statements(&mut reading, rules),
            None => {
                let refusal = crate::book::Refusal::RulesMissing {};
                return Err(vec![reading::fault_of_file(name, refusal)]);
            }
        },
    };
    statements.iter_mut().for_each(Statement::leave_out_what_moves_nothing);
    if let Some(rules) = options.rules {
        statements.iter_mut().flat_map(|statement| &mut statement.lines).for_each(|line| line.suggestion = rules.suggestion(line));
    }
    reading.finish(statements)
}

/// The format, when the text has the mark of one.
fn recognised(text: &str) -> Option<Format> {
    let head = text.trim_start();
    let beginning = &head[..head.floor_char_boundary(4096)];
    if head.starts_with("OFXHEADER") || beginning.contains("<OFX>") || beginning.contains("<?OFX") {
        return Some(Format::Ofx);
    }
    if head.starts_with('<') {
        return Some(Format::Camt053);
    }
    let swift = beginning.contains("{4:") || beginning.lines().any(|line| line.trim_start().starts_with(":20:"));
    swift.then_some(Format::Mt940)
}
