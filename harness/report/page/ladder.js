/* Ladders come as numbers (harness/show/picture.h says what they mean) and become SVG when they are looked at. */

let looks, texts;

const PAINT = {
  text: ([x, y, number], name) => svg("text", { class: name, x, y }, texts[number]),
  mark: ([x, y], name, sign) => svg("path", { class: name, d: `M${x} ${y}${sign}` }),
  line: ([x, y, x2, y2], name) => svg("path", { class: name, d: `M${x} ${y}L${x2} ${y2}` }),
  area: ([x, y, x2, y2], name) => svg("path", { class: name, d: `M${x} ${y}H${x2}V${y2}H${x}z` }),
};
const NUMBERS = { row: 2, text: 3, mark: 2, line: 4, area: 4 };

const paint = (numbers, title) => {
  const [width, height] = numbers;
  const picture = svg("svg", {
    class: "ladder", width, height, viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": title,
  });
  let row = picture;
  for (let at = 2; at < numbers.length;) {
    const [kind, name, sign] = looks[numbers[at++]];
    const own = numbers.slice(at, at += NUMBERS[kind]);
    if (kind === "row") {
      row = svg("g", own[0] ? { "data-line": own[0] } : null, texts[own[1]] && svg("title", null, texts[own[1]]));
      picture.append(row);
    } else {
      row.append(PAINT[kind](own, name, sign));
    }
  }
  /* told as a whole, with what the eye sees from the arrow: whose packet it is */
  for (const told of picture.querySelectorAll("g:has(> title)")) {
    const words = [...told.querySelectorAll("text")].map((text) => text.textContent).join(" ");
    told.setAttribute("role", "img");
    told.setAttribute("aria-label", `${words}, ${told.querySelector("title").textContent}`);
  }
  return picture;
};

/* The run whose ladder the page has for this claim: that one, or the first. */
const ladderRun = (claim, run = focus) =>
  [run, ...runs.keys()].find((one) => claim.runs[one] && document.getElementById(`ladder-${one}-${claim.index}`));

const ladder = (claim, run) => {
  looks ||= stored("ladder-looks");
  texts ||= stored("ladder-texts");
  const picture = paint(stored(`ladder-${run}-${claim.index}`),
    `What happened in ${claim.id} on Linux ${runs[run].release}: calls and packets, time downwards`);
  /* a region that scrolls has to be reachable by keyboard */
  return h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Ladder" }, picture);
};
