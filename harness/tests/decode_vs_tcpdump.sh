#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Holds the harness's decoder against tcpdump, line by line:
#   decode_vs_tcpdump.sh DECODER FILE...      DECODER is the built decode_vs_tcpdump, FILE a pcap file, or a folder: all below it
# Exits 0 if every line is equal, 1 with the difference if one is not, 2 if it could not be found out.
set -u -o pipefail

if [ $# -lt 2 ]; then
    echo "usage: $0 DECODER FILE..." >&2
    exit 2
fi
decoder=$1
shift
folder=$(mktemp -d) || exit 2
trap 'rm -rf "$folder"' EXIT

# Of a folder those captures that have a packet.
files=()
quiet=false
for file in "$@"; do
    if [ -d "$file" ]; then
        quiet=true
        mapfile -d '' -O ${#files[@]} -t files < <(find "$file" -name '*.pcap' -print0 | sort -z)
    else
        files+=("$file")
    fi
done

status=0
total=0
compared=0
for file in "${files[@]}"; do
    # Lines that begin with a tab are dumps that follow a packet's line.
    if ! tcpdump -n -t -S -r "$file" 2>"$folder/errors" | sed '/^\t/d' >"$folder/tcpdump" ||
        ! "$decoder" "$file" >"$folder/harness"; then
        cat "$folder/errors" >&2
        echo "$file: not compared: tcpdump or $decoder failed" >&2
        exit 2
    fi
    lines=$(wc -l <"$folder/tcpdump")
    if [ "$lines" -eq 0 ]; then
        $quiet && continue
        echo "$file: not compared: no packets" >&2
        exit 2
    fi
    total=$((total + lines))
    compared=$((compared + 1))
    if diff -u --label tcpdump --label harness "$folder/tcpdump" "$folder/harness"; then
        $quiet || echo "$file: $lines lines equal"
    else
        echo "$file: the lines above differ ($lines in all)" >&2
        status=1
    fi
done
if [ "$compared" -eq 0 ]; then
    echo "$0: there is no capture with packets below $*" >&2
    exit 2
fi
! $quiet || echo "$compared captures, $total packets: $([ $status -eq 0 ] && echo all equal || echo some differ)"
exit $status
