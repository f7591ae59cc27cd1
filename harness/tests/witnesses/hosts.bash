# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# Two hosts and a cable between them, in namespaces that go when the script does. The witnesses source this: small programs
# that ask Linux the same questions as claims of the suite, with nothing of it but with standard tools.
#
#   client  10.0.0.1 eth0 ======= eth0 10.0.0.2  server
#
#   WITNESS with|without      whether the behaviour shows with what brings it about, and without
# Exit status: 0 it shows, 1 it does not, 2 it could not be found out.
set -eEuo pipefail

if [ "${1-}" != with ] && [ "${1-}" != without ]; then
    echo "usage: $0 with|without" >&2
    exit 2
fi
if [ "$(id -u)" != 0 ]; then # in a user namespace tcpdump cannot set groups, and then does not work
    echo "$0: needs root" >&2
    exit 2
fi
if [ -z "${WITNESS_INSIDE-}" ]; then
    WITNESS_INSIDE=1 exec unshare --mount --net --pid --fork --kill-child --mount-proc bash "$0" "$@"
fi
trap 'echo "$0:$LINENO: $BASH_COMMAND" >&2; exit 2' ERR
arm=$1

mount -t tmpfs tmpfs /run # the network namespaces are files there, and so is all that follows
mkdir /run/witness
cd /run/witness

# HOST COMMAND...
on() {
    ip netns exec "$@"
}

# COMMAND...: waits until it succeeds
eventually() {
    local i
    for ((i = 0; i < 1000; i++)); do
        if "$@"; then
            return 0
        fi
        sleep 0.01
    done
    echo "$0: never came: $*" >&2
    exit 2
}

# WORD TEXT: yes, the behaviour shows; no, it does not
verdict() {
    echo "$arm: $1: $2"
    [ "$1" = no ] || exit 0
    exit 1
}

for host in client server; do
    ip netns add $host
done
ip -n client link add eth0 address 02:00:00:00:00:01 type veth peer name eth0 address 02:00:00:00:00:02 netns server
ip -n client address add 10.0.0.1/24 dev eth0
ip -n server address add 10.0.0.2/24 dev eth0
for host in client server; do
    ip -n $host link set lo up
    ip -n $host link set eth0 up
done

# HOST: from now on what passes its interface becomes lines of the file `trace', with a time in front
watch_wire() {
    : >messages
    on "$1" tcpdump -Z root -n -tt -l --immediate-mode -i eth0 tcp or udp >trace 2>>messages &
    eventually grep -q 'listening on' messages
}

# What the client has sent is in the trace afterwards.
markers=9000
settle() {
    on client bash -c "echo marker >/dev/udp/10.0.0.2/$((++markers))"
    eventually grep -q "> 10.0.0.2.$markers: UDP" trace
}

seen() {
    grep -q -e "$1" trace
}

listening() {
    on server ss -Htln sport = :7890 | grep -q .
}

established() {
    on "$1" ss -Htn state established sport = :7890 or dport = :7890 | grep -q .
}

# BYTES: the client's kernel has so many bytes that are not acknowledged, whether they have left or not
queued() {
    [ "$(on client ss -Htn dport = :7890 | awk '{ print $3 }')" = "$1" ]
}

# SOCAT-OPTIONS: the client connects, and sends what is written to file descriptor 3, as it is written
connect_writer() {
    mkfifo say
    on client socat -u - "TCP:10.0.0.2:7890$1" <say &
    exec 3>say
    eventually established client
    eventually established server
}

# For hosts whose acknowledgements are going to be cut off: nothing is to be sent again in the first seconds.
patient_client() {
    ip -n client route replace 10.0.0.0/24 dev eth0 src 10.0.0.1 rto_min 2s
    on client sysctl -q -w net.ipv4.tcp_early_retrans=0
}
# The server's acknowledgements go to nobody, as it has a wrong address of the client; and to the client again.
cut_acknowledgements() {
    ip -n server neighbour replace 10.0.0.1 lladdr 02:00:00:00:00:99 dev eth0 nud permanent
}
mend_acknowledgements() {
    ip -n server neighbour replace 10.0.0.1 lladdr 02:00:00:00:00:01 dev eth0 nud permanent
}
