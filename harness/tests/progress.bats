#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154  # home, results, table and stderr are those of fake_home.sh
# What a run shows while it is going on: on a terminal, on one whose window changes, and in a log.

load fake_home.sh

# COMMAND on a terminal of 80 columns; what it wrote there is $output, escape sequences and all.
on_terminal() {
    command -v script >/dev/null || skip "needs script(1) to be on a terminal"
    TERM=xterm run script -qec "stty cols 80; $1" /dev/null </dev/null
}

# Each line of progress that was drawn, one a line.
frames() {
    tr '\r' '\n' <<<"$output" | sed -n 's/^\x1b\[K\([0-9]\+\/[0-9]\+ done.*\)/\1/p' | sed 's/\x1b.*//'
}

@test "--verbose: one line for each claim as it ends, at once" {
    experiment tcp_cork <<<$'a - slow:2 "takes_ms":2000\nb v4 holds\nc - fails\nd - skipped:no_netem\ne - crash'
    (build/lab run --verbose >out 2>&1 || true) &
    local first=$!
    for _ in $(seq 100); do
        grep -q '^holds  tcp_cork.b/v4  0\.[0-9][0-9] s$' out && break
        sleep 0.05
    done
    lacks "tcp_cork.a" "$(cat out)" # it is not the end that brings the lines
    wait "$first"
    grep -q '^holds  tcp_cork.a  2\.[0-9][0-9] s$' out
    grep -q '^fails  tcp_cork.c  0\.[0-9][0-9] s: experiments/fake/tcp_cork.c:23: tcp_cork.c: expected 1, got 2$' out
    grep -q '^skipped  tcp_cork.d  0\.[0-9][0-9] s: no netem$' out
    grep -q '^broken  tcp_cork.e  0\.[0-9][0-9] s: killed by signal 11' out
    status_is 1 lab run --verbose --repeat 2 tcp_cork.c
    contains $'\nfails  tcp_cork.c (run 2)  0.' "$output"
    status_is 0 lab run --verbose --tap tcp_cork.b
    contains $'\nholds  tcp_cork.b/v4  0.' "$stderr"
    lacks "holds" "$output"
    status_is 0 lab run --verbose --placebo tcp_cork.b # turning red is what it should
    contains $'\nfails  tcp_cork.b/v4  0.' "$output"
}

@test "a terminal: how many, how long, what needs attention at once; taken away at the end" {
    experiment tcp_cork <<<$'a - slow:2.5\nb - slow:1.2\nc v4 fails\nd - holds'
    on_terminal "build/lab run"
    [ "$status" -eq 1 ]
    frames
    frames | grep -q '^2/4 done, 2 running, 1 need attention, 0 s'
    frames | grep -q '^3/4 done, 1 running, 1 need attention, [12] s'
    # the failure came while others ran
    contains "fails" "${output%%3/4 done*}"
    # nothing of it is left in front of the summary
    contains $'\r\033[K' "${output%%claims      3*}"
    lacks " running" "${output##*claims      3}"
}

@test "a terminal: never wider than the window, also after it has become narrower" {
    local narrow="" frame

    experiment tcp_cork <<<$'a - slow:4\nb - slow:4\nc - holds\nd - fails'
    on_terminal "build/lab run & sleep 1.5; stty cols 24; wait \$!"
    [ "$status" -eq 1 ]
    frames
    frames | grep -q '^2/4 done, 2 running, 1 need attention, 1 s'
    frames | grep -qx '2/4 done, 2 running' # more does not fit now, and the last column stays free
    while read -r frame; do
        [ ${#frame} -le 79 ]
        [ -z "$narrow" ] || [ ${#frame} -le 23 ]
        [ "$frame" != "2/4 done, 2 running" ] || narrow=yes
    done < <(frames)
}

@test "not on a terminal, or on a dumb one: no progress" {
    experiment tcp_cork <<<$'a - slow:1.2\nb - holds'
    status_is 0 lab run
    lacks " done, " "$output$stderr"
    lacks $'\r' "$output$stderr"
    command -v script >/dev/null || skip "needs script(1) to be on a terminal"
    TERM=dumb run script -qec "build/lab run" /dev/null </dev/null
    lacks " done, " "$output"
}
