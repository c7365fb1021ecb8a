"""Reads a document with python-docx: headings, tables under their heading, repeated heads, pictures."""
import json, re, sys
import docx
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

FIGURE = re.compile(r"\(?[\d,]+\.\d\d\)?")
# As wide as at six points, the smallest print, in the face of a typewriter's width.
wide = lambda figure: sum(3.0 if letter.isdigit() else 1.5 for letter in figure)

document = docx.Document(sys.argv[1])
headings, tables, wrapped, chapter, caption = [], [], [], "", ""
for child in document.element.body.iterchildren():
    if child.tag == qn("w:p"):
        paragraph = Paragraph(child, document)
        style = paragraph.style.name
        if style.startswith("Heading") or style == "Title":
            headings.append([style, paragraph.text])
            chapter = paragraph.text if style == "Heading 1" else chapter
        if style == "Caption":
            caption = paragraph.text
    elif child.tag == qn("w:tbl"):
        table = Table(child, document)
        rows = [[cell.text for cell in row.cells] for row in table.rows]
        heads = [row._tr.trPr is not None and row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
        if not caption:  # lines to sign on
            continue
        for row in table.rows:
            wrapped += [cell.text for cell in row.cells if FIGURE.fullmatch(cell.text) and wide(cell.text) > cell.width.pt - 7]
        tables.append({"chapter": chapter, "caption": caption, "rows": rows, "repeated": heads[0] and not any(heads[1:])})
        caption = ""
section = document.sections[0]
json.dump({"headings": headings, "tables": tables, "wrapped": wrapped, "pictures": len(document.inline_shapes), "landscape": section.page_width > section.page_height,
           "created": document.core_properties.created.isoformat()}, sys.stdout)
