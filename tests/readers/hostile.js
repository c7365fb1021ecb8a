// Opens pages in Chromium with scripts allowed and every policy off: whether anything in them ran, asked the network, or became an element that is not ours.
const { chromium } = require("playwright-core");
const { execSync } = require("node:child_process");
const found = ["chromium", "google-chrome"].map((name) => { try { return execSync(`command -v ${name}`).toString().trim(); } catch { return ""; } }).find(Boolean);

(async () => {
  const browser = await chromium.launch({ executablePath: found, args: ["--no-sandbox"] });
  const context = await browser.newContext({ bypassCSP: true });
  const said = { hit: false, requests: [], strange: [], texts: [] };
  for (const file of process.argv.slice(2)) {
    const page = await context.newPage();
    const url = "file://" + file;
    page.on("request", (request) => { if (request.url() !== url) said.requests.push(request.url()); });
    page.on("dialog", (dialog) => { said.hit = true; dialog.dismiss(); });
    await page.goto(url);
    const seen = await page.evaluate(() => {
      const names = [...document.querySelectorAll("img, iframe, object, embed, form, link, meta[http-equiv=refresh], base, svg:not(.chart)")].map((one) => one.outerHTML.slice(0, 120));
      const handlers = [...document.querySelectorAll("*")].filter((one) => [...one.attributes].some((is) => is.name.startsWith("on"))).map((one) => one.outerHTML.slice(0, 120));
      const links = [...document.querySelectorAll("a[href]")].filter((one) => !one.getAttribute("href").startsWith("#")).map((one) => one.outerHTML.slice(0, 120));
      return { hit: window.hit !== undefined, strange: [...names, ...handlers, ...links], text: document.documentElement.textContent };
    });
    said.hit = said.hit || seen.hit;
    said.strange.push(...seen.strange);
    said.texts.push(seen.text);
    await page.close();
  }
  await browser.close();
  process.stdout.write(JSON.stringify(said));
})().catch((error) => { console.error(error); process.exit(1); });
