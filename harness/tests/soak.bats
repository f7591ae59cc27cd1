#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# scripts/soak: what it makes of runs of which it knows the outcomes, and that its load goes when it goes.

bats_require_minimum_version 1.5.0

setup() {
    cd "$BATS_TEST_DIRNAME/../.." || return
    export BUILD=$BATS_TEST_TMPDIR/build RESULTS=$BATS_TEST_TMPDIR/soak
    mkdir "$BUILD"
}

# Writes a `lab' whose n-th run has the n-th of these outcomes for the claim a.flips/v4.
fake_lab() {
    printf '%s\n' "$@" >"$BUILD/outcomes"
    cat >"$BUILD/lab" <<'FAKE'
#!/usr/bin/env bash
folder=$(dirname "$0")
while [ "$1" != --results ]; do shift; done
outcome=$(head -n 1 "$folder/outcomes")
sed -i 1d "$folder/outcomes"
[ "$outcome" != none ] || exit 2
[ "$outcome" != waits ] || { touch "$folder/waiting"; sleep 60; }
mkdir -p "$2/a.flips/v4" "$2/b.stays"
echo "$outcome" | tee "$2/a.flips/v4/notebook.jsonl" >"$2/b.stays/notebook.jsonl"
printf '{"wall_ms": 7, "claims": [{"id": "a.flips/v4", "outcome": "%s", "reason": "why"}, {"id": "b.stays", "outcome": "skipped", "reason": ""}]}' \
    "$outcome" >"$2/results.json"
FAKE
    chmod +x "$BUILD/lab"
}

# Words that only processes of this script's load have on their command line.
hogs_of() {
    pgrep -P "$1" -f 'while :'
}

@test "runs that agree: exit status 0, and no evidence is kept" {
    fake_lab holds holds holds
    run scripts/soak 3 none
    [ "$status" -eq 0 ]
    [[ $output == *"run 3/3  1 holds, 0 fails, 1 skipped, 0 broken, 0.007 s"* ]]
    [[ $output == *"no outcome of 2 claims differed in 3 runs under load: none"* ]]
    [ ! -e "$RESULTS/run-1/a.flips" ]
}

@test "an outcome that differs once: exit status 1, with the evidence of both outcomes" {
    fake_lab holds holds fails holds
    run scripts/soak 4
    [ "$status" -eq 1 ]
    [[ $output == *"a.flips/v4"*"fails in 1 runs"*"holds in 3 runs"* ]]
    [ "$(cat "$RESULTS/run-1/a.flips/v4/notebook.jsonl")" = holds ]
    [ "$(cat "$RESULTS/run-3/a.flips/v4/notebook.jsonl")" = fails ]
    [ ! -e "$RESULTS/run-2/a.flips" ] && [ ! -e "$RESULTS/run-3/b.stays" ]
}

@test "a claim that fails in every run is no success" {
    fake_lab fails fails
    run scripts/soak 2
    [ "$status" -eq 1 ]
    [[ $output == *"fails in 2 runs"* ]]
}

@test "a run without results ends it with exit status 2; so does wrong use, and a folder that is not its own" {
    fake_lab holds none
    run scripts/soak 2
    [ "$status" -eq 2 ]
    [[ $output == *"run 2 ended with exit status 2 and without results"* ]]
    run scripts/soak
    [ "$status" -eq 2 ]
    run scripts/soak 2 lazy
    [ "$status" -eq 2 ]
    mkdir "$BATS_TEST_TMPDIR/other"
    touch "$BATS_TEST_TMPDIR/other/precious"
    RESULTS=$BATS_TEST_TMPDIR/other run scripts/soak 2
    [ "$status" -eq 2 ]
    [ -e "$BATS_TEST_TMPDIR/other/precious" ]
}

@test "the load ends with the script, also with SIGKILL" {
    fake_lab waits
    scripts/soak 1 busy >/dev/null 3>&- &
    soak=$!
    until [ -e "$BUILD/waiting" ]; do sleep 0.05; done
    mapfile -t hogs < <(hogs_of "$soak")
    [ ${#hogs[@]} -eq $((4 * $(nproc))) ]
    kill -KILL "$soak"
    wait "$soak" || true
    for pid in "${hogs[@]}"; do
        while [ -d "/proc/$pid" ]; do sleep 0.05; done
    done
}

@test "memory is filled, and free again afterwards" {
    fake_lab waits
    MEMORY=1 scripts/soak 1 memory >/dev/null 3>&- &
    soak=$!
    until [ -e "$BUILD/waiting" ]; do sleep 0.05; done
    mapfile -t hogs < <(hogs_of "$soak")
    [ ${#hogs[@]} -eq "$(nproc)" ]
    until tail=$(pgrep -P "${hogs[0]}" -x tail); do sleep 0.01; done
    kill -TERM "$soak"
    wait "$soak" || true
    for pid in "${hogs[@]}" "$tail"; do
        while [ -d "/proc/$pid" ]; do sleep 0.05; done
    done
}
