//! One case for each refusal: what is typed, on books prepared by some commands, and what is said. Nothing is recorded by any of them.

mod support;

use corefund::book::refusal::{CATALOGUE, Class};
use std::collections::BTreeSet;
use support::Sandbox;

/// Books with something in every state.
const BOOKS: [&str; 15] = [
    "add fund MPA Marine --area MPA",
    "add fund AIR Air --area TAP",
    "announce CHN 50000 --year 2017 --date 2017-03-17 --authority SOM-21",
    "pledge JPN --instalment 2017=10000 --instalment 2018=10000 --date 2017-03-17 --authority SOM-21 --reference P1",
    "pledge RUS 120000 --year 2017 --fund MPA --date 2017-03-17 --authority SOM-21",
    "pledge RUS 5000 --year 2017 --fund AIR --date 2017-03-17 --authority SOM-21",
    "receive JPN 4000 --date 2017-05-01 --reference R1",
    "receive MNG 300 --date 2017-06-01",
    "receive --unidentified 700 --date 2017-07-01",
    "announce KOR 100 --year 2017 --date 2017-03-17 --authority SOM-21",
    "withdraw P-2017-005 --date 2017-04-01 --authority Letter",
    "receive PRK 50 --date 2017-05-09",
    "reverse J-000011 --reason test",
    "receive JPN 4000 --date 2017-05-01",
    "add rate JPY 2017-05-01 110 --source UN",
];

