/* Every claim, by option. */

const claimGroups = (list) => sortedGroups(list, (claim) => claim.option).map(([option, some]) =>
  h("section", { class: "chunk" }, h("h2", null, optionLink(option)), claimLines(some)));

const claimsView = (parameters) => ({
  title: "Claims",
  node: [
    heading("What Linux does"),
    h("p", { class: "lead" }, "Each claim is proved by a C program on a real kernel, and has its packets to show."),
    filterView("claims", "claim", claims, CLAIM_FILTERS, claimText, parameters, claimGroups),
  ],
});
