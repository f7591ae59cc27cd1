#!/usr/bin/env bats
# shellcheck disable=SC2016  # inner shells expand what they are given
# SPDX-License-Identifier: MIT
# The lab end to end on real network namespaces: what it says of good and of wrong claims, that it leaves the host as it
# was whatever happens to it, and that it works without root. BUILD names another build folder than build.

bats_require_minimum_version 1.5.0
load host_state.sh

setup() {
    cd "$BATS_TEST_DIRNAME/../.." || return
    build=$PWD/${BUILD:-build}
    results=$BATS_TEST_TMPDIR/results
    table=$BATS_TEST_TMPDIR/statements.tsv
    printf 'id\toption\tdocument\tsection\tkind\tstatement\tconfirmed_by\trefuted_by\tuntestable\n' >"$table"
}

# The lab on the specimens.
lab() {
    "$build/lab" "$1" --experiments "$build/specimens" --statements "$table" --results "$results" "${@:2}"
}

# CLAIM OUTCOME TEXT...: what the run said of a defective claim
run_defect() {
    local claim=$1 outcome=$2
    run lab run "defects.$claim"
    [ "$(jq -r '.claims[0].outcome' "$results/results.json")" = "$outcome" ] || {
        echo "$output"
        return 1
    }
    for text in "${@:3}"; do
        [[ $output == *"$text"* ]] || {
            printf 'expected to find: %s\nin: %s\n' "$text" "$output"
            return 1
        }
    done
}

# ---- what the wire can do, and that each of it makes a difference ----

@test "every operation of the wire does what it says" {
    run lab run 'wire.*'
    echo "$output"
    [ "$status" -eq 0 ]
}

@test "every operation of the wire makes a difference: without it its claim is red" {
    run lab run --placebo 'wire.*'
    echo "$output"
    [ "$status" -eq 0 ]
    [[ $output == *"26 of 26 treated claims turned red"* ]]
}

# ---- failures explain themselves ----

@test "a wrong range fails with both sides, the field and the source line" {
    run_defect wrong_range fails "client > server [P.] 1:8 ack 1" "client > server [P.] 1:6 ack 1" \
        "line 1 differs in seq" "defects.c:" "client.pcap" "./run-all.sh defects.wrong_range" "five bytes are seven"
    [ "$status" -eq 1 ]
}

@test "wrong flags, direction, order, option and variable each name what differs" {
    run_defect wrong_flags fails "line 1 differs in flags: expected [FP.], observed [P.]"
    run_defect wrong_direction fails "line 1 differs in direction"
    run_defect wrong_order fails "line 1 came after line 2"
    run_defect wrong_option fails "line 1 differs in mss: expected 1400, observed 1460"
    run_defect wrong_variable fails "line 2 differs in TS: "
}

@test "a packet that never comes is told from one that should not have come" {
    run_defect missing_packet fails "line 3 never came"
    run_defect unexpected_packet fails "expected nothing like server > client [*], and there it is"
}

@test "values and errnos are told by name" {
    run_defect wrong_value fails "expected 1, got 0"
    run_defect wrong_errno fails "expected EACCES (Permission denied), got ECONNREFUSED (Connection refused)"
}

@test "a pattern that does not parse is a broken experiment, with the column" {
    run_defect pattern_does_not_parse broken "unknown field \`mms'; did you mean \`mss'?" "column 21"
}

@test "preconditions that fail are broken, with call and errno" {
    run_defect call_is_refused broken "bind(server.2, 0.0.0.0:7890): EADDRINUSE (Address already in use)"
    run_defect sysctl_is_missing broken "net.ipv4.no_such_thing=1 on server: ENOENT"
    run_defect bench_does_not_parse broken "a wire joins at least two hosts"
}

@test "crash, abort, early end, hang, left child and fork bomb are broken, and the run goes on" {
    run lab run defects
    [ "$status" -eq 1 ]
    outcome() { jq -r --arg id "defects.$1" '.claims[] | select(.id == $id) | "\(.outcome) \(.reason)"' "$results/results.json"; }
    # AddressSanitizer, where it is built in, ends the process in its own way.
    [[ $(outcome crashes) == "broken killed by signal 11"*"accept(server)"* ||
        $(outcome crashes) == "broken"*"status 1"*"accept(server)"*"AddressSanitizer"* ]]
    [[ $(outcome aborts) == "broken killed by signal 6"* ]]
    [[ $(outcome ends_early) == "broken"*"status 7"* ]]
    [[ $(outcome hangs) == "broken time limit of 2 s reached, last at"* ]]
    [[ $(outcome leaves_a_child) == "broken the claim left a process behind"* ]]
    [[ $(outcome throws_a_fork_bomb) == "broken the claim left a process behind"* ]]
    [[ $(outcome captures_nothing) == "broken packets were expected and none was captured"* ]]
    [[ $(outcome needs_a_newer_kernel) == "skipped needs Linux 99.0"* ]]
    [ "$(jq '[.claims[] | select(.outcome == "broken" or .outcome == "fails" or .outcome == "skipped")] | length' "$results/results.json")" \
        -eq "$(jq '.claims | length - 1' "$results/results.json")" ] # all but the one that only lacks a difference
}

