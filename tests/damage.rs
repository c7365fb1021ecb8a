//! Damage: bytes flipped and zeroed, files cut, pages swapped or put back from an older state. It is found by `verify` or does no harm; no report
//! prints a wrong figure, no command decides on one; nothing panics and nothing hangs.
//!
//! `cargo test` tries a sample, of which everything is asked. All of it: `COREFUND_DAMAGE=all cargo test --release --test damage -- --nocapture`.
//! Every byte is verified then. Asked is what reads the page of the byte: the other questions answer as ever, because a question reads the file and
//! nothing else, and as long as it has not read the page, it cannot know what stands there. Which page is read by which is recorded, and the sample
//! checks it. Asked is of every fifth byte that `verify` finds, of every thirty-first that it finds nothing of, and of all the latter in a page
//! together; of every one, which takes hours, with `COREFUND_DAMAGE=every`. `COREFUND_DAMAGE_KIND` and `COREFUND_DAMAGE_PAGE` choose a kind and a page.
#![allow(clippy::print_stdout, reason = "tells how much was tried")]

#[path = "support/full_ledger.rs"]
mod full_ledger;
#[path = "support/page_reads.rs"]
mod page_reads;
#[path = "support/questions.rs"]
mod questions;
mod support;

use corefund::Error;
use corefund::ledger::Ledger;
use questions::Ask;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{Display, Formatter};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use support::dice::{self, Dice};

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

impl Damage {
    /// The place of the one byte that is damaged; none where more are.
    fn byte(self) -> Option<usize> {
        if let Damage::Turned(at) | Damage::Bit(at, _) | Damage::Zeroed(at) = self { Some(at) } else { None }
    }
}

/// How much is asked of a damaged ledger.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    /// Everything.
    Everything,
    /// What reads the damaged page: of one byte of so many that `verify` finds, and of so many that it finds nothing of.
    Readers(usize, usize),
}

/// Numbers that no structure of a page has. `COREFUND_SEED` says which of the five and the thirty-one.
const ONE_OF: Asked = Asked::Readers(5, 31);

/// A ledger, how it was some commands ago, and what it answers.
struct Subject {
    sound: Vec<u8>,
    older: Vec<u8>,
    page: usize,
    asks: Vec<Ask>,
    answers: Vec<String>,
    /// The questions that read each page, by their places; none where it is not known.
    readers: Option<Vec<BTreeSet<usize>>>,
}

/// What came of damaging it.
#[derive(Default, Debug)]
struct Tally {
    tried: usize,
    /// `verify` had findings, or the file was refused.
    found: usize,
    /// `verify` found nothing, and every answer was right.
    harmless: usize,
    /// How many were asked.
    asked: usize,
    /// The bytes that `verify` finds nothing of, and of which nothing was asked.
    together: Vec<usize>,
    answers: usize,
    refused: usize,
    /// Not asked, because the damaged page is not read for it.
    untouched: usize,
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
        let (place, asks) = (Place::new(&sound), questions::everything());
        let mut ledger = questions::open(&place.ledger).expect("it opens");
        let answers: Vec<String> = asks.iter().map(|ask| ask.of(&mut ledger).unwrap_or_else(|error| panic!("{}: {error}", ask.name))).collect();
        drop(ledger);
        assert!(verify(&place.ledger).is_ok());
        let readers = page_reads::readers(&place.ledger, page);
        assert!(place.is(&sound), "what was decided was kept");
        Subject { sound, older, page, asks, answers, readers }
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
    folder: tempfile::TempDir,
    ledger: PathBuf,
}

impl Place {
    fn new(bytes: &[u8]) -> Place {
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.expect("a temporary folder");
        let ledger = folder.path().join("ledger.db");
        let place = Place { folder, ledger };
        place.put(bytes);
        place
    }

    fn put(&self, bytes: &[u8]) {
        std::fs::write(&self.ledger, bytes).expect("the ledger is written");
    }

