#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Outside witnesses: the same question asked with standard tools (harness/tests/witnesses) has the same answer as the claim
# of the suite, both with what brings the behaviour about and without it.

bats_require_minimum_version 1.5.0

# The claim that a witness names in its head. Its experiment's name is left open: files are split now and then.
claim_of() {
    echo "*.$(sed -n 's/^# Claim: //p' "$1")/v4"
}

setup_file() {
    [ "$(id -u)" = 0 ] || skip "tcpdump in namespaces of one's own needs root"
    cd "$BATS_TEST_DIRNAME/../.." || return
    build=$(realpath "${BUILD:-build}")
    for witness in harness/tests/witnesses/*.sh; do
        claims+=("$(claim_of "$witness")")
    done
    options=(--experiments "$build/experiments" --statements experiments/statements.tsv)
    "$build/lab" run "${options[@]}" --no-report --results "$BATS_FILE_TMPDIR/with" "${claims[@]}" || true
    "$build/lab" run "${options[@]}" --no-report --results "$BATS_FILE_TMPDIR/without" --placebo "${claims[@]}" || true
}

# WITNESS: what the witness sees, and what the suite says
agree() {
    local witness=$BATS_TEST_DIRNAME/witnesses/$1.sh arm status suite claim
    claim=$(claim_of "$witness")
    for arm in with without; do
        status=0
        timeout 60 "$witness" $arm || status=$?
        suite=$(jq -r --arg claim ".${claim#\*.}" '[.claims[] | select(.id | endswith($claim)) | .outcome] | join(" ")' \
            "$BATS_FILE_TMPDIR/$arm/results.json")
        echo "$arm: witness exits with $status, the claim $suite"
        case $arm$status in
        with0) [ "$suite" = holds ] || return 1 ;;
        without1) [ "$suite" = fails ] || return 1 ;;
        *) return 1 ;;
        esac
    done
}

@test "the Nagle algorithm holds small writes back until the acknowledgement" {
    agree nagle
}

@test "TCP_NODELAY lets a small write leave at once" {
    agree tcp_nodelay
}

@test "TCP_CORK lets go of a small write by itself, after 200 ms" {
    agree tcp_cork
}

@test "SO_REUSEPORT spreads connections over listeners" {
    agree so_reuseport
}

@test "SO_REUSEADDR lets a server bind over TIME_WAIT" {
    agree so_reuseaddr
}

@test "SO_LINGER {1, 0} makes close send a RST" {
    agree so_linger_zero
}

@test "TCP_DEFER_ACCEPT keeps a silent connection from accept" {
    agree tcp_defer_accept
}

@test "TCP_FASTOPEN: the cookie comes back with data in the SYN" {
    agree tcp_fastopen
}

@test "the witnesses leave nothing behind" {
    before=$(ip -o link; ls /run; findmnt -rn | wc -l)
    "$BATS_TEST_DIRNAME/witnesses/so_linger_zero.sh" with
    [ "$before" = "$(ip -o link; ls /run; findmnt -rn | wc -l)" ]
}
