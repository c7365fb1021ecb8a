//! Programs as they are run: how long, on how much of a processor, in how much memory. Linux tells; elsewhere only the clock does.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What a run took.
#[derive(Clone, Copy, Default)]
pub struct Cost {
    pub wall: Duration,
    /// User and system time of the program and its children; to a hundredth of a second, so that short ones are run many times.
    pub cpu: Duration,
    /// The most memory that it held, in KiB; 0 where nobody tells.
    pub memory: u64,
}

impl Cost {
    /// Seconds with three decimals, of the processor.
    pub fn seconds(&self) -> String {
        seconds(self.cpu)
    }
}

pub fn seconds(of: Duration) -> String {
    format!("{}.{:03}", of.as_secs(), of.subsec_millis())
}

/// `one` in hundredths of `other`, as a factor.
pub fn factor(one: Duration, other: Duration) -> String {
    let hundredths = one.as_micros() * 100 / other.as_micros().max(1);
    format!("{}.{:02} x", hundredths / 100, hundredths % 100)
}

/// Runs a program `times` times and answers what one run took; the output goes nowhere.
pub fn run(command: &mut Command, times: u32) -> Cost {
    let (mut cost, before, start) = (Cost::default(), children(), Instant::now());
    for _ in 0..times {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the program starts");
        let status = format!("/proc/{}/status", child.id());
        while child.try_wait().expect("the program can be waited for").is_none() {
            cost.memory = cost.memory.max(peak(Path::new(&status)));
            std::thread::sleep(Duration::from_millis(if times > 1 { 1 } else { 10 }));
        }
        let done = child.wait_with_output().expect("the program ends");
        // A report that finds something says so with 1.
        assert!(matches!(done.status.code(), Some(0 | 1)), "{command:?}: {}", String::from_utf8_lossy(&done.stderr));
    }
    cost.wall = start.elapsed() / times;
    cost.cpu = (children() - before) / times;
    cost
}

/// The processor time of this thread so far.
pub fn own() -> Duration {
    let told = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = told.split(' ').next().and_then(|first| first.parse().ok()).unwrap_or_default();
    Duration::from_nanos(nanoseconds)
}

/// The processor time of all programs that were run so far.
fn children() -> Duration {
    let told = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = told.rsplit(')').next().unwrap_or_default();
    let ticks: u64 = after_name.split_whitespace().skip(13).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

fn peak(status: &Path) -> u64 {
    let told = fs::read_to_string(status).unwrap_or_default();
    let line = told.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}
