# SPDX-License-Identifier: MIT
# Prints the model of compare.jq for terminals, $width columns wide where it can: one right-aligned column a file.
include "clean";

def spaces($n): if $n > 0 then " " * $n else "" end;
def right($n): spaces($n - length) + .;
def left($n): . + spaces($n - length);
def paint($sequence; $colour): if $colour and . != "" then "\u001b[\($sequence)m\(.)\u001b[0m" else . end;
def bold($colour): paint("1"; $colour);

# As lines of at most $width, broken at spaces.
def wrap($width):
    reduce (one_line | split(" ")[] | select(. != "")) as $word ([];
        if length > 0 and (.[-1] | length) + 1 + ($word | length) <= $width then .[-1] += " " + $word else . + [$word] end);

# In brackets: not compared.
def shown: if . == null then "-" elif .compared then .shown | one_line else "(\(.shown | one_line))" end;

# Of a cost: what it is to the first one. In brackets, without a ratio: not compared.
def cost: if . == null then "-" elif .compared then .shown else "(\(.shown))" end;
def ratio: [if . == null then empty else (.ratio // empty | "x \(.)"), (select(.worse) | "worse") end] | join(" ");

def with_unit: if .unit == "" then .name else "\(.name), \(.unit)" end | one_line;

# The page: $width, the $column of each file, and the $room left of them.
def page($width; $colour):
    (.files | map(.label)) as $labels
    | ($labels | map(length) | max) as $longest
    | ([(($width - 14) / ($labels | length) | floor) - 2, $longest] | max) as $most
    | [.groups[].rows[].cells | map(shown | length) | max | select(. <= $most)] as $fitting
    | ([7, $longest, $fitting[], (.summary[].counts[] | tostring | length),
        (.figures[].cells[] | cost, ratio | length)] | max + 2) as $column
    | {$width, $colour, $labels, $column, room: ($width - $column * ($labels | length))};

# A name at the left, printed by NAME, and columns at the right: on a line of their own where the name leaves no room for them.
# $painted: the columns in colour; their first never is.
def beside($page; $columns; $painted; name):
    (length - $page.room) as $over
    | if $over < 0 then name + spaces(-$over) + $painted
      elif $columns | startswith(spaces($over + 1)) then name + $painted[$over:]
      else name, spaces($page.room) + $painted end;
def in_columns($page): map(right($page.column));
def line($page; $texts): ($texts | in_columns($page) | join("")) as $columns | beside($page; $columns; $columns; .);
def heading($page): ($page.labels | in_columns($page) | join("")) as $columns | beside($page; $columns; $columns; bold($page.colour));

# Cells too long for the columns: each value once, with the files that have it.
def below($page):
    map(shown) as $shown
    | [range($shown | length) | {file: ., label: $page.labels[.], shown: $shown[.]}] | group_by(.shown) | sort_by(.[0].file)[]
    | ("      " + (map(.label) | join(", ") | left(12)) + "  ") as $labels
    | .[0].shown | if length > 1000 then .[:997] + "..." else . end
    | wrap([$page.width - ($labels | length), 20] | max)
    | $labels + (.[0] // ""), (.[1:][] | spaces($labels | length) + .);

def cells($page; $cells):
    if $cells | all(shown | length <= $page.column - 2) then
        ($cells | map(shown) | in_columns($page)) as $columns
        | [range($columns | length) as $i | $columns[$i] | if $cells[$i].changed then paint("33"; $page.colour) else . end] as $painted
        | beside($page; $columns | join(""); $painted | join(""); .)
      else ., ($cells | below($page)) end;

# Of a claim or a statement the sentence stands between name and cells; below, why cells are as they are.
def row($page; $mark):
    . as $row
    | def indented: wrap($page.width - 4)[] | "    " + .;
    (if $mark and .differs then "* " else "  " end + with_unit)
    | if $row.kind == "fact" then cells($page; $row.cells)
      else ., ($row.text | indented | paint("2"; $page.colour)), ("    " + $row.kind | cells($page; $row.cells)) end,
      ($row.reasons[] | indented);

def figure($page):
    .cells as $cells
    | ($cells | map(ratio) | in_columns($page)) as $ratios
    | [range($ratios | length) as $i | $ratios[$i] | if $cells[$i] != null and $cells[$i].worse then paint("33"; $page.colour) else . end] as $painted
    | (if any($cells[]; . != null and .worse) then "* " else "  " end + with_unit | line($page; $cells | map(cost))),
      (select($ratios | join("") | test("[^ ]")) | "" | beside($page; $ratios | join(""); $painted | join(""); .));

def render($width; $colour; $all):
    page($width; $colour) as $page
    | ([.files[].release | length] | max) as $release
    | ($page.labels | map(length) | max) as $longest
    | (.files[] | "  \(.label | left($longest))  \(.release | one_line | left($release))  \(.time + " time" | left(12))  \(.source | one_line)"),
      (.notes[] | "", (wrap($page.width)[] | paint("33"; $colour))),
      (select(.summary != []) | "", ("" | heading($page))),
      foreach (.summary[] | select($all or (.detail | not))) as $row ({of: null}; .again = (.of == $row.of) | .of = $row.of;
          ((if .again then "" else .of end | left(12)) + ($row.word | one_line) | line($page; $row.counts | map(tostring)))),
      (.figures | select(length > 0) | "", ("cost, and its ratio to that of \($page.labels[0])" | heading($page)), (.[] | figure($page))),
      (.groups[] | "", (.option | one_line | heading($page)), (.rows[] | row($page; $all))),
      "",
      .result;
