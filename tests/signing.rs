//! Signatures: made with a key outside the ledger, checked by minisign and by `verify`, and every way in which one does not hold named.

mod support;
#[path = "support/tools.rs"]
mod tools;

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use support::{Said, Sandbox};
use tools::{must, tool};

/// The example ledger with a key whose passphrase is in a file.
fn desk() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.ok("init --demo");
    fs::write(sandbox.path("words"), "open sesame\n").unwrap();
    sandbox.ok("key new our.key --passphrase-file words");
    sandbox
}

const SIGN: &str = "--sign our.key --passphrase-file words";

/// A command line with a passphrase in the environment.
fn with_passphrase(sandbox: &Sandbox, line: &str, passphrase: &str) -> Said {
    let words = shlex::split(line).unwrap();
    Said::of(sandbox.command().env("COREFUND_PASSPHRASE", passphrase).args(words).output().unwrap())
}

/// Runs a program that reads its passphrase from standard input.
fn fed(command: &mut Command, input: &str) {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    // Who needs no passphrase does not read it.
    _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    assert!(child.wait().unwrap().success(), "{command:?}");
}

#[test]
fn a_key_is_made_once_and_only_its_owner_reads_it() {
    let sandbox = desk();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(sandbox.path("our.key")).unwrap().permissions().mode() & 0o777, 0o600);
        fs::set_permissions(sandbox.path("our.key"), fs::Permissions::from_mode(0o640)).unwrap();
        assert!(sandbox.refused(&format!("issue 2017 --meeting SOM-22 {SIGN}"), 3, "key-open").contains("chmod 600 our.key"));
        fs::set_permissions(sandbox.path("our.key"), fs::Permissions::from_mode(0o600)).unwrap();
    }
    let before = fs::read(sandbox.ledger()).unwrap();
    sandbox.refused("key new our.key --passphrase-file words", 7, "surroundings");
    sandbox.refused("key new our.pub --passphrase-file words", 7, "surroundings");
    sandbox.refused("key new another.key", 3, "passphrase-missing");
    assert_eq!(with_passphrase(&sandbox, "key new another.key", "").code, 3, "a key without a passphrase");
    sandbox.refused("issue 2017 --meeting SOM-22 --sign our.key", 3, "passphrase-missing");
    let said = with_passphrase(&sandbox, "issue 2017 --meeting SOM-22 --sign our.key", "another");
    assert!(said.code == 3 && said.err.contains("error[key-passphrase]"), "{}", said.err);
    fs::write(sandbox.path("no.key"), "nothing\n").unwrap();
    #[cfg(unix)]
    fs::set_permissions(sandbox.path("no.key"), std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    sandbox.refused("issue 2017 --meeting SOM-22 --sign no.key --passphrase-file words", 3, "key-form");
    sandbox.refused("verify --key no.key", 3, "key-form");
    assert_eq!(fs::read(sandbox.ledger()).unwrap(), before, "nothing was recorded");
    assert_eq!(with_passphrase(&sandbox, "issue 2017 --meeting SOM-22 --sign our.key", "open sesame").code, 0);
}

