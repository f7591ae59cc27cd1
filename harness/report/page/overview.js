/* The first view: how much stands, what falls most instructively, and the ways in. */

const INSTRUCTIVE_SHOWN = 12;

const when = (run) => {
  const date = new Date(run.started);
  return Number.isNaN(date.getTime()) ? run.started : date.toISOString().replace("T", " ").replace(/:\d\d\.\d+Z/, " UTC");
};

const runWords = (run) =>
  `Linux ${run.release} on ${run.machine}, ${run.time} time, ${when(run)}, sockopt-lab ${run.suite}`;

const tally = () => h("ul", { class: "tally" }, VERDICTS.map((verdict, i) =>
  h("li", null, h("a", { href: listAddress("statements", { verdict }), class: verdict },
    h("strong", null, counted(statements, VERDICTS, verdictOf)[i]), glyph(verdict), PLURALS[verdict]))));

const claimSums = () => {
  const counts = counted(claims, OUTCOMES, outcomeOf);
  const parts = OUTCOMES.map((outcome, i) => (counts[i] > 0 || outcome === "fails") &&
    h("a", { href: listAddress("claims", { outcome }) }, `${counts[i]} ${PLURALS[outcome]}`))
    .filter(Boolean);
  return h("p", null, `Of ${plural(claims.length, "claim")} about what Linux does `,
    parts.map((part, i) => [i > 0 && (i === parts.length - 1 ? " and " : ", "), part]), ".");
};

const attention = () => {
  const bad = claims.filter((claim) => ["fails", "broken"].includes(outcomeOf(claim)));
  return bad.length > 0 && h("section", { class: "attention" },
    h("h2", null, "Needs attention"),
    h("p", null, "A claim that fails means that the kernel changed, or that we were wrong; one that is broken says nothing."),
    claimLines(bad.slice(0, 20)),
    bad.length > 20 && h("p", null, h("a", { href: listAddress("claims", { outcome: outcomeOf(bad[0]) }) }, "All of them")));
};

const documentTable = () => h("table", { class: "documents" },
  h("thead", null, h("tr", null, ["Document", "Statements", "Verdicts"].map((name) => h("th", { scope: "col" }, name)))),
  h("tbody", null, sortedGroups(statements, (statement) => statement.document).map(([name, list]) => h("tr", null,
    h("th", { scope: "row" }, h("a", { href: listAddress("statements", { document: name }) }, name),
      h("span", { class: "under" }, DOCUMENTS[name] || "")),
    h("td", { class: "amount" }, list.length),
    h("td", null, verdictBar(list))))));

const quote = (statement) => h("blockquote", null,
  h("a", { href: statementAddress(statement) }, sign("refuted"), statement.statement),
  h("footer", null, `${statement.document}, ${statement.section}`));

const lesson = ({ claim, fallen }) => h("li", { class: "lesson" },
  fallen.map(quote),
  h("p", { class: "instead" }, sign(outcomeOf(claim)), h("a", { href: address(claim.id) }, claim.sentence)),
  ladderDetails(claim));

const lessons = () => {
  const all = instructive();
  return all.length > 0 && h("section", null,
    h("h2", null, "Refuted statements worth knowing"),
    h("details", { class: "how" }, h("summary", null, "How these are chosen"), h("p", null, MEASURE)),
    h("ol", { class: "lessons" }, all.slice(0, INSTRUCTIVE_SHOWN).map(lesson)),
    h("p", null, h("a", { href: listAddress("statements", { verdict: "refuted" }) },
      `All ${counted(statements, ["refuted"], verdictOf)[0]} refuted statements`)));
};

const optionGrid = (names) => h("ul", { class: "options" }, names.map((option) => {
  const about = statements.filter((statement) => statement.options.includes(option));
  const own = claims.filter((claim) => claim.option === option);
  return h("li", null, h("a", { href: optionAddress(option) }, option), verdictBar(about),
    h("span", { class: "under" }, [about.length && plural(about.length, "statement"),
      own.length && plural(families(own).length, "claim")].filter(Boolean).join(", ")));
}));

const isOption = (name) => /^[A-Z0-9]+_[A-Z0-9_]+$/.test(name);

const overview = () => ({
  title: "Overview",
  node: [
    heading("What socket options really do"),
    h("p", { class: "lead" }, `${plural(statements.length, "statement")} of ` +
      `${plural(new Set(statements.map((s) => s.document)).size, "document")}, put to the test on Linux ` +
      `${shortRelease(runs[focus])} with two real endpoints and every packet captured.`),
    tally(), verdictBar(statements),
    claimSums(),
    runs[focus].selected < runs[focus].known && h("p", { class: "note" },
      `This was a run of ${runs[focus].selected} of ${plural(runs[focus].known, "claim")}: what only the others decide is open.`),
    attention(),
    h("section", null, h("h2", null, "The documents"), documentTable()),
    lessons(),
    h("section", null, h("h2", null, "Options"), optionGrid(OPTIONS.filter(isOption)),
      h("h3", null, "Other topics"), optionGrid(OPTIONS.filter((name) => !isOption(name)))),
  ],
});
