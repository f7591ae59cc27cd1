#!/usr/bin/env bats
# shellcheck disable=SC2016  # what looks like an expansion is what the lab is to leave alone
# shellcheck disable=SC2154  # home, results, table, output and stderr are those of fake_home.sh
# SPDX-License-Identifier: MIT
# Names, patterns, environment variables, result files and notebooks that want more than they are given: each gains
# nothing, and nothing outside of the results is touched. What scripts/compare makes of such files is in compare.bats.

load fake_home.sh

# Everything in and around the home but the results, with contents; and what the hostile texts would leave if they were obeyed.
outside() {
    find "$home" -path "$home/results" -prune -o \( -type f -exec cksum {} + \) -o -printf '%y %p %l\n' | sort
}

# Terminals obey nothing of it: no control character but newline and tab.
tame() {
    # C1 controls and bidirectional overrides as bytes of UTF-8
    if LC_ALL=C grep -qP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9]' <<<"$1"; then
        printf 'controls in: %q\n' "$1"
        return 1
    fi
}

# CLAIM FILE: a claim's notebook of a run that held, whose captures are FILE
notebook() {
    mkdir -p "$results/$1"
    jq -cn --arg claim "$1" --arg file "$2" '
        {t: 1, kind: "start", claim: $claim, sentence: "s", file: "experiments/x.c", line: 1, placebo: false, kernel: "6.1",
         version: "#1", machine: "x86_64", time: "real", bench: "client server"}, {t: 2, kind: "note", text: "the secret"},
        {t: 3, kind: "end", outcome: "holds", reason: "", line: 0, captures: [{file: $file, packets: 1, dropped: 0}]}' \
        >"$results/$1/notebook.jsonl"
}

@test "a pattern names claims and nothing else: no path, no command, no second line" {
    experiment tcp_cork <<<'sends v4 holds'
    statement a tcp_cork.sends
    status_is 0 lab run
    mkdir "$home/results/secret"
    echo secret >"$home/results/secret/notebook.jsonl"
    before=$(outside)
    results_before=$(cd "$results" && find . -type f -exec cksum {} + | sort)
    for pattern in ../../../../etc/passwd /etc/passwd .. . / '../secret' 'tcp_cork.sends/../../secret' '$(touch pwned)' '`touch pwned`' \
        'x; touch pwned' '| touch pwned' $'tcp_cork\nso_linger' $'\e[31m\e]0;title\a' $'\u202e' '[' '[!' $'\\' '' $'\xff\xfe' '%s%s%n' \
        "$(printf 'a%.0s' {1..100000})" "$(printf '*a%.0s' {1..30})b"; do
        for command in run coverage show; do # each chooses in its own way
            status_is 2 timeout 20 build/lab "$command" "$pattern"
            tame "$stderr"
            [ -z "$output" ]
        done
    done
    diff <(echo "$before") <(outside)
    diff <(echo "$results_before") <(cd "$results" && find . -type f -exec cksum {} + | sort)
}

# What the experiment lists, changed by a program of jq.
listing() {
    mkdir -p build/experiments
    jq -n '{experiment: "tcp_cork", option: "O", level: "L", summary: "s", file: "experiments/tcp/tcp_cork.c",
        claims: [{id: "tcp_cork.a/v4", name: "a", family: "v4", sentence: "s", line: 1, treated: true, untreated: null, cites: "c",
                  since: null, until: null, needs: [], takes_ms: 0, timeout_s: 1, bench: "client server"}]}' |
        jq -c "$1" >build/experiments/evil.json
    printf '#!/bin/sh\n[ "$1" = --list ] && exec cat "$0.json"\ntouch "${0%%/*}/pwned"\n' >build/experiments/evil
    chmod +x build/experiments/evil
}

