#!/usr/bin/env bats
# shellcheck disable=SC2016,SC2154  # programs of jq; bats sets stderr
# SPDX-License-Identifier: MIT
# scripts/compare and scripts/publish on results made up here. LAB names another lab than build/lab.

bats_require_minimum_version 1.5.0
load said.sh

setup() {
    suite=$BATS_TEST_DIRNAME/../..
    home=$BATS_TEST_TMPDIR/home
    mkdir -p "$home/results/kernels" "$home/experiments"
    cp -r "$suite/scripts" "$home/"
    printf 'id\toption\tdocument\tsection\tkind\tstatement\ndoc/cork.sends\tTCP_CORK\tdoc\ts\twire\tThe sentence of the table.\n' \
        >"$home/experiments/statements.tsv"
    cd "$home" || return
}

# RELEASE [PROGRAM]: a whole run of three claims, four with families, and two statements; PROGRAM changes it
result() {
    jq -n --arg release "$1" '
        def claim($id; $outcome; $facts):
            {$id, experiment: "e", option: "TCP_CORK", family: null, sentence: "sentence of \($id)", file: "experiments/tcp/e.c",
             line: 3, $outcome, reason: "", treated: true, $facts, duration_ms: 3, cpu_ms: 8, evidence: $id, cites: null,
             statements: []};
        { schema: 1, suite: {version: "0.1", digest: "00112233"}, kernel: {$release, version: "#1", machine: "x86_64"},
          time: "virtual", placebo: false, repeat: 1, started: "2026-01-01T00:00:00Z", wall_ms: 4000,
          summary: {claims: {holds: 4, fails: 0, skipped: 0, broken: 0}, selected: 4, known: 4},
          claims: [claim("e.absent"; "holds"; []),
                   claim("e.cork/v4"; "holds"; [{name: "limit", value: 200, unit: "ms"}, {name: "default", value: 0, unit: ""}]),
                   claim("e.cork/v6"; "holds"; [{name: "limit", value: 210, unit: "ms"}, {name: "default", value: 0, unit: ""}]),
                   claim("f.other"; "holds"; [{name: "default", value: 16384, unit: "bytes"}])],
          statements: [{id: "doc/cork.sends", option: "TCP_CORK", document: "doc", section: "s", kind: "wire",
                        statement: "It sends.", verdict: "confirmed", confirmed_by: ["e.cork"], refuted_by: [], reason: ""},
                       {id: "doc/none", option: "-", document: "doc", section: "s", kind: "wire", statement: "It is so.",
                        verdict: "open", confirmed_by: [], refuted_by: [], reason: "no claim is linked"}] }' |
        jq "${2-.}"
}

# REGEXP TEXT: nothing in the text matches, byte by byte
none() {
    if LC_ALL=C grep -nP -- "$1" <<<"$2"; then return 1; fi
}

# A line of the output that is these words, whatever the spaces between.
line_is() {
    tr -s ' ' <<<"$output" | sed 's/^ //' | grep -qxF -- "$*" || {
        printf 'expected the line: %s\nin: %s\n' "$*" "$output"
        return 1
    }
}

# PROGRAM: compares a result on 6.1 with the same, changed, on 6.12
changed() {
    result 6.1.0-5 >a.json
    result 6.12.7 "$1" >b.json
    status_is "${2-1}" scripts/compare a.json b.json
}

@test "equal results: status 0, and nothing but the counts" {
    changed . 0
    line_is 6.1 6.1.0-5 virtual time a.json
    line_is claims holds 4 4
    line_is statements confirmed 1 1
    contains "no difference in 9 statements, claims and facts" "$output"
    lacks "TCP_CORK" "$output"
    status_is 0 scripts/compare --all a.json b.json
    line_is TCP_CORK 6.1 6.12
    line_is claim holds holds
    line_is e.cork.default 0 0
}

@test "a verdict, an outcome and a fact that differ are shown under their option" {
    changed '.statements[0].verdict = "refuted"
        | .claims[0] |= (.outcome = "skipped" | .reason = "is about Linux up to 6.7 (this is 6.12.7)\nmore")
        | .claims[3].facts[0].value = 8192'
    line_is TCP_CORK 6.1 6.12
    line_is statement confirmed refuted
    line_is It sends.
    line_is claim holds skipped
    line_is sentence of e.absent
    line_is 6.12: is about Linux up to 6.7
    line_is f.other.default, bytes 16384 8192
    line_is differ: 1 statement, 1 claim, 1 fact
    lacks "limit" "$output"
}

