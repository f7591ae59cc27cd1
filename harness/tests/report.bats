#!/usr/bin/env bats
# shellcheck disable=SC2016  # inner shells expand what they are given
# SPDX-License-Identifier: MIT
# lab show --svg and lab report, from the command line. What the page does is tested in a browser (make test-report).

bats_require_minimum_version 1.5.0

setup() {
    home=$BATS_TEST_TMPDIR/home
    samples=$BATS_TEST_DIRNAME/show_samples
    results=$home/results/latest
    mkdir -p "$home/build/experiments" "$home/experiments" "$results"
    cp "${LAB:-$BATS_TEST_DIRNAME/../../build/lab}" "$home/build/lab"
    printf 'id\toption\tdocument\tsection\tkind\tstatement\tconfirmed_by\trefuted_by\tuntestable\n' >"$home/experiments/statements.tsv"
    cd "$home" || return
}

lab() {
    "$home/build/lab" "$@"
}

# The evidence of a claim: one of the samples.
evidence() { # SAMPLE CLAIM
    mkdir -p "$results/$2"
    cp "$samples/$1.jsonl" "$results/$2/notebook.jsonl"
}

write_results() { # FOLDER RELEASE OUTCOME
    mkdir -p "$1"
    jq -n --arg release "$2" --arg outcome "$3" '{
        schema: 1, suite: { version: "0.1" }, kernel: { release: $release, version: "#1", machine: "x86_64" },
        time: "real", placebo: false, repeat: 1, started: "2026-01-01T00:00:00Z", wall_ms: 7,
        summary: { selected: 1, known: 1 },
        claims: [ { id: "tcp_cork.holds/v4", experiment: "tcp_cork", option: "TCP_CORK", family: "v4", sentence: "it holds",
                    file: "experiments/tcp_cork.c", line: 1, outcome: $outcome, reason: "", treated: true, facts: [],
                    duration_ms: 1, cpu_ms: 1, evidence: "tcp_cork.holds/v4", cites: "tcp(7)", statements: [] } ],
        statements: [] }' >"$1/results.json"
}

fails_with() { # STATUS TEXT COMMAND...
    local status_wanted=$1 text=$2
    shift 2
    run --separate-stderr "$@"
    if [ "$status" -ne "$status_wanted" ] || [[ $stderr != *"$text"* ]]; then
        printf 'expected status %s and: %s\ngot status %s and: %s\n' "$status_wanted" "$text" "$status" "$stderr"
        return 1
    fi
}

# What a page holds as data, or as the number of its ladders.
data() {
    sed -n 's|^<script type="application/json" id="data">\(.*\)</script>$|\1|p' "$1"
}

@test "every sample becomes SVG that is well-formed, whole or not at all" {
    for sample in "$samples"/*.jsonl; do
        name=$(basename "$sample" .jsonl)
        evidence "$name" "sample.$name"
        lab show --svg "sample.$name" >one.svg
        lab show --svg --verbose -o two.svg "sample.$name"
        xmllint --noout one.svg two.svg
    done
    run ! grep -q 'http' <(grep -v 'xmlns=' two.svg)
    [ -z "$(find . -name '*.new')" ]
}

@test "lab show --svg draws one claim" {
    evidence held tcp_cork.holds/v4
    evidence held tcp_cork.holds/v6
    fails_with 2 "--svg draws one claim, and \`tcp_cork' names 2: tcp_cork.holds/v4, tcp_cork.holds/v6" lab show --svg tcp_cork
    fails_with 2 "there is no claim \`tcp_fork'" lab show --svg tcp_fork
    fails_with 2 "-o FILE is for --svg" lab show -o x.svg tcp_cork
    mkdir folder
    fails_with 2 "folder exists and is not a regular file" lab show --svg -o folder tcp_cork.holds/v4
    fails_with 2 "-o FILE: cannot write nowhere/x.svg: ENOENT" lab show --svg -o nowhere/x.svg tcp_cork.holds/v4
    fails_with 2 "cannot write standard output" bash -c '"$0" show --svg tcp_cork.holds/v4 >/dev/full' "$home/build/lab"
}

@test "lab report writes the page beside the results, with ladders, sources and packets" {
    write_results "$results" 6.1.0 holds
    evidence held tcp_cork.holds/v4
    printf 'CLAIM(holds, V4, "</script>")\n{\n}\n' >experiments/tcp_cork.c
    run --separate-stderr lab report
    [ "$status" -eq 0 ] && [ "$output" = results/latest/report.html ] && [ -z "$stderr" ]
    [ "$(data results/latest/report.html | jq -c '.runs[0].folder, .claims[0].runs[0].pcaps')" = $'""\n["client.pcap","server.pcap"]' ]
    [ "$(grep -c '^<script type="application/json" id="ladder-0-0">' results/latest/report.html)" = 1 ]
    run ! grep -F 'V4, "</script>' results/latest/report.html
    grep -qF 'V4, \u0022\u003c/script>\u0022' results/latest/report.html
}

@test "lab report over several runs: one claim, an outcome of each, ladders where they differ, links from where the page lies" {
    write_results kernels/a 6.1.0 holds
    write_results kernels/b 6.12.0 fails
    write_results kernels/c 6.18.0 holds
    for kernel in a b c; do
        mkdir -p kernels/$kernel/tcp_cork.holds/v4
        cp "$samples/held.jsonl" kernels/$kernel/tcp_cork.holds/v4/notebook.jsonl
    done
    fails_with 2 "the report of several runs needs a place: -o FILE" lab report kernels/a kernels/b
    mkdir pages
    lab report -o pages/all.html kernels/a kernels/b/results.json kernels/c
    [ "$(data pages/all.html | jq -c '[.runs[].folder], [.claims[0].runs[].outcome]')" = \
        $'["../kernels/a/","../kernels/b/","../kernels/c/"]\n["holds","fails","holds"]' ]
    [ "$(grep -o '^<script type="application/json" id="ladder-[0-9-]*"' pages/all.html | wc -l)" = 2 ]
}

@test "lab report says what it cannot use, and leaves the old page" {
    write_results "$results" 6.1.0 holds
    lab report
    cp results/latest/report.html before
    jq '.schema = 2' results/latest/results.json >other.json
    fails_with 2 "cannot use other.json: its schema is not 1" lab report -o results/latest/report.html other.json
    echo '{' >other.json
    fails_with 2 "cannot read other.json: " lab report -o results/latest/report.html other.json
    fails_with 2 "cannot open nothing/results.json: ENOENT" lab report --results nothing
    fails_with 2 "cannot find the folder nowhere" lab report -o nowhere/x.html
    cmp before results/latest/report.html
}

@test "lab run writes the page and says where, but not of a placebo run, nor with --no-report" {
    cp "$BATS_TEST_DIRNAME/fake_experiment.sh" build/experiments/tcp_cork
    echo 'holds - holds' >build/experiments/tcp_cork.claims
    run --separate-stderr lab run
    [ "$status" -eq 0 ] && [ -z "$stderr" ] && [[ $output == *"report      results/latest/report.html"* ]]
    [ "$(data results/latest/report.html | jq -r '.claims[0].runs[0].outcome')" = holds ]
    lab run --no-report
    [ -s results/latest/results.json ] && [ ! -e results/latest/report.html ]
    lab run --placebo || true
    [ -s results/placebo/results.json ] && [ ! -e results/placebo/report.html ]
}
