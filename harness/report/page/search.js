/* What the field in the head of the page finds, whatever it is. */

const FOUND_MOST = 30;

const found = (title, list, show, all) => list.length > 0 && h("section", null,
  h("h2", null, `${title} (${list.length})`), show(list.slice(0, FOUND_MOST)),
  list.length > FOUND_MOST && all && h("p", null, h("a", { href: all }, `All ${list.length}`)));

const searchView = (parameters) => {
  const q = parameters.get("q") || "";
  const words = wordsOf(q);
  const options = OPTIONS.filter((option) => has(option.toLowerCase(), words));
  const said = statements.filter((statement) => has(statementText(statement), words));
  const about = families(claims.filter((claim) => has(claimText(claim), words)));
  return {
    title: `Search: ${q}`,
    node: [
      heading(q ? `Found for “${q}”` : "Search"),
      h("p", { class: "count", role: "status" }, [plural(options.length, "option"), plural(about.length, "claim"),
        plural(said.length, "statement")].join(", ")),
      found("Options", options, optionGrid),
      found("Claims", about, (list) => h("ul", { class: "claims" }, list.map(claimLine)), listAddress("claims", { q })),
      found("Statements", said, (list) => h("div", null, list.map((statement) => statementItem(statement))), listAddress("statements", { q })),
    ],
  };
};
