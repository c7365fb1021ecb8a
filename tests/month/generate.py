"""Writes one month of a bank account, October 2017, as camt.053.001.08 and as the same bank's table (CSV).

    python3 tests/month/generate.py

Everything is invented. The results are committed; the test suite does not need this script.
"""
import csv, decimal, pathlib
from xml.sax.saxutils import escape

HERE = pathlib.Path(__file__).parent
OPENING = "88350.75"
# day, amount, payer or payee, text, bank's reference; then charge on the way, what was sent, and whether it came back.
LINES = [
    (2, "81.20", "", "INTEREST SEPTEMBER 2017", "X1002001"),
    (2, "-12.00", "", "ACCOUNT MAINTENANCE FEE", "X1002002"),
    (3, "50000.00", "MINISTRY OF FINANCE PRC", "NEASPEC CORE FUND 2017", "X1003001"),
    (3, "100000.00", "REPUBLIC OF KOREA", "VOLUNTARY CONTRIBUTION 2017 MOE-2017-114", "X1003002"),
    (4, "15000.00", "JAPAN", "CONTRIBUTION JFY2017", "X1004001"),
    (4, "-8200.00", "HOTEL PRESIDENT ULAANBAATAR", "WORKSHOP VENUE INV 2231", "X1004002"),
    (5, "-1250.40", "E. BATSUKH", "CONSULTANCY FEE CTR 17-08", "X1005001"),
    (6, "500.00", "CITY OF ULAN-UDE", "DONATION", "X1006001"),
    (6, "70.00", "", "CASH DEPOSIT COUNTER 4", "X1006002"),
    (9, "9975.00", "MONGOLIA", "CONTRIBUTION 2017", "X1009001"),
    (9, "1250.40", "E. BATSUKH", "RETURNED PAYMENT AC04 ACCOUNT CLOSED", "X1009002", {"back": True}),
    (10, "150000.00", "RUSSIAN FEDERATION", "MPA PROJECT AND CORE FUND 2017", "X1010001"),
    (11, "60000.00", "REPUBLIC OF KOREA", "LOW CARBON CITIES FIRST PART", "X1011001"),
    (12, "40000.00", "REPUBLIC OF KOREA", "LOW CARBON CITIES SECOND PART", "X1012001"),
    (12, "-1250.40", "E. BATSUKH", "CONSULTANCY FEE CTR 17-08", "X1012002"),
    (13, "-2000.00", "MINISTRY OF FINANCE PRC", "REFUND OF OVERPAYMENT 2016", "X1013001"),
    (13, "-25.00", "", "WIRE FEE X1013001", "X1013002"),
    (16, "4985.00", "JAPAN", "DLD PROJECT", "X1016001", {"charge": "15.00"}),
    (16, "1000.00", "MONGOLIA", "STAFF SECONDMENT SHARE", "X1016002"),
    (16, "1000.00", "MONGOLIA", "STAFF SECONDMENT SHARE", "X1016003"),
    (17, "8731.50", "REPUBLIC OF KOREA", "KRW PLEDGE 2017", "X1017001", {"sent": ("KRW", "10000000")}),
    (17, "-640.00", "ORIENT TRAVEL LLC", "TICKET ICN-ULN DELGADO", "X1017002"),
    (17, "-640.00", "ORIENT TRAVEL LLC", "TICKET ICN-ULN HWANG", "X1017003"),
    (18, "-2150.00", "UNOPS", "DATA SERVICES Q3", "X1018001"),
    (18, "12000.00", "TOYAMA PREFECTURE", "MARINE LITTER STUDY", "X1018002"),
    (19, "-310.25", "INCHEON PRINTING CO", "BROCHURES", "X1019001"),
    (19, "-4500.00", "INST OF GEOGRAPHY VLADIVOSTOK", "MPA STUDY TRANCHE 1", "X1019002"),
    (20, "3000.00", "CHINA", "CORE FUND 2016 BALANCE", "X1020001"),
    (20, "-95.00", "INCHEON COURIER", "COURIER SEPTEMBER", "X1020002"),
    (23, "7000.00", "GOSKOMEKOLOGIA", "P-2017-003", "X1023001"),
    (23, "-1800.00", "A. DELGADO", "DSA WORKSHOP ULAANBAATAR", "X1023002"),
    (24, "-30.00", "", "FEE INCOMING WIRE X1010001", "X1024001"),
    (24, "250.00", "UNIVERSITY OF TOYAMA", "REGISTRATION FEE WORKSHOP", "X1024002"),
    (25, "20000.00", "MINISTRY OF ENVIRONMENT SEJONG", "MPA", "X1025001"),
    (26, "-5600.00", "WWF MONGOLIA", "NATURE CONSERVATION GRANT", "X1026001"),
    (26, "1.00", "TEST PAYMENT", "TEST", "X1026002"),
    (27, "-420.00", "SONGDO CONVENTIA", "MEETING ROOM", "X1027001"),
    (30, "6000.00", "DPR OF KOREA", "CONTRIBUTION", "X1030001"),
    (31, "77.35", "", "INTEREST OCTOBER 2017", "X1031001"),
    (31, "-12.00", "", "ACCOUNT MAINTENANCE FEE", "X1031002"),
]


