#!/bin/bash
# SPDX-License-Identifier: MIT
# An experiment that only follows harness/claim/FORMAT.md: no bench, no packets. Copied to FOLDER/NAME it is
# experiment NAME; FOLDER/NAME.claims says what its claims do, one a line:
#
#     CLAIM FAMILY BEHAVIOUR [MEMBER...]
#
# FAMILY is v4, v6 or -; BEHAVIOUR a case of run_claim below; each MEMBER is added to the listing's object
# ("cites":"tcp(7)"), and wins over the default. Processes that hang leave their id in FOLDER/NAME.pids.
# FOLDER/NAME.serves, if there is one, says what --serve does: a case of serve_badly below. (To serve well takes a C program.)

set -u
self=$(readlink -f "$0")
name=${self##*/}
claims=$self.claims

list() {
    local claim family behaviour members separator=""

    printf '{"experiment":"%s","option":"%s","level":"IPPROTO_TCP","summary":"fake","file":"experiments/fake/%s.c","claims":[' \
        "$name" "${name^^}" "$name"
    while read -r claim family behaviour members; do
        [ -n "$claim" ] || continue
        printf '%s' "$separator"
        separator=,
        local id=$name.$claim quoted=null
        [ "$family" = - ] || { id+=/$family && quoted="\"$family\""; }
        # of two members with one name the last one counts
        printf '{"id":"%s","name":"%s","family":%s,"sentence":"the claim %s is %s","line":17,"treated":true,"untreated":null,"cites":"tcp(7)","since":null,"until":null,"needs":[],"takes_ms":0,"timeout_s":30,"bench":"client server"%s}' \
            "$id" "$claim" "$quoted" "$claim" "${behaviour%%:*}" "${members:+,$members}"
    done <"$claims"
    printf ']}\n'
}

record() {
    printf '{"t":1,%s}\n' "$1" >>"$into/notebook.jsonl"
}

start() {
    record '"kind":"start","claim":"'"$id"'","placebo":'"$placebo"',"time":"'"$time"'"'
}

end() { # OUTCOME [REASON]
    record '"kind":"end","outcome":"'"$1"'","reason":"'"${2-}"'","line":23,"cpu_ns":1000000,"captures":[{"file":"client.pcap","packets":3,"dropped":0},{"file":"server.pcap","packets":3,"dropped":0}]'
    exit 0
}

fail() {
    record '"kind":"expect","text":"client > server [S]","ok":false,"line":21,"report":"expected          observed\n[S]            != [R]"'
    end fails "experiments/fake/$name.c:23: $id: expected 1, got 2"
}

hang() {
    echo $$ >>"$self.pids"
    exec sleep 1000
}

# The trials of one claim that have begun, this one included.
count_trials() {
    (
        flock 9
        echo >>"$self.$1.count"
        wc -l <"$self.$1.count"
    ) 9>"$self.$1.lock"
}

run_claim() {
    local argument=${behaviour#*:}

    case ${behaviour%%:*} in
    nothing) exit 0 ;;
    refuses)
        echo "fake: cannot make a namespace: EPERM" >&2
        exit 3
        ;;
    empty)
        : >"$into/notebook.jsonl"
        exit 0
        ;;
    garbage)
        printf '\377\376{"t":\000\033[31m\n\001' >"$into/notebook.jsonl"
        exit 0
        ;;
    fifo)
        mkfifo "$into/notebook.jsonl"
        exit 0
        ;;
    another)
        id=somebody.elses start
        end holds
        ;;
    esac

    start
    case ${behaviour%%:*} in
    holds)
        record '"kind":"treatment","applied":'"$([ "$placebo" = true ] && echo false || echo true)"',"line":19'
        record '"kind":"fact","name":"default_rcvbuf","value":131072,"unit":"bytes"'
        record '"kind":"fact","name":"share","value":0.1,"unit":""'
        [ "$placebo" = true ] && fail
        end holds
        ;;
    insensitive) end holds ;;
    fails) fail ;;
    skipped) end skipped "${argument//_/ }" ;;
    broken) end broken "sysctl net.ipv4.x: EACCES" ;;
    crash) kill -SEGV $$ ;;
    says)
        printf 'one\n\033[31mtwo\377\n'
        end holds
        ;;
    spams)
        yes 'far too much' | head -c 8000000
        end holds
        ;;
    slow)
        sleep "$argument"
        end holds
        ;;
    meets) # waits until so many claims of this experiment have begun, and logs how many ran at once
        echo "+ $claim" >>"$self.log"
        for _ in $(seq 1200); do
            [ "$(grep -c '^+' "$self.log")" -ge "$argument" ] && break
            sleep 0.05
        done
        echo "- $claim" >>"$self.log"
        [ "$(grep -c '^+' "$self.log")" -ge "$argument" ] || end broken "it waited in vain"
        end holds
        ;;
    hang) hang ;;
    orphan) # leaves a process behind in its group
        sleep 1000 &
        echo $! >>"$self.pids"
        end holds
        ;;
    status) # dies of something after its notebook is ended, as of a leak that the sanitizer finds
        (end holds)
        echo "fake: leaked 8 bytes" >&2
        exit 23
        ;;
    open) exit 0 ;;
    cut)
        printf '{"t":1,"kind":"en' >>"$into/notebook.jsonl"
        exit 0
        ;;
    on)
        (end holds)
        record '"kind":"note","text":"still here"'
        exit 0
        ;;
    odd) end maybe ;;
    lossy)
        record '"kind":"end","outcome":"holds","reason":"","line":0,"captures":[{"file":"client.pcap","packets":3,"dropped":7}]'
        exit 0
        ;;
    deaf) # does not leave its treatment out
        placebo=false start
        end fails
        ;;
    flaky) # fails every N-th time
        [ $(($(count_trials "$claim") % argument)) -eq 0 ] && fail
        end holds
        ;;
    fills)
        head -c 100000000 /dev/zero >"$into/client.pcap"
        end holds
        ;;
    limit) end holds "limit ${timeout:-none}" ;;
    *) end broken "the fake does not know $behaviour" ;;
    esac
}