@test "the evidence of a crash is kept: its notebook and its packets" {
    run lab run defects.crashes
    tcpdump -n -r "$results/defects.crashes/client.pcap" 2>/dev/null | grep -q 'Flags \[S\]'
    grep -q '"text":"accept(server)"' "$results/defects.crashes/notebook.jsonl"
    tail -n 1 "$results/defects.crashes/notebook.jsonl" | jq -e '.kind == "end" and .outcome == "broken"'
}

@test "treatment: a claim must treat or say why not, and its placebo must fail" {
    run_defect does_not_treat broken "applied no treatment"
    run_defect treats_although_untreated broken "says that it is untreated, and treats"
    run lab run --placebo defects.placebo_makes_no_difference
    [ "$status" -eq 1 ]
    [[ $output == *"0 of 1 treated claims turned red"* ]]
}

# ---- what a claim leaves ----

@test "the decoder agrees with tcpdump on every packet of a run" {
    lab run 'wire.*' empty >/dev/null
    run harness/tests/decode_vs_tcpdump.sh "$build/tests/decode_vs_tcpdump" "$results"
    echo "$output"
    [ "$status" -eq 0 ]
    [[ $output =~ ^([0-9]+)\ captures,.*\ all\ equal$ ]] && [ "${BASH_REMATCH[1]}" -gt 20 ]
}

@test "captures are pcapng that tcpdump and Wireshark read, and say of which claim and interface they are" {
    lab run wire.holds_and_releases_in_order/v4 defects.peer_never_answers >/dev/null || true
    capture=$results/wire.holds_and_releases_in_order/v4/client.pcap
    tcpdump -n -r "$capture" 2>&1 >/dev/null | grep -q 'link-type EN10MB'
    # stamps to the nanosecond, as the notebook has them
    diff <(sed -n 's/^{"t":\([0-9]*\),"kind":"packet","host":"client".*/\1/p' "${capture%/*}/notebook.jsonl") \
        <(tcpdump --nano -tt -n -r "$capture" 2>/dev/null | cut -d' ' -f1 | tr -d .)
    grep -aq 'wire.holds_and_releases_in_order/v4: held datagrams wait' "$capture"
    # the file is as long as its blocks say: each repeats its length at its end
    size=$(stat -c %s "$capture")
    at=0
    while [ "$at" -lt "$size" ]; do
        length=$(od -An -tu4 -j $((at + 4)) -N 4 "$capture")
        [ "$length" -ge 12 ] && [ $((length % 4)) -eq 0 ]
        [ "$(od -An -tu4 -j $((at + length - 4)) -N 4 "$capture")" = "$length" ]
        at=$((at + length))
    done
    [ "$at" -eq "$size" ]
    command -v tshark >/dev/null || skip "needs tshark for the rest"
    [ "$(tshark -r "$capture" -T fields -e frame.interface_name -e frame.interface_description -e frame.packet_flags_direction \
        2>/dev/null | sort -u)" = $'eth0\tclient\t0x00000002' ]
    [ "$(tshark -r "$results/defects.peer_never_answers/server.pcap" -T fields -e frame.packet_flags_direction 2>/dev/null | head -n 2)" = \
        $'0x00000001\n0x00000002' ]
    capinfos -k "$capture" | grep -q 'wire.holds_and_releases_in_order/v4: held datagrams wait, and go in their order'
}

@test "no capture of any claim lost a frame" {
    lab run 'wire.*' >/dev/null
    for notebook in "$results"/*/*/notebook.jsonl; do
        tail -n 1 "$notebook" | jq -e '[.captures[].dropped] | add == 0' >/dev/null
    done
}

@test "the trace of a bench that nobody uses is empty: no ARP, no router solicitation, no MLD" {
    lab run empty >/dev/null
    tail -n 1 "$results/empty.nothing_happens/notebook.jsonl" | jq -e '[.captures[].packets] == [0, 0]'
}

@test "an experiment run by itself shows its story and says how it went" {
    run "$build/specimens/tests/empty"
    [ "$status" -eq 0 ]
    [[ $output == *"1 hold, 0 fail, 0 skipped, 0 broken"* ]]
    run "$build/specimens/tests/empty" --no-such-option
    [ "$status" -eq 2 ]
    run "$build/specimens/tests/empty" --claim empty.nothing_such --into "$BATS_TEST_TMPDIR"
    [ "$status" -eq 2 ]
    run "$build/specimens/tests/empty" --claim empty.nothing_happens --into /nowhere
    [ "$status" -eq 2 ]
}

# ---- the host stays as it is ----

@test "a run changes nothing on the host" {
    before=$(host_state)
    HOST_STATE_RUN=$results lab run 'wire.*' >/dev/null
    [ -z "$(processes_of_run "$results")" ]
    diff <(echo "$before") <(host_state)
}

