//! Invented tables as real funds keep them: names that are spelled in many ways, nil rows, revisions down and up, parties that withdrew, pledges that were
//! made late, money that came before its pledge, years too late or too much of it. They go in as files, and every statement of every year is what a model
//! says that knows nothing of double entry.

mod support;

use corefund::ledger::form::{BatchForm, ChangeForm, PapersForm};
use corefund::ledger::{Batch, Ledger, Question};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Cursor;

/// Names as the tables of the United Nations spell them, and as somebody else does.
const NAMES: [(&str, &str); 14] = [
    ("Côte d'Ivoire", "COTE D'IVOIRE"),
    ("Türkiye", "Turkiye"),
    ("Lao People's Democratic Republic", "Lao PDR"),
    ("United Kingdom of Great Britain and Northern Ireland", "U.K."),
    ("Venezuela (Bolivarian Republic of)", "Venezuela"),
    ("Czech Republic", "Czechia"),
    ("Union of Soviet Socialist Republics", "USSR"),
    ("Yugoslavia (former)", "Yugoslavia"),
    ("São Tomé and Príncipe", "Sao Tome & Principe"),
    ("Viet Nam", "Vietnam"),
    ("Åland, Norðurlönd; \"the islands\"", "Aland"),
    ("Federated States of Micronesia", "Micronesia, F.S."),
    ("Ελλάδα", "Greece"),
    ("Saint-Barthélemy/Saint-Martin", "St. Barts"),
];

/// One party's promise for a year, and what became of it; amounts are cents, days are texts.
struct Promise {
    party: usize,
    year: u16,
    /// What was promised, and when that was said.
    amount: i64,
    said: String,
    /// What it was revised to, and when; nothing when the party withdrew.
    revised: Option<(i64, String)>,
    paid: Vec<(i64, String)>,
}

/// Numbers that look like chance and are the same every time.
struct Chance(u64);

impl Chance {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }

    fn day(&mut self, year: u16) -> String {
        format!("{year}-{:02}-{:02}", 1 + self.next(12), 1 + self.next(28))
    }
}

fn promises(parties: usize, years: std::ops::RangeInclusive<u16>, chance: &mut Chance) -> Vec<Promise> {
    let (mut all, last) = (Vec::new(), *years.end());
    for party in 0..parties {
        for year in years.clone() {
            // A nil row: the table has it, the ledger has nothing to record.
            if chance.next(9) == 0 {
                continue;
            }
            let amount = 100 + i64::try_from(chance.next(900_000_000)).unwrap();
            let late = chance.next(20) == 0 && year + 2 <= last;
            let said = if late { chance.day(year + 1) } else { format!("{year}-01-01") };
            let revised = match chance.next(12) {
                0 => Some((amount / 2 + 1, chance.day(year + 1))),
                1 => Some((amount + 12_345, chance.day(year + 1))),
                2 => Some((0, chance.day(year + 2))),
                _ => None,
            }
            .filter(|(_, day)| day[..4].parse::<u16>().unwrap() <= last && *day > said);
            let due = revised.as_ref().map_or(amount, |(revised, _)| *revised);
            let mut paid = Vec::new();
            // Who withdrew paid nothing; of the others some pay at once, some in parts, some many years later, some too much.
            let mut left = due;
            for _ in 0..chance.next(4) {
                let part = if chance.next(2) == 0 { left } else { left / 3 };
                let when = year + u16::try_from(chance.next(2) * chance.next(16)).unwrap();
                if part > 0 && when <= last {
                    paid.push((part, chance.day(when)));
                    left -= part;
                }
            }
            if chance.next(25) == 0 && due > 0 && year > *years.start() {
                paid.push((left, chance.day(year - 1)));
                left = 0;
            }
            // What was revised up is paid when that was said.
            if let Some((to, day)) = revised.as_ref().filter(|(to, _)| *to > amount) {
                paid = vec![(*to, day.clone())];
            }
            paid.retain(|(part, _)| *part > 0);
            assert!(left >= 0);
            all.push(Promise { party, year, amount, said, revised, paid });
        }
    }
    all
}

fn cents(amount: i64) -> String {
    format!("{}.{:02}", amount / 100, amount % 100)
}

