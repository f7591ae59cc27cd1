# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# What scripts/compare and scripts/publish share: finding and reading result files. $here is the home of the suite.

die() {
    printf '%s: %s\n' "scripts/$(basename "$0")" "$*" >&2
    exit 2
}

need_jq() {
    command -v jq >/dev/null || die "needs jq (package jq); scripts/setup compare installs it"
}

# A name, without what steers terminals.
shown() {
    printf '%s' "${1#"$here"/}" | LC_ALL=C tr '\000-\037\177' '?'
}

run_jq() {
    jq -L "$here/scripts/jq" "$@"
}

# The file that NAME means: itself, in a folder, in results/, or that of a kernel. A folder may have nothing but what make bench leaves.
file_of() {
    local file
    for file in "$1" "$here/results/$1" "$here/results/$1.json" "$here/results/kernels/$1"; do
        if [ -d "$file" ]; then
            [ -e "$file/results.json" ] || [ ! -e "$file/bench.json" ] || file+=/bench.json
            [ ! -d "$file" ] || file+=/results.json
        fi
        if [ -e "$file" ] && [ ! -d "$file" ]; then
            echo "$file"
            return
        fi
    done
    [ ! -d "$1" ] || die "$(shown "$1"): a folder without results.json or bench.json; a run that was stopped leaves none"
    die "$(shown "$1"): no such file, nor a result of this name in results/ or results/kernels/"
}

# FILE MODULE PROGRAM [argument of jq …]: what PROGRAM, with MODULE of scripts/jq, makes of the document in FILE, once that is checked.
read_result() {
    local file=$1 program="include \"results\"; include \"$2\"; document | $3" output status=0
    shift 3
    [ -r "$file" ] || die "$(shown "$file"): cannot be read"
    output=$(run_jq -s "$@" "$program" <"$file" 2>&1) || status=$?
    case $status in
    0) printf '%s\n' "$output" ;;
    3) die "$(shown "$file"): $output" ;; # our own words
    *) die "$(shown "$file"): not JSON: $(shown "$(head -n 1 <<<"$output" | sed 's/^jq: error ([^)]*): //; s/^parse error: //')")" ;;
    esac
}
