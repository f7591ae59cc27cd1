// SPDX-License-Identifier: MIT
// Results of runs that never were, large and hostile, in the shape of real ones: results.json (RESULTS.md) and notebooks.
import fs from "node:fs";
import path from "node:path";

// Everything that could end a script, an attribute, a comment or a line, or turn the reader's text around.
export const HOSTILE = `</script><script>window.owned=1</script><img src=x onerror="window.owned=1"><!-- ]]> & &lt; "'\\ \u2028\u202e\u0007`;

const OPTIONS = ["SO_LINGER", "TCP_NODELAY", "TCP_CORK", "SO_REUSEPORT", "IP_TTL", "IPV6_V6ONLY", "Nagle algorithm"];
const DOCUMENTS = ["notes", "unp", "attrs", "socket7"];
const KINDS = ["wire", "timing", "io", "state", "foreign"];

const claimBase = (i) => `synthetic.claim_${i}`;

const SOURCE = "experiments/tcp/synthetic.c";
const LINES = 9; // of each claim's proof
const lineOf = (i) => 5 + i * LINES;

// Lines 5 to 13 are those of claim 0, and so on.
const source = (bases) => `/* SPDX-License-Identifier: MIT */
#include "lab.h"

EXPERIMENT("TCP_NODELAY", "IPPROTO_TCP", "what never " "was");
` + Array.from({ length: bases }, (_, i) => `CLAIM(claim_${i}, V4 | V6,
      "sentence")
{
    struct stream s = tcp_stream(lab);

    if (treatment(lab)) /* ${i === 1 ? HOSTILE.replace(/[\u2028\u0007]/g, "") : "this is it"} */
        send_text(s.client, "GET");
    expect_wire(lab, "client > server [P.] 1:2 ack 1");
}
`).join("");

const outcome = (i, kernel) => {
  if (i === 3) return kernel === 0 ? "fails" : "holds";
  if (i % 50 === 7) return kernel % 2 ? "fails" : "holds";
  if (i % 40 === 9) return "skipped";
  return "holds";
};

const claim = (i, family, kernel) => ({
  id: `${claimBase(i)}/${family}`, experiment: "synthetic", option: i === 1 ? HOSTILE : OPTIONS[i % OPTIONS.length], family,
  sentence: i === 1 ? `the hostile one ${HOSTILE}` : `claim number ${i} says that the ${OPTIONS[i % OPTIONS.length]} of a socket does what it does`,
  file: SOURCE, line: lineOf(i),
  outcome: outcome(i, kernel),
  reason: i === 1 ? HOSTILE : outcome(i, kernel) === "holds" ? "" : `${SOURCE}:${lineOf(i) + 7}: not what was expected on kernel ${kernel}`,
  treated: true,
  facts: i % 10 === 2 ? [{ name: "default_size", value: 1000 + (i % 20 ? kernel : 0), unit: "bytes" }, { name: "took", value: 1.5 + kernel, unit: "ms" }]
    : i === 1 ? [{ name: HOSTILE, value: HOSTILE, unit: HOSTILE }] : [],
  duration_ms: 300, cpu_ms: 9, evidence: `${claimBase(i)}/${family}`, cites: i % 3 ? null : "tcp(7)",
  statements: [`doc/statement_${i}`],
});

const statement = (i, kernel) => ({
  id: `${DOCUMENTS[i % 4]}/statement_${i}`, option: OPTIONS[i % OPTIONS.length], document: DOCUMENTS[i % 4],
  section: i === 1 ? HOSTILE : `${i % 7}.${i % 13}`, kind: KINDS[i % 5],
  statement: i === 1 ? `Hostile: ${HOSTILE}` : `Sentence number ${i} of the document.`,
  verdict: outcome(i, kernel) !== "holds" ? "open" : i % 6 === 4 ? "refuted" : i % 6 === 5 ? "partly" : "confirmed",
  confirmed_by: i % 6 === 4 ? [] : [claimBase(i)], refuted_by: i % 6 === 4 || i % 6 === 5 ? [claimBase(i)] : [],
  reason: i === 1 ? HOSTILE : "",
});

