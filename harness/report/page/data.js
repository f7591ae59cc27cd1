/* What the page knows, and how its parts belong together. REPORT.md describes the data. */

const data = stored("data");
const runs = data.runs;

/* The run whose verdicts and outcomes are shown. */
let focus = 0;

const VERDICTS = ["confirmed", "refuted", "partly", "untestable", "open"];
const OUTCOMES = ["holds", "fails", "broken", "skipped"];

/* Of one; of several. */
const WORDS = {
  confirmed: "confirmed", refuted: "refuted", partly: "partly confirmed", untestable: "untestable", open: "open",
  holds: "holds", fails: "fails", broken: "broken", skipped: "skipped", "": "not run",
};
const PLURALS = { ...WORDS, holds: "hold", fails: "fail" };
const GLYPHS = {
  confirmed: "✓", refuted: "✗", partly: "◐", untestable: "–", open: "○",
  holds: "✓", fails: "✗", broken: "!", skipped: "–", "": "·",
};

const DOCUMENTS = {
  notes: "Notes on socket options, with programs and traces (这些socket选项都有什么用)",
  attrs: "A book's chapter on socket attributes (5.2 to 5.4)",
  unp: "Reading notes on UNIX Network Programming, chapter 7",
  socket7: "A translation of socket(7)",
};

const natural = new Intl.Collator("en", { numeric: true }).compare;

const group = (list, keys) => {
  const groups = new Map();
  for (const item of list)
    for (const key of [keys(item)].flat()) {
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push(item);
    }
  return groups;
};

const sortedGroups = (list, keys) => [...group(list, keys)].sort((a, b) => natural(a[0], b[0]));

const { claims, statements } = data;
const claimById = new Map(claims.map((claim) => [claim.id, claim]));
const statementById = new Map(statements.map((statement) => [statement.id, statement]));

claims.forEach((claim, index) => {
  claim.index = index;
  claim.base = claim.id.split("/")[0];
  claim.name = claim.base.slice(claim.base.indexOf(".") + 1);
  claim.confirms = [];
  claim.refutes = [];
});
const claimsByBase = group(claims, (claim) => claim.base);

/* A link names a claim with or without its family. */
const linked = (names) => names.flatMap((name) => claimsByBase.get(name) || claimById.get(name) || []);

for (const statement of statements) {
  statement.options = statement.option === "-" ? ["general"] : statement.option.split(",").map((name) => name.trim()).filter(Boolean);
  statement.confirming = linked(statement.confirmed_by);
  statement.refuting = linked(statement.refuted_by);
  for (const claim of statement.confirming) claim.confirms.push(statement);
  for (const claim of statement.refuting) claim.refutes.push(statement);
}
for (const claim of claims) {
  claim.decides = [...claim.confirms, ...claim.refutes];
  claim.options = [...new Set([claim.option, ...claim.decides.flatMap((statement) => statement.options)])];
}

const OPTIONS = [...new Set([...claims.map((claim) => claim.option), ...statements.flatMap((s) => s.options)])].sort(
  natural);

const outcomeOf = (claim, run = focus) => claim.runs[run]?.outcome || "";
const verdictOf = (statement, run = focus) => statement.runs[run]?.verdict || "open";
const reasonOf = (item, run = focus) => item.runs[run]?.reason || "";

/* Claims that are one but for their family. */
const families = (list) => [...group(list, (claim) => claim.base).values()];

const counted = (list, keys, of) => keys.map((key) => list.filter((item) => of(item) === key).length);

const isTime = (unit) => ["s", "ms", "us", "ns"].includes(unit);
const factWords = (fact) => {
  const value = typeof fact.value === "number" && !Number.isInteger(fact.value) ? +fact.value.toPrecision(6) : fact.value;
  return fact.unit ? `${value} ${fact.unit}` : `${value}`;
};

/* A release as people say it: "6.18.44-cloud-amd64" is 6.18.44. */
const shortRelease = (run) => /^\d+(\.\d+)*/.exec(run.release)?.[0] || run.release;
/* … unless another run would then have the same name. */
const kernelName = (run) => {
  const short = shortRelease(run);
  const same = runs.filter((other) => shortRelease(other) === short);
  if (same.length < 2) return short;
  return same.every((other) => other.release !== run.release || other === run) ? run.release
    : `${short} (${runs.indexOf(run) + 1})`;
};

/* Whether two kernels disagree. */
const differs = (values) => new Set(values.filter((value) => value !== "")).size > 1;