@test "a verdict that differs because of a claim names it, from the table where the results do not" {
    changed '.claims[1,2].outcome = "fails" | .statements[0] |= (.verdict = "open" | .reason = "e.cork/v4 fails")'
    line_is because of e.cork
    lacks "6.12: e.cork/v4 fails" "$output"
    printf 'id\toption\tdocument\tsection\tkind\tstatement\tconfirmed_by\trefuted_by\tuntestable\n%s\n' \
        $'doc/cork.sends\tTCP_CORK\tdoc\ts\twire\tThe sentence of the table.\te.cork/v4\te.cork\t' >experiments/statements.tsv
    jq 'del(.statements[] | .confirmed_by, .refuted_by, .statement)' b.json >c.json
    jq 'del(.statements[] | .confirmed_by, .refuted_by, .statement)' a.json >d.json
    status_is 1 scripts/compare d.json c.json
    line_is because of e.cork
    line_is The sentence of the table.
    # where no claim differs, the reason that the result gives
    changed '.statements[0] |= (.verdict = "open" | .reason = "something else")'
    line_is 6.12: something else
}

@test "durations within a step of the timers are no difference" {
    changed '.claims[1].facts[0].value = 204' 0
    contains "Not counted as different: 1 duration no more than a step" "$output"
    changed '.claims[1].facts[0].value = 205'
    line_is limit/v4, ms 200 205
    changed '.claims[1].facts[0] |= (.value = 201 | .unit = "us")'
    result 6.1.0-5 '.claims[1].facts[0].value = 7000' >a.json
    result 6.12.7 '.claims[1].facts[0].value = 7256' >b.json
    status_is 0 scripts/compare a.json b.json
    result 6.12.7 '.claims[1].facts[0].value = 7257' >b.json
    status_is 1 scripts/compare a.json b.json
}

@test "families that differ in the same way share a row, others have rows of their own" {
    changed '.claims[1,2].outcome = "fails"'
    line_is e.cork
    line_is differ: 0 statements, 1 claim, 0 facts
    changed '.claims[2].outcome = "fails"'
    line_is e.cork/v6
    line_is differ: 0 statements, 1 claim, 0 facts
    changed '.claims[1,2].facts[0].value = 40'
    line_is limit/v4, ms 200 40
    line_is limit/v6, ms 210 40
}

@test "between v4 and v6 alone there is no difference" {
    result 6.1.0-5 '.claims[2] |= (.outcome = "fails" | .facts[1].value = 7)' >a.json
    jq '.kernel.release = "6.12"' a.json >b.json
    status_is 0 scripts/compare a.json b.json
}

@test "a fact that only one of two equal suites has differs; of different suites it does not" {
    changed '.claims[3].facts = []'
    line_is f.other.default, bytes 16384 absent
    changed '.claims[3].facts = [] | .suite.digest = "44"' 0
    changed '.claims[3] |= (.facts = [] | .outcome = "broken")'
    line_is differ: 0 statements, 1 claim, 0 facts
}

@test "several values of one fact are one" {
    changed '.claims[3].facts = [range(3) | {name: "default", value: 16384, unit: "bytes"}] | .claims[3].facts[1].value = 1'
    line_is f.other.default, bytes 16384 16384, 1, 16384
}

@test "a unit that differs stands at the values" {
    changed '.claims[3].facts[0].unit = "KiB"'
    line_is f.other.default 16384 bytes 16384 KiB
}

@test "values too long for columns stand below each other" {
    changed '.claims[3].facts[0] |= (.value = "a long text that fits no column of a terminal, however one turns it")'
    contains "6.12          a long text that fits no column" "$output"
    [ "$(awk 'length > 80' <<<"$output")" = "" ]
}

@test "files of one series have letters" {
    result 6.1.0-5 >a.json
    result 6.1.0-6 '.claims[0].outcome = "fails"' >b.json
    status_is 1 scripts/compare a.json b.json
    line_is A 6.1.0-5 virtual time a.json
    line_is B 6.1.0-6 virtual time b.json
    line_is TCP_CORK A B
}