/// What is typed, the exit code, the name, and something that must be said.
const CASES: &[(&str, i32, &str, &str)] = &[
    ("receive CHN 50.000,00", 3, "amount-form", "a comma stands only between thousands"),
    ("receive CHN 1e5", 3, "amount-form", "'1e5' is no amount"),
    ("receive CHN -5", 3, "amount-form", "an amount is positive"),
    ("receive CHN 0.005", 3, "amount-places", "USD has 2"),
    ("receive CHN 0.00", 3, "amount-zero", "is nothing"),
    ("receive CHN 99999999999999999999", 3, "amount-too-large", "beyond"),
    ("receive CHN 'ZZZ 5'", 3, "unknown-currency", "ISO 4217"),
    ("receive CHN 5 --date 2017-02-29", 3, "date-form", "no date"),
    ("statement 217", 3, "year-form", "no year"),
    ("list pledges --known-at noon", 3, "time-form", "no time"),
    ("list pledges --known-at 0", 3, "known-at-outside", "'0' is outside the records of the ledger: 1 to "),
    ("statement 2017 --known-at 99999", 3, "known-at-outside", "from 2018-03-01T09:00:00Z to 2018-03-01T09:00:00Z"),
    ("journal --known-at 99999999999999999999999", 3, "known-at-outside", "or a day or time from 2018-03-01T09:00:00Z on"),
    ("reconcile 2017 --known-at 2018-02-28", 3, "known-at-outside", "'2018-02-28' is outside"),
    ("log --known-at 2018-03-01T08:59", 3, "known-at-outside", "'2018-03-01T08:59' is outside"),
    ("export audit --year 2017 --known-at 0 --output a.zip", 3, "known-at-outside", "'0' is outside"),
    ("add fund A_B Name", 3, "code-form", "no code"),
    ("add contributor total 'Total Environment'", 3, "code-reserved", "TOTAL stands for the sum"),
    ("reverse 5 --reason x", 3, "number-form", "J-000123"),
    ("add rate KRW 2017-05-01 1,130 --source UN", 3, "rate-form", "no rate"),
    ("add parameter programme-support 101% --source x", 3, "parameter-form", "no value"),
    ("add contributor AAA ''", 3, "text-empty", "the name is empty"),
    ("verify --against 12", 3, "seal-form", "no seal"),
    ("receive CHN 5 --payer =1+1", 3, "text-formula", "spreadsheet"),
    ("add contributor AAA Name --kind city", 3, "kind-form", "member-state, state, organisation"),
    ("pledge CHN --instalment 2017:5 --authority x", 3, "instalment-form", "2017=25000"),
    ("receive Chnia 5", 3, "unknown-contributor", "China"),
    ("receive CHN 5 --fund MAP", 3, "unknown-fund", "MPA"),
    ("add fund X Name --area MAP", 3, "unknown-area", "MPA (Marine protected areas)"),
    ("receive CHN 5 --account BERN", 3, "unknown-account", "MAIN"),
    ("add parameter support 5 --source x", 3, "unknown-parameter", "programme-support"),
    ("journal --account 1111", 3, "unknown-chart-account", "1110"),
    ("list payments", 3, "unknown-list", "receipts"),
    ("add rate USD 2017-01-01 1.5 --source x", 3, "rate-of-dollar", "not 1.5"),
    ("add parameter rounding-limit 1% --source x", 3, "parameter-form", "'1%' is no value of rounding-limit"),
    ("add parameter rate-validity 30% --source x", 3, "parameter-form", "rate-validity"),
    ("receive CHN 5 --date 2017-05-01 --reference ''", 3, "text-empty", "reference"),
    ("--operator '=x' receive CHN 5 --date 2017-05-01", 3, "text-formula", "operator"),
    ("verify --against 12:5f0c", 3, "seal-form", "12:5f0c"),
    ("diff 2017", 3, "unknown-edition", "the statement of 2017 was not issued; issued are: none"),
    ("diff 2017 --edition 2", 3, "unknown-edition", "was not issued as edition 2; issued are: none"),
    ("add account MAIN Other", 4, "code-taken", "there is a bank account MAIN already"),
    ("history --from 2025 --to 2020", 3, "period-backwards", "2025 is after 2020"),
    ("list rates --from 2017-05-02 --to 2017-05-01", 3, "period-backwards", "2017-05-02 is after 2017-05-01"),
    ("list payers --from 2020-01-01", 2, "list-option", "it takes --contributor"),
    ("show P-2017-001 --table x", 3, "unknown-table", "life"),
    ("statement 2017 --table Tie-outs", 3, "table-unclear", "core-tie-outs"),
    ("confirm P-2017-099 --authority x", 3, "unknown-pledge", "P-2017-099"),
    ("receive JPN 5 --year 2019 --pledge P-2017-002 --date 2017-09-01", 4, "no-instalment", "P-2017-002 has no instalment for 2019"),
    ("add contributor JPN Nippon --kind organisation", 4, "code-taken", "its kind is member-state, not organisation"),
    ("add fund AIR Airs", 4, "code-taken", "its name is Air, not Airs"),
    ("add rate XDR 2017-01-01 0.7 --source IMF", 3, "unknown-currency", "record what reached the bank"),
    ("identify R-2017-099 CHN", 3, "unknown-receipt", "R-2017-099"),
    ("reverse J-000099 --reason x", 3, "unknown-entry", "the last one is"),
    ("show nobody", 3, "unknown-subject", "nobody"),
    ("explain 2017 CORE CHN colour", 3, "unknown-column", "received_current"),
    ("statement 2018 --as-of 2017-06-30", 3, "as-of-before-year", "2017-06-30"),
    ("trial-balance 2018 --as-of 2017-06-30", 3, "as-of-before-year", "2017-06-30"),
    ("add contributor CHN Cathay", 4, "code-taken", "CHN"),
    ("add contributor CHN Cathay --kind member-state", 4, "code-taken", "its name is China, not Cathay"),
    ("add contributor KOR 'Rep. of Korea' --kind state", 4, "code-taken", "corefund add alias KOR 'Rep. of Korea'"),
    ("add contributor CHN Japan --kind state", 4, "name-taken", "JPN"),
    ("add contributor AAA Name --alias 'One|Two'", 3, "text-character", "the alias holds the character '|'"),
    ("add alias JPN 'One|Two'", 3, "text-character", "'|'"),
    ("add fund MPA Other", 4, "code-taken", "MPA"),
    ("add alias JPN China", 4, "name-taken", "CHN"),
    ("add fund ZZZ 'Core fund'", 4, "name-taken", "a name of CORE"),
    ("add fund ZZZ MPA", 4, "name-taken", "corefund show MPA"),
    ("add fund total 'All of it'", 3, "code-reserved", "TOTAL stands for the sum"),
    ("receive JPN 'KRW 5000000' --date 2017-05-05", 4, "rate-missing", "corefund add rate KRW 2017-05-01"),
    ("receive JPN 'JPY 5000' --date 2017-06-05", 4, "rate-missing", "JPY"),
    ("add rate JPY 2017-05-01 111 --source UN", 4, "rate-exists", "110"),
    ("confirm P-2017-001 --date 2017-03-01 --authority x", 4, "date-before", "2017-03-17"),
    ("confirm P-2017-001", 3, "authority-missing", "--authority"),
    ("reverse J-000001", 3, "reason-missing", "--reason"),
    ("receive JPN 4001 --date 2017-05-02 --reference R1", 3, "reference-differs", "amount is"),
    ("pledge JPN 20000 --year 2017 --date 2017-03-17 --authority SOM-21 --reference P1", 3, "reference-differs", "instalments is"),
    ("receive JPN 4000 --date 2017-05-01", 4, "possible-duplicate", "--again"),
    ("reverse J-000003 --reason x", 4, "would-go-negative", "J-0000"),
    ("pledge CHN 5 --authority x", 3, "instalments-missing", "--year 2017"),
    ("pledge CHN 6 --instalment 2017=5 --authority x", 3, "instalments-differ", "US$ 5.00"),
    ("pledge CHN --instalment 2017=5 --instalment '2018=JPY 5' --authority x --date 2017-05-05", 3, "instalment-currency", "JPY"),
    ("revise P-2017-002 'JPY 5' --authority x", 3, "pledge-currency", "USD"),
    ("confirm P-2017-002 --authority x", 4, "already-confirmed", "P-2017-002"),
    ("confirm P-2017-005 --authority x", 4, "nothing-announced", "P-2017-005"),
    ("settle-dispute P-2017-002 --authority x", 4, "nothing-open", "P-2017-002"),
    ("revise P-2017-002 20000 --authority x", 4, "nothing-to-revise", "P-2017-002"),
    ("revise P-2017-002 3999 --authority x", 4, "below-received", "corefund refund JPN"),
    ("revise P-2017-002 --instalment 2017=6000 --instalment 2017=6001 --authority x", 3, "year-twice", "--instalment 2017=AMOUNT"),
    ("refund JPN 8001 --pledge P-2017-002 --authority x", 4, "more-than-received", "US$ 8,000.00"),
    ("refund JPN 5 --pledge P-2017-002 --fund MPA --authority x", 4, "fund-of-pledge", "CORE"),
    ("receive JPN 5 --pledge P-2017-002 --fund MPA", 4, "fund-of-pledge", "P-2017-002 is of CORE, not of MPA"),
    ("identify R-2017-003 RUS --fund CORE --pledge P-2017-003", 4, "fund-of-pledge", "P-2017-003 is of MPA, not of CORE"),
    ("dispute P-2017-002 --year 2020 --authority x", 4, "no-instalment", "2020"),
    ("dispute P-2017-002 12000.01 --authority x", 4, "more-than-open", "US$ 12,000.00"),
    ("dispute P-2017-001 5 --authority x", 4, "more-than-open", "US$ 0.00"),
    ("receive CHN 5 --charge 'JPY 5'", 3, "charge-currency", "JPY"),
    ("receive JPN 5 --pledge 'P-2017-002=JPY 5'", 3, "directed-currency", "JPY"),
    ("receive JPN 5 --pledge P-2017-002=6", 3, "directed-too-much", "--charge"),
    ("receive CHN 5 --pledge P-2017-002", 4, "pledge-of-another", "JPN"),
    ("receive RUS 5", 3, "fund-unclear", "AIR, MPA"),
    ("identify R-2017-002 MNG", 4, "not-unidentified", "R-2017-002"),
    ("identify R-2017-003 MNG --date 2017-06-30", 4, "not-held-then", "US$ 0.00"),
    ("apply --advance CHN --to P-2017-001", 4, "nothing-to-apply", "CHN"),
    ("apply --advance MNG --to P-2017-001", 4, "pledge-of-another", "CHN"),
    ("refund MNG 301 --date 2017-08-01", 4, "more-than-advance", "US$ 300.00"),
    ("receive JPN 5 --recovery P-2017-002", 4, "nothing-written-off", "--recovery"),
    ("transfer MPA MPA 5", 3, "same-fund", "MPA"),
    ("reverse J-000011 --reason x", 4, "already-reversed", "J-000012"),
    ("reverse J-000012 --reason x", 4, "is-reversal", "J-000011"),
    ("close 2018", 4, "year-not-over", "2018-12-31"),
    ("close 2018", 4, "earlier-year-open", "corefund close 2017"),
    ("close 2017", 4, "unidentified-at-close", "corefund identify R-2017-003 CONTRIBUTOR --date 2017-12-31"),
    ("receive CHN", 2, "", ""),
    ("receive CHN 5 --colour", 2, "", ""),
    ("statement", 2, "", ""),
];

