//! One stray file of an audit package: what it is compared with, and what is said of it.

mod support;

use std::fs;
use std::path::PathBuf;
use support::Sandbox;

/// The demo, and its package.
fn books() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.ok("init --demo");
    sandbox.ok("export audit --year 2017 --output package");
    sandbox
}

/// Every table of the package.
fn tables(sandbox: &Sandbox) -> Vec<PathBuf> {
    let files = fs::read_dir(sandbox.path("package")).unwrap().flatten().map(|file| file.path());
    files.filter(|path| path.extension().is_some_and(|ending| ending == "csv")).collect()
}

#[test]
fn a_table_cut_off_at_its_end_is_not_what_the_package_has() {
    let sandbox = books();
    for path in tables(&sandbox) {
        let text = fs::read_to_string(&path).unwrap();
        let rows: Vec<&str> = text.split_inclusive('\n').collect();
        if rows.len() < 2 || text.contains('"') {
            continue;
        }
        fs::write(sandbox.path("cut.csv"), rows[..rows.len() - 1].concat()).unwrap();
        let said = sandbox.run("verify cut.csv --against package");
        assert!(said.code == 5 && said.out.contains("was removed") && said.out.contains("the package package"), "{}: {}", path.display(), said.out);
    }
}

#[test]
fn a_table_of_an_earlier_moment_says_so() {
    let sandbox = books();
    let text = fs::read_to_string(sandbox.path("package/receipts.csv")).unwrap();
    let now = &sandbox.json("statement 2017")["seal"];
    let seal = format!("{}:{}", now["entries"], now["head"].as_str().unwrap());
    fs::write(sandbox.path("receipts.csv"), text).unwrap();
    assert!(sandbox.ok("verify receipts.csv").contains("Verification: everything holds\n"), "it is what the ledger holds now");
    sandbox.ok("receive JPN 7 --date 2018-02-01 --reference LATER");
    let said = sandbox.ok("verify receipts.csv");
    assert!(said.contains("everything holds as of record ") && said.contains("; 1 row recorded later is not in it"), "{said}");
    assert!(sandbox.json("verify receipts.csv")["as_of"].as_str().unwrap().ends_with("1 row recorded later is not in it"));
    // What is named by --against wins: the seal of then, the package of now, a seal of another ledger.
    sandbox.ok(&format!("verify receipts.csv --against {seal}"));
    sandbox.ok("verify receipts.csv --against package");
    sandbox.ok("export audit --year 2017 --output later");
    let said = sandbox.run("verify receipts.csv --against later");
    assert!(said.code == 5 && said.out.contains("was removed"), "{}", said.out);
    let said = sandbox.run(&format!("verify receipts.csv --against 7:{}", "0".repeat(64)));
    assert!(said.code == 5 && said.out.contains("does not lie on the chain"), "{}", said.out);
}

#[test]
fn a_paper_of_a_package_is_known_by_what_it_says() {
    let sandbox = books();
    sandbox.ok("receive JPN 7 --date 2018-02-01 --reference LATER");
    for name in ["README.md", "check.py", "datapackage.json"] {
        let text = fs::read_to_string(sandbox.path("package").join(name)).unwrap();
        fs::write(sandbox.path("passed-around"), &text).unwrap();
        for line in ["--against package --ledger none.db", "--against package", ""] {
            let said = sandbox.ok(&format!("verify passed-around {line}"));
            assert!(said.contains(&format!("File        {name} of a package")) && said.contains("Belongs to"), "{name} {line}: {said}");
        }
        let (before, after) = text.rsplit_once("the").unwrap();
        fs::write(sandbox.path("passed-around"), format!("{before}no{after}")).unwrap();
        for line in ["--against package --ledger none.db", "--against package", ""] {
            let said = sandbox.run(&format!("verify passed-around {line}"));
            assert!(said.code == 5 && said.out.contains(&format!("rows: {name} line ")), "{name} {line}: {}{}", said.out, said.err);
        }
    }
}

#[test]
fn a_table_that_another_program_wrote_anew_is_known_by_its_heading() {
    let sandbox = books();
    for path in tables(&sandbox) {
        let text = fs::read_to_string(&path).unwrap();
        let rows: Vec<csv::StringRecord> =
            csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes()).into_records().map(Result::unwrap).collect();
        let written = |builder: &mut csv::WriterBuilder, mark: &str| {
            let mut writer = builder.from_writer(mark.as_bytes().to_vec());
            rows.iter().for_each(|row| writer.write_record(row).unwrap());
            writer.into_inner().unwrap()
        };
        let mut builder = csv::WriterBuilder::new();
        let forms = [
            ("a byte-order mark", written(&mut builder, "\u{feff}")),
            ("semicolons", written(builder.delimiter(b';').terminator(csv::Terminator::CRLF), "\u{feff}")),
            ("tabs", written(builder.delimiter(b'\t'), "")),
            ("quotes", written(builder.delimiter(b',').quote_style(csv::QuoteStyle::Always), "")),
        ];
        let name = path.file_name().unwrap().to_str().unwrap();
        for (form, bytes) in forms {
            fs::create_dir_all(sandbox.path("anew")).unwrap();
            fs::write(sandbox.path("anew").join(name), bytes).unwrap();
            let said = sandbox.run(&format!("verify anew/{name} --against package"));
            assert!(
                said.code == 5 && said.out.contains("every cell is as it should be, but the bytes are not those"),
                "{name}, {form}: {}{}",
                said.out,
                said.err
            );
        }
    }
    let text = fs::read_to_string(sandbox.path("package/receipts.csv")).unwrap().replace(',', ";").replacen("EXAMPLE", "ANOTHER", 1);
    fs::write(sandbox.path("altered.txt"), text).unwrap();
    let said = sandbox.run("verify altered.txt --against package");
    assert!(said.code == 5 && said.out.contains("was altered: "), "{}{}", said.out, said.err);
}

#[test]
fn a_file_that_is_not_there_is_told_as_that() {
    let sandbox = books();
    for line in ["verify none.csv", "verify none.csv --against package", "verify none.zip --ledger other.db", "verify --against none.csv"] {
        assert!(sandbox.refused(line, 7, "surroundings").contains("there is no such file"), "{line}");
    }
    sandbox.refused("verify --ledger other.db", 8, "foreign-file");
}
