#!/usr/bin/env bats
# shellcheck disable=SC2016  # inner shells expand what they are given
# shellcheck disable=SC2154,SC2030,SC2031  # home, results, table, output and stderr are those of fake_home.sh and bats
# SPDX-License-Identifier: MIT
# The lab command against experiments that only pretend: every outcome, every refusal, every way to be interrupted.

load fake_home.sh

# Waits until the processes that a fake left its ids of are there (COUNT of them), at most 10 s.
wait_for_pids() {
    local file=$1 count=$2

    for _ in $(seq 200); do
        [ -e "$file" ] && [ "$(wc -l <"$file")" -ge "$count" ] && return
        sleep 0.05
    done
    echo "only $(cat "$file" 2>&1) of $count processes have started"
    return 1
}

# No process of the file lives (a zombie that its new parent has not reaped yet is dead); at most 5 s of patience.
all_dead() {
    local pid alive

    for _ in $(seq 100); do
        alive=""
        while read -r pid; do
            [[ $(cut -d' ' -f3 "/proc/$pid/stat" 2>/dev/null) =~ ^[Z]?$ ]] || alive+=" $pid"
        done <"$1"
        [ -z "$alive" ] && return
        sleep 0.05
    done
    echo "still alive:$alive"
    return 1
}

# --- outcomes ---

@test "claims that hold: status 0, sums, evidence, results.json" {
    experiment tcp_cork <<<$'sends v4 holds\nsends v6 holds\nwaits - holds "untreated":"a default","treated":false'
    statement a tcp_cork.sends
    status_is 0 lab run
    [ "$(last_line "$output")" = "3 passed, 0 failed, 0 skipped" ]
    contains "3 claims, " "$output"
    contains "claims      3 hold, 0 fail, 0 skipped, 0 broken" "$output"
    contains "statements  1 confirmed, 0 refuted, 0 partly, 0 untestable, 0 open" "$output"
    contains "results     results/latest/results.json, kernel $(uname -r)" "$output"
    [ -z "$stderr" ]
    [ -s "$results/tcp_cork.sends/v4/notebook.jsonl" ]
    [ -s "$results/tcp_cork.waits/notebook.jsonl" ]
    [ "$(jq -r '[.schema, .kernel.release, .time, .placebo, .summary.selected] | @csv' "$results/results.json")" = \
        "1,\"$(uname -r)\",\"real\",false,3" ]
    [ "$(jq -c '.claims[0] | del(.duration_ms, .cpu_ms)' "$results/results.json")" = '{"id":"tcp_cork.sends/v4","experiment":"tcp_cork","option":"TCP_CORK","family":"v4","sentence":"the claim sends is holds","file":"experiments/fake/tcp_cork.c","line":17,"outcome":"holds","reason":"","treated":true,"facts":[{"name":"default_rcvbuf","value":131072,"unit":"bytes"},{"name":"share","value":0.1,"unit":""}],"evidence":"tcp_cork.sends/v4","cites":"tcp(7)","statements":["doc/a"]}' ]
    [ "$(verdict_of a)" = confirmed ]
}

@test "two runs write the same results.json, but for times" {
    experiment tcp_cork <<<$'sends v4 holds\nb - fails\nc v6 skipped:no_netem'
    experiment so_linger <<<$'a - holds\nz - broken'
    statement a tcp_cork.sends so_linger.a
    status_is 1 lab run --jobs 5
    jq 'del(.started, .wall_ms, .claims[].duration_ms, .claims[].cpu_ms)' "$results/results.json" >one
    status_is 1 lab run --jobs 1
    jq 'del(.started, .wall_ms, .claims[].duration_ms, .claims[].cpu_ms)' "$results/results.json" >two
    cmp one two
    [ "$(jq -r '.claims[].id' two)" = $'so_linger.a\nso_linger.z\ntcp_cork.b\ntcp_cork.c/v6\ntcp_cork.sends/v4' ]
}

@test "a failed claim: everything needed to understand and reproduce it" {
    experiment tcp_cork <<<$'sends v4 fails\nok - holds'
    statement a tcp_cork.sends
    status_is 1 lab run
    contains $'\nfails  tcp_cork.sends/v4\n  the claim sends is fails\n' "$output"
    contains $'\n  experiments/fake/tcp_cork.c:23: tcp_cork.sends/v4: expected 1, got 2\n' "$output"
    contains $'\n    expected          observed\n    [S]            != [R]\n' "$output"
    contains $'\n  confirms   The sentence of a.\n             doc/a\n' "$output"
    contains $'\n  packets    results/latest/tcp_cork.sends/v4/client.pcap, server.pcap\n' "$output"
    contains $'\n  all of it  build/lab show tcp_cork.sends/v4\n' "$output"
    contains $'\n  reproduce  ./run-all.sh tcp_cork.sends/v4\n' "$output"
    [ "$(last_line "$output")" = "1 passed, 1 failed, 0 skipped" ]
    [ "$(verdict_of a)" = open ]
}

