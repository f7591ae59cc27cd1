#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Runs on other kernels (scripts/kernel-run). KERNEL names the one that is booted.

bats_require_minimum_version 1.5.0

setup_file() {
    cd "$BATS_TEST_DIRNAME/../../.." || return
    export KERNEL=${KERNEL:-6.1}
    KERNEL_FOLDER=$(scripts/kernels get "$KERNEL")
    export KERNEL_FOLDER
}

setup() {
    cd "$BATS_TEST_DIRNAME/../../.." || return
}

boot() {
    scripts/kernel-run "$1" --results "$BATS_TEST_TMPDIR/$2" "${@:3}"
}

@test "two boots give the same results, notebooks and packets, to the byte" {
    boot "$KERNEL" one nagle delayed_ack
    boot "$KERNEL" two nagle delayed_ack
    [ "$(find "$BATS_TEST_TMPDIR/one" -name '*.pcap' | wc -l)" -gt 20 ]
    [ "$(jq -r .time "$BATS_TEST_TMPDIR"/one/*/results.json)" = virtual ]
    diff -r "$BATS_TEST_TMPDIR/one" "$BATS_TEST_TMPDIR/two"
}

@test "nothing of this machine is in the results" {
    boot "$KERNEL" here nagle.small_writes_wait_for_the_ack_and_leave_together
    run ! grep -rF -e "$PWD" -e "$(uname -r)" "$BATS_TEST_TMPDIR/here" --include='*.json' --include='*.jsonl'
    run ! grep -rwF "$(uname -n)" "$BATS_TEST_TMPDIR/here" --include='*.json' --include='*.jsonl'
}

@test "a claim that lasts two hours is judged, and takes moments" {
    boot "$KERNEL" long tcp_keepidle.default_schedule_ends_after_7875_s
    [ "$(jq '[.claims[] | select(.outcome == "holds" and .duration_ms > 7200000)] | length' "$BATS_TEST_TMPDIR"/long/*/results.json)" -gt 0 ]
}

@test "a vmlinuz does, with its modules beside it, and a folder of both" {
    mkdir "$BATS_TEST_TMPDIR/boot"
    ln -s "$KERNEL_FOLDER/vmlinuz" "$BATS_TEST_TMPDIR/boot/vmlinuz"
    ln -s "$KERNEL_FOLDER/modules" "$BATS_TEST_TMPDIR/boot/modules"
    boot "$BATS_TEST_TMPDIR/boot/vmlinuz" image tcp_cork.uncorking_sends_one_segment
    boot "$BATS_TEST_TMPDIR/boot" folder tcp_cork.uncorking_sends_one_segment
    diff -r "$BATS_TEST_TMPDIR/image" "$BATS_TEST_TMPDIR/folder"
}

@test "a guest that does not end in time is stopped, with the end of its console" {
    SOCKOPT_LAB_GUEST_SECONDS=2 run -2 boot "$KERNEL" slow tcp_cork
    [[ "$output" == *"had not ended after 2 s and was stopped"* ]]
    [ ! -e "$BATS_TEST_TMPDIR/slow/$(basename "$KERNEL_FOLDER")" ]
}

@test "a guest that panics says so" {
    mkdir "$BATS_TEST_TMPDIR/broken" "$BATS_TEST_TMPDIR/broken/modules"
    ln -s "$KERNEL_FOLDER/vmlinuz" "$BATS_TEST_TMPDIR/broken/vmlinuz"
    # Without its block device there is nowhere to hand results over to.
    : >"$BATS_TEST_TMPDIR/broken/modules/modules.dep"
    echo none >>"$BATS_TEST_TMPDIR/broken/modules/modules.dep"
    run -2 boot "$BATS_TEST_TMPDIR/broken" panic tcp_cork.uncorking_sends_one_segment
    [[ "$output" == *"ended without handing over its results"* ]]
    [[ "$output" == *"The end of its console:"* ]]
}

@test "what is no kernel is refused with status 2" {
    run -2 boot "$BATS_TEST_DIRNAME/kernel.bats" none
    [[ "$output" == *"is no Linux kernel image"* ]]
    run -2 boot 4.99 none
    [[ "$output" == *"no kernel \`4.99'; there are: "* ]]
    run -2 boot "$BATS_TEST_TMPDIR" none
    [[ "$output" == *"holds no \`vmlinuz'"* ]]
    run -2 boot "$KERNEL" none --repeat 3
    [[ "$output" == *"--repeat means nothing on another kernel"* ]]
    run -2 boot "$KERNEL" none tcp_crok
    [[ "$output" == *"no experiment or claim matches \`tcp_crok'"* ]]
}

@test "killed, it leaves no guest and no temporary file" {
    export TMPDIR=$BATS_TEST_TMPDIR/tmp
    mkdir "$TMPDIR"
    scripts/kernel-run "$KERNEL" --results "$BATS_TEST_TMPDIR/killed" tcp_cork 3>&- &
    script=$!
    until guest=$(pgrep -P "$(pgrep -P "$script" -x timeout)" 2>/dev/null) && [ "$(cat "/proc/$guest/comm")" = qemu-system-x86 ]; do
        kill -0 "$script"
        sleep 0.1
    done
    until [ -z "$(ls -A "$TMPDIR")" ]; do sleep 0.1; done # from here on the guest runs on files without a name
    kill -KILL "$script"
    while kill -0 "$guest" 2>/dev/null; do sleep 0.1; done
    [ -z "$(ls -A "$TMPDIR")" ]
}
