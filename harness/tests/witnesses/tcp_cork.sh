#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Claim: corked_write_leaves_by_itself_after_200_ms
# A small write under TCP_CORK leaves by itself, not before 200 ms have passed.
source "$(dirname "$0")/hosts.bash"

on server socat -u TCP-LISTEN:7890 OPEN:got,creat &
eventually listening
watch_wire client
connect_writer "$([ "$arm" = without ] || echo ,cork)"
shortest=1000
# Without the option a write leaves at once; a busy machine may take long for that once, but not every time.
for ((i = 1; i <= 5; i++)); do
    before=$(date +%s%N)
    printf Hello >&3
    eventually seen "seq $((5 * i - 4)):$((5 * i + 1)),.* length 5"
    after=$(awk -v key="seq $((5 * i - 4)):$((5 * i + 1))," 'index($0, key) { sub(/\./, "", $1); print $1 "000"; exit }' trace)
    took=$(((after - before) / 1000000))
    echo "write $i left after $took ms"
    [ $took -ge $shortest ] || shortest=$took
    eventually queued 0
done

if [ "$shortest" -ge 200 ]; then
    verdict yes "no write left before 200 ms"
fi
verdict no "a write left after $shortest ms"
