/* SPDX-License-Identifier: MIT */
/*
 * TCP_FASTOPEN on loopback: the two connections that [notes] IPPROTO_TCP.TCP_FASTOPEN shows, packet by packet, and the windows in their
 * traces. The option itself: tcp_fastopen.c. tcpdump, with which the document printed its traces, counts sequence numbers from the first
 * segment behind the SYN: after six bytes in the SYN its numbers are smaller by 6 than here.
 */
#include "lab.h"

EXPERIMENT("TCP_FASTOPEN on loopback", "IPPROTO_TCP", "the documented traces of two connections");

/* ---------------------------------------------------------------- the two connections */

/* The loopback device's MTU is 65536. IPv4 takes 65535 of it, the largest total length of a packet; IPv6 does not count
 * its header. */
static void let_loopback_mss(struct lab *lab)
{
    let(lab, "mss", is_v6(lab) ? 65536 - 60 : 65535 - 40);
}

static struct stream connect_first(struct lab *lab, struct sock *listener)
{
    struct stream s = {.listener = listener, .client = say_hello(lab, "client", loopback(lab, SERVICE))};
    expect_at(lab, "client-lo",
              "any.$port > any.7890 [S] options [mss $mss,sackOK,TS val $then ecr 0,nop,wscale $scale,tfo cookiereq]",
              "any.7890 > any.$port [S.] ack 1 options [mss $mss,sackOK,TS val $now ecr $then,nop,wscale $scale,tfo cookie $cookie]",
              "any.$port > any.7890 [P.] 1:7 ack 1 options [nop,nop,TS]",
              "any.7890 > any.$port [.] ack 7 options [nop,nop,TS]");
    s.server = accept_from(listener);
    receive_text(s.server, "Hello\n");
    return s;
}

/* How long the socket would delay an ACK now. */
static unsigned ack_delay_us(struct sock *sock)
{
    return get_value(sock, IPPROTO_TCP, TCP_INFO, struct tcp_info).tcpi_ato;
}

CLAIM(first_connection_on_loopback_gives_the_documented_trace, V4 | V6,
      "on loopback the first connection asks for a cookie, gets one of eight bytes, sends its data with the handshake's last "
      "ACK, and takes seven packets",
      .loopback = true)
{
    struct sock *listener = fastopen_socket(lab, "client", SERVICE);
    if (treatment(lab))
        set_int(listener, IPPROTO_TCP, TCP_FASTOPEN, 5);
    listen_on(listener, 511);
    let_loopback_mss(lab);

    struct stream s = connect_first(lab, listener);
    expect_equal(lab, strlen(bound(lab, "cookie")), 16); /* hexadecimal digits */
    expect_equal(lab, ack_delay_us(s.server), 40000);

    close_socket(s.client);
    receive_text(s.server, "");
    close_socket(s.server);
    expect_at(lab, "client-lo",
              "any.$port > any.7890 [F.] 7 ack 1",
              "? any.7890 > any.$port [.] ack 8", /* delayed, if the machine kept the server from closing for 40 ms */
              "any.7890 > any.$port [F.] 1 ack 8",
              "any.$port > any.7890 [.] ack 2");
}

