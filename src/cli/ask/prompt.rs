//! One prompt on the terminal.

use crate::Error;
use crate::ledger::Choice;
use inquire::autocompletion::{Autocomplete, Replacement};
use inquire::ui::{Attributes, Color, ErrorMessageRenderConfig, RenderConfig, StyleSheet, Styled};
use inquire::{Confirm, CustomUserError, InquireError, Text};

/// What an officer answers.
#[derive(Debug, PartialEq, Eq)]
pub enum Said<T> {
    /// A value.
    Answer(T),
    /// A step back.
    Back,
    /// Enough.
    Stop,
}

/// Asks for a line: `default` is what Enter takes, `kept` what was typed before.
pub fn text(label: &str, help: &str, default: Option<&str>, kept: Option<&str>, choices: &[Choice], colour: bool) -> Result<Said<String>, Error> {
    let label = format!("{label}:");
    let mut text = Text::new(&label).with_render_config(looks(colour)).with_page_size(6);
    match help {
        "" if choices.is_empty() => {}
        "" => text = text.with_help_message("Tab completes, the arrows choose"),
        help => text = text.with_help_message(help),
    }
    match (kept, default) {
        (Some(kept), _) => text = text.with_initial_value(kept),
        (None, Some(default)) => text = text.with_default(default),
        (None, None) => {}
    }
    if !choices.is_empty() {
        text = text.with_autocomplete(Completing { choices: choices.to_vec(), eager: true });
    }
    Ok(match said(text.prompt())? {
        // What is typed before the sign is forgotten: whoever goes back comes here again.
        Said::Answer(typed) if typed.trim_end().ends_with('<') => Said::Back,
        Said::Answer(typed) => Said::Answer(value_of(&typed, choices)),
        other => other,
    })
}

/// Asks what to do: choices are offered from the first letter on, and no answer has to be one of them.
pub fn answer(label: &str, help: &str, default: &str, choices: &[Choice], colour: bool) -> Result<Said<String>, Error> {
    let label = format!("{label}:");
    let completing = Completing { choices: choices.to_vec(), eager: false };
    let text = Text::new(&label).with_render_config(looks(colour)).with_page_size(6).with_help_message(help).with_default(default);
    Ok(match said(text.with_autocomplete(completing).prompt())? {
        Said::Answer(typed) => Said::Answer(value_of(&typed, choices)),
        other => other,
    })
}

/// Asks for a yes.
pub fn confirm(question: &str, help: &str, colour: bool) -> Result<Said<bool>, Error> {
    said(Confirm::new(question).with_help_message(help).with_render_config(looks(colour)).prompt())
}

fn said<T>(answered: Result<T, InquireError>) -> Result<Said<T>, Error> {
    match answered {
        Ok(answer) => Ok(Said::Answer(answer)),
        Err(InquireError::OperationCanceled) => Ok(Said::Back),
        Err(InquireError::OperationInterrupted) => Ok(Said::Stop),
        Err(other) => Err(Error::surroundings("could not ask on", "the terminal", other)),
    }
}

/// Weight rather than light colours: what is bright on a dark terminal is lost on a white one.
fn looks(colour: bool) -> RenderConfig<'static> {
    let plain = RenderConfig::empty().with_canceled_prompt_indicator(Styled::new("(back)"));
    if !colour {
        return plain;
    }
    let sign = |sign: &'static str| Styled::new(sign).with_fg(Color::DarkGreen);
    let bold = StyleSheet::new().with_attr(Attributes::BOLD);
    plain
        .with_prompt_prefix(sign("?"))
        .with_answered_prompt_prefix(sign(">"))
        .with_answer(bold)
        .with_selected_option(Some(bold))
        .with_help_message(StyleSheet::new().with_fg(Color::DarkCyan))
        .with_error_message(ErrorMessageRenderConfig::empty().with_prefix(Styled::new("#").with_fg(Color::DarkRed)))
}

/// A choice as it is offered.
fn offered(choice: &Choice) -> String {
    if choice.about.is_empty() { choice.value.clone() } else { format!("{}  {}", choice.value, choice.about) }
}

/// What is meant by an offered choice, or by what was typed.
fn value_of(typed: &str, choices: &[Choice]) -> String {
    choices.iter().find(|choice| offered(choice) == typed).map_or_else(|| typed.to_owned(), |choice| choice.value.clone())
}

/// Choices that are narrowed down while something is typed.
#[derive(Debug, Clone)]
struct Completing {
    choices: Vec<Choice>,
    /// Whether they are offered before anything is typed.
    eager: bool,
}

impl Completing {
    fn fitting(&self, typed: &str) -> impl Iterator<Item = &Choice> {
        let typed = typed.trim().to_lowercase();
        let fits = move |text: &str| text.to_lowercase().contains(&typed);
        self.choices.iter().filter(move |choice| fits(&choice.value) || fits(&choice.about) || choice.names.iter().any(|name| fits(name)))
    }
}

impl Autocomplete for Completing {
    fn get_suggestions(&mut self, input: &str) -> Result<Vec<String>, CustomUserError> {
        Ok(if input.trim().is_empty() && !self.eager { Vec::new() } else { self.fitting(input).map(offered).collect() })
    }

    fn get_completion(&mut self, input: &str, highlighted: Option<String>) -> Result<Replacement, CustomUserError> {
        Ok(match highlighted {
            Some(highlighted) => Some(value_of(&highlighted, &self.choices)),
            None if input.trim().is_empty() && !self.eager => None,
            None => self.fitting(input).next().map(|choice| choice.value.clone()),
        })
    }
}