@test "five kernels fit 80 columns" {
    local v
    for v in 5.10.0-46-cloud-amd64 6.1.0-56-cloud-amd64 6.12.117+deb13-cloud-amd64 6.18.15+deb13-cloud-amd64; do
        result "$v" >"${v%%-*}.json"
    done
    result 7.3.4+deb13-cloud-amd64 '.claims[].outcome = "skipped" | .statements[].verdict = "untestable" | .claims[].facts = []' >7.3.json
    status_is 1 scripts/compare 5.10.0.json 6.1.0.json 6.12.117+deb13.json 6.18.15+deb13.json 7.3.json
    line_is statement confirmed confirmed confirmed confirmed untestable
    [ "$(awk 'length > 80' <<<"$output")" = "" ]
}

@test "another suite is said, and what both have is compared" {
    changed '.suite.digest = "44556677" | .claims[0].id = "e.new" | .claims[3] |= (.sentence = "another" | .outcome = "fails")'
    contains "Not the same suite (6.1: 0.1 00112233; 6.12: 0.1 44556677)" "${output//$'\n'/ }"
    contains "Not in all: 2 claims, 0 statements; with another sentence: 1 claim." "${output//$'\n'/ }"
    line_is differ: 0 statements, 1 claim, 0 facts
    # without digests the claims tell
    result 6.1.0-5 'del(.suite.digest)' >a.json
    result 6.12.7 'del(.suite.digest) | .claims[0].id = "e.new"' >b.json
    status_is 0 scripts/compare a.json b.json
    contains "Not the same suite" "$output"
    result 6.12.7 'del(.suite.digest)' >b.json
    status_is 0 scripts/compare a.json b.json
    lacks "Not the same suite" "$output"
}

@test "real time against virtual time is said; durations and what needs the other time are not compared" {
    changed '.time = "real" | .claims[1,2].facts[0].value = 999 | .claims[0] |= (.outcome = "skipped"
        | .reason = "needs virtual time (./run-all.sh --kernel VERSION)" | .statements = ["doc/cork.sends"]) | .statements[0].verdict = "open"' 0
    contains "Real time against virtual time (6.1: virtual; 6.12: real)" "$output"
    contains "durations measured in real time (2), claims that need the other kind of time (1), statements that hang on what was not judged (1)." "${output//$'\n'/ }"
    status_is 0 scripts/compare --all a.json b.json
    line_is limit/v4, ms 200 "(999)"
    line_is claim holds "(skipped)"
    line_is statement confirmed "(open)"
}

@test "what is by chance is not compared" {
    result 6.1.0-5 '.claims[3].facts[0].unit = "by chance"' >a.json
    result 6.12.7 '.claims[3].facts[0] |= (.unit = "by chance" | .value = 3)' >b.json
    status_is 0 scripts/compare a.json b.json
}

@test "a run of some claims is compared as far as it goes" {
    changed '.claims = .claims[:1] | .statements[0] |= (.verdict = "open" | .reason = "e.cork/v4 was not run")' 0
    contains "6.12: 1 of 4 claims were run" "$output"
    lacks "Not the same suite" "$output"
}

# [PROGRAM]: what make bench leaves, here with three figures; PROGRAM changes it
bench() {
    jq -n '
        def figure($name; $value; $unit; $better; $of): {$name, $value, $unit, $better, $of, bound: null, kept: null};
        { schema: 1, kind: "bench", suite: {version: "0.1", digest: "00112233", claims: 1693},
          kernel: {release: "6.1.0-5", version: "#1", machine: "x86_64"}, machine: {cpu: "A processor", cores: 2}, started: "2026-01-01T00:00:00Z",
          figures: [figure("wire latency, median"; 20; "us"; "lower"; "lab"), figure("empty claims a second"; 200; "/s"; "higher"; "lab"),
                    figure("suite: start to end"; 9000; "ms"; "lower"; "suite"), figure("frames lost"; 0; ""; "lower"; "lab")] }' | jq "${1-.}"
}

# PROGRAM [STATUS]: compares costs with the same, changed
costs() {
    bench >a.json
    bench "$1" >b.json
    status_is "${2-1}" scripts/compare a.json b.json
}