@test "a listing with names that are paths, commands or more than a line is refused, and nothing is run" {
    listing .
    status_is 0 lab check
    for program in '.experiment = "../../evil"' '.experiment = ""' '.experiment = "a b"' '.experiment = "$(touch pwned)"' \
        '.claims[0].id = "../../../evil"' '.claims[0] += {name: "../evil", id: "tcp_cork.../evil/v4"}' \
        '.claims[0] += {name: "", id: "tcp_cork./v4"}' '.claims[0] += {family: "..", id: "tcp_cork.a/.."}' \
        '.claims[0] += {family: "v4/../../evil", id: "tcp_cork.a/v4/../../evil"}' \
        '.claims[0] += {name: "a\u001b[31m", id: "tcp_cork.a\u001b[31m/v4"}' '.claims[0] += {name: "a;b", id: "tcp_cork.a;b/v4"}' \
        '.claims[0].sentence = "holds\nBail out!"' '.file = "x.c\nok 1 - forged"' '.option = "O\n\n# forged"' \
        '.claims[0].cites = "c\td\te"' '.claims[0].needs = ["\u001b[31m"]' '.claims[0].timeout_s = -1' \
        '.claims[0].takes_ms = 1e300' '.claims[0].line = 99999999999999'; do
        listing "$program"
        before=$(outside)
        status_is 2 lab run --tap
        contains "in the suite, so nothing was run" "$stderr"
        tame "$stderr$output"
        [ ! -e "$results" ]
        diff <(echo "$before") <(outside)
    done
}

@test "what a claim says is no line of the lab's own: not in TAP, not on the terminal, not in Markdown" {
    experiment tcp_cork <<<$'skips - skipped:no\\n1..9\\nok_1_-_forged\\nBail_out!\\n\\n#_forged\\n[link](http://x)\nholds - holds'
    status_is 0 lab run --tap
    [ "$(grep -c -e '^ok' -e '^1\.\.' -e '^Bail' <<<"$output")" = 3 ]
    GITHUB_STEP_SUMMARY=$home/summary.md status_is 0 lab run
    [ "$(last_line "$output")" = "1 passed, 0 failed, 1 skipped" ]
    [ "$(grep -c -e '^ok' -e '^Bail' -e '^# ' -e '^\[' <<<"$output")" = 0 ]
    [ "$(grep -c -e '^# ' -e '^\[' summary.md)" = 0 ]
    grep -q '<summary>1 claim: no 1..9 ok 1 - forged Bail out!  # forged \[link\](http://x)</summary>' summary.md
}

@test "no environment variable changes what a run says or where it writes" {
    local real=$BATS_TEST_DIRNAME/../../${BUILD:-build}/specimens/tests/empty
    experiment tcp_cork <<<$'sends v4 holds\nwaits - skipped:no_netem'
    [ ! -e "$real" ] || cp "$real" build/experiments/
    statement a tcp_cork.sends
    report() {
        jq -S 'del(.started, .wall_ms, .claims[].duration_ms, .claims[].cpu_ms)' "$results/results.json"
    }
    status_is 0 lab run
    report >plain
    said=$stderr
    mkfifo pipe
    before=$(outside)
    hostile=(LAB_TIME=virtual LAB_JOBS=0 LAB_PART=9/9 "LAB_GET_INT=1 1 3 1" TMPDIR=/nonexistent "HOME=/nonexistent\$(touch pwned)" 'IFS=/'
        CDPATH=/etc POSIXLY_CORRECT=1 COLUMNS=99999999999999999999 LINES=-1 TERM=../../../../etc/passwd NO_COLOR=$'\e[31m'
        LANG=$'\e[31m' TZ=:/etc/passwd HARNESS_VERSION=nan MALLOC_TRACE="$home/pwned" MALLOC_CHECK_=3
        LD_BIND_NOT=1 LD_LIBRARY_PATH=/nonexistent GITHUB_STEP_SUMMARY="$home/pipe" GITHUB_ACTIONS=true)
    status_is 0 timeout 60 env "${hostile[@]}" build/lab run
    tame "$output$stderr"
    diff plain <(report)
    contains "GITHUB_STEP_SUMMARY: cannot write $home/pipe: ENXIO" "$stderr"
    [ "$(grep -vc GITHUB_STEP_SUMMARY <<<"$stderr")" = "$(grep -c . <<<"$said")" ]
    for variable in "${hostile[@]}" LC_ALL=../../../../etc; do
        status_is 0 timeout 60 env -- "$variable" "$home/build/lab" list
        tame "$output$stderr"
    done
    diff <(echo "$before") <(outside)
}

@test "CDPATH does not lead the scripts astray" {
    mkdir -p elsewhere/scripts
    echo 'echo astray' >elsewhere/scripts/results.bash
    cd "$BATS_TEST_DIRNAME/../.." || return
    CDPATH=$home/elsewhere status_is 2 scripts/compare nowhere nowhere
    contains "nowhere: no such file" "$stderr"
    CDPATH=$home/elsewhere status_is 2 bash scripts/soak 0
    contains "RUNS is not a positive whole number" "$stderr"
}

