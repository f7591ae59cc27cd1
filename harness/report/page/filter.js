/* Filters of the two lists. What is chosen stands in the address, so that a filtered list can be linked to. */

const has = (text, words) => words.every((word) => text.includes(word));

const optionsOfDocuments = [...new Set(statements.map((statement) => statement.document))].sort(natural);

/* { key: [label, values, test(item, value)] } */
const STATEMENT_FILTERS = {
  verdict: ["Verdict", VERDICTS, (s, value) => verdictOf(s) === value],
  document: ["Document", optionsOfDocuments, (s, value) => s.document === value],
  option: ["Option", OPTIONS, (s, value) => s.options.includes(value)],
  outcome: ["Claims that", OUTCOMES, (s, value) =>
    [...s.confirming, ...s.refuting].some((claim) => outcomeOf(claim) === value)],
  family: ["Family", ["v4", "v6"], (s, value) =>
    [...s.confirming, ...s.refuting].some((claim) => claim.family === value)],
};
const CLAIM_FILTERS = {
  outcome: ["Outcome", OUTCOMES, (c, value) => outcomeOf(c) === value],
  option: ["Option", OPTIONS, (c, value) => c.options.includes(value)],
  verdict: ["Decides what is", VERDICTS, (c, value) => c.decides.some((s) => verdictOf(s) === value)],
  document: ["Document", optionsOfDocuments, (c, value) => c.decides.some((s) => s.document === value)],
  family: ["Family", ["v4", "v6"], (c, value) => c.family === value],
};

const statementText = (s) => (s.text ||= [s.statement, s.id, s.section, s.option].join("\n").toLowerCase());
const claimText = (c) => (c.text ||= [c.sentence, c.id, c.option].join("\n").toLowerCase());

const wordsOf = (query) => query.toLowerCase().split(/\s+/).filter(Boolean);

const filtered = (list, filters, textOf, parameters) => {
  const tests = Object.entries(filters).filter(([key]) => parameters.get(key))
    .map(([key, [, , test]]) => (item) => test(item, parameters.get(key)));
  const words = wordsOf(parameters.get("q") || "");
  return list.filter((item) => tests.every((test) => test(item)) && has(textOf(item), words));
};

const choice = (key, label, values, chosen, words = {}) => h("label", null, h("span", null, label),
  h("select", { name: key },
    h("option", { value: "" }, "any"),
    values.map((value) => h("option", { value, selected: value === chosen }, words[value] || value))));

/* The form and the list below it. `show(items)` makes the list's nodes. */
const filterView = (view, noun, list, filters, textOf, parameters, show, extra) => {
  const count = h("p", { class: "count", role: "status" });
  const output = h("div", { class: "list" });
  const form = h("form", { class: "filter", role: "search", "aria-label": `Filter ${noun}s` },
    h("label", { class: "wide" }, h("span", null, "Text"),
      h("input", { name: "q", type: "search", value: parameters.get("q") || "", autocomplete: "off" })),
    Object.entries(filters).map(([key, [label, values]]) =>
      choice(key, label, values, parameters.get(key), { v4: "IPv4", v6: "IPv6" })),
    extra && extra(parameters),
    h("button", { type: "reset" }, "Reset"));
  const update = () => {
    const found = filtered(list, filters, textOf, parameters);
    count.textContent = found.length === list.length ? plural(list.length, noun) :
      `${found.length} of ${plural(list.length, noun)}`;
    output.replaceChildren(...[show(found, parameters)].flat());
  };
  const changed = () => {
    parameters = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
    history.replaceState(null, "", `#${view}${parameters.size ? `?${parameters}` : ""}`);
    update();
  };
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", changed);
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    for (const field of form.elements) field.value = "";
    changed();
  });
  update();
  return [form, count, output];
};
