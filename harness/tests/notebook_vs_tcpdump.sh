#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Holds every packet in the notebooks of a run against what tcpdump says of the captures beside them:
#   notebook_vs_tcpdump.sh RESULTS
# Exits 0 if every field agrees, 1 if one does not, 2 if it could not be found out.
set -u -o pipefail
here=$(realpath "$(dirname "${BASH_SOURCE[0]}")") || exit 2

if [ $# -ne 1 ] || [ ! -d "$1" ]; then
    echo "usage: $0 RESULTS" >&2
    exit 2
fi
folder=$(mktemp -d) || exit 2
trap 'rm -rf "$folder"' EXIT
cd "$1" || exit 2
mapfile -d '' -t notebooks < <(find . -name notebook.jsonl -printf '%P\0' | sort -z)
if [ ${#notebooks[@]} -eq 0 ]; then
    echo "$0: there is no notebook in $1" >&2
    exit 2
fi

# The capture of an interface is HOST.pcap, HOST-eth1.pcap, HOST-lo.pcap.
# shellcheck disable=SC2016
jq -r '(input_filename | sub("/?notebook.jsonl$"; "")) as $claim
    | if .kind == "bench" then .hosts[] | .name as $host | .interfaces | to_entries[]
          | (if .key == 0 then $host else "\($host)#\(.key + 1)" end) as $name
          | .value.v4, .value.v6 | ["name", $claim, ., $name] | @tsv
      elif .kind == "packet" then
          (.host + (if .interface == "eth0" then "" else "-" + .interface end)) as $file
          | ["packet", "\($claim)/\($file).pcap", .number, .text] | @tsv
      else empty end' "${notebooks[@]}" >"$folder/notebooks" || exit 2

for notebook in "${notebooks[@]}"; do
    for file in "${notebook%notebook.jsonl}"*.pcap; do
        [ -e "$file" ] || continue # it was skipped
        printf 'file\t%s\n' "$file"
        tcpdump -n -t -S -v -r "$file" 2>"$folder/errors" || {
            cat "$folder/errors" >&2
            exit 2
        }
    done
done >"$folder/tcpdump" || exit 2
awk -f "$here/notebook_vs_tcpdump.awk" "$folder/notebooks" "$folder/tcpdump"
