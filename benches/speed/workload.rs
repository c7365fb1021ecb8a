//! A workload: contributors, funds, rates, pledges and receipts over thirty-five years, as the sheets that `corefund import` takes and as a
//! journal that other programs read. The same size gives the same bytes on every computer: whole numbers only, and a generator of its own.

use std::fs::File;
use std::io::{BufWriter, Result, Write};
use std::path::Path;

const CONTRIBUTORS: u64 = 200;
const FUNDS: u64 = 20;
const FIRST_YEAR: u64 = 1990;
const YEARS: u64 = 35;
const DAYS_IN_MONTH: [u64; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// Currencies beside the dollar: code, decimals, and what a US dollar is worth, in millionths of their unit.
const FOREIGN: [(&str, u32, u64); 6] =
    [("EUR", 2, 870_000), ("GBP", 2, 625_000), ("JPY", 0, 117_000_000), ("CHF", 2, 1_050_000), ("SEK", 2, 8_300_000), ("KRW", 0, 1_130_000_000)];

/// Numbers that look drawn by lot (the generator "splitmix64").
struct Lot(u64);

impl Lot {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below another.
    fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    /// One of `end` places of which the first ones are drawn far more often: a few large givers, and many small ones.
    fn favourite(&mut self, end: u64) -> u64 {
        self.below(end).min(self.below(end)).min(self.below(end))
    }

    /// An amount in cents between 500 dollars and eight million, small ones far more often; most are round.
    fn cents(&mut self) -> u64 {
        let magnitude = [50_000, 500_000, 5_000_000, 50_000_000][self.favourite(4) as usize];
        let cents = magnitude + self.below(magnitude * 15);
        if self.below(5) < 3 { cents / 10_000 * 10_000 } else { cents }
    }
}

struct Pledge {
    day: u64,
    contributor: u64,
    fund: u64,
    /// The place of its currency; `None` for dollars.
    currency: Option<usize>,
    /// Minor units.
    amount: u64,
}

struct Receipt {
    day: u64,
    pledge: usize,
    amount: u64,
}

/// A workload of a number of receipts, settling six tenths as many pledges.
pub struct Workload {
    pledges: Vec<Pledge>,
    receipts: Vec<Receipt>,
}

impl Workload {
    pub fn new(receipts: usize) -> Workload {
        let mut lot = Lot(receipts as u64);
        let days = YEARS * 365;
        let count = (receipts * 6 / 10).max(1);
        let mut when: Vec<u64> = (0..count).map(|_| lot.below(days).max(lot.below(days))).collect();
        when.sort_unstable();
        let pledges: Vec<Pledge> = when.into_iter().map(|day| pledge(&mut lot, day)).collect();
        let mut paid: Vec<(usize, u64)> = (0..receipts).map(|_| (lot.below(count as u64) as usize, lot.below(2 * 365) + 1)).collect();
        paid.sort_unstable();
        let mut drawn = Vec::with_capacity(receipts);
        for of_one in paid.chunk_by(|one, next| one.0 == next.0) {
            let promise = &pledges[of_one[0].0];
            let share = promise.amount / of_one.len() as u64;
            // Three of four pledges are paid in full; of the others a part stays open.
            let amount = if lot.below(4) > 0 { share } else { (share * (20 + lot.below(75)) / 100).max(1) };
            drawn.extend(of_one.iter().map(|(pledge, later)| Receipt { day: (promise.day + later).min(days - 1), pledge: *pledge, amount }));
        }
        drawn.sort_by_key(|receipt| (receipt.day, receipt.pledge));
        Workload { pledges, receipts: drawn }
    }

    /// Writes the sheets for `corefund import`, in the order in which they are imported; answers what each holds and its name.
    pub fn sheets(&self, folder: &Path) -> Result<[(&'static str, &'static str); 5]> {
        let mut file = sheet(folder, "contributors.csv", "code,name,kind,aliases")?;
        for number in 0..CONTRIBUTORS {
            writeln!(file, "{},State of {},state,", contributor(number), spelled(number))?;
        }
        let mut file = sheet(folder, "funds.csv", "code,name,area")?;
        for number in 0..FUNDS {
            writeln!(file, "{},Trust Fund {number},", fund(number))?;
        }
        let mut file = sheet(folder, "rates.csv", "currency,date,units_per_usd,source")?;
        for (month, place) in (0..YEARS * 12).flat_map(|month| (0..FOREIGN.len()).map(move |place| (month, place))) {
            let (units, date) = (millionths(rate(place, month)), format!("{}-{:02}-01", FIRST_YEAR + month / 12, month % 12 + 1));
            writeln!(file, "{},{date},{units},invented", FOREIGN[place].0)?;
        }
        let mut file = sheet(folder, "pledges.csv", "reference,contributor,fund,year,amount,currency,status,date,due,authority")?;
        for (number, pledge) in self.pledges.iter().enumerate() {
            let Pledge { day, contributor: by, fund: to, .. } = *pledge;
            let (amount, code, year) = (pledge.decimal(pledge.amount), pledge.code(), FIRST_YEAR + day / 365);
            writeln!(
                file,
                "P{number:07},{},{},{year},{amount},{code},confirmed,{},{year}-12-31,note verbale {}",
                contributor(by),
                fund(to),
                date(day),
                number % 9973
            )?;
        }
        let mut file = sheet(folder, "receipts.csv", "reference,contributor,fund,amount,currency,date,pledge,note")?;
        for (number, receipt) in self.receipts.iter().enumerate() {
            let of = &self.pledges[receipt.pledge];
            let (amount, code, day) = (of.decimal(receipt.amount), of.code(), date(receipt.day));
            writeln!(
                file,
                "R{number:07},{},{},{amount},{code},{day},P{:07},bank advice {}",
                contributor(of.contributor),
                fund(of.fund),
                receipt.pledge,
                number % 9973
            )?;
        }
        Ok([("contributors", "contributors.csv"), ("funds", "funds.csv"), ("rates", "rates.csv"), ("pledges", "pledges.csv"), ("receipts", "receipts.csv")])
    }

    /// Writes the same postings as a journal of hledger and Ledger, or of Beancount, by day.
    pub fn journal(&self, path: &Path, beancount: bool) -> Result<()> {
        let mut file = BufWriter::new(File::create(path)?);
        if beancount {
            writeln!(file, "option \"operating_currency\" \"USD\"\n")?;
            for number in 0..FUNDS {
                writeln!(file, "{FIRST_YEAR}-01-01 open Assets:Bank:{}", fund(number))?;
                for by in 0..CONTRIBUTORS {
                    let holder = format!("{}:{}", fund(number), contributor(by));
                    writeln!(file, "{FIRST_YEAR}-01-01 open Assets:Receivable:{holder}\n{FIRST_YEAR}-01-01 open Income:Contributions:{holder}")?;
                }
            }
        } else {
            // Without it hledger takes its style of money from elsewhere.
            writeln!(file, "commodity USD\n    format 1000.00 USD")?;
        }
        let (mut pledges, mut receipts) = (self.pledges.iter().enumerate().peekable(), self.receipts.iter().enumerate().peekable());
        loop {
            let pledge_first = match (pledges.peek(), receipts.peek()) {
                (None, None) => return file.flush(),
                (Some((_, pledge)), Some((_, receipt))) => pledge.day <= receipt.day,
                (pledge, _) => pledge.is_some(),
            };
            let (day, name, of, amount) = if pledge_first {
                let Some((number, pledge)) = pledges.next() else { continue };
                (pledge.day, format!("P{number:07}"), pledge, pledge.amount)
            } else {
                let Some((number, receipt)) = receipts.next() else { continue };
                (receipt.day, format!("R{number:07}"), &self.pledges[receipt.pledge], receipt.amount)
            };
            let holder = format!("{}:{}", fund(of.fund), contributor(of.contributor));
            let receivable = format!("Assets:Receivable:{holder}");
            let (debit, credit) =
                if pledge_first { (receivable, format!("Income:Contributions:{holder}")) } else { (format!("Assets:Bank:{}", fund(of.fund)), receivable) };
            let (amount, code) = (of.decimal(amount), of.code());
            if beancount {
                writeln!(file, "\n{} * \"note\" ^{name}\n  {debit}  {amount} {code}\n  {credit}  -{amount} {code}", date(day))?;
            } else {
                writeln!(file, "\n{} ({name}) note\n    {debit}  {amount} {code}\n    {credit}  -{amount} {code}", date(day))?;
            }
        }
    }
}

fn pledge(lot: &mut Lot, day: u64) -> Pledge {
    let contributor = lot.favourite(CONTRIBUTORS);
    let currency = (lot.below(5) == 0).then_some(contributor as usize % FOREIGN.len());
    let cents = lot.cents();
    let amount = currency.map_or(cents, |place| {
        let (_, places, units) = FOREIGN[place];
        cents * units / 100_000_000 * 10_u64.pow(places)
    });
    Pledge { day, contributor, fund: lot.favourite(FUNDS), currency, amount: amount.max(100) }
}

impl Pledge {
    fn code(&self) -> &'static str {
        self.currency.map_or("USD", |place| FOREIGN[place].0)
    }

    fn decimal(&self, minor: u64) -> String {
        match self.currency.map_or(2, |place| FOREIGN[place].1) {
            0 => minor.to_string(),
            _ => format!("{}.{:02}", minor / 100, minor % 100),
        }
    }
}

