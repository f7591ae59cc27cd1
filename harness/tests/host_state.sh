#!/bin/bash
# SPDX-License-Identifier: MIT
# The host as it is before and after a run: `load host_state.sh`, or source it.

# FOLDER: everything of the host that a run could touch, as text, with the number of processes that run executables below FOLDER.
host_state() {
    ip -o link
    ip -o addr
    ip route show table all
    ip -6 route show table all
    ip rule
    cat /proc/self/mountinfo
    # some of them are only to be written, and processes come and go: grep and find complain of both
    { grep -rHs '' /proc/sys/net/ipv4 /proc/sys/net/ipv6 /proc/sys/net/core 2>/dev/null || true; } |
        grep -v -e '/tcp_fastopen_key' -e '/stable_secret' -e 'tcp_mem' -e '/neigh/.*/gc_' |
        sort
    { find /proc/[0-9]*/exe -lname "$1/*" 2>/dev/null || true; } | wc -l
}
