"""Reads a PDF with pikepdf, as a checker of PDF/A-2a and PDF/UA-1 would that has no rule book: what the file claims, what it carries along, its fonts,
and whether every mark on every page is either in the tree of tags or an artifact, every table regular, every picture told."""
import json, sys
import pikepdf
from pikepdf import Array, Dictionary, Name

pdf = pikepdf.open(sys.argv[1])
root, wrong = pdf.Root, []
with pdf.open_metadata() as metadata:
    claims = {name: metadata.get(name) for name in ["pdfaid:part", "pdfaid:conformance", "pdfuaid:part", "dc:title", "xmp:CreateDate", "pdf:Producer"]}

def need(holds, what):
    if not holds:
        wrong.append(what)

need(not pdf.is_encrypted, "encrypted")
need(root.MarkInfo.Marked, "not marked")
need(bool(root.get("/Lang")), "no language")
need(root.ViewerPreferences.DisplayDocTitle, "the title is not shown")
need(any(intent.S == Name.GTS_PDFA1 and "/DestOutputProfile" in intent for intent in root.OutputIntents), "no output intent")
for forbidden in ["/AcroForm", "/OpenAction", "/AA", "/OCProperties"]:
    need(forbidden not in root, forbidden)
need("/JavaScript" not in root.get("/Names", {}) and "/EmbeddedFiles" not in root.get("/Names", {}), "names")
need(len(pdf.trailer.ID) == 2, "no identity")

# The tree: each content mark of each page once.
marked, kinds, told = set(), {}, []

def listed(found):
    return [] if found is None else list(found) if isinstance(found, Array) else [found]

def children(element):
    return listed(element.get("/K"))

def span(cell):
    attributes = listed(cell.get("/A"))
    return max([int(one.get("/ColSpan", 1)) for one in attributes] or [1]), [str(one.get("/Scope")) for one in attributes if "/Scope" in one]

def walk(element, page):
    kind = str(element.S)[1:]
    kinds[kind] = kinds.get(kind, 0) + 1
    page = element.get("/Pg", page)
    if kind == "Figure":
        told.append(str(element.get("/Alt", "")))
        need(bool(told[-1]), "a picture without words")
    if kind == "TH":
        need(span(element)[1] in (["/Column"], ["/Row"]), "a head of nothing")
    if kind == "Table":
        rows = [row for part in children(element) if str(part.S) in ("/THead", "/TBody") for row in children(part)]
        widths = {sum(span(cell)[0] for cell in children(row)) for row in rows}
        need(len(widths) == 1, f"a table whose rows have {widths} cells")
    for child in children(element):
        if isinstance(child, Dictionary) and "/S" in child:
            walk(child, page)
        elif isinstance(child, Dictionary):
            marked.add((child.get("/Pg", page).objgen, int(child.MCID)))
        else:
            marked.add((page.objgen, int(child)))

for top in children(root.StructTreeRoot):
    walk(top, None)

seen, fonts = set(), {}
for number, page in enumerate(pdf.pages, 1):
    need(page.get("/Tabs") == Name.S, f"page {number}: the order of its parts")
    need("/StructParents" in page, f"page {number}: not in the tree")
    for font in (page.Resources.get("/Font") or {}).values():
        descendant = font.DescendantFonts[0] if "/DescendantFonts" in font else font
        carried = any(key in descendant.FontDescriptor for key in ["/FontFile", "/FontFile2", "/FontFile3"])
        fonts[str(font.BaseFont)] = carried and "/ToUnicode" in font
    depth = []
    for operands, operator in pikepdf.parse_content_stream(page):
        operator = str(operator)
        if operator in ("BDC", "BMC"):
            tag = str(operands[0])
            depth.append(tag)
            if tag != "/Artifact" and len(operands) > 1 and "/MCID" in operands[1]:
                seen.add((page.obj.objgen, int(operands[1].MCID)))
        elif operator == "EMC":
            depth.pop()
        elif operator in ("Tj", "TJ", "f", "S", "B", "Do"):
            need(bool(depth), f"page {number}: a mark that is no part of anything")
need(all(fonts.values()) and fonts, f"fonts: {fonts}")
need(seen == marked, f"marks without a tag: {len(seen - marked)}, tags without a mark: {len(marked - seen)}")
json.dump({"wrong": sorted(set(wrong)), "claims": claims, "kinds": kinds, "told": told, "fonts": len(fonts), "outline": len(pdf.open_outline().root),
           "created": str(pdf.docinfo.CreationDate), "title": str(pdf.docinfo.Title)}, sys.stdout)