fn sheet(folder: &Path, name: &str, header: &str) -> Result<BufWriter<File>> {
    let mut file = BufWriter::new(File::create(folder.join(name))?);
    writeln!(file, "{header}")?;
    Ok(file)
}

fn contributor(number: u64) -> String {
    format!("S{number:03}")
}

fn fund(number: u64) -> String {
    format!("F{:02}", number + 1)
}

/// A number as a word, because names that differ in a digit only look alike.
fn spelled(number: u64) -> String {
    let syllables = ["ba", "do", "fe", "gu", "ki", "la", "mo", "nu", "re", "ti"];
    format!("{number:03}").bytes().map(|digit| syllables[usize::from(digit - b'0')]).collect()
}

/// A rate in millionths, which wanders a little from month to month.
fn rate(place: usize, month: u64) -> u64 {
    let base = FOREIGN[place].2;
    let swing = (month * 7 + place as u64 * 31) % 41;
    base - base / 100 * 20 / 10 + base / 1000 * swing
}

fn millionths(number: u64) -> String {
    format!("{}.{:06}", number / 1_000_000, number % 1_000_000)
}

/// The date of a day counted from the beginning, in years of 365 days.
fn date(day: u64) -> String {
    let (year, mut left, mut month) = (FIRST_YEAR + day / 365, day % 365, 0);
    while left >= DAYS_IN_MONTH[month] {
        left -= DAYS_IN_MONTH[month];
        month += 1;
    }
    format!("{year}-{:02}-{:02}", month + 1, left + 1)
}
