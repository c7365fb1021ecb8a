"""Reads a workbook with openpyxl: formulas, the values that were written with them, and the values that LibreOffice calculates."""
import json, pathlib, subprocess, sys, tempfile
import openpyxl

def grid(path, data_only):
    book = openpyxl.load_workbook(path, data_only=data_only)
    plain = lambda value: value.isoformat()[:10] if hasattr(value, "isoformat") else value
    return {sheet.title: [[plain(cell.value) for cell in row] for row in sheet.iter_rows()] for sheet in book.worksheets}

path = sys.argv[1]
said = {"formulas": grid(path, False), "values": grid(path, True)}
book = openpyxl.load_workbook(path)
said["created"] = book.properties.created.isoformat()
said["types"] = sorted({cell.data_type for sheet in book.worksheets for row in sheet.iter_rows() for cell in row})
said["frozen"] = {sheet.title: sheet.freeze_panes for sheet in book.worksheets}
said["landscape"] = all(sheet.page_setup.orientation == "landscape" for sheet in book.worksheets)
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