@test "SIGKILL of any process of a claim makes that claim broken, and leaves nothing" {
    declare -A reason=([supervisor]='killed by signal 9' [reaper]='process 1 of its namespaces ended' [claim]='killed by signal 9')
    for kind in supervisor reaper claim; do
        HOST_STATE_RUN=$results "$build/lab" run --experiments "$build/specimens" --statements "$table" --results "$results" \
            defects.hangs >/dev/null &
        run_pid=$!
        members=()
        until [ ${#members[@]} -gt 0 ]; do
            [ -e "/proc/$run_pid" ]
            members_of_run "$run_pid" "$kind"
        done
        kill -KILL "${members[0]}"
        status=0
        wait "$run_pid" || status=$?
        [ "$status" -eq 1 ]
        jq -e --arg reason "${reason[$kind]}" '.claims[0].outcome == "broken" and (.claims[0].reason | startswith($reason))' \
            "$results/results.json"
        await_no_process_of "$results"
    done
}

@test "two runs at once: the second says what to do, the first is not disturbed" {
    lab run defects.hangs >/dev/null &
    first=$!
    until [ -d "$results/defects.hangs" ]; do sleep 0.02; done
    run lab run empty
    [ "$status" -eq 2 ]
    [[ $output == *"--results"* ]]
    wait "$first" || [ $? -eq 1 ]
}

@test "a full disk is told, and no half-written results are left" {
    [ "$(id -u)" -eq 0 ] || skip "needs root to mount a small tmpfs"
    mkdir "$BATS_TEST_TMPDIR/small"
    run unshare -m bash -c '
        mount -t tmpfs -o size=64k tmpfs "$1" && mkdir "$1/results" &&
        "$2/lab" run --experiments "$2/specimens" --statements "$3" --results "$1/results" "wire.bursts_are_not_lost"
        status=$?
        [ ! -e "$1/results/results.json" ] || jq -e .claims "$1/results/results.json" >/dev/null || status=99
        exit $status' bash "$BATS_TEST_TMPDIR/small" "$build" "$table"
    echo "$output"
    [ "$status" -eq 1 ] || [ "$status" -eq 2 ]
    [[ $output == *"No space left"* || $output == *"disk full"* || $output == *"is the disk full"* ]]
}

# ---- without root ----

as_nobody() {
    setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}

# `make ordinary-user` does so with the whole suite.
@test "an ordinary user with user namespaces runs what needs no privilege, and skips with its name what does" {
    [ "$(id -u)" -eq 0 ] || skip "needs root to become an ordinary user"
    as_nobody unshare -U true || skip "needs unprivileged user namespaces"
    RESULTS=$results run harness/tests/ordinary_user.sh tcp_cork so_broadcast so_sndbuf so_reuseport
    echo "$output"
    [ "$status" -eq 0 ]
    [[ $output =~ as\ user\ 65534:\ [0-9]+\ claims\ hold.*\ of\ these\ for\ want\ of\ root ]]
    for claim in so_sndbuf.forced_without_privilege so_reuseport.another_user_cannot_join_nor_take_the_traffic; do
        jq -e --arg claim "$claim" '[.claims[] | select((.id | startswith($claim)) and (.reason | startswith("needs root") | not))] == []' \
            "$results/results.json"
    done
}

@test "where namespaces are refused, the claims are skipped with what to do about it" {
    [ "$(id -u)" -eq 0 ] || skip "needs root to set up a refusal"
    install -d -o 65534 "$results"
    chmod 755 "$BATS_TEST_TMPDIR" "$BATS_RUN_TMPDIR"
    # In a user namespace of its own the limit on further ones can be set to none without touching the host's.
    mkfifo "$BATS_TEST_TMPDIR/go"
    # The second bash has the privileges that user 0 has once the ids are mapped.
    unshare -U bash -c 'read -r _ <"$1"; exec bash -c "
            echo 0 >/proc/sys/user/max_user_namespaces || exit 77
            exec setpriv --reuid=65534 --regid=65534 --clear-groups \"\$@\"" bash "${@:2}"' bash "$BATS_TEST_TMPDIR/go" \
        "$build/lab" run --experiments "$build/specimens" --statements "$table" --results "$results" empty \
        >"$BATS_TEST_TMPDIR/said" 2>&1 &
    pid=$!
    until [ "$(readlink "/proc/$pid/ns/user")" != "$(readlink /proc/self/ns/user)" ]; do sleep 0.01; done
    echo '0 0 70000' >"/proc/$pid/uid_map"
    echo '0 0 70000' >"/proc/$pid/gid_map"
    echo go >"$BATS_TEST_TMPDIR/go"
    status=0
    wait $pid || status=$?
    cat "$BATS_TEST_TMPDIR/said"
    [ "$status" -eq 3 ]
    grep -q 'new namespaces are refused here.*raise /proc/sys/user/max_user_namespaces' "$BATS_TEST_TMPDIR/said"
}
