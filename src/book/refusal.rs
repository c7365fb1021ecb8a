//! Every "no" that the books can say, in one place: its stable name, what happened with the figures, the cause in plain
//! words, and the way out as a command that can be pasted. `docs/errors.md` is made from this list.

use super::account::AccountCode;
use super::code::{BankCode, ContributorCode, FundCode};
use super::currency::Currency;
use super::date::{Date, Year};
use super::money::Money;
use super::number::{BankLineNumber, DraftNumber, EditionNumber, EntryNumber, PledgeNumber, ReceiptNumber};
use std::fmt;

/// What kind of "no" it is; the program's exit code follows from it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Class {
    /// The command was put together wrongly.
    Usage,
    /// What was typed or read cannot be taken.
    Input,
    /// A rule of the books forbids it.
    Rule,
}

/// A refusal as the catalogue of errors lists it.
#[derive(Clone, Copy, Debug)]
pub struct Described {
    /// The stable name.
    pub name: &'static str,
    /// The class.
    pub class: Class,
    /// The cause in plain words.
    pub cause: &'static str,
    /// The message, with the names of its figures in braces.
    pub message: &'static str,
    /// The way out, likewise; empty when the message says it all.
    pub hint: &'static str,
}

macro_rules! refusals {
    ($($name:literal $class:ident $variant:ident { $($field:ident : $type:ty),* $(,)? }
        cause $cause:literal
        says $says:literal
        hint $hint:literal)*) => {
        /// A refusal, with its figures.
        #[derive(Clone, PartialEq, Eq, Debug)]
        #[non_exhaustive]
        pub enum Refusal { $(
            #[doc = $cause]
            $variant { $(#[doc = concat!("The ", stringify!($field), " of the message.")] $field: $type),* }
        ),* }

        impl Refusal {
            /// The stable name, in kebab case.
            pub fn name(&self) -> &'static str {
                match self { $(Refusal::$variant { .. } => $name),* }
            }

            /// The class.
            pub fn class(&self) -> Class {
                match self { $(Refusal::$variant { .. } => Class::$class),* }
            }

            /// The way out, when there is more to say than the message does.
            #[allow(unused_variables, reason = "most ways out need only some of the figures")]
            pub fn hint(&self) -> Option<String> {
                let hint = match self { $(Refusal::$variant { $($field),* } => format!($hint)),* };
                (!hint.is_empty()).then_some(hint)
            }
        }

        impl fmt::Display for Refusal {
            #[allow(unused_variables, reason = "some figures are for the way out only")]
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self { $(Refusal::$variant { $($field),* } => write!(f, $says)),* }
            }
        }

        /// Every refusal, in the order of this file.
        pub const CATALOGUE: &[Described] = &[$(
            Described { name: $name, class: Class::$class, cause: $cause, message: $says, hint: $hint }
        ),*];
    };
}

impl std::error::Error for Refusal {}

impl Refusal {
    /// The exit code of the program: 2 wrong usage, 3 input refused, 4 refused by a rule of the books.
    pub fn exit_code(&self) -> u8 {
        match self.class() {
            Class::Usage => 2,
            Class::Input => 3,
            Class::Rule => 4,
        }
    }
}

