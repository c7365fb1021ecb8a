//! The story of SOM-21, as an accountant would read it: what was typed, and what the books say after it.

mod support;
use support::{Sandbox, assert_verifies};

/// The figures of the report: announced by China and the Republic of Korea, confirmed by the Russian Federation.
fn som21() -> Sandbox {
    let desk = Sandbox::with_ledger();
    desk.ok("add fund MPA 'Knowledge sharing on sustainable management of MPAs' --area MPA");
    desk.ok("announce China 50000 --year 2017 --date 2017-03-17 --authority 'SOM-21 report, para 9'");
    desk.ok("announce ROK 100000 --year 2017 --date 2017-03-17 --authority 'SOM-21 report, para 9'");
    desk.ok("pledge 'Russian Federation' 'US$ 120,000' --year 2017 --fund mpa --date 2017-03-17 --authority 'SOM-21 report, para 6'");
    desk
}

#[test]
fn what_is_announced_is_disclosed_and_not_recognised() {
    let desk = som21();
    assert_eq!(desk.figure("statement 2017", "CORE", "CHN", "announced"), "50000.00");
    assert_eq!(desk.figure("statement 2017", "CORE", "TOTAL", "announced"), "150000.00");
    assert_eq!(desk.figure("statement 2017", "CORE", "TOTAL", "pledged"), "0.00");
    assert_eq!(desk.figure("statement 2017", "MPA", "RUS", "pledged"), "120000.00");
    assert_eq!(desk.figure("statement 2017", "MPA", "RUS", "closing"), "120000.00");
    let balance = desk.ok("trial-balance 2017 --format csv");
    assert!(balance.contains("CORE,9110,Announced contributions,0.00,150000.00,0.00,150000.00"), "{balance}");
    assert!(!balance.contains("CORE,1210"), "{balance}");
}

#[test]
fn china_confirms_pays_twice_and_is_ahead() {
    let desk = som21();
    desk.ok("confirm P-2017-001 --date 2017-04-03 --authority 'Note verbale'");
    let first = desk.ok("receive China 30000 --date 2017-04-10");
    assert!(first.contains("P-2017-001 for 2017: US$ 20,000.00 outstanding"), "{first}");
    let second = desk.ok("receive China 30000 --date 2017-06-12");
    assert!(second.contains("US$ 20,000.00 to P-2017-001") && second.contains("US$ 10,000.00 received in advance"), "{second}");
    for (field, figure) in [
        ("announced", "0.00"),
        ("pledged", "50000.00"),
        ("received_current", "50000.00"),
        ("closing", "0.00"),
        ("received_in_advance", "10000.00"),
        ("last_receipt", "2017-06-12"),
    ] {
        assert_eq!(desk.figure("statement 2017", "CORE", "CHN", field), figure, "{field}");
    }
    let between = "statement 2017 --as-of 2017-05-31";
    assert_eq!(desk.figure(between, "CORE", "CHN", "closing"), "20000.00");
    assert_eq!(desk.figure(between, "CORE", "CHN", "received_in_advance"), "0.00");
    assert_eq!(desk.figure("statement 2018", "CORE", "CHN", "received_in_advance"), "0.00", "nothing came in advance in 2018");
    assert_eq!(desk.figure("statement 2018", "CORE", "CHN", "advances_held"), "10000.00");
    desk.ok("pledge China 50000 --year 2018 --date 2018-02-01 --authority 'Note verbale'");
    desk.ok("apply --advance China --to P-2018-001 --date 2018-02-02");
    assert_eq!(desk.figure("statement 2018", "CORE", "CHN", "received_current"), "10000.00");
    assert_eq!(desk.figure("statement 2018", "CORE", "CHN", "closing"), "40000.00");
    assert_verifies(&desk.ledger());
}

