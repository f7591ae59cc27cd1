#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016  # $now is a variable of patterns
# What is told of a claim that fails: enough to understand it without its source, on one screen of 80 columns. The
# specimens (specimens/defects.c) are wrong on purpose, each in its own way. BUILD names another build folder than build.

bats_require_minimum_version 1.5.0

setup_file() {
    local build

    cd "$BATS_TEST_DIRNAME/../.." || return
    build=$PWD/${BUILD:-build}
    unset GITHUB_STEP_SUMMARY
    {
        printf 'id\toption\tdocument\tsection\tkind\tstatement\tconfirmed_by\trefuted_by\tuntestable\n'
        for i in 1 2 3; do
            printf 'doc/%s\t-\tdoc\t1\twire\tSentence %s of a document, which is so long that it does not fit in one line of a terminal.\t' $i $i
            printf '%s\t%s\t\n' "defects.wrong_range" "$([ $i -ne 2 ] || echo defects.wrong_errno)"
        done
    } >"$BATS_FILE_TMPDIR/statements.tsv"
    LC_ALL=C.UTF-8 "$build/lab" run --no-report --experiments "$build/specimens" --statements "$BATS_FILE_TMPDIR/statements.tsv" \
        --results "$BATS_FILE_TMPDIR/results" 'defects.wrong_*' 'defects.*_packet' defects.{too_soon,broken_silence,peer_never_answers} \
        defects.{call_is_refused,pattern_does_not_parse,crashes} >"$BATS_FILE_TMPDIR/said" || true
}

# CLAIM: everything that the end of the run tells of it, its name included
told() {
    awk -v claim="defects.$1" '
        /^(fails|broken)  [^ ]*$/ && before == "" { mine = $2 == claim }
        /^claims      / { mine = 0 }
        { before = $0 }
        mine' "$BATS_FILE_TMPDIR/said" | sed '$d' # the blank line after it
}

# CLAIM TEXT...: what must be told of it; it has to fit one screen, whatever it is
tells() {
    local text wide lines claim=$1

    text=$(told "$claim")
    shift
    lines=$(wc -l <<<"$text")
    wide=$(LC_ALL=C.UTF-8 wc -L <<<"$(grep -v -e '^  packets  ' -e '^  all of it ' <<<"$text")") # paths are not cut
    printf '%s\n' "$text"
    if [ "$lines" -lt 8 ] || [ "$lines" -gt 24 ]; then
        echo "it takes $lines lines"
        return 1
    fi
    [ "$wide" -le 80 ] || {
        echo "it takes $wide columns"
        return 1
    }
    for expected; do
        [[ $text == *"$expected"* ]] || {
            echo "this is missing: $expected"
            return 1
        }
    done
    [[ $text =~ defects\.c:[0-9]+:\  && $text == *"reproduce  ./run-all.sh defects.$claim"* && $text == *"all of it  build/lab show"* ]]
    [[ $text == *"/defects.$claim/client.pcap"* || $claim == crashes ]]
}

@test "a wrong range: the field, both sides, the packet in its ladder" {
    tells wrong_range "five bytes are seven" \
        '>> 1 client > server [P.] 1:8 ack 1  #4 client > server [P.] 1:6 ack 1' \
        'line 1 differs in seq: expected 1:8, observed 1:6' \
        'send(client, "Hello", 0) = 5'
    told wrong_range | grep -q '^>> .*├─* \[P\.\] 1:6 ack 1 win [0-9]* ─*▶│$'
}

@test "the statements that hang on it, shortened, three of them counted" {
    tells wrong_range 'confirms   Sentence 1 of a document, which is so long that' '…' 'doc/1' 'doc/2' \
        'and 1 more: build/lab list defects.wrong_range'
    tells wrong_errno 'refutes    Sentence 2 of a document'
}

@test "a wrong flag, direction, option, variable: which" {
    tells wrong_flags 'line 1 differs in flags: expected [FP.], observed [P.]'
    tells wrong_direction 'line 1 differs in direction: expected server > client, observed client >'
    tells wrong_option 'line 1 differs in mss: expected 1400, observed 1460' 'mss 1460 sackOK TS wscale 7'
    tells wrong_variable 'line 2 differs in TS: expected val $now ecr $now' '$now = ' # the numbers matter here
}

@test "a packet too many, too few, out of order, and one that never comes" {
    tells extra_packet '#5 was not expected: line 2 came after it, as #6' '>> 2 client > server [F.] 6:6 ack 1  #5 server > client [.] ack 6'
    tells missing_packet 'line 3 never came; there was no further packet' 'waited for 5.0 s'
    tells wrong_order 'line 1 came after line 2: #4 is as line 2 says, #5 as line 1'
    tells peer_never_answers 'line 2 never came' 'waited for 5.0 s' '✕ cut' '#4 client > server [P.] 1:6 ack 1'
}