@test "costs: those that are worse by more than a quarter are marked, and differ" {
    costs . 0
    line_is wire latency, median, us 20 20
    line_is x 1 x 1
    line_is no cost of 4 is worse by more than x 1.25
    lacks "claims" "${output//empty claims/}"
    costs '.figures[0].value = 25 | .figures[1].value = 160 | .figures[2].value = 11250' 0
    line_is x 1 x 1.25
    line_is x 1 x 0.8
    costs '.figures[0].value = 25.1'
    line_is "*" wire latency, median, us 20 25.1
    line_is worse by more than x 1.25: 1 of 4 costs
    costs '.figures[0].value = 40 | .figures[1].value = 159 | .figures[2].value = 12000 | .figures[3].value = 1'
    line_is x 1 x 2 worse
    line_is "*" empty claims a second, /s 200 159
    line_is "*" suite: start to end, ms 9000 12000
    line_is "*" frames lost 0 1
    line_is worse
    line_is worse by more than x 1.25: 4 of 4 costs
    [ "$(awk 'length > 80' <<<"$output")" = "" ]
    # better is no difference, however much
    costs '.figures[0].value = 2 | .figures[1].value = 2000' 0
    line_is x 1 x 0.1
    line_is x 1 x 10
}

@test "costs in Markdown and HTML, in a folder, and beside a result" {
    bench >a.json
    mkdir old new both
    bench >old/bench.json
    bench '.figures[0].value = 30 | .figures[3].value = 2' >new/bench.json
    status_is 1 scripts/compare --markdown old new
    contains "| wire latency, median, us | 20 (x 1) | **30 (x 1.5, worse)** |" "$output"
    contains "| frames lost | 0 | **2 (worse)** |" "$output"
    contains "| suite: start to end, ms | 9000 (x 1) | 9000 (x 1) |" "$output"
    status_is 1 scripts/compare --html old new
    xmllint --html --noout - <<<"$output"
    contains "<td>20 (×1)</td><td class=changed>30 (×1.5, worse)</td>" "$output"
    # with results both are compared; a file of costs has nothing else to be compared with
    cp new/bench.json both/
    result 6.12.7 >both/results.json
    result 6.12.7 >old/results.json
    status_is 1 scripts/compare old both
    line_is claims holds 4 4
    line_is "no difference in 9 statements, claims and facts; worse by more than x 1.25: 2 of 4 costs"
    status_is 0 scripts/compare both both/results.json
    status_is 1 scripts/compare a.json both
    lacks "holds" "$output"
    rm old/bench.json
    status_is 0 scripts/compare old both
    line_is wire latency, median, us - 30
    status_is 2 scripts/compare a.json old
    contains "in common" "$stderr"
    # what every run has is told, and not judged
    jq '.claims[].cpu_ms = 80' both/results.json >old/results.json
    status_is 0 scripts/compare --all both old
    line_is CPU of a claim, mean, ms 8 80
}

@test "costs of another machine are said to be, those of another suite are not compared" {
    costs '.machine.cores = 4' 0
    contains "Costs were measured on different machines (A: A processor, 2 cores; B: A processor, 4 cores)." "${output//$'\n'/ }"
    costs '.suite.claims = 30 | .figures[2].value = 90000' 0
    contains "Not of the same claims, so costs of the suite are not compared (A: 1693 claims, 00112233; B: 30 claims, 00112233)." "${output//$'\n'/ }"
    line_is suite: start to end, ms 9000 "(90000)"
    line_is no cost of 3 is worse by more than x 1.25
    bench '.kernel.release = "6.12"' >c.json
    costs '.figures[0].unit = "ms"' 0
    status_is 0 scripts/compare a.json c.json
    line_is cost, and its ratio to that of 6.1 6.1 6.12
}

@test "a file of costs that is wrong is refused, and never published" {
    bench >a.json
    refused() {
        bench "$2" >bad.json
        status_is 2 scripts/compare a.json bad.json
        contains "bad.json: $1" "$stderr"
    }
    refused "schema is 2" '.schema = 2'
    refused "has no figures" 'del(.figures)'
    refused 'figures[0].value is "20"' '.figures[0].value = "20"'
    refused 'figures[1].better is "more"' '.figures[1].better = "more"'
    refused "has no figures[1].better" 'del(.figures[1].better)'
    refused 'figures have "frames lost" twice' '.figures[0].name = "frames lost"'
    refused "has no machine" 'del(.machine)'
    status_is 2 scripts/publish --anyway a.json
    contains "is of make bench" "$stderr"
}

