#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
#   ./run-all.sh                     every claim, on the running kernel
#   ./run-all.sh tcp_cork            one experiment, with its packets drawn
#   ./run-all.sh tcp_cork.NAME/v4    one claim
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
