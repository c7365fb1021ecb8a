"""Reads workbooks and documents: their texts, their formulas, and whatever in them reaches outside."""
import json, re, sys, zipfile
import docx, openpyxl

said = {"texts": [], "formulas": [], "outside": []}
for path in sys.argv[1:]:
    with zipfile.ZipFile(path) as parts:
        for name in parts.namelist():
            text = parts.read(name).decode("utf-8", "replace")
            if name.endswith(".rels"):
                said["outside"] += re.findall(r"<Relationship [^>]*TargetMode=\"External\"[^>]*>", text)
            # The number of a page is a field of ours, in the footer.
            said["outside"] += [name] if "vbaProject" in name or "<ddeLink" in text or "w:instrText" in text and "footer" not in name else []
    if path.endswith(".xlsx"):
        for sheet in openpyxl.load_workbook(path).worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    if cell.value is not None:
                        said["formulas" if cell.data_type == "f" else "texts"].append(str(cell.value))
    else:
        document = docx.Document(path)
        said["texts"] += [paragraph.text for paragraph in document.paragraphs]
        said["texts"] += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
json.dump(said, sys.stdout)
