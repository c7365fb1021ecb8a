//! The program: argv in, exit code out.

use std::process::ExitCode;

fn main() -> ExitCode {
    corefund::cli::run(std::env::args_os().collect())
}
