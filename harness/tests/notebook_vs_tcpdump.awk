# SPDX-License-Identifier: MIT
# Makes of what tcpdump prints the lines that notebooks have, and compares: notebook_vs_tcpdump.sh gives it
#
#   name    CLAIM-FOLDER  ADDRESS  NAME     of the bench
#   packet  FILE  NUMBER  TEXT              as the notebook has it; FILE is the capture, below CLAIM-FOLDER
#   file    FILE                            then what tcpdump -n -t -S -v says of it, in lines as they come
#
# Everything is done again here, with nothing but tcpdump's text to go by: names of hosts, relative sequence numbers,
# what is usual and therefore not printed. A packet that this cannot put into words is an error too.

BEGIN { FS = "\t"; CONVFMT = "%.0f"; compared = differences = fields = 0 }

$1 == "name" { name_of[$2, $3] = $4; address_of[$2, $4] = $3; next }
$1 == "packet" { expected[$2, $3] = $4; count_of[$2]++; next }
$1 == "file" { end_file(); file = $2; number = 0; split("", base); split("", silent); folder = file; sub(/\/[^\/]*$/, "", folder); next }

# A packet's own lines, joined; after a tab come packets that it quotes, and dumps.
/^IP|^ARP/ { flush(); whole = $0; quoted = 0; next }
/^\t/ { quoted = 1; next }
/^    / { if (!quoted) { sub(/^ +/, " "); whole = whole $0 }; next }

END {
    end_file()
    printf "%d packets, %d fields, %d of the packets differ\n", compared, fields, differences
    exit differences || !compared
}

function end_file() {
    flush()
    if (file != "" && number != count_of[file])
        differ(sprintf("%s: tcpdump reads %d packets, the notebook has %d", file, number, count_of[file]))
}

function differ(what) { differences++; print what }

function flush(    text) {
    if (whole == "")
        return
    number++
    compared++
    text = line_for(whole)
    fields += split(text, unused, " ")
    if (text != expected[file, number])
        differ(sprintf("%s packet %d\n  tcpdump   %s\n  read as   %s\n  notebook  %s", file, number, whole, text, expected[file, number]))
    whole = ""
}

# What comes after `key` in the text, up to one of `enders`; "" if it is not there.
function after(text, key, enders,    at) {
    at = index(text, key)
    if (!at)
        return ""
    text = substr(text, at + length(key))
    if (match(text, "[" enders "]"))
        text = substr(text, 1, RSTART - 1)
    return text
}

