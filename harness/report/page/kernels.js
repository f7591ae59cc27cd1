/* Several runs side by side. */

const cell = (word, other, title) => h("td", { class: `cell ${word || "none"}${other ? " other" : ""}`, title: title || null },
  glyph(word), h("span", { class: "unseen" }, WORDS[word]));

/* Items that are one but for the family and say the same on every kernel are one row. */
const folded = (items, claimOf, valueOf) => [...group(items, (item) => JSON.stringify(
  [claimOf(item).base, item.name, [...runs.keys()].map((run) => valueOf(item, run))])).values()]
  .map((same) => ({ item: same[0], ids: same.map((item) => claimOf(item).id) }));

const idsOf = ({ ids }, claim) =>
  h("span", { class: "under" }, h("code", null, ids.length > 1 ? claim.base : claim.id));

/* A row for each item whose values differ, or for all of them. */
const matrix = (name, items, valueOf, nameOf, cellOf, everything) => {
  const rows = items.map((item) => [item, [...runs.keys()].map((run) => valueOf(item, run))])
    .filter(([, values]) => everything || differs(values));
  const different = items.filter((item) => differs([...runs.keys()].map((run) => valueOf(item, run)))).length;
  return h("section", null, h("h2", null, name),
    h("p", { class: "under" }, different ? `${different} of ${items.length} differ.` : `None of ${items.length} differs.`),
    rows.length > 0 && h("div", { class: "scroll matrix", tabindex: 0, role: "region", "aria-label": `${name} by kernel` },
      h("table", null,
        h("thead", null, h("tr", null, h("td", null), runs.map((run, i) => h("th", { scope: "col", class: i === focus ? "focus" : null },
          kernelName(run))))),
        h("tbody", null, rows.map(([item, values]) => h("tr", { class: differs(values) ? "different" : null },
          h("th", { scope: "row" }, nameOf(item)),
          values.map((value, run) => cellOf(value, value !== "" && value !== values[focus], item, run))))))));
};

const factRows = () => claims.flatMap((claim) =>
  [...new Set(claim.runs.flatMap((result) => (result?.facts || []).filter((fact) => !isTime(fact.unit)).map((fact) => fact.name)))]
    .map((name) => ({ claim, name })));

const factValue = ({ claim, name }, run) => {
  const fact = (claim.runs[run]?.facts || []).find((one) => one.name === name);
  return fact ? factWords(fact) : "";
};

const kernelsView = (parameters) => {
  const everything = parameters.get("all") === "1";
  const toggle = h("input", {
    type: "checkbox", checked: !everything,
    onchange: (event) => { location.hash = event.currentTarget.checked ? "#kernels" : "#kernels?all=1"; },
  });
  return {
    title: "Kernels",
    node: [
      heading("Kernels side by side"),
      h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Runs" }, h("table", { class: "runs" },
        h("thead", null, h("tr", null, ["Kernel", "Time", "Statements", "", "Claims"].map((name) => h("th", { scope: "col" }, name)))),
        h("tbody", null, runs.map((run, i) => {
          const counts = counted(claims, OUTCOMES, (claim) => outcomeOf(claim, i));
          return h("tr", null, h("th", { scope: "row" }, run.release, h("span", { class: "under" }, `${run.machine}, ${when(run)}`)),
            h("td", null, run.time),
            h("td", { class: "amount" }, statements.filter((s) => verdictOf(s, i) !== "open").length + " decided"),
            h("td", null, verdictBar(statements, (s) => verdictOf(s, i))),
            h("td", null, OUTCOMES.map((outcome, k) => counts[k] > 0 && h("span", { class: "sum" }, glyph(outcome), `${counts[k]} ${PLURALS[outcome]}`))));
        })))),
      h("p", null, h("label", { class: "check" }, toggle, " Only what differs between kernels")),
      matrix("Claims", folded(claims, (claim) => claim, outcomeOf), ({ item }, run) => outcomeOf(item, run),
        (one) => [h("a", { href: address(one.item.id) }, one.item.sentence), idsOf(one, one.item)],
        (word, other, { item }, run) => cell(word, other, [WORDS[word], reasonOf(item, run)].filter(Boolean).join(": ")),
        everything),
      matrix("Statements", statements, (s, run) => (s.runs[run] ? verdictOf(s, run) : ""),
        (s) => [h("a", { href: statementAddress(s) }, s.statement), h("span", { class: "under" }, `${s.document}, ${s.section}`)],
        (word, other, s, run) => cell(word, other, [WORDS[word], reasonOf(s, run)].filter(Boolean).join(": ")), everything),
      matrix("Facts", folded(factRows(), ({ claim }) => claim, factValue), ({ item }, run) => factValue(item, run),
        (one) => [h("a", { href: address(one.item.claim.id) }, one.item.name), idsOf(one, one.item.claim)],
        (text, other) => h("td", { class: other ? "other" : null }, text || "·"), everything),
    ],
  };
};
