// SPDX-License-Identifier: MIT
// The report in a real browser: `make test-report`. LAB is the lab to test, CHROMIUM another browser than that of PATH.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { HOSTILE, write } from "./synthetic.mjs";

const LAB = process.env.LAB || fileURLToPath(new URL("../../../build/lab", import.meta.url));
const CHROMIUM = process.env.CHROMIUM || ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(fs.existsSync);
const BASES = 260; // claims, each for IPv4 and IPv6
const KERNELS = 5;
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "sockopt-lab-report-"));
const report = path.join(folder, "report.html");
const single = path.join(folder, "kernel-0", "report.html");
let browser;
const complaints = [];

const open = async (fragment = "", file = report, options = {}) => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => request.url().startsWith("file:") || complaints.push(`asks for ${request.url()}`));
  await page.goto(pathToFileURL(file).href + fragment);
  return page;
};

const texts = (page, selector) => page.locator(selector).allTextContents();

before(async () => {
  // a home of its own, so that the sources of the claims are its own too
  const lab = path.join(folder, "build", "lab");
  fs.mkdirSync(path.dirname(lab));
  fs.copyFileSync(LAB, lab);
  const runs = write(folder, { bases: BASES, kernels: KERNELS, evidence: 2 });
  execFileSync(lab, ["report", "-o", report, ...runs]);
  execFileSync(lab, ["report", runs[0]]);
  browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
});

