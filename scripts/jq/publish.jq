# SPDX-License-Identifier: MIT
# What of a result file is published: what a comparison needs, a claim, fact or statement a line, nothing that depends on the machine
# that ran the guest. RESULTS.md describes it.
include "clean";
include "results";

# Up to three ids of the claims with this outcome.
def with($outcome): [.claims[] | select(.outcome == $outcome) | .id] | select(length > 0)
    | "\(length) \($outcome) (\(.[:3] | join(", "))\(if length > 3 then ", ..." else "" end))";

def acceptable:
    if .time != "virtual" then wrong("is in real time: not for publication (--anyway publishes it)") else . end
    | (.summary.known // "an unknown number of") as $known
    | if (.claims | length) != $known then
        wrong("is of \(.claims | length) of \($known) claims: not for publication (--anyway publishes it)") else . end
    | ([with("fails"), with("broken")] | join(", ")) as $bad
    | if $bad != "" then wrong("of its claims \($bad): not for publication (--anyway publishes it)") else . end;

# One object a line, facts of a claim on lines of their own.
def lines: to_entries | (length - 1) as $last | .[] | .value + if .key < $last then "," else "" end;

def claim:
    ({id, option, sentence, outcome} + (if (.reason // "") != "" then {reason} else {} end) | tojson) as $claim
    | (.facts // []) as $facts
    | if $facts == [] then $claim
      else $claim[:-1] + ",\"facts\":[\n" + ($facts | map("  " + ({name, value, unit} | tojson)) | join(",\n")) + "]}" end;

def statement:
    {id, option, verdict} + (if .verdict == "open" and (.reason // "") != "" and .reason != "no claim is linked" then {reason} else {} end) | tojson;

def published($anyway):
    if is_bench then wrong("is of make bench, and says nothing about claims") else . end
    | if $anyway then . else acceptable end
    | (.kernel.release | (capture("^(?<series>[0-9]+\\.[0-9]+)").series // wrong("kernel.release is \(quoted), which names no series"))) as $series
    | "\($series) \(.kernel.release)",
      "{",
      (["schema", "suite", "kernel", "time", "repeat", "summary"][] as $member | "\"\($member)\": \(.[$member] | tojson),"),
      "\"claims\": [", (.claims | map(claim) | lines), "],",
      "\"statements\": [", (.statements | map(statement) | lines), "]",
      "}";
