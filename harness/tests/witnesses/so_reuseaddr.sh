#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2317  # `eventually' calls functions
# Claim: server_with_the_option_restarts_over_time_wait
# A server that set SO_REUSEADDR binds its port although an old connection of it is in TIME_WAIT.
source "$(dirname "$0")/hosts.bash"

touch errors
reuse=reuseaddr=$([ "$arm" = with ] && echo 1 || echo 0)
on server socat -u OPEN:/dev/null "TCP-LISTEN:7890,$reuse" & # it has nothing to say: the first to close
server=$!
eventually listening
on client socat -u TCP:10.0.0.2:7890 -
wait $server
time_wait() {
    on server ss -Htn state time-wait sport = :7890 | grep -q .
}
eventually time_wait
on server ss -Htna sport = :7890

on server socat -u "TCP-LISTEN:7890,$reuse" OPEN:got,creat 2>>errors || true &
decided() {
    listening || grep -q . errors
}
eventually decided
cat errors
if listening; then
    verdict yes "it listens again"
fi
grep -q 'Address already in use' errors
verdict no "EADDRINUSE"
