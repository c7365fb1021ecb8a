//! Books whose statements are read back: six member States with everything, more contributors than there are States, ten years.
#![allow(dead_code, reason = "each test binary uses its part")]

use crate::support::{Sandbox, change, desk, pledge, receipt};
use corefund::ledger::form::ContributorForm;

/// A year with everything: a nil row, arrears, a revision down and one up, an announcement, a dispute, three currencies, long and hostile names.
const SIX: [&str; 27] = [
    "add fund MPA 'Strengthening the subregional cooperation through knowledge sharing on sustainable management of MPAs' --area MPA",
    "add fund AIR 'Clean air' --area TAP",
    "add fund NEX 'Nature without borders' --area MPA",
    "add contributor LONG 'The Interministerial Institute for the Promotion of Very Long Names within North-East Asia and Beyond' --kind organisation",
    "add contributor FORM 'Hostile (1|2) <b>*x*</b> & Söhne' --kind organisation",
    "add contributor CITY '서울 Seoul Москва' --kind organisation",
    "add rate KRW 2017-03-01 1100 --source UN",
    "add rate KRW 2017-04-01 1144.5 --source UN",
    "add rate JPY 2017-03-01 110 --source UN",
    "pledge CHN 50000 --year 2016 --date 2016-03-17 --authority 'SOM-20, para 9'",
    "receive CHN 20000 --date 2016-05-02",
    "pledge JPN 7777.77 --year 2015 --date 2015-03-17 --authority SOM-19",
    "pledge CHN 1234567.89 --year 2017 --date 2017-03-17 --authority 'SOM-21, para 9 | <i>'",
    "revise P-2016-001 45000 --date 2017-04-01 --authority Letter",
    "receive CHN 40000 --date 2017-05-02",
    "revise P-2017-001 1234000.01 --date 2017-06-02 --authority Letter",
    "pledge KOR 'KRW 120000000' --year 2017 --date 2017-03-20 --authority SOM-21",
    "receive KOR 'KRW 100000000' --date 2017-04-12",
    "pledge JPN 'JPY 1000000' --year 2017 --fund MPA --date 2017-03-20 --authority SOM-21",
    "receive JPN 'JPY 400000' --fund MPA --date 2017-03-25",
    "pledge RUS 120000 --year 2017 --fund MPA --date 2017-03-17 --authority SOM-21",
    "dispute P-2017-004 20000 --date 2017-09-01 --authority Letter",
    "announce RUS 5000 --year 2017 --date 2017-03-17 --authority SOM-21",
    "pledge LONG 0.05 --year 2017 --fund AIR --date 2017-03-17 --authority SOM-21",
    "receive FORM 333.33 --fund NEX --date 2017-03-17",
    "pledge CITY 10 --year 2017 --fund NEX --date 2017-03-17 --authority SOM-21",
    "spend MPA 12000 --date 2017-09-05 --support",
];

/// The member States and a few others.
pub fn six() -> Sandbox {
    let sandbox = Sandbox::with_ledger();
    SIX.iter().for_each(|line| drop(sandbox.ok(line)));
    sandbox
}

/// The example ledger.
pub fn example() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.ok("init --demo");
    sandbox
}

/// A year with more contributors than there are States.
pub fn crowd() -> Sandbox {
    let (folder, mut ledger) = desk();
    for number in 0..200_u32 {
        let code = format!("Z{number:03}");
        let name = if number % 9 == 0 {
            format!("Contributor {number:03} of the Municipal Associations for Clean Rivers and Quiet Nights")
        } else {
            format!("Contributor {number:03}")
        };
        ledger
            .add_contributor(&ContributorForm { code: code.clone(), name, kind: Some("organisation".into()), ..ContributorForm::default() })
            .expect("a contributor");
        let slip = ledger.pledge(&pledge(&code, &format!("{}.{:02}", 1_000 + number * 37, number % 100), "2017", "2017-02-01")).expect("a pledge");
        if number % 3 != 0 {
            ledger.receive(&receipt(&code, &format!("{}", 500 + number), "2017-05-01")).expect("a receipt");
        }
        if number % 10 == 5 {
            ledger.revise(&change(&slip.subject, Some("900"), "2017-08-01")).expect("a revision");
        }
    }
    drop(ledger);
    Sandbox { folder, clock: "2018-03-01T09:00:00Z" }
}