@test "make bench, on few claims: every figure, and status 1 if a bound is not kept" {
    local build
    build=$(cd "$suite/${BUILD:-build}" && pwd)
    run --separate-stderr "$suite/scripts/bench" --short -o costs.json "$build"
    [ "$status" -eq "$(jq 'if any(.figures[]; .kept == false) then 1 else 0 end' costs.json)" ] || {
        echo "status $status: $stderr"
        return 1
    }
    [ "$(ls)" = "$(printf '%s\n' costs.json experiments results scripts)" ]
    [ "$(grep -c 'NOT KEPT' <<<"$output")" -eq "$(jq '[.figures[] | select(.kept == false)] | length' costs.json)" ]
    jq -e '.schema == 1 and .suite.claims > 10 and .machine.cores >= 1 and (.machine.cpu | length) > 0
        and (.figures | length) == 14 and all(.figures[]; .kept == (if .bound == null then null
            elif .better == "lower" then .value <= .bound else .value >= .bound end))' costs.json
    [ "$(jq -r .kernel.release costs.json)" = "$(uname -r)" ]
    jq -e '(.figures | map({key: .name, value}) | from_entries) as $of
        | $of["frames lost by captures"] == 0 and $of["wire latency, median"] > 1
          and $of["wire latency, median"] <= $of["wire latency, 99th percentile"]
          and $of["suite: start to end"] > $of["suite: longest claim"]
          and ($of | del(.["frames lost by captures"]) | all(.[]; . > 0))' costs.json
    run scripts/compare costs.json costs.json
    [ "$status" -eq 0 ]
    # what cannot be measured, or kept, leaves nothing
    status_is 2 "$suite/scripts/bench" --short -o missing/costs.json "$build"
    contains "missing/costs.json" "$stderr"
    status_is 2 "$suite/scripts/bench" --short "$home"
    contains "tests/cost is not there" "$stderr"
}

@test "Markdown and HTML say the same" {
    result 6.1.0-5 >a.json
    result 6.12.7 '.claims[0] |= (.outcome = "skipped" | .reason = "needs a thing") | .claims[3].facts[0].value = 5' >b.json
    status_is 1 scripts/compare --markdown a.json b.json
    contains '| kernel | 6.1.0-5 | 6.12.7 |' "$output"
    contains '| claims: skipped: needs a thing | 0 | 1 |' "$output"
    contains '### TCP_CORK' "$output"
    contains '| claim `e.absent`<br>sentence of e.absent<br>*6.12: needs a thing* | holds | **skipped** |' "$output"
    contains '| `f.other.default`, bytes | 16384 | **5** |' "$output"
    status_is 1 scripts/compare --html a.json b.json
    xmllint --html --noout - <<<"$output"
    contains '<td>16384</td><td class=changed>5</td>' "$output"
    contains 'color-scheme: light dark' "$output"
    none 'src=|href=|url\(|@import|<script' "$output"
}

@test "hostile strings steer no terminal, and mean themselves in Markdown and HTML" {
    local evil='.kernel.release = "6.12\u001b[31m\u009b7m" | .claims[0] |= (.sentence = "s\u001b]0;title\u0007 <script>alert(1)</script> | **b** `c`\n# h" |
        .outcome = "fails" | .reason = "r\u0000\u007f\u202e<img src=x>|") | .claims[3].facts[0] |= (.value = "v\r\u001b[2J" | .name = "n|<b>\u001b" | .unit = "u\u0008")
        | .claims[].option = "o\u001b<i>|"'
    result 6.1.0-5 "$evil"' | .kernel.release = "6.1" | .claims[0].outcome = "holds"' >a.json
    result 6.12.7 "$evil"' | .claims[3].facts[0].value = "w"' >b.json
    for form in "" --markdown --html; do
        # shellcheck disable=SC2086  # none or one
        status_is 1 scripts/compare $form a.json b.json
        none '[[:cntrl:]]|\xc2[\x80-\x9f]|\xe2\x80[\x8e\x8f\xa8-\xae]|\xe2\x81[\xa6-\xa9]' "$output"
        contains "alert(1)" "$output"
    done
    lacks "<script" "$output"
    lacks "<img" "$output"
    lacks "<b>" "$output"
    contains "&lt;script&gt;" "$output"
    status_is 1 scripts/compare --markdown a.json b.json
    contains '\<script\>alert(1)\</script\> \| \*\*b\*\* \`c\` \# h' "$output"
    contains '### o?\<i\>\|' "$output"
}