#[test]
fn minisign_checks_what_we_sign_and_we_sign_with_its_keys() {
    let Some(minisign) = tool("minisign") else { return };
    let sandbox = desk();
    let check = |file: &str, key: &str| {
        let output = Command::new(&minisign).args(["-V", "-m", file, "-p", key]).current_dir(sandbox.folder.path()).output().unwrap();
        Said::of(output)
    };
    sandbox.ok(&format!("issue 2017 --meeting SOM-22 {SIGN} --output statement.pdf"));
    for format in ["json", "csv", "html", "xlsx", "docx", "md", "txt"] {
        sandbox.ok(&format!("statement 2017 --edition 1 --output statement.{format}"));
    }
    for format in ["pdf", "json", "csv", "html", "xlsx", "docx", "md", "txt"] {
        let said = check(&format!("statement.{format}"), "our.pub");
        assert!(said.code == 0 && said.out.contains("corefund statement 2017, edition 1, "), "{format}: {}{}", said.out, said.err);
    }
    fs::write(sandbox.path("statement.csv"), "another\n").unwrap();
    assert_ne!(check("statement.csv", "our.pub").code, 0);
    sandbox.ok(&format!("export audit --year 2017 --output package {SIGN}"));
    assert_eq!(check("package/datapackage.json", "our.pub").code, 0);
    must(Command::new("python3").args(["-I", "check.py"]).current_dir(sandbox.path("package")));
    // A key of minisign's own: without a passphrase it is refused.
    let generate = |name: &str, more: &[&str]| {
        let mut command = Command::new(&minisign);
        command.args(["-G", "-p", &format!("{name}.pub"), "-s", &format!("{name}.key")]).args(more).current_dir(sandbox.folder.path());
        fed(&mut command, "open sesame\nopen sesame\n");
    };
    generate("bare", &["-W"]);
    sandbox.refused("export audit --year 2017 --output bare --sign bare.key --passphrase-file words", 3, "key-unlocked");
    generate("theirs", &[]);
    sandbox.ok("export audit --year 2017 --output theirs.zip --sign theirs.key --passphrase-file words");
    sandbox.ok("verify theirs.zip --key theirs.pub");
    // What minisign signs, we check.
    fs::copy(sandbox.path("statement.json"), sandbox.path("mine.json")).unwrap();
    fed(Command::new(&minisign).args(["-S", "-m", "mine.json", "-s", "theirs.key"]).current_dir(sandbox.folder.path()), "open sesame\n");
    sandbox.ok("verify mine.json --key theirs.pub");
}

#[test]
fn nothing_is_issued_that_cannot_be_handed_over() {
    let sandbox = desk();
    let before = fs::read(sandbox.ledger()).unwrap();
    fs::create_dir(sandbox.path("folder.pdf")).unwrap();
    fs::write(sandbox.path("old.pdf"), "an old one").unwrap();
    fs::write(sandbox.path("signed.pdf.minisig"), "an old signature").unwrap();
    fs::copy(sandbox.ledger(), sandbox.path("other.pdf")).unwrap();
    for (output, force) in
        [("nowhere/statement.pdf", ""), ("old.pdf", ""), ("signed.pdf", ""), ("folder.pdf", "--force"), ("other.pdf", "--force"), ("folder.pdf", "")]
    {
        let said = sandbox.run(&format!("issue 2017 --meeting SOM-22 {SIGN} --output {output} {force}"));
        assert!(said.code == 7 && said.out.is_empty(), "{output}: {} {}", said.code, said.err);
        assert_eq!(fs::read(sandbox.ledger()).unwrap(), before, "{output}: nothing was recorded");
        assert!(!sandbox.path("signed.pdf").exists());
    }
    let left: Vec<_> = fs::read_dir(sandbox.folder.path()).unwrap().flatten().filter(|file| file.file_name().to_string_lossy().ends_with(".new")).collect();
    assert!(left.is_empty(), "{left:?}");
    sandbox.ok(&format!("issue 2017 --meeting SOM-22 {SIGN} --output old.pdf --force"));
    assert!(fs::read(sandbox.path("old.pdf")).unwrap().starts_with(b"%PDF"));
}

