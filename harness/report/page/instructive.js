/*
 * The most instructive of what is refuted. A statement that several documents have from each other misleads more people than
 * one that a single document has; one that packets refute can be watched. So the refuted statements are grouped by the
 * claim that shows the contrary, and these groups are ordered
 *   1. statements about Linux before those about options of other systems (which Linux refutes by not having them),
 *   2. by how many documents say it,
 *   3. by what shows it: the wire, then time, then what calls do, then the state of the socket,
 *   4. by how many statements the claim takes with it.
 */
const KINDS = ["wire", "timing", "io", "state", "foreign"];

const kindRank = (statement) => {
  const rank = KINDS.indexOf(statement.kind);
  return rank < 0 ? KINDS.length : rank;
};

const MEASURE =
  "Refuted statements are grouped by the claim that shows the contrary. First come those that most documents repeat, " +
  "among them those that can be seen on the wire, then those seen in time, in what calls do, in the state of a socket; " +
  "then those where one claim takes most statements with it. Options of other systems come last: Linux refutes them by " +
  "not having them.";

const instructive = () => {
  const groups = [];
  for (const [base, both] of claimsByBase) {
    const claim = both.find((one) => outcomeOf(one) === "holds");
    const fallen = claim ? claim.refutes.filter((statement) => verdictOf(statement) === "refuted") : [];
    if (!fallen.length) continue;
    fallen.sort((a, b) => kindRank(a) - kindRank(b) || natural(a.id, b.id));
    groups.push({
      base, claim, fallen,
      foreign: fallen.every((statement) => statement.kind === "foreign"),
      documents: new Set(fallen.map((statement) => statement.document)).size,
      kind: kindRank(fallen[0]),
    });
  }
  groups.sort((a, b) => a.foreign - b.foreign || b.documents - a.documents || a.kind - b.kind ||
    b.fallen.length - a.fallen.length || natural(a.base, b.base));
  /* a statement is told once, where it ranks highest */
  const told = new Set();
  return groups.filter((one) => {
    one.fallen = one.fallen.filter((statement) => !told.has(statement));
    one.fallen.forEach((statement) => told.add(statement));
    return one.fallen.length > 0;
  });
};