@test "something where there should be nothing; a silence that is broken, and when" {
    tells unexpected_packet '>> nothing like server > client [*]  #5 server > client [.] ack 6'
    tells broken_silence 'for 300 ms nothing like' 'server > client [.]' '#5 +'
    told unexpected_packet | grep -q '^>> .*◀─* \[\.\] ack 6 win'
}

@test "a packet too early, a call too quick" {
    tells too_soon 'line 2 differs in time: expected +200ms.., observed +' '#5 +'
    tells wrong_duration 'milliseconds_since(began)' '>> at least 1000  '
}

@test "a wrong value, result, errno, text: expected beside observed, errnos by name" {
    tells wrong_value 'get_int(client, IPPROTO_TCP, TCP_NODELAY)' '>> 1         0'
    tells wrong_result 'try_receive(s.server, &byte, 1, MSG_DONTWAIT)' '>> 0         -EAGAIN (Resource temporarily unavailable)'
    tells wrong_errno '>> EACCES (Permission denied)  ECONNREFUSED (Connection refused)' 'connect(client, server:7890) = -1 ECONNREFUSED'
    tells wrong_text '>> "Howdy"   "Hello"' 'facts      sent = 5 bytes'
}

@test "broken ones: the call, the column of a pattern, the last thing before a crash" {
    tells call_is_refused 'bind(server.2, 0.0.0.0:7890) = -1 EADDRINUSE' 'EADDRINUSE (Address already in use)'
    tells pattern_does_not_parse 'client > server [S] mms 1460' '^ column 21'
    # AddressSanitizer, where it is built in, ends the process in its own way
    tells crashes 'last at accept(server)' 'accept(server) = 0'
}

@test "the notebook says which packet is to blame, and its report fits 76 columns" {
    local notebook

    jq -se '.[] | select(.kind == "expect" and .ok == false) | .capture == "client.pcap" and .packet == 4' \
        "$BATS_FILE_TMPDIR/results/defects.wrong_range/notebook.jsonl"
    jq -se '.[] | select(.kind == "expect" and .ok == false) | has("packet") | not' \
        "$BATS_FILE_TMPDIR/results/defects.wrong_value/notebook.jsonl"
    for notebook in "$BATS_FILE_TMPDIR"/results/*/notebook.jsonl; do
        [ "$(jq -r 'select(.kind == "expect") | .report // ""' "$notebook" | wc -L)" -le 76 ]
    done
}

@test "what was seen in virtual time is to be reproduced on that kernel" {
    cd "$BATS_TEST_DIRNAME/../.."
    mkdir "$BATS_TEST_TMPDIR/results"
    cp -r "$BATS_FILE_TMPDIR/results/defects.wrong_range" "$BATS_FILE_TMPDIR/results/.sockopt-lab" "$BATS_TEST_TMPDIR/results/"
    sed -i '1{s/"time":"real"/"time":"virtual"/;s/"kernel":"[^"]*"/"kernel":"6.1.0-13-cloud-amd64"/}' \
        "$BATS_TEST_TMPDIR/results/defects.wrong_range/notebook.jsonl"
    run "${BUILD:-build}/lab" judge --experiments "${BUILD:-build}/specimens" --statements "$BATS_FILE_TMPDIR/statements.tsv" \
        --results "$BATS_TEST_TMPDIR/results" defects.wrong_range
    echo "$output"
    [ "$status" -eq 1 ]
    [[ $output == *"reproduce  ./run-all.sh --kernel 6.1 defects.wrong_range"* ]]
}

@test "lab show marks that packet too" {
    cd "$BATS_TEST_DIRNAME/../.."
    LC_ALL=C.UTF-8 "${BUILD:-build}/lab" show --results "$BATS_FILE_TMPDIR/results" defects.wrong_range >"$BATS_TEST_TMPDIR/shown"
    [ "$(grep -c '^>> ' "$BATS_TEST_TMPDIR/shown")" = 1 ]
    LC_ALL=C "${BUILD:-build}/lab" show --results "$BATS_FILE_TMPDIR/results" defects.wrong_range >"$BATS_TEST_TMPDIR/shown"
    [ "$(grep -c '^>> .*--- \[P.\] 1:6 ack 1 win' "$BATS_TEST_TMPDIR/shown")" = 1 ]
}
