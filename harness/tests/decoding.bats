#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The tests of the decoder see what is wrong: a test that compares two texts is itself in need of a wrong one.

bats_require_minimum_version 1.5.0

setup_file() {
    cd "$BATS_TEST_DIRNAME/../.." || return
    build=$(realpath "${BUILD:-build}")
    table=$BATS_FILE_TMPDIR/statements.tsv
    printf 'id\toption\tdocument\tsection\tkind\tstatement\tconfirmed_by\trefuted_by\tuntestable\n' >"$table"
    "$build/lab" run --experiments "$build/specimens" --statements "$table" --results "$BATS_FILE_TMPDIR/results" --no-report 'wire.*'
}

setup() {
    cd "$BATS_TEST_DIRNAME/../.." || return
    build=$(realpath "${BUILD:-build}")
    results=$BATS_TEST_TMPDIR/results
    cp -R "$BATS_FILE_TMPDIR/results" "$results"
}

# SED-EXPRESSION: changes the first packet of the notebooks to which it applies
damage() {
    local notebook
    for notebook in "$results"/*/*/notebook.jsonl; do
        sed "0,/\"kind\":\"packet\"/{$1}" "$notebook" >"$notebook.new"
        cmp -s "$notebook" "$notebook.new" || break
    done
    ! cmp -s "$notebook" "$notebook.new"
    mv "$notebook.new" "$notebook"
}

@test "notebooks and tcpdump agree on every packet of the wire's own claims" {
    run harness/tests/notebook_vs_tcpdump.sh "$results"
    [ "$status" -eq 0 ]
    [[ $output == *" packets, "*" fields, 0 of the packets differ"* ]]
}

@test "one number, flag, name or packet too many is seen" {
    for change in 's/ win [0-9]*/ win 1/' 's/ mss 14[46]0/ mss 1400/' 's/ TS val [0-9]/ TS val 9/' 's/\[S\]/[S.]/' \
        's/"text":"client > server/"text":"server > client/' 's/"number":1,/"number":7,/'; do
        rm -rf "$results"
        cp -R "$BATS_FILE_TMPDIR/results" "$results"
        damage "$change"
        run harness/tests/notebook_vs_tcpdump.sh "$results"
        [ "$status" -eq 1 ] || {
            echo "not seen: $change"
            return 1
        }
    done
}

@test "a folder of captures is compared as its files are, and none is no success" {
    run harness/tests/decode_vs_tcpdump.sh "$build/tests/decode_vs_tcpdump" "$results"
    [ "$status" -eq 0 ]
    [[ $output == *" captures, "*" packets: all equal" ]]
    run harness/tests/decode_vs_tcpdump.sh /bin/true "$results"
    [ "$status" -eq 1 ]
    mkdir "$BATS_TEST_TMPDIR/empty"
    run harness/tests/decode_vs_tcpdump.sh "$build/tests/decode_vs_tcpdump" "$BATS_TEST_TMPDIR/empty"
    [ "$status" -eq 2 ]
    run harness/tests/notebook_vs_tcpdump.sh "$BATS_TEST_TMPDIR/empty"
    [ "$status" -eq 2 ]
}
