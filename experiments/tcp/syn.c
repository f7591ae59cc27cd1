/* SPDX-License-Identifier: MIT */
/*
 * What a SYN offers, as printed in the traces of [notes] IPPROTO_TCP.TCP_NODELAY and TCP_CORK.
 */
#include "lab.h"

#include <fnmatch.h>

EXPERIMENT("SYN", NULL, "what a connection offers in its first segment, and what comes of what is not taken up");

CLAIM(syn_offers_mss_sack_timestamps_and_window_scale, V4 | V6,
      "on a path with MTU 1500 the SYN offers the MSS that fits, SACK, timestamps and window scaling, in this order")
{
    tcp_listener(lab, "server", SERVICE);
    /* All three are on by default; the order of the options is that of tcp_options_write. */
    const char *offered = treatment(lab) ? "1" : "0";
    set_sysctl(lab, "client", "net.ipv4.tcp_timestamps", offered);
    set_sysctl(lab, "client", "net.ipv4.tcp_sack", offered);
    set_sysctl(lab, "client", "net.ipv4.tcp_window_scaling", offered);

    connect_to(tcp_socket(lab, "client"), at(lab, "server", SERVICE));
    expect_wire(lab,
                "client > server [S] options [mss $mss,sackOK,TS val $then ecr 0,nop,wscale $scale]",
                "server > client [S.] ack 1 mss $mss sackOK TS val $now ecr $then wscale $scale2",
                "client > server [.] ack 1 options [nop,nop,TS val $then2 ecr $now]");
    const char *syn = as_tcpdump_prints(lab, 1);
    expect(lab, !fnmatch("*options *mss 14[46]0,sackOK,TS val * ecr 0,nop,wscale *, length 0", syn, 0));
}

CLAIM(syn_announces_44_or_45_segments_of_window, V4 | V6,
      "with the default receive buffer of 131072 bytes the SYN announces the multiple of the MSS below 65535, not the "
      "29200 bytes of older kernels")
{
    tcp_listener(lab, "server", SERVICE);
    /* tcp_select_initial_window: half the buffer, at most 65535, rounded down to a multiple of the MSS. */
    if (treatment(lab))
        set_sysctl(lab, "client", "net.ipv4.tcp_rmem", "4096 131072 6291456");
    else
        set_sysctl(lab, "client", "net.ipv4.tcp_rmem", "4096 32768 6291456");
    let(lab, "window", 65535 / ethernet_mss(lab) * ethernet_mss(lab));

    connect_to(tcp_socket(lab, "client"), at(lab, "server", SERVICE));
    expect_wire(lab,
                "client > server [S] win $window",
                "server > client [S.] ack 1",
                "client > server [.] ack 1");
    fact(lab, "syn_window", 65535 / ethernet_mss(lab) * ethernet_mss(lab), "bytes");
}

CLAIM(window_scale_is_the_one_that_tcp_rmem_needs, V4 | V6,
      "the window scale in the SYN is 7 for the default maximum receive buffer of 6 MiB, and 10 for 32 MiB")
{
    need_window_scale_7(lab);
    tcp_listener(lab, "server", SERVICE);

    connect_to(tcp_socket(lab, "client"), at(lab, "server", SERVICE));
    expect_wire(lab,
                "client > server [S] wscale 7",
                "server > client [S.] ack 1",
                "client > server [.] ack 1");
    if (treatment(lab))
        set_sysctl(lab, "client", "net.ipv4.tcp_rmem", "4096 131072 33554432");
    connect_to(tcp_socket(lab, "client"), at(lab, "server", SERVICE));
    expect_wire(lab,
                "client > server [S] wscale 10",
                "server > client [S.] ack 1",
                "client > server [.] ack 1");
}

CLAIM(options_that_the_server_does_not_take_up_are_not_used, V4 | V6,
      "when the SYN-ACK carries only an MSS, later segments carry no options, and the window is not scaled")
{
    tcp_listener(lab, "server", SERVICE);
    if (treatment(lab)) {
        set_sysctl(lab, "server", "net.ipv4.tcp_timestamps", "0");
        set_sysctl(lab, "server", "net.ipv4.tcp_sack", "0");
        set_sysctl(lab, "server", "net.ipv4.tcp_window_scaling", "0");
    }
    struct sock *client = tcp_socket(lab, "client");
    connect_to(client, at(lab, "server", SERVICE));
    send_text(client, "GET /");
    expect_wire(lab,
                "client > server [S] win $window mss $mss sackOK TS wscale $scale",
                "server > client [S.] ack 1 options [mss $mss]",
                "client > server [.] ack 1 win $window no options",
                "client > server [P.] 1:6 ack 1 win $window no options",
                "server > client [.] ack 6 no options");
}
