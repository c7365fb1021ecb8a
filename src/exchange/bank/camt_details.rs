//! What an entry of a camt.053 and its transaction tell: parties, texts, references, charges, the amount that was sent.

use super::Original;
use super::camt::own_amount;
use super::draft::Draft;
use super::reading::Reading;
use super::tree::Element;
use crate::book::{Currency, Money, Text};

/// Fills in who, what for and under which references.
pub(super) fn describe(draft: &mut Draft, entry: &Element, transaction: Option<&Element>) {
    let nothing = Element::default();
    let told = transaction.unwrap_or(&nothing);
    let is_reversal = matches!(entry.text_at(&["RvslInd"]), "true" | "1");
    draft.is_return = is_reversal || told.find("RtrInf").is_some();
    // A reversal takes back a movement of the other direction, and keeps its parties.
    let payer_is_debtor = draft.amount.is_negative() == is_reversal;
    let (first, second) = if payer_is_debtor { (DEBTOR, CREDITOR) } else { (CREDITOR, DEBTOR) };
    let party = if told.first(first.names).is_some() || !draft.is_return { first } else { second };
    draft.payer = told.text_at(party.names).to_owned();
    draft.payer_account = told.text_at(party.accounts).to_owned();
    draft.text = remittance(told).or_else(|| bank_text(entry, told)).unwrap_or_default();
    draft.bank_reference =
        told.first(&["Refs/AcctSvcrRef"]).or_else(|| entry.first(&["AcctSvcrRef", "NtryRef"])).map(|found| found.text.clone()).unwrap_or_default();
    let references = ["Refs/EndToEndId", "Refs/InstrId", "Refs/PmtInfId", "Refs/TxId"];
    let known = references.iter().map(|path| told.text_at(&[path])).find(|text| super::field::reference(text).is_some());
    draft.customer_reference = known.unwrap_or_default().to_owned();
    draft.kind = kind(told).or_else(|| kind(entry)).unwrap_or_default();
}

/// Where a party's name and account stand, in the older and the newer versions.
#[derive(Clone, Copy)]
struct Party {
    names: &'static [&'static str],
    accounts: &'static [&'static str],
}

const DEBTOR: Party = Party {
    names: &[
        "RltdPties/Dbtr/Nm", "RltdPties/Dbtr/Pty/Nm", "RltdPties/Dbtr/Agt/FinInstnId/Nm", "RltdPties/UltmtDbtr/Nm", "RltdPties/UltmtDbtr/Pty/Nm",
        "RltdPties/InitgPty/Nm", "RltdPties/InitgPty/Pty/Nm",
    ],
    accounts: &["RltdPties/DbtrAcct/Id/IBAN", "RltdPties/DbtrAcct/Id/Othr/Id"],
};

const CREDITOR: Party = Party {
    names: &["RltdPties/Cdtr/Nm", "RltdPties/Cdtr/Pty/Nm", "RltdPties/Cdtr/Agt/FinInstnId/Nm", "RltdPties/UltmtCdtr/Nm", "RltdPties/UltmtCdtr/Pty/Nm"],
    accounts: &["RltdPties/CdtrAcct/Id/IBAN", "RltdPties/CdtrAcct/Id/Othr/Id"],
};

/// What the payer wrote: every unstructured text, and the references of the structured ones.
fn remittance(told: &Element) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for information in told.all("RmtInf") {
        parts.extend(information.all("Ustrd").map(|text| text.text.as_str()));
        for structured in information.all("Strd") {
            parts.extend(structured.find("CdtrRefInf/Ref").map(|found| found.text.as_str()));
            parts.extend(structured.all("AddtlRmtInf").map(|text| text.text.as_str()));
        }
    }
    joined(parts)
}

/// What the bank wrote: the reason of a return, and its additional information.
fn bank_text(entry: &Element, told: &Element) -> Option<String> {
    let reason = told.text_at(&["RtrInf/Rsn/Cd", "RtrInf/Rsn/Prtry"]);
    joined(vec![reason, told.text_at(&["RtrInf/AddtlInf"]), told.text_at(&["AddtlTxInf"])]).or_else(|| joined(vec![entry.text_at(&["AddtlNtryInf"])]))
}

fn joined(parts: Vec<&str>) -> Option<String> {
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// The bank's code for the kind of transaction: ISO's three parts, or its own.
fn kind(node: &Element) -> Option<String> {
    let domain = node.find("BkTxCd/Domn");
    let parts = domain.map(|domain| [domain.text_at(&["Cd"]), domain.text_at(&["Fmly/Cd"]), domain.text_at(&["Fmly/SubFmlyCd"])]);
    let of_iso = parts.map(|parts| parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-"));
    of_iso.filter(|code| !code.is_empty()).or_else(|| node.first(&["BkTxCd/Prtry/Cd"]).map(|found| found.text.clone()))
}

/// What the bank kept, in the account's currency: all records of charges that are included in the amount.
/// A charge in another currency cannot be added and is told in the notes.
pub(super) fn charge(reading: &mut Reading, node: &Element, currency: Currency, notes: &mut Vec<String>) -> Money {
    let mut total = currency.zero();
    for record in charge_records(node) {
        let Some(amount) = record.find("Amt").or_else(|| record.find("TtlChrgsAndTaxAmt")) else { continue };
        if matches!(record.text_at(&["ChrgInclInd"]), "false" | "0") {
            continue;
        }
        let Some(kept) = own_amount(reading, "charge", amount) else { continue };
        if kept.currency() != currency {
            let note = format!("line {}: a charge of {kept} is in another currency and is not taken up", reading.line_of(amount.at));
            if !notes.contains(&note) {
                notes.push(note);
            }
            continue;
        }
        let kept = if record.text_at(&["CdtDbtInd"]) == "CRDT" { kept.negated() } else { kept };
        total = reading.take(amount.at, "charge", total.plus(kept)).unwrap_or(total);
    }
    if total.is_negative() { currency.zero() } else { total }
}

/// The records of charges: `Rcrd` where there are some, else the charge itself, with its amount or its total.
fn charge_records<'e, 't>(node: &'e Element<'t>) -> Vec<&'e Element<'t>> {
    let mut records = Vec::new();
    for charges in node.all("Chrgs") {
        let before = records.len();
        records.extend(charges.all("Rcrd"));
        if records.len() == before {
            records.push(charges);
        }
    }
    records
}

/// What was sent, when it is in another currency or not the amount that moved.
pub(super) fn original(reading: &mut Reading, node: &Element, moved: Money) -> Option<Original> {
    let details = node.find("AmtDtls")?;
    let rate = details.first(&["InstdAmt/CcyXchg/XchgRate", "TxAmt/CcyXchg/XchgRate", "CntrValAmt/CcyXchg/XchgRate"]);
    let rate = rate.and_then(|found| Text::cleaned(&found.text));
    let sent = ["InstdAmt/Amt", "TxAmt/Amt"].into_iter().filter_map(|path| details.find(path)).find_map(|node| {
        let amount = own_amount(reading, "amount that was sent", node)?;
        (amount != moved.absolute()).then_some(amount)
    })?;
    Some(Original { currency: sent.currency(), amount: Some(sent), rate })
}
