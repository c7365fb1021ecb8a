//! One damaged byte, met through the program itself, as an officer meets it: in the ledger, in a package, a statement or a backup. Every command prints
//! what it would have printed, or refuses and says that the file is damaged; it never panics, and nothing that is damaged passes for proven.
//!
//! `cargo test` tries some bytes; more of them: `COREFUND_DAMAGE_SAMPLE=300 cargo test --release --test damaged_files -- --nocapture`
#![allow(clippy::print_stdout, reason = "tells how much was tried")]

#[path = "support/full_ledger.rs"]
mod full_ledger;
mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use support::Said;
use support::dice::{Dice, number};

/// What an ordinary day asks.
const ASKED: [&str; 12] = [
    "",
    "statement 2017 --format json",
    "statement 2018 --contributor INST --format csv",
    "trial-balance 2018",
    "list pledges",
    "list receipts --format json",
    "show P-2018-003",
    "show R-2019-001",
    "explain 2017 CORE CHN E",
    "journal --format csv",
    "reconcile 2019",
    "export journal --to hledger",
];

/// A way to change a byte.
fn damaged(bytes: &[u8], dice: &mut Dice) -> (Vec<u8>, String) {
    let (at, mut damaged) = (dice.below(bytes.len()), bytes.to_vec());
    match dice.below(3) {
        0 => damaged[at] ^= 0xFF,
        1 => damaged[at] ^= 1 << dice.below(8),
        _ => damaged[at] = if damaged[at] == 0 { 0x41 } else { 0 },
    }
    let told = format!("byte {at}: {:02x} instead of {:02x}", damaged[at], bytes[at]);
    (damaged, told)
}

fn times() -> usize {
    number("COREFUND_DAMAGE_SAMPLE", 12)
}

/// Whether a refusal says that the file is not what it should be.
fn blames_the_file(said: &Said) -> bool {
    matches!(said.code, 5 | 7 | 8) && (said.err.contains("error[") || said.err.contains("{\"error\":")) && !said.err.contains("internal")
}

/// The files of a folder, or nothing where there is none.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let Ok(entries) = fs::read_dir(folder) else { return BTreeMap::new() };
    entries
        .map(|one| one.expect("a file").path())
        .map(|path| (path.file_name().expect("a name").to_string_lossy().into_owned(), fs::read(&path).expect("it is read")))
        .collect()
}

