//! Pages of the documents, typed as they stand. A ```console block holds commands after `$ ` and what they print, standard error among it; a
//! ```sh block holds commands whose output is not shown. All blocks of a page run in one fresh folder, in a real shell, in their order.
//! `<!-- run: COMMAND -->` prepares something that readers need not see, `<!-- clock: TIME -->` says what time it is.
#![allow(dead_code, reason = "each test binary uses its part")]

use super::Sandbox;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

/// The folder that the pages speak of.
const FOLDER: &str = "/home/officer";

/// A page that is being typed.
struct Desk {
    sandbox: Sandbox,
    clock: String,
    exported: Vec<(String, String)>,
}

/// What the page would be, were its blocks printed today; and where commands that should have succeeded did not.
pub struct Typed {
    pub text: String,
    pub commands: usize,
    pub failures: Vec<String>,
}

/// Types a page.
pub fn type_page(text: &str) -> Typed {
    let mut desk = Desk { sandbox: Sandbox::new(), clock: "2018-03-01T09:00:00Z".into(), exported: Vec::new() };
    let mut typed = Typed { text: String::new(), commands: 0, failures: Vec::new() };
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        keep(&mut typed.text, line);
        if let Some(command) = marked(line, "run") {
            typed.demand(&desk.run(command), command);
        } else if let Some(clock) = marked(line, "clock") {
            desk.clock = clock.to_owned();
        } else if line == "```console" || line == "```sh" {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            if line == "```sh" {
                typed.sh(&desk, &block)
            } else {
                typed.console(&mut desk, &block)
            }
            keep(&mut typed.text, "```");
        }
    }
    typed
}

fn keep(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

fn marked<'l>(line: &'l str, mark: &str) -> Option<&'l str> {
    line.trim().strip_prefix("<!-- ")?.strip_suffix(" -->")?.strip_prefix(mark)?.strip_prefix(": ")
}

impl Typed {
    fn demand(&mut self, ran: &Ran, command: &str) {
        self.commands += 1;
        if ran.code != 0 {
            self.failures.push(format!("{command}\nended with {}\n{}", ran.code, ran.printed));
        }
    }

    fn sh(&mut self, desk: &Desk, block: &[&str]) {
        block.iter().for_each(|line| keep(&mut self.text, line));
        // What cargo does is another test's, or takes minutes.
        for command in block.iter().filter(|line| !line.is_empty() && !line.starts_with('#') && !line.starts_with("cargo ")) {
            self.demand(&desk.run(command), command);
        }
    }

    /// Types the commands of a block; an ending other than success is printed, so that readers see it, too.
    fn console(&mut self, desk: &mut Desk, block: &[&str]) {
        let mut block = block.iter().peekable();
        while let Some(line) = block.next() {
            let Some(first) = line.strip_prefix("$ ") else { continue };
            keep(&mut self.text, line);
            let mut command = first.to_owned();
            while let Some(more) = block.next_if(|line| line.starts_with("> ")) {
                keep(&mut self.text, more);
                command.push('\n');
                command.push_str(&more[2..]);
            }
            self.commands += 1;
            if let Some((name, value)) = command.strip_prefix("export ").and_then(|set| set.split_once('=')) {
                desk.exported.push((name.into(), value.into()));
                continue;
            }
            let ran = desk.run(&command);
            ran.printed.lines().for_each(|line| keep(&mut self.text, line.trim_end()));
            if ran.code != 0 {
                keep(&mut self.text, &format!("[exit code {}]", ran.code));
            }
        }
    }
}

struct Ran {
    code: i32,
    printed: String,
}

impl Desk {
    fn run(&self, command: &str) -> Ran {
        if command == DEMO {
            let (bytes, printed) = demo();
            fs::write(self.sandbox.path("demo.db"), bytes).expect("a file in the folder");
            return Ran { code: 0, printed: printed.clone() };
        }
        let program = Path::new(env!("CARGO_BIN_EXE_corefund")).parent().expect("the program is in a folder");
        let mut shell = Command::new("sh");
        shell.arg("-c").arg(format!("exec 2>&1\n{command}\n")).current_dir(self.sandbox.folder.path()).env_clear();
        shell.env("PATH", format!("{}:/usr/local/bin:/usr/bin:/bin", program.display())).env("REPOSITORY", env!("CARGO_MANIFEST_DIR"));
        shell.env("COREFUND_CLOCK", &self.clock).env("COREFUND_OPERATOR", "officer").env("LC_ALL", "C.UTF-8").env("HOME", self.sandbox.folder.path());
        shell.envs(self.exported.iter().map(|(name, value)| (name, value))).stdin(std::process::Stdio::null());
        let output = shell.output().expect("a shell");
        Ran { code: output.status.code().unwrap_or(-1), printed: told(&String::from_utf8_lossy(&output.stdout), self.sandbox.folder.path()) }
    }
}

const DEMO: &str = "corefund demo demo.db";

/// The ledger of ten years, made once, and what the making says.
pub fn demo() -> &'static (Vec<u8>, String) {
    static MADE: OnceLock<(Vec<u8>, String)> = OnceLock::new();
    MADE.get_or_init(|| {
        let sandbox = Sandbox::new();
        let said = sandbox.ok("demo demo.db");
        (fs::read(sandbox.path("demo.db")).expect("the ledger"), told(&said, sandbox.folder.path()))
    })
}

/// What is printed, without what differs from run to run: the folder's name, and the hashes of a ledger with an identity of its own.
fn told(printed: &str, folder: &Path) -> String {
    let real = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let named = printed.replace(&*real.to_string_lossy(), FOLDER).replace(&*folder.to_string_lossy(), FOLDER);
    let mut text = String::new();
    let mut run = String::new();
    for letter in named.chars().chain(['\0']) {
        if letter.is_ascii_digit() || ('a'..='f').contains(&letter) {
            run.push(letter);
        } else {
            text.push_str(if run.len() == 64 { "…" } else { &run });
            run.clear();
            text.push(letter);
        }
    }
    text.pop();
    text
}
