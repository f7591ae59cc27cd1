#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2317  # `eventually' calls functions
# Claim: connections_spread_evenly_over_two_listeners
# Two listeners that set SO_REUSEPORT share a port, and connections are spread over them.
source "$(dirname "$0")/hosts.bash"

touch errors first second
share=$([ "$arm" = without ] || echo ,reuseport)
on server socat -u "TCP-LISTEN:7890,fork,backlog=64$share" OPEN:first,creat,append &
eventually listening
on server socat -u "TCP-LISTEN:7890,fork,backlog=64$share" OPEN:second,creat,append 2>>errors || true &
two_listen() {
    [ "$(on server ss -Htln sport = :7890 | wc -l)" -eq 2 ] || grep -q . errors
}
eventually two_listen
cat errors
if grep -q 'Address already in use' errors; then
    verdict no "the second one gets EADDRINUSE"
fi
for ((i = 0; i < 40; i++)); do
    echo "connection $i" | on client socat -u - TCP:10.0.0.2:7890
done
all() {
    [ "$(cat first second | wc -l)" -eq 40 ]
}
eventually all
wc -l first second
if [ -s first ] && [ -s second ]; then # that all 40 go to one of them happens once in 2^39 times
    verdict yes "both had connections"
fi
verdict no "one of them had all"
