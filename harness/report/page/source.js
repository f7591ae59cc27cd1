/* The C code of a claim, from its CLAIM line with the comment above to the brace that ends it. */

let sources;

const TOKENS = new RegExp([
  /(\/\*[^]*?\*\/|\/\/[^\n]*)/,
  /("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')/,
  /\b(auto|break|case|char|const|continue|default|do|double|else|enum|for|if|int|long|return|short|signed|sizeof|static|struct|switch|unsigned|void|while|bool|size_t|u?int\d+_t)\b/,
  /\b([A-Z][A-Z0-9_]{2,})\b/,
  /\b([a-z_]\w*)(?=\()/,
].map((part) => part.source).join("|"), "g");
const TOKEN_CLASSES = [null, "comment", "string", "word", "constant", "call"];

/* The text's lines, each a list of nodes. */
const coloured = (text) => {
  const lines = [[]];
  const put = (piece, name) => piece.split("\n").forEach((part, i) => {
    if (i) lines.push([]);
    if (part) lines.at(-1).push(name ? h("span", { class: name }, part) : part);
  });
  let at = 0;
  for (const match of text.matchAll(TOKENS)) {
    put(text.slice(at, match.index));
    put(match[0], TOKEN_CLASSES[match.findIndex((part, i) => i && part !== undefined)]);
    at = match.index + match[0].length;
  }
  put(text.slice(at));
  return lines;
};

const escaped = (word) => word.replace(/[^\w]/g, "\\$&");

/* { first, lines, moved }: the number of the first line, and whether the file is no longer what ran; or null. */
const excerpt = (claim) => {
  sources ||= stored("sources");
  const lines = Object.hasOwn(sources, claim.file) ? sources[claim.file].split("\n") : null;
  if (!lines) return null;
  const head = lines.findIndex((line) => new RegExp(`^CLAIM\\(${escaped(claim.name)}\\b`).test(line));
  if (head < 0) return null;
  const end = lines.indexOf("}", head);
  let first = head;
  while (first > 0 && /^(\/\*| \*|\/\/)/.test(lines[first - 1])) first--;
  return {
    first: first + 1, moved: head + 1 !== claim.line,
    lines: coloured(lines.slice(first, end < 0 ? head + 40 : end + 1).join("\n")),
  };
};

const sourceNode = (claim) => {
  const found = excerpt(claim);
  if (!found) return null;
  return [
    found.moved && h("p", { class: "note" }, "The file has changed since this run: this is the claim as it is now."),
    h("pre", { class: "source", tabindex: 0, "aria-label": "C source of the claim" },
      found.lines.map((line, i) => [
        h("span", { class: "row", "data-line": found.moved ? null : found.first + i },
          h("span", { class: "number", "aria-hidden": "true", "data-number": found.first + i }), line), "\n"])),
  ];
};