const FUNDS: [&str; 9] = [
    "add fund MPA 'Sustainable management of marine protected areas' --area MPA",
    "add fund AIR 'Clean Air Partnership, first phase' --area TAP",
    "add fund AIR2 'Emission inventories' --area TAP",
    "add fund SEA 'Amur tiger, Amur leopard and snow leopard' --area NC",
    "add account WON 'Won account' --currency KRW",
    "add contributor CITY 'Incheon Metropolitan City' --kind organisation",
    "add parameter allowance-1-2 20 --from 2010-12-31 --source 'SOM-15 report, para 30'",
    "add parameter allowance-over-3 100 --from 2010-12-31 --source 'SOM-15 report, para 30'",
    "add parameter allowance-disputed 50 --from 2010-12-31 --source 'SOM-15 report, para 30'",
];

/// What happens in each year, and in some of them. `@` is the year.
const EVERY: [&str; 17] = [
    "add rate KRW @-03-01 1100 --source UN",
    "add rate KRW @-05-01 1150.5 --source UN",
    "add rate KRW @-12-01 1190 --source UN",
    "add rate JPY @-05-01 110 --source UN",
    "add rate JPY @-09-01 108.25 --source UN",
    "add rate JPY @-12-01 112 --source UN",
    "pledge CHN 50000 --year @ --due @-06-30 --date @-03-17 --authority 'SOM report, para 9'",
    "pledge KOR 'KRW 110,000,000' --year @ --date @-03-20 --authority 'SOM report, para 9'",
    "pledge JPN 'JPY 2,200,000' --year @ --due @-08-31 --date @-05-10 --authority 'Exchange of notes'",
    "pledge RUS 30000 --year @ --due @-09-30 --date @-03-17 --authority 'SOM report, para 9'",
    "receive CHN 48000 --date @-06-12",
    "receive KOR 'KRW 100,000,000' --account WON --date @-05-12",
    "receive JPN 'JPY 2,000,000' --date @-09-12",
    "receive RUS 30500.50 --date @-07-01",
    "spend CORE 61000 --date @-09-01 --support",
    "interest CORE 81.20 --date @-12-29",
    "in-kind MNG 3000 --services --date @-07-01 --note 'Meeting facilities'",
];
const SOME: [(u16, &str); 16] = [
    (2009, "announce MNG 3000 --year 2009 --date 2009-03-17 --authority 'SOM-14 report, para 9'"),
    (2012, "pledge RUS 120000 --year 2012 --fund MPA --date 2012-03-17 --authority 'SOM-17 report, para 6'"),
    (2012, "receive RUS 100000 --fund MPA --date 2012-06-30"),
    (2013, "spend MPA 40000.40 --date 2013-09-01 --support"),
    (2014, "pledge KOR 'KRW 55,000,000' --year 2014 --fund AIR --date 2014-03-17 --authority 'SOM-18 report, para 9'"),
    (2015, "receive KOR 'KRW 50,000,000' --fund AIR --account WON --date 2015-05-30"),
    (2015, "dispute P-2015-003 'JPY 1,100,000' --date 2015-09-20 --authority 'Letter of 20 September 2015'"),
    (2016, "write-off P-2012-005 5000 --date 2016-11-02 --authority 'SOM-20 report, para 31'"),
    (2016, "pledge CITY 15000 --year 2016 --fund AIR2 --date 2016-03-17 --authority 'Agreement of 2016'"),
    (2016, "receive CITY 20000 --fund AIR2 --date 2016-06-30"),
    (2016, "transfer CORE SEA 5000 --date 2016-08-01"),
    (2017, "pledge MNG 1000 --year 2016 --date 2017-02-02 --authority 'Letter of 2 February 2017'"),
    (2017, "revise P-2017-001 45000 --date 2017-04-02 --authority 'Note verbale of 2 April 2017'"),
    (2017, "pledge CITY 15000 --year 2017 --fund AIR2 --date 2017-03-17 --authority 'Agreement of 2016'"),
    (2017, "apply --advance CITY --to P-2017-006=5000 --date 2017-03-18"),
    (2017, "in-kind JPN 1250 --date 2017-07-01 --note 'Air quality monitors'"),
];

/// Ten years, each closed but the last: three currencies, arrears, advances, a dispute, a write-off, project funds in three areas.
pub fn decade() -> Sandbox {
    let sandbox = Sandbox::with_ledger();
    FUNDS.iter().for_each(|line| drop(sandbox.ok(line)));
    for year in 2008..=2017_u16 {
        EVERY.iter().for_each(|line| drop(sandbox.ok(&line.replace('@', &year.to_string()))));
        SOME.iter().filter(|(of, _)| *of == year).for_each(|(_, line)| drop(sandbox.ok(line)));
        if year < 2017 {
            sandbox.ok(&format!("close {year} --authority 'the Meeting'"));
        }
    }
    sandbox
}
