/* Pieces that several views are made of. */

const address = (id) => "#" + encodeURI(id).replace(/[?#]/g, encodeURIComponent);
const optionAddress = (option) => `#option/${encodeURIComponent(option)}`;
const statementAddress = (statement) => `#statement/${encodeURIComponent(statement.id)}`;
const listAddress = (view, filter) => `#${view}?${new URLSearchParams(filter)}`;

const glyph = (word) => h("span", { class: `glyph ${word || "none"}`, "aria-hidden": "true" }, GLYPHS[word]);

/* A verdict or an outcome, as a sign for the eye and a word for everybody. */
const sign = (word) => [glyph(word), h("span", { class: "unseen" }, `${WORDS[word]}: `)];
const badge = (word) => h("span", { class: `badge ${word || "none"}` }, glyph(word), WORDS[word]);

const verdictBar = (list, of = verdictOf) => {
  const counts = counted(list, VERDICTS, of);
  return h("span", {
    class: "share", role: "img",
    "aria-label": VERDICTS.map((verdict, i) => counts[i] && `${counts[i]} ${verdict}`).filter(Boolean).join(", "),
  }, VERDICTS.map((verdict, i) => counts[i] > 0 &&
    h("span", { class: verdict, style: `flex-grow:${counts[i]}` })));
};

const optionLink = (option) => h("a", { class: "option", href: optionAddress(option) }, option);

const familyName = (claim) => ({ v4: "IPv4", v6: "IPv6" }[claim.family] || "");

/* One line for a claim, of one family or of both. */
const claimLine = (both) => {
  const facts = both[0].runs[focus]?.facts || [];
  return h("li", { class: "claim" },
    h("span", { class: "signs" }, both.map((claim) => h("a", {
      href: address(claim.id), title: `${claim.id} ${WORDS[outcomeOf(claim)]}`, class: "family",
    }, sign(outcomeOf(claim)), familyName(claim) || "run"))),
    h("div", null,
      h("a", { class: "sentence", href: address(both[0].id) }, both[0].sentence),
      h("div", { class: "under" }, h("code", null, both[0].base),
        facts.map((fact) => h("span", { class: "fact" }, `${fact.name} = ${factWords(fact)}`)))));
};

const claimLines = (list) => h("ul", { class: "claims" }, families(list).map(claimLine));

const side = (title, list) => list.length > 0 && [h("h4", null, title), claimLines(list)];

/* Verdicts or outcomes of all kernels, when there are several. */
const perKernel = (item, of) => runs.length > 1 && h("ul", { class: "kernels" },
  runs.map((run, i) => h("li", null, `Linux ${kernelName(run)} `, badge(item.runs[i] ? of(item, i) : ""))));

const statementBody = (statement) => [
  h("p", { class: "under" }, `${statement.document}, ${statement.section} · about `,
    statement.options.map((option, i) => [i > 0 && ", ", optionLink(option)]), ` · seen in: ${statement.kind} · `,
    h("a", { href: statementAddress(statement) }, h("code", null, statement.id))),
  perKernel(statement, verdictOf),
  reasonOf(statement) && h("p", { class: "note" }, reasonOf(statement)),
  side("Claims that confirm it", statement.confirming),
  side("Claims that refute it", statement.refuting),
];

/* A statement that opens; its body is made when it is looked at. */
const statementItem = (statement, open) => {
  const item = h("details", { class: `statement ${verdictOf(statement)}`, open },
    h("summary", null, h("span", { class: "line" }, sign(verdictOf(statement)),
      h("span", { class: "text" }, statement.statement))));
  const fill = () => {
    if (item.open && item.children.length === 1) item.append(h("div", { class: "body" }, statementBody(statement)));
  };
  item.addEventListener("toggle", fill);
  if (open) fill();
  return item;
};

const copy = async (text, button) => {
  try {
    await navigator.clipboard.writeText(text);
  } catch { /* from a file, or without permission: the selection does as well */
    const range = document.createRange();
    range.selectNodeContents(button.previousSibling);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    document.execCommand("copy");
  }
  button.textContent = "copied";
  setTimeout(() => { button.textContent = "copy"; }, 1500);
};

const command = (text) => h("div", { class: "command" }, h("code", null, text),
  h("button", { type: "button", onclick: (event) => copy(text, event.currentTarget) }, "copy"));

/* Opens to a ladder that is drawn then. */
const ladderDetails = (claim) => {
  const run = ladderRun(claim);
  if (run === undefined) return null;
  const details = h("details", { class: "watch" }, h("summary", null, "Watch it happen"));
  details.addEventListener("toggle", () => {
    if (details.open && details.children.length === 1) details.append(ladder(claim, run));
  });
  return details;
};

const heading = (text) => h("h1", { tabindex: -1 }, text);
