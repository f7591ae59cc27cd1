/* SPDX-License-Identifier: MIT */
/* What the wire can do, each as a claim about the wire itself. */
#include "lab.h"

EXPERIMENT("the wire", NULL, "hold, drop, duplicate, reorder, reject, delay, rate, path MTU, cut, inject");

#define ABOUT_THE_WIRE .cites = "harness/wire/wire.h"

static struct sock *datagrams(struct lab *lab, struct sock **receiver)
{
    *receiver = udp_socket(lab, "server");
    bind_to(*receiver, any_address(lab, SERVICE));
    return udp_socket(lab, "client");
}

CLAIM(drops_the_second, V4 | V6, "only the second datagram is dropped", ABOUT_THE_WIRE)
{
    struct sock *receiver, *sender = datagrams(lab, &receiver);
    if (treatment(lab))
        wire_drop_nth(lab, 2, "client > server UDP");
    send_to(sender, "1", 0, at(lab, "server", SERVICE));
    send_to(sender, "22", 0, at(lab, "server", SERVICE));
    send_to(sender, "333", 0, at(lab, "server", SERVICE));
    expect_wire(lab,
                "client > server UDP len 1",
                "client > server UDP len 2",
                "client > server UDP len 3");
    expect_at(lab, "server",
              "client > server UDP len 1",
              "client > server UDP len 3");
}

CLAIM(duplicates, V4 | V6, "the first datagram comes twice", ABOUT_THE_WIRE)
{
    struct sock *receiver, *sender = datagrams(lab, &receiver);
    if (treatment(lab))
        wire_duplicate(lab, 1, "client > server UDP");
    send_to(sender, "1", 0, at(lab, "server", SERVICE));
    send_to(sender, "22", 0, at(lab, "server", SERVICE));
    expect_at(lab, "server",
              "client > server UDP len 1",
              "client > server UDP len 1",
              "client > server UDP len 2");
    receive_text(receiver, "1");
    receive_text(receiver, "1");
    receive_text(receiver, "22");
}

CLAIM(reorders, V4 | V6, "the second datagram is overtaken by the third", ABOUT_THE_WIRE)
{
    struct sock *receiver, *sender = datagrams(lab, &receiver);
    if (treatment(lab))
        wire_reorder(lab, 2, "client > server UDP");
    send_to(sender, "1", 0, at(lab, "server", SERVICE));
    send_to(sender, "22", 0, at(lab, "server", SERVICE));
    send_to(sender, "333", 0, at(lab, "server", SERVICE));
    expect_at(lab, "server",
              "client > server UDP len 1",
              "client > server UDP len 3",
              "client > server UDP len 2");
}

CLAIM(holds_and_releases_in_order, V4 | V6, "held datagrams wait, and go in their order", ABOUT_THE_WIRE)
{
    struct sock *receiver, *sender = datagrams(lab, &receiver);
    if (treatment(lab))
        wire_hold(lab, "client > server UDP len 1");
    send_to(sender, "1", 0, at(lab, "server", SERVICE));
    send_to(sender, "22", 0, at(lab, "server", SERVICE));
    send_to(sender, "3", 0, at(lab, "server", SERVICE));
    expect_at(lab, "server", "client > server UDP len 2");
    wire_release(lab);
    expect_at(lab, "server",
              "client > server UDP len 1",
              "client > server UDP len 1");
    receive_text(receiver, "22");
    receive_text(receiver, "1");
    receive_text(receiver, "3");
}

CLAIM(rejects_with_port_unreachable, V4 | V6, "a rejected datagram is answered, and the sender told", ABOUT_THE_WIRE)
{
    struct sock *receiver, *sender = datagrams(lab, &receiver);
    connect_to(sender, at(lab, "server", SERVICE));
    if (treatment(lab))
        wire_reject(lab, "port", "client > server UDP");
    send_text(sender, "1");
    expect_wire(lab,
                "client > server UDP len 1",
                is_v6(lab) ? "wire > client ICMP6 unreachable port" : "wire > client ICMP unreachable port");
    settle(lab);
    char byte;
    expect_refused(lab, try_receive(sender, &byte, 1, 0), ECONNREFUSED);
}

CLAIM(delays_one_way, V4 | V6, "a datagram arrives no earlier than the delay after it left", ABOUT_THE_WIRE)
{
    struct sock *receiver, *sender = datagrams(lab, &receiver);
    if (treatment(lab))
        wire_delay_from(lab, "client", 30);
    int64_t sent = now_ns();
    send_to(sender, "1", 0, at(lab, "server", SERVICE));
    receive_text(receiver, "1");
    expect_duration(lab, now_ns() - sent, 30000000, 31000000);
}

