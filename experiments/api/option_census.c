/* SPDX-License-Identifier: MIT */
/*
 * Every option number of every level, asked of every kind of socket: the options that this kernel has. What it
 * answers is kept in facts, one an option:
 *
 *   IPPROTO_IP 19 IP_TRANSPARENT = "tcp udp: get 4 bytes: 0; set back: anybody; set 1: CAP_NET_ADMIN or CAP_NET_RAW, else EPERM"
 *
 * `get` is what getsockopt gives on a fresh socket, `set back` the same value written by setsockopt, `set 0` an int where
 * there was nothing to write back. Sockets that answer alike stand together: `udp` is udp4 and udp6, `all` all of them.
 */
#include "lab.h"

#include "api/census.h"

EXPERIMENT("all options", NULL, "which option numbers there are, what they read, and who may set them");

enum { UDPLITE = 136,
       RAW = 255,
       ICMPV6 = 58,
       PACKET = 263,
       NETLINK = 270,
       MPTCP = 284 }; /* levels */

CLAIM(no_option_goes_once_it_is_there, NO_FAMILY,
      "every option that Linux 5.10 or a later version brought is there, on some kind of socket; names of the headers that "
      "were never one (SO_SECURITY_AUTHENTICATION, IPV6_NEXTHOP, PACKET_RECV_OUTPUT …) are answered by none",
      .cites = "socket(7), ip(7), ipv6(7), tcp(7), udp(7), packet(7), netlink(7)",
      .untreated = "what the kernel has is told from what it has not by the answer to a number that no header names",
      .takes_ms = 1000)
{
    const struct census *census = census_in_a_namespace(lab, UPWARDS, FRESH_SOCKETS);
    expect_known_options(lab, census);
    census_facts(lab, census);
}

/* ---- levels ---- */

static bool is_of(const struct asked *asked, const char *name)
{
    return strcmp(asked->kind->name, name) == 0;
}

static bool is_internet(const struct asked *asked)
{
    return asked->kind->domain == AF_INET || asked->kind->domain == AF_INET6;
}

/* The levels that the protocols below the socket serve. */
static bool serves(const struct asked *asked)
{
    switch (asked->level) {
    case SOL_SOCKET:
        return true;
    case IPPROTO_IP:
        return asked->kind->domain == AF_INET || (asked->kind->domain == AF_INET6 && asked->kind->type != SOCK_RAW);
    case IPPROTO_IPV6:
        return asked->kind->domain == AF_INET6;
    case IPPROTO_TCP:
        return is_of(asked, "tcp");
    case IPPROTO_UDP:
        return is_of(asked, "udp");
    case RAW:
        return is_internet(asked) && asked->kind->type == SOCK_RAW;
    case ICMPV6:
        return is_of(asked, "icmp") && asked->kind->domain == AF_INET6;
    case PACKET:
        return is_of(asked, "packet");
    case NETLINK:
        return is_of(asked, "netlink");
    default:
        return false;
    }
}

/* Those of UDP serve its level under two numbers, where there is UDP-Lite; MPTCP has lists of its own. */
static bool is_plain(const struct asked *asked)
{
    return !is_of(asked, "mptcp") && !is_of(asked, "udplite") && !(is_of(asked, "udp") && asked->level == UDPLITE);
}

static bool is_refused_with(const struct asked *asked, int get, int set)
{
    return asked->answer->read.size == -get && asked->answer->back.anybody == -set;
}

static bool unknown_number_of_a_level_that_the_socket_serves_not_enoprotoopt(const struct asked *asked)
{
    return is_plain(asked) && serves(asked) && asked->number == NO_OPTION && !is_refused_with(asked, ENOPROTOOPT, ENOPROTOOPT);
}

/* What sockets of the domain answer at a level that they do not serve. */
static bool is_foreign(const struct asked *asked, int domain)
{
    return is_plain(asked) && !serves(asked) && asked->number == NO_OPTION && asked->kind->domain == domain;
}

