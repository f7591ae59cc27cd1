#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# lab mutate: finds the expectations on which nothing depends, and takes no others for such.

bats_require_minimum_version 1.5.0

setup() {
    cd "$BATS_TEST_DIRNAME/../.." || return
    build=$(realpath "${BUILD:-build}")
    results=$BATS_TEST_TMPDIR/results
    table=$BATS_TEST_TMPDIR/statements.tsv
    printf 'id\toption\tdocument\tsection\tkind\tstatement\tconfirmed_by\trefuted_by\tuntestable\n' >"$table"
}

# STATUS PATTERN-OR-OPTION...: lab mutate on specimens
mutate() {
    local expected=$1
    run "$build/lab" mutate --experiments "$build/specimens" --statements "$table" --results "$results" "${@:2}"
    [ "$status" -eq "$expected" ] || {
        printf 'exit status %s\n%s\n' "$status" "$output"
        return 1
    }
}

@test "a claim in which every word counts kills all its mutants, in memory and in runs of their own" {
    mutate 0 mutants.every_word_counts --every
    [[ $output == *"mutants: 44 of 44 killed, 0 explained, 0 live"* ]]
    # runs of their own: all but the two that are no mutation of a line
    [ "$(jq .own_runs "$results/mutants.json")" -eq 42 ]
}

@test "a mutant that lives is told with line, mutation, and both texts" {
    mutate 1 mutants.order_does_not_count
    [[ $output == *"lives  mutants.order_does_not_count"* ]]
    [[ $output == *"harness/tests/specimens/mutants.c:"*": mutant 1.1.swap"* ]]
    [[ $output == *"expected  client > server UDP len 3"*"mutated   client > server UDP"* ]]
    jq -e '[.not_killed[].mutant] == ["1.1.remove", "1.1.swap"]' "$results/mutants.json"
    # its evidence is kept
    grep -q '"mutant":"1.1.swap"' "$results/mutants.order_does_not_count/1.1.swap/notebook.jsonl"
}

@test "what never comes at all may be a pattern that matches nothing" {
    mutate 1 mutants.never_comes
    [[ $output == *"mutant 1.ever"*"expected  client > server [R]"* ]]
}

@test "an explanation in the experiment lets a mutant live" {
    mutate 0 mutants.never_comes_with_a_reason
    [[ $output == *"explained  harness/tests/specimens/mutants.c:"*": nobody resets anything here"* ]]
}

@test "what comes when the treatment is left out is not unheard of" {
    mutate 0 mutants.comes_without_treatment
    [[ $output == *"mutants: 1 of 1 killed"* ]]
}

@test "explanations must be needed, and of mutants that there are" {
    mutate 1 mutants.reason_without_need
    [[ $output == *"needless  harness/tests/specimens/mutants.c:"*": no reason at all"* ]]
    mutate 1 mutants.reason_without_mutant
    [[ $output == *"broken  mutants.reason_without_mutant"*"this expectation has no mutant \`2.ack'"* ]]
}

@test "a claim that does not hold, a skipped one, and one without packets" {
    mutate 1 defects.wrong_range
    [[ $output == *"fails  defects.wrong_range, so its mutants tell nothing"* ]]
    mutate 3 empty
    [[ $output == *"mutants: 0 of 0 killed"* ]]
    mutate 2 nothing_such
}

@test "an experiment refuses a mutant that it does not have" {
    mkdir -p "$results"
    "$build/specimens/tests/mutants" --claim mutants.never_comes --into "$results" --mutate 7.1.ack
    tail -n 1 "$results/notebook.jsonl" | jq -e '.outcome == "broken" and .reason == "the run has no mutant 7.1.ack"'
}
