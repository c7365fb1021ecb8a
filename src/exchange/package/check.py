"""Checks this folder, and says what fails: python3 check.py. Draws a sample by monetary unit as well: python3 check.py --sample 25 --seed 7"""
import collections, csv, hashlib, json, os, random, re, sys
os.chdir(os.path.dirname(os.path.abspath(__file__))); csv.field_size_limit(2**31 - 1)
package, options, failures = json.load(open("datapackage.json", encoding="utf-8")), dict(zip(sys.argv[1::2], sys.argv[2::2])), []
about, files, year = package["corefund"], {file["name"]: file for file in package["resources"]}, str(package["corefund"]["year"])
def fail(*words): failures.append(words); print("FAILS:", *words)
def rows(name): return csv.DictReader(open(name + ".csv", encoding="utf-8", newline=""), restval="")
def cents(amount): return int(amount.replace(".", "") or 0)
def forms(cell):  # what a cell may be in the chain: J-000012 is 12, D-0001 is 1, P-2017-001 is 2017000001, 5.00 is 500, and '=x is =x
    number = re.fullmatch(r"(?:[DJ]-|[BPR]-(\d{4})-)?(-?\d+)\.?(\d*)", cell)
    return {cell, cell[1:] if cell[:1] == "'" else cell} | ({str(int((number[1] + number[2].zfill(6) if number[1] else number[2]) + number[3]))} if number else set())
known = {f["path"]: (f["bytes"], f["hash"]) for f in package["resources"] + about["files"]}  # 1. The folder holds these files, byte for byte, and no other.
for path in sorted(set(os.listdir(".")) - {"datapackage.json", "datapackage.json.minisig", "sample.csv"} | set(known)):
    content = open(path, "rb").read() if os.path.isfile(path) and not os.path.islink(path) else b""
    if (len(content), "sha256:" + hashlib.sha256(content).hexdigest()) != known.get(path): fail(path, "is not what datapackage.json describes")
for file in package["resources"]:  # Its columns are those that are described here, in this order.
    head = open(file["path"], "rb").readline() if os.path.isfile(file["path"]) else b""
    if head != ",".join(field["name"] for field in file["schema"]["fields"]).encode() + b"\n": fail(file["path"], "has other headings than datapackage.json")
# 2. Each record hashes to what is written, after the record before it; each cell that comes from the chain is what the chain says.
previous, number, drawn = "0" * 64, 0, [(file["chain"], file["path"], rows(file["name"]),
    [(field["name"], field["chain"]) for field in file["schema"]["fields"] if "chain" in field], file["part"]) for file in files.values() if "chain" in file]
for record in rows("log"):
    number, text, says = number + 1, record["text"], {}
    frame = f"corefund 1\nledger {about['ledger']}\nrecord {number}\nprevious {previous}\nlength {len(text.encode())}\n\n{text}"
    previous = hashlib.sha256(frame.encode()).hexdigest()
    if (record["record"], record["hash"]) != (str(number), previous): fail("log.csv: record", record["record"], "does not hash to what is written")
    for table, *cells in (line.split("\t") for line in text.split("\n")[:-1]):
        says.update(zip([table + "." + column for column in about["chain"].get(table, [])], cells))
        for source in [source for source in drawn if source[0] == table and all(says[column] in some for column, some in source[4].items())]:
            cells = [(field, row.get(field) or "", says.get(column, "")) for row in [next(source[2], {})] for field, column in source[3]]
            wrong = [f"{field} is '{cell}' and the chain says '{said}'" for field, cell, said in cells if said not in forms(cell)]
            if wrong: fail(source[1], "line", source[2].line_num, *wrong); drawn.remove(source)
for path in [source[1] for source in drawn if next(source[2], None)]: fail(path, "has more rows than the chain")
if f"{number}:{previous}" != about["seal"]: fail("log.csv does not end with the seal", about["seal"])
# 3. Each entry balances in each fund; the accounts roll forward; the statement follows from the postings by the rules of datapackage.json.
unbalanced, come_to, elsewhere = collections.Counter(), collections.Counter(), set()
numbers = {name: [field["name"] for field in files[name]["schema"]["fields"] if field["type"] == "number"] for name in ("trial_balance", "statement")}
for p in rows("gl_detail"):
    debit, credit, fund, account, when, of = cents(p["Debit_Amount"]), cents(p["Credit_Amount"]), *(p[field] for field in about["posting"])
    entry, balance, now = (p["Journal_ID"], fund, account > "9"), debit - credit, when[:4] == year
    if unbalanced.update({entry: balance}) or not unbalanced[entry]: del unbalanced[entry]
    elsewhere.update((p["receipt"], p["record"] if p["Source"] == "recovered" else ""))
    if when[:4] > year: continue
    rule = f"{account} {p['Source'] if now else 'brought-forward'} {'later' if of > year else 'current' if of == year and now else 'prior' if of else 'none'}"
    come_to.update({("trial_balance", fund, account, c): n for c, n in zip(numbers["trial_balance"], (balance * (not now), debit * now, credit * now, balance))})
    come_to.update({("statement", fund, p["contributor"], column): balance * sign for column, sign in about["statement"].get(rule, {}).items()})
for entry in unbalanced: fail("gl_detail.csv:", *entry[:2], "does not balance by", unbalanced[entry], "minor units")
printed = {(name, *list(row.values())[1:3], column): cents(row[column]) for name in numbers for row in rows(name) for column in numbers[name]}
for key in sorted({*printed, *come_to}): printed.get(key, 0) == come_to[key] or fail(key[0] + ".csv:", *key[1:], "is", printed.get(key, 0), "and should be", come_to[key])
# 4. What an instalment received is the sum of its applications; each application has its receipt; each receipt settles something or is held.
received, settled, used = {(i["pledge"], i["instalment"]): cents(i["received"]) for i in rows("instalments")}, collections.Counter(), set()
for a in rows("applications"): settled[a["pledge"], a["instalment"]] += cents(a["amount"]); used.add(a["receipt"])
for key in set(received) | set(settled): received.get(key) == settled[key] or fail("applications.csv and instalments.csv differ on", *key)
disagree = used ^ {r["receipt"] for r in rows("receipts") if r["receipt"] in used or not elsewhere & {r["receipt"], r["record"]}}
if disagree: fail("receipts.csv and applications.csv disagree on", *sorted(disagree))
if "--sample" in options:  # every posting that a step of so many minor units falls on
    step = max(sum(amount for key, amount in come_to.items() if key[3] == "Debit_Amount" and key[2] < "9") // max(int(options["--sample"]), 1), 1)
    start, seen, sample = int(random.Random(int(options.get("--seed", 1))).random() * step), 0, csv.writer(open("sample.csv", "w", newline=""))
    sample.writerow(field["name"] for field in files["gl_detail"]["schema"]["fields"])
    for p in rows("gl_detail"):
        before, seen = seen, seen + cents(p["Debit_Amount"]) * (p["Effective_Date"][:4] == year and p["GL_Account_Number"] < "9")
        if (start - before) // step != (start - seen) // step: sample.writerow(p.values())
sys.exit(1 if failures else print("everything holds"))