/// Refusals that another test shows, or that no command line leads to; and why.
const ELSEWHERE: &[(&str, &str)] = &[
    ("more-than-written-off", "refusals_that_need_a_history"),
    ("unknown-bank-line", "tests of the reconciliation"),
    ("unknown-bank-statement", "tests/undo.rs"),
    ("would-strand", "tests/currencies.rs"),
    ("bank-statement-matched", "tests/undo.rs"),
    ("line-set-aside", "tests/undo.rs"),
    ("bank-statement-drafted", "tests/two_pairs.rs"),
    ("line-matched", "tests of the reconciliation"),
    ("line-exceeded", "tests of the reconciliation"),
    ("line-went-out", "tests/desk.rs"),
    ("entry-matched", "tests of the reconciliation"),
    ("not-on-account", "tests of the reconciliation"),
    ("nothing-matched", "tests of the reconciliation"),
    ("return-too-early", "tests of the reconciliation"),
    ("charge-parts", "tests of the reconciliation"),
    ("banked-currency", "tests of the currencies"),
    ("nothing-outstanding", "tests of the reconciliation"),
    ("template-field", "tests of the reconciliation"),
    ("unknown-payer", "tests of the reconciliation"),
    ("bank-unclear", "tests of the reconciliation"),
    ("bank-two-numbers", "tests of the reconciliation"),
    ("bank-contradicts", "tests of the reconciliation"),
    ("bank-number-differs", "tests of the reconciliation"),
    ("bank-currency-differs", "tests of the reconciliation"),
    ("file-empty", "unit test of the sheet"),
    ("file-encoding", "unit test of the sheet"),
    ("file-separator", "unit test of the sheet"),
    ("file-lines", "tests/malformed.rs"),
    ("was-recovered", "tests/settlement.rs"),
    ("reversed-off-bank", "tests of the reconciliation"),
    ("file-quote", "unit test of the sheet"),
    ("unknown-file-column", "unit test of the sheet"),
    ("column-twice", "unit test of the sheet"),
    ("column-missing", "unit test of the sheet"),
    ("row-width", "unit test of the sheet"),
    ("row-too-long", "unit test of the sheet"),
    ("file-cut", "tests of malformed files"),
    ("faults-without-end", "tests of imports"),
    ("row-differs", "tests of imports"),
    ("amount-currency", "tests of imports"),
    ("control-count", "tests of imports"),
    ("control-total", "tests of imports"),
    ("control-twice", "tests of imports"),
    ("text-too-long", "unit test of text"),
    ("text-character", "unit test of text"),
    ("parameter-missing", "every ledger is founded with all parameters"),
    ("support-rate-zero", "below: it needs a parameter"),
    ("year-closed", "tests/year_end.rs"),
    ("year-already-closed", "tests/year_end.rs"),
    ("close-stays", "tests/year_end.rs"),
    ("unknown-edition", "tests/year_end.rs"),
    ("edition-format", "tests/year_end.rs"),
    ("bank-line-unmatched", "tests/year_end.rs"),
    ("bank-balance-differs", "tests/year_end.rs"),
    ("year-full", "takes 999,999 documents"),
    ("entry-unbalanced", "unit test of the entry; no command drafts one"),
    ("entry-too-short", "below: it needs a tiny amount"),
    ("amount-negative", "unit test of the entry; no command drafts one"),
    ("not-open-then", "below: it needs a history"),
    ("payer-unknown", "below: a library call"),
    ("more-than-due", "below: it needs an advance"),
    ("nothing-due", "below: it needs an advance"),
    ("undo-stays", "tests/undo.rs"),
    ("undo-reversal", "tests/undo.rs"),
    ("nothing-to-undo", "below: an empty ledger"),
    ("bank-format", "bank_files.rs"),
    ("bank-size", "bank_files.rs"),
    ("bank-field", "bank_files.rs"),
    ("bank-field-missing", "bank_files.rs"),
    ("bank-field-long", "bank_files.rs"),
    ("bank-currency", "bank_files.rs"),
    ("bank-balance", "bank_files.rs"),
    ("bank-page", "bank_files.rs"),
    ("rules-missing", "bank_files.rs"),
    ("rules-form", "bank_files.rs"),
    ("rules-key", "bank_files.rs"),
    ("rules-column", "bank_files.rs"),
    ("unknown-draft", "tests/two_pairs.rs"),
    ("draft-ended", "tests/two_pairs.rs"),
    ("own-draft", "tests/two_pairs.rs"),
    ("approval-needed", "tests/two_pairs.rs"),
    ("nothing-to-approve", "tests/two_pairs.rs"),
    ("draft-waits", "tests/two_pairs.rs"),
    ("key-form", "tests/signing.rs"),
    ("key-passphrase", "tests/signing.rs"),
    ("key-open", "tests/signing.rs"),
    ("key-unlocked", "tests/signing.rs"),
    ("passphrase-missing", "tests/signing.rs"),
    ("seal-missing", "tests/audit.rs"),
    ("texts-form", "below: it needs a file"),
    ("texts-key", "below: it needs a file"),
    ("binary-on-terminal", "it needs a terminal"),
    ("format-left-out", "it needs another build: cargo test --no-default-features --test errors"),
];