static bool level_foreign_to_ipv4_not_eopnotsupp_and_enoprotoopt(const struct asked *asked)
{
    return is_foreign(asked, AF_INET) && !is_refused_with(asked, EOPNOTSUPP, ENOPROTOOPT);
}

static bool level_foreign_to_ipv6_not_enoprotoopt(const struct asked *asked)
{
    return is_foreign(asked, AF_INET6) && !is_refused_with(asked, ENOPROTOOPT, ENOPROTOOPT);
}

static bool level_foreign_to_unix_not_eopnotsupp(const struct asked *asked)
{
    return is_foreign(asked, AF_UNIX) && !is_refused_with(asked, EOPNOTSUPP, EOPNOTSUPP);
}

static bool option_of_ipv4_on_a_raw_ipv6_socket(const struct asked *asked)
{
    return asked->level == IPPROTO_IP && asked->present && asked->kind->domain == AF_INET6 && asked->kind->type == SOCK_RAW;
}

static bool option_of_ipv4_on_an_ipv6_udp_socket(const struct asked *asked)
{
    return asked->level == IPPROTO_IP && asked->present && asked->kind->domain == AF_INET6 && is_of(asked, "udp");
}

CLAIM(what_is_not_there_is_enoprotoopt_but_for_three_cases, NO_FAMILY,
      "a number that no option has is refused with ENOPROTOOPT by both calls at every level that the socket serves; at other "
      "levels so too, but getsockopt of an IPv4 socket fails with EOPNOTSUPP there, and both calls of a Unix socket, and of "
      "a raw IPv6 socket that is not ICMPv6's at IPPROTO_ICMPV6",
      .cites = "getsockopt(2), ENOPROTOOPT; RFC 3542 section 3.2",
      .untreated = "absent options; the kinds of sockets are each other's contrast",
      .takes_ms = 1000)
{
    const struct census *census = census_in_a_namespace(lab, UPWARDS, FRESH_SOCKETS);
    expect_options(lab, census, unknown_number_of_a_level_that_the_socket_serves_not_enoprotoopt, "", "");
    expect_options(lab, census, level_foreign_to_ipv4_not_eopnotsupp_and_enoprotoopt, "", "");     /* do_ip_getsockopt */
    expect_options(lab, census, level_foreign_to_ipv6_not_enoprotoopt, "IPPROTO_ICMPV6 9999", ""); /* rawv6_getsockopt */
    expect_options(lab, census, level_foreign_to_unix_not_eopnotsupp, "", "");                     /* unix_stream_ops has no getsockopt */
    /* A TCP or UDP socket of IPv6 may carry IPv4 (ipv6_setsockopt). */
    expect_options(lab, census, option_of_ipv4_on_a_raw_ipv6_socket, "", "");
    expect_options(lab, census, option_of_ipv4_on_an_ipv6_udp_socket, "IPPROTO_IP IP_TOS, IPPROTO_IP IP_TTL", ANY_OTHER);
}

/* ---- capabilities ---- */

static bool value_kept_from_the_unprivileged(const struct asked *asked)
{
    return asked->answer->read.size != asked->answer->read_privileged;
}

static bool takes_a_capability(const struct setting *setting)
{
    return setting->anybody != 0 && setting->privileged == 0;
}

static bool need_of_a_capability_of_the_namespace(const struct asked *asked)
{
    return takes_a_capability(&asked->answer->back) || takes_a_capability(&asked->answer->other);
}

static bool capability_missed_and_not_eperm(const struct asked *asked)
{
    const struct setting *back = &asked->answer->back, *other = &asked->answer->other;
    return (back->anybody != back->privileged && back->anybody != -EPERM) ||
           (other->anybody != other->privileged && other->anybody != -EPERM);
}