after(async () => {
  await browser?.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

test("520 claims of 5 kernels open in under a second", async (t) => {
  const times = [];
  for (let i = 0; i < 5; i++) {
    const page = await open();
    times.push(await page.evaluate(() => {
      const [{ domComplete }] = performance.getEntriesByType("navigation");
      return domComplete;
    }));
    assert.match(await page.locator("h1").textContent(), /socket options/);
    await page.close();
  }
  times.sort((a, b) => a - b);
  t.diagnostic(`${times.map(Math.round).join(", ")} ms to complete, ${(fs.statSync(report).size / 1e6).toFixed(1)} MB`);
  assert.ok(times[2] < 1000, `the median of ${times.map(Math.round)} ms`);
});

test("every view opens without a complaint, and what is hostile stays text", async () => {
  const page = await open();
  const hostileOption = `#option/${encodeURIComponent(HOSTILE)}`;
  const views = ["", "#statements", "#statements?by=option", "#claims", "#kernels", "#kernels?all=1", "#search?q=hostile", "#search?q=%22%3C",
    "#synthetic.claim_1/v4", "#synthetic.claim_3/v4", "#statement/unp%2Fstatement_1", hostileOption, "#nonsense", "#%E0%A4%A", "#option/constructor",
    "#__proto__"];
  for (const view of views) {
    await page.goto(pathToFileURL(report).href + view);
    await page.reload();
    assert.equal(await page.locator("h1").count(), 1, view);
    for (const summary of await page.locator("details > summary").all().then((all) => all.slice(0, 5))) await summary.click();
    assert.equal(await page.evaluate(() => window.owned), undefined, view);
    assert.equal(await page.locator("main img, main script").count(), 0, view);
  }
  await page.close();
});

test("a fragment opens that claim, with ladder, source, commands and packets", async () => {
  const page = await open("#synthetic.claim_2/v6", single);
  assert.match(await page.locator("h1").textContent(), /claim number 2 /);
  assert.deepEqual(await texts(page, ".twins [aria-current=page]"), ["IPv6"]);
  assert.equal(await page.locator(".ladder path.shaft.arrow").count(), 40);
  assert.deepEqual(await texts(page, ".ladder .host"), ["client", "server"]);
  assert.ok((await texts(page, ".ladder .label")).includes("[P.] 1:2 ack 1 win 502"));
  assert.ok((await texts(page, ".command code")).includes("./run-all.sh synthetic.claim_2/v6"));
  assert.equal(await page.locator("a", { hasText: "server.pcap" }).getAttribute("href"), "synthetic.claim_2/v6/server.pcap");
  assert.ok((await texts(page, ".facts tr")).some((row) => row.includes("default_size")));
  assert.match(await page.locator(".source").textContent(), /^\D*\d*CLAIM\(claim_2, V4 \| V6,/);
  assert.equal(await page.locator(".source .marked").count(), 0);
  await page.locator(".ladder g", { hasText: 'send(client, "GET", 3)' }).click();
  assert.match(await page.locator(".source .marked").textContent(), /send_text\(s\.client, "GET"\);/);
  await page.goto(`${pathToFileURL(single).href}#synthetic.claim_4`); // without family, by a changed fragment
  await page.waitForFunction(() => document.querySelector("h1").textContent.includes("number 4"));
  await page.close();
});

test("in the page over several runs links to packets lead into the run's own folder", async () => {
  const page = await open("#synthetic.claim_2/v4");
  assert.equal(await page.locator("a", { hasText: "client.pcap" }).getAttribute("href"), "kernel-0/synthetic.claim_2/v4/client.pcap");
  await page.close();
});

test("the hostile claim's ladder shows its text", async () => {
  const page = await open("#synthetic.claim_1/v4");
  const calls = await texts(page, ".ladder .call");
  assert.ok(calls.some((text) => text.includes("</script>")), calls[0]);
  assert.ok((await page.locator(".source").textContent()).includes(HOSTILE.slice(0, 40)));
  await page.close();
});

test("filters narrow the lists, count, stand in the address, and reset", async () => {
  const page = await open("#claims");
  const count = () => page.locator(".count").textContent();
  const all = BASES * 2;
  assert.equal(await count(), `${all} claims`);
  await page.selectOption("[name=outcome]", "fails");
  assert.equal(await count(), `2 of ${all} claims`); // number 3 fails on the first kernel, in both families
  assert.equal(await page.locator("main .claim").count(), 1);
  assert.match(page.url(), /#claims\?outcome=fails$/);
  await page.selectOption("[name=family]", "v6");
  assert.equal(await count(), `1 of ${all} claims`);
  await page.selectOption("[name=outcome]", "");
  await page.selectOption("[name=option]", "TCP_CORK");
  await page.selectOption("[name=verdict]", "refuted");
  await page.selectOption("[name=document]", "notes");
  assert.ok((await page.locator("main .claim").count()) > 0);
  await page.fill("[name=q]", "no such words");
  assert.equal(await count(), `0 of ${all} claims`);
  await page.click("button[type=reset]");
  assert.equal(await count(), `${all} claims`);
  assert.match(page.url(), /#claims$/);
  await page.goto(`${pathToFileURL(report).href}#statements?verdict=refuted&document=notes`);
  await page.reload();
  assert.ok((await page.locator(".statement.refuted").count()) > 0);
  assert.equal(await page.locator(".statement:not(.refuted)").count(), 0);
  await page.locator(".statement summary").first().click();
  await page.waitForSelector(".statement .claim"); // made when it opens
  await page.close();
});

test("the search field finds options, claims and sentences", async () => {
  const page = await open();
  await page.keyboard.press("/");
  await page.keyboard.type("_17");
  await page.waitForSelector("h1:has-text('_17')");
  assert.equal(await page.locator("main .claim").count(), 11); // 17 and 170 to 179
  assert.equal(await page.locator("main .statement").count(), 11);
  await page.fill("#find", "tcp_cork");
  assert.ok((await texts(page, ".options a")).includes("TCP_CORK"));
  await page.close();
});

test("kernels: the matrix shows what differs, and everything on demand", async () => {
  const page = await open("#kernels");
  const rows = (name) => page.locator("section", { has: page.locator(`h2:text-is("${name}")`) }).locator("tbody tr");
  assert.equal(await page.locator(".runs tbody tr").count(), KERNELS);
  const differing = await rows("Claims").count();
  assert.equal(differing, 7); // number 3, and every fiftieth from the seventh on, both families as one
  assert.equal(await rows("Claims").locator(".other").count() > 0, true);
  assert.ok((await rows("Facts").count()) > 0);
  await page.click("input[type=checkbox]");
  await page.waitForFunction((all) => document.querySelectorAll(".matrix tbody tr").length > all, BASES);
  await page.selectOption("header select", "1");
  await page.goto(`${pathToFileURL(report).href}#synthetic.claim_3/v4`);
  await page.waitForSelector(".state .badge.holds");
  await page.close();
});

test("it can be used by keyboard alone", async () => {
  const page = await open();
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter"); // the first number of the overview
  await page.waitForSelector("h1:has-text('documents say')");
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "H1");
  await page.close();
});

test("a screen reader is told signs in words, headings in order, and what the ladder says", async () => {
  const page = await open("#synthetic.claim_2/v4");
  const tree = await page.locator("body").ariaSnapshot();
  for (const wanted of ["navigation \"Views\"", "searchbox \"Search everything\"", "holds", "region \"Ladder\"", "[P.] 1:2 ack 1 win 502", "client to server"])
    assert.ok(tree.includes(wanted), `no ${wanted} in:\n${tree}`);
  const levels = await page.locator("h1, h2, h3, h4").evaluateAll((all) => all.map((one) => +one.tagName[1]));
  levels.forEach((level, i) => assert.ok(level <= (levels[i - 1] || 0) + 1, `headings ${levels}`));
  await page.close();
});

for (const [width, scheme] of [[1280, "light"], [1280, "dark"], [400, "light"], [400, "dark"]])
  test(`nothing is wider than a window of ${width} pixels (${scheme})`, async () => {
    const page = await open("", report, { viewport: { width, height: 800 }, colorScheme: scheme });
    for (const view of ["", "#statements", "#claims", "#kernels", "#synthetic.claim_2/v4", "#synthetic.claim_1/v4"]) {
      await page.goto(pathToFileURL(report).href + view);
      await page.reload();
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width, view);
    }
    await page.close();
  });

test("text can be read: its contrast with what is behind it is 4.5 at least", async () => {
  for (const colorScheme of ["light", "dark"]) {
    const page = await open("#kernels?all=1", report, { colorScheme });
    for (const view of ["", "#kernels?all=1", "#synthetic.claim_3/v4", "#synthetic.claim_2/v4"]) {
      await page.goto(pathToFileURL(report).href + view);
      await page.reload();
      assert.deepEqual(await page.evaluate(faint), [], `${colorScheme} ${view}`);
    }
    await page.close();
  }
});

// Runs in the page: the classes of texts that are too faint (WCAG 2.1, contrast minimum).
function faint() {
  const parse = (colour) => colour.match(/[\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const colour = parse(getComputedStyle(one).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const wrong = new Set();
  for (const element of document.querySelectorAll("body *")) {
    if (![...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim())) continue;
    if (element.closest("script, style, option, noscript, title") || !element.getClientRects().length) continue;
    const style = getComputedStyle(element);
    const colour = parse(element.closest("svg.ladder") ? style.fill : style.color);
    const [a, b] = [light(colour), light(behind(element))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) wrong.add(`${element.tagName} ${element.getAttribute("class")} ${style.color}`);
  }
  return [...wrong];
}

test("nothing was complained about, and nothing was asked of the network", () => assert.deepEqual(complaints, []));
