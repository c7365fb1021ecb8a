//! A command as both see it: a form for the library, a command line for the program.

use corefund::Error;
use corefund::ledger::Ledger;
use corefund::ledger::form::{ApplyForm, ChangeForm, CloseForm, IdentifyForm, MatchForm, PapersForm, PledgeForm, ReceiptForm, RefundForm, ReverseForm};
use corefund::report::slip::Slip;

#[derive(Clone, Debug)]
pub enum Command {
    Announce(PledgeForm),
    Pledge(PledgeForm),
    Confirm(ChangeForm),
    Revise(ChangeForm),
    Withdraw(ChangeForm),
    WriteOff(ChangeForm),
    Dispute(ChangeForm),
    SettleDispute(ChangeForm),
    Receive(ReceiptForm),
    Identify(IdentifyForm),
    Apply(ApplyForm),
    Refund(RefundForm),
    Reverse(ReverseForm),
    Undo,
    Match(MatchForm),
    Close(CloseForm),
}

impl Command {
    /// Carries it out by the library.
    pub fn on(&self, ledger: &mut Ledger) -> Result<Slip, Error> {
        match self {
            Command::Announce(form) => ledger.announce(form),
            Command::Pledge(form) => ledger.pledge(form),
            Command::Confirm(form) => ledger.confirm(form),
            Command::Revise(form) => ledger.revise(form),
            Command::Withdraw(form) => ledger.withdraw(form),
            Command::WriteOff(form) => ledger.write_off(form),
            Command::Dispute(form) => ledger.dispute(form),
            Command::SettleDispute(form) => ledger.settle_dispute(form),
            Command::Receive(form) => ledger.receive(form),
            Command::Identify(form) => ledger.identify(form),
            Command::Apply(form) => ledger.apply(form),
            Command::Refund(form) => ledger.refund(form),
            Command::Reverse(form) => ledger.reverse(form),
            Command::Undo => ledger.undo(false),
            Command::Match(form) => ledger.match_line(form),
            Command::Close(form) => ledger.close(form),
        }
    }

    /// The same as an officer types it.
    pub fn words(&self) -> Vec<String> {
        let words = match self {
            Command::Announce(form) => pledge("announce", form),
            Command::Pledge(form) => pledge("pledge", form),
            Command::Confirm(form) => Words::of(&["confirm", &form.pledge]).option("--date", &form.date).papers(&form.papers).flag("--again", form.again),
            Command::Revise(form) => change("revise", form),
            Command::Withdraw(form) => change("withdraw", form),
            Command::WriteOff(form) => change("write-off", form),
            Command::Dispute(form) => change("dispute", form),
            Command::SettleDispute(form) => change("settle-dispute", form),
            Command::Receive(form) => {
                let words = match &form.contributor {
                    Some(contributor) => Words::of(&["receive", contributor, &form.amount]),
                    None => Words::of(&["receive", "--unidentified", &form.amount]),
                };
                let words = words.option("--fund", &form.fund).option("--date", &form.date).option("--line", &form.line);
                words.papers(&form.papers).flag("--again", form.again)
            }
            Command::Identify(form) => Words::of(&["identify", &form.receipt, &form.contributor])
                .option("--fund", &form.fund)
                .option("--date", &form.date)
                .papers(&form.papers)
                .flag("--again", form.again),
            Command::Apply(form) => {
                let receipt: Vec<&str> = std::iter::once("apply").chain(form.receipt.as_deref()).collect();
                Words::of(&receipt).each("--to", &form.to).option("--date", &form.date).papers(&form.papers).flag("--again", form.again)
            }
            Command::Refund(form) => Words::of(&["refund", &form.contributor, &form.amount])
                .option("--fund", &form.fund)
                .option("--date", &form.date)
                .papers(&form.papers)
                .flag("--again", form.again),
            Command::Reverse(form) => Words::of(&["reverse", &form.entry]).option("--reason", &form.reason),
            Command::Undo => Words::of(&["undo"]),
            Command::Match(form) => form.with.iter().fold(Words::of(&["match", &form.line]), |words, with| words.and(with)),
            Command::Close(form) => Words::of(&["close", &form.year]).papers(&form.papers),
        };
        words.0
    }
}

/// A command line that grows.
struct Words(Vec<String>);

impl Words {
    fn of(words: &[&str]) -> Words {
        Words(words.iter().map(|word| (*word).to_owned()).collect())
    }

    fn and(mut self, word: &str) -> Words {
        self.0.push(word.to_owned());
        self
    }

    fn option(self, name: &str, value: &Option<String>) -> Words {
        value.iter().fold(self, |words, value| words.and(name).and(value))
    }

    fn each(self, name: &str, values: &[String]) -> Words {
        values.iter().fold(self, |words, value| words.and(name).and(value))
    }

    fn flag(self, name: &str, given: bool) -> Words {
        if given { self.and(name) } else { self }
    }

    fn papers(self, papers: &PapersForm) -> Words {
        self.option("--authority", &papers.authority)
    }
}

fn pledge(name: &str, form: &PledgeForm) -> Words {
    let words = Words::of(&[name, &form.contributor]).each("--instalment", &form.instalments).option("--fund", &form.fund).option("--date", &form.date);
    words.papers(&form.papers).flag("--again", form.again)
}

fn change(name: &str, form: &ChangeForm) -> Words {
    let words = Words::of(&[name, &form.pledge]).option("--year", &form.year).each("--instalment", &form.instalments);
    words.option("--date", &form.date).papers(&form.papers).flag("--again", form.again)
}