def rows():
    for line in LINES:
        yield (*line[:5], line[5] if len(line) > 5 else {})


def closing():
    return decimal.Decimal(OPENING) + sum(decimal.Decimal(line[1]) for line in LINES)


def camt():
    usd = lambda amount: f'<Amt Ccy="USD">{amount}</Amt>'
    side = lambda amount: "<CdtDbtInd>DBIT</CdtDbtInd>" if amount.startswith("-") else "<CdtDbtInd>CRDT</CdtDbtInd>"
    balance = lambda code, amount, day: (f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{usd(amount)}<CdtDbtInd>CRDT</CdtDbtInd>"
                                         f"<Dt><Dt>{day}</Dt></Dt></Bal>")
    entries = []
    for day, amount, who, text, reference, more in rows():
        date, plain = f"2017-10-{day:02}", amount.lstrip("-")
        back = more.get("back")
        party = "Dbtr" if (amount[0] != "-") != bool(back) else "Cdtr"
        charges = f'<Chrgs><Rcrd>{usd(more["charge"])}<ChrgInclInd>true</ChrgInclInd></Rcrd></Chrgs>' if "charge" in more else ""
        sent = more.get("sent")
        details = f'<AmtDtls><InstdAmt><Amt Ccy="{sent[0]}">{sent[1]}</Amt></InstdAmt></AmtDtls>' if sent else ""
        parties = f"<RltdPties><{party}><Pty><Nm>{escape(who)}</Nm></Pty></{party}></RltdPties>" if who else ""
        returned = "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>" if back else ""
        entries.append(
            f"<Ntry>{usd(plain)}{side(amount)}<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{date}</Dt></BookgDt><ValDt><Dt>{date}</Dt></ValDt>"
            f"<AcctSvcrRef>{reference}</AcctSvcrRef>{charges}<NtryDtls><TxDtls><Refs><AcctSvcrRef>{reference}</AcctSvcrRef></Refs>{usd(plain)}{side(amount)}"
            f"{details}{parties}<RmtInf><Ustrd>{escape(text)}</Ustrd></RmtInf>{returned}</TxDtls></NtryDtls></Ntry>")
    stamp = "2017-11-01T01:00:00"
    text = ('<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>\n'
            f"<GrpHdr><MsgId>M-10</MsgId><CreDtTm>{stamp}</CreDtTm></GrpHdr>\n<Stmt><Id>2017-10</Id><ElctrncSeqNb>10</ElctrncSeqNb><CreDtTm>{stamp}</CreDtTm>"
            "<FrToDt><FrDtTm>2017-10-01T00:00:00</FrDtTm><ToDtTm>2017-10-31T23:59:59</ToDtTm></FrToDt>"
            "<Acct><Id><Othr><Id>0012345678</Id></Othr></Id><Ccy>USD</Ccy></Acct>\n"
            f'{balance("OPBD", OPENING, "2017-10-01")}\n{balance("CLBD", closing(), "2017-10-31")}\n' + "\n".join(entries) +
            "\n</Stmt></BkToCstmrStmt></Document>\n")
    (HERE / "2017-10.xml").write_text(text)


def table():
    with open(HERE / "2017-10.csv", "w", newline="") as file:
        out = csv.writer(file)
        grouped = lambda amount: f"{decimal.Decimal(amount):,.2f}"
        out.writerow(["Account", "0012345678"])
        out.writerow(["Opening balance", grouped(OPENING)])
        out.writerow(["Closing balance", grouped(closing())])
        out.writerow(["Date", "Debit", "Credit", "Name", "Details", "Reference", "Charges"])
        for day, amount, who, text, reference, more in rows():
            debit, credit = (grouped(amount.lstrip("-")), "") if amount.startswith("-") else ("", grouped(amount))
            out.writerow([f"{day:02}/10/2017", debit, credit, who, text, reference, more.get("charge", "")])


camt()
table()