@test "every way to be broken is broken, with its reason, and the run goes on" {
    experiment tcp_cork <<'EOF'
broken - broken
nothing - nothing
refuses - refuses
empty - empty
garbage - garbage
fifo - fifo
another - another
crash - crash
status - status
open - open
cut - cut
on - on
odd - odd
lossy - lossy
ok - holds
EOF
    status_is 1 lab run
    [ "$(last_line "$output")" = "1 passed, 14 failed, 0 skipped" ]
    [ "$(reason_of tcp_cork.broken)" = "sysctl net.ipv4.x: EACCES" ]
    [ "$(reason_of tcp_cork.nothing)" = "there is no notebook" ]
    [ "$(reason_of tcp_cork.refuses)" = "exit status 3; there is no notebook; it printed: fake: cannot make a namespace: EPERM" ]
    [ "$(reason_of tcp_cork.empty)" = "the notebook is empty" ]
    contains "notebook.jsonl:1: " "$(reason_of tcp_cork.garbage)"
    [ "$(reason_of tcp_cork.fifo)" = "notebook.jsonl is not a file" ]
    contains "notebook of another claim: \`somebody.elses'" "$(reason_of tcp_cork.another)"
    contains "killed by signal 11 (SIGSEGV); the notebook has no end" "$(reason_of tcp_cork.crash)"
    [ "$(reason_of tcp_cork.status)" = "exit status 23; its notebook had ended with \`holds'; it printed: fake: leaked 8 bytes" ]
    [ "$(reason_of tcp_cork.open)" = "the notebook has no end" ]
    contains "the last line is cut off" "$(reason_of tcp_cork.cut)"
    contains "it goes on after its end" "$(reason_of tcp_cork.on)"
    contains "unknown outcome \`maybe'" "$(reason_of tcp_cork.odd)"
    [ "$(reason_of tcp_cork.lossy)" = "the capture client.pcap missed 7 packets" ]
    [ "$(jq -r '[.claims[] | select(.outcome == "broken")] | length' "$results/results.json")" = 14 ]
}

@test "what a claim's process prints is kept, harmless for terminals, and bounded" {
    experiment tcp_cork <<<$'says - says\nspams - spams'
    status_is 0 lab run
    [ "$(reason_of tcp_cork.says)" = $'it printed:\none\n?[31mtwo?' ]
    contains "bytes left out" "$(reason_of tcp_cork.spams)"
    [ "$(reason_of tcp_cork.spams | wc -c)" -lt 3000 ]
}

@test "skipped claims are grouped by reason and never counted as passed" {
    experiment tcp_cork <<<$'a - holds\nb v4 skipped:needs_root\nb v6 skipped:needs_root\nc - skipped:no_netem'
    statement b tcp_cork.b
    status_is 0 lab run
    contains $'skipped  2 claims\n      needs root\n        tcp_cork.b/v4\n        tcp_cork.b/v6\n' "$output"
    contains $'skipped  1 claim\n      no netem\n        tcp_cork.c\n' "$output"
    [ "$(last_line "$output")" = "1 passed, 0 failed, 3 skipped" ]
    [ "$(verdict_of b)" = open ]
    [ "$(jq -r '.statements[0].reason' "$results/results.json")" = "tcp_cork.b/v4 was skipped: needs root" ]
}

@test "nothing judged is status 3: all skipped, or no claims" {
    status_is 3 lab run
    contains "there are no claims in build/experiments: nothing was judged" "$stderr"
    experiment tcp_cork <<<'b v4 skipped:needs_root'
    status_is 3 lab run
    [ "$(last_line "$output")" = "0 passed, 0 failed, 1 skipped" ]
}

@test "a claim that hangs is killed ten seconds after its limits, the others go on" {
    experiment tcp_cork <<<$'hangs - hang\nok - limit'
    status_is 1 lab run --timeout 1 --setup-timeout 1
    [ "$(reason_of tcp_cork.hangs)" = \
        "killed by lab after 12 s: its own time limit did not end it; the notebook has no end" ]
    [ "$(reason_of tcp_cork.ok)" = "limit 1" ]
    all_dead build/experiments/tcp_cork.pids
}

@test "a process left behind in the claim's group is killed when the claim ends" {
    experiment tcp_cork <<<'orphan - orphan'
    status_is 0 lab run
    all_dead build/experiments/tcp_cork.pids
}