CLAIM(reading_needs_no_capability_and_setting_few, NO_FAMILY,
      "what can be read can be read by anybody; to set, SO_MARK, SO_TXTIME, IP_TRANSPARENT, IPV6_TRANSPARENT, IPV6_HOPOPTS, "
      "IPV6_DSTOPTS, IPV6_RTHDRDSTOPTS, TCP_REPAIR and NETLINK_LISTEN_ALL_NSID take a capability in the socket's network "
      "namespace, and fail with EPERM without it",
      .cites = "capabilities(7), CAP_NET_ADMIN, CAP_NET_RAW; socket(7); ip(7); RFC 3542",
      .untreated = "the process asks each number without capabilities and with them",
      .takes_ms = 1000)
{
    const struct census *census = census_in_a_namespace(lab, UPWARDS, FRESH_SOCKETS);
    expect_options(lab, census, value_kept_from_the_unprivileged, "",
                   "IPPROTO_TCP TCP_AO_REPAIR"); /* Linux 6.7: what it tells are the connection's numbers */
    expect_options(lab, census, need_of_a_capability_of_the_namespace,
                   "SOL_SOCKET SO_MARK, SOL_SOCKET SO_TXTIME, IPPROTO_IP IP_TRANSPARENT, IPPROTO_IPV6 IPV6_HOPOPTS, "
                   "IPPROTO_IPV6 IPV6_RTHDRDSTOPTS, IPPROTO_IPV6 IPV6_DSTOPTS, IPPROTO_IPV6 IPV6_TRANSPARENT, "
                   "IPPROTO_TCP TCP_REPAIR, SOL_NETLINK NETLINK_LISTEN_ALL_NSID",
                   "");
    expect_options(lab, census, capability_missed_and_not_eperm, "", "");
}

static bool need_of_a_capability_of_the_machine(const struct asked *namespace)
{
    const struct answer *own = namespace->answer, *root = namespace->second;
    return (own->back.privileged != 0 && root->back.privileged == 0) || (own->other.privileged != 0 && root->other.privileged == 0);
}

static bool capability_of_the_machine_missed_and_eacces(const struct asked *namespace)
{
    return need_of_a_capability_of_the_machine(namespace) && namespace->answer->other.privileged == -EACCES;
}

CLAIM(root_of_a_namespace_may_not_debug_nor_exceed_the_machines_limits, NO_FAMILY,
      "who is root in a user and network namespace may set all that the machine's root may, but not SO_DEBUG (EACCES), "
      "SO_SNDBUFFORCE, SO_RCVBUFFORCE and busy polling (EPERM)",
      .cites = "user_namespaces(7); socket(7), SO_DEBUG, SO_RCVBUFFORCE, SO_BUSY_POLL",
      .untreated = "the two censuses are each other's contrast",
      .needs = NEEDS_ROOT, .takes_ms = 2000)
{
    const struct census *census = census_in_a_namespace(lab, UPWARDS, FRESH_SOCKETS), *roots = census_of(lab, "client");
    expect_options_of_two(lab, census, roots, need_of_a_capability_of_the_machine,
                          "SOL_SOCKET SO_DEBUG, SOL_SOCKET SO_SNDBUFFORCE, SOL_SOCKET SO_RCVBUFFORCE",
                          "SOL_SOCKET SO_BUSY_POLL, SOL_SOCKET SO_PREFER_BUSY_POLL, SOL_SOCKET SO_BUSY_POLL_BUDGET");
    expect_options_of_two(lab, census, roots, capability_of_the_machine_missed_and_eacces, "SOL_SOCKET SO_DEBUG", "");
    fact_options(lab, "root of the machine only", census, roots, need_of_a_capability_of_the_machine);
}

/* ---- one socket's options are its own ---- */

static bool different_answers(const struct asked *asked)
{
    return !same_answer(asked->answer, asked->second);
}

CLAIM(setting_an_option_changes_no_other_socket, NO_FAMILY,
      "what a fresh socket answers does not depend on what has been set on others: asked from the highest number down, all "
      "options read and are set as when asked from the lowest up",
      .cites = "socket(2)", .takes_ms = 2000)
{
    enum census_sockets each = treatment(lab) ? FRESH_SOCKETS : ONE_SOCKET;
    const struct census *up = census_in_a_namespace(lab, UPWARDS, each);
    const struct census *down = census_in_a_namespace(lab, DOWNWARDS, each);
    expect_options_of_two(lab, up, down, different_answers, "", "");
}

