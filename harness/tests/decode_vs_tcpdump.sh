#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Holds the harness's decoder against tcpdump, line by line:
#   decode_vs_tcpdump.sh DECODER FILE...      DECODER is the built decode_vs_tcpdump, FILE a pcap file
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

status=0
for file in "$@"; do
    # Lines that begin with a tab are dumps that follow a packet's line.
    if ! tcpdump -n -t -S -r "$file" 2>"$folder/errors" | sed '/^\t/d' >"$folder/tcpdump" ||
        ! "$decoder" "$file" >"$folder/harness"; then
        cat "$folder/errors" >&2
        echo "$file: not compared: tcpdump or $decoder failed" >&2
        exit 2
    fi
    lines=$(wc -l <"$folder/tcpdump")
    if [ "$lines" -eq 0 ]; then
        echo "$file: not compared: no packets" >&2
        exit 2
    fi
    if diff -u --label tcpdump --label harness "$folder/tcpdump" "$folder/harness"; then
        echo "$file: $lines lines equal"
    else
        echo "$file: the lines above differ ($lines in all)" >&2
        status=1
    fi
done
exit $status
