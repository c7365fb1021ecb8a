//! Pledge, receipt and bank line meet in any order: the same books, nothing twice, and every difference has its kind and its command.

mod support;

use proptest::prelude::*;
use serde_json::Value;
use std::fs;
use support::Sandbox;

/// An MT940 file of April 2017 on an account in dollars: lines as `DAY, AMOUNT (D for debit), REFERENCE, PAYER, TEXT`.
fn april(opening: i64, lines: &[(u32, i64, &str, &str, &str)]) -> String {
    let amount = |cents: i64| format!("{},{:02}", cents.abs() / 100, cents.abs() % 100);
    let closing = opening + lines.iter().map(|(_, cents, ..)| cents).sum::<i64>();
    let mut text = format!(":20:APRIL\n:25:12345678\n:28C:4/1\n:60F:C170401USD{}\n", amount(opening));
    for (day, cents, reference, payer, words) in lines {
        let side = if *cents < 0 { "D" } else { "C" };
        text += &format!(":61:1704{day:02}04{day:02}{side}{}NTRFNONREF//{reference}\n:86:/NAME/{payer}/REMI/{words}\n", amount(*cents));
    }
    text + &format!(":62F:C170430USD{}\n", amount(closing))
}

fn books() -> Sandbox {
    let mut sandbox = Sandbox::with_ledger();
    sandbox.clock = "2017-05-02T09:00:00Z";
    for line in [
        "add fund MPA 'Marine areas' --area MPA",
        "pledge CHN 50000 --year 2017 --date 2017-03-17 --authority SOM-21",
        "pledge ROK 100000 --year 2017 --date 2017-03-17 --authority SOM-21 --reference KOR-17",
        "pledge RUS 120000 --year 2017 --fund MPA --date 2017-03-17 --authority SOM-21",
        "pledge JPN 7000 --year 2017 --date 2017-03-17 --authority SOM-21 --due 2017-04-30",
        "pledge MNG 900 --year 2017 --date 2017-03-17 --authority SOM-21 --due 2017-04-30",
    ] {
        sandbox.ok(line);
    }
    sandbox
}

fn differences(sandbox: &Sandbox, line: &str) -> Vec<String> {
    let said = sandbox.run(&format!("{line} --format json"));
    let report: Value = serde_json::from_str(&said.out).expect("JSON");
    let told: Vec<String> =
        report["differences"].as_array().unwrap().iter().map(|one| format!("{} {} {}", one["kind"], one["subject"], one["amount"]).replace('"', "")).collect();
    assert_eq!(said.code, i32::from(!told.is_empty()), "the exit code tells whether anything is left");
    told
}

fn put(sandbox: &Sandbox, lines: &[(u32, i64, &str, &str, &str)]) {
    fs::write(sandbox.path("april.sta"), april(100_000, lines)).expect("a file");
}

#[test]
fn every_difference_has_its_kind_and_its_command_clears_it() {
    let sandbox = books();
    for line in [
        "receive CHN 50000 --date 2017-04-11",
        "receive CHN 50000 --date 2017-04-12 --again",
        "receive JPN 3000 --date 2017-04-05",
        "receive PRK 40 --date 2017-04-06",
        "receive MNG 333 --date 2017-04-07",
    ] {
        sandbox.ok(line);
    }
    put(
        &sandbox,
        &[
            (5, 300_000, "K1", "JAPAN", "FIRST PART"),
            (6, 4_000, "K2", "DPR OF KOREA", "GIFT"),
            (12, 4_997_500, "K3", "MINISTRY OF FINANCE PRC", "CONTRIBUTION"),
            (15, 10_000_000, "K4", "MOEF SEJONG", "PLEDGE KOR-17"),
            (20, 50_000, "K5", "CITY OF ULAN-UDE", "DONATION"),
            (28, -3_500, "K6", "", "FEE"),
        ],
    );
    sandbox.ok("import bank april.sta");
    assert!(sandbox.run("reconcile 2017 --apply").err.contains("B-2017-001: matched with R-2017-003"));
    assert_eq!(
        differences(&sandbox, "reconcile 2017"),
        [
            "charge B-2017-003 25.00", "bank-only B-2017-004 100000.00", "bank-only B-2017-005 500.00", "bank-only B-2017-006 -35.00",
            "books-only R-2017-005 333.00", "duplicate R-2017-002 50000.00", "short P-2017-004 for 2017 4000.00", "short P-2017-005 for 2017 567.00",
            "over R-2017-002 50000.00", "over R-2017-004 40.00",
        ]
    );
    // The commands that the report gives, in the order in which an officer would type them.
    for command in [
        "reverse J-000007 --reason 'recorded twice'",
        "reverse J-000010 --reason 'not on the bank'",
        "match B-2017-003 R-2017-001 --charge 25.00",
        "receive KOR --line B-2017-004 --pledge P-2017-002",
        "receive --unidentified --line B-2017-005",
        "spend CORE --line B-2017-006 --kind bank-charge",
    ] {
        let known = sandbox.run("reconcile 2017 --format json").out;
        assert!(known.contains(command), "{command}\n{known}");
        sandbox.ok(command);
    }
    let left = differences(&sandbox, "reconcile 2017");
    assert_eq!(left, ["short P-2017-004 for 2017 4000.00", "overdue P-2017-005 for 2017 900.00", "unidentified R-2017-007 500.00", "over R-2017-004 40.00"]);
    let report: Value = serde_json::from_str(&sandbox.run("reconcile 2017 --format json").out).unwrap();
    let bank = &report["banks"][0];
    assert_eq!((bank["closing"].as_str(), bank["books"].as_str()), (Some("154480.00"), Some("153480.00")));
    assert_eq!((bank["bank_only"].as_str(), bank["unexplained"].as_str()), (Some("0.00"), Some("1000.00")), "what was on the account before the books began");
    sandbox.ok("verify");
}

