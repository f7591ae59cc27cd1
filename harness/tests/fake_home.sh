#!/bin/bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154  # output, stderr and status are those of bats
# For tests of the lab command against experiments that only pretend (fake_experiment.sh): `load fake_home.sh`.
# LAB names another lab than build/lab. Each test has a home of its own: home/build, home/experiments, home/results.

bats_require_minimum_version 1.5.0
load said.sh

setup() {
    home=$BATS_TEST_TMPDIR/home
    mkdir -p "$home/build/experiments" "$home/experiments" "$home/results"
    cp "${LAB:-$BATS_TEST_DIRNAME/../../build/lab}" "$home/build/lab"
    table=$home/experiments/statements.tsv
    results=$home/results/latest
    printf 'id\toption\tdocument\tsection\tkind\tstatement\tconfirmed_by\trefuted_by\tuntestable\n' >"$table"
    unset NO_COLOR GITHUB_STEP_SUMMARY
    cd "$home" || return
}

# NAME < lines of claims (see fake_experiment.sh)
experiment() {
    cp "$BATS_TEST_DIRNAME/fake_experiment.sh" "$home/build/experiments/$1"
    cat >"$home/build/experiments/$1.claims"
}

# ID CONFIRMED_BY REFUTED_BY UNTESTABLE
statement() {
    printf 'doc/%s\tTCP_CORK\tdoc\tsection\tstate\tThe sentence of %s.\t%s\t%s\t%s\n' "$1" "$1" "${2-}" "${3-}" "${4-}" \
        >>"$table"
}

lab() {
    "$home/build/lab" "$@"
}

last_line() {
    printf '%s' "${1##*$'\n'}"
}

outcome_of() {
    jq -r --arg id "$1" '.claims[] | select(.id == $id) | .outcome' "$results/results.json"
}

reason_of() {
    jq -r --arg id "$1" '.claims[] | select(.id == $id) | .reason' "$results/results.json"
}

verdict_of() {
    jq -r --arg id "doc/$1" '.statements[] | select(.id == $id) | .verdict' "$results/results.json"
}