CLAIM(second_connection_on_loopback_gives_the_documented_trace, V4 | V6,
      "on loopback the second connection sends the cookie and the data in its SYN, gets both acknowledged without a new cookie, "
      "sends nothing more but ACK and FIN, and takes seven packets where the server closes late",
      .loopback = true)
{
    struct sock *listener = fastopen_socket(lab, "client", SERVICE);
    if (treatment(lab))
        set_int(listener, IPPROTO_TCP, TCP_FASTOPEN, 5);
    listen_on(listener, 511);
    let_loopback_mss(lab);
    connect_first(lab, listener);

    struct sock *client = say_hello(lab, "client", loopback(lab, SERVICE));
    struct sock *server = accept_from(listener);
    receive_text(server, "Hello\n");
    expect_at(lab, "client-lo",
              "any.$other > any.7890 [S] 0:6 options [mss $mss,sackOK,TS val $again ecr 0,nop,wscale $scale,tfo cookie $cookie]",
              "any.7890 > any.$other [S.] ack 7 options [mss $mss,sackOK,TS val $here ecr $again,nop,wscale $scale]",
              "any.$other > any.7890 [.] ack 1 options [nop,nop,TS]");
    expect(lab, strcmp(bound(lab, "port"), bound(lab, "other")) != 0);

    /*
     * In the document the server closes 80 us after the client, and yet its ACK leaves by itself first: no segment with data
     * has been here to set the time that an ACK may be delayed (tcp_event_data_recv), and so the next tick of the clock sends
     * it. The time stamps in the trace tick just there. Whether a server closes before the tick is chance; this one waits.
     */
    expect_equal(lab, ack_delay_us(server), 0);
    close_socket(client);
    expect_at(lab, "client-lo",
              "any.$other > any.7890 [F.] 7 ack 1",
              "any.7890 > any.$other [.] ack 8");
    close_socket(server);
    expect_at(lab, "client-lo",
              "any.7890 > any.$other [F.] 1 ack 8",
              "any.$other > any.7890 [.] ack 2");
}

/* ---------------------------------------------------------------- the windows */

static void expect_loopback_windows(struct lab *lab)
{
    tcp_listener(lab, "client", SERVICE);
    struct sock *client = tcp_socket(lab, "client");
    connect_to(client, loopback(lab, SERVICE));
    send_text(client, "Hello\n");
    expect_at(lab, "client-lo",
              "any > any.7890 [S] win $offered mss $mss wscale 7",
              "any.7890 > any [S.] win $answered ack 1 mss $mss wscale 7",
              "any > any.7890 [.] ack 1 win $scaled",
              "any > any.7890 [P.] 1:7 ack 1 win $scaled",
              "any.7890 > any [.] ack 7 win $scaled");
}

CLAIM(loopback_window_is_43690_with_the_receive_buffer_of_its_time, V4 | V6,
      "with tcp_rmem's default at 87380 bytes, as it was before Linux 4.20, SYN and SYN-ACK on loopback announce a window of "
      "43690, and the scaled window is 342",
      .loopback = true)
{
    need_window_scale_7(lab);
    let_loopback_mss(lab);
    let(lab, "offered", 87380 / 2);              /* half the buffer (tcp_win_from_space): less than one segment, not rounded */
    let(lab, "answered", 87380 / 2);             /* the server's buffer is the same */
    let(lab, "scaled", (87380 / 2 + 127) / 128); /* rounded up (tcp_select_window) */

    if (treatment(lab))
        set_sysctl(lab, "client", "net.ipv4.tcp_rmem", "4096 87380 6291456");
    expect_loopback_windows(lab);
}

CLAIM(loopback_window_is_one_segment_with_the_receive_buffer_of_today, V4 | V6,
      "with tcp_rmem's default at 131072 bytes, as it is since Linux 4.20, the SYN on loopback announces one whole segment, "
      "65495 bytes, the SYN-ACK one less 12 bytes of time stamps, and the scaled window is 512",
      .loopback = true)
{
    need_window_scale_7(lab);
    let_loopback_mss(lab);
    int mss = is_v6(lab) ? 65476 : 65495;
    let(lab, "offered", mss);       /* half the buffer, 65536, rounded down to whole segments (tcp_select_initial_window) */
    let(lab, "answered", mss - 12); /* the server knows already that each will carry a time stamp (tcp_openreq_init_rwin) */
    let(lab, "scaled", 65536 / 128);

    set_sysctl(lab, "client", "net.ipv4.tcp_rmem", "4096 87380 6291456");
    if (treatment(lab))
        set_sysctl(lab, "client", "net.ipv4.tcp_rmem", "4096 131072 6291456");
    expect_loopback_windows(lab);
    fact(lab, "loopback_syn_window", mss, "bytes");
}