#[test]
fn verify_names_key_and_signer_and_whatever_does_not_hold() {
    let sandbox = desk();
    sandbox.ok("key new other.key --passphrase-file words");
    sandbox.ok(&format!("issue 2017 --meeting SOM-22 {SIGN} --output statement.pdf --operator Bayar"));
    let number = fs::read_to_string(sandbox.path("our.pub")).unwrap().lines().next().unwrap().rsplit(' ').next().unwrap().to_owned();
    let said = sandbox.ok("verify statement.pdf --key our.pub");
    assert!(said.contains(&format!("the key {number}, known from our.pub")) && said.contains("signed by Bayar at 2018-03-01T09:00:00Z"), "{said}");
    let fails = |line: &str, says: &str| {
        let said = sandbox.run(line);
        assert!(said.code == 5 && said.out.contains(says), "corefund {line}\n{}{}", said.out, said.err);
    };
    // Where the ledger is not: only the key tells.
    sandbox.ok("verify statement.pdf --key our.pub --ledger none.db");
    fails("verify statement.pdf --key other.pub", &format!("is signed with the key {number}, which is unknown"));
    assert!(sandbox.run("verify statement.pdf --ledger none.db").out.contains("not checked: name the public key with --key KEY.pub"));
    // A changed file, a changed comment, a signature of something else, nonsense, none.
    let (bytes, signature) = (fs::read(sandbox.path("statement.pdf")).unwrap(), fs::read_to_string(sandbox.path("statement.pdf.minisig")).unwrap());
    let put = |bytes: &[u8], signature: &str| {
        fs::write(sandbox.path("statement.pdf"), bytes).unwrap();
        fs::write(sandbox.path("statement.pdf.minisig"), signature).unwrap();
    };
    put(&[&bytes[..], b" "].concat(), &signature);
    fails("verify statement.pdf --key our.pub", "statement.pdf is not what was signed with the key");
    put(&bytes, &signature.replace("by Bayar", "by Batar"));
    fails("verify statement.pdf --key our.pub", &format!("the signature of statement.pdf was not made with the key {number}"));
    put(&bytes, "untrusted comment: x\nx\ntrusted comment: x\nx\n");
    fails("verify statement.pdf --key our.pub", "statement.pdf.minisig is no signature of minisign");
    fs::remove_file(sandbox.path("statement.pdf.minisig")).unwrap();
    fails("verify statement.pdf --key our.pub", "statement.pdf is not signed");
    // Without a key and a signature it is still a file of an edition, and a changed one is not.
    assert!(sandbox.ok("verify statement.pdf").contains("E-2017-001 as pdf, issued to SOM-22"));
    fs::write(sandbox.path("statement.pdf"), [&bytes[..], b" "].concat()).unwrap();
    fails("verify statement.pdf", "nothing proves statement.pdf");
}

/// CSV bears no seal: it is known by its bytes, as a file of an edition, or by its signature; and what was altered in it is told.
#[test]
fn a_statement_as_csv_is_known_as_issued_or_said_not_to_be() {
    let sandbox = desk();
    let name = |file: &str| sandbox.path(file);
    let fails = |line: &str, says: &[&str]| {
        let said = sandbox.run(line);
        assert_eq!(said.code, 5, "corefund {line}\n{}{}", said.out, said.err);
        says.iter().for_each(|says| assert!(said.out.contains(says), "corefund {line}: {says}\n{}", said.out));
        said.out
    };
    sandbox.ok("statement 2017 --output drawn.csv");
    let said = fails("verify drawn.csv", &["nothing proves drawn.csv", "CSV has no room for a seal", "or JSON"]);
    assert!(!said.contains("Nearest to") && !said.contains(&"0".repeat(64)), "{said}");
    sandbox.ok(&format!("issue 2017 --meeting SOM-22 {SIGN}"));
    // The name of a table of a package is no reason to take it for one.
    sandbox.ok("statement 2017 --edition 1 --format csv --output statement.csv");
    assert!(name("statement.csv.minisig").is_file());
    for line in ["verify statement.csv --key our.pub", "verify statement.csv"] {
        let said = sandbox.ok(line);
        assert!(said.contains("E-2017-001 as csv, issued to SOM-22") && said.contains("Signed with") && !said.contains(&"0".repeat(64)), "{said}");
    }
    // Where the ledger is not, the signature says of which seal it is; alone it is known by its bytes.
    let seal = sandbox.json("statement 2017 --edition 1")["seal"].clone();
    let elsewhere: serde_json::Value = serde_json::from_str(&sandbox.ok("verify statement.csv --key our.pub --ledger none.db --format json")).unwrap();
    assert_eq!(elsewhere["seal"], seal);
    fs::remove_file(name("statement.csv.minisig")).unwrap();
    assert_eq!(sandbox.json("verify statement.csv")["seal"], seal);
    let bytes = fs::read_to_string(name("statement.csv")).unwrap();
    let row = bytes.lines().nth(1).unwrap();
    for (changed, says) in [
        (bytes.replacen("0.00", "7.00", 1), "was altered: "),
        (bytes.replacen(&format!("{row}\n"), "", 1), "was removed"),
        (format!("{bytes}CORE,XXX,Nobody\n"), "CORE XXX was added"),
        (bytes.replace('\n', "\r\n"), "nothing proves passed.csv"),
        (bytes.replace(',', ";"), "nothing proves passed.csv"),
        (format!("\u{feff}{bytes}"), "nothing proves passed.csv"),
    ] {
        fs::write(name("passed.csv"), changed).unwrap();
        fails("verify passed.csv", &["Nearest to  E-2017-001 as csv, issued to SOM-22", "nothing proves passed.csv", says]);
    }
    let nowhere: serde_json::Value = serde_json::from_str(&fails("verify passed.csv --ledger none.db --format json", &[])).unwrap();
    assert!(nowhere["seal"].is_null(), "{nowhere}");
}