/* ---- what changes a default ---- */

struct default_of {
    const char *sysctl, *value, *options;
};

/* Each sysctl is changed in turn: what a new TCP socket reads then differs in `options` alone. */
static void expect_defaults(struct lab *lab, const struct default_of *defaults)
{
    const struct readings *before = read_all(tcp_socket(lab, "client"));
    for (; defaults->sysctl; defaults++) {
        if (treatment(lab))
            set_sysctl(lab, "client", defaults->sysctl, defaults->value);
        const struct readings *after = read_all(tcp_socket(lab, "client"));
        expect_changed(lab, before, after, defaults->options, "");
        before = after;
    }
}

CLAIM(a_sysctl_is_the_default_of_its_option_alone, V4 | V6,
      "nine sysctls of the network namespace are what IP_TTL, IP_MTU_DISCOVER, TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT, "
      "TCP_SYNCNT, TCP_LINGER2, SO_SNDBUF and SO_RCVBUF (SO_MEMINFO too) read on a new TCP socket, of "
      "either family; none of them changes any other option",
      .cites = "ip(7), tcp(7), /proc interfaces")
{
    static const struct default_of defaults[] = {
        {"net.ipv4.ip_default_ttl", "77", "IPPROTO_IP IP_TTL"},
        {"net.ipv4.ip_no_pmtu_disc", "1", "IPPROTO_IP IP_MTU_DISCOVER"},
        {"net.ipv4.tcp_keepalive_time", "77", "IPPROTO_TCP TCP_KEEPIDLE"},
        {"net.ipv4.tcp_keepalive_intvl", "7", "IPPROTO_TCP TCP_KEEPINTVL"},
        {"net.ipv4.tcp_keepalive_probes", "7", "IPPROTO_TCP TCP_KEEPCNT"},
        {"net.ipv4.tcp_syn_retries", "7", "IPPROTO_TCP TCP_SYNCNT"},
        {"net.ipv4.tcp_fin_timeout", "7", "IPPROTO_TCP TCP_LINGER2"},
        {"net.ipv4.tcp_wmem", "4096 20480 4194304", "SOL_SOCKET SO_SNDBUF, SOL_SOCKET SO_MEMINFO"},
        {"net.ipv4.tcp_rmem", "4096 65536 6291456", "SOL_SOCKET SO_RCVBUF, SOL_SOCKET SO_MEMINFO"},
        {NULL, NULL, NULL},
    };
    expect_defaults(lab, defaults);
}

CLAIM(a_sysctl_of_ipv6_is_the_default_of_its_option_alone, V6,
      "net.ipv6.bindv6only, conf.all.hop_limit and auto_flowlabels are what IPV6_V6ONLY, IPV6_UNICAST_HOPS and "
      "IPV6_AUTOFLOWLABEL read on a new socket; none changes any other option",
      .cites = "ipv6(7); Documentation/networking/ip-sysctl.rst")
{
    static const struct default_of defaults[] = {
        {"net.ipv6.bindv6only", "1", "IPPROTO_IPV6 IPV6_V6ONLY"},
        {"net.ipv6.conf.all.hop_limit", "77", "IPPROTO_IPV6 IPV6_UNICAST_HOPS"},
        {"net.ipv6.auto_flowlabels", "0", "IPPROTO_IPV6 IPV6_AUTOFLOWLABEL"},
        {NULL, NULL, NULL},
    };
    expect_defaults(lab, defaults);
}

