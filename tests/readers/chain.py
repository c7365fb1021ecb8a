"""Prints the seal that a ledger's rows come to, by docs/chain.md alone: chain.py CHAIN.MD LEDGER"""
import hashlib, re, sqlite3, sys

page, ledger = sys.argv[1:]
file = sqlite3.connect(f"file:{ledger}?mode=ro", uri=True)
rows = re.findall(r"^\| `(\w+)`(.*?) \| (.*) \|$", open(page, encoding="utf-8").read(), re.M)
columns = {table: listed.split(", ") for table, _, listed in rows}
# "Reference rows of one table come in the order of their keys", and what the table says of the others.
keys = {"alias": "contributor, name", "parameter": "record, name", "rate": "currency, date"}
keys |= {table: said[1] for table, order, _ in rows if (said := re.search(r"by (\w+)", order))}


def lines(table, where, *values):
    for row in file.execute(f"SELECT {', '.join(columns[table])} FROM {table} WHERE {where} ORDER BY {keys.get(table, columns[table][0])}", values):
        cells = ["" if cell is None else cell.hex() if isinstance(cell, bytes) else str(cell) for cell in row]
        yield "\t".join([table, *cells]) + "\n", row[0]


def body(record):
    for table in columns:
        if table == "instalment":
            yield from (text for text, _ in lines(table, "pledge IN (SELECT number FROM pledge WHERE record = ?)", record))
        elif table != "line":
            for text, number in lines(table, "record = ?", record):
                yield text
                if table == "entry":
                    yield from (text for text, _ in lines("line", "entry = ?", number))


identity, previous = file.execute("SELECT id FROM ledger").fetchone()[0], "0" * 64
for number, kept in file.execute("SELECT number, hash FROM record ORDER BY number").fetchall():
    text = "".join(body(number))
    frame = f"corefund 1\nledger {identity}\nrecord {number}\nprevious {previous}\nlength {len(text.encode())}\n\n{text}"
    previous = hashlib.sha256(frame.encode()).hexdigest()
    if previous != (kept.hex() if isinstance(kept, bytes) else kept):
        sys.exit(f"record {number} does not hash to what is kept")
print(f"{number}:{previous}")
