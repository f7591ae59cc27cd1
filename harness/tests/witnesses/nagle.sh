#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Claim: small_writes_wait_for_the_ack_and_leave_together
# While a small segment is unacknowledged, further small writes wait; its acknowledgement sends them as one segment.
# without: TCP_NODELAY switches the algorithm off.
source "$(dirname "$0")/hosts.bash"

patient_client
on server socat -u TCP-LISTEN:7890 OPEN:got,creat &
eventually listening
watch_wire client
connect_writer "$([ "$arm" = with ] || echo ,nodelay)"
cut_acknowledgements
printf GET >&3
eventually queued 3
printf ' /Hello' >&3
eventually queued 10
printf World >&3
eventually queued 15
settle
early=$(grep '> 10.0.0.2.7890: Flags \[P.\]' trace | grep -vc 'seq 1:4,' || true)
mend_acknowledgements
eventually queued 0
settle
grep 10.0.0.2.7890 trace

if [ "$early" -eq 0 ] && seen 'seq 1:4,.* length 3' && seen 'seq 4:16,.* length 12'; then
    verdict yes "only the first write left before the acknowledgement, the others as one segment after it"
fi
verdict no "$early segments more left before the acknowledgement"
