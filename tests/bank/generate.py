"""Writes the bank files that other people's libraries made, and has other people's libraries read ours.

    python -m venv venv; venv/bin/pip install ofxtools mt-940 camt053 pycamt
    venv/bin/python tests/bank/generate.py

The results are committed; the test suite needs neither this script nor the libraries.
"""
import csv, datetime, decimal, pathlib, re
import mt940, ofxtools, camt053, pycamt.parser
import xmlschema
from camt053.xml.generate_xml import generate_reversal_xml
from ofxtools import models as m
from ofxtools.header import make_header
from ofxtools.utils import UTC
import xml.etree.ElementTree as ET

HERE = pathlib.Path(__file__).parent
SCHEMAS = pathlib.Path(camt053.__file__).parent / "xsd"


def ofx():
    day = lambda month, date: datetime.datetime(2017, month, date, 12, tzinfo=UTC)
    line = lambda kind, date, amount, fitid, name, memo: m.STMTTRN(
        trntype=kind, dtposted=date, trnamt=decimal.Decimal(amount), fitid=fitid, name=name, memo=memo)
    lines = m.BANKTRANLIST(
        line("CREDIT", day(4, 3), "50000.00", "W-1", "MINISTRY OF FOREIGN AFFAIRS", "Contribution 2017 & arrears"),
        line("FEE", day(4, 4), "-25.50", "W-2", "WIRE FEE", None),
        line("CREDIT", day(4, 28), "12000.00", "W-3", "MINISTRY OF ENVIRONMENT", "MNG 2017"),
        dtstart=day(4, 1), dtend=day(4, 30))
    status = m.STATUS(code=0, severity="INFO")
    statement = m.STMTRS(
        curdef="USD", bankacctfrom=m.BANKACCTFROM(bankid="026009593", acctid="0012345678", accttype="CHECKING"), banktranlist=lines,
        ledgerbal=m.LEDGERBAL(balamt=decimal.Decimal("61974.50"), dtasof=day(4, 30)))
    signon = m.SIGNONMSGSRSV1(sonrs=m.SONRS(status=status, dtserver=day(4, 30), language="ENG"))
    bank = m.BANKMSGSRSV1(m.STMTTRNRS(trnuid="1", status=status, stmtrs=statement))
    tree = m.OFX(signonmsgsrsv1=signon, bankmsgsrsv1=bank).to_etree()
    from ofxtools.utils import tostring_unclosed_elements
    closed = ET.tostring(tree)
    (HERE / "ofx/ofxtools_203.ofx").write_bytes(bytes(str(make_header(version=203)), "utf_8") + closed)
    (HERE / "ofx/ofxtools_102.ofx").write_bytes(bytes(str(make_header(version=102)), "utf_8") + tostring_unclosed_elements(tree))
    (HERE / "ofx/ofxtools_103_closed.ofx").write_bytes(bytes(str(make_header(version=103)), "utf_8") + closed)