#[test]
fn a_package_and_a_ledger_name_their_keys_too() {
    let sandbox = desk();
    sandbox.ok("key new other.key --passphrase-file words");
    sandbox.ok(&format!("export audit --year 2017 --output package {SIGN}"));
    sandbox.ok("export audit --year 2017 --output unsigned");
    for name in ["check.py", "datapackage.json", "gl_detail.csv", "log.csv"] {
        let read = |folder: &str| fs::read(sandbox.path(folder).join(name)).unwrap();
        assert_eq!(read("package"), read("unsigned"), "{name}: a signature changes no other byte");
    }
    assert!(sandbox.ok("verify package --key our.pub").contains("corefund audit package 2017"));
    assert!(sandbox.ok("verify package/datapackage.json --key our.pub --ledger none.db").contains("corefund audit package 2017"), "the signature proves it");
    sandbox.ok("verify unsigned");
    for (line, says) in [
        ("verify package --key other.pub", "which is unknown"),
        ("verify unsigned --key our.pub", "datapackage.json is not signed"),
        ("verify package/datapackage.json --key other.pub", "which is unknown"),
        ("verify unsigned/datapackage.json --key our.pub", "datapackage.json is not signed"),
        ("verify --key other.pub", ""),
    ] {
        let said = sandbox.run(line);
        let expected = if says.is_empty() { 0 } else { 5 };
        assert!(said.code == expected && said.out.contains(says), "corefund {line}\n{}{}", said.out, said.err);
    }
    sandbox.ok(&format!("issue 2017 --meeting SOM-22 {SIGN}"));
    assert!(sandbox.ok("verify --key our.pub").contains("signatures"));
    assert!(sandbox.run("verify --key other.pub").out.contains("which is unknown"));
    // An edition of the ledger is signed; the same again with the same key is there already, with another key it is another edition.
    assert!(sandbox.ok(&format!("issue 2017 --meeting SOM-22 {SIGN}")).contains("already recorded"));
    assert!(sandbox.ok("issue 2017 --meeting SOM-22").contains("already recorded"));
    assert!(sandbox.ok("issue 2017 --meeting SOM-22 --sign other.key --passphrase-file words").contains("E-2017-002"));
    let rows = sandbox.json("list editions");
    assert_eq!(rows["rows"][0]["formats"], "csv, docx, html, json, md, pdf, table, xlsx");
    assert_ne!(rows["rows"][0]["key"], rows["rows"][1]["key"]);
    support::assert_verifies(Path::new(&sandbox.ledger()));
}
