#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Runs that end by force, at once, or without their results folder: nothing is left behind, and what is not concerned goes on.
# BUILD names another build folder than build.

bats_require_minimum_version 1.5.0
load host_state.sh
load said.sh

setup() {
    cd "$BATS_TEST_DIRNAME/../.." || return
    build=$PWD/${BUILD:-build}
    results=$BATS_TEST_TMPDIR/results
    table=$BATS_TEST_TMPDIR/statements.tsv
    printf 'id\toption\tdocument\tsection\tkind\tstatement\tconfirmed_by\trefuted_by\tuntestable\n' >"$table"
}

# ARGUMENT...: begins a run, $lab, with its output in $said
begin() {
    said=$BATS_TEST_TMPDIR/said
    HOST_STATE_RUN=$results env --default-signal=INT,HUP "$build/lab" run --results "$results" "$@" >"$said" 2>&1 &
    lab=$!
}

specimens() {
    begin --experiments "$build/specimens" --statements "$table" "$@"
}

# STATUS: what the run must end with
ends_with() {
    status=0
    wait "$lab" || status=$?
    [ "$status" -eq "$1" ] || {
        echo "expected exit status $1, got $status:"
        cat "$said"
        return 1
    }
    await_no_process_of "$results"
}

# PATH: waits until it is there, or the run has ended
await_path() {
    until [ -e "$1" ]; do
        [ -e "/proc/$lab" ] || {
            cat "$said"
            return 1
        }
        sleep 0.01
    done
}

# ---- scripts/left-behind ----

# A `lab' that the second time leaves things behind.
@test "left-behind finds what is left, says what, and how to see it again" {
    [ "$(id -u)" -eq 0 ] || skip "needs root to leave such things"
    mkdir "$BATS_TEST_TMPDIR/build"
    cat >"$BATS_TEST_TMPDIR/build/lab" <<'FAKE'
#!/usr/bin/env bash
while [ $# -gt 0 ]; do
    [ "$1" != --results ] || results=$2
    [ "$1" != --junit ] || junit=$2
    shift
done
mkdir -p "$results"
results() {
    printf '{"summary": {"selected": 2, "claims": {"holds": 2}}, "statements": [1],
        "claims": [{"id": "a.b", "experiment": "a", "outcome": "holds"}, {"id": "a.c", "experiment": "a", "outcome": "%s", "reason": "why"}]}' "$1"
}
results holds >"$results/results.json"
echo '</html>' >"$results/report.html"
echo '</testsuites>' >"$junit"
if [ -e "$0.again" ]; then
    setsid sleep 1000 &
    sysctl -qw net.ipv4.ip_default_ttl=63
    ip link add left type veth peer name over
    ip address add 192.0.2.7/32 dev lo
    mount -t tmpfs rest /media
    touch /tmp/left.txt
    nc -lU /run/left.sock &
    results fails >"$results/results.json"
    touch "$results/.report.html.new"
    echo '<html' >"$results/report.html"
fi
touch "$0.again"
FAKE
    chmod +x "$BATS_TEST_TMPDIR/build/lab"
    SEED=1 SETTLED=300 BUILD=$BATS_TEST_TMPDIR/build RESULTS=$results status_is 1 scripts/left-behind 1 a
    for text in 'round 1/1  nothing: there was no' 'a process is left: ' 'sleep 1000' 'net/ipv4/ip_default_ttl:63' ': left@over' '192.0.2.7/32' \
        ' /media ' '/tmp/left.txt' "another claim's outcome differs: a.c fails: why" 'unfinished file is left: ./run/.report.html.new' \
        'run/report.html is not complete' 'something was left in 1 of 1 rounds' 'SEED=1 scripts/left-behind 1 a'; do
        contains "$text" "$output"
    done
}

@test "left-behind: wrong use, and a folder that is not its own" {
    status_is 2 scripts/left-behind
    status_is 2 scripts/left-behind none
    SEED=x status_is 2 scripts/left-behind 1
    mkdir "$results"
    touch "$results/precious"
    RESULTS=$results status_is 2 scripts/left-behind 1
    [ -e "$results/precious" ]
}

@test "signals at random moments, SIGKILL of the runner and of its descendants leave nothing behind" {
    unshare --pid --fork --mount --net true || skip "needs new namespaces"
    # what forks and crashes is among it
    RESULTS=$results status_is 0 scripts/left-behind 10 --experiments "$build/specimens" --statements "$table" 'wire.*' \
        defects.leaves_a_child defects.throws_a_fork_bomb defects.crashes defects.aborts
    echo "$output"
}

# ---- the results folder goes ----