@test "what is no result is refused, with its name and what is wrong" {
    result 6.1.0-5 >a.json
    refused() {
        printf '%s' "$2" >bad.json
        status_is 2 scripts/compare a.json bad.json
        contains "bad.json: $1" "$stderr"
        [ "$(wc -l <<<"$stderr")" -eq 1 ]
        [ -z "$output" ]
    }
    refused "is empty" ""
    refused "not JSON: " "{\"a\": "
    refused "not JSON: " "not a result"
    refused "not JSON: " "$(printf '{"a\033[31m": x}')"
    refused "holds 2 JSON values" "1 2"
    refused "is not a JSON object" "[]"
    refused "has no schema" "{}"
    refused "schema is 2" "$(result 6.2 '.schema = 2')"
    refused "has no kernel" "$(result 6.2 'del(.kernel)')"
    refused "kernel.release is 3" "$(result 6.2 '.kernel.release = 3')"
    refused 'time is "imaginary"' "$(result 6.2 '.time = "imaginary"')"
    refused "is of a placebo run" "$(result 6.2 '.placebo = true')"
    refused "has no claims" "$(result 6.2 'del(.claims)')"
    refused 'claims[2].outcome is "hold"' "$(result 6.2 '.claims[2].outcome = "hold"')"
    refused 'claims[1] is "x?[31m"' "$(result 6.2 '.claims[1] = "x\u009b[31m"')"
    refused 'has no claims[1].facts[0].value' "$(result 6.2 'del(.claims[1].facts[0].value)')"
    refused 'claims have "e.absent" twice' "$(result 6.2 '.claims[3] = .claims[0]')"
    refused 'has no statements[0].verdict' "$(result 6.2 'del(.statements[0].verdict)')"
    refused "summary.known" "$(result 6.2 '.summary.known = "x"')"
}

@test "random damage is refused or compared, never more" {
    local i size
    result 6.1.0-5 >a.json
    size=$(wc -c <a.json)
    RANDOM=7
    for i in {1..15}; do
        head -c $((RANDOM % size)) a.json >bad.json
        printf %b "\\x$(printf %x $((RANDOM % 256)))" >>bad.json
        tail -c $((RANDOM % size)) a.json >>bad.json
        run --separate-stderr scripts/compare a.json bad.json
        [[ $status -le 1 || ($status -eq 2 && $stderr == "scripts/compare: bad.json: "*) ]] || {
            echo "try $i: status $status: $stderr"
            return 1
        }
    done
}

@test "wrong use has status 2 and says what is right" {
    result 6.1.0-5 >a.json
    status_is 2 scripts/compare
    contains "usage: scripts/compare" "$stderr"
    status_is 2 scripts/compare a.json
    status_is 2 scripts/compare --nonsense a.json a.json
    contains "no option --nonsense" "$stderr"
    status_is 2 scripts/compare --html --markdown a.json a.json
    status_is 2 scripts/compare a.json missing.json
    contains "missing.json: no such file" "$stderr"
    mkdir folder
    status_is 2 scripts/compare a.json folder
    contains "folder: a folder without results.json" "$stderr"
    status_is 0 scripts/compare --help
    contains "Exit status" "$output"
}

@test "without jq it says which package to install" {
    mkdir bin
    ln -s "$(command -v bash)" "$(command -v dirname)" "$(command -v basename)" bin/
    status_is 2 env PATH="$PWD/bin" scripts/compare a b
    contains "scripts/setup compare" "$stderr"
}

@test "results that have nothing in common are refused" {
    result 6.1.0-5 >a.json
    result 6.12.7 '.claims = [] | .statements = []' >b.json
    status_is 2 scripts/compare a.json b.json
    contains "in common" "$stderr"
}

@test "a folder, a series and a release name their results" {
    mkdir -p results/kernels/6.12.7 results/latest
    result 6.1.0-5 >results/6.1.json
    result 6.12.7 >results/kernels/6.12.7/results.json
    result 6.18.44 >results/latest/results.json
    status_is 0 scripts/compare 6.1 6.12.7 results/latest
    line_is 6.1 6.1.0-5 virtual time results/6.1.json
    line_is 6.12 6.12.7 virtual time results/kernels/6.12.7/results.json
    line_is 6.18 6.18.44 virtual time results/latest/results.json
}

kernel() {
    mkdir -p "results/kernels/$1"
    result "$@" >"results/kernels/$1/results.json"
}

@test "publish writes a file a series, which compares like its original, and the page" {
    kernel 6.1.0-9
    kernel 6.1.0-10 '.claims[0] |= (.outcome = "skipped" | .reason = "needs SCTP") | .statements[0].verdict = "partly"'
    kernel 6.12.7
    status_is 0 scripts/publish
    jq -e '.kernel.release == "6.1.0-10" and (.claims | length) == 4' results/6.1.json
    [ "$(ls results)" = "$(printf '%s\n' 6.1.json 6.12.json README.md kernels)" ]
    # a claim, fact or statement a line; nothing of the machine
    grep -qx '  {"name":"limit","value":200,"unit":"ms"},' results/6.1.json
    grep -qx '{"id":"e.absent","option":"TCP_CORK","sentence":"sentence of e.absent","outcome":"skipped","reason":"needs SCTP"},' results/6.1.json
    grep -qx '{"id":"doc/cork.sends","option":"TCP_CORK","verdict":"partly"},' results/6.1.json
    none 'experiments/|duration|cpu_ms|wall_ms|started|evidence' "$(cat results/6.1.json)"
    status_is 0 scripts/compare 6.1 6.1.0-10
    status_is 1 scripts/compare 6.1 6.12
    line_is The sentence of the table.
    contains "| kernel | 6.1.0-10 | 6.12.7 |" "$(cat results/README.md)"
    contains '| statement `doc/cork.sends`<br>The sentence of the table. | partly | **confirmed** |' "$(cat results/README.md)"
    contains '`placebo/` (the last `--placebo`)' "$(cat results/README.md)"
    # again, it changes nothing and says so by silence; the file of a series that is not there any more stays
    rm -r results/kernels/6.12.7
    status_is 0 scripts/publish
    [ -z "$output" ]
    [ -s results/6.12.json ]
}

@test "publish refuses what is no proof, and then changes nothing" {
    kernel 6.1.0-9
    refused() {
        kernel 6.12.7 "$2"
        status_is 2 scripts/publish
        contains "results/kernels/6.12.7/results.json: $1" "$stderr"
        [ "$(ls -A results)" = kernels ]
    }
    refused "of its claims 1 fails (e.cork/v4)" '.claims[1].outcome = "fails"'
    refused "of its claims 2 broken (e.cork/v4, e.cork/v6)" '.claims[1,2].outcome = "broken"'
    refused "is of 1 of 4 claims" '.claims = .claims[:1]'
    refused "is in real time" '.time = "real"'
    refused "is of a placebo run" '.placebo = true'
    kernel 6.12.7 '.claims[1].outcome = "fails"'
    status_is 0 scripts/publish --anyway
    [ -s results/6.12.json ]
    rm -r results/*
    status_is 2 scripts/publish
    contains "./run-all.sh --kernel" "$stderr"
}

@test "a release that names no series, or a way out of the folder, is not published" {
    kernel 6.1.0-9 '.kernel.release = "../../6.1"'
    status_is 2 scripts/publish
    contains "names no series" "$stderr"
}

@test "the digest tells suites apart, not runs" {
    local lab=${LAB:-$suite/build/lab}
    mkdir -p build/experiments
    printf 'id\toption\tdocument\tsection\tkind\tstatement\tconfirmed_by\trefuted_by\tuntestable\n' >experiments/statements.tsv
    cp "$lab" build/lab
    cp "$BATS_TEST_DIRNAME/fake_experiment.sh" build/experiments/cork
    digest() {
        rm -rf results/latest
        build/lab run "$@" >/dev/null
        jq -r .suite.digest results/latest/results.json
    }
    printf '%s\n' 'sends v4 holds' 'waits - holds' >build/experiments/cork.claims
    local all some other
    all=$(digest)
    some=$(digest cork.waits)
    [[ $all =~ ^[0-9a-f]{16}$ ]]
    [ "$all" = "$some" ]
    printf '%s\n' 'sends v4 holds' 'waits - holds "sentence":"another"' >build/experiments/cork.claims
    other=$(digest)
    [ "$all" != "$other" ]
    printf '%s\n' 'sends v4 holds' 'waits - holds' >build/experiments/cork.claims
    printf 'doc/s\tTCP_CORK\tdoc\ts\tstate\tIt is.\tcork.sends\t\t\n' >>experiments/statements.tsv
    [ "$all" != "$(digest)" ]
}
