/* One claim: what it says, what it decides, and the evidence. */

const decided = (title, list, verdictFor) => list.length > 0 && [
  h("h2", null, title),
  h("ul", { class: "decided" }, list.map((statement) => h("li", null,
    h("a", { href: statementAddress(statement) }, statement.statement),
    h("div", { class: "under" }, `${statement.document}, ${statement.section}`,
      verdictOf(statement) !== verdictFor && [" · ", badge(verdictOf(statement))])))),
];

const factTable = (claim) => {
  const names = [...new Set(claim.runs.flatMap((result) => (result?.facts || []).map((fact) => fact.name)))];
  if (!names.length) return null;
  const value = (name, run) => {
    const fact = (claim.runs[run]?.facts || []).find((one) => one.name === name);
    return fact ? factWords(fact) : "";
  };
  return h("section", null, h("h2", null, "Facts"), h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Facts" },
    h("table", { class: "facts" },
      runs.length > 1 && h("thead", null, h("tr", null, h("th", { scope: "col" }, "Fact"),
        runs.map((run) => h("th", { scope: "col" }, kernelName(run))))),
      h("tbody", null, names.map((name) => {
        const values = [...runs.keys()].map((run) => value(name, run));
        return h("tr", { class: differs(values) ? "different" : null }, h("th", { scope: "row" }, name),
          values.map((text) => h("td", { class: text !== values[focus] ? "other" : null }, text)));
      })))));
};

/* Relative to the page; each part of the path on its own, so that nothing in a name acts as an address. */
const pcapAddress = (run, result, file) =>
  runs[run].folder.split("/").map(encodeURIComponent).join("/") +
  [...result.evidence.split("/"), file].map(encodeURIComponent).join("/");

const evidence = (claim) => {
  const result = claim.runs[focus];
  const pcaps = result?.pcaps || [];
  return h("section", null, h("h2", null, "Do it again"),
    command(`./run-all.sh ${claim.id}`),
    command(`build/lab show ${claim.id}`),
    pcaps.length > 0 && h("p", null, "Packets: ", pcaps.map((file, i) => [i > 0 && " · ",
      h("a", { href: pcapAddress(focus, result, file) }, file)]),
      h("span", { class: "under" }, " Links work where the page lies beside its evidence.")));
};

const mostMarked = (marked) => marked[0]?.scrollIntoView({ block: "nearest", behavior: "smooth" });

/* A click on a call of the ladder shows its line of the source. */
const joinLadderAndSource = (picture, source) => {
  if (!picture || !source) return;
  picture.addEventListener("click", (event) => {
    const line = event.target.closest("[data-line]")?.getAttribute("data-line");
    if (!line) return;
    for (const marked of source.querySelectorAll(".marked")) marked.classList.remove("marked");
    const rows = [...source.querySelectorAll(`[data-line="${line}"]`)];
    rows.forEach((row) => row.classList.add("marked"));
    mostMarked(rows);
  });
};

const ladderSection = (claim, run) => run !== undefined && h("section", null, h("h2", null, "What happened"),
  run !== focus && h("p", { class: "note" }, claim.runs[focus]
    ? `This is the ladder of Linux ${kernelName(runs[run])}; on ${kernelName(runs[focus])} the claim came out the same.`
    : `It was not run on Linux ${kernelName(runs[focus])}: this is the ladder of ${kernelName(runs[run])}.`),
  ladder(claim, run));

const neighbours = (claim) => {
  const bases = [...claimsByBase.keys()];
  const at = bases.indexOf(claim.base);
  const link = (i, text, rel) => bases[i] && h("a", { href: address(claimsByBase.get(bases[i])[0].id), rel }, text);
  return h("nav", { class: "neighbours", "aria-label": "Neighbouring claims" },
    link(at - 1, "← previous claim", "prev"), link(at + 1, "next claim →", "next"));
};

const claimView = (claim) => {
  const run = ladderRun(claim);
  const twins = claimsByBase.get(claim.base);
  const picture = ladderSection(claim, run);
  const source = sourceNode(claim);
  const sourceSection = source && h("section", null, h("h2", null, "The proof"),
    h("p", { class: "under" }, `${claim.file}:${claim.line}`), source);

  joinLadderAndSource(picture, sourceSection);
  return {
    title: claim.sentence,
    node: [
      h("p", { class: "path" }, h("a", { href: optionAddress(claim.option) }, claim.option), " › ",
        h("code", null, claim.id)),
      heading(claim.sentence),
      h("p", { class: "state" }, badge(outcomeOf(claim)),
        twins.length > 1 && h("span", { class: "twins" }, twins.map((twin) => h("a", {
          href: address(twin.id), "aria-current": twin === claim ? "page" : null,
        }, familyName(twin) || twin.id))),
        h("span", { class: "under" }, `Linux ${runs[focus].release}, ${runs[focus].time} time` +
          (claim.runs[focus] ? `, ${claim.runs[focus].duration_ms} ms` : ""))),
      perKernel(claim, outcomeOf),
      reasonOf(claim) && h("pre", { class: `reason ${outcomeOf(claim)}`, tabindex: 0 }, reasonOf(claim)),
      claim.cites && h("p", null, "Rests on ", h("cite", null, claim.cites), "."),
      claim.decides.length > 0 && h("section", { class: "sides" },
        [decided("Confirms", claim.confirms, "confirmed"), decided("Refutes", claim.refutes, "refuted")]
          .filter(Boolean).map((side) => h("div", null, side))),
      picture, factTable(claim), sourceSection, evidence(claim), neighbours(claim),
    ],
  };
};