#[test]
fn korea_revises_and_pays_in_won_with_a_charge() {
    let desk = som21();
    desk.ok("confirm P-2017-002 --date 2017-05-02 --authority 'Letter of 2 May'");
    desk.ok("revise P-2017-002 90000 --date 2017-06-05 --authority 'Letter of 5 June'");
    let missing = desk.refused("receive ROK 'KRW 102,980,000' --date 2017-07-12 --charge 'KRW 25000'", 4, "rate-missing");
    assert!(missing.contains("corefund add rate KRW 2017-07-01"), "{missing}");
    desk.ok("add rate KRW 2017-07-01 1144.5 --source 'UN operational rate, July 2017'");
    let slip = desk.ok("receive ROK 'KRW 102,980,000' --date 2017-07-12 --charge 'KRW 25000'");
    assert!(slip.contains("89,978.16") && slip.contains("21.84") && slip.contains("nothing outstanding"), "{slip}");
    for (field, figure) in [("pledged", "100000.00"), ("adjustments", "-10000.00"), ("received_current", "90000.00"), ("exchange", "0.00"), ("closing", "0.00")]
    {
        assert_eq!(desk.figure("statement 2017", "CORE", "KOR", field), figure, "{field}");
    }
    assert_verifies(&desk.ledger());
}

#[test]
fn a_pledge_in_won_is_settled_in_won_and_the_dollars_differ() {
    let desk = Sandbox::with_ledger();
    desk.ok("add rate KRW 2017-03-01 1100 --source test");
    desk.ok("add rate KRW 2017-09-01 1200 --source test");
    desk.ok("pledge KOR 'KRW 120,000,000' --year 2017 --date 2017-03-10 --authority Letter");
    assert_eq!(desk.figure("statement 2017", "CORE", "KOR", "pledged"), "109090.91");
    desk.ok("receive KOR 'KRW 60000000' --date 2017-09-05");
    desk.ok("receive KOR 'KRW 60000000' --date 2017-09-20");
    for (field, figure) in [("received_current", "100000.00"), ("exchange", "-9090.91"), ("closing", "0.00")] {
        assert_eq!(desk.figure("statement 2017", "CORE", "KOR", field), figure, "{field}");
    }
    let balance = desk.ok("trial-balance 2017 --format csv");
    assert!(balance.contains("CORE,6310,Exchange differences,0.00,9090.91,0.00,9090.91"), "{balance}");
    assert!(desk.ok("list pledges").contains("settled"));
    assert_verifies(&desk.ledger());
}

#[test]
fn a_residue_of_conversion_goes_to_rounding_and_a_short_payment_does_not() {
    let desk = Sandbox::with_ledger();
    desk.ok("add rate KRW 2017-03-01 1130 --source test");
    desk.ok("pledge KOR 100000 --year 2017 --date 2017-03-10 --authority Letter");
    let slip = desk.ok("receive KOR 'KRW 112,999,500' --date 2017-03-20");
    assert!(slip.contains("residue of US$ 0.44 to rounding") && slip.contains("nothing outstanding"), "{slip}");
    assert_eq!(desk.figure("statement 2017", "CORE", "KOR", "adjustments"), "-0.44");
    desk.ok("pledge CHN 100 --year 2017 --date 2017-03-10 --authority Letter");
    let slip = desk.ok("receive CHN 99.60 --date 2017-03-20");
    assert!(slip.contains("US$ 0.40 outstanding"), "dollars for dollars leave the cents open: {slip}");
    assert_verifies(&desk.ledger());
}

#[test]
fn a_receipt_without_a_payer_is_parked_identified_and_applied() {
    let desk = som21();
    desk.ok("pledge MNG 5000 --year 2017 --date 2017-07-01 --authority Letter");
    desk.ok("receive --unidentified 6000 --date 2017-08-01 --payer 'ULAANBAATAR 4711'");
    assert!(desk.ok("list unidentified").contains("corefund identify R-2017-001"));
    assert_eq!(desk.figure("statement 2017", "CORE", "MNG", "closing"), "5000.00");
    let slip = desk.ok("identify R-2017-001 Mongolia --date 2017-08-08");
    assert!(slip.contains("US$ 5,000.00 to P-2017-004") && slip.contains("US$ 1,000.00 received in advance"), "{slip}");
    assert_eq!(desk.figure("statement 2017", "CORE", "MNG", "closing"), "0.00");
    assert_eq!(desk.figure("statement 2017", "CORE", "MNG", "last_receipt"), "2017-08-01", "the value date, not the day it was identified");
    assert_eq!(desk.figure("statement 2017 --as-of 2017-08-05", "CORE", "MNG", "closing"), "5000.00");
    desk.refused("identify R-2017-001 Mongolia", 4, "not-unidentified");
    assert_verifies(&desk.ledger());
}