    /// Whether the ledger has these bytes, and nothing lies beside it.
    fn is(&self, bytes: &[u8]) -> bool {
        std::fs::read(&self.ledger).is_ok_and(|there| there == bytes) && std::fs::read_dir(self.folder.path()).expect("the folder").count() == 1
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
    fn try_one(&mut self, subject: &Subject, place: &Place, damage: Damage, asked: Asked) {
        let bytes = subject.damaged(damage);
        if bytes != subject.sound {
            self.try_bytes(subject, place, &format!("{damage:?}"), &bytes, damage.byte(), asked);
        }
    }

    /// Verifies a damaged ledger and asks it. `byte` lies in the page that alone is damaged, if there is one.
    fn try_bytes(&mut self, subject: &Subject, place: &Place, damage: &str, bytes: &[u8], byte: Option<usize>, asked: Asked) {
        self.tried += 1;
        place.put(bytes);
        let begun = Instant::now();
        match catch_unwind(AssertUnwindSafe(|| verify(&place.ledger))) {
            Err(_) => self.wrong.push(format!("{damage}: verify panicked")),
            Ok(verified) => {
                *(if verified.is_ok() { &mut self.harmless } else { &mut self.found }) += 1;
                let is_one_of = |at: usize, of: usize| (at + dice::number("COREFUND_SEED", 0)).is_multiple_of(of);
                match (byte, asked) {
                    (Some(at), Asked::Readers(of, _)) if verified.is_err() && !is_one_of(at, of) => {}
                    (Some(at), Asked::Readers(_, of)) if verified.is_ok() && !is_one_of(at, of) => self.together.push(at),
                    _ => {
                        self.asked += 1;
                        let readers = byte.and_then(|at| Some(&subject.readers.as_ref()?[at / subject.page]));
                        if catch_unwind(AssertUnwindSafe(|| self.ask(subject, place, damage, readers, asked, &verified))).is_err() {
                            self.wrong.push(format!("{damage}: a command panicked"));
                        }
                    }
                }
            }
        }
        self.slowest = self.slowest.max(begun.elapsed());
        if begun.elapsed() > Duration::from_secs(30) {
            self.wrong.push(format!("{damage}: took {:?}", begun.elapsed()));
        }
    }

    /// All bytes of a page at once that were not asked about alone, and some halves of them.
    fn try_together(&mut self, subject: &Subject, kind: &str, dice: &mut Dice) {
        let places = std::mem::take(&mut self.together);
        let pages: BTreeSet<usize> = places.iter().map(|at| at / subject.page).collect();
        let place = Place::new(&subject.sound);
        for page in pages {
            for half in 0..5 {
                let mut bytes = subject.sound.clone();
                for at in places.iter().filter(|at| *at / subject.page == page) {
                    if half == 0 || dice.one_in(2) {
                        bytes[*at] = if kind == "bytes zeroed" { 0 } else { bytes[*at] ^ 0xFF };
                    }
                }
                self.try_bytes(subject, &place, &format!("{kind} together in page {page}, {half}"), &bytes, Some(page * subject.page), Asked::Readers(1, 1));
            }
        }
    }

    fn ask(&mut self, subject: &Subject, place: &Place, damage: &str, readers: Option<&BTreeSet<usize>>, asked: Asked, verified: &Result<(), String>) {
        let reads = |number: usize| readers.is_none_or(|readers| readers.contains(&number));
        let mut ledger = match questions::open(&place.ledger) {
            Ok(ledger) => ledger,
            Err(error) => {
                self.refused += subject.asks.len();
                if !blames_the_file(&error) || verified.is_ok() || readers.is_some_and(|readers| readers.len() < subject.asks.len()) {
                    self.wrong.push(format!("{damage}: does not open ({error}), and verify said {verified:?}"));
                }
                return;
            }
        };
        for (number, (ask, right)) in subject.asks.iter().zip(&subject.answers).enumerate() {
            if asked != Asked::Everything && !reads(number) {
                self.untouched += 1;
                continue;
            }
            let name = ask.name;
            match ask.of(&mut ledger) {
                Ok(said) if said == *right => self.answers += 1,
                Ok(said) => self.wrong.push(format!("{damage}: {name} answered wrongly ({verified:?}): {}", difference(right, &said))),
                Err(error) if blames_the_file(&error) && verified.is_err() && reads(number) => self.refused += 1,
                Err(error) => self.wrong.push(format!("{damage}: {name} said {error}, and verify {verified:?}")),
            }
        }
    }

    fn add(&mut self, other: Tally) {
        self.tried += other.tried;
        self.found += other.found;
        self.harmless += other.harmless;
        self.asked += other.asked;
        self.together.extend(other.together);
        self.answers += other.answers;
        self.refused += other.refused;
        self.untouched += other.untouched;
        self.slowest = self.slowest.max(other.slowest);
        self.wrong.extend(other.wrong);
    }
}

impl Display for Tally {
    fn fmt(&self, out: &mut Formatter<'_>) -> std::fmt::Result {
        let Tally { tried, found, harmless, asked, answers, refused, untouched, wrong, slowest, .. } = self;
        write!(out, "{tried} tried, {found} found by verify, {harmless} harmless; {asked} asked: {answers} answers right, {refused} refused, ")?;
        write!(out, "{untouched} do not read the page, {} wrong; slowest {slowest:?}", wrong.len())
    }
}

/// Where two texts begin to differ.
fn difference(right: &str, said: &str) -> String {
    let at = right.bytes().zip(said.bytes()).position(|(one, other)| one != other).unwrap_or(right.len().min(said.len()));
    let piece = |text: &str| text.bytes().skip(at.saturating_sub(60)).take(120).map(char::from).collect::<String>();
    format!("…{}… not …{}…", piece(said), piece(right))
}

/// Tries damages on as many threads as there are processors.
fn try_all(subject: &Subject, damages: &[Damage], asked: Asked) -> Tally {
    let (next, whole) = (AtomicUsize::new(0), Mutex::new(Tally::default()));
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let (place, mut tally) = (Place::new(&subject.sound), Tally::default());
                while let Some(damage) = damages.get(next.fetch_add(1, Ordering::Relaxed)) {
                    tally.try_one(subject, &place, *damage, asked);
                }
                whole.lock().expect("a thread panicked").add(tally);
            });
        }
    });
    whole.into_inner().expect("a thread panicked")
}