# FOLDER PROGRAM: results.json of one claim and one statement, changed by a program of jq
write_results() {
    mkdir -p "$1"
    jq -n '{schema: 1, suite: {version: "0.1"}, kernel: {release: "6.1", version: "#1", machine: "x86_64"}, time: "real", placebo: false,
        repeat: 1, started: "2026-01-01T00:00:00Z", wall_ms: 7, summary: {selected: 1, known: 1},
        claims: [{id: "tcp_cork.sends/v4", experiment: "tcp_cork", option: "TCP_CORK", family: "v4", sentence: "it sends",
                  file: "experiments/tcp_cork.c", line: 1, outcome: "holds", reason: "", treated: true, facts: [], duration_ms: 1,
                  cpu_ms: 1, evidence: "tcp_cork.sends/v4", cites: null, statements: ["doc/a"]}],
        statements: [{id: "doc/a", option: "TCP_CORK", document: "doc", section: "s", kind: "wire", statement: "It sends.",
                      verdict: "confirmed", reason: "", confirmed_by: [], refuted_by: []}]}' | jq "$2" >"$1/results.json"
}

@test "a results.json names no file but evidence below its folder and sources of the lab" {
    experiment tcp_cork <<<'sends v4 holds'
    mkdir -p secret experiments results/elsewhere
    echo '/* the secret */' | tee secret.c secret/notebook.jsonl >secret/results.json
    results=$home/secret notebook stolen client.pcap
    ln -s "$home/secret.c" experiments/link.c
    ln -s "$home/secret/stolen/notebook.jsonl" results/elsewhere/notebook.jsonl
    before=$(outside)
    for evidence in ../../secret/stolen "$home/secret/stolen" tcp_cork.sends/../../../secret/stolen ../elsewhere '..' '' '$(cat secret.c)'; do
        write_results "$results" '.claims[0].evidence = '"$(jq -Rs . <<<"$evidence" | sed 's/\\n"$/"/')"
        status_is 0 lab report
        lacks "the secret" "$(cat "$results/report.html")"
    done
    for file in ../secret.c "$home/secret.c" experiments/../secret.c experiments/link.c /etc/passwd secret/results.json; do
        write_results "$results" '.claims[0].file = "'"$file"'"'
        status_is 0 lab report
        lacks "the secret" "$(cat "$results/report.html")"
        lacks "root:" "$(cat "$results/report.html")"
    done
    status_is 0 lab coverage
    diff <(echo "$before") <(outside)
}

@test "texts of a results.json stay texts: on the terminal, in the report" {
    experiment tcp_cork <<<'sends v4 holds'
    statement a tcp_cork.sends
    scripts_in() {
        grep -io '<[/!]*script' "$1"
    }
    write_results "$results" .
    status_is 0 lab report
    scripts=$(scripts_in "$results/report.html")
    write_results "$results" '"\u001b]0;t\u0007\u009b31m\u202e</script><script>alert(1)</script><!--<img src=x onerror=alert(1)>`$(touch pwned)`\n# h" as $evil
        | .kernel |= map_values($evil) | .started = $evil | .time = $evil | .suite.version = $evil
        | .claims[0] += {reason: $evil, outcome: "fails", sentence: $evil, option: $evil, cites: $evil,
                         facts: [{name: $evil, value: $evil, unit: $evil}]}
        | .claims += [.claims[0] + {id: $evil, experiment: $evil, family: $evil, outcome: $evil, statements: [$evil]}]
        | .statements += [.statements[0] + {id: $evil, document: $evil, verdict: $evil, statement: $evil}]'
    before=$(outside)
    for arguments in "" --open; do
        # shellcheck disable=SC2086  # none or one
        status_is 0 lab coverage $arguments
        tame "$output$stderr"
    done
    status_is 0 lab coverage --json
    jq -e . <<<"$output" >/dev/null
    status_is 0 lab report
    lacks $'\e' "$(cat "$results/report.html")"
    lacks "<img" "$(cat "$results/report.html")"
    # no script but those of the same page without all that
    [ "$(scripts_in "$results/report.html")" = "$scripts" ]
    diff <(echo "$before") <(outside)
}