#[test]
fn a_damaged_ledger_prints_what_is_right_or_refuses() {
    let sandbox = full_ledger::make();
    let sound = fs::read(sandbox.ledger()).expect("the ledger");
    let right: Vec<Said> = ASKED.iter().map(|line| sandbox.run(line)).collect();
    assert!(right.iter().all(|said| said.code <= 1 && said.err.is_empty()));
    sandbox.ok("export audit --year 2017 --output sound");
    let package = contents(&sandbox.path("sound"));
    let (mut dice, mut wrong, mut refused, mut answered) = (Dice::new(number("COREFUND_SEED", 5) as u64), Vec::new(), 0, 0);
    for _ in 0..times() {
        let (bytes, told) = damaged(&sound, &mut dice);
        fs::write(sandbox.ledger(), &bytes).expect("the ledger");
        let is_found = !matches!(sandbox.run("verify --quiet").code, 0);
        for (line, right) in ASKED.iter().zip(&right) {
            let said = sandbox.run(line);
            match (said.code, said.out == right.out) {
                (code, true) if code == right.code => answered += 1,
                _ if blames_the_file(&said) && is_found => refused += 1,
                _ => wrong.push(format!("{told}: corefund {line}: {} {}{}", said.code, said.out.chars().take(200).collect::<String>(), said.err)),
            }
        }
        _ = fs::remove_dir_all(sandbox.path("package"));
        let said = sandbox.run("export audit --year 2017 --output package");
        match said.code {
            0 if contents(&sandbox.path("package")) == package => answered += 1,
            _ if blames_the_file(&said) && is_found && !sandbox.path("package").exists() => refused += 1,
            _ => wrong.push(format!("{told}: export audit: {} {}", said.code, said.err)),
        }
        assert!(fs::read(sandbox.ledger()).expect("the ledger") == bytes, "{told}: a report changed the file");
    }
    println!("ledger: {} bytes tried, {answered} answers right, {refused} refused, {} wrong", times(), wrong.len());
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn what_was_handed_out_and_is_damaged_is_not_proven() {
    let sandbox = full_ledger::make();
    for line in
        ["issue 2018 --meeting SOM-23 --output statement.json", "export audit --year 2018 --output package", "export audit --year 2018 --output package.zip"]
    {
        sandbox.ok(line);
    }
    let files: Vec<PathBuf> = contents(&sandbox.path("package")).keys().map(|name| PathBuf::from("package").join(name)).collect();
    let stray = |name: &str| files.iter().find(|file| file.ends_with(name)).expect("a table").clone();
    let mut papers: Vec<(PathBuf, String)> = files.iter().map(|file| (file.clone(), "verify package".to_owned())).collect();
    papers.extend(["receipts.csv", "gl_detail.csv", "statement.csv"].map(|name| (stray(name), format!("verify package/{name}"))));
    papers.push(("statement.json".into(), "verify statement.json".into()));
    papers.push(("package.zip".into(), "verify package.zip".into()));
    let (mut dice, mut wrong, mut found, mut harmless) = (Dice::new(number("COREFUND_SEED", 6) as u64), Vec::new(), 0, 0);
    for (file, line) in &papers {
        assert_eq!(sandbox.run(line).code, 0, "{line}");
        let path = sandbox.path(&file.to_string_lossy());
        let sound = fs::read(&path).expect("it is read");
        for _ in 0..times().div_ceil(6) {
            let (bytes, told) = damaged(&sound, &mut dice);
            fs::write(&path, &bytes).expect("it is written");
            let said = sandbox.run(line);
            match said.code {
                // In a zip file there are bytes that mean nothing: dates, and a name's second copy.
                0 if line.ends_with(".zip") && unpacked(&bytes) == unpacked(&sound) => harmless += 1,
                5 | 8 if !said.err.contains("[internal]") => found += 1,
                code => wrong.push(format!("{}, {told}: {line}: {code} {}{}", file.display(), said.out.chars().take(300).collect::<String>(), said.err)),
            }
        }
        fs::write(&path, &sound).expect("it is written");
    }
    println!("handed out: {found} found, {harmless} harmless, {} wrong", wrong.len());
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// What a zip file holds.
fn unpacked(bytes: &[u8]) -> Option<BTreeMap<String, Vec<u8>>> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).ok()?;
    let mut held = BTreeMap::new();
    for place in 0..archive.len() {
        let (mut member, mut text) = (archive.by_index(place).ok()?, Vec::new());
        std::io::Read::read_to_end(&mut member, &mut text).ok()?;
        held.insert(member.name().ok()?.into_owned(), text);
    }
    Some(held)
}

#[test]
fn no_ledger_is_made_of_a_damaged_backup_unless_it_is_proven() {
    let sandbox = full_ledger::make();
    sandbox.ok("backup backup.db");
    let seal = sandbox.json("verify")["seal"].clone();
    let sound = fs::read(sandbox.path("backup.db")).expect("the backup");
    let (mut dice, mut refused, mut restored) = (Dice::new(number("COREFUND_SEED", 7) as u64), 0, 0);
    for _ in 0..times() {
        let (bytes, told) = damaged(&sound, &mut dice);
        fs::write(sandbox.path("backup.db"), &bytes).expect("the backup");
        let said = sandbox.run("restore backup.db --to restored.db");
        if said.code == 0 {
            restored += 1;
            assert_eq!(sandbox.json("verify --ledger restored.db")["seal"], seal, "{told}");
            fs::remove_file(sandbox.path("restored.db")).expect("it goes");
        } else {
            refused += 1;
            assert!(blames_the_file(&said), "{told}: {} {}", said.code, said.err);
            assert!(!sandbox.path("restored.db").exists(), "{told}");
        }
        let behind = sandbox.run("doctor --backup backup.db");
        assert!(matches!(behind.code, 0 | 1) && behind.err.is_empty(), "{told}: {}", behind.err);
        assert!(fs::read(sandbox.path("backup.db")).expect("the backup") == bytes, "{told}: the backup changed");
    }
    println!("backup: {refused} refused, {restored} restored and proven");
}