# Addresses that the bench's record does not have (second ones, the wire's own) get the name that the notebook has at that
# place, if neither has been used otherwise.
function name(address, place,    words, theirs) {
    if ((folder, address) in name_of)
        return name_of[folder, address]
    split(expected[file, number], words, " ")
    theirs = words[place == 1 ? 1 : 3]
    if (theirs !~ /^[a-z]+[0-9]*(#[0-9]+)?$/ || (folder, theirs) in address_of) # an address, or the name of another
        return address
    address_of[folder, theirs] = address
    return name_of[folder, address] = theirs
}

function host(endpoint, ports) {
    if (ports)
        sub(/\.[0-9]+$/, "", endpoint)
    return endpoint
}

# Numbers are modulo 2^32, and a flow whose SYN was not seen begins at 1. But of a segment without data tcpdump does not
# print the number: where such a one came first, the notebook has the first word, and has to keep to it.
function relative(value, key, theirs,    number) {
    if (!(key in base))
        base[key] = value - (key in silent ? theirs + 0 : 1)
    number = value - base[key]
    return number < 0 ? number + 4294967296 : number
}

function hex(text) { sub(/^0x0*/, "0x", text); return text == "0x" ? "0x0" : text }

function line_for(line,    v6, header, rest, at, ends, src, dst, a, text, length_ip, ip, proto, frag, ports) {
    if (line ~ /^ARP,.* Request who-has/)
        return name(after(line, " tell ", ","), 1) " > " name(after(line, "who-has ", " "), 2) " ARP request"
    v6 = line ~ /^IP6 /
    at = v6 ? match(line, /payload length: [0-9]+\) /) : match(line, /, length [0-9]+(, options \([^)]*\))?\) /)
    if (!at)
        return "?"
    header = substr(line, 1, RSTART + RLENGTH - 2)
    rest = substr(line, RSTART + RLENGTH)
    sub(/^ +/, "", rest)
    split(rest, a, " ")
    src = a[1]; dst = a[3]; sub(/:$/, "", dst)
    at = index(rest, ": ")
    rest = v6 ? substr(rest, index(rest, a[3]) + length(a[3]) + 1) : substr(rest, at + 2)
    gsub(/\[[a-z0-9]+ (cksum|sum) ok\] /, "", rest)

    # IPv6 extension headers come before the transport's words, and within a fragment the ports
    exts = ""
    while (match(rest, /^(HBH|DSTOPT|RTHDR|srcrt) \([^)]*\) (\(padn\) )?|^frag \([^)]*\) ?/)) {
        frag = substr(rest, 1, RLENGTH)
        exts = exts (frag ~ /^HBH/ ? " hopopts" : frag ~ /^DST/ ? " dstopts" : frag ~ /^frag/ ? " frag" : " rthdr")
        if (frag ~ /^frag/)
            fragment = frag
        rest = substr(rest, RLENGTH + 1)
    }
    offset = 0; more = 0; length_ip = after(header, v6 ? "payload length: " : ", length ", ",)") + 0
    if (!v6) {
        offset = after(header, "offset ", ",") + 0
        more = header ~ /flags \[[^\]]*\+/
    } else if (exts ~ /frag/) {
        offset = after(fragment, ":", "|") + 0
        fragment_length = after(fragment, "|", ")") + 0
        more = expected[file, number] ~ / MF / # tcpdump does not say it
        if (!offset && match(rest, /^[0-9]+ > [0-9]+: /))
            rest = substr(rest, RLENGTH + 1)
    }

    ports = offset == 0 && (rest ~ /^Flags / || rest ~ /UDP, /) && !(v6 && exts ~ /frag/)
    a[1] = host(src, ports); a[3] = host(dst, ports)
    text = name(a[1], 1) " > " name(a[3], 2)
    if (offset)
        text = text " FRAG offset " offset " len " (v6 ? fragment_length : length_ip - 20)
    else if (rest ~ /^Flags /)
        text = text tcp(rest, src, dst)
    else if (rest ~ /UDP, /)
        text = text " UDP len " (!more ? after(rest, "length ", ", ") : v6 ? fragment_length - 8 : length_ip - 28)
    else
        text = text message(rest)
    if (more)
        text = text " MF"

    ip = v6 ? after(header, "hlim ", ",") : after(header, "ttl ", ",")
    if (ip != 64)
        text = text (v6 ? " hlim " : " ttl ") ip
    ip = v6 ? after(header, "class ", ",") : after(header, "(tos ", ",")
    if (ip != "" && ip != "0x0")
        text = text (v6 ? " class " : " tos ") hex(ip)
    if (v6 && (ip = after(header, "flowlabel ", ",")) != "")
        text = text " flow " hex(ip)
    if (!v6 && header ~ /options \(RA\)/)
        text = text " ipoptions 0x94040000"
    return text exts
}