# The largest number of claims that a log of fakes which meet shows at once.
at_once() {
    awk '/^[+]/ { if (++n > most) most = n } /^-/ { n-- } END { print most }' "$1"
}

@test "claims run at once, as many as --jobs says" {
    experiment tcp_cork <<<$'a - meets:4\nb - meets:4\nc - meets:4\nd - meets:4'
    status_is 0 lab run
    [ "$(at_once build/experiments/tcp_cork.log)" = 4 ]
    rm build/experiments/tcp_cork.log
    experiment tcp_cork <<<$'a - meets:2\nb - meets:2\nc - meets:2\nd - meets:2'
    status_is 0 lab run --jobs 2
    [ "$(at_once build/experiments/tcp_cork.log)" = 2 ]
}

@test "those that take longest come first, then by id" {
    experiment tcp_cork <<<$'b - meets:1\na - meets:1\nlong - meets:1 "takes_ms":2000\nlonger - meets:1 "takes_ms":3000'
    status_is 0 lab run --jobs 1
    [ "$(grep '^+' build/experiments/tcp_cork.log | tr '\n' ' ')" = "+ longer + long + a + b " ]
    experiment tcp_cork <<<$'a - holds\nb - slow:1'
    status_is 0 lab run
    contains "(tcp_cork.b)" "$(grep 'longest claim' <<<"$output")"
}

# --- selection and wrong use ---

@test "patterns: experiment, claim, family, glob" {
    experiment tcp_cork <<<$'sends v4 holds\nsends v6 holds\nwaits - holds'
    experiment so_linger <<<'waits - holds'
    status_is 0 lab run tcp_cork.sends
    [ "$(last_line "$output")" = "2 passed, 0 failed, 0 skipped" ]
    contains "(2 of 4 claims were chosen)" "$output"
    status_is 0 lab run tcp_cork.sends/v6 so_linger
    [ "$(last_line "$output")" = "2 passed, 0 failed, 0 skipped" ]
    status_is 0 lab run '*.waits'
    [ "$(jq -r '[.claims[].id] | join(" ")' "$results/results.json")" = "so_linger.waits tcp_cork.waits" ]
}

@test "an unknown claim is refused with the nearest one, before anything is touched" {
    experiment tcp_cork <<<'sends v4 holds'
    status_is 0 lab run
    status_is 2 lab run tcp_crok
    contains "lab run: no experiment or claim matches \`tcp_crok'; did you mean \`tcp_cork'?" "$stderr"
    status_is 2 lab run tcp_cork.sedns/v4
    contains "did you mean \`tcp_cork.sends/v4'?" "$stderr"
    [ -s "$results/results.json" ]
}

@test "bad numbers, unknown options, missing arguments, unknown commands" {
    local given

    for given in 0 -1 x 1x 1.5 '' ' 1' 99999999999999999999; do
        status_is 2 lab run --jobs "$given"
        contains "--jobs N is not a whole number from 1 to 4096: \`$given'" "$stderr"
    done
    status_is 2 lab run --repeat=0
    contains "--repeat N is not a whole number from 1 to 10000: \`0'" "$stderr"
    status_is 2 lab run --timeout 1h
    contains "--timeout S is not a whole number from 1 to 1000000: \`1h'" "$stderr"
    status_is 2 lab run --jbos 3
    contains "unknown option \`--jbos'; did you mean \`--jobs'? (options: --jobs N, " "$stderr"
    status_is 2 lab run --jobs
    contains "--jobs needs an argument: --jobs N" "$stderr"
    status_is 2 lab run --tap=yes
    contains "--tap takes no argument: \`--tap=yes'" "$stderr"
    status_is 2 lab check everything
    contains "it takes no arguments: \`everything'" "$stderr"
    status_is 2 lab show
    contains "it needs the name of a claim" "$stderr"
    status_is 2 lab rnu
    contains "unknown command \`rnu'; did you mean \`run'? (commands: run, judge, mutate, list, coverage, check, show, report, help)" "$stderr"
    status_is 2 lab
    contains "usage: lab COMMAND" "$stderr"
}

@test "help and version" {
    status_is 0 lab help
    contains "lab run [PATTERN...] [--jobs N]" "$output"
    status_is 0 lab run --help
    contains "--placebo" "$output"
    status_is 0 lab help coverage
    contains "--open" "$output"
    status_is 2 lab help me
    status_is 0 lab --version
    [[ $output =~ ^"sockopt-lab "[0-9] ]]
}

@test "standard output that cannot be written is status 2" {
    status_is 2 bash -c 'build/lab help >/dev/full'
    contains "cannot write standard output: ENOSPC" "$stderr"
}

# --- experiments that do not serve (--serve), or not well: they are executed ---

