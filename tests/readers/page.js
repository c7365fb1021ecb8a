// Reads a page in Chromium: its tables with and without scripts, what it asks of the network, whether it sorts and filters, whether it
// fits a phone, and what axe-core says of it.
const { chromium } = require("playwright-core");
const { execSync } = require("node:child_process");
const fs = require("node:fs");
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const found = ["chromium", "google-chrome"].map((name) => { try { return execSync(`command -v ${name}`).toString().trim(); } catch { return ""; } }).find(Boolean);

const tables = () => {
  let chapter = "";
  return [...document.querySelectorAll("h2, table")].flatMap((part) => {
    if (part.tagName === "H2") { chapter = part.textContent.trim(); return []; }
    return [{ chapter, caption: part.caption ? part.caption.textContent.trim() : "", rows: [...part.rows].map((row) => [...row.cells].map((cell) => cell.innerText.replace(/\s+/g, " ").trim())) }];
  });
};

// Nothing but the tabulator, the space bar and letters: to the first heading that sorts, then to the filter of a long table.
const byKeyboard = async (page) => {
  await page.goto("file://" + process.argv[2]);
  const said = { sorted: null, filter: null };
  for (let step = 0; step < 80 && (said.filter === null || said.sorted === null); step++) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => document.activeElement.className || document.activeElement.tagName);
    if (at === "BUTTON" && said.sorted === null) {
      await page.keyboard.press("Space");
      said.sorted = await page.evaluate(() => document.activeElement.closest("th").getAttribute("aria-sort"));
    }
    if (at === "filter" && said.filter === null) {
      await page.keyboard.type("mongolia");
      said.filter = await page.evaluate(() => [...document.activeElement.nextElementSibling.querySelectorAll("tbody tr")].filter((row) => !row.hidden).length === 2);
    }
  }
  return said;
};

(async () => {
  const browser = await chromium.launch({ executablePath: found, args: ["--no-sandbox"] });
  const url = "file://" + process.argv[2];
  const said = { requests: [], errors: [], violations: [] };
  for (const [width, scripts] of [[1280, true], [1280, false], [390, true]]) {
    const context = await browser.newContext({ viewport: { width, height: 900 }, javaScriptEnabled: scripts, bypassCSP: false });
    const page = await context.newPage();
    page.on("request", (request) => { if (request.url() !== url) said.requests.push(request.url()); });
    page.on("console", (message) => { if (message.type() === "error") said.errors.push(message.text()); });
    page.on("pageerror", (error) => said.errors.push(String(error)));
    await page.goto(url);
    if (!scripts) { said.plain = await page.evaluate(tables); continue; }
    if (width === 1280) {
      said.tables = await page.evaluate(tables);
      said.lang = await page.evaluate(() => document.documentElement.lang);
      said.charts = await page.evaluate(() => [...document.querySelectorAll("svg.chart")].map((svg) => [svg.querySelector("title").textContent, svg.querySelector("desc").textContent]));
      said.sorted = await page.evaluate(() => {
        const table = document.querySelector("table.sortable");
        table.querySelectorAll("thead button")[2].click();
        const texts = [...table.tBodies[0].rows].filter((row) => !row.classList.contains("total")).map((row) => Number(row.cells[2].dataset.value));
        const last = table.tBodies[0].rows[table.tBodies[0].rows.length - 1].classList.contains("total");
        return { rising: texts.every((value, place) => place === 0 || texts[place - 1] <= value), last };
      });
      said.filtered = await page.evaluate(() => {
        const input = document.querySelector("input.filter");
        if (!input) return null;
        input.value = "mongolia";
        input.dispatchEvent(new Event("input"));
        const table = input.nextElementSibling.querySelector("table");
        return [...table.tBodies[0].rows].filter((row) => !row.hidden && !row.classList.contains("total")).map((row) => row.cells[0].innerText);
      });
      said.keys = await byKeyboard(await context.newPage());
      said.printed = ((await page.pdf({ preferCSSPageSize: true })).toString("latin1").match(/\/Type\s*\/Page\b/g) || []).length;
    } else {
      said.phone = await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);
    }
    const audit = await browser.newContext({ viewport: { width, height: 900 }, bypassCSP: true });
    const audited = await audit.newPage();
    await audited.goto(url);
    await audited.evaluate(axe);
    const result = await audited.evaluate(() => window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
    said.violations.push(...result.violations.map((violation) => `${width}: ${violation.id}: ${violation.help}: ${violation.nodes[0].html.slice(0, 160)}`));
  }
  await browser.close();
  process.stdout.write(JSON.stringify(said));
})().catch((error) => { console.error(error); process.exit(1); });
