#!/bin/bash
# SPDX-License-Identifier: MIT
# To be sourced (`load host_state.sh`, scripts/left-behind): what a run could change on the host, as text that is equal before and
# after if it changed nothing; and the processes of a run.

# Of any host. What the kernel, or whoever else uses the host, changes by itself is left out.
host_state() {
    local command
    for command in 'ip -o link' 'ip -o address' 'ip rule' 'ip -6 rule' 'ip route show table all' 'ip -6 route show table all' \
        'ip netns' 'tc qdisc' 'cat /proc/self/mountinfo'; do
        echo "--- $command"
        # how long an address or a route is still valid goes down by itself
        $command | sed -E 's/ (valid_lft|preferred_lft|expires) [0-9]+sec//g'
    done
    echo '--- sysctl net'
    # sorted by file, so that equal hosts are equal texts whatever order the kernel lists them in
    { grep -rHs '' /proc/sys/net || true; } | grep -v -e '/tcp_fastopen_key:' -e '/stable_secret:' -e '/tcp_mem:' -e '/udp_mem:' \
        -e '/neigh/.*/gc_' -e '/nf_conntrack_count:' | LC_ALL=C sort
}

# What there is besides on a host that nobody else uses.
quiet_host_state() {
    local file
    for file in sockstat sockstat6 tcp tcp6 udp udp6 raw raw6 unix packet netlink; do
        [ -e "/proc/net/$file" ] || continue
        echo "--- /proc/net/$file"
        # orphans, allocated sockets and memory are counted for all namespaces of the machine together
        # a closed socket is counted as used until its memory is free; the lines of the protocols say what is open
        sed -E '/^sockets: used /d; s/ (orphan|alloc|tw|mem) -?[0-9]+//g' "/proc/net/$file"
    done
    echo '--- System V IPC and message queues'
    cat /proc/sysvipc/*
    echo '--- files'
    find /tmp /var/tmp /dev/shm /run -xdev -printf '%y %m %U %p\n' 2>/dev/null | LC_ALL=C sort
}

# VALUE: the ids of the processes in whose environment HOST_STATE_RUN has this value: those of a run that was started with it,
# whatever name they have, and whoever is their parent by now.
processes_of_run() {
    local folder
    for folder in /proc/[0-9]*; do
        ! grep -qzxFs "HOST_STATE_RUN=$1" "$folder/environ" || echo "${folder#/proc/}"
    done
}

# VALUE: waits until there is none of them: they die with their namespaces, which takes the kernel a moment.
await_no_process_of() {
    local left
    for _ in {1..200}; do
        left=$(processes_of_run "$1")
        [ -n "$left" ] || return 0
        sleep 0.05
    done
    echo "processes that should have ended:"
    xargs -n 1 ps -o pid=,ppid=,stat=,args= -p <<<"$left"
    return 1
}

# LAB KIND [EXPERIMENT...]: members=(), the descendants of that kind that the runner with process id LAB has at present:
# `server', those of these experiments that serve; or of its claims `supervisor', `reaper' (process 1 of its namespaces), `claim'
# (its own process) or `actor' (one that the claim has made).
members_of_run() {
    local parent child depth level=() next
    local -A children=()
    members=()
    while read -r parent child; do
        children[$parent]+=" $child"
    done < <(ps -A -o ppid=,pid=)
    if [ "$2" = server ]; then
        for child in ${children[$1]-}; do # that it serves shows in its standard input
            [[ $(readlink "/proc/$child/fd/0") == socket:* && " ${*:3} " == *" $(basename "$(readlink "/proc/$child/exe")") "* ]] &&
                members+=("$child")
        done
        return 0
    fi
    read -ra level <<<"${children[$1]-}"
    case $2 in
    supervisor)
        for child in "${level[@]}"; do # those without a child serve, or list claims
            [ -z "${children[$child]-}" ] || members+=("$child")
        done
        return
        ;;
    reaper) depth=1 ;;
    claim) depth=2 ;;
    actor) depth=3 ;;
    esac
    for (( ; depth > 0; depth--)); do
        next=()
        for child in "${level[@]}"; do
            # shellcheck disable=SC2206  # numbers
            next+=(${children[$child]-})
        done
        level=("${next[@]}")
    done
    members=("${level[@]}")
}