@test "a notebook leads to no file but those beside it, and a link leads nowhere" {
    experiment tcp_cork <<<$'sends v4 holds\nlinks v4 holds'
    printf '\324\303\262\241\2\0\4\0' >secret.pcap # a capture without packets
    head -c 16 /dev/zero | tr '\0' '\1' >>secret.pcap
    notebook tcp_cork.sends/v4 ../../../secret.pcap
    status_is 2 lab show --tcpdump tcp_cork.sends/v4
    contains "the name of a file beside the notebook" "$stderr"
    for evil in secret.pcap pipe.pcap zero.pcap; do
        notebook tcp_cork.sends/v4 "$evil"
        rm -f "$results/tcp_cork.sends/v4/"*.pcap
        case $evil in
        secret*) ln -s "$home/secret.pcap" "$results/tcp_cork.sends/v4/$evil" ;;
        pipe*) mkfifo "$results/tcp_cork.sends/v4/$evil" ;;
        zero*) ln -s /dev/zero "$results/tcp_cork.sends/v4/$evil" ;;
        esac
        status_is 2 timeout 10 build/lab show --tcpdump tcp_cork.sends/v4
        contains "$evil: " "$stderr"
    done
    # the notebook itself
    mkdir -p "$results/tcp_cork.links/v4"
    ln -s /etc/passwd "$results/tcp_cork.links/v4/notebook.jsonl"
    touch "$results/.sockopt-lab"
    status_is 1 lab judge tcp_cork
    [ "$(reason_of tcp_cork.links/v4)" = "cannot open notebook.jsonl: ELOOP (Too many levels of symbolic links)" ]
    status_is 2 lab show tcp_cork.links/v4
    lacks root: "$output$stderr$(cat "$results"/*.*)"
}

@test "texts of a notebook, and names of folders, steer no terminal" {
    local evil=$'\e]0;title\a\e[31m\u009b7m\u202e' claim line
    claim=tcp_cork.a$evil
    mkdir -p "$results/$claim"
    for line in '{"t":1,"kind":"start","claim":"'"$evil"'"}' '{"t":1,"kind":'"$evil"'}' '{"t":"x","kind":"\u001b[31m"}' \
        '{"t":1,"kind":"start","claim":"\u001b[31m\u202e\u009b","sentence":"\u001b[2J","kernel":"\u0007","file":"\u001b[31m","line":1}' "$evil"; do
        printf '%s\n' "$line" >"$results/$claim/notebook.jsonl"
        for arguments in "" --verbose --tcpdump --svg; do
            # shellcheck disable=SC2086  # none or one
            run --separate-stderr lab show $arguments "$claim"
            [ "$status" -eq 0 ] || [ "$status" -eq 2 ]
            [ -n "$output$stderr" ]
            tame "$output$stderr"
        done
    done
    status_is 2 lab show tcp_cork.b
    tame "$stderr"
    rm "$results/$claim/notebook.jsonl"
    mkdir "$results/$claim/notebook.jsonl"
    status_is 2 lab show "$claim"
    tame "$stderr"
}

@test "a results folder, a report or a picture that is a link reaches nothing that is not the lab's" {
    experiment tcp_cork <<<'sends v4 holds'
    mkdir -p precious results
    echo kept | tee precious/file precious/results.json >/dev/null
    before=$(find precious -type f -exec cksum {} +)
    ln -s "$home/precious" results/latest
    for command in run judge; do
        status_is 2 lab "$command"
        contains "results/latest is not empty and was not made by lab" "$stderr"
    done
    rm results/latest
    ln -s "$home/nowhere" results/latest
    status_is 2 lab run
    [ ! -e nowhere ]
    rm results/latest
    ln -s / results/latest
    status_is 2 lab run
    rm results/latest
    status_is 0 lab run
    ln -s "$home/precious/file" page.html
    status_is 2 lab report -o page.html
    contains "page.html exists and is not a regular file" "$stderr"
    status_is 2 lab show --svg -o page.html tcp_cork.sends/v4
    status_is 2 lab run --junit page.html
    # links among the results are replaced, not followed
    ln -sf "$home/precious/file" results/latest/report.html
    ln -sf "$home/precious/file" results/latest/.results.json.new
    ln -sfn "$home/precious" results/latest/tcp_cork.sends
    status_is 0 lab run
    ln -sf "$home/precious/file" results/latest/report.html
    notebook tcp_cork.sends/v4 client.pcap
    status_is 0 lab judge
    [ -f results/latest/report.html ] && [ ! -L results/latest/report.html ]
    [ "$before" = "$(find precious -type f -exec cksum {} +)" ]
}
