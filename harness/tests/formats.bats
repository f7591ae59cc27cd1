#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154  # home, results, table and stderr are those of fake_home.sh
# What the lab writes for machines, judged by those that read it: perl's prove, schemas, GitHub's Markdown.

load fake_home.sh

# Every outcome, and texts that hurt where they are not escaped.
hard_claims() {
    experiment tcp_cork <<'EOC'
holds v4 holds
holds v6 holds "sentence":"<b>&\" é # | ` ]]>"
fails v4 fails "sentence":"</pre></details> <script>"
skips - skipped:no_#1_<&>
skips_too - skipped:no_#1_<&>
crash - crash
garbage - garbage
says - says
odd - odd
EOC
    experiment so_linger <<<'waits - holds "cites":"socket(7)"'
    statement a tcp_cork.holds so_linger.waits
    statement b "" tcp_cork.fails
    statement c "" "" "another system"
    statement d
}

# The version of prove (Test::Harness) as a number that can be compared: 3.44 is 344.
prove_version() {
    command -v prove >/dev/null || skip "needs perl's prove"
    prove --version | sed -n 's/.*TAP::Harness v\([0-9]*\)\.\([0-9][0-9]\).*/\1\2/p'
}

@test "TAP: prove runs the lab itself and understands all of it" {
    prove_version >/dev/null
    hard_claims
    status_is 1 prove --exec 'build/lab run --tap --no-report' tcp_cork so_linger
    lacks "Parse errors" "$output"
    contains "tcp_cork" "$output"
    contains "Files=2, Tests=10, " "$output"
    contains "Failed tests:  1-3, 6" "$output" # by id: crash, fails, garbage, odd
    status_is 0 prove --exec 'build/lab run --tap --no-report' so_linger
    contains "All tests successful." "$output"
}

@test "TAP: a stream kept in a file, with its diagnostics, skips and escapes" {
    local version

    version=$(prove_version)
    hard_claims
    status_is 1 lab run --tap
    echo "$output" >tap
    # Debian 12's prove knows version 13, in which all that is written here is the same
    [ "$version" -ge 345 ] || sed -i '1s/14/13/' tap
    run prove --exec cat tap
    lacks "Parse errors" "$output"
    contains "Files=1, Tests=10, " "$output"
    run perl -MTAP::Parser -e '
        my $parser = TAP::Parser->new({exec => ["cat", "tap"]});
        while (my $result = $parser->next) {
            print $result->number, $result->has_skip ? " skipped: " . $result->explanation : "", "\n" if $result->is_test;
            print join(" ", map { "$_=" . $result->data->{$_} } sort keys %{$result->data}) if $result->is_yaml;
        }
        print "errors: ", scalar($parser->parse_errors), "\n";'
    contains "errors: 0" "$output"
    contains 'skipped: no \#1 <&>' "$output"
    contains "at=experiments/fake/tcp_cork.c:23 evidence=tcp_cork.fails/v4 outcome=fails reason=experiments/fake/tcp_cork.c:23: " "$output"
    contains $'report=expected          observed\n[S]            != [R]\n sentence=</pre></details> <script>' "$output"
}

@test "JUnit: as its schema says, whatever the claims say" {
    command -v xmllint >/dev/null || skip "needs xmllint"
    hard_claims
    status_is 1 lab run --junit report.xml
    xmllint --noout --schema "$BATS_TEST_DIRNAME/junit.xsd" report.xml
    [ "$(xmllint --xpath 'string(/testsuites/@tests)' report.xml)" = 10 ]
    [ "$(xmllint --xpath 'count(//failure) * 100 + count(//error) * 10 + count(//skipped)' report.xml)" = 132 ]
    [ "$(xmllint --xpath 'string(//testsuite[@name="tcp_cork"]/@skipped)' report.xml)" = 2 ]
    [ "$(xmllint --xpath 'string(//skipped/@message)' report.xml)" = 'no #1 <&>' ]
    contains "reproduce  ./run-all.sh tcp_cork.fails/v4" "$(xmllint --xpath 'string(//failure)' report.xml)"
    contains "</pre></details> <script>" "$(xmllint --xpath 'string(//failure)' report.xml)"
    # of a placebo run, and of one in which nothing was judged
    status_is 1 lab run --placebo --junit report.xml
    xmllint --noout --schema "$BATS_TEST_DIRNAME/junit.xsd" report.xml
    status_is 3 lab run --junit report.xml tcp_cork.skips
    xmllint --noout --schema "$BATS_TEST_DIRNAME/junit.xsd" report.xml
}

