
"use strict";
const main = document.getElementById("report");
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0], original = [...body.rows];
  const plain = original.filter((row) => !row.classList.contains("total"));
  const rest = original.filter((row) => row.classList.contains("total"));
  const value = (row, column) => { const cell = row.cells[column]; return cell.dataset.value ?? cell.textContent; };
  const compare = (a, b) => {
    const [x, y] = [Number(a), Number(b)];
    return a !== "" && b !== "" && !Number.isNaN(x) && !Number.isNaN(y) ? x - y : a.localeCompare(b, document.documentElement.lang);
  };
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.title = main.dataset.sort;
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const next = { ascending: "descending", descending: "none" }[head.getAttribute("aria-sort")] ?? "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      let rows = plain;
      if (next !== "none") {
        head.setAttribute("aria-sort", next);
        rows = [...plain].sort((a, b) => compare(value(a, column), value(b, column)));
        if (next === "descending") rows.reverse();
      }
      body.append(...rows, ...rest);
    });
  });
  if (plain.length > 12) {
    const input = document.createElement("input");
    input.type = "search";
    input.className = "filter";
    input.placeholder = main.dataset.filter;
    input.setAttribute("aria-label", `${main.dataset.filter}: ${table.caption ? table.caption.textContent : ""}`);
    input.addEventListener("input", () => {
      const wanted = input.value.trim().toLowerCase();
      plain.forEach((row) => { row.hidden = !row.textContent.toLowerCase().includes(wanted); });
    });
    table.parentElement.before(input);
  }
}
