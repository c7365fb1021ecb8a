//! Commands of which the arguments are put together when they are named: to do so for all of them would take longer than many a command takes.

use clap::{ArgMatches, Args, Command, Error, FromArgMatches};
use std::cell::Cell;
use std::ops::Deref;

thread_local! {
    /// Whether a grammar is being put together with the arguments of every command.
    static WHOLE: Cell<bool> = const { Cell::new(false) };
}

/// A grammar with the arguments of every command, so that it can be printed, completed or changed.
pub fn whole(grammar: impl FnOnce() -> Command) -> Command {
    WHOLE.set(true);
    let grammar = grammar();
    WHOLE.set(false);
    grammar
}

/// The arguments of a command, put together when it is named.
#[derive(Debug)]
pub struct Named<T>(T);

impl<T> Deref for Named<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Args> Args for Named<T> {
    fn augment_args(command: Command) -> Command {
        if WHOLE.get() { T::augment_args(command) } else { command.defer(T::augment_args) }
    }

    fn augment_args_for_update(command: Command) -> Command {
        T::augment_args_for_update(command)
    }
}

impl<T: FromArgMatches> FromArgMatches for Named<T> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        T::from_arg_matches(matches).map(Named)
    }

    fn from_arg_matches_mut(matches: &mut ArgMatches) -> Result<Self, Error> {
        T::from_arg_matches_mut(matches).map(Named)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        self.0.update_from_arg_matches(matches)
    }
}
