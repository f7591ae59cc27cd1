#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# ordinary_user.sh [PATTERN...]: the suite as an ordinary user, who has user namespaces and may open /dev/net/tun, and nothing else.
#
# As root: makes a mount namespace in which the lab can only be read and all that anybody may write to is empty, becomes a user
# without any capability, and runs the suite there. Then it holds that
#   - no claim failed or broke, and each that was skipped says why;
#   - what was skipped, and is not when root runs it, says that it needs root;
#   - nothing was written outside of the results, and the host is as it was.
# Evidence stays under results/ordinary-user. BUILD and RESULTS name other folders.
# Exit status: 0 all of this holds, 1 it does not, 2 it cannot be tried here.
set -euo pipefail
CDPATH='' cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=harness/tests/host_state.sh
. harness/tests/host_state.sh
build=$PWD/${BUILD:-build}
results=$(realpath -m "${RESULTS:-results/ordinary-user}")
user=65534

die() {
    echo "ordinary_user.sh: $1" >&2
    exit "${2:-1}"
}

[ "$(id -u)" -eq 0 ] || die "needs root to become another user; as an ordinary user ./run-all.sh is all there is to try" 2
[ -x "$build/lab" ] || die "there is no $build/lab; make builds it" 2

# What runs in the mount namespace, as root at first. $1 build, $2 results, $3 user, then patterns.
# shellcheck disable=SC2016  # that shell expands it
inside='
    set -euo pipefail
    build=$1 results=$2 user=$3
    shift 3
    home=/tmp/sockopt-lab
    # Mounting over /tmp hides what lies there, the lab itself perhaps: hold it open before.
    exec {built}<"$build" {sources}<experiments {kept}<"$results"
    for folder in /tmp /var/tmp /dev/shm; do
        [ ! -d "$folder" ] || mount -t tmpfs -o mode=1777 tmpfs "$folder"
    done
    mkdir -p "$home"/{build,experiments,results/latest}
    mount --bind -o ro "/proc/self/fd/$built" "$home/build"
    mount --bind -o ro "/proc/self/fd/$sources" "$home/experiments"
    mount --bind "/proc/self/fd/$kept" "$home/results/latest"
    # A device of its own, open to everybody. Where a container allows none, the claim for it says that it is missing.
    if [ -e /dev/net/tun ] && mknod -m 666 "$home/tun" c 10 200 2>/dev/null; then
        mount --bind "$home/tun" /dev/net/tun
    fi
    cd "$home"
    as_user=(setpriv --reuid="$user" --regid="$user" --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all --pdeathsig KILL)
    "${as_user[@]}" find build/lab build/experiments experiments \( -type d -o -executable \) ! -readable -print -quit | grep . && {
        echo "ordinary_user.sh: closed to ordinary users (built under a strict umask?)" >&2
        exit 2
    }
    touch "$home/began"
    status=0
    env -i PATH="$PATH" LC_ALL=C.UTF-8 HOST_STATE_RUN="$HOST_STATE_RUN" "${as_user[@]}" build/lab run "$@" || status=$?
    # What is bound into it is another file system: read only, but for the results.
    written=$(find /tmp /var/tmp /dev/shm -xdev -mindepth 1 -newer "$home/began" -not -path "$home/results/latest" \
        -not -path "$home/build" -not -path "$home/experiments")
    if [ -n "$written" ]; then
        printf "ordinary_user.sh: written outside of the results:\n%s\n" "$written" >&2
        status=1
    fi
    exit "$status"'

mkdir -p "$results"
[ -e "$results/.sockopt-lab" ] || [ -z "$(ls -A "$results")" ] || die "$results is not a results folder, so it is left alone" 2
chown -R "$user:$user" "$results"
before=$(host_state)
export HOST_STATE_RUN=$results
status=0
unshare --mount --propagation private bash -c "$inside" inside "$build" "$results" "$user" "$@" || status=$?
chown -R 0:0 "$results"
await_no_process_of "$results"
diff <(echo "$before") <(host_state) || die "the host is not as it was before (< before, > after)"

refusal=$(jq -r '[.claims[].reason | select(startswith("new namespaces are refused here"))][0] // empty' "$results/results.json") ||
    die "the run as user $user left no results (its exit status is $status)"
[ -z "$refusal" ] || die "the kernel gives user $user no namespaces, and this was to try what such a user can do: $refusal" 2
[ "$status" -eq 0 ] || die "the suite as user $user ends with exit status $status"
jq -e '[.claims[] | select(.outcome != "holds" and .outcome != "skipped")] == []' "$results/results.json" >/dev/null ||
    die "exit status 0, although $results/results.json has claims that neither hold nor are skipped"

# What was skipped for want of a privilege is what root need not skip.
mapfile -t skipped < <(jq -r '.claims[] | select(.outcome == "skipped") | .id' "$results/results.json")
if [ ${#skipped[@]} -gt 0 ]; then
    rooted=$(mktemp -d)
    trap 'rm -rf "$rooted"' EXIT
    "$build/lab" run --no-report --results "$rooted/results" "${skipped[@]}" >"$rooted/said" || [ $? -eq 3 ] || {
        cat "$rooted/said" >&2
        die "the claims that user $user skipped go wrong when root runs them"
    }
    unexplained=$(jq -r --slurpfile root "$rooted/results/results.json" '
        ($root[0].claims | map({(.id): .outcome}) | add) as $outcome
        | .claims[] | select(.outcome == "skipped")
        | select(.reason == "" or ($outcome[.id] != "skipped" and (.reason | test("^needs root") | not)))
        | "  \(.id): \(.reason)"' "$results/results.json")
    [ -z "$unexplained" ] || die $'skipped, though root need not, without saying that it needs root:\n'"$unexplained"
fi
privileged=$(jq -r '[.claims[] | select(.reason | startswith("needs root"))] | length' "$results/results.json")
echo "as user $user: $(jq -r '"\(.summary.claims.holds) claims hold, \(.summary.claims.skipped) skipped"' "$results/results.json")," \
    "$privileged of these for want of root; the host is as it was"