/// A sample of `most`, the same every time; all where there are no more.
fn sample(damages: Vec<Damage>, most: usize) -> Vec<Damage> {
    if damages.len() <= most {
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
    let asked = match std::env::var("COREFUND_DAMAGE").as_deref() {
        Ok("all") => ONE_OF,
        Ok("every") => Asked::Readers(1, 1),
        _ => Asked::Everything,
    };
    let usual = if asked == Asked::Everything { 7 } else { usize::MAX };
    let most = std::env::var("COREFUND_DAMAGE_SAMPLE").ok().and_then(|most| most.parse().ok()).unwrap_or(usual);
    let page = std::env::var("COREFUND_DAMAGE_PAGE").ok().and_then(|page| page.parse::<usize>().ok());
    let in_page = |damage: &Damage| page.is_none_or(|page| damage.byte().is_some_and(|at| at / subject.page == page));
    let (mut wrong, mut dice) = (Vec::new(), Dice::new(1));
    for (kind, mut damages) in kinds(&subject).into_iter().filter(|(kind, _)| only.as_deref().is_none_or(|only| *kind == only)) {
        damages.retain(in_page);
        let (begun, mut tally, mut together, damages) = (Instant::now(), Tally::default(), Tally::default(), sample(damages, most));
        let mut left = damages.len();
        for part in damages.chunks(subject.page) {
            tally.add(try_all(&subject, part, asked));
            left -= part.len();
            if left > 0 {
                println!("  {kind}: {} tried, {left} left, {} found, {} wrong, {:?}", tally.tried, tally.found, tally.wrong.len(), begun.elapsed());
            }
        }
        together.together = std::mem::take(&mut tally.together);
        together.try_together(&subject, kind, &mut dice);
        println!("{kind}: {tally}; {:?} in all", begun.elapsed());
        if together.tried > 0 {
            println!("  together: {together}");
        }
        wrong.extend(tally.wrong.into_iter().chain(together.wrong));
    }
    _ = std::panic::take_hook();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.iter().take(40).cloned().collect::<Vec<_>>().join("\n"));
}

/// SQLite searches by the order of keys. One that is out of order may lead to a row of something else, whole as it is.
#[test]
fn a_damaged_key_never_leads_to_another_ones_row() {
    let subject = Subject::new();
    let place = Place::new(&subject.sound);
    let client = rusqlite::Connection::open(&place.ledger).expect("it opens");
    let mut damages = Vec::new();
    for name in ["standing", "holding", "line_by_receipt", "line_by_pledge"] {
        let root: u32 = client.query_row("SELECT rootpage FROM sqlite_schema WHERE name = ?", [name], |row| row.get(0)).expect("a page");
        let page = (root as usize - 1) * subject.page;
        // Numbers of pledges and receipts: the year, and six digits.
        let is_key = |at: &usize| (2017..2020).contains(&(u32::from_be_bytes(subject.sound[*at..*at + 4].try_into().expect("four bytes")) / 1_000_000));
        damages.extend((page..page + subject.page - 4).filter(is_key).map(|at| Damage::Turned(at + 1)));
    }
    assert!(damages.len() > 50, "{}", damages.len());
    let tally = try_all(&subject, &damages, Asked::Readers(1, 1));
    assert!(tally.wrong.is_empty(), "{:#?}", tally.wrong);
}

/// The seal of a statement as it was known then is the hash of a record within the chain; `questions.rs` asks for that of record 30.
#[test]
fn a_seal_of_then_is_printed_only_when_it_is_proven() {
    let subject = Subject::new();
    let place = Place::new(&subject.sound);
    let client = rusqlite::Connection::open(&place.ledger).expect("it opens");
    let hash: [u8; 32] = client.query_row("SELECT hash FROM record WHERE number = 30", [], |row| row.get(0)).expect("a hash");
    let places = subject.sound.windows(32).enumerate().filter(|(_, window)| *window == hash);
    let damages: Vec<Damage> = places.flat_map(|(at, _)| [Damage::Turned(at), Damage::Turned(at + 31)]).collect();
    assert!(!damages.is_empty());
    let tally = try_all(&subject, &damages, Asked::Readers(1, 1));
    assert!(tally.wrong.is_empty(), "{:#?}", tally.wrong);
}

#[test]
#[ignore = "a part of the test above, in a process of its own"]
fn what_each_answer_reads() {
    page_reads::be_the_other_process();
}
