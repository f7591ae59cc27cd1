/* SPDX-License-Identifier: MIT */
/*
 * TCP_SAVE_SYN and TCP_SAVED_SYN: an accepted socket gives the headers of the SYN that began its connection.
 * net/ipv4/tcp.c, tcp_input.c (tcp_reqsk_record_syn), linux/tcp.h (since Linux 4.2; the value 2 since 5.10)
 */
#include "lab.h"

EXPERIMENT("TCP_SAVE_SYN", "IPPROTO_TCP", "keep the headers of the SYN for the accepted socket");

struct saved {
    uint8_t ethernet[14]; /* for the decoder, which wants a whole frame */
    uint8_t headers[500];
    socklen_t size;
};

/* A connection whose listener has this value of TCP_SAVE_SYN. */
static struct stream stream_saving(struct lab *lab, int value)
{
    struct stream s = {.listener = tcp_listener(lab, "server", SERVICE), .client = tcp_socket(lab, "client")};
    set_int(s.listener, IPPROTO_TCP, TCP_SAVE_SYN, value);
    connect_to(s.client, at(lab, "server", SERVICE));
    s.server = accept_from(s.listener);
    return s;
}

static struct saved read_saved(struct lab *lab, struct sock *sock)
{
    struct saved saved = {.size = sizeof saved.headers};
    saved.ethernet[12] = is_v6(lab) ? 0x86 : 0x08;
    saved.ethernet[13] = is_v6(lab) ? 0xdd : 0x00;
    lab_must(HERE, try_get_option(sock, IPPROTO_TCP, TCP_SAVED_SYN, saved.headers, &saved.size));
    return saved;
}

CLAIM(accepted_socket_gives_the_syn_that_was_on_the_wire, V4 | V6,
      "with TCP_SAVE_SYN on the listening socket, TCP_SAVED_SYN of the accepted one gives IP and TCP headers of the client's SYN as they "
      "were on the wire: addresses, ports, window, options; not the data",
      .cites = "linux/tcp.h, TCP_SAVE_SYN")
{
    struct stream s = stream_saving(lab, treatment(lab) ? 1 : 0);
    struct saved saved = read_saved(lab, s.server);
    struct packet syn;
    size_t length = sizeof saved.ethernet + saved.size;
    if (!expect_equal(lab, saved.size, (is_v6(lab) ? 40 : 20) + 20 + 20) || !packet_decode(saved.ethernet, length, length, &syn))
        return;
    expect(lab, same_address(syn.src, name_of(s.client)) && same_address(syn.dst, name_of(s.server)));
    expect_equal(lab, syn.flags, TCP_SYN);
    let(lab, "port", syn.src_port);
    let(lab, "window", syn.window);
    let(lab, "mss", syn.tcp.mss);
    let(lab, "scale", syn.tcp.wscale);
    let(lab, "then", syn.tcp.ts_value);
    expect_wire(lab, "client.$port > server.7890 [S] win $window options [mss $mss,sackOK,TS val $then ecr 0,nop,wscale $scale]");
}

CLAIM(it_can_be_read_once, V4 | V6,
      "the SYN is given once: after that TCP_SAVED_SYN succeeds with length 0, as it does on a socket that connected and on one whose "
      "listener did not save",
      .cites = "net/ipv4/tcp.c, do_tcp_getsockopt (tcp_saved_syn_free)")
{
    struct stream s = stream_saving(lab, 1);
    expect_equal(lab, read_saved(lab, s.client).size, 0);
    if (treatment(lab))
        expect(lab, read_saved(lab, s.server).size > 0);
    expect_equal(lab, read_saved(lab, s.server).size, 0);

    set_int(s.listener, IPPROTO_TCP, TCP_SAVE_SYN, 0);
    connect_to(tcp_socket(lab, "client"), at(lab, "server", SERVICE));
    expect_equal(lab, read_saved(lab, accept_from(s.listener)).size, 0);
}

CLAIM(short_buffer_is_told_the_length, V4 | V6,
      "a buffer that is too short is refused with EINVAL and told the length that is needed; the SYN is not lost by that",
      .cites = "net/ipv4/tcp.c, do_tcp_getsockopt")
{
    struct stream s = stream_saving(lab, 1);
    uint8_t headers[200];
    socklen_t size = treatment(lab) ? 10 : sizeof headers;
    fact_refused(lab, "saved_syn_short_buffer", try_get_option(s.server, IPPROTO_TCP, TCP_SAVED_SYN, headers, &size), EINVAL);
    expect_equal(lab, size, (is_v6(lab) ? 40 : 20) + 40);
    expect_success(lab, try_get_option(s.server, IPPROTO_TCP, TCP_SAVED_SYN, headers, &size));
}

CLAIM(two_saves_the_link_header_as_well, V4 | V6,
      "with the value 2 the saved headers begin with the Ethernet header: whom the frame came from last",
      .cites = "linux/tcp.h, TCP_SAVE_SYN; net/ipv4/tcp_input.c, tcp_reqsk_record_syn", .since = "5.10")
{
    struct stream s = stream_saving(lab, treatment(lab) ? 2 : 1);
    struct saved saved = read_saved(lab, s.server);
    expect_equal(lab, saved.size, 14 + (is_v6(lab) ? 40 : 20) + 40);
    expect_equal(lab, saved.headers[12] << 8 | saved.headers[13], is_v6(lab) ? 0x86dd : 0x0800);
    struct tcp_spec next = forged(lab, s.client);
    expect(lab, memcmp(saved.headers + 6, next.eth_src, 6) == 0);
}

CLAIM(syn_cookies_save_nothing, V4 | V6,
      "a connection that was begun with a SYN cookie has no saved SYN: the kernel kept nothing of it",
      .cites = "net/ipv4/tcp_input.c, tcp_conn_request (want_cookie)")
{
    if (treatment(lab))
        set_sysctl(lab, "server", "net.ipv4.tcp_syncookies", "2"); /* always */
    struct stream s = stream_saving(lab, 1);
    expect_equal(lab, read_saved(lab, s.server).size, 0);
}

CLAIM(values_that_are_refused, V4 | V6,
      "TCP_SAVE_SYN takes 0, 1 and 2 in any state; other values are refused with EINVAL, setting TCP_SAVED_SYN with ENOPROTOOPT, as is "
      "either on a UDP socket",
      .cites = "net/ipv4/tcp.c, do_tcp_setsockopt", .since = "5.10")
{
    struct stream s = tcp_stream(lab);
    int one = 1;
    expect_success(lab, try_set_int(s.client, IPPROTO_TCP, TCP_SAVE_SYN, 1));
    expect_success(lab, try_set_int(s.listener, IPPROTO_TCP, TCP_SAVE_SYN, 2));
    expect_equal(lab, get_int(s.listener, IPPROTO_TCP, TCP_SAVE_SYN), 2);
    expect_refused(lab, try_set_int(s.listener, IPPROTO_TCP, TCP_SAVE_SYN, treatment(lab) ? 3 : 2), EINVAL);
    expect_refused(lab, try_set_int(s.listener, IPPROTO_TCP, TCP_SAVE_SYN, -1), EINVAL);
    expect_refused(lab, try_set_option(s.listener, IPPROTO_TCP, TCP_SAVE_SYN, &one, 2), EINVAL);
    expect_refused(lab, try_set_int(s.listener, IPPROTO_TCP, TCP_SAVED_SYN, 1), ENOPROTOOPT);
    expect_refused(lab, try_set_int(udp_socket(lab, "client"), IPPROTO_TCP, TCP_SAVE_SYN, 1), ENOPROTOOPT);
}
