# SPDX-License-Identifier: MIT
# From checked result files to what is shown of them: `taken' makes each small, `model' puts them side by side. The renderers
# (text.jq, markdown.jq, html.jq) only print the model.
#
# A row is one statement, claim or fact. Its cells are one a file: null where the file has none, or
#     { value, shown, compared, why }
# `value' is what is compared; `compared' is false for what this file cannot tell: a duration in real time, a claim that needs
# another kind of time than the file has, a statement that hangs on such a claim or on one that was not run.
include "clean";
include "results";

def base: if endswith("/v4") or endswith("/v6") then .[:-3] else . end;
def family: if endswith("/v4") or endswith("/v6") then .[-2:] else null end;
def is_time: (. // "") as $unit | ["ns", "us", "ms", "s", "min", "h"] | index($unit) != null;
def steady($time): (.unit == "by chance" or ($time == "real" and (.unit | is_time))) | not;
def needs_other_time: .outcome == "skipped" and ((.reason // "") | test("^needs (virtual|real) time"));
def series: (capture("^(?<series>[0-9]+\\.[0-9]+)").series // .);
def set(f): map({key: f, value: true}) | from_entries;

# A cost that is worse by more than this factor is a difference.
def tolerable: 1.25;

# ---- one file ----

def taken_bench($source):
    { source: ($source | clean), release: .kernel.release, machine: .kernel.machine, time: "real", version: .suite.version,
      digest: .suite.digest, selected: 0, known: 0, partial: false, wall_ms: null, claims: [], statements: [], only_costs: true,
      figures, measured: {on: "\(.machine.cpu), \(.machine.cores) cores", suite: "\(.suite.claims) claims, \(.suite.digest)"} };

def taken($source):
    if is_bench then taken_bench($source) else
    (.claims | set(.id | base)) as $ran
    | ([.claims[] | select(needs_other_time) | .statements[]?] | set(.)) as $hanging
    | (.claims | length) as $selected
    | (.summary.known // $selected) as $known
    | {
        source: ($source | clean), release: .kernel.release, machine: (.kernel.machine // "" | tostring), time,
        version: .suite.version, digest: .suite.digest, $selected, $known, partial: ($selected < $known),
        wall_ms, only_costs: false, figures: [], measured: null,
        claims: [.claims[]
            | {id, option, sentence, outcome, reason, cpu_ms, facts: (.facts // []), judged: (needs_other_time | not)}],
        statements: [.statements[]
            | ((.confirmed_by // []) + (.refuted_by // [])) as $links
            | {id, option, statement, verdict, reason, links: ($links | map(base)),
               judged: (($hanging[.id] or ($selected < $known and ($links | any($ran[base] | not)))) | not)}]
      }
    end;

# ---- rows ----

# Why a cell is as it is, in one line.
def why: (. // "") | split("\n")[0] // "" | sub(" \\(this is [^)]*\\)$"; "") | if length > 200 then .[:197] + "..." else . end;

# From records { file, key, family, value, … } of FILES files; families whose cells are equal share a row.
def rows($files; $kind):
    group_by(.key)[]
    | group_by(.family)
    | length as $families
    | map({family: .[0].family, cells: (reduce .[] as $record ([range($files) | null]; .[$record.file] = $record))})
    | group_by([.cells[] | if . == null then null else [.value, .compared] end]) | sort_by(.[0].family)[]
    | .[0].cells as $cells
    | first($cells[] | select(. != null)) as $first
    | [$cells[] | select(. != null and .compared) | .value] as $values
    | {
        kind: $kind, name: $first.name, option: $first.option, text: ([$cells[].text // empty] | last),
        families: (if length == $families then [] else map(.family // empty) end),
        cells: $cells, differs: ($values | unique | length > 1), comparable: ($values | length > 1)
      };

def claim_rows:
    length as $files
    | [to_entries[] | .key as $file | .value.claims[]
       | {$file, key: (.id | base), name: (.id | base), family: (.id | family), option, text: .sentence,
          value: .outcome, shown: .outcome, compared: .judged, why: (if .outcome == "holds" then "" else .reason | why end)}]
    | rows($files; "claim");

# $table: sentences and links of statements by id, for published files, which have none.
def statement_rows($table):
    length as $files
    | [to_entries[] | .key as $file | .value.statements[]
       | {$file, key: .id, name: .id, family: null, option, text: (.statement // $table[.id].text),
          links: (if .links == [] then $table[.id].links // [] | map(base) else .links end), value: .verdict, shown: .verdict, compared: .judged,
          why: (if .verdict == "open" and .reason != "no claim is linked" then .reason | why else "" end)}]
    | rows($files; "statement")
    | .links = ([.cells[].links[]?] | unique);

# Several values of one name in one claim are one value: a list, or what they all are.
def value_shown: if unique | length == 1 then .[0] | tostring else map(tostring) | join(", ") end;

# What the kernel's timers round a duration of so many ms up by: steps of 4 ms (at 250 Hz) below 256 ms, eight times that below 2 s,
# and so on (kernel/time/timer.c).
def timer_step: if . < 256 then 4 else 8 * (. / 8 | timer_step) end;
# A duration, or several: "1024 2016 4256".
def durations:
    if type == "number" then [.]
    elif type == "string" and test("^[0-9]+( [0-9]+)*$") then split(" ") | map(tonumber)
    else null end;
def within_a_step: map(durations) as $each
    | ($each | length > 1 and all(. != null) and (map(length) | unique | length == 1))
        and ($each | transpose | all(max - min <= (max | timer_step)));

# A fact that is missing though its claim holds is a difference, if the suites are the same.
def fact_rows($same):
    length as $files
    | ([.[].claims[] | .id as $id | .facts[] | {$id, name, unit}]
       | group_by(.id) | map({key: .[0].id, value: unique_by(.name)}) | from_entries) as $known
    | [to_entries[] | .key as $file | .value.time as $time | .value.claims[] | . as $claim
       | (.facts | group_by(.name)) as $facts
       | {$file, family: (.id | family), option, claim: (.id | base)} as $record
       | ($facts[]
          | $record + {name: .[0].name, value: map([.value, .unit]), shown: (map(.value) | value_shown), unit: (.[0].unit // ""),
                       compared: (.[0] | steady($time))}),
         (select(.outcome == "holds") | ($facts | set(.[0].name)) as $has | $known[.id][]? | select($has[.name] | not)
          | $record + {name, value: "absent", shown: "absent", unit: null, compared: ($same and steady($time))})
       | .key = [.claim, .name] | .why = ""]
    | (map({claim, name}) | unique | group_by(.name) | map(select(length > 1)[0].name | {key: ., value: true}) | from_entries) as $ambiguous
    | map(if $ambiguous[.name] then .name = "\(.claim).\(.name)" else . end)
    | rows($files; "fact")
    # one unit for all goes to the name, else each value has its own
    | ([.cells[] | select(. != null) | .unit | select(. != null)] | unique) as $units
    | if $units | length == 1 then .unit = $units[0]
      else .unit = "" | .cells |= map(if (.unit // "") == "" then . else .shown += " \(.unit)" end) end
    | .rounded = (.differs and (.unit == "ms" or (.name | sub("/v[46]$"; "") | endswith("_ms")))
        and ([.cells[] | select(. != null and .compared) | .value | if type == "array" and length == 1 then .[0][0] else null end] | within_a_step))
    | if .rounded then .differs = false else . end;

# ---- the whole ----

# The series of kernels names the columns; where two files have the same one, letters.
def labels:
    map(.release | series | .[:10]) as $series
    | if $series | unique | length == ($series | length) then $series
      else [range(length) | if . < 26 then [65 + .] | implode else "#\(. + 1)" end] end;

# Files that have the same of something: "A, B: real; C: virtual".
def parties($labels; f):
    [to_entries[] | {file: .key, value: (.value | f)}] | group_by(.value) | sort_by(.[0].file)
    | map((map($labels[.file]) | join(", ")) + ": " + .[0].value) | join("; ");

def plural($one): "\(.) \($one)" + if . == 1 then "" else "s" end;
def hundredths: . * 100 | round / 100 | tostring;

# How many claims each file has skipped for which reason.
def skips:
    map([.claims[] | select(.outcome == "skipped") | .reason | why]) as $reasons
    | ($reasons | add | unique)[]
    | . as $why | {of: "claims", word: "skipped: \(.)", detail: true, counts: ($reasons | map(map(select(. == $why)) | length))};

# Costs, as ratios to the first file that has them: what make bench has measured and, if asked for, what every run measures, which is told
# and never judged. What a suite costs says nothing of another one.
def figures($run):
    map(.measured.suite as $suite | .figures | map(.suite = if .of == "suite" then $suite else null end)) as $benches
    | [range(length) as $i | $benches[$i] + if $run then .[$i] |
            ([.claims[].cpu_ms // empty] | if . == [] then [] else [{name: "CPU of a claim, mean", value: (add / length), unit: "ms"}] end)
            + (.wall_ms | if . == null then [] else [{name: "duration of the run", value: ., unit: "ms"}] end)
          else [] end]
    | . as $files
    | reduce .[][].name as $name ([]; if index([$name]) then . else . + [$name] end)
    | map(. as $name
        | [$files[] | first(.[] | select(.name == $name)) // null] as $cells
        | first($cells[] | select(. != null)) as $first
        | {$name, unit: ($first.unit // ""),
           cells: ($cells | map(if . == null then null else
               (.unit == $first.unit and .suite == $first.suite) as $compared
               | {shown: (.value | hundredths), $compared,
                  ratio: (if $compared and $first.value > 0 then .value / $first.value | hundredths else null end),
                  worse: ($compared and (if .better == "lower" then .value > $first.value * tolerable
                                         elif .better == "higher" then .value * tolerable < $first.value else false end))} end))}
        | .comparable = ($first.better != null and ([.cells[] | select(. != null and .compared)] | length > 1)));

# Where costs were measured, if not all alike: "A: …; B: …", or nothing.
def measured($labels; f):
    [range(length) as $i | .[$i].measured | select(. != null) | {label: $labels[$i], value: f}]
    | select(map(.value) | unique | length > 1) | map("\(.label): \(.value)") | join("; ");

# Cells as they are shown; changed: not what the last cell that can be compared was.
def shown_cells:
    reduce .[] as $cell ({cells: []};
        if $cell == null then .cells += [null]
        else .cells += [$cell | {shown, compared, changed: false}]
            | if $cell.compared then .cells[-1].changed = (has("last") and .last != $cell.value) | .last = $cell.value else . end
        end)
    | .cells;

# So that 9 comes before 10.
def natural: [scan("[0-9]+|[^0-9]+") | tonumber? // .];

# Rows in groups, by the first option that they name; topics after options.
def by_option($labels):
    map(.option |= (split(",")[0] // "" | if . == "-" or . == "" then "sockets in general" else . end))
    | group_by([(.option | test("^[a-z]")), .option])
    | map({option: .[0].option, rows: (sort_by([{statement: 0, claim: 1, fact: 2}[.kind], (.name | natural), .families]) | map(
        [range($labels | length) as $i | .cells[$i] | select(. != null and .why != "") | {label: $labels[$i], why}] as $reasons
        | {kind, name: (.name + if .families == [] then "" else "/" + (.families | join(",")) end), text: (.text // ""),
           unit: (.unit // ""), differs, cells: (.cells | shown_cells),
           # of a verdict the claims that differ, if it hangs on such
           reasons: (if .differs | not then []
                     elif (.because // []) != [] then ["because of " + (.because | join(", "))]
                     else $reasons | group_by(.why) | map("\(map(.label) | join(", ")): \(.[0].why)") end)}))});

def summary:
    def counted($of; $word; f): {of: $of, word: $word, counts: map([f | select(. == $word)] | length)};
    [(outcomes[:3][] as $word | counted("claims"; $word; .claims[].outcome)), skips,
     (outcomes[3:][] as $word | counted("claims"; $word; .claims[].outcome)),
     (verdicts[] as $word | counted("statements"; $word; .statements[].verdict)),
     {of: "facts", word: "measured", counts: map([.claims[].facts[]] | length)}];

# Rows with a cell that its file cannot tell.
def unjudged: map(select(.cells | any(. != null and (.compared | not)))) | length;

# Input: the taken files.
def model($all; $table):
    # beside costs alone the rest of the others has no partner
    (any(.only_costs)) as $only_costs
    | if $only_costs then map(.claims = [] | .statements = [] | .partial = false) else . end
    | . as $files
    | labels as $labels
    | [claim_rows] as $claims
    | ($claims | map(select(.differs)) | set(.name)) as $moved
    | [statement_rows($table) | .because = (.links | map(select($moved[.])))] as $statements

    # Are they of one suite? By its version and digest, and by what files of whole runs have.
    | [range($files | length) | select($files[.].partial | not)] as $whole
    | def lacking: map(select(.cells as $cells | $whole | any($cells[.] == null))) | length;
    ($claims | lacking) as $claims_lacking
    | ($statements | lacking) as $statements_lacking
    | ($claims | map(select([.cells[].text // empty] | unique | length > 1) | .name) | unique | length) as $reworded
    | ((map(.version) | unique | length == 1) and (map(.digest // empty) | unique | length <= 1)
       and $claims_lacking + $statements_lacking + $reworded == 0) as $same

    | [fact_rows($same)] as $facts
    | (map(.time) | unique | length > 1) as $mixed
    | ($facts | map(select(.unit | is_time)) | unjudged) as $durations
    | [$statements, $claims, $facts] as $kinds
    | ($kinds | map(map(select(.differs)) | length)) as $differing
    | ($kinds | map(map(select(.comparable)) | length) | add) as $comparable
    | figures($all and $same and ($mixed or $only_costs or any(.partial) | not)) as $figures
    | ($figures | map(select(.comparable))) as $costs
    | ($costs | map(select(any(.cells[]; . != null and .worse))) | length) as $worse
    | {
        files: [range($files | length) | . as $i | $files[$i] | {label: $labels[$i], release, time, source}],
        summary: (if $only_costs then [] else summary end),
        notes: [
            if $same or $only_costs then empty else
                "Not the same suite (\(parties($labels; "\(.version) \(.digest // "without digest")"))). What all have is compared. "
                + "Not in all: \($claims_lacking | plural("claim")), \($statements_lacking | plural("statement")); "
                + "with another sentence: \($reworded | plural("claim"))." end,
            if map(.machine) | unique | length > 1 then "Not the same machine: \(parties($labels; .machine))." else empty end,
            (range($files | length) | . as $i | $files[$i] | select(.partial)
             | "\($labels[$i]): \(.selected) of \(.known) claims were run; these are compared, and statements that hang on no others."),
            if $mixed then
                "Real time against virtual time (\(parties($labels; .time))). Not compared: durations measured in real time "
                + "(\($durations)), claims that need the other kind of time (\($claims | unjudged)), statements that hang on what was not judged "
                + "(\($statements | unjudged))."
            elif $durations > 0 then "Not compared: \($durations | plural("duration")) measured in real time."
            else empty end,
            ($facts | map(select(.rounded)) | length | select(. > 0)
             | "Not counted as different: \(plural("duration")) no more than a step of the kernel's timers apart."),
            (measured($labels; .on) | "Costs were measured on different machines (\(.))."),
            (measured($labels; .suite) | "Not of the same claims, so costs of the suite are not compared (\(.)).")],
        $figures,
        comparable: ($comparable + ($costs | length)),
        differs: (($differing | add) + $worse > 0),
        result: ([if $only_costs then empty
                  elif $differing | add == 0 then "no difference in \($comparable) statements, claims and facts"
                  else [$differing, ["statement", "claim", "fact"]] | transpose
                      | "differ: " + (map(.[1] as $one | .[0] | plural($one)) | join(", ")) end,
                  if $costs == [] then empty
                  elif $worse == 0 then "no cost of \($costs | length) is worse by more than x \(tolerable)"
                  else "worse by more than x \(tolerable): \($worse) of \($costs | length) costs" end] | join("; ")),
        groups: ($kinds | add | map(select($all or .differs)) | by_option($labels))
      };