def camt_month():
    """One month in every version of camt.053, each valid by its schema."""
    for version in range(2, 9):
        party = (lambda name: f"<Pty><Nm>{name}</Nm></Pty>") if version >= 7 else (lambda name: f"<Nm>{name}</Nm>")
        status = "<Sts><Cd>{}</Cd></Sts>" if version >= 7 else "<Sts>{}</Sts>"
        charge = ('<Chrgs><Rcrd><Amt Ccy="USD">25.00</Amt>' + ("<ChrgInclInd>true</ChrgInclInd>" if version > 3 else "") + '</Rcrd></Chrgs>') if version >= 3 else '<Chrgs><Amt Ccy="USD">25.00</Amt></Chrgs>'
        share = (lambda amount: f'<Amt Ccy="USD">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>') if version >= 3 else (
            lambda amount: f'<AmtDtls><TxAmt><Amt Ccy="USD">{amount}</Amt></TxAmt></AmtDtls>')
        at = (lambda day: f"<DtTm>{day}T10:00:00+09:00</DtTm>") if version % 2 else (lambda day: f"<Dt>{day}</Dt>")
        balance = lambda code, amount, day: (f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="USD">{amount}</Amt>'
                                             f"<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>")
        code = "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>XBCT</SubFmlyCd></Fmly></Domn></BkTxCd>"
        entry = lambda amount, side, state, day, extra, details, reversal="": (
            f'<Ntry><Amt Ccy="USD">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd>{reversal}{status.format(state)}<BookgDt>{at(day)}</BookgDt>'
            f"<ValDt>{at(day)}</ValDt><AcctSvcrRef>B-{day[8:]}</AcctSvcrRef>{code}{extra}<NtryDtls>{details}</NtryDtls></Ntry>")
        transaction = lambda end, amount, name, text: (
            f"<TxDtls><Refs><EndToEndId>{end}</EndToEndId></Refs>{amount}<RltdPties><Dbtr>{party(name)}</Dbtr></RltdPties>"
            f"<RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls>")
        entries = [
            entry("62000.00", "CRDT", "BOOK", "2017-04-03", "", transaction("JPN-1", share("50000.00"), "MINISTRY OF FOREIGN AFFAIRS", "Japan 2017")
                  + transaction("NOTPROVIDED", share("12000.00"), "MINISTRY OF ENVIRONMENT", "Mongolia 2017")),
            entry("9975.00", "CRDT", "BOOK", "2017-04-12", charge, transaction(
                "CHN-1", '<AmtDtls><InstdAmt><Amt Ccy="USD">10000.00</Amt></InstdAmt></AmtDtls>' if version < 3 else share("9975.00").replace(
                    "<CdtDbtInd>CRDT</CdtDbtInd>", '<CdtDbtInd>CRDT</CdtDbtInd><AmtDtls><InstdAmt><Amt Ccy="USD">10000.00</Amt></InstdAmt></AmtDtls>'),
                "MINISTRY OF ECOLOGY", "China 2017")),
            entry("300.00", "DBIT", "BOOK", "2017-04-20", "", "<TxDtls><Refs><EndToEndId>X-9</EndToEndId></Refs>" + (share("300.00").replace("CRDT", "DBIT") if version >= 3 else "") + "<RltdPties><Dbtr>"
                  + party("UNKNOWN PAYER") + "</Dbtr></RltdPties><RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf></TxDtls>", "<RvslInd>true</RvslInd>"),
            entry("1.00", "CRDT", "PDNG", "2017-04-30", "", transaction("P", share("1.00"), "PENDING", "not yet")),
        ]
        text = (f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version:02}"><BkToCstmrStmt>\n'
                "<GrpHdr><MsgId>M-1</MsgId><CreDtTm>2017-05-01T01:00:00</CreDtTm></GrpHdr>\n<Stmt><Id>2017-04</Id><ElctrncSeqNb>4</ElctrncSeqNb>"
                "<CreDtTm>2017-05-01T01:00:00</CreDtTm><FrToDt><FrDtTm>2017-04-01T00:00:00</FrDtTm><ToDtTm>2017-04-30T23:59:59</ToDtTm></FrToDt>"
                "<Acct><Id><IBAN>DE02120300000000202051</IBAN></Id><Ccy>USD</Ccy></Acct>\n"
                + "\n".join([balance("OPBD", "1000.00", "2017-04-01"), balance("CLBD", "72675.00", "2017-04-30")] + entries)
                + "\n</Stmt></BkToCstmrStmt></Document>\n")
        xmlschema.XMLSchema(SCHEMAS / f"camt.053.001.{version:02}.xsd").validate(text)
        (HERE / f"camt/month_{version:02}.xml").write_text(text)


def camt_reversal():
    """A statement of returned payments, written by camt053."""
    header = dict(statement_msg_id="MSG-7", creation_date_time="2017-05-02T08:00:00", statement_id="REV-7", account_id="DE02120300000000202051",
                  account_currency="USD", bal_type_code="OPBD", bal_amount="1000.00", bal_currency="USD", bal_credit_debit="CRDT", bal_date="2017-05-02")
    entry = dict(entry_ref="E-1", original_ref="I-1", amount="250.00", currency="USD", credit_debit="DBIT", reversal_indicator="true", status="BOOK",
                 booking_date="2017-05-02", value_date="2017-05-02", end_to_end_id="X-7", tx_id="T-7", counterparty_name="CLOSED ACCOUNT & SONS",
                 counterparty_account="DE89370400440532013000", reason_code="AC04", additional_info="account closed")
    (HERE / "camt/camt053_written.xml").write_text(generate_reversal_xml([header | entry], version="camt.053.001.08"))


def amounts(path, rows):
    with open(HERE / "read_by_others" / (path + ".csv"), "w", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows([["date", "amount", "reference"]] + rows)


def cross_check():
    (HERE / "read_by_others").mkdir(exist_ok=True)
    for path in sorted((HERE / "mt940").iterdir()):
        found = mt940.parse(path.read_text())
        rows = [[t.data["entry_date"] if t.data.get("entry_date") else t.data["date"], t.data["amount"].amount, t.data.get("bank_reference") or ""] for t in found]
        amounts(path.name, rows)
    from ofxtools.Parser import OFXTree
    for path in sorted((HERE / "ofx").glob("*.ofx")):
        parser = OFXTree()
        parser.parse(str(path))
        amounts(path.name, [[t.dtposted.date(), t.trnamt, t.fitid] for s in parser.convert().statements for t in s.transactions])
    for path in sorted((HERE / "camt").glob("*.xml")):
        found = pycamt.parser.Camt053Parser.from_file(path).get_transactions()
        sign = {"CRDT": 1, "DBIT": -1}
        rows = [[str(t.get("BookingDate"))[:10], sign[t["CreditDebitIndicator"]] * decimal.Decimal(str(t["Amount"])), t.get("EndToEndId") or ""] for t in found]
        amounts(path.name, rows)


ofx()
camt_month()
camt_reversal()
cross_check()
