# SPDX-License-Identifier: MIT
# Prints the model of compare.jq as one HTML file that needs nothing else and loads nothing.
include "clean";

def escaped: tostring | one_line | @html;
def with_unit: (.name | escaped) + if .unit != "" then ", " + (.unit | escaped) else "" end;

def style: "
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --change: #b45309; --dim: #6b7280; }
@media (prefers-color-scheme: dark) { :root { --change: #fbbf24; --dim: #9ca3af; } }
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 80rem; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .3rem; }
div { overflow-x: auto; }
table { border-collapse: collapse; table-layout: fixed; width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: .3rem .6rem; text-align: right; vertical-align: top;
    font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
th:first-child { text-align: left; font-weight: normal; width: 36%; }
tr.differs th { box-shadow: inset 3px 0 var(--change); }
code { font-size: .92em; } small { color: var(--dim); display: block; }
.changed { color: var(--change); font-weight: 600; } .uncompared { color: var(--dim); font-style: italic; }
p.note { border-left: 3px solid var(--change); background: var(--soft); padding: .5rem .8rem; }
";

def cell:
    if . == null then "<td>–</td>"
    else "<td" + if .changed then " class=changed" elif .compared then "" else " class=uncompared title=\"not compared\"" end
        + ">\(.shown | escaped)</td>" end;

def cost:
    if . == null then "<td>–</td>"
    else "<td" + if .worse then " class=changed" elif .compared then "" else " class=uncompared title=\"not compared\"" end + ">"
        + .shown + ([(.ratio // empty | "×\(.)"), (select(.worse) | "worse")] | if . == [] then "" else " (" + join(", ") + ")" end) + "</td>"
    end;

def subject:
    if .kind == "fact" then "<code>\(.name | escaped)</code>" + if .unit != "" then ", \(.unit | escaped)" else "" end
    else "\(.kind) <code>\(.name | escaped)</code><small>\(.text | escaped)</small>" end
    + ([.reasons[] | "<small>\(escaped)</small>"] | join(""));

# A line of a table: the input at its head, HTML as its cells.
def row($cells): "<tr><th scope=row>\(.)</th>" + ([$cells[] | "<td>\(.)</td>"] | join("")) + "</tr>";
def table($labels; rows):
    "<div><table style=\"min-width: \(14 + 6 * ($labels | length))rem\"><thead><tr><th scope=col></th>"
        + ([$labels[] | "<th scope=col>\(escaped)</th>"] | join("")) + "</tr></thead><tbody>",
    rows,
    "</tbody></table></div>";

def render($width; $colour; $all):
    . as $model
    | (.files | map(.label)) as $labels
    | "<!DOCTYPE html>", "<html lang=en><head><meta charset=utf-8>",
      "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; style-src 'unsafe-inline'\">",
      "<meta name=viewport content=\"width=device-width, initial-scale=1\">",
      "<title>sockopt-lab: Linux \($labels | join(", ") | escaped)</title>", "<style>\(style)</style></head><body>",
      "<h1>Socket options on Linux \($labels | join(", ") | escaped)</h1>",
      (.notes[] | "<p class=note>\(escaped)</p>"),
      table($labels;
          ("kernel" | row($model.files | map(.release | escaped))),
          ("time" | row($model.files | map(.time))),
          ("result" | row($model.files | map(.source | escaped))),
          (.summary[] | .counts as $counts | "\(.of): \(.word | escaped)" | row($counts))),
      (select(.figures != []) | "<h2>Costs</h2>",
       table($labels; .figures[] | "<tr><th scope=row>\(with_unit)</th>" + ([.cells[] | cost] | join("")) + "</tr>")),
      "<p>\(.result | escaped)</p>",
      (.groups[] | "<h2>\(.option | escaped)</h2>",
       table($labels; .rows[] | "<tr\(if .differs and $all then " class=differs" else "" end)><th scope=row>\(subject)</th>"
           + ([.cells[] | cell] | join("")) + "</tr>")),
      "</body></html>";