fn books() -> Sandbox {
    let sandbox = Sandbox::with_ledger();
    for line in BOOKS {
        sandbox.ok(line);
    }
    sandbox
}

#[test]
fn each_refusal_has_a_name_figures_and_a_way_out_and_records_nothing() {
    let sandbox = books();
    let before = std::fs::read(sandbox.ledger()).unwrap();
    for &(line, code, name, says) in CASES {
        let said = sandbox.run(line);
        assert_eq!(said.code, code, "corefund {line}\n{}{}", said.out, said.err);
        assert!(name.is_empty() || said.err.contains(&format!("error[{name}]")), "corefund {line}\n{}", said.err);
        assert!(said.err.contains(says), "corefund {line}\n{}", said.err);
        assert!(std::fs::read(sandbox.ledger()).unwrap() == before, "corefund {line} recorded something");
    }
}

#[test]
fn every_refusal_of_the_catalogue_is_shown() {
    let shown: BTreeSet<&str> = CASES.iter().map(|(_, _, name, _)| *name).chain(ELSEWHERE.iter().map(|(name, _)| *name)).collect();
    let missing: Vec<&str> = CATALOGUE.iter().map(|described| described.name).filter(|name| !shown.contains(name)).collect();
    assert!(missing.is_empty(), "no case for {missing:?}");
}