# An order is a message on standard input, and so is its answer; FOLDER/NAME.orders has a line for each.
take_order() {
    dd bs=8192 count=1 status=none | tr '\0' ' ' | grep . >>"$self.orders"
}

serve_badly() {
    local number

    case $1 in
    never) hang ;;
    dumb) # takes an order and never answers, nor does its child
        take_order
        sleep 1000 &
        echo $! >>"$self.pids"
        hang
        ;;
    nonsense) # answers that it could not, that nobody is the process, or in a wrong length; harmless should it be believed
        for number in '\0377\0377\0377\0377' '\0\0\0\0' '\0177\0177\0177\0177' 'nonsense' '\0177'; do
            take_order || exit 0
            printf %b "$number" >&0
        done
        hang
        ;;
    dies) # at once with its second order
        take_order && printf '\377\377\377\377' >&0
        take_order
        kill -KILL $$
        ;;
    esac
    exit 2
}

placebo=false time=real timeout="" id="" into=""
while [ $# -gt 0 ]; do
    case $1 in
    --list)
        list
        exit 0
        ;;
    --serve)
        [ ! -e "$self.serves" ] || serve_badly "$(cat "$self.serves")"
        exit 2
        ;;
    --claim) id=$2 && shift ;;
    --into) into=$2 && shift ;;
    --timeout) timeout=$2 && shift ;;
    --setup-timeout) shift ;;
    --placebo) placebo=true ;;
    --virtual-time) time=virtual ;;
    *) exit 2 ;;
    esac
    shift
done

while read -r claim family behaviour _; do
    wanted=$name.$claim
    [ "$family" = - ] || wanted+=/$family
    [ "$wanted" = "$id" ] && run_claim
done <"$claims"
exit 2