/// The statement of 10 to 30 April with 30,000 from a ministry, in each format.
fn statements_from_the_tenth() -> Vec<(&'static str, String)> {
    let mt940 = ":20:S\n:25:123\n:28C:4/1\n:60F:C170410USD0,00\n:61:1704100410C30000,00NTRFNONREF//TT-4711\n:86:?20NEASPEC?32MINISTRY OF FINANCE\n\
                 :62F:C170430USD30000,00\n-\n";
    let camt = "<?xml version=\"1.0\"?><Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\"><BkToCstmrStmt><Stmt><Id>4</Id>\
                <Acct><Id><Othr><Id>123</Id></Othr></Id><Ccy>USD</Ccy></Acct>\
                <Ntry><Amt Ccy=\"USD\">30000.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2017-04-10</Dt></BookgDt><ValDt><Dt>2017-04-10</Dt></ValDt>\
                <AcctSvcrRef>TT-4711</AcctSvcrRef><NtryDtls><TxDtls><RltdPties><Dbtr><Nm>MINISTRY OF FINANCE</Nm></Dbtr></RltdPties></TxDtls></NtryDtls></Ntry>\
                </Stmt></BkToCstmrStmt></Document>";
    let ofx = "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nENCODING:USASCII\n\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>USD<BANKACCTFROM><BANKID>1<ACCTID>123\
               <ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST><STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20170410<TRNAMT>30000.00<FITID>TT-4711<NAME>MINISTRY OF FINANCE\
               </STMTTRN></BANKTRANLIST><LEDGERBAL><BALAMT>30000.00<DTASOF>20170430</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>";
    let csv = "Date,Payer,Amount,Ref\n2017-04-10,MINISTRY OF FINANCE,30000.00,TT-4711\n";
    vec![("a.sta", mt940.to_owned()), ("a.xml", camt.to_owned()), ("a.ofx", ofx.to_owned()), ("a.csv --rules rules.toml", csv.to_owned())]
}

#[test]
fn what_stands_in_the_books_before_the_first_statement_is_what_the_bank_shows_some_days_later() {
    for (file, text) in statements_from_the_tenth() {
        let sandbox = Sandbox::with_ledger();
        fs::write(
            sandbox.path("rules.toml"),
            "date-format = 'YYYY-MM-DD'\ncurrency = 'USD'\n[columns]\ndate = 'Date'\npayer = 'Payer'\namount = 'Amount'\nreference = 'Ref'\n",
        )
        .unwrap();
        fs::write(sandbox.path(file.split(' ').next().unwrap()), text).unwrap();
        sandbox.ok("pledge China 60000 --year 2017 --authority a --date 2017-01-10");
        // Before the statements, and too long before them: nothing is missing when the bank does not show it.
        sandbox.ok("receive China 20000 --date 2017-03-20 --reference TT-1");
        sandbox.ok("receive China 10000 --date 2017-01-20 --reference TT-0");
        sandbox.ok("receive China 30000 --date 2017-03-31 --reference TT-4711");
        sandbox.ok(&format!("import bank {file}"));
        let said = sandbox.run("reconcile 2017 --apply");
        assert!(said.err.contains("B-2017-001: matched with R-2017-003"), "{file}: {}{}", said.out, said.err);
        assert_eq!(differences(&sandbox, "reconcile 2017"), Vec::<String>::new(), "{file}");
        let report = sandbox.json("reconcile 2017");
        assert_eq!(report["banks"][0]["books_only"], "0.00", "{file}");
        sandbox.ok("verify");
    }
}

#[test]
fn a_payment_of_before_is_asked_about_when_only_amount_or_pledge_speak_for_it() {
    let sandbox = Sandbox::with_ledger();
    fs::write(sandbox.path("a.sta"), statements_from_the_tenth()[0].1.replace("?20NEASPEC", "?20P-2017-001")).unwrap();
    sandbox.ok("pledge China 60000 --year 2017 --authority a --date 2017-01-10");
    sandbox.ok("receive China 30000 --date 2017-03-31");
    sandbox.ok("import bank a.sta");
    assert!(!sandbox.run("reconcile 2017 --apply").err.contains("matched"), "it may be another payment of as much");
    let report: Value = serde_json::from_str(&sandbox.run("reconcile 2017 --format json").out).unwrap();
    assert_eq!(report["proposals"][0]["command"], "corefund match B-2017-001 R-2017-001");
    // Of two that are alike, the one in the days of the statements is the nearer.
    sandbox.ok("receive China 30000 --date 2017-04-10 --again");
    assert!(sandbox.run("reconcile 2017 --apply").err.contains("matched with R-2017-002"));
    assert_eq!(differences(&sandbox, "reconcile 2017"), Vec::<String>::new());
}

/// Two equal payments of a month, of which one stands in the books. With its payer's name as the bank prints it, it is that one to the cent and to the name;
/// without, nothing is recorded unasked, and it is offered for the likelier line only.
#[test]
fn a_printed_name_tells_equal_amounts_apart() {
    for (payer, left) in [
        (" --payer 'Mofa Tokyo'", vec!["receive --unidentified --line B-2017-001"]),
        ("", vec!["receive --unidentified --line B-2017-001", "match B-2017-002 R-2017-001"]),
    ] {
        let sandbox = books();
        sandbox.ok(&format!("receive JPN 5000 --date 2017-04-20{payer}"));
        put(&sandbox, &[(10, 500_000, "TT-1", "MOE SEJONG", "CONTRIBUTION"), (20, 500_000, "TT-2", "MOFA TOKYO", "CONTRIBUTION")]);
        sandbox.ok("import bank april.sta");
        sandbox.run("reconcile 2017 --apply");
        let said: Value = serde_json::from_str(&sandbox.run("reconcile 2017 --format json").out).expect("JSON");
        let of_lines = said["differences"].as_array().unwrap().iter().filter(|one| one["kind"] == "bank-only");
        let commands: Vec<&str> = of_lines.map(|one| one["command"].as_str().unwrap().trim_start_matches("corefund ")).collect();
        assert_eq!(commands, left, "with '{payer}'");
    }
}

