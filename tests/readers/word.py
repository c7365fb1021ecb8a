"""Reads a document with python-docx: headings, tables under their heading, repeated heads, pictures."""
import json, sys
import docx
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

document = docx.Document(sys.argv[1])
headings, tables, chapter, caption = [], [], "", ""
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
        tables.append({"chapter": chapter, "caption": caption, "rows": rows, "repeated": heads[0] and not any(heads[1:])})
section = document.sections[0]
json.dump({"headings": headings, "tables": tables, "pictures": len(document.inline_shapes), "landscape": section.page_width > section.page_height,
           "created": document.core_properties.created.isoformat()}, sys.stdout)
