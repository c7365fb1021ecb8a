//! Damage: bytes flipped and zeroed, files cut, pages swapped or put back from an older state. It is found by `verify` or does no harm; no report
//! prints a wrong figure, no command decides on one; nothing panics and nothing hangs.
//!
//! `cargo test` tries a sample. All of it: `COREFUND_DAMAGE=all cargo test --release --test damage -- --nocapture`
#![allow(clippy::print_stdout, reason = "tells how much was tried")]

#[path = "support/full_ledger.rs"]
mod full_ledger;
mod support;

use corefund::Error;
use corefund::ledger::Ledger;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// A way to damage a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Damage {
    /// All bits of a byte are turned.
    Turned(usize),
    /// One bit of a byte is turned.
    Bit(usize, u8),
    /// A byte is zeroed.
    Zeroed(usize),
    /// The file ends here.
    Cut(usize),
    /// Two pages change places.
    Swapped(usize, usize),
    /// A page is as it was before the last commands.
    Stale(usize),
    /// A page holds nothing but zeros.
    Blank(usize),
}

/// A ledger, how it was some commands ago, and what it answers.
struct Subject {
    sound: Vec<u8>,
    older: Vec<u8>,
    page: usize,
    answers: Vec<(&'static str, String)>,
}

/// What came of damaging it.
#[derive(Default, Debug)]
struct Tally {
    tried: usize,
    /// `verify` had findings, or the file was refused.
    found: usize,
    /// `verify` found nothing, and every answer was right.
    harmless: usize,
    answers: usize,
    refused: usize,
    slowest: Duration,
    wrong: Vec<String>,
}

impl Subject {
    fn new() -> Subject {
        let sandbox = full_ledger::make();
        let older = std::fs::read(sandbox.ledger()).expect("the ledger is read");
        sandbox.ok("receive INST 77 --date 2019-01-30 --reference LAST");
        sandbox.ok("spend CORE 5 --date 2019-01-31 --reference LAST-SPENT");
        sandbox.ok("pledge PRK 12 --year 2019 --date 2019-01-31 --authority Letter");
        sandbox.ok("reverse J-000060 --reason 'another mistake'");
        let sound = std::fs::read(sandbox.ledger()).expect("the ledger is read");
        let page = usize::from(u16::from_be_bytes([sound[16], sound[17]]));
        // The answers are those of a ledger of the name that the damaged ones have.
        let place = Place::new();
        place.put(&sound);
        let answers = full_ledger::ask_everything(&place.ledger).expect("it opens");
        let unanswered: Vec<_> = answers.iter().filter_map(|(name, answer)| answer.as_ref().err().map(|error| format!("{name}: {error}"))).collect();
        assert!(unanswered.is_empty(), "{unanswered:#?}");
        let answers = answers.into_iter().filter_map(|(name, answer)| Some((name, answer.ok()?))).collect();
        assert!(verify(&place.ledger).is_ok());
        Subject { sound, older, page, answers }
    }

    fn pages(&self) -> usize {
        self.sound.len() / self.page
    }

    fn damaged(&self, damage: Damage) -> Vec<u8> {
        let (mut bytes, page) = (self.sound.clone(), self.page);
        match damage {
            Damage::Turned(at) => bytes[at] ^= 0xFF,
            Damage::Bit(at, bit) => bytes[at] ^= 1 << bit,
            Damage::Zeroed(at) => bytes[at] = 0,
            Damage::Cut(at) => bytes.truncate(at),
            Damage::Swapped(one, other) => (0..page).for_each(|byte| bytes.swap(one * page + byte, other * page + byte)),
            Damage::Stale(one) => bytes[one * page..(one + 1) * page].copy_from_slice(&self.older[one * page..(one + 1) * page]),
            Damage::Blank(one) => bytes[one * page..(one + 1) * page].fill(0),
        }
        bytes
    }
}

/// A folder in memory where there is one, with a ledger in it.
struct Place {
    _folder: tempfile::TempDir,
    ledger: PathBuf,
}

impl Place {
    fn new() -> Place {
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.expect("a temporary folder");
        let ledger = folder.path().join("ledger.db");
        Place { _folder: folder, ledger }
    }