@test "the results folder removed in mid-run: a clear message, status 2, and nothing half-written" {
    # one claim at a time: the next one finds no folder
    specimens --jobs 1 'wire.*'
    await_path "$results/wire.bursts_are_not_lost"
    rm -rf "$results" || true # the run may make folders at the same time
    ends_with 2
    contains "results was removed, moved or emptied while the run was on: no results were written" "$(cat "$said")"
    lacks broken "$(cat "$said")"
    [ ! -e "$results" ]

    # all at once: found out by the claims that end
    specimens defects.hangs defects.ignores_sigterm
    await_path "$results/defects.ignores_sigterm/notebook.jsonl"
    rm -rf "$results" || true
    ends_with 2
    contains "no results were written" "$(cat "$said")"
    [ ! -e "$results" ]
}

@test "the results folder moved in mid-run: status 2, and it lies where it was moved without results" {
    specimens --jobs 1 'wire.*' --junit "$BATS_TEST_TMPDIR/junit.xml"
    await_path "$results/wire.bursts_are_not_lost"
    mv "$results" "$results.moved"
    ends_with 2
    contains "moved" "$(cat "$said")"
    [ ! -e "$results" ] && [ ! -e "$results.moved/results.json" ] && [ -e "$results.moved/.sockopt-lab" ]
    [ -z "$(find "$BATS_TEST_TMPDIR" -name '*.new' -o -name junit.xml)" ]
}

# ---- many at once ----

@test "two and eight suites at once, each with its own results folder, come to the same outcomes" {
    local several number runs
    for several in 2 8; do
        runs=()
        for ((number = 1; number <= several; number++)); do
            "$build/lab" run --no-report --results "$results/$several-$number" tcp_cork bind shutdown \
                >"$results.$several-$number" 2>&1 &
            runs+=($!)
        done
        for number in "${!runs[@]}"; do
            wait "${runs[number]}" || {
                cat "$results.$several-$((number + 1))"
                return 1
            }
        done
    done
    outcomes() { jq -r '.claims[] | "\(.id) \(.outcome)"' "$results/$1/results.json"; }
    [ "$(outcomes 2-1 | wc -l)" -gt 60 ]
    for number in 2-2 8-{1..8}; do
        diff <(outcomes 2-1) <(outcomes "$number")
    done
}

# ---- what does not want to end ----

@test "claims that ignore SIGTERM and throw fork bombs end with their time limit, and with the runner" {
    specimens defects.ignores_sigterm defects.throws_a_fork_bomb defects.leaves_a_child
    ends_with 1
    jq -e '[.claims[].outcome] == ["broken", "broken", "broken"] and (.claims[0].reason | startswith("time limit of 2 s reached"))' \
        "$results/results.json"
    for name in TERM INT; do
        rm -rf "$results"
        specimens defects.ignores_sigterm
        await_path "$results/defects.ignores_sigterm/notebook.jsonl"
        until grep -q '"kind":"bench"' "$results/defects.ignores_sigterm/notebook.jsonl"; do
            [ -e "/proc/$lab" ]
            sleep 0.01
        done
        kill -"$name" "$lab"
        ends_with $((128 + $(kill -l "$name")))
        [ ! -e "$results/results.json" ]
    done
}

# ---- an experiment that serves is killed ----

@test "SIGKILL of an experiment that serves breaks no claim, whether it has claims under way or still to begin" {
    [[ $build != *-thread ]] || skip "experiments do not serve under ThreadSanitizer"
    # the last takes seconds: until it has ended, all that serve are there
    begin --no-report --jobs 4 so_reuseport_groups bind lost_peer.sending_to_an_unreachable_host_gives_ehostunreach_in_the_end
    # of the first claims that begin, one has a process of its own by now: its experiment has more to do
    members=()
    until [ ${#members[@]} -gt 0 ]; do
        [ -e "/proc/$lab" ]
        members_of_run "$lab" claim
    done
    members_of_run "$lab" server so_reuseport_groups bind
    printf 'serving: %s\n' "${members[@]}"
    [ ${#members[@]} -eq 2 ]
    kill -KILL "${members[@]}"
    ends_with 0
    jq -e 'all(.claims[]; .outcome == "holds") and (.claims | length) > 60' "$results/results.json"
}

@test "experiments that serve killed as soon as they are there: the run goes on without them" {
    [[ $build != *-thread ]] || skip "experiments do not serve under ThreadSanitizer"
    local killed=0
    begin --no-report --jobs 4 bind
    while [ "$killed" -lt 20 ] && [ -e "/proc/$lab" ]; do
        for pid in $(pgrep -P "$lab"); do
            # only those that wait for orders: their standard input is a socket
            [[ $(readlink "/proc/$pid/fd/0") == socket:* ]] && kill -KILL "$pid" && killed=$((killed + 1))
        done
    done
    ends_with 0
    [ "$killed" -gt 0 ]
}