# BEHAVIOUR: runs four claims of an experiment whose --serve does so
run_served() {
    experiment tcp_cork <<<$'a - holds\nb v4 holds\nb v6 holds\nc - fails'
    echo "$1" >build/experiments/tcp_cork.serves
    status_is 1 timeout 60 build/lab run --jobs 1 --setup-timeout 1
    [ "$(last_line "$output")" = "3 passed, 1 failed, 0 skipped" ]
    [ -z "$stderr" ]
    [ "$(jq -r '[.claims[].outcome] | join(" ")' "$results/results.json")" = "holds holds holds fails" ]
}

@test "an experiment that does not know --serve is executed, at once" {
    experiment tcp_cork <<<$'a - holds\nb - holds'
    local began=$SECONDS
    status_is 0 lab run
    [ $((SECONDS - began)) -lt 9 ] # the limit for an answer is ten seconds
    [ "$(last_line "$output")" = "2 passed, 0 failed, 0 skipped" ]
}

@test "an experiment that never answers as a server is executed when its time is over, and ended" {
    run_served never
    all_dead build/experiments/tcp_cork.pids
    [ ! -e build/experiments/tcp_cork.orders ]
    # asked once, waited for once: the processes are of one server
    [ "$(wc -l <build/experiments/tcp_cork.pids)" -eq 1 ]
}

@test "a server that takes an order and is silent is ended with what it has made" {
    run_served dumb
    [ "$(cat build/experiments/tcp_cork.orders)" = "--list " ]
    [ "$(wc -l <build/experiments/tcp_cork.pids)" -eq 2 ]
    all_dead build/experiments/tcp_cork.pids
}

@test "a server that answers nonsense is not believed, and each of its claims is executed" {
    run_served nonsense
    [ "$(wc -l <build/experiments/tcp_cork.orders)" -eq 5 ]
    contains "--claim tcp_cork.c --into " "$(cat build/experiments/tcp_cork.orders)"
}

@test "a server that dies in mid-run is replaced by execution" {
    run_served dies
    [ "$(wc -l <build/experiments/tcp_cork.orders)" -eq 2 ]
    contains "--claim tcp_cork.a --into " "$(cat build/experiments/tcp_cork.orders)"
}

# --- the results folder ---

@test "old results go, results.json first; links are not followed" {
    experiment tcp_cork <<<'sends v4 holds'
    status_is 0 lab run
    mkdir outside && echo kept >outside/file
    mkdir -p "$results/old.claim/v4"
    ln -s "$home/outside" "$results/old.claim/link"
    ln -s "$home/outside" "$results/link"
    status_is 0 lab run
    [ ! -e "$results/old.claim" ] && [ ! -L "$results/link" ]
    [ "$(cat outside/file)" = kept ]
}

@test "a folder that is not empty and not the lab's is left alone" {
    experiment tcp_cork <<<'sends v4 holds'
    mkdir mine && echo precious >mine/file
    status_is 2 lab run --results mine
    contains "mine is not empty and was not made by lab (there is no .sockopt-lab in it): nothing was touched" "$stderr"
    contains "--results DIR" "$stderr"
    [ "$(ls -A mine)" = file ]
    ln -s /etc/passwd mine/.sockopt-lab # not a marker: a link
    status_is 2 lab run --results mine
    [ "$(cat mine/file)" = precious ]
    mkdir -p empty
    status_is 0 lab run --results empty
    [ -s empty/results.json ]
    status_is 2 lab run --results mine/file
    contains "mine/file" "$stderr"
}

@test "two runs at once: the second is refused and the first not disturbed" {
    experiment tcp_cork <<<'hangs - hang'
    experiment so_linger <<<'ok - holds'
    build/lab run tcp_cork >/dev/null 2>&1 & # not the function: the id must be that of the lab itself
    local first=$!
    wait_for_pids build/experiments/tcp_cork.pids 1
    status_is 2 lab run so_linger
    contains "another run is using results/latest: wait until it has ended, or name another folder with --results DIR" "$stderr"
    status_is 0 lab run so_linger --results other
    [ -s "$results/tcp_cork.hangs/notebook.jsonl" ]
    kill "$first"
    wait "$first" || [ $? -eq 143 ]
    status_is 0 lab run so_linger # the lock went with it
}

@test "a folder that cannot be written to" {
    local as=()

    experiment tcp_cork <<<'sends v4 holds'
    mkdir locked && chmod 555 locked
    if [ "$(id -u)" -eq 0 ]; then
        command -v setpriv >/dev/null || skip "root needs setpriv to be refused"
        chmod 755 "$BATS_RUN_TMPDIR" "$BATS_TEST_TMPDIR" "$home"
        as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
        "${as[@]}" build/lab --version || skip "this folder is closed to ordinary users"
    fi
    status_is 2 "${as[@]}" build/lab run --results locked
    contains "cannot write locked/.sockopt-lab: EACCES (Permission denied)" "$stderr"
    status_is 2 "${as[@]}" build/lab run --results locked/new
    contains "cannot make the folder locked/new: EACCES (Permission denied)" "$stderr"
    [ -z "$(ls -A locked)" ]
}