/// A statement of an account as MT940: its days, its balances, and lines as the bank writes them.
fn statement(sandbox: &Sandbox, account: &str, (first, opening): (&str, &str), lines: &str, (last, closing): (&str, &str)) {
    let text = format!(":20:S\n:25:{account}\n:28C:1/1\n:60F:C{first}{opening}\n{lines}:62F:C{last}{closing}\n-\n");
    fs::write(sandbox.path("s.sta"), text).expect("a file");
    sandbox.ok("import bank s.sta");
}

#[test]
fn accounts_of_two_currencies_lie_beside_each_other() {
    let sandbox = Sandbox::with_ledger();
    for line in [
        "add account WON Won --currency KRW --number 55",
        "add rate KRW 2017-03-01 1300 --source UN",
        "receive KOR 'KRW 1,000,000' --date 2017-03-01 --account WON",
    ] {
        sandbox.ok(line);
    }
    statement(&sandbox, "55", ("170101", "KRW0,"), "", ("170331", "KRW0,"));
    statement(&sandbox, "123", ("170101", "USD0,"), ":61:170305C500,NTRFNONREF//B1\n:86:/NAME/CITY/REMI/x\n", ("170331", "USD500,"));
    let left = differences(&sandbox, "reconcile");
    assert_eq!(left, ["bank-only B-2017-001 500.00", "books-only R-2017-001 1000000", "over R-2017-001 1000000"]);
}

#[test]
fn a_line_of_nothing_is_left_out_and_told() {
    let sandbox = Sandbox::with_ledger();
    let lines = ":61:170306C0,NCLSNONREF\n:86:KONTOABSCHLUSS\n:61:170307C5,NTRFNONREF\n:86:x\n";
    statement(&sandbox, "999", ("170101", "USD0,"), lines, ("170331", "USD5,"));
    assert!(sandbox.ok("import bank s.sta").contains("line 5 of the file moves nothing and is left out (KONTOABSCHLUSS)"));
    assert_eq!(differences(&sandbox, "reconcile"), ["bank-only B-2017-001 5.00"]);
}

/// A charge that is taken back leaves its line matched for more than it is: the line is free again, and the whole can be typed once more.
#[test]
fn a_match_with_a_charge_is_undone_whole() {
    for back in ["undo", "reverse J-000003 --reason z"] {
        let sandbox = Sandbox::with_ledger();
        sandbox.ok("pledge CHN 5000 --year 2017 --date 2017-01-10 --authority A");
        sandbox.ok("receive CHN 5000 --date 2017-03-04");
        statement(&sandbox, "999", ("170101", "USD0,"), ":61:170306C4975,NTRFNONREF//Z\n:86:/NAME/CHINA/REMI/c\n", ("170331", "USD4975,"));
        sandbox.ok("match B-2017-001 R-2017-001 --charge 25");
        assert!(sandbox.ok(back).contains("B-2017-001 is no longer matched with J-000002"), "{back}");
        sandbox.ok("match B-2017-001 R-2017-001 --charge 25");
        assert_eq!(sandbox.run("reconcile").code, 0, "{back}");
        support::assert_verifies(&sandbox.ledger());
    }
}

/// What is proposed for a line can be typed as it stands: not a refund of what came later, and not another payer's receipt before the payer's own debt.
#[test]
fn what_is_proposed_first_is_what_the_line_can_be() {
    let russia = ":61:170310D57,NTRFNONREF//B2\n:86:/NAME/RUSSIAN FEDERATION/REMI/visa\n";
    let japan = ":61:170304C5000,NTRFNONREF//B1\n:86:/NAME/JAPAN/REMI/c\n";
    for (lines, bank, closing, command) in [
        (["receive RUS 5000 --date 2017-03-25", "list funds"], russia, "USD943,", "corefund spend CORE --line B-2017-001"),
        (
            ["pledge JPN 5000 --year 2017 --date 2017-01-10 --authority A", "receive CHN 5000 --date 2017-03-04"],
            japan,
            "USD6000,",
            "corefund receive JPN --line B-2017-001 --pledge P-2017-001",
        ),
    ] {
        let sandbox = Sandbox::with_ledger();
        lines.iter().for_each(|line| _ = sandbox.ok(line));
        statement(&sandbox, "999", ("170101", "USD1000,"), bank, ("170331", closing));
        let said: Value = serde_json::from_str(&sandbox.run("reconcile --format json").out).expect("JSON");
        assert_eq!(said["differences"][0]["command"], command);
        sandbox.ok(&format!("{} -n", command.trim_start_matches("corefund ")));
    }
}

/// A payment that came back, typed by hand before the bank told: the way back is matched first, and then the way there.
#[test]
fn a_payment_that_came_and_went_is_matched_from_its_end() {
    let sandbox = Sandbox::with_ledger();
    sandbox.ok("receive CHN 5000 --date 2017-03-04");
    sandbox.ok("reverse J-000001 --date 2017-03-07 --reason 'returned by the bank'");
    let lines = ":61:170304C5000,NTRFNONREF//B1\n:86:/NAME/MOF BEIJING/REMI/c\n:61:170307D5000,NRTINONREF//B2\n:86:/NAME/MOF BEIJING/REMI/r\n";
    statement(&sandbox, "999", ("170101", "USD0,"), lines, ("170331", "USD0,"));
    assert!(sandbox.refused("match B-2017-001 R-2017-001", 4, "reversed-off-bank").contains("corefund match B-… J-000002"));
    sandbox.ok("match B-2017-002 J-000002");
    sandbox.ok("match B-2017-001 R-2017-001");
    assert_eq!(differences(&sandbox, "reconcile"), [""; 0]);
    support::assert_verifies(&sandbox.ledger());
}