CLAIM(keeps_to_its_rate, V4 | V6, "ten datagrams of 1000 bytes take a tenth of a second at 100 kB/s", ABOUT_THE_WIRE)
{
    struct sock *receiver, *sender = datagrams(lab, &receiver);
    if (treatment(lab))
        wire_rate(lab, 100000, 0);
    char text[1001];
    memset(text, 'x', 1000);
    text[1000] = '\0';
    int64_t sent = now_ns();
    for (int i = 0; i < 10; i++)
        send_to(sender, text, 0, at(lab, "server", SERVICE));
    for (int i = 0; i < 10; i++)
        receive_text(receiver, text);
    expect_duration(lab, now_ns() - sent, 100000000, 120000000);
}

CLAIM(drops_what_its_queue_cannot_hold, V4 | V6, "a queue of two frames lets two of ten pass at once", ABOUT_THE_WIRE)
{
    struct sock *receiver, *sender = datagrams(lab, &receiver);
    if (treatment(lab))
        wire_rate(lab, 100, 2); /* a frame takes half a second: no third is let in meanwhile */
    for (int i = 0; i < 10; i++)
        send_to(sender, "1", 0, at(lab, "server", SERVICE));
    settle(lab);
    wire_rate(lab, 0, 0);
    receive_text(receiver, "1");
    receive_text(receiver, "1");
    char byte;
    settle(lab);
    expect_refused(lab, try_receive(receiver, &byte, 1, 0), EAGAIN);
}

CLAIM(answers_what_is_too_big, V4 | V6, "a segment larger than the path MTU is answered, and smaller ones follow", ABOUT_THE_WIRE)
{
    struct stream s = tcp_stream(lab);
    if (treatment(lab))
        wire_path_mtu(lab, 1400);
    send_bytes(s.client, 1400);
    expect_wire(lab,
                "client > server [P.] 1:1401 ack 1",
                is_v6(lab) ? "wire > client ICMP6 too big mtu 1400" : "wire > client ICMP unreachable frag-needed mtu 1400",
                "client > server [.] 1:$part ack 1",
                "...",
                "server > client [.] ack 1401");
    receive_bytes(s.server, 1400);
}

CLAIM(cuts_and_heals, V4 | V6, "nothing passes a cut wire; what is sent after it is healed does", ABOUT_THE_WIRE)
{
    struct sock *receiver, *sender = datagrams(lab, &receiver);
    if (treatment(lab))
        wire_cut(lab);
    send_to(sender, "1", 0, at(lab, "server", SERVICE));
    settle(lab);
    wire_heal(lab);
    send_to(sender, "22", 0, at(lab, "server", SERVICE));
    receive_text(receiver, "22");
}

CLAIM(injects_a_segment, V4 | V6, "a forged segment in the window is taken for the peer's", ABOUT_THE_WIRE)
{
    struct stream s = tcp_stream(lab);
    struct tcp_spec forgery = forged(lab, s.client);
    forgery.flags = TCP_ACK | TCP_PSH;
    forgery.payload = "forged";
    forgery.payload_length = 6;
    if (treatment(lab))
        wire_inject_tcp(lab, "server", &forgery);
    expect_at(lab, "server",
              "client > server [P.] 1:7 ack 1",
              "server > client [.] ack 7");
    receive_text(s.server, "forged");
}

CLAIM(routes, V4 | V6, "a host on two wires forwards between them", ABOUT_THE_WIRE, .bench = "client router; router server")
{
    struct sock *receiver, *sender = datagrams(lab, &receiver);
    send_to(sender, "1", 0, at(lab, "server", treatment(lab) ? SERVICE : SERVICE + 1));
    const char *arrived = is_v6(lab) ? "client > server UDP len 1 hlim 63" : "client > server UDP len 1 ttl 63";
    expect_at(lab, "router", is_v6(lab) ? "client > server UDP len 1 hlim 64" : "client > server UDP len 1 ttl 64");
    expect_at(lab, "router-eth1", arrived);
    expect_at(lab, "server", arrived);
    receive_text(receiver, "1");
}

CLAIM(bursts_are_not_lost, V4 | V6, "200 kB written at once cross in frames of at most 1514 bytes, and none is lost", ABOUT_THE_WIRE)
{
    struct stream s = tcp_stream(lab);
    if (treatment(lab))
        send_bytes(s.client, 200000);
    receive_bytes(s.server, 200000);
    expect_equal(lab, count_packets(lab, "server", "client > server [*] len >1460"), 0);
}
