# SPDX-License-Identifier: MIT
# Prints the model of compare.jq as Markdown: a table for all, and one for each option.
include "clean";

# Foreign text means itself, in a cell of a table too.
def escaped:
    one_line
    | if test("[\\\\`*_{}\\[\\]<>&|#~$!]") then
        ("\\`*_{}[]<>&|#~$!" | explode) as $special
        | [explode[] | . as $point | if $special | index($point) then 92, $point else $point end] | implode
        | gsub("(?<=[A-Za-z0-9])\\\\_(?=[A-Za-z0-9])"; "_") # within a word it means nothing
      else . end;
def code: if test("^[A-Za-z0-9_./,:+-][A-Za-z0-9_./,:+ -]*$") then "`\(.)`" else escaped end;
def table_row: "| " + join(" | ") + " |";
def rule: table_row, (length | [range(.) | if . == 0 then "---" else "---:" end] | table_row);

# Bold: not what stands at its left. In brackets: not compared.
def cell:
    if . == null then "-" else
        . as $cell | .shown | if length > 1000 then .[:997] + "..." else . end | escaped
        | if $cell.changed then "**\(.)**" elif $cell.compared then . else "(\(.))" end
    end;

# Bold: worse by more than is tolerable. In brackets: not compared.
def cost:
    if . == null then "-"
    elif .compared | not then "(\(.shown))"
    else (if .worse then "**" else "" end) as $bold
        | $bold + .shown + ([(.ratio // empty | "x \(.)"), (select(.worse) | "worse")] | if . == [] then "" else " (" + join(", ") + ")" end) + $bold
    end;

def subject:
    if .kind == "fact" then (.name | code) + if .unit != "" then ", " + (.unit | escaped) else "" end
    else "\(.kind) \(.name | code)" + if .text != "" then "<br>" + (.text | escaped) else "" end end
    + ([.reasons[] | "<br>*\(escaped)*"] | join(""));

def render($width; $colour; $all):
    (.files | map(.label | escaped)) as $labels
    | "## Kernels", "",
      (["", $labels[]] | rule),
      (["kernel", (.files[].release | escaped)] | table_row),
      (["time", (.files[].time)] | table_row),
      (["result", (.files[].source | code)] | table_row),
      (.summary[] | ["\(.of): \(.word | escaped)", (.counts[] | tostring)] | table_row),
      (.notes[] | "", "**\(escaped)**"),
      (.figures | select(length > 0) | "", "## Costs", "", (["", $labels[]] | rule),
       (.[] | [(.name | escaped) + if .unit != "" then ", " + (.unit | escaped) else "" end,
               (.cells[] | cost)] | table_row)),
      "", if $all then "## Everything" else "## What differs" end, "",
      (.result | escaped),
      (.groups[] | "", "### \(.option | escaped)", "", (["", $labels[]] | rule),
       (.rows[] | [subject, (.cells[] | cell)] | table_row));