@test "a full disk: no results.json, no rest of one, status 2" {
    [ "$(id -u)" -eq 0 ] || skip "needs root to mount a small tmpfs"
    unshare -m true || skip "cannot make a mount namespace"
    experiment tcp_cork <<<$'fills - fills\nok - holds'
    mkdir small
    status_is 2 unshare -m bash -c '
        mount -t tmpfs -o size=256k none small && build/lab run --jobs 1 --results small/here
        status=$?
        find small -name "*results.json*"
        exit $status'
    contains "cannot write small/here/results.json: ENOSPC (No space left on device)" "$stderr"
    contains "results     could not be written" "$output"
    lacks "small/here/results.json" "${output/could not be written/}"
    lacks ".results.json" "$output"
}

@test "a disk that is full from the start: refused before the claims run" {
    [ "$(id -u)" -eq 0 ] || skip "needs root to mount a small tmpfs"
    unshare -m true || skip "cannot make a mount namespace"
    experiment tcp_cork <<<'hangs - hang'
    mkdir small
    status_is 2 unshare -m bash -c '
        mount -t tmpfs -o size=64k none small && mkdir small/here
        head -c 1000000 /dev/zero >small/fill
        exec build/lab run --results small/here'
    contains "cannot write small/here/.sockopt-lab: ENOSPC (No space left on device); name another folder" "$stderr"
    [ ! -e build/experiments/tcp_cork.pids ]
}

# --- repeat and placebo ---

@test "--repeat: equal outcomes leave the last run's evidence" {
    experiment tcp_cork <<<$'sends v4 holds\nskips - skipped:no_netem'
    status_is 0 lab run --repeat 5
    contains "2 claims, 5 times each" "$output"
    [ "$(last_line "$output")" = "1 passed, 0 failed, 1 skipped" ]
    [ "$(find "$results/tcp_cork.sends" "$results/tcp_cork.skips" -type f)" = \
        "$results/tcp_cork.sends/v4/notebook.jsonl"$'\n'"$results/tcp_cork.skips/notebook.jsonl" ]
}

@test "--repeat: a claim whose outcomes differ is broken, with the evidence of both sides" {
    experiment tcp_cork <<<$'flaky - flaky:4\nok - holds'
    status_is 1 lab run --repeat 5 --jobs 1
    [ "$(outcome_of tcp_cork.flaky)" = broken ]
    contains "outcome differs between runs: 4 holds, 1 fails" "$(reason_of tcp_cork.flaky)"
    contains "run 4 fails: experiments/fake/tcp_cork.c:23: tcp_cork.flaky: expected 1, got 2" "$(reason_of tcp_cork.flaky)"
    contains "fails  tcp_cork.flaky (run 4)" "$output"
    [ "$(cd "$results/tcp_cork.flaky" && find . -type f | sort)" = \
        $'./notebook.jsonl\n./repeat-1/notebook.jsonl\n./repeat-4/notebook.jsonl' ]
    [ "$(last_line "$output")" = "1 passed, 1 failed, 0 skipped" ]
}

@test "--placebo: every treated claim turns red, and results/latest stays" {
    experiment tcp_cork <<<$'sends v4 holds\nsends v6 holds\nwaits - holds "treated":false,"untreated":"a default"'
    status_is 0 lab run
    cp "$results/results.json" before
    status_is 0 lab run --placebo
    [ "$(last_line "$output")" = "placebo: 2 of 2 treated claims turned red" ]
    contains $'not judged  1 claim without a treatment to leave out\n        tcp_cork.waits' "$output"
    cmp before "$results/results.json"
    [ "$(jq -c '[.placebo, .statements, .summary.statements, .summary.selected]' results/placebo/results.json)" = '[true,[],null,2]' ]
    [ ! -e results/placebo/tcp_cork.waits ]
}

