#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2317  # `eventually' calls functions
# Claim: second_connection_sends_cookie_and_data_in_its_syn
# The first SYN asks for a cookie, the SYN-ACK brings one, and the second connection's SYN carries it, and data.
# without: the listener has not set TCP_FASTOPEN.
source "$(dirname "$0")/hosts.bash"

option() { # NUMBER VALUE of IPPROTO_TCP, as socat wants it: an int in the machine's own order
    printf ',setsockopt-listen=6:%d:x' "$1"
    if [ "$(printf '\1\0' | od -An -t u2 | tr -d ' ')" = 1 ]; then
        printf '%02x000000' "$2"
    else
        printf '000000%02x' "$2"
    fi
}
tcp_fastopen=23 tcp_fastopen_connect=30 # linux/tcp.h
touch got
for host in client server; do
    on $host sysctl -q -w net.ipv4.tcp_fastopen=3
done
on server socat -u "TCP-LISTEN:7890,fork$([ "$arm" = without ] || option $tcp_fastopen 5)" OPEN:got,creat,append &
eventually listening
watch_wire client
for ((i = 1; i <= 2; i++)); do
    echo Hello | on client socat -u - "TCP:10.0.0.2:7890$(option $tcp_fastopen_connect 1)"
    hellos() {
        [ "$(wc -l <got)" -eq "$i" ]
    }
    eventually hellos
done
settle
grep 'Flags \[S' trace

cookie=$(sed -n 's/.*Flags \[S\.\].*tfo  *cookie \([0-9a-f]*\).*/\1/p' trace | head -n 1)
if [ -n "$cookie" ] && seen 'Flags \[S\],.*tfo  *cookiereq.* length 0' && seen "Flags \\[S\\],.*tfo  *cookie $cookie.* length 6"; then
    verdict yes "cookie $cookie came back with six bytes of data"
fi
verdict no "no SYN carried data"