/// A payment of the last days of a year that the bank shows in the next one is matched, and explains by how much the balances differ at the close.
#[test]
fn what_is_on_its_way_over_new_year_does_not_keep_a_year_from_being_closed() {
    let sandbox = Sandbox::with_ledger();
    sandbox.ok("receive CHN 5000 --date 2017-12-01");
    sandbox.ok("spend CORE 100 --date 2017-12-30");
    statement(&sandbox, "123", ("170101", "USD0,"), ":61:171201C5000,NTRFNONREF//B0\n:86:/NAME/CHINA/REMI/x\n", ("171231", "USD5000,"));
    assert!(sandbox.refused("close 2017 --dry-run", 4, "bank-balance-differs").contains("US$ 100.00 apart"));
    statement(&sandbox, "123", ("180101", "USD5000,"), ":61:180103D100,NTRFNONREF//B1\n:86:/NAME/HOTEL/REMI/x\n", ("180131", "USD4900,"));
    sandbox.ok("match B-2018-001 J-000002");
    sandbox.run("reconcile --apply");
    let said = sandbox.ok("close 2017");
    assert!(said.contains("is that of the books but for US$ 100.00 that is matched on the other side of that day"), "{said}");
    support::assert_verifies(&sandbox.ledger());
}

#[test]
fn what_would_be_applied_is_shown_and_not_recorded() {
    let sandbox = books();
    sandbox.ok("receive CHN 50000 --date 2017-04-11");
    put(&sandbox, &[(5, 700_000, "K1", "JAPAN", "ALL OF IT"), (11, 5_000_000, "K2", "CHINA", "CONTRIBUTION"), (20, 50_000, "K3", "SOMEBODY", "GIFT")]);
    sandbox.ok("import bank april.sta");
    let (before, report) = (fs::read(sandbox.ledger()).unwrap(), sandbox.run("reconcile 2017 --format json").out);
    let shown = sandbox.run("reconcile 2017 --apply --dry-run --format json");
    assert_eq!((shown.code, shown.out == report), (1, true), "the report is that of the books as they are: {}", shown.out);
    assert!(fs::read(sandbox.ledger()).unwrap() == before, "something was recorded");
    assert!(shown.err.contains("2 lines are exact now, and nothing was recorded"), "{}", shown.err);
    assert!(!sandbox.run("reconcile 2017 --apply -n --quiet").err.contains("exact"));
    assert_eq!(sandbox.run("reconcile 2017 --dry-run").code, 2);
    // The same is then recorded.
    let applied = sandbox.run("reconcile 2017 --apply").err;
    let would: Vec<&str> = shown.err.lines().filter_map(|line| line.strip_prefix("would be recorded: ")).collect();
    assert!(would.len() == 2 && would.iter().all(|line| applied.contains(line)), "{would:?}\n{applied}");
}

#[test]
fn nothing_is_applied_whose_report_cannot_be_written() {
    let sandbox = books();
    put(&sandbox, &[(5, 300_000, "K1", "JAPAN", "FIRST PART")]);
    sandbox.ok("import bank april.sta");
    std::fs::write(sandbox.path("report.csv"), "an old one").unwrap();
    let before = std::fs::read(sandbox.ledger()).unwrap();
    sandbox.refused("reconcile 2017 --apply --output report.csv", 7, "surroundings");
    sandbox.refused("reconcile 2017 --apply --output nowhere/report.csv", 7, "surroundings");
    assert_eq!(std::fs::read(sandbox.ledger()).unwrap(), before);
}

#[test]
fn what_the_officer_says_of_a_payer_is_remembered_listed_and_forgotten() {
    let sandbox = books();
    put(&sandbox, &[(12, 5_000_000, "K1", "MINISTRY OF FINANCE PRC", "ONE")]);
    sandbox.ok("import bank april.sta");
    assert_eq!(differences(&sandbox, "reconcile 2017")[0], "bank-only B-2017-001 50000.00");
    assert!(!sandbox.run("reconcile 2017 --apply").err.contains("receive"), "an unknown payer is never taken for somebody");
    assert!(sandbox.ok("receive China --line B-2017-001").contains("taken for China"));
    assert!(sandbox.ok("list payers").contains("MINISTRY OF FINANCE PRC"));
    sandbox.ok("pledge CHN 1234 --year 2017 --date 2017-03-18 --authority SOM-21");
    put(&sandbox, &[(12, 5_000_000, "K1", "MINISTRY OF FINANCE PRC", "ONE"), (13, 123_400, "K2", "Ministry of Finance  PRC", "TWO")]);
    assert_eq!(sandbox.json("import bank april.sta")["recorded"], 1);
    let applied = sandbox.run("reconcile 2017 --apply").err;
    assert!(applied.contains("US$ 1,234.00 from China"), "{applied}");
    sandbox.ok("forget 'MINISTRY OF FINANCE PRC'");
    assert!(!sandbox.ok("list payers").contains("MINISTRY"));
    sandbox.refused("forget NOBODY", 3, "unknown-payer");
}