fn code(party: usize) -> String {
    let letter = |n: usize| char::from(b'A' + u8::try_from(n % 26).unwrap());
    ['X', letter(party / 26), letter(party)].iter().collect()
}

/// The official name, or, every other time, the other spelling of it.
fn name(party: usize, other: bool) -> String {
    let (official, spelled) = NAMES[party % NAMES.len()];
    let own = party / NAMES.len();
    let named = if other { spelled } else { official };
    if own == 0 { named.to_owned() } else { format!("{named} {own}") }
}

fn row(fields: &[&str]) -> String {
    fields.iter().map(|field| format!("\"{}\"", field.replace('"', "\"\""))).collect::<Vec<_>>().join(",") + "\n"
}

fn import(ledger: &mut Ledger, batch: Batch, text: &str) -> u64 {
    let told = ledger.import(batch, "table.csv", Cursor::new(text.as_bytes()), &BatchForm::default(), &mut |_| {});
    told.unwrap_or_else(|error| panic!("{}: {error:?}", batch.name())).recorded
}

fn enter(ledger: &mut Ledger, parties: usize, promises: &[Promise]) {
    let mut sheet = String::from("code,name,kind,aliases\n");
    for party in 0..parties {
        sheet += &row(&[&code(party), &name(party, false), "state", &name(party, true)]);
    }
    assert_eq!(import(ledger, Batch::Contributors, &sheet), parties as u64);
    import(ledger, Batch::Funds, "code,name\nTABLE,The table\n");
    let mut sheet = String::from("reference,contributor,fund,year,amount,date,authority\n");
    for (place, one) in promises.iter().enumerate() {
        sheet += &row(&[&format!("P{place}"), &name(one.party, place % 2 == 0), "TABLE", &one.year.to_string(), &cents(one.amount), &one.said, "Decision I/1"]);
    }
    assert_eq!(import(ledger, Batch::Pledges, &sheet), promises.len() as u64);
    for (place, one) in promises.iter().enumerate() {
        let Some((to, day)) = &one.revised else { continue };
        let papers = PapersForm { authority: Some("Decision II/7".into()), ..PapersForm::default() };
        let form = ChangeForm { pledge: format!("P{place}"), date: Some(day.clone()), papers, ..ChangeForm::default() };
        let done = if *to == 0 { ledger.withdraw(&form) } else { ledger.revise(&ChangeForm { amount: Some(cents(*to)), ..form }) };
        done.unwrap_or_else(|error| panic!("P{place}: {error:?}"));
    }
    let mut sheet = String::from("reference,contributor,fund,year,amount,date,pledge\n");
    for (place, one) in promises.iter().enumerate() {
        for (part, (amount, day)) in one.paid.iter().enumerate() {
            let directed = if part % 2 == 0 { (one.year.to_string(), String::new()) } else { (String::new(), format!("P{place}")) };
            sheet += &row(&[&format!("R{place}-{part}"), &name(one.party, part % 2 == 1), "TABLE", &directed.0, &cents(*amount), day, &directed.1]);
        }
    }
    assert_eq!(import(ledger, Batch::Receipts, &sheet), promises.iter().map(|one| one.paid.len() as u64).sum::<u64>());
    assert_eq!(import(ledger, Batch::Receipts, &sheet), 0, "the same file again");
}

/// Opening, pledged, adjustments, received for prior years, received for the year, closing: of a party in a year, added up from the table.
fn expected(promises: &[Promise], party: usize, year: u16) -> [i64; 6] {
    let year_of = |day: &str| day[..4].parse::<u16>().unwrap();
    let [mut opening, mut pledged, mut adjusted, mut prior, mut current] = [0; 5];
    for one in promises.iter().filter(|one| one.party == party && one.year <= year) {
        let begins = one.said.clone().max(format!("{}-01-01", one.year));
        match year_of(&begins).cmp(&year) {
            std::cmp::Ordering::Less => opening += one.amount,
            std::cmp::Ordering::Equal if one.year == year => pledged += one.amount,
            std::cmp::Ordering::Equal => adjusted += one.amount,
            std::cmp::Ordering::Greater => {}
        }
        if let Some((to, day)) = &one.revised {
            match year_of(day).cmp(&year) {
                std::cmp::Ordering::Less => opening += to - one.amount,
                std::cmp::Ordering::Equal => adjusted += to - one.amount,
                std::cmp::Ordering::Greater => {}
            }
        }
        for (amount, day) in &one.paid {
            // Money cannot settle what is not promised yet.
            match year_of(day.max(&begins)).cmp(&year) {
                std::cmp::Ordering::Less => opening -= amount,
                std::cmp::Ordering::Equal if one.year == year => current += amount,
                std::cmp::Ordering::Equal => prior += amount,
                std::cmp::Ordering::Greater => {}
            }
        }
    }
    [opening, pledged, adjusted, prior, current, opening + pledged + adjusted - prior - current]
}