#[test]
fn names_are_unique_kebab_case_and_classes_have_their_codes() {
    let names: BTreeSet<&str> = CATALOGUE.iter().map(|described| described.name).collect();
    assert_eq!(names.len(), CATALOGUE.len());
    assert!(names.iter().all(|name| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')));
    for (line, code, name, _) in CASES.iter().filter(|(_, _, name, _)| !name.is_empty()) {
        let class = CATALOGUE.iter().find(|described| described.name == *name).map(|described| described.class);
        let expected = match class {
            Some(Class::Rule) => 4,
            Some(Class::Usage) => 2,
            _ => 3,
        };
        assert_eq!(*code, expected, "{line}");
    }
}

#[test]
fn refusals_that_need_a_history() {
    let sandbox = books();
    sandbox.ok("receive JPN 20000 --date 2018-02-01");
    sandbox.refused("apply --advance JPN --to P-2017-002", 4, "nothing-due");
    sandbox.ok("pledge JPN 100 --year 2018 --date 2018-02-02 --authority x");
    sandbox.refused("apply --advance JPN --to P-2018-001=101", 4, "more-than-due");
    sandbox.ok("apply --advance JPN --to P-2018-001=100 --date 2018-02-03");
    sandbox.refused("withdraw P-2017-003 --date 2017-03-16 --authority x", 4, "date-before");
    sandbox.ok("receive RUS 70000 --fund MPA --date 2017-12-01");
    sandbox.ok("reverse J-000005 --reason 'never pledged' --dry-run");
    sandbox.ok("dispute P-2017-003 --date 2017-12-05 --authority x");
    sandbox.refused("settle-dispute P-2017-003 --date 2017-12-04 --authority x", 4, "not-open-then");
    sandbox.ok("add parameter programme-support 0 --from 2017-01-01 --source x");
    sandbox.refused("spend MPA 100 --support --date 2017-12-06", 4, "support-rate-zero");
    sandbox.ok("add rate VND 2017-12-01 22700 --source UN");
    sandbox.refused("receive CHN 'VND 1' --date 2017-12-06", 4, "entry-too-short");
    sandbox.ok("write-off P-2017-004 10 --date 2017-12-07 --authority x");
    sandbox.refused("receive RUS 11 --recovery P-2017-004 --date 2017-12-08", 4, "more-than-written-off");
    sandbox.refused("receive RUS 10 --recovery P-2017-004 --fund CORE --date 2017-12-07", 4, "fund-of-pledge");
    sandbox.refused("receive RUS 10 --recovery P-2017-004 --date 2017-12-06", 4, "date-before");
    sandbox.ok("receive RUS 10 --recovery P-2017-004 --date 2017-12-07");
    let fresh = Sandbox::with_ledger();
    fresh.refused("undo", 4, "nothing-to-undo");
    std::fs::write(fresh.path("texts.toml"), "[status]\ntotl = 'Somme'\n").unwrap();
    fresh.refused("statement 2017 --texts texts.toml", 3, "texts-key");
    std::fs::write(fresh.path("texts.toml"), "language = 'f r'\n[cover]\ntitle = 'Déclaration {yeer}'\n").unwrap();
    let said = fresh.refused("statement 2017 --texts texts.toml", 3, "texts-form");
    for says in ["texts.toml:1:12: error[texts-form]", "language is 'f r'", "texts.toml:3:9: ", "cover.title has '{yeer}'", "cover.title lacks '{year}'"] {
        assert!(said.contains(says), "{says}\n{said}");
    }
    std::fs::write(fresh.path("new.csv"), "code,name\nABC,Abc\nTotal,Total Environment\n").unwrap();
    fresh.refused("import contributors new.csv", 3, "code-reserved");
    if cfg!(not(feature = "paper")) {
        fresh.refused("statement 2017 --output statement.pdf", 2, "format-left-out");
    }
}

#[test]
fn every_fault_of_a_command_is_told_at_once() {
    let sandbox = books();
    let said = sandbox.run("pledge Chnia 5.000,00 --year 17 --fund MAP --date 2017-13-01 --authority '=x'");
    assert_eq!(said.code, 3);
    for name in ["unknown-contributor", "amount-form", "unknown-fund", "date-form", "text-formula"] {
        assert!(said.err.contains(&format!("error[{name}]")), "{name} is missing\n{}", said.err);
    }
    sandbox.ok("receive --unidentified 40 --date 2017-05-01");
    sandbox.ok("receive JPN 900000 --date 2017-05-03");
    let held = sandbox.json("list advances")["rows"][0]["receipt"].as_str().unwrap().to_owned();
    let parked = sandbox.json("list unidentified")["rows"][0]["receipt"].as_str().unwrap().to_owned();
    std::fs::write(sandbox.path("r.csv"), "contributor,fund,amount,date,account\nJPN,NOPE,1e5,2017-13-01,ZZ\n").unwrap();
    for (line, names) in [
        (
            "receive Chian 1e5 --fund NOPE --account ZZ --date x --year 17".to_owned(),
            "unknown-contributor amount-form unknown-fund unknown-account date-form year-form",
        ),
        ("receive JPN 5 --line B-1 --fund NOPE --date x".to_owned(), "number-form unknown-fund date-form"),
        ("spend NOPE 5 --line B-2017-009 --date x".to_owned(), "unknown-bank-line unknown-fund date-form"),
        ("refund Chian 5 --line B-2017-009 --fund NOPE --authority a".to_owned(), "unknown-bank-line unknown-contributor unknown-fund"),
        (format!("identify {parked} Chian --fund NOPE --date x"), "unknown-contributor unknown-fund date-form"),
        (format!("apply {held} --to P-2031-001=1e5 --date x --year 17"), "date-form unknown-pledge amount-form year-form"),
        ("statement 17 --fund NOPE --as-of x --contributor Chian".to_owned(), "year-form unknown-fund date-form unknown-contributor"),
        ("explain 17 NOPE Chian colour".to_owned(), "year-form unknown-fund unknown-contributor unknown-column"),
        ("history --from 1 --to 2 --fund NOPE".to_owned(), "year-form unknown-fund"),
        ("diff 17 --fund NOPE".to_owned(), "year-form unknown-fund"),
        ("import receipts r.csv".to_owned(), "unknown-fund amount-form date-form unknown-account"),
    ] {
        let said = sandbox.run(&line);
        let missing: Vec<&str> = names.split(' ').filter(|name| !said.err.contains(&format!("error[{name}]"))).collect();
        assert!(said.code == 3 && missing.is_empty(), "{line}: {missing:?} are missing\n{}", said.err);
    }
}

/// The commands that a hint quotes, up to the next word of its own.
fn quoted(hint: &str) -> Vec<String> {
    let ends = ["; ", ", or ", ", and ", " (", ")", "   #", ", with ", ", see ", ", another ", ", then ", "\n"];
    hint.split("corefund ")
        .skip(1)
        .map(|rest| ends.iter().fold(rest, |rest, end| rest.split(end).next().unwrap_or(rest)).trim_end_matches([',', '.', ':', ' ']).to_owned())
        // Not where the program is only named: "corefund that wrote it".
        .filter(|command| !command.is_empty() && !command.starts_with("that "))
        .collect()
}

/// A quoted command with its gaps filled in as anybody would.
fn filled(command: &str) -> String {
    let mut line = command.to_owned();
    for (gap, value) in [
        ("UNITS_PER_USD", "1100"),
        ("CONTRIBUTOR", "CHN"),
        ("MEETING", "SOM-22"),
        ("AMOUNT", "5"),
        ("FUND", "CORE"),
        ("VALUE", "5"),
        ("TEXT", "text"),
        ("FILE", "file"),
        ("CODE", "XYZ"),
        ("NAME", "name"),
        ("{pledge}", "P-2017-001"),
        ("{receipt}", "R-2017-001"),
        ("{line}", "B-2017-001"),
        ("{draft}", "D-2017-001"),
        ("{entry}", "J-000001"),
        ("{of}", "J-000001"),
        ("{by}", "J-000001"),
        ("{first}", "B-2017-001"),
        ("{subject}", "P-2017-001"),
        ("{what}", "contributor"),
        ("{contributor}", "CHN"),
        ("{holder}", "CHN"),
        ("{currency}", "KRW"),
        ("{given}", "KRW"),
        ("{name}", "programme-support"),
        ("{number}", "12345678"),
        ("{text}", "text"),
        ("{quoted}", "text"),
        ("{path}", "file"),
        ("{earlier}", "2017"),
        ("{year}", "2017"),
        ("{month}", "2017-05-01"),
        ("{last}", "2017-12-31"),
        ("{date}", "2017-05-01"),
    ] {
        line = line.replace(gap, value);
    }
    assert!(!line.contains(['{', '}']), "no value for a gap of: corefund {line}");
    line
}

#[test]
fn every_command_of_a_hint_is_understood() {
    let written = CATALOGUE.iter().flat_map(|described| quoted(described.hint).into_iter().map(|command| filled(&command)));
    let books = books();
    let told = CASES.iter().flat_map(|(line, ..)| {
        let err = books.run(line).err;
        let hints: Vec<&str> = err.lines().filter_map(|line| line.trim_start().strip_prefix("hint: ")).collect();
        hints.into_iter().flat_map(quoted).map(|command| filled(&command)).collect::<Vec<_>>()
    });
    let commands: BTreeSet<String> = written.chain(told).collect();
    assert!(commands.len() > 40, "{commands:?}");
    let aside = Sandbox::with_ledger();
    let wrong: Vec<String> = commands
        .iter()
        .filter_map(|command| {
            let said = aside.run(command);
            (said.code == 2).then(|| format!("corefund {command}\n{}", said.err))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_wrong_command_line_has_a_name_too() {
    let sandbox = Sandbox::with_ledger();
    for line in ["receive China --nonsense", "recieve China 5", "statement", "list pledges --format pdff"] {
        let said = sandbox.run(line);
        assert!(said.code == 2 && said.err.starts_with("error[usage]: "), "{line}: {}", said.err);
        assert_eq!(said.err.matches("error").count(), 1, "{}", said.err);
        let machine = sandbox.run(&format!("{line} --format json"));
        assert!(machine.code == 2 && machine.err.starts_with("{\"error\":{\"name\":\"usage\""), "{line}: {}", machine.err);
    }
    // What people are told, programs are told: what is missing, what is possible, what is alike, and whose help to read.
    for (line, message, hint) in [
        ("add rate", "not provided: --source <TEXT> <CURRENCY> <DATE> <UNITS_PER_USD>", "corefund help add rate"),
        ("spend CORE 5 --kind foo", "[possible values: expenditure, programme-support, bank-charge]", "corefund help"),
        (
            "receive CHN 5 --acount X",
            "unexpected argument '--acount' found",
            "a similar argument exists: '--account'; see the arguments with: corefund help receive",
        ),
        ("close 2017 --date x", "unexpected argument '--date' found", "corefund help close"),
        ("import pledges p.csv --count -1", "invalid value '-1' for '--count <N>'", "corefund help"),
        ("list entries --late -5", "invalid value '-5' for '--late", "corefund help"),
    ] {
        let said = sandbox.run(&format!("{line} --format json"));
        let error: serde_json::Value = serde_json::from_str(&said.err).unwrap();
        let told = |field: &str| error["error"][field].as_str().unwrap().to_owned();
        assert!(said.code == 2 && told("message").contains(message) && told("hint").ends_with(hint), "{line}: {}", said.err);
        let said = sandbox.run(line);
        assert!(!said.err.contains("to pass '"), "{line}: {}", said.err);
    }
}