#[test]
fn one_line_for_several_funds_and_several_lines_for_one_receipt() {
    let sandbox = books();
    for line in ["receive RUS 120000 --date 2017-04-10 --fund MPA", "receive RUS 30000 --date 2017-04-10 --fund CORE", "receive ROK 100000 --date 2017-04-18"] {
        sandbox.ok(line);
    }
    put(
        &sandbox,
        &[
            (10, 15_000_000, "K1", "RUSSIAN FEDERATION", "BOTH FUNDS"),
            (17, 6_000_000, "K2", "REPUBLIC OF KOREA", "PART 1"),
            (18, 4_000_000, "K3", "REPUBLIC OF KOREA", "PART 2"),
        ],
    );
    sandbox.ok("import bank april.sta");
    let report: Value = serde_json::from_str(&sandbox.run("reconcile 2017 --format json").out).unwrap();
    let commands: Vec<&str> = report["proposals"].as_array().unwrap().iter().map(|one| one["command"].as_str().unwrap()).collect();
    assert_eq!(
        commands,
        ["corefund match B-2017-001 R-2017-001=120000.00 R-2017-002=30000.00", "corefund match B-2017-002 R-2017-003", "corefund match B-2017-003 R-2017-003"]
    );
    for command in commands {
        sandbox.ok(command.trim_start_matches("corefund "));
    }
    sandbox.refused("match B-2017-001 R-2017-003", 4, "line-matched");
    sandbox.ok("unmatch B-2017-003 --reason 'wrong one'");
    sandbox.refused("unmatch B-2017-003 --reason 'wrong one'", 4, "nothing-matched");
    sandbox.refused("match B-2017-003 R-2017-001", 4, "entry-matched");
    sandbox.refused("match B-2017-003 R-2017-003=40000.01", 4, "line-exceeded");
    sandbox.refused("match B-2017-003 J-000001", 4, "not-on-account");
    sandbox.refused("match B-2017-003 R-2017-003 R-2017-003 --charge 5", 2, "charge-parts");
    sandbox.refused("match B-2017-009 R-2017-003", 3, "unknown-bank-line");
    sandbox.ok("match B-2017-003 R-2017-003=40000");
    assert!(sandbox.ok("undo").contains("undone: the match"));
    assert!(sandbox.ok("list bank-lines --open").contains("B-2017-003"));
    // Both funds from the line itself.
    sandbox.ok("reverse J-000008 --reason test");
    sandbox.ok("receive KOR 25000 --line B-2017-003 --fund MPA");
    sandbox.ok("receive KOR --line B-2017-003 --fund CORE");
    sandbox.refused("receive KOR 1 --line B-2017-003 --fund CORE", 4, "line-matched");
    sandbox.ok("verify");
}

#[test]
fn the_same_movement_in_another_file_is_not_recorded_twice() {
    let sandbox = books();
    let lines = [(5, 100, "K1", "JAPAN", "A"), (5, 100, "K2", "JAPAN", "A"), (6, 100, "K3", "JAPAN", "B")];
    put(&sandbox, &lines[..2]);
    assert_eq!(sandbox.json("import bank april.sta")["recorded"], 2);
    put(&sandbox, &lines);
    let said = sandbox.json("import bank april.sta");
    assert_eq!((&said["recorded"], &said["already_there"]), (&1.into(), &2.into()));
    assert_eq!(sandbox.json("import bank april.sta")["state"], "already recorded");
    let broken = april(100_000, &lines).replace(":62F:C170430USD1003,00", ":62F:C170430USD1003,01");
    fs::write(sandbox.path("april.sta"), broken).unwrap();
    let said = sandbox.refused("import bank april.sta", 3, "bank-balance");
    assert!(said.contains("0.01"), "{said}");
}

/// An MT940 statement of 10 April: its number, the opening balance, and amounts in whole dollars, each with the same words.
fn of_the_tenth(number: u32, opening: i64, amounts: &[i64]) -> String {
    let mark = |amount: i64| if amount < 0 { "D" } else { "C" };
    let line = |amount: &i64| format!(":61:1704100410{}{},00NTRFNONREF\n:86:?20X?32CHINA MOF\n", mark(*amount), amount.abs());
    let (lines, closing) = (amounts.iter().map(line).collect::<String>(), opening + amounts.iter().sum::<i64>());
    format!(":20:S\n:25:1\n:28C:{number}/1\n:60F:C170410USD{opening},00\n{lines}:62F:C170410USD{closing},00\n-\n")
}