refusals! {
    // What is typed: amounts, dates, codes, numbers, text.
    "amount-form" Input AmountForm { text: String, understood: String }
        cause "An amount is not written in a form that can only mean one thing."
        says "'{text}' is no amount: {understood}"
        hint "write it as 50000, 50000.00, 50,000.00 or 'KRW 120000000'"
    "amount-places" Input AmountPlaces { text: String, currency: Currency, places: u32, given: usize }
        cause "An amount has more decimals than its currency has (ISO 4217). It is refused, never rounded."
        says "'{text}' has {given} decimals, and {currency} has {places}"
        hint "give the amount with at most {places} decimals"
    "amount-zero" Input AmountZero { text: String }
        cause "Nothing is recorded for an amount of nothing."
        says "'{text}' is nothing"
        hint "give an amount above zero; a row of a file that says nil, leave out"
    "amount-too-large" Input AmountTooLarge { currency: Currency }
        cause "An amount, or a sum that it leads to, is beyond what the ledger counts exactly."
        says "the amount in {currency} is beyond what the ledger can count"
        hint "the limit is 90,000,000,000,000.00 for an amount with two decimals"
    "unknown-currency" Input UnknownCurrency { text: String }
        cause "ISO 4217 has no such currency, or gives it no decimals."
        says "'{text}' is no currency of ISO 4217 in which amounts can be written"
        hint "write three letters, such as USD, KRW, JPY, CNY, RUB or MNT; of another unit (XDR, gold) record what reached the bank"
    "date-form" Input DateForm { text: String }
        cause "A date is not written YYYY-MM-DD, or there is no such day between 1900 and 2199."
        says "'{text}' is no date"
        hint "write a day as 2017-04-10, or today, or yesterday"
    "year-form" Input YearForm { text: String }
        cause "A year is not four digits between 1900 and 2199."
        says "'{text}' is no year"
        hint "write a year as 2017"
    "period-backwards" Input PeriodBackwards { from: String, to: String }
        cause "A period is asked for that ends before it begins."
        says "{from} is after {to}"
        hint "give the earlier end with --from, and the later one with --to"
    "time-form" Input TimeForm { text: String }
        cause "A time of recording is not a day, a time such as 2017-03-17T09:00:00Z, or the number of a record."
        says "'{text}' is no time"
        hint "write 2017-03-17, 2017-03-17T09:00:00Z, or the number of a seal"
    "code-form" Input CodeForm { text: String }
        cause "A code is not one to twenty letters, digits and inner dashes."
        says "'{text}' is no code"
        hint "a code has one to twenty letters, digits and inner dashes, such as CORE or MPA-2017"
    "code-reserved" Input CodeReserved { code: String }
        cause "Where programs read a report, this code stands for the sum: a contributor or a fund with it would be taken for one, and counted twice or not at all."
        says "{code} stands for the sum in the rows of a report, and is no code of a contributor or a fund"
        hint "give another code"
    "number-form" Input NumberForm { what: &'static str, example: &'static str, text: String }
        cause "The number of a pledge, receipt or entry is not written as the ledger prints it."
        says "'{text}' is no {what} number"
        hint "write it as {example}"
    "rate-form" Input RateForm { text: String }
        cause "A rate of exchange is not a plain number above zero with at most twelve decimals."
        says "'{text}' is no rate"
        hint "write the units of the currency per US dollar, such as 1130.50"
    "parameter-form" Input ParameterForm { name: &'static str, text: String, way: &'static str }
        cause "The value of a parameter is not a plain number, is a percentage above 100, or has a per cent sign where an amount or days are meant."
        says "'{text}' is no value of {name}"
        hint "write {way}"
    "text-empty" Input TextEmpty { field: &'static str }
        cause "A text that is needed is empty."
        says "the {field} is empty"
        hint "give the {field}, or leave the option out"
    "text-too-long" Input TextTooLong { field: &'static str, length: usize, longest: usize }
        cause "A text is longer than a note should be."
        says "the {field} has {length} characters, and {longest} are the limit"
        hint "shorten the {field}"
    "text-character" Input TextCharacter { field: &'static str, code: String }
        cause "A text holds a character that drives a terminal, hides or turns text around, or stands for lost text."
        says "the {field} holds the character {code}, which cannot be kept safely"
        hint "type the {field} again as plain text"
    "text-formula" Input TextFormula { field: &'static str, text: String }
        cause "A text begins like a formula, which a spreadsheet would run."
        says "the {field} '{text}' begins as a spreadsheet formula does"
        hint "begin the {field} with a letter or a digit"

    "seal-form" Input SealForm { text: String }
        cause "A seal is not written as a statement prints it: a number, a colon and sixty-four hexadecimal digits."
        says "'{text}' is no seal"
        hint "copy it from a statement: 12:3fa9… with all sixty-four digits"

    "seal-missing" Input SealMissing { path: String }
        cause "A file was given as an anchor, and bears no seal. CSV has no room for one."
        says "{path} bears no seal"
        hint "give the statement as JSON, text, Markdown, HTML, PDF, XLSX or DOCX, its signature, an audit package, or the seal itself"

    // Drafts, which another operator approves.
    "unknown-draft" Input UnknownDraft { draft: DraftNumber }
        cause "No draft has this number."
        says "there is no draft {draft}"
        hint "see them with: corefund list drafts"
    "draft-ended" Rule DraftEnded { draft: DraftNumber, verdict: &'static str, by: String }
        cause "A draft is approved or declined once."
        says "{draft} was {verdict} by {by}"
        hint "see it with: corefund show {draft}"
    "own-draft" Rule OwnDraft { draft: DraftNumber, operator: String, login: String, name: String, user: String }
        cause "Two pairs of eyes: whoever prepared something cannot approve it, neither under the same name nor as the same user of the computer."
        says "{draft} was prepared by {operator} (user {login}), and you are {name} (user {user})"
        hint "somebody else, logged in as themselves, types: corefund approve {draft}"
    "approval-needed" Rule ApprovalNeeded { entry: EntryNumber, year: Year }
        cause "The rule of two pairs of eyes is on, and what would be undone stands in a year whose statement was issued. An undo cannot wait for anybody, a reversal can."
        says "{entry} stands in {year}, whose statement was issued: its reversal needs another operator's approval"
        hint "prepare it with: corefund reverse {entry} --reason TEXT"
    "nothing-to-approve" Rule NothingToApprove { draft: DraftNumber, subject: String }
        cause "What a draft prepared was recorded by another command since."
        says "what {draft} prepared is recorded already, as {subject}"
        hint "corefund decline {draft} --reason 'recorded as {subject}'"
    "draft-waits" Rule DraftWaits { draft: DraftNumber, about: String, date: Date, year: Year }
        cause "A draft that is dated in a year could not be approved after its close."
        says "{draft} waits for approval ({about}, dated {date}), and could not be approved once {year} is closed"
        hint "corefund approve {draft}, or corefund decline {draft} --reason TEXT"

    // Keys that sign.
    "key-form" Input KeyForm { path: String }
        cause "A file, or what was typed, is no key of minisign."
        says "{path} is no key of minisign"
        hint "make a pair of keys with: corefund key new FILE, or with: minisign -G"
    "key-passphrase" Input KeyPassphrase { path: String }
        cause "The passphrase is not the one that the secret key was locked with."
        says "this passphrase does not open {path}"
        hint "type it again; without it the key is lost, and a new one is made with: corefund key new FILE"
    "key-open" Input KeyOpen { path: String }
        cause "A secret key lies where others on this computer may read it, so that a signature would prove little."
        says "others may read {path}"
        hint "chmod 600 {path}"
    "key-unlocked" Input KeyUnlocked { path: String }
        cause "A secret key has no passphrase: whoever finds the file signs with it."
        says "{path} is not locked with a passphrase"
        hint "lock it with: minisign -C -s {path}; or make another with: corefund key new FILE"
    "passphrase-missing" Input PassphraseMissing {}
        cause "A secret key is locked with a passphrase, which is never typed on the command line, and nobody can be asked for it."
        says "the passphrase of the key is not given"
        hint "run the command on a terminal, or set COREFUND_PASSPHRASE, or name a file with --passphrase-file FILE"

    // Files that are read.
    "file-empty" Input FileEmpty {}
        cause "A file has no header row."
        says "the file is empty"
        hint "begin it with a row of column names; see: corefund help import"
    "file-encoding" Input FileEncoding { found: String }
        cause "A file is not UTF-8 text."
        says "the file is to be UTF-8: {found}"
        hint "save it as 'CSV UTF-8 (comma delimited)'"
    "file-lines" Input FileLines {}
        cause "The lines of a file end with a carriage return alone, as on old Macintosh computers: the whole file would be one row."
        says "the lines of the file end with a carriage return alone"
        hint "save it as 'CSV UTF-8 (comma delimited)', not as 'CSV (Macintosh)'"
    "file-separator" Input FileSeparator { separator: String, wanted: &'static str, way: &'static str }
        cause "The columns of a file are separated by something else than commas, or those of pasted rows by something else than tabulators."
        says "the columns are separated by {separator}, not by {wanted}"
        hint "{way}"
    "file-quote" Input FileQuote {}
        cause "A quote stands where none may stand, or is never closed (RFC 4180), so that it is not clear where a field ends."
        says "a quote stands within a field, or is not closed"
        hint "put the whole field in quotes, and double each quote within it"
    "unknown-file-column" Input UnknownFileColumn { column: String, known: String }
        cause "A file has a column that means nothing here; it might carry what should not be lost."
        says "there is no column '{column}'"
        hint "the columns are {known}; rename it or take it out"
    "column-twice" Input ColumnTwice { column: String }
        cause "A column is there twice."
        says "the column '{column}' is there twice"
        hint "take one of them out"
    "column-missing" Input ColumnMissing { column: &'static str, known: String }
        cause "A column is missing that every row needs."
        says "the column '{column}' is missing"
        hint "the columns are {known}"
    "row-width" Input RowWidth { fields: usize, columns: usize }
        cause "A row has more or fewer fields than the header."
        says "the row has {fields} fields, and the header has {columns}"
        hint "put a field with a comma, or in pasted rows one with a tabulator, in quotes"
    "file-cut" Input FileCut { column: &'static str }
        cause "A file that ends within a figure, without a line end, may have been cut off there: nobody can tell 123456.78 from 1234."
        says "the file ends within the {column} of this row, without a line end: it may have been cut off"
        hint "compare the row with its source; then end it with a line feed, or say what all amounts add up to with --total"
    "row-too-long" Input RowTooLong { longest: u64 }
        cause "A row is longer than any row of a sheet is."
        says "the row has more than {longest} bytes"
        hint "look for a quote that is not closed, or shorten it"
    "faults-without-end" Input FaultsWithoutEnd { most: usize }
        cause "A file has more faults than anybody can use: it is the wrong one, or its columns are."
        says "the file has {most} faults before this row, and is not read on"
        hint "look at the first of them: where every row has the same one, one change mends them all; is it the right file, with the right columns?"
    "row-differs" Input RowDiffers { reference: String, column: &'static str, line: u64, first: String, other: String }
        cause "The rows of one reference are the instalments of one pledge: they agree in all but year, amount and due date, and no two of them have the same year and due date with different amounts."
        says "the {column} of reference '{reference}' is '{first}' in line {line} and '{other}' here"
        hint "correct one of them, or give the row a reference of its own"
    "amount-currency" Input AmountCurrency { currency: Currency, given: Currency }
        cause "An amount names another currency than the column beside it."
        says "the amount is in {given}, and the column says {currency}"
        hint "correct one of them"
    "control-count" Input ControlCount { given: u64, once: String, found: u64 }
        cause "The number of rows is not the one that the batch was announced with; a row that says the same as an earlier one counts once."
        says "rows in the file: {found}{once}; announced: {given}"
        hint "compare the file with its source: a row is missing or was added; one that is there twice is taken out or, when both are meant, has a reference of its own; or correct --count"
    "control-total" Input ControlTotal { given: Money, once: String, found: Money }
        cause "The sum of the amounts is not the one that the batch was announced with; a row that says the same as an earlier one counts once."
        says "the amounts add up to {found}{once}, and {given} was announced"
        hint "an amount differs from its source, or a row is there twice: compare them, or correct --total; of two rows that are both meant, each has a reference of its own"
    "control-twice" Input ControlTwice { currency: Currency }
        cause "A batch is announced with one total for each currency."
        says "two totals are given in {currency}"
        hint "give one --total for each currency"

    // Who and what is meant.
    "unknown-contributor" Input UnknownContributor { text: String, quoted: String, way: String }
        cause "No contributor has this code, official name or alias."
        says "no contributor is called '{text}'"
        hint "{way}; a new one: corefund add contributor CODE {quoted}"
    "unknown-fund" Input UnknownFund { text: String, way: String }
        cause "No fund has this code."
        says "no fund has the code '{text}'"
        hint "{way}"
    "unknown-area" Input UnknownArea { text: String, known: String }
        cause "No programme area has this code."
        says "no programme area has the code '{text}'"
        hint "the programme areas are {known}"
    "unknown-account" Input UnknownBank { text: String, known: String }
        cause "No bank account has this code."
        says "no bank account has the code '{text}'"
        hint "the bank accounts are {known}; another one: corefund add account CODE NAME --currency USD"
    "unknown-chart-account" Input UnknownAccount { text: String, known: String }
        cause "The chart has no account of this number."
        says "the chart has no account '{text}'"
        hint "the accounts are {known}"
    "unknown-list" Input UnknownList { text: String, known: String }
        cause "There is no list of this name."
        says "there is no list of '{text}'"
        hint "there are lists of {known}"
    "list-option" Usage ListOption { what: String, others: String, taken: String }
        cause "A list is asked to be narrowed to something that it is not looked through for."
        says "{what} takes no {others}"
        hint "it takes {taken}"
    "unknown-table" Input UnknownTable { text: String, known: String }
        cause "A report that has several tables has none of this name."
        says "the report has no table '{text}'"
        hint "its tables are {known}"
    "table-unclear" Input TableUnclear { text: String, known: String }
        cause "Several tables of a report begin with the words that were typed."
        says "several tables of the report begin with '{text}'"
        hint "name one of {known}"
    "as-of-before-year" Input AsOfBeforeYear { as_of: Date, year: Year }
        cause "The statement and the trial balance of a year begin with the year."
        says "{as_of} is before {year} begins"
        hint "give a day in {year} or later, or ask for an earlier year"
    "known-at-outside" Input KnownAtOutside { text: String, last: u64, founded: String, latest: String }
        cause "A report shows what the ledger knew at one of its records. Before the first there was no ledger, and after the last there is nothing yet."
        says "'{text}' is outside the records of the ledger: 1 to {last}, from {founded} to {latest}"
        hint "give the number of a record or seal from 1 to {last}, or a day or time from {founded} on"
    "unknown-parameter" Input UnknownParameter { text: String, known: String }
        cause "No parameter has this name."
        says "no parameter is called '{text}'"
        hint "the parameters are {known}"
    "unknown-pledge" Input UnknownPledge { pledge: String }
        cause "No pledge has this number or reference."
        says "there is no pledge {pledge}"
        hint "see them with: corefund list pledges"
    "unknown-receipt" Input UnknownReceipt { receipt: String }
        cause "No receipt has this number or reference."
        says "there is no receipt {receipt}"
        hint "see them with: corefund list receipts"
    "unknown-entry" Input UnknownEntry { entry: EntryNumber, last: EntryNumber }
        cause "No entry has this number."
        says "there is no entry {entry}; the last one is {last}"
        hint "see them with: corefund journal"
    "unknown-subject" Input UnknownSubject { text: String }
        cause "What was asked for is no pledge, receipt, entry, contributor or fund."
        says "'{text}' is no number, contributor or fund of this ledger"
        hint "write P-2017-001, R-2017-001, J-000123, a contributor or the code of a fund"
    "unknown-column" Input UnknownColumn { text: String, known: String }
        cause "The statement has no column of this name."
        says "the statement has no column '{text}'"
        hint "the columns are {known}"
    "code-taken" Rule CodeTaken { what: &'static str, code: String, differences: String, way: String }
        cause "A code names one thing only, for ever; what was recorded of it stays."
        says "there is a {what} {code} already, and it is another one: {differences}"
        hint "{way}"
    "name-taken" Rule NameTaken { name: String, holder: String }
        cause "A name that is, or looks like, another contributor's or fund's would let money go to the wrong one."
        says "'{name}' is, or looks like, a name of {holder}"
        hint "see it with: corefund show {holder}"

    // Parameters and rates.
    "rate-missing" Rule RateMissing { currency: Currency, date: Date, month: Date, latest: Option<Date> }
        cause "No rate of exchange is in force on the day: there is none, or the latest one is no longer valid."
        says "no rate of {currency} is in force on {date}"
        hint "corefund add rate {currency} {month} UNITS_PER_USD --source 'UN operational rate'"
    "rate-exists" Rule RateExists { currency: Currency, date: Date, units: String, given: String }
        cause "A rate that was recorded is never changed: entries were made at it."
        says "the rate of {currency} from {date} is {units}, and {given} differs"
        hint "if the recorded one is wrong, add the right one from a later day, and reverse what was recorded at the wrong one"
    "rate-of-dollar" Input RateOfDollar { given: String }
        cause "A rate says how many units of a currency a US dollar is; of the dollar itself there is none but 1."
        says "a US dollar is 1 US dollar, not {given}"
        hint "leave it out; the currency of the other side is what a rate is added of, such as KRW"
    "parameter-missing" Rule ParameterMissing { name: &'static str, date: Date }
        cause "A percentage or limit is needed that nobody has set yet."
        says "the parameter {name} is not set for {date}"
        hint "corefund add parameter {name} VALUE --from {date} --source 'decision of the Meeting'"
    "support-rate-zero" Rule SupportRateZero { date: Date }
        cause "Programme support was asked for, and its rate is nothing."
        says "the rate of programme support is 0 per cent on {date}"
        hint "corefund add parameter programme-support 13 --from {date} --source 'ST/AI/286', or leave --support out"

    "kind-form" Input KindForm { what: &'static str, text: String, known: &'static str }
        cause "A kind is none of the known ones."
        says "'{text}' is no kind of {what}"
        hint "write one of {known}"
    "instalment-form" Input InstalmentForm { text: String }
        cause "An instalment is not written YEAR=AMOUNT or YEAR=AMOUNT@DUE."
        says "'{text}' is no instalment"
        hint "write it as 2017=25000 or 2017=25000@2017-06-30"
    "year-full" Rule YearFull { year: Year }
        cause "A year has at most 999,999 documents of a kind."
        says "no number is left in {year}"
        hint "nothing more of that kind fits into {year}: put several payments into one document, or date it in another year"

    // The calendar of the books.
    "year-closed" Rule YearClosed { date: Date, year: Year, first_open: Date }
        cause "After the close of a year nothing dated in it can be written; corrections go to the open year."
        says "{date} lies in {year}, which is closed"
        hint "see whether it is in the books already, perhaps under another reference: corefund journal --year {year}; what is not, is dated {first_open} or later and shows as an adjustment of the prior year"
    "year-already-closed" Rule YearAlreadyClosed { year: Year, first_open: Date }
        cause "A year is closed once."
        says "{year} is closed already"
        hint "see it with: corefund statement {year}; a correction is dated {first_open} or later"
    "year-not-over" Rule YearNotOver { year: Year, last: Date, today: Date }
        cause "A year is closed when it is over: what still happens in it could not be recorded."
        says "{year} ends on {last}, and today is {today}"
        hint "close it after that day"
    "earlier-year-open" Rule EarlierYearOpen { year: Year, earlier: Year }
        cause "Years are closed in their order, because each opens with what the one before brought forward."
        says "{earlier}, before {year}, is still open"
        hint "corefund close {earlier}"
    "unidentified-at-close" Rule UnidentifiedAtClose { receipt: ReceiptNumber, amount: Money, last: Date }
        cause "A year is not closed over money of which nobody knows whose it is."
        says "{amount} of {receipt} are unidentified"
        hint "corefund identify {receipt} CONTRIBUTOR --date {last}"
    "bank-line-unmatched" Rule BankLineUnmatched { line: BankLineNumber, date: Date, amount: Money, left: Money, year: Year, command: String }
        cause "A year is not closed over a line of the bank that the books do not explain."
        says "{line} of {date} over {amount} is matched with nothing for {left}"
        hint "{command}   # what else it may be: corefund reconcile {year}"
    "bank-balance-differs" Rule BankBalanceDiffers { bank: BankCode, day: Date, stated: Money, booked: Money, difference: Money, year: Year }
        cause "The books' cash equals the bank's closing balance, or the year is not closed."
        says "{bank} stands at {stated} on {day} by the bank's statement, and at {booked} by the books: {difference} apart"
        hint "see the difference line by line with: corefund reconcile {year}"
    "close-stays" Rule CloseStays { year: Year, first_open: Date }
        cause "The close of a year is not taken back: what was told of it stays as it was."
        says "the close of {year} stays"
        hint "correct what is wrong in the open year, dated {first_open} or later: it shows as an adjustment of the prior year"
    "unknown-edition" Input UnknownEdition { year: Year, text: String, known: String }
        cause "The statement of the year was not issued as this edition."
        says "the statement of {year} was not issued{text}; issued are: {known}"
        hint "see them with: corefund list editions; without --fund the whole year is meant; issue it with: corefund issue {year} --meeting SOM-22"
    "edition-format" Input EditionFormat { edition: EditionNumber, format: String, known: String }
        cause "An edition is kept in the formats that it was issued in, and is never made again."
        says "{edition} was not issued as {format}"
        hint "it was issued as {known}"
    "date-before" Rule DateBefore { what: String, date: Date, first: Date }
        cause "An event cannot come before what it is about."
        says "{date} is before {what}, which is of {first}"
        hint "date it {first} or later"

    // Papers.
    "authority-missing" Input AuthorityMissing {}
        cause "Every pledge event and every write-off has an authority: the document that allows it."
        says "there is no authority for it"
        hint "add --authority 'SOM-21 report, para 9'"
    "reason-missing" Input ReasonMissing {}
        cause "A reversal says why."
        says "there is no reason for it"
        hint "add --reason 'typed twice'"
    "reference-differs" Input ReferenceDiffers { reference: String, subject: String, differences: String, way: String }
        cause "The office's reference was recorded already, or stands in an earlier row of the file, with other figures: the wrong one is reversed or corrected, or the other has another reference."
        says "reference '{reference}' is {subject} already, and differs: {differences}"
        hint "{way}"
    "possible-duplicate" Rule PossibleDuplicate { subject: String, command: String }
        cause "The same was recorded before, in every particular, and neither has a reference to tell them apart."
        says "{subject} was recorded with the same particulars"
        hint "if it happened twice: {command} --again"

    // Entries.
    "entry-unbalanced" Rule EntryUnbalanced { date: Date, fund: FundCode, difference: Money }
        cause "An entry balances in every fund, the memorandum accounts by themselves."
        says "the entry of {date} does not balance in {fund}: debits exceed credits by {difference}"
        hint "no command should lead here: nothing was recorded; check the books with corefund verify, and keep what was typed for whoever mends the program"
    "entry-too-short" Rule EntryTooShort { date: Date }
        cause "An entry has two lines or more; amounts that are worth nothing in the currency of the books leave none."
        says "the entry of {date} has fewer than two lines with an amount"
        hint "the amount is worth nothing in the currency of the books: give a larger one"
    "amount-negative" Rule AmountNegative { account: AccountCode }
        cause "A line has a side and a positive amount."
        says "the amount on {account} is negative"
        hint "no command should lead here: nothing was recorded; check the books with corefund verify, and keep what was typed for whoever mends the program"
    "would-go-negative" Rule WouldGoNegative { what: String, on: Date, balance: Money, dependents: String }
        cause "What is receivable, disputed, announced, in advance or unidentified is never less than nothing, on no day: later entries rest on this one."
        says "{what} would stand at {balance} on {on}"
        hint "reverse first what rests on it: {dependents}"
    "would-strand" Rule WouldStrand { what: String, value: Money, dependents: String }
        cause "What was settled took its part of what all of a balance in another currency was carried at; without one of its entries a value would stay that nothing is behind."
        says "{what} would be carried at {value}, with nothing behind it"
        hint "reverse first what took from it since, then this, and type the rest again: {dependents}"

    // Files of other programs: bank statements and the rules that read them.
    "bank-format" Input BankFormat { why: String }
        cause "The file is no bank statement of a known format, is damaged, or is cut."
        says "the file cannot be read as a bank statement: {why}"
        hint "camt.053 (001.02 to .08), MT940 and OFX are recognised by themselves; a CSV file needs rules"
    "bank-size" Input BankSize { size: usize, largest: usize }
        cause "A bank statement is never that large."
        says "the file has {size} bytes, and {largest} are the limit"
        hint "fetch the statements of a shorter time"
    "bank-field" Input BankField { field: &'static str, text: String, why: String }
        cause "A field of a bank statement cannot be taken for what it must be."
        says "the {field} '{text}' {why}"
        hint "fetch the file from the bank again; in a CSV file, correct the rules"
    "bank-field-missing" Input BankFieldMissing { field: &'static str }
        cause "A bank statement lacks something that every one has."
        says "the {field} is missing"
        hint "fetch the file from the bank again; in a CSV file, correct the rules"
    "bank-field-long" Input BankFieldLong { field: &'static str, length: usize, longest: usize }
        cause "A field of a bank statement is longer than any bank writes: the file is damaged, or a quotation mark in it is not closed."
        says "the {field} has {length} characters, and {longest} are the limit"
        hint "fetch the file from the bank again"
    "bank-currency" Input BankCurrency { field: &'static str, given: Currency, currency: Currency }
        cause "The movements of an account are in the currency of the account."
        says "the {field} is in {given}, and the account is in {currency}"
        hint "fetch the file from the bank again; in a CSV file, correct the rules"
    "bank-balance" Input BankBalance { statement: String, opening: Money, movements: Money, closing: Money, difference: Money }
        cause "The opening balance of a statement and its movements always make the closing balance. Something is missing, twice, or altered."
        says "{statement} opens with {opening}, moves by {movements} and should not close with {closing}: the difference is {difference}"
        hint "fetch the file from the bank again, whole and unaltered"
    "bank-page" Input BankPage { statement: String, opening: Money, closing: Money }
        cause "A page of a statement begins where the page before it ends."
        says "a page of {statement} opens with {opening}, and the page before it closes with {closing}"
        hint "fetch all pages of the statement from the bank again"
    "rules-missing" Input RulesMissing {}
        cause "A CSV file does not say what its columns mean; rules do."
        says "the file is none of camt.053, MT940 and OFX, and there are no rules to read it by"
        hint "write rules as the example of corefund help import bank, and give them with --rules FILE"
    "rules-form" Input RulesForm { key: String, why: String }
        cause "The rules for a CSV file are not written as rules are."
        says "{key} {why}"
        hint "see docs/importing.md and the examples in docs/rules"
    "rules-key" Input RulesKey { key: String, known: String }
        cause "The rules for a CSV file have no such key."
        says "there is no rule called '{key}'"
        hint "the keys there are {known}"
    "rules-column" Input RulesColumn { column: String, known: String }
        cause "The rules name a column that the file does not have."
        says "the file has no column '{column}'"
        hint "its columns are {known}"

    // The life of a pledge.
    "instalments-missing" Input InstalmentsMissing {}
        cause "A pledge has at least one instalment, with a year and an amount."
        says "the pledge has no instalment"
        hint "add --year 2017, or --instalment 2017=25000@2017-06-30 for each"
    "instalments-differ" Input InstalmentsDiffer { total: Money, instalments: Money }
        cause "The instalments of a pledge always add up to the pledge."
        says "the instalments add up to {instalments}, and the pledge is {total}"
        hint "correct the amount or the instalments"
    "instalment-currency" Input InstalmentCurrency { first: Currency, other: Currency }
        cause "A pledge is made in one currency."
        says "one instalment is in {first} and another in {other}"
        hint "record two pledges"
    "pledge-currency" Input PledgeCurrency { pledge: PledgeNumber, currency: Currency, given: Currency }
        cause "A pledge is promised, and settled, in its own currency."
        says "{pledge} is in {currency}, not in {given}"
        hint "give the amount in {currency}"
    "already-confirmed" Rule AlreadyConfirmed { pledge: PledgeNumber }
        cause "A pledge is confirmed once."
        says "{pledge} is confirmed already"
        hint "see it with: corefund show {pledge}"
    "nothing-announced" Rule NothingAnnounced { pledge: PledgeNumber }
        cause "What was announced has been withdrawn or reversed."
        says "nothing is announced on {pledge} any more"
        hint "see it with: corefund show {pledge}"
    "nothing-open" Rule NothingOpen { pledge: PledgeNumber }
        cause "The pledge is settled, withdrawn or written off."
        says "nothing of that kind is open on {pledge}"
        hint "see it with: corefund show {pledge}"
    "nothing-to-revise" Rule NothingToRevise { pledge: PledgeNumber }
        cause "The new figure is the figure that the pledge has."
        says "{pledge} has that amount already"
        hint "see it with: corefund show {pledge}"
    "below-received" Rule BelowReceived { pledge: PledgeNumber, contributor: ContributorCode, reduction: Money, open: Money }
        cause "A pledge cannot be revised below what was received or is disputed."
        says "{pledge} cannot be reduced by {reduction}: only {open} is open"
        hint "reduce it by at most that; money is paid back with: corefund refund {contributor} AMOUNT --pledge {pledge}"
    "no-instalment" Rule NoInstalment { pledge: PledgeNumber, year: Year }
        cause "The pledge has no instalment for that year."
        says "{pledge} has no instalment for {year}"
        hint "see it with: corefund show {pledge}"
    "year-twice" Input YearTwice { pledge: PledgeNumber, year: Year }
        cause "A revision gives a contribution year its new amount; two amounts for one year leave open which one is meant."
        says "the instalments of {pledge} for {year} are given two new amounts"
        hint "give the new amount of the whole year once: --instalment {year}=AMOUNT"
    "more-than-open" Rule MoreThanOpen { pledge: PledgeNumber, amount: Money, open: Money }
        cause "More cannot be disputed, settled or written off than is there."
        says "{amount} is more than the {open} that {pledge} has there"
        hint "see it with: corefund show {pledge}"
    "not-open-then" Rule NotOpenThen { what: String, amount: Money, on: Date, open: Money }
        cause "On that day, or on a later one, less was open: receipts or other events came in between."
        says "from {on} on only {open} of {what} stays open, not {amount}"
        hint "date it later, or give a smaller amount"

    // Receipts.
    "payer-unknown" Input PayerUnknown {}
        cause "A receipt has a contributor, or is recorded as unidentified."
        says "nobody is named as the payer"
        hint "name the contributor; of money that is recorded and waits: corefund identify R-… CONTRIBUTOR; of money that is not recorded yet: corefund receive --unidentified AMOUNT"
    "charge-currency" Input ChargeCurrency { currency: Currency, given: Currency }
        cause "The bank takes its charge out of the money that it carries."
        says "the receipt is in {currency} and its charge in {given}"
        hint "give the charge in {currency}"
    "directed-currency" Input DirectedCurrency { currency: Currency, given: Currency }
        cause "The parts of a receipt are in the receipt's currency."
        says "the receipt is in {currency} and a part of it in {given}"
        hint "give the parts in {currency}"
    "directed-too-much" Input DirectedTooMuch { directed: Money, amount: Money }
        cause "The parts of a receipt cannot exceed it."
        says "{directed} is directed to pledges, and {amount} came"
        hint "correct the parts; what the bank kept on the way is given with --charge"
    "pledge-of-another" Rule PledgeOfAnother { pledge: PledgeNumber, holder: ContributorCode, contributor: ContributorCode }
        cause "One contributor's money does not settle another's pledge."
        says "{pledge} is of {holder}, not of {contributor}"
        hint "see it with: corefund show {pledge}"
    "banked-currency" Input BankedCurrency { bank: BankCode, currency: Currency, amount: Money, given: Money }
        cause "What the account shows is told beside an amount in another currency than the account's, and in the account's own."
        says "{bank} is in {currency}: {given} cannot be what it shows of {amount}"
        hint "give the amount that was sent in its own currency, and --banked in {currency}; or leave --banked out"
    "fund-unclear" Input FundUnclear { contributor: ContributorCode, funds: String }
        cause "The contributor owes several funds, none of them the Core Fund, and none was named."
        says "{contributor} owes {funds}, and no fund is named"
        hint "name one of them: with --fund, or in the column fund of a file"
    "not-unidentified" Rule NotUnidentified { receipt: ReceiptNumber }
        cause "The payer of the receipt is known, or became known, and nothing of it is parked."
        says "nothing of {receipt} is unidentified"
        hint "see it with: corefund show {receipt}"
    "not-held-then" Rule NotHeldThen { receipt: ReceiptNumber, amount: Money, on: Date, held: Money }
        cause "The receipt came later, or part of it was used."
        says "from {on} on only {held} of {receipt} is held, not {amount}"
        hint "see it with: corefund show {receipt}"
    "nothing-to-apply" Rule NothingToApply { contributor: ContributorCode }
        cause "The contributor has nothing received in advance there."
        says "nothing of {contributor} is held in advance there"
        hint "see them with: corefund list advances --contributor {contributor}; what another fund holds is applied by its receipt: corefund apply R-… --to P-…"
    "more-than-advance" Rule MoreThanAdvance { contributor: ContributorCode, amount: Money, held: Money }
        cause "More cannot be applied or paid back than is held in advance."
        says "{amount} is more than the {held} that {contributor} has in advance there"
        hint "see them with: corefund list advances --contributor {contributor}; a settled contribution is paid back with --pledge; money that waits for a \
              later instalment, after its receipt was reversed and typed again with --year YEAR of the money"
    "nothing-due" Rule NothingDue { pledge: PledgeNumber }
        cause "Nothing is receivable on the pledge: it is settled, only announced, or disputed."
        says "nothing is due on {pledge}"
        hint "see it with: corefund show {pledge}"
    "more-than-due" Rule MoreThanDue { pledge: PledgeNumber, amount: Money, unused: Money }
        cause "More cannot be applied to a pledge than is due on it."
        says "{pledge} does not take {amount}: {unused} of it would be left over"
        hint "see it with: corefund show {pledge}"
    "nothing-written-off" Rule NothingWrittenOff { pledge: PledgeNumber }
        cause "A recovery is money for a receivable that was written off."
        says "nothing was written off on {pledge}"
        hint "record the money as a receipt: leave --recovery out"
    "more-than-written-off" Rule MoreThanWrittenOff { pledge: PledgeNumber, amount: Money, given_up: Money }
        cause "A recovery is money for a receivable that was written off, and no more than that."
        says "{amount} is more than the {given_up} that was written off on {pledge} by then and is not recovered"
        hint "give {given_up} as the recovery, and record the rest as a receipt of its own"
    "was-recovered" Rule WasRecovered { pledge: PledgeNumber, recovered: Money, receipt: ReceiptNumber, entry: EntryNumber }
        cause "Money that came for a receivable that was written off rests on the write-off."
        says "{recovered} of what was written off on {pledge} was recovered, the last of it by {receipt}"
        hint "reverse the recovery first: corefund reverse {entry} --reason TEXT; then record the money as a receipt"
    "more-than-received" Rule MoreThanReceived { pledge: PledgeNumber, amount: Money, received: Money }
        cause "A contribution is paid back as far as it was received."
        says "{amount} is more than the {received} that was received for {pledge} by then and not paid back"
        hint "see it with: corefund show {pledge}; an advance is paid back without --pledge, and one that waits for a later instalment after its receipt was \
              reversed and typed again with --year YEAR of the money"
    "fund-of-pledge" Rule FundOfPledge { pledge: PledgeNumber, fund: FundCode, given: FundCode }
        cause "Each fund balances alone: money for a pledge goes to the pledge's fund, and is paid back from it."
        says "{pledge} is of {fund}, not of {given}"
        hint "leave --fund out, or the column fund empty; the money goes to the fund of its pledge"

    // The bank.
    "unknown-bank-line" Input UnknownBankLine { line: String }
        cause "No bank line has this number."
        says "there is no bank line {line}"
        hint "see them with: corefund list bank-lines"
    "line-matched" Rule LineMatched { line: BankLineNumber, subject: String }
        cause "A bank line is what moved once: all of it is matched already."
        says "nothing of {line} is left: it is matched with {subject}"
        hint "see it with: corefund show {line}; take the match back with: corefund unmatch {line} --reason 'wrong receipt'"
    "line-went-out" Rule LineWentOut { line: BankLineNumber, amount: Money }
        cause "A receipt, identified or not, is of money that came."
        says "{line} over {amount} is money that went out, and a receipt is for money that came"
        hint "say what it paid: corefund spend FUND --line {line}; or what it paid back: corefund refund CONTRIBUTOR --line {line} --authority TEXT; in the books already: corefund match {line} J-…"
    "line-exceeded" Rule LineExceeded { line: BankLineNumber, left: Money, amount: Money }
        cause "An entry moves more than is left of the bank line, or the other way."
        says "{amount} is not within the {left} that is left of {line}"
        hint "see it with: corefund show {line}; give the amount that the bank shows, and what it kept with --charge"
    "entry-matched" Rule EntryMatched { subject: String, line: BankLineNumber }
        cause "What an entry moves on the bank is matched already."
        says "{subject} is matched with {line} already"
        hint "see it with: corefund show {line}; take the match back with: corefund unmatch {line} --reason 'wrong line'"
    "not-on-account" Rule NotOnAccount { subject: String, bank: BankCode }
        cause "A bank line is matched with what the books moved on the same account."
        says "{subject} moves nothing on the account {bank}"
        hint "see it with: corefund show {subject}"
    "return-too-early" Rule ReturnTooEarly { line: BankLineNumber, first: BankLineNumber }
        cause "What came back is reversed; so it has to be in the books first."
        says "{line} came back of what {first} shows, and that is not in the books yet"
        hint "first say what {first} is: corefund reconcile"
    "charge-parts" Usage ChargeParts {}
        cause "A charge that the bank kept belongs to one payment."
        says "with --charge a line is matched with one receipt or entry"
        hint "match the line with one of them; or record the charge with: corefund spend FUND AMOUNT --kind bank-charge, and match the line with all of them"
    "nothing-matched" Rule NothingMatched { line: BankLineNumber }
        cause "A match can be taken back while it stands."
        says "{line} is not matched"
        hint "see it with: corefund show {line}"
    "nothing-outstanding" Rule NothingOutstanding { contributor: ContributorCode }
        cause "A reminder recalls what is outstanding."
        says "nothing of {contributor} is outstanding"
        hint "see it with: corefund show {contributor}"
    "template-field" Input TemplateField { field: String, known: String }
        cause "A template names a field that there is not, or opens a brace that it does not close."
        says "the template has no field '{field}'"
        hint "the fields are {known}, each in braces"
    "unknown-bank-statement" Input UnknownBankStatement { text: String }
        cause "No bank statement has this number, and none was read from a file of this name."
        says "no bank statement is '{text}'"
        hint "see them with: corefund list bank-statements"
    "bank-statement-matched" Rule BankStatementMatched { statement: String, first: BankLineNumber, lines: String }
        cause "A bank statement is set aside with its lines; what the books say of them is taken back first."
        says "lines of {statement} are matched: {lines}"
        hint "take each match back: corefund unmatch {first} --reason 'not ours'; and reverse what was recorded by it"
    "bank-statement-drafted" Rule BankStatementDrafted { statement: String, line: String, draft: DraftNumber }
        cause "A draft that waits says what a line of the bank statement is; it could never be approved."
        says "{line} of {statement} is what {draft} is about, which waits"
        hint "decline it first: corefund decline {draft} --reason 'not ours'"
    "line-set-aside" Rule LineSetAside { line: BankLineNumber, reason: String }
        cause "The bank statement of the line was set aside."
        says "{line} was set aside: {reason}"
        hint "if it is ours after all, import its file again; then see: corefund list bank-lines --open"
    "unknown-payer" Input UnknownPayer { name: String }
        cause "No contributor was confirmed under this name as the bank prints it."
        says "nobody is known as the payer '{name}'"
        hint "see them with: corefund list payers"

    "bank-unclear" Input BankUnclear { number: String, currency: Currency, known: String }
        cause "A statement is of one bank account, and it is not clear of which."
        says "the statement is of account '{number}' in {currency}, and no bank account of the ledger has this number"
        hint "the bank accounts are {known}; name one with --account, or: corefund add account CODE NAME --currency {currency} --number '{number}'"
    "bank-two-numbers" Input BankTwoNumbers { bank: BankCode, first: String, given: String, currency: Currency }
        cause "A bank account has one number, and the file has statements of two for it."
        says "the file has statements of '{first}' and of '{given}', and {bank} is one bank account"
        hint "corefund add account CODE NAME --currency {currency} --number '{given}', then import the file without --account"
    "bank-contradicts" Input BankContradicts { bank: BankCode, given: String, day: Date, opening: Money, other: Money, currency: Currency }
        cause "Two statements of one account that begin on one day begin with one balance."
        says "the statement of '{given}' begins on {day} with {opening}, and another one of {bank} begins on that day with {other}"
        hint "of another account: corefund add account CODE NAME --currency {currency} --number NUMBER, then import it again; of {bank} all the same: --account {bank}; if the \
              other one was a mistake: corefund set-aside STATEMENT --reason TEXT, see corefund list bank-statements"
    "bank-number-differs" Input BankNumberDiffers { bank: BankCode, own: String, given: String }
        cause "The statement is of another account than the one that is named."
        says "{bank} has the number {own}, and the statement is of {given}"
        hint "leave --account out, or name another one; see: corefund list accounts"
    "bank-currency-differs" Input BankCurrencyDiffers { bank: BankCode, currency: Currency, given: Currency }
        cause "A bank account is kept in one currency."
        says "{bank} is kept in {currency}, and the statement in {given}"
        hint "corefund add account CODE NAME --currency {given}"

    // The rest of a fund's life, and the way back.
    "same-fund" Input SameFund { fund: FundCode }
        cause "A transfer goes from one fund to another."
        says "{fund} is both the giver and the taker"
        hint "name two funds"
    "already-reversed" Rule AlreadyReversed { entry: EntryNumber, by: EntryNumber }
        cause "An entry is reversed once."
        says "{entry} was reversed by {by}"
        hint "see it with: corefund show {by}"
    "reversed-off-bank" Rule ReversedOffBank { subject: String, by: EntryNumber }
        cause "What was taken back moved nothing, unless the bank shows the way back too."
        says "{subject} was reversed by {by}, and the bank does not show that yet"
        hint "if the money came and went, match the line by which it went first: corefund match B-… {by}"
    "is-reversal" Rule IsReversal { entry: EntryNumber, of: EntryNumber }
        cause "A reversal is not reversed: what it took back is recorded again."
        says "{entry} is the reversal of {of}"
        hint "record again what {of} recorded: corefund show {of}"
    "undo-stays" Rule UndoStays { kept: &'static str, command: String, way: &'static str }
        cause "What the last command recorded is not taken back: nothing rests on it, or others were told of it."
        says "the last thing done stays: {kept}, by '{command}'"
        hint "{way}; what was done before it is undone with: corefund undo --before"
    "undo-reversal" Rule UndoReversal { reversal: EntryNumber, of: EntryNumber, command: String }
        cause "A reversal is not reversed, and undo does not reach past it to an entry that nobody meant."
        says "the last thing done stays: {reversal}, the reversal of {of}, by '{command}'"
        hint "what it took back is typed again; see it with: corefund show {of}; what was done before it is undone with: corefund undo --before"
    "nothing-to-undo" Rule NothingToUndo {}
        cause "Nothing is left that could be reversed."
        says "there is nothing to undo"
        hint "see what was done with: corefund log"

    // Texts and formats.
    "texts-key" Input TextsKey { key: String, way: String }
        cause "A file of texts names a text that there is not."
        says "there is no text '{key}'"
        hint "{way}"
    "texts-form" Input TextsForm { why: String }
        cause "A file of texts is a copy of the English one with the right-hand sides changed. Words in braces stay as they are."
        says "the file of texts cannot be used: {why}"
        hint "begin with a copy of data/texts/en.toml"
    "binary-on-terminal" Usage BinaryOnTerminal { format: &'static str }
        cause "A terminal cannot show the bytes of a file for another program."
        says "{format} is not for a terminal"
        hint "add --output FILE.{format}"
    "format-left-out" Usage FormatLeftOut { format: &'static str }
        cause "This corefund was built without the formats for paper and office programs."
        says "this corefund was built without {format}"
        hint "build it again with them: cargo install --path ."
}
