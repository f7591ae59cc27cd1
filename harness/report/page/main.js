/* Addresses and views. The fragment is the address: "#claims?outcome=fails", "#option/TCP_CORK", or a claim's id. */

const body = document.getElementById("main");
const find = document.getElementById("find");

const VIEWS = { statements: statementsView, claims: claimsView, kernels: kernelsView, search: searchView };
const LINKS = [["", "Overview"], ["statements", "Statements"], ["claims", "Claims"],
  ...(runs.length > 1 ? [["kernels", "Kernels"]] : [])];

const decoded = (text) => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const nothing = (path) => ({
  title: "Not found",
  node: [heading("There is no such thing here"), h("p", null, "Nothing in this page is called ", h("code", null, path), ". ",
    h("a", { href: listAddress("search", { q: path }) }, "Search for it"), ".")],
});

const parsed = () => {
  const [path, query = ""] = location.hash.slice(1).split("?");
  return { path: decoded(path), parameters: new URLSearchParams(query) };
};

const viewOf = ({ path, parameters }) => {
  const claim = claimById.get(path) || claimsByBase.get(path)?.[0];
  const option = path.startsWith("option/") ? path.slice(7) : null;
  const statement = statementById.get(path.startsWith("statement/") ? path.slice(10) : path);

  if (path === "") return overview();
  if (Object.hasOwn(VIEWS, path)) return VIEWS[path](parameters);
  if (claim) return claimView(claim);
  if (statement) return statementView(statement);
  return OPTIONS.includes(option) ? optionView(option) : nothing(path);
};

const showLinks = (path) => {
  document.querySelector("header nav").replaceChildren(
    ...LINKS.map(([view, name]) => h("a", { href: `#${view}`, "aria-current": view === path ? "page" : null }, name)),
    ...(runs.length > 1 ? [h("label", { class: "focus" }, h("span", { class: "unseen" }, "Kernel shown"), h("select", {
      onchange: (event) => {
        focus = +event.currentTarget.value;
        show(true);
      },
    }, runs.map((run, i) => h("option", { value: i, selected: i === focus }, `Linux ${kernelName(run)}`))))] : []));
};

/* `stay`: the same place, shown anew. */
const show = (stay) => {
  const at = parsed();
  const view = viewOf(at);
  const scroll = stay ? scrollY : 0;

  showLinks(at.path);
  body.replaceChildren(...[view.node].flat(Infinity).filter(Boolean));
  document.title = `${view.title} · sockopt-lab`;
  document.querySelector("body > footer").replaceChildren(h("p", null, runWords(runs[focus])));
  if (at.path !== "search") find.value = "";
  else if (document.activeElement !== find) find.value = at.parameters.get("q") || "";
  scrollTo(0, scroll);
};

const arrive = () => {
  if (location.hash === "#main") { /* the skip link */
    body.focus();
    return;
  }
  show();
  body.querySelector("h1")?.focus({ preventScroll: true });
};

addEventListener("hashchange", arrive);

find.addEventListener("input", () => {
  const searching = parsed().path === "search";
  const to = find.value ? listAddress("search", { q: find.value }) : "#";

  if (searching) history.replaceState(null, "", to);
  else history.pushState(null, "", to);
  show();
});

/* "/" goes to the search field, as elsewhere. */
addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
  event.preventDefault();
  find.focus();
});

show();
