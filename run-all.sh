#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
#   ./run-all.sh                     every claim, on the running kernel
#   ./run-all.sh tcp_cork            one experiment, with its packets drawn
#   ./run-all.sh tcp_cork.NAME/v4    one claim
#   ./run-all.sh --kernel 6.1 …      the same on another kernel, in virtual time (scripts/kernel-run); --kernels lists those there are
#
# Options are those of `lab run` (./run-all.sh --help). Installs what is missing (as root), builds, runs.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

"$here/scripts/setup" run
if ! output=$(make -s -j "$(nproc)" -C "$here" 2>&1); then
    head -n 40 <<<"$output" >&2
    echo "run-all.sh: the build failed" >&2
    exit 2
fi
lab=$here/build/lab

kernels=()
arguments=()
while [ $# -gt 0 ]; do
    case $1 in
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
    worst=0
    for kernel in "${kernels[@]}"; do
        status=0
        "$here/scripts/kernel-run" "$kernel" "$@" || status=$?
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
