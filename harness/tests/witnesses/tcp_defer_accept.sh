#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2317  # `eventually' calls functions
# Claim: client_is_established_while_the_server_still_waits
# With TCP_DEFER_ACCEPT the client's side is ESTABLISHED after the handshake, the server's waits in SYN-RECV for data, and
# accept does not return.
source "$(dirname "$0")/hosts.bash"

on server socat -u -d -d "TCP-LISTEN:7890$([ "$arm" = without ] || echo ,defer-accept=30)" OPEN:got,creat 2>log &
eventually listening
mkfifo say
on client socat -u - TCP:10.0.0.2:7890 <say &
exec 3>say
eventually established client
half_open() {
    on server ss -Htn state syn-recv sport = :7890 | grep -q .
}
decided() {
    established server || half_open
}
eventually decided
on client ss -Htn dport = :7890
on server ss -Htna sport = :7890
waits=no
if half_open && ! grep -q 'accepting connection' log; then
    waits=yes
fi
printf Hello >&3
eventually grep -q 'accepting connection' log
eventually grep -q Hello got
verdict $waits "it is $([ $waits = yes ] && echo SYN-RECV || echo ESTABLISHED) at the server before data have come"
