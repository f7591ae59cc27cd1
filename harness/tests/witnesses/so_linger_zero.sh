#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Claim: zero_time_sends_rst_and_discards_what_was_not_sent
# With SO_LINGER {1, 0} close sends a RST in place of a FIN.
source "$(dirname "$0")/hosts.bash"

on server socat -u TCP-LISTEN:7890 OPEN:got,creat &
eventually listening
watch_wire client
# shut-close: close(2) without shutdown(2) before it
connect_writer ",shut-close$([ "$arm" = without ] || echo ,linger=0)"
printf Hello >&3
eventually queued 0
exec 3>&-
eventually seen '10.0.0.1.* > 10.0.0.2.7890: Flags \[[RF]'
settle
grep 10.0.0.2.7890 trace

if seen '10.0.0.1.* > 10.0.0.2.7890: Flags \[R' && ! seen '10.0.0.1.* > 10.0.0.2.7890: Flags \[F'; then
    verdict yes "a RST, and no FIN"
fi
verdict no "a FIN"