    fn put(&self, bytes: &[u8]) {
        std::fs::write(&self.ledger, bytes).expect("the ledger is written");
    }
}

/// Nothing when every check holds, else what was found first.
fn verify(ledger: &Path) -> Result<(), String> {
    let outcome = Ledger::verify(ledger, &[]).map_err(|error| error.to_string())?;
    outcome.checks.iter().find_map(|check| check.findings.first()).map_or(Ok(()), |finding| Err(finding.clone()))
}

/// Whether an error says that the file is not what it should be, and not that the officer is wrong.
fn blames_the_file(error: &Error) -> bool {
    matches!(error, Error::Damaged { .. } | Error::Untied { .. } | Error::Foreign { .. } | Error::Surroundings { .. } | Error::Busy { .. })
}

impl Tally {
    fn try_one(&mut self, subject: &Subject, place: &Place, damage: Damage, answers: bool) {
        let bytes = subject.damaged(damage);
        if bytes == subject.sound {
            return;
        }
        self.tried += 1;
        place.put(&bytes);
        let begun = Instant::now();
        let verified = catch_unwind(AssertUnwindSafe(|| verify(&place.ledger)));
        let asked = answers.then(|| catch_unwind(AssertUnwindSafe(|| full_ledger::ask_everything(&place.ledger))));
        self.slowest = self.slowest.max(begun.elapsed());
        let Ok(verified) = verified else { return self.wrong.push(format!("{damage:?}: verify panicked")) };
        match &verified {
            Ok(()) => self.harmless += 1,
            Err(_) => self.found += 1,
        }
        match asked {
            None => {}
            Some(Err(_)) => self.wrong.push(format!("{damage:?}: a command panicked")),
            Some(Ok(Err(error))) => {
                self.refused += subject.answers.len();
                if !blames_the_file(&error) || verified.is_ok() {
                    self.wrong.push(format!("{damage:?}: does not open ({error}), and verify said {verified:?}"));
                }
            }
            Some(Ok(Ok(said))) => {
                for ((name, right), (_, said)) in subject.answers.iter().zip(said) {
                    match said {
                        Ok(said) if said == *right => self.answers += 1,
                        Ok(said) => self.wrong.push(format!("{damage:?}: {name} answered wrongly ({verified:?}): {}", difference(right, &said))),
                        Err(error) if blames_the_file(&error) && verified.is_err() => self.refused += 1,
                        Err(error) => self.wrong.push(format!("{damage:?}: {name} said {error}, and verify {verified:?}")),
                    }
                }
            }
        }
        if begun.elapsed() > Duration::from_secs(30) {
            self.wrong.push(format!("{damage:?}: took {:?}", begun.elapsed()));
        }
    }

    fn add(&mut self, other: Tally) {
        self.tried += other.tried;
        self.found += other.found;
        self.harmless += other.harmless;
        self.answers += other.answers;
        self.refused += other.refused;
        self.slowest = self.slowest.max(other.slowest);
        self.wrong.extend(other.wrong);
    }
}

/// Where two texts begin to differ.
fn difference(right: &str, said: &str) -> String {
    let at = right.bytes().zip(said.bytes()).position(|(one, other)| one != other).unwrap_or(right.len().min(said.len()));
    let piece = |text: &str| text.bytes().skip(at.saturating_sub(60)).take(120).map(char::from).collect::<String>();
    format!("…{}… not …{}…", piece(said), piece(right))
}

/// Tries damages on as many threads as there are processors.
fn try_all(subject: &Subject, damages: &[Damage], answers: bool) -> Tally {
    let (next, whole) = (AtomicUsize::new(0), Mutex::new(Tally::default()));
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let (place, mut tally) = (Place::new(), Tally::default());
                while let Some(damage) = damages.get(next.fetch_add(1, Ordering::Relaxed)) {
                    tally.try_one(subject, &place, *damage, answers);
                }
                whole.lock().expect("a thread panicked").add(tally);
            });
        }
    });
    whole.into_inner().expect("a thread panicked")
}

/// Whether everything is tried, or a sample.
fn everything() -> bool {
    std::env::var_os("COREFUND_DAMAGE").is_some_and(|wanted| wanted == "all")
}

/// A sample of `most`, the same every time; all where everything is tried.
fn sample(damages: Vec<Damage>, most: usize) -> Vec<Damage> {
    if everything() || damages.len() <= most {
        return damages;
    }
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).expect("31 bits")
    };
    (0..most).map(|_| damages[next() % damages.len()]).collect()
}

/// Every damage of a kind.
fn kinds(subject: &Subject) -> BTreeMap<&'static str, Vec<Damage>> {
    let (length, pages) = (subject.sound.len(), subject.pages());
    let stale = (0..pages).filter(|page| subject.older.len() >= (page + 1) * subject.page);
    BTreeMap::from([
        ("bytes turned", (0..length).map(Damage::Turned).collect()),
        ("bytes with a bit turned", (0..length).map(|at| Damage::Bit(at, u8::try_from(at * 5 % 8).expect("a bit"))).collect()),
        ("bytes zeroed", (0..length).map(Damage::Zeroed).collect()),
        ("files cut", (0..pages).map(|page| page * subject.page).chain((1..length).step_by(97)).map(Damage::Cut).collect()),
        ("pages swapped", (0..pages).flat_map(|one| (one + 1..pages).map(move |other| Damage::Swapped(one, other))).collect()),
        ("pages put back", stale.map(Damage::Stale).collect()),
        ("pages blank", (0..pages).map(Damage::Blank).collect()),
    ])
}

#[test]
fn damage_is_found_or_harmless_and_no_figure_is_wrong() {
    let subject = Subject::new();
    std::panic::set_hook(Box::new(|_| ()));
    let only = std::env::var("COREFUND_DAMAGE_KIND").ok();
    let mut wrong = Vec::new();
    for (kind, damages) in kinds(&subject).into_iter().filter(|(kind, _)| only.as_deref().is_none_or(|only| *kind == only)) {
        let most = std::env::var("COREFUND_DAMAGE_SAMPLE").ok().and_then(|most| most.parse().ok()).unwrap_or(7);
        let begun = Instant::now();
        let tally = try_all(&subject, &sample(damages, most), true);
        let Tally { tried, found, harmless, answers, refused, slowest, .. } = &tally;
        println!(
            "{kind}: {tried} tried, {found} found by verify, {harmless} harmless; {answers} answers right, {refused} refused, {} wrong; slowest {slowest:?}, {:?} in all",
            tally.wrong.len(),
            begun.elapsed()
        );
        wrong.extend(tally.wrong);
    }
    _ = std::panic::take_hook();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.iter().take(40).cloned().collect::<Vec<_>>().join("\n"));
}