fn compare(ledger: &Ledger, parties: usize, years: std::ops::RangeInclusive<u16>, promises: &[Promise]) -> usize {
    let fields = ["opening", "pledged", "adjustments", "received_prior", "received_current", "closing"];
    let minor = |value: &Value| value.as_str().unwrap().replace('.', "").parse::<i64>().unwrap();
    let mut cells = 0;
    for year in years {
        let question = Question { fund: Some("TABLE".into()), ..Question::default() };
        let statement = ledger.statement(&year.to_string(), &question, false).expect("a statement").machine().into_owned();
        let fund = &statement["funds"][0];
        let rows: BTreeMap<&str, &Value> = fund["rows"].as_array().unwrap().iter().map(|row| (row["contributor"].as_str().unwrap(), row)).collect();
        let mut sums = [0; 6];
        for party in 0..parties {
            let wanted = expected(promises, party, year);
            let code = code(party);
            let found = rows.get(code.as_str()).map_or([0; 6], |row| fields.map(|field| minor(&row[field])));
            assert_eq!(found, wanted, "{year} {code}");
            sums.iter_mut().zip(wanted).for_each(|(sum, cell)| *sum += cell);
            cells += 6;
        }
        assert_eq!(fields.map(|field| minor(&fund["total"][field])), sums, "{year}");
        assert!(fund["tie_outs"].as_array().unwrap().iter().all(|tie_out| tie_out["difference"] == "0.00"));
    }
    cells
}

#[test]
fn tables_of_many_parties_and_years_come_out_to_the_cent() {
    for (parties, years, seed) in [(7, 1979..=1998_u16, 1), (55, 2001..=2024, 2)] {
        let promises = promises(parties, years.clone(), &mut Chance(seed));
        let (_folder, mut ledger) = support::desk_on("2025-01-15T09:00:00Z");
        enter(&mut ledger, parties, &promises);
        let cells = compare(&ledger, parties, years.clone(), &promises);
        assert_eq!(cells, parties * years.count() * 6);
        support::assert_verifies(ledger.path());
    }
}

#[test]
fn rows_that_a_ledger_has_nothing_for_are_told_one_by_one_with_a_way_out() {
    let (_folder, mut ledger) = support::desk();
    let sheet = "reference,contributor,year,amount,date,authority\n\
                 T1,China,1990,0,1990-01-01,x\nT2,Czech Republic,1990,5,1990-01-01,x\nT3,Japan,1990,-5.00,1990-01-01,x\nT4,Japan,1990,(5.00),1990-01-01,x\n\
                 T5,Japan,1990,–,1990-01-01,x\nT6,Total,1990,5,1990-01-01,x\nT7,Japan,1990,n.a.,1990-01-01,x\n";
    let told = ledger.import(Batch::Pledges, "t.csv", Cursor::new(sheet.as_bytes()), &BatchForm::default(), &mut |_| {}).expect_err("faults");
    let corefund::Error::Faults(faults) = told else { panic!("{told:?}") };
    let tell = |fault: &corefund::error::Fault| {
        let place = fault.place.as_ref().unwrap();
        format!("{}:{} {}", place.line, place.column, fault.refusal.name())
    };
    let names =
        ["2:4 amount-zero", "3:2 unknown-contributor", "4:4 amount-form", "5:4 amount-form", "6:4 amount-form", "7:2 unknown-contributor", "8:4 amount-form"];
    assert_eq!(faults.iter().map(tell).collect::<Vec<_>>(), names);
    let hints: Vec<String> = faults.iter().filter_map(|fault| fault.refusal.hint()).collect();
    assert!(hints[0].contains("leave") && hints[1].contains("corefund add contributor"), "{hints:?}");
}
