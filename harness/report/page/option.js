/* One option: what the documents say of it, what the kernel does, and what was measured. */

const SUMMARY = /EXPERIMENT\(\s*"((?:[^"\\]|\\.)*)"\s*,\s*(?:NULL|"([^"]*)")\s*,\s*((?:"(?:[^"\\]|\\.)*"\s*)+)\)/;

/* What the experiment's own file says of it: { level, summary }. */
const experimentOf = (file) => {
  sources ||= stored("sources");
  const match = Object.hasOwn(sources, file) && SUMMARY.exec(sources[file]);
  if (!match) return null;
  return { level: match[2] || "", summary: match[3].replace(/"\s*"/g, "").slice(1).replace(/"\s*$/, "").replace(/\\(.)/g, "$1") };
};

const optionView = (option) => {
  const own = claims.filter((claim) => claim.option === option);
  const others = claims.filter((claim) => claim.option !== option && claim.options.includes(option));
  const about = statements.filter((statement) => statement.options.includes(option));
  const files = [...new Set(own.map((claim) => claim.file))];
  const experiments = files.map(experimentOf).filter(Boolean);

  return {
    title: option,
    node: [
      h("p", { class: "path" }, [...new Set(experiments.map((one) => one.level))].filter(Boolean).join(", ") || "Option"),
      heading(option),
      experiments.map((one) => h("p", { class: "lead" }, one.summary)),
      files.length > 0 && h("p", { class: "under" }, files.map((file, i) => [i > 0 && ", ", h("code", null, file)])),
      about.length > 0 && verdictBar(about),
      own.length > 0 && h("section", null, h("h2", null, "What Linux does"), claimLines(own)),
      about.length > 0 && h("section", null, h("h2", null, "What the documents say"),
        sortedGroups(about, (statement) => statement.document).map(([name, list]) =>
          [h("h3", null, name), list.map((statement) => statementItem(statement))])),
      others.length > 0 && h("section", null, h("h2", null, "Claims of other experiments about it"), claimLines(others)),
    ],
  };
};