#[test]
fn a_wrong_entry_is_reversed_and_undo_goes_back_step_by_step() {
    let desk = som21();
    desk.ok("confirm P-2017-001 --date 2017-04-03 --authority 'Note verbale'");
    desk.ok("receive China 3000 --date 2017-04-10");
    desk.refused("reverse J-000005", 3, "reason-missing");
    desk.ok("reverse J-000005 --reason 'a nought was missing'");
    desk.refused("reverse J-000005 --reason again", 4, "already-reversed");
    desk.refused("reverse J-000006 --reason again", 4, "is-reversal");
    desk.ok("receive China 30000 --date 2017-04-10");
    assert_eq!(desk.figure("statement 2017", "CORE", "CHN", "received_current"), "30000.00");
    assert_eq!(desk.figure("statement 2017", "CORE", "CHN", "last_receipt"), "2017-04-10");
    let refused = desk.refused("reverse J-000004 --reason 'never confirmed'", 4, "would-go-negative");
    assert!(refused.contains("J-000007"), "it names what rests on it: {refused}");
    desk.ok("undo");
    assert_eq!(desk.figure("statement 2017", "CORE", "CHN", "received_current"), "0.00");
    assert_eq!(desk.figure("statement 2017", "CORE", "CHN", "last_receipt"), "null");
    assert!(desk.refused("undo", 4, "undo-reversal").contains("J-000006"), "the reversal is in the way, and is named");
    desk.ok("undo --before");
    assert_eq!(desk.figure("statement 2017", "CORE", "CHN", "announced"), "50000.00", "the confirmation is undone, the announcement stands");
    let log = desk.ok("log --format csv");
    assert_eq!(log.lines().filter(|line| line.contains("corefund undo")).count(), 2);
    assert_verifies(&desk.ledger());
}

#[test]
fn a_pledge_over_three_years_one_disputed_one_withdrawn_one_written_off() {
    let desk = Sandbox::with_ledger();
    desk.ok("pledge JPN 30000 --instalment 2017=10000 --instalment 2018=10000@2018-06-30 --instalment 2019=10000 --date 2017-05-02 --authority Agreement");
    desk.ok("dispute P-2017-001 --year 2017 --date 2017-06-01 --authority Letter");
    desk.ok("withdraw P-2017-001 --year 2018 --date 2017-07-01 --authority Letter");
    desk.ok("write-off P-2017-001 --year 2019 --date 2019-07-01 --authority 'SOM-23 report'");
    assert_eq!(desk.figure("statement 2017", "CORE", "JPN", "pledged"), "10000.00");
    assert_eq!(desk.figure("statement 2017", "CORE", "JPN", "disputed"), "10000.00");
    assert_eq!(desk.figure("statement 2017", "CORE", "JPN", "closing"), "10000.00", "what is disputed stays in the closing");
    assert_eq!(desk.figure("statement 2018", "CORE", "JPN", "pledged"), "10000.00");
    assert_eq!(desk.figure("statement 2018", "CORE", "JPN", "adjustments"), "-10000.00");
    assert_eq!(desk.figure("statement 2018", "CORE", "JPN", "opening"), "10000.00");
    assert_eq!(desk.figure("statement 2019", "CORE", "JPN", "adjustments"), "-10000.00");
    assert_eq!(desk.figure("statement 2019", "CORE", "JPN", "closing_prior"), "10000.00");
    desk.ok("settle-dispute P-2017-001 --date 2019-08-01 --authority Letter");
    desk.ok("receive JPN 10000 --date 2019-09-01");
    assert_eq!(desk.figure("statement 2019", "CORE", "JPN", "received_prior"), "10000.00");
    desk.ok("receive JPN 2500 --date 2019-10-01 --recovery P-2017-001");
    assert!(desk.ok("trial-balance 2019 --format csv").contains("CORE,6410,Doubtful contributions,0.00,10000.00,2500.00,7500.00"));
    assert_eq!(desk.figure("statement 2019", "CORE", "JPN", "received_current"), "0.00", "a recovery settles nothing");
    assert_verifies(&desk.ledger());
}