// A held acknowledgement, as harness/tests/show_samples/held.jsonl has it, with 20 more requests.
const notebook = ({ id, sentence, line }, text) => {
  let t = 1_800_000_000_000_000_000n;
  let number = 0;
  const record = (members) => {
    t += 40_000n;
    return `{"t":${t},${JSON.stringify(members).slice(1)}\n`;
  };
  const packet = (from, to, label, uid) =>
    record({ kind: "packet", host: from, interface: "eth0", direction: "out", number: ++number, text: `${from} > ${to} ${label}`, uid }) +
    record({ kind: "packet", host: to, interface: "eth0", direction: "in", number, text: `${from} > ${to} ${label}`, uid });
  let lines = record({ kind: "start", claim: id, sentence, file: SOURCE, line, placebo: false, kernel: "6.1.0", time: "real", bench: "client server" }) +
    record({ kind: "bench", hosts: [{ name: "client", interfaces: [{ name: "eth0", v4: "10.0.0.1/24", v6: "fd00::1/64" }] }, { name: "server", interfaces: [{ name: "eth0", v4: "10.0.0.2/24", v6: "fd00::2/64" }] }], sysctls: {} }) +
    record({ kind: "treatment", applied: true, line: line + 5 });
  for (let i = 0; i < 20; i++)
    lines += record({ kind: "call", host: "client", text: `send(client, ${JSON.stringify(text)}, ${i})`, result: 1, took: 3000, line: line + 6 }) +
      packet("client", "server", `[P.] ${i + 1}:${i + 2} ack 1 win 502`, 2 * i + 1) + packet("server", "client", `[.] ack ${i + 2} win 510`, 2 * i + 2);
  return lines + record({ kind: "expect", text: `client > server [P.] 1:2 ack 1\n${text}`, ok: true, line: line + 7 }) +
    record({ kind: "end", outcome: "holds", reason: "", line: 0, cpu_ns: 5_000_000, captures: [{ file: "client.pcap", packets: 40, dropped: 0 }, { file: "server.pcap", packets: 40, dropped: 0 }] });
};

/* Writes `kernels` folders below `folder`, the first ones with evidence, and returns their paths. */
export const write = (folder, { bases, kernels, evidence }) => {
  const folders = [];
  fs.mkdirSync(path.join(folder, path.dirname(SOURCE)), { recursive: true });
  fs.writeFileSync(path.join(folder, SOURCE), source(bases));
  for (let kernel = 0; kernel < kernels; kernel++) {
    const into = path.join(folder, `kernel-${kernel}`);
    const claims = [];
    for (let i = 0; i < bases; i++) for (const family of ["v4", "v6"]) claims.push(claim(i, family, kernel));
    fs.mkdirSync(into, { recursive: true });
    fs.writeFileSync(path.join(into, "results.json"), JSON.stringify({
      schema: 1, suite: { version: "0.1" }, kernel: { release: `6.${kernel + 1}.0-${kernel}-amd64`, version: "#1", machine: "x86_64" },
      time: "virtual", placebo: false, repeat: 1, started: "2026-01-01T00:00:00Z", wall_ms: 1000,
      summary: { claims: {}, statements: {}, selected: claims.length, known: claims.length },
      claims, statements: Array.from({ length: bases }, (_, i) => statement(i, kernel)),
    }));
    if (kernel < evidence)
      for (const one of claims) {
        fs.mkdirSync(path.join(into, one.id), { recursive: true });
        fs.writeFileSync(path.join(into, one.id, "notebook.jsonl"),
          notebook(one, one.id.startsWith("synthetic.claim_1/") ? HOSTILE : "GET"));
      }
    folders.push(into);
  }
  return folders;
};
