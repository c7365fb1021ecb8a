"""Reads a workbook with openpyxl: formulas, the values that were written with them, and the values that LibreOffice calculates."""
import json, pathlib, subprocess, sys, tempfile
from decimal import Decimal
import openpyxl

def grid(path, data_only):
    book = openpyxl.load_workbook(path, data_only=data_only)
    plain = lambda value: value.isoformat()[:10] if hasattr(value, "isoformat") else value
    return {sheet.title: [[plain(cell.value) for cell in row] for row in sheet.iter_rows()] for sheet in book.worksheets}

def shown(cell):
    """A cell as its format shows it; a formula's cell has the value that was written with it."""
    value, form = cell.value, cell.number_format
    if value is None:
        return ""
    if hasattr(value, "isoformat"):
        return value.isoformat()[:10]
    if isinstance(value, (int, float)) and form.startswith("#,##0"):
        places = len(form.split("_)")[0].partition(".")[2])
        amount = Decimal(repr(value)).quantize(Decimal(1).scaleb(-places))
        text = f"{abs(amount):,.{places}f}"
        return "–" if amount == 0 else f"({text})" if amount < 0 else text
    return str(value)

def tables(book):
    """The sheets of tables, each with the part of the document and the caption above it."""
    found = []
    for sheet in book.worksheets[1:]:
        rows = [[shown(cell) for cell in row] for row in sheet.iter_rows()]
        if sheet.print_title_rows:
            found.append({"chapter": rows[0][0], "caption": rows[1][0], "rows": rows[2:]})
    return found

path = sys.argv[1]
said = {"formulas": grid(path, False), "values": grid(path, True)}
book = openpyxl.load_workbook(path)
said["tables"] = tables(openpyxl.load_workbook(path, data_only=True))
said["links"] = [cell.hyperlink.location for row in book.worksheets[0].iter_rows() for cell in row if cell.hyperlink]
said["created"] = book.properties.created.isoformat()
said["types"] = sorted({cell.data_type for sheet in book.worksheets for row in sheet.iter_rows() for cell in row})
said["frozen"] = {sheet.title: sheet.freeze_panes for sheet in book.worksheets}
said["landscape"] = all(sheet.page_setup.orientation == "landscape" for sheet in book.worksheets)
said["fit"] = all(sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.page_setup.fitToWidth in (None, 1) and sheet.page_setup.fitToHeight == 0 for sheet in book.worksheets)
said["footers"] = sorted({str(sheet.oddFooter.right.text) for sheet in book.worksheets})
said["repeated"] = {sheet.title: sheet.print_title_rows for sheet in book.worksheets}
if len(sys.argv) > 2:
    with tempfile.TemporaryDirectory() as folder:
        bare = pathlib.Path(folder, "bare.xlsx")
        book.save(bare)  # openpyxl saves formulas without their values
        out = pathlib.Path(folder, "out")
        profile = pathlib.Path(folder, "profile").as_uri()
        subprocess.run(["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "xlsx", "--outdir", str(out), str(bare)], check=True, capture_output=True, timeout=240)
        said["recalculated"] = grid(out / "bare.xlsx", True)
json.dump(said, sys.stdout)