#[test]
fn money_for_next_year_is_in_advance_until_next_year() {
    let desk = Sandbox::with_ledger();
    desk.ok("pledge JPN --instalment 2017=10000 --instalment 2018=10000 --date 2017-05-02 --authority Agreement");
    let slip = desk.ok("receive JPN 15000 --date 2017-11-30");
    assert!(slip.contains("held in advance until 2018-01-01"), "{slip}");
    assert_eq!(desk.figure("statement 2017", "CORE", "JPN", "received_in_advance"), "5000.00");
    assert_eq!(desk.figure("statement 2017", "CORE", "JPN", "closing"), "0.00");
    assert_eq!(desk.figure("statement 2018", "CORE", "JPN", "pledged"), "10000.00");
    assert_eq!(desk.figure("statement 2018", "CORE", "JPN", "received_current"), "5000.00");
    assert_eq!(desk.figure("statement 2018", "CORE", "JPN", "closing"), "5000.00");
    assert_verifies(&desk.ledger());
}

#[test]
fn money_entered_after_a_later_revision_settles_what_was_pledged_on_its_day() {
    let desk = Sandbox::with_ledger();
    desk.ok("pledge JPN 100 --year 2017 --date 2017-02-01 --authority 'Note verbale'");
    desk.ok("revise P-2017-001 130 --date 2017-09-01 --authority 'Second note verbale'");
    desk.ok("revise P-2017-001 150 --date 2017-11-01 --authority 'Third note verbale'");
    let slip = desk.ok("receive JPN 160 --date 2017-06-12");
    for said in ["US$ 100.00 to P-2017-001 for 2017", "US$ 30.00 to P-2017-001", "until 2017-09-01", "US$ 20.00 to P-2017-001", "until 2017-11-01"] {
        assert!(slip.contains(said), "{said}: {slip}");
    }
    assert!(slip.contains("US$ 10.00 received in advance"), "{slip}");
    for (day, received, closing, held) in [
        ("2017-06-11", "0.00", "100.00", "0.00"),
        ("2017-06-12", "100.00", "0.00", "60.00"),
        ("2017-09-01", "130.00", "0.00", "30.00"),
        ("2017-11-01", "150.00", "0.00", "10.00"),
    ] {
        let statement = format!("statement 2017 --as-of {day}");
        assert_eq!(desk.figure(&statement, "CORE", "JPN", "received_current"), received, "{day}");
        assert_eq!(desk.figure(&statement, "CORE", "JPN", "closing"), closing, "{day}");
        assert_eq!(desk.figure(&statement, "CORE", "JPN", "advances_held"), held, "{day}");
    }
    assert_verifies(&desk.ledger());
}

#[test]
fn the_rest_of_a_funds_life() {
    let desk = som21();
    desk.ok("receive RUS 120000 --date 2017-07-03");
    desk.ok("receive CHN 60000 --date 2017-07-04 --fund CORE");
    desk.ok("refund CHN 10000 --date 2017-07-20 --authority 'Note verbale'");
    desk.ok("spend MPA 12000 --date 2017-09-05 --support --note Workshop");
    desk.ok("transfer CORE MPA 15000 --date 2017-10-02");
    desk.ok("in-kind MNG 3000 --date 2017-11-01 --note Equipment");
    desk.ok("in-kind JPN 8000 --services --date 2017-11-01 --note Experts");
    desk.ok("interest CORE 81.20 --date 2017-12-29");
    desk.ok("spend CORE 35 --kind bank-charge --date 2017-12-29");
    let balance = desk.ok("trial-balance 2017 --format csv");
    for line in [
        "CORE,1110,Cash at bank,0.00,60081.20,25035.00,35046.20",
        "CORE,2320,Contributions received in advance,0.00,10000.00,60000.00,-50000.00",
        "CORE,4210,Contributions in kind: goods,0.00,0.00,3000.00,-3000.00",
        "CORE,5910,Transfers out,0.00,15000.00,0.00,15000.00",
        "CORE,9130,Services in kind,0.00,8000.00,0.00,8000.00",
        "MPA,1110,Cash at bank,0.00,135000.00,13560.00,121440.00",
        "MPA,4910,Transfers in,0.00,0.00,15000.00,-15000.00",
        "MPA,5810,Programme support costs,0.00,1560.00,0.00,1560.00",
    ] {
        assert!(balance.contains(line), "{line}\n{balance}");
    }
    assert_eq!(desk.figure("statement 2017", "CORE", "MNG", "in_kind"), "3000.00");
    assert_eq!(desk.figure("statement 2017", "CORE", "JPN", "in_kind"), "8000.00");
    assert_verifies(&desk.ledger());
}

