//! A line before its texts are cleaned: what every format's reader fills in.

use super::field::{is_cut, measured, reference};
use super::reading::Reading;
use super::{Original, StatementLine};
use crate::book::{Date, Money, Text};

/// A line with its texts as the bank wrote them.
pub(super) struct Draft {
    pub(super) at: usize,
    pub(super) booked: Date,
    pub(super) value: Date,
    pub(super) amount: Money,
    pub(super) charge: Money,
    pub(super) original: Option<Original>,
    pub(super) payer: String,
    pub(super) payer_account: String,
    pub(super) text: String,
    pub(super) bank_reference: String,
    pub(super) customer_reference: String,
    pub(super) is_return: bool,
    pub(super) kind: String,
}

impl Draft {
    /// A line of which only the days and the amount are known.
    pub(super) fn new(at: usize, booked: Date, value: Date, amount: Money) -> Draft {
        Draft {
            at,
            booked,
            value,
            amount,
            charge: amount.currency().zero(),
            original: None,
            payer: String::new(),
            payer_account: String::new(),
            text: String::new(),
            bank_reference: String::new(),
            customer_reference: String::new(),
            is_return: false,
            kind: String::new(),
        }
    }

    /// The line with its texts cleaned, or nothing and a fault noted; a text that is cut is told in the notes.
    pub(super) fn finished(self, reading: &mut Reading, notes: &mut Vec<String>) -> Option<StatementLine> {
        let at_line = reading.line_of(self.at);
        let fields: [(&'static str, &str); 6] = [
            ("payer", &self.payer),
            ("payer's account", &self.payer_account),
            ("text", &self.text),
            ("bank reference", &self.bank_reference),
            ("customer reference", &self.customer_reference),
            ("kind", &self.kind),
        ];
        let before = reading.faults();
        for (field, raw) in fields {
            let _ = reading.take(self.at, field, measured(field, raw));
            if is_cut(raw) {
                notes.push(format!("line {at_line}: of the {field} the first 1,000 characters are kept"));
            }
        }
        (reading.faults() == before).then(|| StatementLine {
            at_line,
            booked: self.booked,
            value: self.value,
            amount: self.amount,
            charge: self.charge,
            original: self.original,
            payer: reference(&self.payer),
            payer_account: Text::cleaned(&self.payer_account),
            text: Text::cleaned(&self.text),
            bank_reference: reference(&self.bank_reference),
            customer_reference: reference(&self.customer_reference),
            is_return: self.is_return,
            kind: Text::cleaned(&self.kind),
            suggestion: None,
        })
    }
}
