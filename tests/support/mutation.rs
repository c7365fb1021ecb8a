//! Mutation: files of a corpus changed at random, from a seed, a fixed number of times or until the time is up.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Parsers that share the time of a run.
const PARSERS: u32 = 10;

/// How many changed files are tried of each parser when no time is given: the same on every computer.
const TRIES: u64 = 500;

/// The longest that one input may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// A plain multiplicative generator: the same numbers on every machine.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        Random(seed ^ 0x2545_F491_4F6C_DD1D)
    }

    pub fn next(&mut self) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits")
    }

    pub fn below(&mut self, bound: usize) -> usize {
        self.next() % bound.max(1)
    }

    pub fn of<'t, T>(&mut self, from: &'t [T]) -> &'t T {
        &from[self.below(from.len())]
    }
}

/// Pieces that mean something to one parser or another.
const WORDS: [&[u8]; 44] = [
    b"0", b"-1", b"00", b"9223372036854775807", b"92233720368547758.08", b"1e9", b"0.005", b",", b".", b"\"", b"\"\"", b"'", b"\n", b"\r\n", b"\r", b"\t",
    b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\xe2\x80\xae", b"\x1b[2J", b"\xc2\x9b31m", b"=1+1", b"@SUM(A1)", b"USD", b"KRW", b"XXX", b"CHN", b"2017-02-30",
    b"9999-12-31", b"../../etc/passwd", b"<!DOCTYPE a [<!ENTITY b \"c\">]>", b"&b;", b"<![CDATA[", b"]]>", b"</Amt>", b":61:", b"{4:", b"-}", b"<STMTTRN>",
    b"C", b"D", b"[[match]]", b"\xd9\xa3",
];

fn mutated(random: &mut Random, corpus: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = random.of(corpus).clone();
    for _ in 0..=random.below(4) {
        let (at, length) = (random.below(bytes.len() + 1), random.below(12));
        let end = (at + length).min(bytes.len());
        match random.below(9) {
            0 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
            1 if at < bytes.len() => bytes[at] = u8::try_from(random.below(256)).expect("a byte"),
            2 => _ = bytes.drain(at..end),
            3 => {
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
            4 => bytes.truncate(at),
            5 => {
                let other = random.of(corpus);
                let from = random.below(other.len() + 1);
                bytes.truncate(at);
                bytes.extend_from_slice(&other[from..]);
            }
            6 => {
                // A digit for a digit: still well formed, another amount.
                let digits: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at].is_ascii_digit()).collect();
                if !digits.is_empty() {
                    bytes[*random.of(&digits)] = b'0' + u8::try_from(random.below(10)).expect("a digit");
                }
            }
            7 => {
                let lines: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at] == b'\n').collect();
                if lines.len() > 1 {
                    let (one, other) = (*random.of(&lines), *random.of(&lines));
                    let piece = bytes[one.min(other)..one.max(other)].to_vec();
                    bytes.splice(at..at, piece);
                }
            }
            _ => _ = bytes.splice(at..at, random.of(&WORDS).iter().copied()),
        }
    }
    bytes.truncate(1 << 16);
    bytes
}

/// The files of folders, in the order of their names.
pub fn corpus(folders: &[&str]) -> Vec<Vec<u8>> {
    let mut files: Vec<PathBuf> = Vec::new();
    for folder in folders {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        files.extend(std::fs::read_dir(&folder).unwrap_or_else(|cause| panic!("{}: {cause}", folder.display())).map(|entry| entry.expect("an entry").path()));
    }
    files.sort();
    files.iter().filter(|file| file.is_file()).map(|file| std::fs::read(file).expect("a file of the corpus")).collect()
}

/// Reads the corpus as it is, and then changed at random. `read` panics on what is wrong.
pub fn fuzz(name: &str, corpus: &[Vec<u8>], mut read: impl FnMut(&[u8])) {
    let given = |name: &str| std::env::var(name).ok().and_then(|value| value.parse::<u64>().ok());
    let time = given("COREFUND_FUZZ_SECONDS").map(|seconds| Duration::from_secs(seconds) / PARSERS);
    let seed = given("COREFUND_FUZZ_SEED").unwrap_or(20_170_317);
    let (mut random, begun, mut tried) = (Random::new(seed), Instant::now(), 0_u64);
    let mut one = |bytes: &[u8]| {
        let at = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| read(bytes)));
        if outcome.is_err() || at.elapsed() > PATIENCE {
            keep(name, bytes);
            panic!("{name}, seed {seed}, after {:?}: {}", at.elapsed(), bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
        }
    };
    corpus.iter().for_each(|bytes| one(bytes));
    while time.map_or(tried < TRIES, |time| begun.elapsed() < time) {
        one(&mutated(&mut random, corpus));
        tried += 1;
    }
    println!("{name}: {} of the corpus, {tried} changed, seed {seed}, {:?}", corpus.len(), begun.elapsed());
}

fn keep(name: &str, bytes: &[u8]) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/fuzz");
    _ = std::fs::create_dir_all(&folder);
    _ = std::fs::write(folder.join(format!("{name}-{}", bytes.len())), bytes);
}