CLAIM(tcp_rto_sysctls_are_the_defaults_of_the_new_options, V4 | V6,
      "net.ipv4.tcp_rto_max_ms and tcp_rto_min_us are what TCP_RTO_MAX_MS and TCP_RTO_MIN_US read on a new socket; neither "
      "changes any other option",
      .cites = "Documentation/networking/ip-sysctl.rst, tcp_rto_max_ms, tcp_rto_min_us",
      .since = "6.15") /* TCP_RTO_MAX_MS came with its sysctl; tcp_rto_min_us is of 6.11, the option of 6.15 */
{
    static const struct default_of defaults[] = {
        {"net.ipv4.tcp_rto_max_ms", "77000", "IPPROTO_TCP TCP_RTO_MAX_MS"},
        {"net.ipv4.tcp_rto_min_us", "77000", "IPPROTO_TCP TCP_RTO_MIN_US"},
        {NULL, NULL, NULL},
    };
    expect_defaults(lab, defaults);
}

CLAIM(connecting_changes_what_few_options_read, V4 | V6,
      "when a TCP socket has been connected SO_PEERNAME, IP_MTU, IPV6_MTU, IPV6_PATHMTU and IPV6_ADDRFORM can be read, and "
      "SO_SNDBUF, SO_MEMINFO, TCP_MAXSEG, TCP_WINDOW_CLAMP and TCP_INFO read otherwise than before; hardly any other option",
      .cites = "ip(7), IP_MTU; ipv6(7), IPV6_MTU, IPV6_ADDRFORM; tcp(7), TCP_MAXSEG")
{
    struct sock *client = tcp_socket(lab, "client");
    tcp_listener(lab, "server", SERVICE);
    const struct readings *before = read_all(client);
    bind_to(client, any_address(lab, 4321));
    if (treatment(lab))
        connect_to(client, at(lab, "server", SERVICE));
    const struct readings *connected = read_all(client);
    expect_changed(lab, before, connected,
                   is_v6(lab) ? "SOL_SOCKET SO_PEERNAME, SOL_SOCKET SO_SNDBUF, SOL_SOCKET SO_MEMINFO, IPPROTO_IP IP_MTU, "
                                "IPPROTO_IPV6 IPV6_ADDRFORM, IPPROTO_IPV6 IPV6_MTU, IPPROTO_IPV6 IPV6_PATHMTU, "
                                "IPPROTO_TCP TCP_MAXSEG, IPPROTO_TCP TCP_WINDOW_CLAMP, IPPROTO_TCP TCP_INFO"
                              : "SOL_SOCKET SO_PEERNAME, SOL_SOCKET SO_SNDBUF, SOL_SOCKET SO_MEMINFO, IPPROTO_IP IP_MTU, "
                                "IPPROTO_TCP TCP_MAXSEG, IPPROTO_TCP TCP_WINDOW_CLAMP, IPPROTO_TCP TCP_INFO",
                   "SOL_SOCKET SO_RCVBUF, IPPROTO_IP IP_PROTOCOL, IPPROTO_TCP TCP_QUICKACK");
    fact_changed(lab, "connected", before, connected);
}

CLAIM(ip_protocol_of_a_tcp_socket_is_its_port, V4 | V6,
      "IP_PROTOCOL, which tells the protocol of a raw socket, reads the local port of a TCP socket: the kernel keeps both in "
      "one field",
      .cites = "Linux 6.4, \"ipv{4,6}/raw: fix output xfrm lookup wrt protocol\"")
{
    enum { IP_PROTOCOL_ = 52 };
    struct sock *sock = tcp_socket(lab, "client");
    int value;
    socklen_t size = sizeof value;
    need(lab, try_get_option(sock, IPPROTO_IP, IP_PROTOCOL_, &value, &size) >= 0, "IP_PROTOCOL (Linux 6.4)");
    expect_equal(lab, get_int(sock, IPPROTO_IP, IP_PROTOCOL_), 0);
    bind_to(sock, any_address(lab, treatment(lab) ? 4321 : 4322));
    expect_equal(lab, get_int(sock, IPPROTO_IP, IP_PROTOCOL_), 4321); /* do_ip_getsockopt: inet_num */
}
