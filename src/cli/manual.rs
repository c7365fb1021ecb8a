//! `man`: the manual pages, one for each command, made from the same words as `--help`.

use super::output::Output;
use crate::Error;
use clap::Args;
use std::path::{Path, PathBuf};

/// The manual pages.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  corefund man ~/.local/share/man/man1\n  corefund man pages --force")]
pub struct Man {
    /// The folder that they go to; it is made when it is not there
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// Replace pages that are there
    #[arg(long)]
    pub force: bool,
}

impl Man {
    pub fn run(&self, output: &mut Output) -> Result<u8, Error> {
        std::fs::create_dir_all(&self.folder).map_err(|cause| Error::surroundings("could not make the folder", &self.folder, cause))?;
        let mut command = super::help::commands();
        command.build();
        let written = self.pages(&self.folder, &command, "corefund")?;
        output
            .print(format!("{written} pages are in {}; read one with: man -l {}\n", self.folder.display(), self.folder.join("corefund.1").display()).as_bytes())
            .map(|()| 0)
    }

    /// Writes the page of a command and those of its subcommands; answers how many.
    fn pages(&self, folder: &Path, command: &clap::Command, name: &str) -> Result<usize, Error> {
        let mut page = Vec::new();
        let title = command.clone().name(name.to_owned());
        clap_mangen::Man::new(title).render(&mut page).map_err(|cause| Error::Output { cause: cause.to_string() })?;
        crate::ledger::write_file(&folder.join(format!("{name}.1")), &page, self.force)?;
        let mut written = 1;
        for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set() && sub.get_name() != "help") {
            written += self.pages(folder, sub, &format!("{name}-{}", sub.get_name()))?;
        }
        Ok(written)
    }
}
