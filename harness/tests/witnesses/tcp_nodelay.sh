#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Claim: second_small_write_leaves_before_the_ack
# With TCP_NODELAY a second small write leaves before the first is acknowledged.
source "$(dirname "$0")/hosts.bash"

patient_client
on server socat -u TCP-LISTEN:7890 OPEN:got,creat &
eventually listening
watch_wire client
connect_writer "$([ "$arm" = without ] || echo ,nodelay)"
cut_acknowledgements
printf GET >&3
eventually queued 3
printf ' /HelloWorld' >&3
eventually queued 15
settle
grep 10.0.0.2.7890 trace

if seen 'seq 1:4,.* length 3' && seen 'seq 4:16,.* length 12'; then
    verdict yes "both left, and nothing was acknowledged"
fi
verdict no "the second has not left"
