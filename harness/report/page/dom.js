/* Elements are made of text: nothing of the data is ever read as markup. */

/* h("a", { href: "#x", onclick: f }, "text", [more, children]) */
const make = (element, properties, children) => {
  for (const [name, value] of Object.entries(properties || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child || child === 0));
  return element;
};

const h = (tag, properties, ...children) => make(document.createElement(tag), properties, children);

const svg = (tag, properties, ...children) =>
  make(document.createElementNS("http://www.w3.org/2000/svg", tag), properties, children);

/* The JSON of a <script> element, or null. */
const stored = (id) => {
  const element = document.getElementById(id);
  return element ? JSON.parse(element.textContent) : null;
};

const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

/* "TCP_CORK and SO_LINGER", "a, b and 3 more" */
const listed = (words, most = words.length) => {
  const shown = words.slice(0, most);
  if (words.length > most) shown.push(`${words.length - most} more`);
  return shown.length < 2 ? shown.join("") : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
};
