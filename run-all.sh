#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
#   ./run-all.sh                     every claim, on the running kernel
#   ./run-all.sh tcp_cork            one experiment, with its packets drawn
#   ./run-all.sh tcp_cork.NAME/v4    one claim
#   ./run-all.sh --kernel 6.1 …      the same on another kernel, in virtual time, or in real time with --real-time (scripts/kernel-run);
#                                    a vmlinuz will do as well; --kernels lists those that can be fetched
#
# Options are those of `lab run` (./run-all.sh --help). Installs what is missing (as root), builds, runs.
set -euo pipefail
here=$(CDPATH='' cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

"$here/scripts/setup" run
if ! output=$(make -s -j "$(nproc)" -C "$here" 2>&1); then
    head -n 40 <<<"$output" >&2
    echo "run-all.sh: the build failed" >&2
    exit 2
fi
lab=$here/build/lab

kernels=() real_time=()
arguments=()
while [ $# -gt 0 ]; do
    case $1 in
    --real-time) real_time=(--real-time) ;;
    --kernels) exec "$here/scripts/kernels" list ;;
    --kernel)
        [ $# -ge 2 ] || {
            echo "run-all.sh: --kernel needs a version, as --kernels lists them" >&2
            exit 2
        }
        kernels+=("$2")
        shift
        ;;
    *) arguments+=("$1") ;;
    esac
    shift
done
set -- "${arguments[@]}"

if [ ${#kernels[@]} -gt 0 ]; then
    "$here/scripts/setup" kernel
    # A kernel keeps two cores busy. On more cores several run side by side, each report kept until its turn.
    at_once=$(($(nproc) / 2 > 1 ? $(nproc) / 2 : 1)) pids=() reports=() worst=0
    for ((i = 0; i < ${#kernels[@]} + at_once - 1; i++)); do
        if [ $i -lt ${#kernels[@]} ]; then
            report=$(mktemp)
            exec {kept}<>"$report"
            rm "$report"
            if [ $at_once -eq 1 ]; then
                "$here/scripts/kernel-run" "${real_time[@]}" "${kernels[i]}" "$@" &
            else
                "$here/scripts/kernel-run" "${real_time[@]}" "${kernels[i]}" "$@" >"/proc/self/fd/$kept" 2>&1 &
            fi
            pids+=($!) reports+=("$kept")
        fi
        done=$((i - at_once + 1))
        [ $done -ge 0 ] || continue
        status=0
        wait "${pids[done]}" || status=$?
        cat "/proc/self/fd/${reports[done]}"
        [ $status -le $worst ] || worst=$status
    done
    exit $worst
fi

names=()
draw=yes
skip=
for argument in "$@"; do
    if [ -n "$skip" ]; then
        skip=
        continue
    fi
    case $argument in
    -h | --help) exec "$lab" help run ;;
    --jobs | --repeat | --junit | --timeout | --setup-timeout | --results | --experiments | --statements) skip=yes ;;
    --tap | --placebo | --results=*) draw= ;;
    -*) ;;
    *) names+=("$argument") ;;
    esac
done

status=0
"$lab" run "$@" || status=$?
# One experiment or claim is run to be looked at.
if [ ${#names[@]} -gt 0 ] && [ -n "$draw" ] && [ $status -lt 2 ]; then
    echo
    "$lab" show "${names[@]/%/*}"
fi
exit $status
