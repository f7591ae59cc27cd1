/* Every statement, by document and section or by option. */

const grouped = (list, parameters) => {
  if (parameters.get("by") === "option")
    return sortedGroups(list, (statement) => statement.options).map(([option, some]) => h("section", { class: "chunk" },
      h("h2", null, optionLink(option)), some.map((statement) => statementItem(statement))));
  return sortedGroups(list, (statement) => statement.document).map(([name, some]) => h("section", null,
    h("h2", null, name, h("span", { class: "under" }, DOCUMENTS[name] || "")), verdictBar(some),
    sortedGroups(some, (statement) => statement.section).map(([section, few]) => h("section", { class: "chunk" },
      h("h3", null, section), few.map((statement) => statementItem(statement))))));
};

const byChoice = (parameters) => h("label", null, h("span", null, "Order"), h("select", { name: "by" },
  h("option", { value: "" }, "by document"),
  h("option", { value: "option", selected: parameters.get("by") === "option" }, "by option")));

const statementsView = (parameters) => ({
  title: "Statements",
  node: [
    heading("What the documents say"),
    h("p", { class: "lead" }, "Each statement with its verdict on this kernel. Open one for the claims that decide it."),
    filterView("statements", "statement", statements, STATEMENT_FILTERS, statementText, parameters, grouped, byChoice),
  ],
});

const statementView = (statement) => ({
  title: statement.statement,
  node: [
    h("p", { class: "path" }, h("a", { href: listAddress("statements", { document: statement.document }) },
      statement.document), ` › ${statement.section}`),
    heading(statement.statement),
    h("p", null, badge(verdictOf(statement))),
    h("div", { class: "body" }, statementBody(statement)),
  ],
});
