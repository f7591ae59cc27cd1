#!/bin/bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154  # output, stderr and status are those of bats
# What a command said, held against what it should say: `load said.sh`.

# The exit status must be the first argument; what follows is run.
status_is() {
    local expected=$1
    shift
    run --separate-stderr "$@"
    if [ "$status" -ne "$expected" ]; then
        printf 'expected status %s, got %s from: %s\nstdout:\n%s\nstderr:\n%s\n' "$expected" "$status" "$*" "$output" "$stderr"
        return 1
    fi
}

# STRING TEXT: the text must contain the string
contains() {
    [[ $2 == *"$1"* ]] || {
        printf 'expected to find: %s\nin: %s\n' "$1" "$2"
        return 1
    }
}

lacks() {
    [[ $2 != *"$1"* ]] || {
        printf 'expected not to find: %s\nin: %s\n' "$1" "$2"
        return 1
    }
}