@test "--placebo: an insensitive claim is listed and fails the run; skipped ones are not judged; broken ones are defects" {
    experiment tcp_cork <<<$'sends v4 holds\nblind - insensitive\nskips - skipped:no_netem'
    status_is 1 lab run --placebo
    contains $'\ninsensitive  tcp_cork.blind\n' "$output"
    contains "it holds without its treatment, so it is no" "$output"
    contains "reproduce  ./run-all.sh tcp_cork.blind --placebo" "$output"
    contains "skipped  1 claim, not judged" "$output"
    [ "$(last_line "$output")" = "placebo: 1 of 2 treated claims turned red (1 skipped, not judged)" ]
    status_is 3 lab run --placebo tcp_cork.skips
    experiment tcp_cork <<<$'sends v4 holds\nbreaks - broken'
    status_is 1 lab run --placebo
    [ "$(last_line "$output")" = "placebo: 1 of 2 treated claims turned red" ]
    experiment tcp_cork <<<'deaf - deaf'
    status_is 1 lab run --placebo
    contains "a second start" "$output"
    experiment tcp_cork <<<'waits - holds "treated":false,"untreated":"a default"'
    status_is 3 lab run --placebo
    contains "none of the 1 chosen claims has a treatment to leave out: nothing was judged" "$stderr"
}

# --- TAP, JUnit, terminal ---

