//! The tables of the auditor's package: what each cell is, in plain words, and which column of the chain it comes from. The rows, the schema in
//! `datapackage.json`, the data dictionary in `README.md` and the verification all follow from this list.

use super::spec::{Field, Foreign, Holds, Spec, holds, required, tables};

/// The table with this name.
pub fn named(name: &str) -> Option<&'static Spec> {
    TABLES.iter().find(|spec| spec.name == name)
}

tables! {
    "gl_detail" of "line" "One posting: a line of a journal entry, in the order of recording; all years."
        key ["Journal_ID", "Journal_ID_Line_Number"]
        refers ["GL_Account_Number"] to "chart_of_accounts" ["GL_Account_Number"]
        refers ["Business_Unit_Code"] to "funds" ["fund"]
        refers ["contributor"] to "contributors" ["contributor"]
        refers ["bank_account"] to "bank_accounts" ["bank_account"]
        refers ["pledge", "instalment"] to "instalments" ["pledge", "instalment"]
        refers ["receipt"] to "receipts" ["receipt"]
        refers ["draft"] to "drafts" ["draft"]
        refers ["record"] to "log" ["record"]
    {
        "Journal_ID" Entry from "line.entry" "The journal entry."
        "Journal_ID_Line_Number" Integer from "line.number" "The line within the entry."
        "Effective_Date" Date from "entry.date" "The day it counts."
        "Fiscal_Year" Year from "" "The year of that day."
        "Period" Integer from "" "The month of that day."
        "Source" Text from "entry.kind" "What happened: announced, confirmed, received and so on."
        "Business_Unit_Code" Text from "line.fund" "The fund. Each entry balances within each fund."
        "GL_Account_Number" Text from "line.account" "The account. 9110 to 9900 are memorandum accounts, which balance by themselves."
        "Debit_Amount" Books from "line.debit" "The debit, in the currency of the books; 0 on the other side."
        "Credit_Amount" Books from "line.credit" "The credit, likewise."
        "Amount_Currency" Text from "" "The currency of the books."
        "original_amount" Money("line.currency") from "line.amount" "The amount in its own currency, negative for a credit."
        "original_currency" Text from "line.currency" "That currency."
        "contributor" Text maybe "line.contributor" "Whose contribution."
        "bank_account" Text maybe "line.bank" "The bank account, on 1110."
        "pledge" Pledge maybe "line.pledge" "The pledge, on 1210, 1215, 9110, and on 6310 when one was settled."
        "instalment" Integer maybe "line.instalment" "Its instalment."
        "contribution_year" Year maybe "" "The year that the instalment is for; on 2320 the year of the receipt."
        "receipt" Receipt maybe "line.receipt" "The receipt whose money is held, on 2320 and 2330."
        "Reversal_Journal_ID" Entry maybe "entry.reverses" "The entry that this one takes back."
        "reversed_by" Entry maybe "" "The entry that took this one back."
        "reference" Text maybe "event.reference" "The office's own key."
        "authority" Text maybe "event.authority" "The document that allows it."
        "JE_Header_Description" Text maybe "event.note" "The note, or the reason of a reversal."
        "record" Integer from "entry.record" "The record of the chain."
        "Entered_By" Text from "" "The operator; of what somebody else approved, who prepared it."
        "Entered_Date" Date from "" "The day of recording (UTC)."
        "Entered_Time" Text from "" "The time of recording (UTC)."
        "Approved_By" Text maybe "" "The other operator who approved it, where two pairs of eyes were needed."
        "draft" Draft maybe "" "The draft as which it was prepared."
    }
    "trial_balance" of "" "An account of a fund over the year of the package."
        key ["Business_Unit_Code", "GL_Account_Number"]
        refers ["GL_Account_Number"] to "chart_of_accounts" ["GL_Account_Number"]
        refers ["Business_Unit_Code"] to "funds" ["fund"]
    {
        "Fiscal_Year" Year from "" "The year."
        "Business_Unit_Code" Text from "" "The fund."
        "GL_Account_Number" Text from "" "The account."
        "Amount_Beginning" Books from "" "The balance at 1 January, positive on the debit side."
        "Debit_Amount" Books from "" "The debits of the year."
        "Credit_Amount" Books from "" "The credits of the year."
        "Amount_Ending" Books from "" "The balance at 31 December."
        "Amount_Currency" Text from "" "The currency of the books."
    }
    "statement" of "" "A contributor's row of the annual statement of a fund for the year of the package."
        key ["fund", "contributor"]
        refers ["fund"] to "funds" ["fund"]
        refers ["contributor"] to "contributors" ["contributor"]
    {
        "fiscal_year" Year from "" "The year Y."
        "fund" Text from "" "The fund."
        "contributor" Text from "" "The contributor."
        "name" Text from "" "The official name."
        "opening" Books from "" "A: unpaid at 1 January, of instalments for earlier years."
        "pledged" Books from "" "B: confirmed instalments for Y."
        "adjustments" Books from "" "C: revisions, withdrawals, late pledges for earlier years, write-offs."
        "received_prior" Books from "" "D: applied in Y to instalments for earlier years."
        "received_current" Books from "" "E: applied in Y to instalments for Y."
        "exchange" Books from "" "X: exchange differences on settled instalments."
        "closing" Books from "" "G = A + B + C - D - E + X: unpaid at 31 December; equals accounts 1210 and 1215."
        "closing_prior" Books from "" "Of G, for earlier years."
        "closing_current" Books from "" "Of G, for Y."
        "announced" Books from "" "Announced and not confirmed: account 9110."
        "disputed" Books from "" "Of G, disputed: account 1215."
        "received_in_advance" Books from "" "Held on 2320, from receipts of Y."
        "advances_held" Books from "" "Held on 2320, from receipts of any year."
        "in_kind" Books from "" "Goods and services in kind of Y."
        "last_receipt" Date maybe "" "The last day on which money was credited."
    }
    "chart_of_accounts" of "account" "An account."
        key ["GL_Account_Number"] refers ["record"] to "log" ["record"]
    {
        "GL_Account_Number" Text from "account.code" "The number."
        "GL_Account_Name" Text from "account.name" "The name."
        "Account_Type" Text from "account.class" "asset, liability, fund balance, revenue, expense or memorandum."
        "record" Integer from "account.record" "The record of the chain."
    }
    "contributors" of "contributor" "A member State, another State or an organisation."
        key ["contributor"] refers ["record"] to "log" ["record"]
    {
        "contributor" Text from "contributor.code" "The code: ISO 3166-1 alpha-3 for States."
        "name" Text from "contributor.name" "The official name."
        "kind" Text from "contributor.kind" "member-state, state or organisation."
        "aliases" Text maybe "" "Other names, parted by |."
        "record" Integer from "contributor.record" "The record of the chain."
    }
    "funds" of "fund" "A fund. Each balances alone."
        key ["fund"] refers ["record"] to "log" ["record"]
    {
        "fund" Text from "fund.code" "The code."
        "name" Text from "fund.name" "The name."
        "area" Text maybe "fund.area" "The programme area."
        "record" Integer from "fund.record" "The record of the chain."
    }
    "bank_accounts" of "bank" "A bank account of the secretariat."
        key ["bank_account"] refers ["record"] to "log" ["record"]
    {
        "bank_account" Text from "bank.code" "The code."
        "name" Text from "bank.name" "The name."
        "currency" Text from "bank.currency" "The currency that the bank keeps it in."
        "number" Text maybe "bank.number" "The number or IBAN."
        "record" Integer from "bank.record" "The record of the chain."
    }
    "parameters" of "parameter" "A percentage or limit, and the day it holds from; of two for one day the later record holds."
        key ["record", "name"] refers ["record"] to "log" ["record"]
    {
        "record" Integer from "parameter.record" "The record of the chain."
        "name" Text from "parameter.name" "The parameter."
        "since" Date from "parameter.since" "The day it holds from."
        "value" Decimal from "parameter.value" "The value."
        "source" Text from "parameter.source" "Who decided it."
    }
    "exchange_rates" of "rate" "A rate of exchange, in force from a day on."
        key ["currency", "date"] refers ["record"] to "log" ["record"]
    {
        "currency" Text from "rate.currency" "The currency."
        "date" Date from "rate.date" "The first day."
        "units_per_usd" Decimal from "rate.units" "Units of it for one US dollar."
        "source" Text from "rate.source" "Who set it."
        "record" Integer from "rate.record" "The record of the chain."
    }
    "pledges" of "pledge" "A pledge, with the document that brought it."
        key ["pledge"]
        refers ["contributor"] to "contributors" ["contributor"]
        refers ["fund"] to "funds" ["fund"]
        refers ["record"] to "log" ["record"]
    {
        "pledge" Pledge from "pledge.number" "The number."
        "contributor" Text from "pledge.contributor" "Who pledged."
        "fund" Text from "pledge.fund" "To which fund."
        "currency" Text from "pledge.currency" "In which currency."
        "kind" Text from "event.kind" "announced, or confirmed: what it began as."
        "date" Date from "event.date" "The day of the document."
        "authority" Text maybe "event.authority" "The document."
        "reference" Text maybe "event.reference" "The office's own key."
        "note" Text maybe "event.note" "The note."
        "document" Text maybe "event.document" "The name of the file that shows it."
        "document_sha256" Text maybe "event.document_sha256" "The SHA-256 of that file."
        "record" Integer from "pledge.record" "The record of the chain."
    }
    "instalments" of "instalment" "An instalment of a pledge, with where it stands at the seal."
        key ["pledge", "instalment"]
        refers ["pledge"] to "pledges" ["pledge"]
    {
        "pledge" Pledge from "instalment.pledge" "The pledge."
        "instalment" Integer from "instalment.number" "The instalment, from 1."
        "contribution_year" Year from "instalment.year" "The year it is for."
        "due" Date from "instalment.due" "The day it is due."
        "currency" Text from "pledge.currency" "The currency of the amounts in this row."
        "original" Money("pledge.currency") from "instalment.amount" "As first promised."
        "announced" Money("pledge.currency") from "" "Announced and not confirmed."
        "received" Money("pledge.currency") from "" "Settled by receipts: the sum of its applications."
        "outstanding" Money("pledge.currency") from "" "Open, the disputed part included."
        "disputed" Money("pledge.currency") from "" "Of that, disputed."
    }
    "pledge_events" of "line" "What an announcement, confirmation or dispute did to an instalment: one posting on 1210, 1215 or 9110."
        key ["Journal_ID", "Journal_ID_Line_Number"]
        refers ["Journal_ID", "Journal_ID_Line_Number"] to "gl_detail" ["Journal_ID", "Journal_ID_Line_Number"]
        refers ["pledge", "instalment"] to "instalments" ["pledge", "instalment"]
    {
        "Journal_ID" Entry from "line.entry" "The journal entry."
        "Journal_ID_Line_Number" Integer from "line.number" "The line."
        "date" Date from "entry.date" "The day it counts."
        "kind" Text from "entry.kind" "announced, confirmed, disputed or dispute-settled."
        "reverses" Entry maybe "entry.reverses" "The entry that this one takes back."
        "GL_Account_Number" Text from "line.account" "The account."
        "pledge" Pledge from "line.pledge" "The pledge."
        "instalment" Integer from "line.instalment" "The instalment."
        "currency" Text from "line.currency" "The currency of the amount."
        "amount" Money("line.currency") from "line.amount" "The amount, positive on the debit side."
        "authority" Text maybe "event.authority" "The document that allows it."
        "note" Text maybe "event.note" "The note, or the reason of a reversal."
    }
    "adjustments" of "line" "What a revision, withdrawal, write-off, rounding or revaluation did to an instalment: one posting on 1210, 1215 or 9110."
        key ["Journal_ID", "Journal_ID_Line_Number"]
        refers ["Journal_ID", "Journal_ID_Line_Number"] to "gl_detail" ["Journal_ID", "Journal_ID_Line_Number"]
        refers ["pledge", "instalment"] to "instalments" ["pledge", "instalment"]
    {
        "Journal_ID" Entry from "line.entry" "The journal entry."
        "Journal_ID_Line_Number" Integer from "line.number" "The line."
        "date" Date from "entry.date" "The day it counts."
        "kind" Text from "entry.kind" "revised, withdrawn, written-off, rounded or revalued."
        "reverses" Entry maybe "entry.reverses" "The entry that this one takes back."
        "GL_Account_Number" Text from "line.account" "The account."
        "pledge" Pledge from "line.pledge" "The pledge."
        "instalment" Integer from "line.instalment" "The instalment."
        "currency" Text from "line.currency" "The currency of the amount."
        "amount" Money("line.currency") from "line.amount" "The amount, positive on the debit side."
        "authority" Text maybe "event.authority" "The document that allows it."
        "note" Text maybe "event.note" "The note, or the reason of a reversal."
    }
    "receipts" of "receipt" "Money that reached the bank, with what of it is held at the seal."
        key ["receipt"]
        refers ["contributor"] to "contributors" ["contributor"]
        refers ["fund"] to "funds" ["fund"]
        refers ["bank_account"] to "bank_accounts" ["bank_account"]
        refers ["record"] to "log" ["record"]
    {
        "receipt" Receipt from "receipt.number" "The number."
        "date" Date from "event.date" "The value date."
        "contributor" Text maybe "receipt.contributor" "Who paid; empty when that was unknown."
        "identified_as" Text maybe "" "Who that turned out to be."
        "fund" Text from "receipt.fund" "The fund that takes what no pledge takes."
        "bank_account" Text from "receipt.bank" "The bank account."
        "currency" Text from "receipt.currency" "The currency of the amounts in this row."
        "amount" Money("receipt.currency") from "receipt.amount" "What reached the bank."
        "charge" Money("receipt.currency") from "receipt.charge" "What the bank kept on the way and the fund bears."
        "in_advance" Money("receipt.currency") from "" "Held on 2320."
        "unidentified" Money("receipt.currency") from "" "Held on 2330."
        "state" Text from "" "applied, in advance, unidentified or reversed."
        "payer" Text maybe "receipt.payer" "The payer as the bank printed it."
        "direction" Text maybe "receipt.direction" "What it was said to be for."
        "reference" Text maybe "event.reference" "The bank's or the office's own key."
        "authority" Text maybe "event.authority" "The document, if any."
        "note" Text maybe "event.note" "The note."
        "document" Text maybe "event.document" "The name of the file that shows it."
        "document_sha256" Text maybe "event.document_sha256" "The SHA-256 of that file."
        "record" Integer from "receipt.record" "The record of the chain."
    }
    "applications" of "" "Money of a receipt settling an instalment; negative when that was taken back."
        key ["Journal_ID", "Journal_ID_Line_Number", "receipt"]
        refers ["Journal_ID", "Journal_ID_Line_Number"] to "gl_detail" ["Journal_ID", "Journal_ID_Line_Number"]
        refers ["pledge", "instalment"] to "instalments" ["pledge", "instalment"]
        refers ["receipt"] to "receipts" ["receipt"]
    {
        "Journal_ID" Entry from "" "The journal entry."
        "Journal_ID_Line_Number" Integer from "" "The line on 1210 or 1215."
        "receipt" Receipt from "" "The receipt."
        "pledge" Pledge from "" "The pledge."
        "instalment" Integer from "" "The instalment."
        "date" Date from "" "The day it counts."
        "kind" Text from "" "received, identified, or applied out of an advance."
        "currency" Text from "" "The currency of the pledge."
        "amount" Money("") from "" "What it settles, in that currency."
        "value" Books from "" "The receivable that it settles, in the currency of the books."
    }
    "bank_statements" of "bank_statement" "A bank statement as it was read from a file."
        key ["statement"]
        refers ["bank_account"] to "bank_accounts" ["bank_account"]
        refers ["record"] to "log" ["record"]
    {
        "statement" Integer from "bank_statement.number" "The number."
        "bank_account" Text from "bank_statement.bank" "The bank account."
        "format" Text from "bank_statement.format" "The format of the file."
        "file" Text from "bank_statement.name" "The name of the file."
        "sha256" Text from "bank_statement.sha256" "The SHA-256 of the file."
        "bank_number" Text maybe "bank_statement.statement" "The bank's own number of the statement."
        "first" Date maybe "bank_statement.first" "The first day."
        "last" Date maybe "bank_statement.last" "The last day."
        "currency" Text from "bank_statement.currency" "The currency."
        "opening" Money("bank_statement.currency") maybe "bank_statement.opening" "The bank's balance before."
        "closing" Money("bank_statement.currency") maybe "bank_statement.closing" "The bank's balance after."
        "record" Integer from "bank_statement.record" "The record of the chain."
        "set_aside" Integer maybe "" "The record that set it aside; its lines are none of the account then."
        "set_aside_for" Text maybe "" "Why."
    }
    "bank_lines" of "bank_line" "A line of a bank statement."
        key ["bank_line"]
        refers ["statement"] to "bank_statements" ["statement"]
        refers ["bank_account"] to "bank_accounts" ["bank_account"]
        refers ["record"] to "log" ["record"]
    {
        "bank_line" BankLine from "bank_line.number" "The number."
        "statement" Integer from "bank_line.statement" "The bank statement."
        "bank_account" Text from "bank_line.bank" "The bank account."
        "booked" Date from "bank_line.booked" "The day of booking."
        "value_date" Date from "bank_line.value" "The value date."
        "currency" Text from "bank_line.currency" "The currency."
        "amount" Money("bank_line.currency") from "bank_line.amount" "Positive for money that came, negative for money that went."
        "charge" Money("bank_line.currency") from "bank_line.charge" "What the bank kept of it."
        "original" Text maybe "bank_line.original" "What was ordered in another currency."
        "payer" Text maybe "bank_line.payer" "The payer as the bank prints it."
        "text" Text maybe "bank_line.text" "What it is for."
        "bank_reference" Text maybe "bank_line.bank_reference" "The bank's reference."
        "customer_reference" Text maybe "bank_line.customer_reference" "The payer's reference."
        "kind" Text maybe "bank_line.kind" "What the bank calls it."
        "returned" Integer from "bank_line.returned" "1 for a payment that came back."
        "record" Integer from "bank_line.record" "The record of the chain."
    }
    "matches" of "bank_match" "So much of a bank line is what an entry has on the bank account."
        key ["match"]
        refers ["bank_line"] to "bank_lines" ["bank_line"]
        refers ["record"] to "log" ["record"]
    {
        "match" Integer from "bank_match.number" "The number."
        "bank_line" BankLine from "bank_match.line" "The bank line."
        "Journal_ID" Entry from "bank_match.entry" "The journal entry."
        "currency" Text from "" "The currency of the account."
        "amount" Money("bank_line.currency") from "bank_match.amount" "The amount, signed as the line."
        "reasons" Text from "bank_match.reasons" "Why they were matched."
        "taken_back" Integer maybe "" "The record that took the match back."
        "record" Integer from "bank_match.record" "The record of the chain."
    }
    "drafts" of "draft" "What one operator prepared and another one had to approve, and what became of it. What waits is in no figure."
        key ["draft"]
        refers ["ended"] to "log" ["record"]
        refers ["record"] to "log" ["record"]
    {
        "draft" Draft from "draft.number" "The number."
        "kind" Text from "draft.kind" "write-off, refund, reverse, close or parameter."
        "form" Text from "draft.form" "What was filled in, as JSON."
        "prepared_by" Text from "" "The operator who prepared it."
        "prepared_login" Text from "" "The user of the computer who did."
        "state" Text from "" "waits, approved or declined."
        "ended_by" Text maybe "" "The operator who approved or declined it."
        "ended_login" Text maybe "" "The user of the computer who did."
        "reason" Text maybe "" "Why it was declined."
        "ended" Integer maybe "" "The record that ended it."
        "record" Integer from "draft.record" "The record of the chain."
    }
    "operations" of "operation" "A command: who did what, when."
        key ["record"] refers ["record"] to "log" ["record"]
    {
        "record" Integer from "operation.record" "The record that closes it."
        "first" Integer from "operation.first" "The first record that it made."
        "recorded" Text from "operation.recorded" "When (UTC)."
        "operator" Text from "operation.operator" "Who, as they said."
        "login" Text maybe "operation.login" "The user that the computer knew."
        "host" Text maybe "operation.host" "The computer."
        "program" Text maybe "operation.program" "The program."
        "command" Text maybe "operation.command" "The command line."
        "clock" Text from "operation.clock" "system, or given by hand."
    }
    "log" of "" "A record of the chain: the text that was hashed, to the letter, and its hash. See the part on the chain."
        key ["record"]
    {
        "record" Integer from "" "The number."
        "kind" Text from "" "What it records."
        "hash" Exact from "" "The SHA-256 of the frame and the text."
        "text" Exact from "" "The text: lines that begin with the name of a table, cells after tabs."
    }
    "controls" of "" "A figure to tie the package out with."
        key ["control", "scope"]
    {
        "control" Text from "" "What is counted or compared."
        "scope" Text from "" "Of which file, fund or year."
        "value" Text from "" "The figure. A difference must be 0.00."
    }
}