function tcp(rest, src, dst,    flags, text, seq, range, ack, options, length_tcp, forward, backward, part, i, n, key) {
    flags = after(rest, "Flags [", "]")
    length_tcp = after(rest, "length ", ",: ") + 0
    seq = after(rest, " seq ", ",")
    ack = after(rest, " ack ", ",")
    forward = src " " dst; backward = dst " " src
    text = " [" flags "]"
    split(seq, range, ":")
    if (flags ~ /S/ && base[forward, "syn"] != range[1]) { # a new connection
        base[forward] = range[1]
        base[forward, "syn"] = range[1]
        if (flags !~ /\./)
            delete base[backward]
    }
    if (seq != "") {
        n = flags ~ /R/ && !(forward in base) ? 0 : relative(range[1], forward, after(expected[file, number], "] ", ": "))
        if (length_tcp || flags ~ /F/)
            text = text " " n ":" n + length_tcp
        else if (flags ~ /R/)
            text = text " " n
    }
    if (seq == "" && !(forward in base))
        silent[forward] = 1
    if (ack != "")
        text = text " ack " relative(ack, backward, after(expected[file, number], " ack ", " "))
    text = text " win " after(rest, " win ", ",")
    if (rest ~ / urg [0-9]/)
        text = text " urg " after(rest, " urg ", ",")
    options = after(rest, "options [", "]")
    gsub(/  +/, " ", options)
    if (match(options, /mss [0-9]+/)) text = text " " substr(options, RSTART, RLENGTH)
    if (options ~ /sackOK/) text = text " sackOK"
    if (match(options, /TS val [0-9]+ ecr [0-9]+/)) text = text " " substr(options, RSTART, RLENGTH)
    if (match(options, /wscale [0-9]+/)) text = text " " substr(options, RSTART, RLENGTH)
    if (match(options, /sack [0-9]+ [{}0-9:]+/)) {
        text = text " sack"
        n = split(substr(options, RSTART, RLENGTH), part, /[{}]+/)
        for (i = 2; i < n; i++) {
            split(part[i], range, ":")
            text = text " " relative(range[1], backward) ":" relative(range[2], backward)
        }
    }
    if (match(options, /(exp-)?tfo cookie(req| [0-9a-f]+)/)) text = text " " substr(options, RSTART, RLENGTH)
    if (options ~ /md5/) text = text " md5"
    if (options ~ /mptcp/) text = text " mptcp"
    return text
}

function message(rest,    text, n, part, i, word) {
    if (match(rest, /^ *ip-proto-[0-9]+ [0-9]+/)) {
        split(rest, word, /[- ]+/)
        return " IP proto " word[word[1] == "" ? 4 : 3] " len " word[word[1] == "" ? 5 : 4]
    }
    if (match(rest, /^ICMP6?, echo (request|reply), |^ICMP echo (request|reply), /)) {
        text = " " substr(rest, 1, RLENGTH - 2)
        sub(/,/, "", text)
        return text " id " after(rest, ", id ", ",") " seq " after(rest, ", seq ", ",")
    }
    if (rest ~ /^ICMP .*(udp|tcp) port [0-9]+ unreachable/) return " ICMP unreachable port"
    if (rest ~ /^ICMP host [^ ]+ unreachable,/) return " ICMP unreachable host"
    if (rest ~ /^ICMP .*need to frag/) return " ICMP unreachable frag-needed mtu " after(rest, "(mtu ", ")")
    if (rest ~ /^ICMP6, destination unreachable, unreachable port/) return " ICMP6 unreachable port"
    if (rest ~ /^ICMP6, destination unreachable, unreachable address/) return " ICMP6 unreachable addr"
    if (rest ~ /^ICMP6, parameter problem, next header/)
        return " ICMP6 parameter problem next-header pointer " after(rest, "octet ", ", ")
    if (rest ~ /^ICMP6, packet too big/) return " ICMP6 too big mtu " after(rest, "mtu ", ", ")
    if (rest ~ /^(igmp v3|ICMP6, multicast listener) report/) {
        text = rest ~ /^igmp/ ? " IGMP v3 report" : " ICMP6 MLDv2 report"
        match(rest, /[0-9]+ group record/)
        text = text " groups " substr(rest, RSTART, RLENGTH - 13)
        n = split(rest, part, "[[]gaddr ")
        for (i = 2; i <= n; i++) {
            split(part[i], word, " ")
            sub(/,$/, "", word[2])
            text = text " " word[2] " " word[1]
        }
        return text
    }
    return " ?"
}