@test "--tap: TAP 14 on standard output and nothing else" {
    experiment tcp_cork <<<$'a - holds\nb v4 fails\nc - skipped:no_#1\nd - crash'
    status_is 1 lab run --tap
    [ "$(grep -v '^  ' <<<"$output")" = 'TAP version 14
1..4
ok 1 - tcp_cork.a
not ok 2 - tcp_cork.b/v4
ok 3 - tcp_cork.c # SKIP no \#1
not ok 4 - tcp_cork.d' ]
    contains '  ---
  outcome: fails
  at: experiments/fake/tcp_cork.c:23
  sentence: |
    the claim b is fails
  reason: |
    experiments/fake/tcp_cork.c:23: tcp_cork.b/v4: expected 1, got 2
  report: |
    expected          observed
    [S]            != [R]
  evidence: tcp_cork.b/v4
  ...
' "$output"
    [ "$(last_line "$stderr")" = "1 passed, 2 failed, 1 skipped" ]
    rm "$home"/build/experiments/*
    status_is 3 lab run --tap
    contains "1..0 # SKIP" "$output"
}

@test "--junit: well formed, a test case a claim" {
    experiment tcp_cork <<<$'a - holds\nb v4 fails\nc - skipped:less_<&\ngarbage - garbage\nsays - says'
    experiment so_linger <<<'a - holds "sentence":"<&\" and é ]]>"'
    status_is 1 lab run --junit report.xml
    [ "$(ls report.xml*)" = report.xml ]
    [ "$(grep -c '<testcase ' report.xml)" = 6 ]
    contains '<testsuites name="sockopt-lab" tests="6" failures="1" errors="1" time="' "$(cat report.xml)"
    contains '<failure message="experiments/fake/tcp_cork.c:23: tcp_cork.b/v4: expected 1, got 2" type="fails">' "$(cat report.xml)"
    if command -v xmllint >/dev/null; then
        xmllint --noout report.xml
        [ "$(xmllint --xpath 'string(//testcase[@name="tcp_cork.c"]/skipped/@message)' report.xml)" = 'less <&' ]
    fi
}

@test "--junit: a file that cannot be written is refused before the claims run" {
    experiment tcp_cork <<<'hangs - hang'
    status_is 2 lab run --junit no/such/report.xml
    contains "--junit FILE: cannot write no/such/report.xml: ENOENT" "$stderr"
    contains "ENOENT (No such file or directory)" "$stderr"
    status_is 2 lab run --junit /dev/null
    contains "/dev/null exists and is not a regular file" "$stderr"
    [ ! -e build/experiments/tcp_cork.pids ]
}

@test "not a terminal: plain lines; a terminal: progress and colour, not with NO_COLOR" {
    experiment tcp_cork <<<$'a - holds\nb v4 fails'
    status_is 1 lab run
    lacks $'\033' "$output"
    lacks $'\r' "$output"
    command -v script >/dev/null || skip "needs script(1) to be on a terminal"
    TERM=xterm run script -qec "build/lab run" /dev/null </dev/null
    [ "$status" -eq 1 ]
    contains $'\033[31mfails\033[0m  tcp_cork.b/v4' "$output"
    contains "0/2 done, 1 running, 0 s" "$output"
    NO_COLOR=1 TERM=xterm run script -qec "build/lab run" /dev/null </dev/null
    lacks $'\033[31m' "$output"
    contains "fails  tcp_cork.b/v4" "$output"
    TERM=dumb run script -qec "build/lab run" /dev/null </dev/null
    lacks $'\033' "$output"
}

# --- signals ---

# A shell starts background processes with SIGINT ignored, which the lab respects: put it back.
@test "SIGINT and SIGTERM: all children dead, no results.json, 130 and 143" {
    local name number

    for name in INT TERM HUP; do
        rm -f build/experiments/tcp_cork.pids
        experiment tcp_cork <<<$'a - hang\nb - hang\nc v4 hang\nd - holds'
        env --default-signal=INT,HUP build/lab run --tap --junit report.xml >out 2>err &
        local first=$!
        wait_for_pids build/experiments/tcp_cork.pids 3
        kill -"$name" "$first"
        number=0
        wait "$first" || number=$?
        [ "$number" -eq $((128 + $(kill -l "$name"))) ]
        all_dead build/experiments/tcp_cork.pids
        [ ! -e "$results/results.json" ]
        contains "stopped by SIG$name: no results were written" "$(cat err)"
        contains "Bail out!" "$(cat out)"
        [ -z "$(ls report.xml* 2>/dev/null)" ]
    done
}

@test "SIGKILL: all children dead, and the next run is not hindered" {
    experiment tcp_cork <<<$'a - hang\nb - hang\nc v4 hang'
    build/lab run >/dev/null 2>&1 &
    local first=$!
    wait_for_pids build/experiments/tcp_cork.pids 3
    kill -KILL "$first"
    wait "$first" || [ $? -eq 137 ]
    all_dead build/experiments/tcp_cork.pids
    [ ! -e "$results/results.json" ]
    experiment tcp_cork <<<'a - holds'
    status_is 0 lab run
}

@test "an ignored SIGINT stays ignored, as under nohup" {
    experiment tcp_cork <<<'a - slow:2'
    (
        trap '' INT
        exec build/lab run >out 2>&1
    ) &
    local first=$!
    sleep 0.4
    kill -INT "$first"
    wait "$first"
    contains "1 passed, 0 failed, 0 skipped" "$(cat out)"
}

# --- check, list, coverage, show ---

@test "check: links in order" {
    experiment tcp_cork <<<$'sends v4 holds "cites":null\nsends v6 holds "cites":null'
    statement a tcp_cork.sends
    statement b "" "" "another system"
    statement c
    status_is 0 lab check
    [ "$output" = "1 experiments, 2 claims, 3 statements: links are in order" ]
}

@test "check: every problem one line with what to do, and run refuses" {
    experiment tcp_cork <<<$'sends v4 holds "cites":null\nwaits - holds "cites":null\nbare - holds "treated":false\nwants - holds "needs":["luck"]'
    statement a "tcp_cork.snds, tcp_cork.sends"
    statement a
    statement b tcp_cork.sends "" "cannot be tested"
    statement c tcp_cork.sends tcp_cork.sends/v4
    echo "short row" >>"$table"
    status_is 1 lab check
    [ "$stderr" = "experiments/statements.tsv:6: 1 columns, there must be 9 (tabs between them, empty ones too)
experiments/statements.tsv:2: unknown claim \`tcp_cork.snds'; did you mean \`tcp_cork.sends'?
experiments/statements.tsv:4: linked to claims, yet given as untestable; empty one of the two
experiments/statements.tsv:5: claim \`tcp_cork.sends/v4' cannot both confirm and refute; choose one
experiments/statements.tsv:3: the id \`doc/a' is taken by line 2; an id is one statement's for ever
experiments/fake/tcp_cork.c:17: claim \`tcp_cork.bare' treats nothing and does not say why
experiments/fake/tcp_cork.c:17: claim \`tcp_cork.waits' decides no statement and cites nothing; link it in experiments/statements.tsv (confirmed_by or refuted_by), or let it cite a man page, kernel document or RFC
experiments/fake/tcp_cork.c:17: claim \`tcp_cork.wants' needs \`luck'; only root and virtual-time are known
lab check: 8 problems" ]
    status_is 2 lab run
    contains "unknown claim \`tcp_cork.snds'" "$stderr"
    contains "8 problems in the suite, so nothing was run" "$stderr"
    [ ! -e "$results" ]
}

@test "check: the same claim in two executables, and executables that are no experiments" {
    experiment tcp_cork <<<'sends v4 holds'
    mkdir build/experiments/old
    cp build/experiments/tcp_cork build/experiments/tcp_cork.claims build/experiments/old
    printf '#!/bin/sh\necho no such option >&2\nexit 2\n' >build/experiments/tool
    printf '#!/bin/sh\necho hello\n' >build/experiments/hello
    printf '#!/bin/sh\nkill -ABRT $$\n' >build/experiments/aborts
    printf 'not an executable\n' >build/experiments/data
    chmod +x build/experiments/{tool,hello,aborts}
    status_is 1 lab check
    contains "claim \`tcp_cork.sends/v4' is also in experiments/fake/tcp_cork.c:17 (build/experiments/old/tcp_cork and build/experiments/tcp_cork); one of these executables is left over from an older build: make clean" "$stderr"
    contains "build/experiments/tool --list: exit status 2; it says: no such option" "$stderr"
    contains "build/experiments/hello --list: not a JSON object" "$stderr"
    contains "build/experiments/aborts --list: killed by signal 6 (SIGABRT)" "$stderr"
    lacks data "$stderr"
    [ "$(last_line "$stderr")" = "lab check: 4 problems" ]
}

@test "check: folders and tables that are not there" {
    status_is 2 lab check --experiments nowhere
    contains "cannot read the experiments in nowhere (build them first: make): ENOENT (No such file or directory)" "$stderr"
    status_is 2 lab check --experiments "$table"
    contains "it is a file, not a folder" "$stderr"
    status_is 2 lab check --statements nowhere.tsv
    contains "cannot open nowhere.tsv: ENOENT (No such file or directory)" "$stderr"
    status_is 2 lab check --statements build
    contains "cannot read build: EISDIR (Is a directory)" "$stderr"
}

@test "list: columns and JSON" {
    experiment tcp_cork <<<$'sends v4 holds\nwaits - holds "needs":["root","virtual-time"],"treated":false,"untreated":"a default"'
    statement a tcp_cork.sends
    statement b tcp_cork.sends
    status_is 0 lab list
    [ "$output" = "CLAIM              OPTION    TREATMENT  NEEDS              STATEMENTS
tcp_cork.sends/v4  TCP_CORK  treated    -                  doc/a doc/b
tcp_cork.waits     TCP_CORK  untreated  root,virtual-time  cites tcp(7)" ]
    status_is 0 lab list --json tcp_cork.waits
    [ "$(jq -c '[.[] | [.id, .option, .needs, .treated, .untreated, .statements]]' <<<"$output")" = \
        '[["tcp_cork.waits","TCP_CORK",["root","virtual-time"],false,"a default",[]]]' ]
    status_is 2 lab list nothing_of_this
}

@test "coverage: by links, then by the run" {
    experiment tcp_cork <<<$'sends v4 holds\nwaits - fails\nskips - skipped:no_netem'
    statement a tcp_cork.sends
    statement b "" tcp_cork.sends
    statement c tcp_cork.waits tcp_cork.sends
    statement d "" "" "another system"
    statement e
    statement f tcp_cork.skips
    status_is 0 lab coverage
    contains "verdicts from the links only, as if every claim held" "$output"
    contains "partly      doc/c      +tcp_cork.waits -tcp_cork.sends" "$output"
    status_is 1 lab run
    status_is 0 lab coverage
    contains "verdicts from run of 2" "$output"
    contains " on kernel $(uname -r) " "$output"
    contains "3 of 3 claims" "$output"
    contains $'\nconfirmed   doc/a      tcp_cork.sends\nrefuted     doc/b      tcp_cork.sends\nuntestable  doc/d      another system\n' "$output"
    contains $'\nopen        doc/c  +tcp_cork.waits -tcp_cork.sends (tcp_cork.waits fails)\n            The sentence of c.\n' "$output"
    contains $'\nopen        doc/e  no claim is linked\n' "$output"
    contains $'\nopen        doc/f  tcp_cork.skips (tcp_cork.skips was skipped: no netem)\n' "$output"
    contains "doc                    6           1           1           0           1           3" "$output"
    status_is 0 lab coverage --open
    lacks doc/a "$output"
    contains doc/e "$output"
    status_is 0 lab coverage --json 'doc/[ab]'
    [ "$(jq -c '[[.statements[] | .id, .verdict], .totals.all.statements]' <<<"$output")" = \
        '[["doc/a","confirmed","doc/b","refuted"],2]' ]
    status_is 0 lab coverage TCP_CORK
    status_is 2 lab coverage TCP_CROK
    contains "did you mean \`TCP_CORK'?" "$stderr"
}

@test "coverage: results that cannot be used" {
    experiment tcp_cork <<<'sends v4 holds'
    mkdir -p "$results"
    echo '{"schema": 1, "cla' >"$results/results.json"
    status_is 2 lab coverage
    contains "cannot read results/latest/results.json: " "$stderr"
    echo '{"schema": 2}' >"$results/results.json"
    status_is 2 lab coverage
    contains "its schema is not 1" "$stderr"
    echo '{"schema": 1, "placebo": true}' >"$results/results.json"
    status_is 2 lab coverage
    contains "placebo run" "$stderr"
}

@test "show: claims that are not there" {
    experiment tcp_cork <<<'sends v4 holds'
    status_is 2 lab show tcp_cork.sends
    contains "cannot read the results in results/latest (lab run makes them): ENOENT" "$stderr"
    status_is 0 lab run
    status_is 2 lab show tcp_cork.sedns/v4
    contains "there is no claim \`tcp_cork.sedns/v4' in the results of results/latest; did you mean \`tcp_cork.sends/v4'?" "$stderr"
}