# FILE: it must be as its schema says
valid_results() {
    jsonschema -i "$1" "$BATS_TEST_DIRNAME/../runner/results.schema.json"
}

@test "results.json: as its schema says" {
    command -v jsonschema >/dev/null || skip "needs jsonschema (package python3-jsonschema)"
    hard_claims
    status_is 1 lab run
    valid_results "$results/results.json"
    status_is 1 lab run --repeat 2
    valid_results "$results/results.json"
    status_is 1 lab run --placebo
    valid_results results/placebo/results.json
    status_is 0 lab run so_linger
    valid_results "$results/results.json"
    # a member that nobody has documented, one that is missing, and one that cannot be
    jq '.claims[0].luck = 7' "$results/results.json" >wrong.json
    status_is 1 valid_results wrong.json
    jq 'del(.statements[0].verdict)' "$results/results.json" >wrong.json
    status_is 1 valid_results wrong.json
    jq '.claims[0].outcome = "fails"' "$results/results.json" >wrong.json # without a reason
    status_is 1 valid_results wrong.json
    jq '.placebo = true' "$results/results.json" >wrong.json # with statements
    status_is 1 valid_results wrong.json
}

@test "GitHub: a summary is appended where one is asked for, and nothing in it becomes markup" {
    hard_claims
    echo "of another step" >summary.md
    export GITHUB_STEP_SUMMARY=$home/summary.md
    status_is 1 lab run
    cat summary.md
    [ "$(head -n 1 summary.md)" = "of another step" ]
    grep -qx '### sockopt-lab: 4 of 10 claims need attention' summary.md
    grep -qx '| 4 | 1 | 2 | 3 |' summary.md
    grep -qx 'Statements: 0 confirmed, 1 refuted, .*' summary.md || grep -q '^Statements: [0-9]* confirmed, ' summary.md
    contains "Kernel $(uname -r) " "$(cat summary.md)"
    contains '<details><summary><b>fails</b> <code>tcp_cork.fails/v4</code> &#60;/pre&#62;&#60;/details&#62; &#60;script&#62;</summary>' \
        "$(cat summary.md)"
    contains 'reproduce  ./run-all.sh tcp_cork.fails/v4' "$(cat summary.md)"
    contains $'<details><summary>2 claims: no #1 &#60;&#38;&#62;</summary>\n\n<pre>\ntcp_cork.skips\ntcp_cork.skips_too\n</pre>' "$(cat summary.md)"
    lacks "<script>" "$(cat summary.md)"
    [ "$(grep -c '<details>' summary.md)" = "$(grep -c '</details>' summary.md)" ]
    [ "$(grep -c '^<pre>' summary.md)" = "$(grep -c '^</pre>' summary.md)" ]
    # a second run of the same step is added
    status_is 0 lab run so_linger
    grep -qx '### sockopt-lab: 0 of 1 claims need attention' summary.md
    [ "$(grep -c '^### ' summary.md)" = 2 ]
}

@test "GitHub: the summary stays far below the limit, however much fails" {
    for i in $(seq 300); do echo "claim_$i - fails"; done | experiment tcp_cork
    GITHUB_STEP_SUMMARY=$home/summary.md status_is 1 lab run
    [ "$(wc -c <summary.md)" -lt $((256 * 1024)) ]
    contains "300 of 300 claims need attention" "$(cat summary.md)"
    # twenty in full on the terminal, the others in a line
    [ "$(grep -c '^  reproduce  ' <<<"$output")" = 20 ]
    contains "the 280 above in full: build/lab show CLAIM" "$output"
}

@test "GitHub: a summary that cannot be written changes no outcome; an empty name asks for none" {
    experiment tcp_cork <<<'a - holds'
    GITHUB_STEP_SUMMARY=$home/no/such/summary.md status_is 0 lab run
    contains "GITHUB_STEP_SUMMARY: cannot write $home/no/such/summary.md: ENOENT" "$stderr"
    GITHUB_STEP_SUMMARY="" status_is 0 lab run
    [ -z "$stderr" ]
}