/// Files one after the other, and how many of the lines of each are new and how many are there.
type Files<'a> = &'a [(&'a str, u64, u64)];

#[test]
fn equal_payments_on_two_statements_whose_balances_join_are_two() {
    let (one, two, three) = (of_the_tenth(1, 0, &[100]), of_the_tenth(2, 100, &[100]), of_the_tenth(3, 200, &[100]));
    let month = one.replace("28C:1/", "28C:90/").replace(":62F:C170410USD100,00", ":62F:C170428USD100,00");
    let whole = of_the_tenth(91, 0, &[100, 100, 100]);
    let to_and_fro = of_the_tenth(1, 0, &[100, -100]);
    let cases: &[(&str, Files)] = &[
        ("in one file", &[(&format!("{one}{two}"), 2, 0), (&format!("{one}{two}"), 0, 2), (&format!("{one}{two}{three}"), 1, 2)]),
        ("a statement twice in one file", &[(&format!("{one}{one}"), 1, 1)]),
        ("without numbers", &[(&format!("{one}{two}").replace(":28C:2/1", ":28C:1/1"), 2, 0)]),
        ("in a file each", &[(&one, 1, 0), (&two, 1, 0), (&three, 1, 0), (&one, 0, 1), (&two, 0, 1), (&three, 0, 1)]),
        ("the later first", &[(&three, 1, 0), (&two, 1, 0), (&one, 1, 0), (&whole, 0, 3)]),
        ("the whole first", &[(&whole, 3, 0), (&one, 0, 1), (&two, 0, 1), (&three, 0, 1), (&format!("{one}{two}"), 0, 2)]),
        ("the month and its first day", &[(&one, 1, 0), (&month, 0, 1), (&two, 1, 0)]),
        ("one of them from another file", &[(&one, 1, 0), (&format!("{one}{two}"), 1, 1)]),
        ("what came and went, and the same again", &[(&to_and_fro, 2, 0), (&of_the_tenth(7, 0, &[100, -100, 50]), 1, 2)]),
    ];
    for (what, files) in cases {
        let sandbox = books();
        for (place, (text, new, there)) in files.iter().enumerate() {
            fs::write(sandbox.path("m.sta"), text).unwrap();
            let said = sandbox.json("import bank m.sta");
            assert_eq!((&said["recorded"], &said["already_there"]), (&(*new).into(), &(*there).into()), "{what}, file {place}");
        }
    }
    // Both are in the balance of the account.
    let sandbox = books();
    fs::write(sandbox.path("m.sta"), format!("{one}{two}")).unwrap();
    sandbox.ok("import bank m.sta");
    let report: Value = serde_json::from_str(&sandbox.run("reconcile 2017 --format json").out).unwrap();
    assert_eq!((report["banks"][0]["closing"].as_str(), report["banks"][0]["unexplained"].as_str()), (Some("200.00"), Some("0.00")));
}

#[test]
fn accounts_are_told_apart_by_number_and_currency() {
    let sandbox = books();
    put(&sandbox, &[(5, 100, "K1", "JAPAN", "A")]);
    sandbox.ok("add account SECOND 'Second account' --currency USD");
    sandbox.refused("import bank april.sta", 3, "bank-unclear");
    sandbox.ok("add account THIRD 'Third account' --currency USD --number 12345678");
    assert_eq!(sandbox.json("import bank april.sta --dry-run")["statements"][0]["account"], "THIRD");
    sandbox.ok("add account WON Won --currency KRW");
    sandbox.refused("import bank april.sta --account WON", 3, "bank-currency-differs");
    sandbox.ok("add account FOURTH Fourth --currency USD --number 999");
    sandbox.refused("import bank april.sta --account FOURTH", 3, "bank-number-differs");
    assert_eq!(sandbox.json("import bank april.sta --account SECOND")["recorded"], 1);
}

/// A monthly MT940 statement of an account with one payment of 100: its month, and the opening balance in whole dollars.
fn monthly(account: &str, month: u32, opening: i64) -> String {
    format!(
        ":20:S\n:25:{account}\n:28C:{month}/1\n:60F:C17{:02}28USD{opening},00\n:61:17{month:02}10{month:02}10C100,00NTRFNONREF\n:86:?20X?32CHINA MOF\n\
         :62F:C17{month:02}28USD{},00\n-\n",
        month - 1,
        opening + 100
    )
}

#[test]
fn statements_of_two_accounts_are_not_merged_into_one() {
    let sandbox = books();
    let import = |text: &str| fs::write(sandbox.path("m.sta"), text).unwrap();
    // A file with two numbers, whatever the officer says; the same number in another form is the same.
    import(&(monthly("111 222", 4, 0) + &monthly("333", 4, 0)));
    for account in ["", "--account MAIN"] {
        let said = sandbox.refused(&format!("import bank m.sta {account}"), 3, "bank-two-numbers");
        assert!(said.contains("'111222' and of '333'") && said.contains("corefund add account CODE NAME --currency USD --number '333'"), "{said}");
    }
    import(&(monthly("111222", 4, 0) + &monthly("111 222", 5, 100)));
    assert_eq!(sandbox.json("import bank m.sta")["recorded"], 2);
    // Another one for the same days, with another balance.
    import(&monthly("333", 4, 7));
    let said = sandbox.refused("import bank m.sta", 3, "bank-contradicts").replace('\n', " ");
    for told in ["m.sta:1:1", "'333'", "2017-03-28 with US$ 7.00", "US$ 0.00", "corefund add account CODE NAME --currency USD --number", "--account MAIN"] {
        assert!(said.contains(told), "{told}: {said}");
    }
    assert_eq!(sandbox.json("import bank m.sta --account MAIN --dry-run")["already_there"], 1, "the officer's word");
    // Another one for later days cannot be told, and is asked about.
    import(&monthly("333", 6, 7));
    let said = sandbox.json("import bank m.sta --dry-run")["statements"][0]["notes"].to_string();
    assert!(said.contains("is missing, or this one, of '333', is of another account"), "{said}");
    // With an account of its own each goes where it belongs.
    sandbox.ok("add account SECOND Second --currency USD --number 333");
    import(&(monthly("111222", 6, 200) + &monthly("333", 4, 7)));
    let said = sandbox.json("import bank m.sta");
    let places = [0, 1].map(|place| (said["statements"][place]["account"].clone(), said["statements"][place]["lines"].as_array().unwrap().len()));
    assert_eq!(places, [("MAIN".into(), 1), ("SECOND".into(), 1)]);
    sandbox.ok("verify");
}

#[test]
fn a_command_that_many_differences_have_is_printed_once() {
    let sandbox = books();
    (1..=6).for_each(|day| _ = sandbox.ok(&format!("pledge MNG {day}0 --year 2017 --date 2017-03-1{day} --authority SOM-21 --due 2017-04-30")));
    let said = sandbox.run("reconcile 2017").out;
    let typed: Vec<&str> = said.lines().skip_while(|line| *line != "What to type").skip(2).take_while(|line| !line.is_empty()).collect();
    let told = |amount: &str, number: u32| format!("# overdue P-2017-{number:03} for 2017, Mongolia, US$ {amount}.00");
    let mongolia =
        [told("900", 5), told("10", 6), told("20", 7), told("30", 8), told("40", 9), "# and 2 more of these".into(), "corefund letter reminder MNG".into()];
    assert_eq!(typed[2..], mongolia, "{said}");
    assert_eq!(typed[..2], ["# overdue P-2017-004 for 2017, Japan, US$ 7,000.00", "corefund letter reminder JPN"], "{said}");
    // A spreadsheet and a program have each of them with its own.
    let rows = sandbox.run("reconcile 2017 --format csv").out;
    assert_eq!(rows.lines().filter(|row| row.ends_with(",corefund letter reminder MNG")).count(), 7, "{rows}");
    assert_eq!(sandbox.run("reconcile 2017 --format json").out.matches("\"corefund letter reminder MNG\"").count(), 7);
}

#[test]
fn letters_count_what_is_in_the_books_on_their_day() {
    let mut sandbox = Sandbox::with_ledger();
    sandbox.ok("pledge JPN --instalment 2018=14000 --instalment 2019=14000@2019-11-30 --date 2018-02-01 --authority 'Exchange of notes'");
    sandbox.ok("receive JPN 14000 --date 2018-02-20 --reference BANK-77");
    let thanks = sandbox.ok("letter acknowledgement R-2018-001");
    assert!(thanks.contains("Nothing is outstanding as of 2018-03-01.") && thanks.contains("(our reference BANK-77)"), "{thanks}");
    sandbox.refused("letter reminder JPN", 4, "nothing-outstanding");
    // An advance on the instalment of next year is one until then.
    sandbox.ok("receive JPN 5000 --date 2018-02-21");
    let thanks = sandbox.ok("letter acknowledgement R-2018-002");
    let advance = "US$ 5,000.00  to the pledge P-2018-001 for 2019, Core Fund; received in advance until 2019-01-01\n";
    assert!(thanks.contains(advance) && thanks.contains("Nothing is outstanding as of 2018-03-01."), "{thanks}");
    // What is dated later than the letter has not come.
    sandbox.ok("pledge JPN 100 --year 2018 --date 2018-02-01 --authority x");
    sandbox.ok("receive JPN 100 --date 2018-04-01 --pledge P-2018-002");
    assert!(sandbox.ok("letter reminder JPN").contains("Total outstanding: US$ 100.00"));
    sandbox.clock = "2019-01-01T00:00:00Z";
    let reminder = sandbox.ok("letter reminder JPN");
    assert!(reminder.contains("outstanding as of 2019-01-01") && reminder.contains("Total outstanding: US$ 9,000.00"), "{reminder}");
    assert!(reminder.contains("for 2019, is due on 2019-11-30"), "{reminder}");
    let thanks = sandbox.ok("letter acknowledgement R-2018-002");
    assert!(thanks.contains("for 2019, Core Fund\n") && thanks.contains("Outstanding as of 2019-01-01: US$ 9,000.00."), "{thanks}");
}

#[test]
fn letters_and_what_has_not_come() {
    let sandbox = books();
    sandbox.ok("receive JPN 3000 --date 2017-04-05");
    let reminder = sandbox.ok("letter reminder JPN");
    assert!(reminder.contains("To: Japan") && reminder.contains("US$ 4,000.00") && reminder.contains("SOM-21"), "{reminder}");
    let thanks = sandbox.ok("letter acknowledgement R-2017-001");
    assert!(thanks.contains("US$ 3,000.00  to the pledge P-2017-004") && thanks.contains("Outstanding as of 2017-05-02: US$ 4,000.00"), "{thanks}");
    sandbox.refused("letter reminder PRK", 4, "nothing-outstanding");
    fs::write(sandbox.path("t.txt"), "{contributor} owes {sum}").unwrap();
    sandbox.refused("letter reminder JPN --template t.txt", 3, "template-field");
    fs::write(sandbox.path("t.txt"), "{contributor} owes {total}.").unwrap();
    sandbox.ok("letter reminder JPN --template t.txt --output l.txt");
    assert_eq!(fs::read_to_string(sandbox.path("l.txt")).unwrap(), "Japan owes US$ 4,000.00.");
    let expected = sandbox.json("list expected --year 2017");
    let states: Vec<String> =
        expected["rows"].as_array().unwrap().iter().map(|row| format!("{} {}", row["contributor"], row["state"]).replace('"', "")).collect();
    assert_eq!(states, ["CHN not yet due", "PRK nothing pledged", "JPN part-paid", "MNG overdue", "KOR not yet due", "RUS not yet due"]);

    // What was taken back is not acknowledged, and what waits is identified, not recorded again.
    let sandbox = Sandbox::with_ledger();
    sandbox.ok("receive Japan 500 --date 2017-03-01");
    sandbox.ok("undo");
    sandbox.refused("letter acknowledgement R-2017-001", 4, "already-reversed");
    sandbox.ok("receive --unidentified 60 --date 2017-05-01");
    let said = sandbox.refused("letter acknowledgement R-2017-002", 3, "payer-unknown");
    assert!(said.contains("of money that is recorded and waits: corefund identify R-… CONTRIBUTOR"), "{said}");
}

/// The payments of the month: contributor, and the year where the officer says so, because what is due first takes what is typed first;
/// the bank's name of the payer, day, cents, and the bank's reference.
const PAYMENTS: [(&str, &str, u32, i64, &str); 5] = [
    ("CHN --year 2016", "CHINA", 3, 2_000_000, "P1"),
    ("CHN --year 2017", "CHINA", 21, 3_000_000, "P2"),
    ("KOR", "REPUBLIC OF KOREA", 12, 10_000_000, "P3"),
    ("JPN", "JAPAN", 18, 700_000, "P4"),
    ("MNG", "MONGOLIA", 25, 90_000, "P5"),
];

fn typed_line(code: &str, day: u32, cents: i64) -> String {
    let (code, year) = code.split_once(' ').unwrap_or((code, ""));
    format!("receive {code} {}.{:02} --date 2017-04-{day:02} {year}", cents / 100, cents % 100)
}

/// What the books come to: every entry without its number, and what every line is matched with, by its reference.
fn picture(sandbox: &Sandbox) -> (Vec<String>, Vec<String>) {
    let journal = sandbox.json("journal --from 2017-04-01");
    let mut lines: Vec<String> = journal["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| ["date", "kind", "account", "fund", "contributor", "pledge", "debit", "credit"].map(|field| row[field].to_string()).join(" "))
        .collect();
    lines.sort();
    let bank = sandbox.json("list bank-lines");
    let mut matched: Vec<String> = bank["rows"].as_array().unwrap().iter().map(|row| format!("{} {}", row["bank_reference"], row["left"])).collect();
    matched.sort();
    (lines, matched)
}

proptest! {
    #![proptest_config(support::dice::cases(6))]

    /// Some payments are typed by hand before the bank file comes, the rest become receipts by reconciling; in any order the books are the same.
    #[test]
    fn by_hand_first_or_bank_first_ends_in_the_same_books(by_hand in prop::collection::vec(any::<bool>(), 5), order in Just((0..5).collect::<Vec<usize>>()).prop_shuffle(), late in any::<bool>()) {
        let file: Vec<_> = PAYMENTS.iter().map(|(_, payer, day, cents, reference)| (*day, *cents, *reference, *payer, "CONTRIBUTION")).collect();
        let typed = |sandbox: &Sandbox| {
            for place in &order {
                let (code, _, day, cents, _) = PAYMENTS[*place];
                if by_hand[*place] {
                    sandbox.ok(&typed_line(code, day, cents));
                }
            }
        };
        let sandbox = books();
        sandbox.ok("pledge CHN 20000 --year 2016 --date 2017-03-17 --authority SOM-21");
        sandbox.ok("revise P-2017-001 30000 --date 2017-03-18 --authority SOM-21");
        put(&sandbox, &file);
        if late { typed(&sandbox); }
        sandbox.ok("import bank april.sta");
        if !late { typed(&sandbox); }
        sandbox.run("reconcile 2017 --apply");
        let (entries, matched) = picture(&sandbox);
        let reference = books();
        reference.ok("pledge CHN 20000 --year 2016 --date 2017-03-17 --authority SOM-21");
        reference.ok("revise P-2017-001 30000 --date 2017-03-18 --authority SOM-21");
        for (code, _, day, cents, _) in PAYMENTS {
            reference.ok(&typed_line(code, day, cents));
        }
        prop_assert_eq!(entries, picture(&reference).0);
        prop_assert!(matched.iter().all(|line| line.ends_with("\"0.00\"")), "{:?}", matched);
        prop_assert!(sandbox.run("reconcile 2017").code == 0, "{}", sandbox.run("reconcile 2017").out);
    }
}

/// A bank file that comes after the close: its lines wait in the next year's reconciliation, what is recorded by them counts in the open year, and the
/// balance of the closed one is explained by it.
#[test]
fn a_bank_file_of_a_closed_year_is_recorded_in_the_open_one() {
    let sandbox = Sandbox::with_ledger();
    for line in ["pledge China 2000 --year 2016 --date 2016-02-01 --authority L", "receive China 2000 --date 2016-03-01", "close 2016 --authority C"] {
        sandbox.ok(line);
    }
    let lines = ":61:1603010301C2000,NTRFNONREF//A\n:86:/NAME/CHINA\n:61:1612300000C5,NINTNONREF//B\n:86:INTEREST\n:61:1612310000D3,NCHGNONREF//C\n:86:FEE\n";
    statement(&sandbox, "1", ("160101", "USD0,"), &lines.replace("0000C5", "1230C5").replace("0000D3", "1231D3"), ("161231", "USD2002,"));
    sandbox.ok("match B-2016-001 R-2016-001");
    let waiting = ["bank-only B-2016-002 5.00", "bank-only B-2016-003 -3.00"];
    assert_eq!(differences(&sandbox, "reconcile 2016"), waiting);
    assert_eq!(differences(&sandbox, "reconcile 2017"), waiting, "nothing tells them but the year in which they can be recorded");
    let said = sandbox.ok("interest CORE --line B-2016-002");
    assert!(said.contains("2017-01-01") && said.contains("B-2016-002 is of 2016-12-30, which is closed: it counts from 2017-01-01 on"), "{said}");
    sandbox.ok("spend CORE --line B-2016-003 --kind bank-charge");
    for line in ["reconcile 2016", "reconcile 2017", "reconcile"] {
        assert_eq!(differences(&sandbox, line), [""; 0], "{line}");
    }
    // A payment that came and went back in the closed year: it is held from the first open day on, and that is when it is paid back.
    let back = ":61:1612100000C70,NTRFNONREF//D\n:86:/NAME/JAPAN\n:61:1612110000D70,NTRFNONREF//E\n:86:/NAME/JAPAN\n";
    statement(&sandbox, "1", ("161210", "USD2002,"), &back.replace("0000C70", "1210C70").replace("0000D70", "1211D70"), ("161231", "USD2002,"));
    sandbox.ok("receive Japan --line B-2016-004");
    let told = sandbox.run("reconcile 2017").out;
    assert!(told.contains("corefund refund JPN --line B-2016-005"), "{told}");
    sandbox.ok("refund JPN --line B-2016-005 --authority x");
    let banks = sandbox.json("reconcile 2016")["banks"][0].clone();
    assert_eq!([&banks["closing"], &banks["books"], &banks["in_transit"], &banks["unexplained"]], ["2002.00", "2000.00", "2.00", "0.00"]);
    support::assert_verifies(&sandbox.ledger());
}