#[test]
fn what_was_known_then_can_be_asked_for_ever() {
    let mut desk = som21();
    let then: String = desk.ok("statement 2017 --format json");
    let records = desk.json("statement 2017")["known_at"].as_u64().unwrap();
    desk.clock = "2018-06-01T09:00:00Z";
    desk.ok("confirm P-2017-001 --date 2017-04-03 --authority 'Note verbale, entered late'");
    desk.ok("receive China 50000 --date 2017-04-10");
    assert_eq!(desk.figure("statement 2017", "CORE", "CHN", "closing"), "0.00");
    assert_eq!(desk.figure("statement 2017", "CORE", "CHN", "received_current"), "50000.00");
    for known in [records.to_string(), "2018-03-01".into(), "2018-05-31T23:59:59Z".into()] {
        assert_eq!(desk.ok(&format!("statement 2017 --known-at {known} --format json")), then, "known at {known}");
    }
    // Before the first record there was no ledger, and after the last there is nothing yet; a day to come shows what is known now.
    for outside in ["0", "2000-01-01", "99999"] {
        desk.refused(&format!("statement 2017 --known-at {outside}"), 3, "known-at-outside");
    }
    assert_eq!(desk.ok("statement 2017 --known-at 2030-01-01"), desk.ok("statement 2017"));
    assert_eq!(desk.json("statement 2017 --known-at 1")["seal"]["entries"], 2, "with the rest of its command");
    assert!(desk.ok("list pledges --known-at 2018-03-01").contains("announced"));
    assert!(!desk.ok("journal --known-at 2018-03-01").contains("Note verbale, entered late"));
}

#[test]
fn every_cell_can_be_taken_apart() {
    let desk = som21();
    desk.ok("confirm P-2017-001 --date 2017-04-03 --authority 'Note verbale of 3 April'");
    desk.ok("receive China 60000 --date 2017-04-10 --reference TT-1");
    for (column, figure, says) in [
        ("pledged", "50,000.00", "Note verbale of 3 April"),
        ("received_current", "50,000.00", "TT-1"),
        ("E", "50,000.00", "R-2017-001"),
        ("received_in_advance", "10,000.00", "J-000005"),
        ("closing", "–", "J-000004"),
        ("announced", "–", "J-000001"),
    ] {
        let said = desk.ok(&format!("explain 2017 CORE China {column}"));
        assert!(said.contains(figure) && said.contains(says), "{column}\n{said}");
    }
    desk.refused("explain 2017 CORE China colour", 3, "unknown-column");
}

#[test]
fn a_dry_run_shows_what_would_be_recorded_and_records_nothing() {
    let desk = som21();
    let before = desk.ok("verify --format json");
    let dry = desk.ok("confirm P-2017-001 --date 2017-04-03 --authority Letter --dry-run");
    assert_eq!(desk.ok("verify --format json"), before);
    let wet = desk.ok("confirm P-2017-001 --date 2017-04-03 --authority Letter");
    assert_eq!(dry.replace("would be recorded", "recorded"), wet);
}

#[test]
fn the_same_command_twice_does_not_double_a_dollar() {
    let desk = som21();
    desk.ok("receive RUS 1000 --date 2017-07-03 --reference TT-1");
    let again = desk.ok("receive RUS 1000 --date 2017-07-03 --reference TT-1");
    assert!(again.contains("already recorded"), "{again}");
    let differs = desk.refused("receive RUS 2000 --date 2017-07-04 --reference TT-1", 3, "reference-differs");
    assert!(differs.contains("amount is US$ 1,000.00, not US$ 2,000.00") && differs.contains("date is 2017-07-03, not 2017-07-04"), "{differs}");
    desk.ok("receive RUS 500 --date 2017-07-05");
    let twin = desk.refused("receive RUS 500 --date 2017-07-05", 4, "possible-duplicate");
    assert!(twin.contains("corefund receive RUS 500 --date 2017-07-05 --again"), "{twin}");
    desk.ok("receive RUS 500 --date 2017-07-05 --again");
    desk.ok("undo");
    desk.ok("reverse J-000004 --reason 'wrong amount'");
    desk.ok("receive RUS 2000 --date 2017-07-04 --reference TT-1");
    assert_eq!(desk.figure("statement 2017", "MPA", "RUS", "received_current"), "2500.00");
    assert_verifies(&desk.ledger());
}
