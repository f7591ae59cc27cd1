/* SPDX-License-Identifier: MIT */
/*
 * IP_TRANSPARENT and IPV6_TRANSPARENT: sockets with addresses that are not the host's own, and the
 * transparent proxy made of them. [notes] IPPROTO_IP.IP_TRANSPARENT, IP_PKTINFO; ip(7)
 *
 * What arrives at the router's eth0 is delivered on the router by a routing rule (deliver_locally), so that
 * no firewall is needed. (The TPROXY target of a firewall can also change the port.)
 */
#include "lab.h"

EXPERIMENT("IP_TRANSPARENT", "IPPROTO_IP", "sockets with addresses of other hosts, for transparent proxies");

#define PORT   1234
#define ROUTED "client router; router server"

/* What IP_ORIGDSTADDR or IPV6_ORIGDSTADDR tells. */
static struct endpoint original_destination_of(const struct message *message)
{
    struct endpoint told = {0};
    const struct sockaddr_in *v4 = ancillary(message, IPPROTO_IP, IP_ORIGDSTADDR, struct sockaddr_in);
    const struct sockaddr_in6 *v6 = ancillary(message, IPPROTO_IPV6, IPV6_ORIGDSTADDR, struct sockaddr_in6);
    if (v4)
        address_from_sockaddr((const struct sockaddr *)v4, &told.address, &told.port);
    else if (v6)
        address_from_sockaddr((const struct sockaddr *)v6, &told.address, &told.port);
    return told;
}

CLAIM(foreign_address_can_be_bound, V4 | V6,
      "with IP_TRANSPARENT (IPV6_TRANSPARENT) a socket can be bound to an address that its host does not have")
{
    struct sock *sock = tcp_socket(lab, "client");
    if (treatment(lab))
        set_ip_int(sock, IP_TRANSPARENT, IPV6_TRANSPARENT, 1);
    expect_success(lab, try_bind(sock, at(lab, "server", PORT)));
}

CLAIM(foreign_address_is_refused_without_it, V4 | V6,
      "without IP_TRANSPARENT (IPV6_TRANSPARENT) binding to an address that the host does not have is refused with "
      "EADDRNOTAVAIL",
      .cites = "ip(7), IP_TRANSPARENT")
{
    struct sock *sock = tcp_socket(lab, "client");
    set_ip_int(sock, IP_TRANSPARENT, IPV6_TRANSPARENT, 1);
    if (treatment(lab))
        set_ip_int(sock, IP_TRANSPARENT, IPV6_TRANSPARENT, 0);
    expect_refused(lab, try_bind(sock, at(lab, "server", PORT)), EADDRNOTAVAIL);
}

CLAIM(datagram_leaves_with_a_foreign_source_address, V4 | V6,
      "a socket bound with IP_TRANSPARENT to another host's address sends with that host's address as source",
      .bench = "client server other", .cites = "ip(7), IP_TRANSPARENT")
{
    struct sock *pretender = udp_socket(lab, "client");
    set_ip_int(pretender, IP_TRANSPARENT, IPV6_TRANSPARENT, 1);
    bind_to(pretender, at(lab, treatment(lab) ? "other" : "client", PORT));
    send_to(pretender, "hello", 0, at(lab, "server", PORT));
    expect_wire(lab, "other.1234 > server.1234 UDP data \"hello\"");
}

static int become_transparent(struct lab *lab, void *sock)
{
    (void)lab;
    return try_set_ip_int(sock, IP_TRANSPARENT, IPV6_TRANSPARENT, 1);
}

CLAIM(ordinary_user_is_refused, V4 | V6,
      "IP_TRANSPARENT (IPV6_TRANSPARENT) needs CAP_NET_ADMIN or CAP_NET_RAW: an ordinary user is refused with EPERM",
      .cites = "ip(7), IP_TRANSPARENT")
{
    struct sock *sock = tcp_socket(lab, "client");
    unsigned uid = treatment(lab) ? NOBODY : 0;
    expect_refused(lab, as_user(lab, uid, become_transparent, sock), EPERM);
}

CLAIM(gateway_forwards_what_is_for_others, V4 | V6,
      "a router forwards a datagram for another host; an application of its own on the same port does not see it",
      .bench = ROUTED)
{
    struct sock *proxy = udp_socket(lab, "router"), *server = udp_socket(lab, "server");
    struct sock *client = udp_socket(lab, "client");
    bind_to(proxy, any_address(lab, PORT));
    bind_to(server, any_address(lab, PORT));
    if (!treatment(lab)) /* what makes it forward is that no rule says otherwise */
        deliver_locally(lab, "router", "eth0");

    send_to(client, "hello", 0, at(lab, "server", PORT));
    receive_text(server, "hello");
    expect_at(lab, "server", "client > server.1234 UDP data \"hello\"");
    expect(lab, !is_readable(proxy));
}

CLAIM(proxy_accepts_a_connection_to_another_host_and_learns_for_whom, V4 | V6,
      "a proxy on the router, listening with IP_TRANSPARENT, accepts a connection made to another host; getsockname of the "
      "accepted socket is the address and port the client asked for, and that host sees nothing of it",
      .bench = ROUTED)
{
    struct sock *proxy = tcp_socket(lab, "router"), *client = tcp_socket(lab, "client");
    deliver_locally(lab, "router", "eth0");
    if (treatment(lab))
        set_ip_int(proxy, IP_TRANSPARENT, IPV6_TRANSPARENT, 1);
    expect_success(lab, try_bind(proxy, is_v6(lab) ? at(lab, "server", PORT) : any_address(lab, PORT)));
    listen_on(proxy, 16);

    expect_success(lab, try_connect(client, at(lab, "server", PORT)));
    struct sock *accepted = accept_from(proxy);
    expect(lab, same_address(name_of(accepted).address, at(lab, "server", PORT)));
    expect_equal(lab, name_of(accepted).port, PORT);
    send_text(client, "GET");
    receive_text(accepted, "GET");
    expect_nothing_at(lab, "server", "any > any IP");
}

CLAIM(without_it_the_proxy_cannot_answer_for_the_other_host, V4,
      "without IP_TRANSPARENT the SYN for another host reaches the wildcard listener on the router, but no SYN-ACK can "
      "leave from that host's address",
      .bench = ROUTED, .cites = "ip(7), IP_TRANSPARENT")
{
    struct sock *proxy = tcp_socket(lab, "router"), *client = tcp_socket(lab, "client");
    deliver_locally(lab, "router", "eth0");
    set_ip_int(proxy, IP_TRANSPARENT, IPV6_TRANSPARENT, 1);
    bind_to(proxy, any_address(lab, PORT));
    listen_on(proxy, 16);

    if (treatment(lab))
        set_int(proxy, IPPROTO_IP, IP_TRANSPARENT, 0);
    start_connect(client, at(lab, "server", PORT));
    expect_wire(lab, "client > server.1234 [S]");
    settle(lab);
    expect_nothing(lab, "server > client [S.]"); /* inet_csk_route_req: no route from an address not its own */
    expect_nothing_at(lab, "server", "any > any IP");
}

CLAIM(listener_of_ipv6_answers_for_another_host_without_it, V6,
      "an IPv6 listener on the wildcard accepts a connection to another host, delivered on the router, even without "
      "IPV6_TRANSPARENT: IPv6 does not ask whose the source address is",
      .bench = ROUTED, .cites = "ip(7), IP_TRANSPARENT")
{
    struct sock *client = tcp_socket(lab, "client");
    if (treatment(lab)) /* inet6_csk_route_req: ip6_dst_lookup_flow takes any source address */
        deliver_locally(lab, "router", "eth0");
    struct sock *proxy = tcp_listener(lab, "router", PORT);

    expect_success(lab, try_connect(client, at(lab, "server", PORT)));
    struct sock *accepted = accept_from(proxy);
    expect(lab, same_address(name_of(accepted).address, at(lab, "server", PORT)));
}

/* The notes' figure: the client is on the gateway's network, the address asked for is anywhere. */
static struct endpoint far_away(struct lab *lab)
{
    return literally(lab, is_v6(lab) ? "2001:db8::1:2:3:4" : "1.2.3.4", PORT);
}

CLAIM(gateway_takes_what_is_for_1_2_3_4, V4 | V6,
      "a client's connection to 1.2.3.4 (2001:db8::1:2:3:4), delivered on its gateway by a routing rule, is accepted by "
      "the proxy there, which learns the original destination from getsockname",
      .bench = ROUTED)
{
    struct sock *client = tcp_socket(lab, "client");
    struct sock *proxy = tcp_socket(lab, "router");
    set_ip_int(proxy, IP_TRANSPARENT, IPV6_TRANSPARENT, 1);
    bind_to(proxy, any_address(lab, PORT));
    listen_on(proxy, 16);

    if (treatment(lab))
        deliver_locally(lab, "router", "eth0");
    expect_success(lab, try_connect(client, far_away(lab)));
    struct sock *accepted = accept_from(proxy);
    expect(lab, same_address(name_of(accepted).address, far_away(lab)));
    expect(lab, same_address(peer_of(accepted).address, at(lab, "client", 0)));
}

CLAIM(original_destination_of_udp_comes_with_pktinfo, V4 | V6,
      "of a datagram for another host, delivered on the router, IP_PKTINFO (IPV6_RECVPKTINFO) tells the original "
      "destination; IP_TRANSPARENT is not needed for that, nor is IP_RECVDSTADDR",
      .bench = ROUTED)
{
    struct sock *proxy = udp_socket(lab, "router"), *client = udp_socket(lab, "client");
    deliver_locally(lab, "router", "eth0");
    bind_to(proxy, any_address(lab, PORT));

    if (treatment(lab))
        set_ip_int(proxy, IP_PKTINFO, IPV6_RECVPKTINFO, 1);
    send_to(client, "hello", 0, far_away(lab));
    struct message hello = receive_message(proxy);
    expect(lab, same_address(pktinfo_of(&hello).destination, far_away(lab)));
}

CLAIM(getsockname_of_udp_tells_the_listening_address_only, V4 | V6,
      "of a datagram for another host, delivered on the router to a transparent socket, getsockname tells nothing: it "
      "gives the address and port on which the proxy listens",
      .bench = ROUTED)
{
    struct sock *proxy = udp_socket(lab, "router"), *client = udp_socket(lab, "client");
    if (treatment(lab))
        deliver_locally(lab, "router", "eth0");
    set_ip_int(proxy, IP_TRANSPARENT, IPV6_TRANSPARENT, 1);
    bind_to(proxy, any_address(lab, PORT));

    send_to(client, "hello", 0, far_away(lab));
    receive_text(proxy, "hello");
    expect(lab, same_address(name_of(proxy).address, any_address(lab, PORT)));
    expect_equal(lab, name_of(proxy).port, PORT);
}

static int answer(struct sock *proxy, const struct message *request)
{
    return try_send_from(proxy, "answer", request->from, pktinfo_of(request).destination, 0);
}

CLAIM(proxy_answers_datagrams_in_the_name_of_the_original_destination, V4 | V6,
      "a UDP proxy with IP_TRANSPARENT answers with the original destination as source address (IP_PKTINFO, "
      "IPV6_PKTINFO); without it the answer is refused",
      .bench = ROUTED, .cites = "ip(7), IP_TRANSPARENT")
{
    struct sock *proxy = udp_socket(lab, "router"), *client = udp_socket(lab, "client");
    deliver_locally(lab, "router", "eth0");
    set_ip_int(proxy, IP_PKTINFO, IPV6_RECVPKTINFO, 1);
    bind_to(proxy, any_address(lab, PORT));
    connect_to(client, far_away(lab));

    send_text(client, "question");
    struct message question = receive_message(proxy);
    expect(lab, answer(proxy, &question) < 0);
    if (treatment(lab))
        set_ip_int(proxy, IP_TRANSPARENT, IPV6_TRANSPARENT, 1);
    expect_success(lab, answer(proxy, &question));
    receive_text(client, "answer");
}

CLAIM(port_comes_with_the_original_destination_address, V4 | V6,
      "IP_RECVORIGDSTADDR (IPV6_RECVORIGDSTADDR) makes recvmsg tell address and port of the original destination",
      .bench = ROUTED, .cites = "ip(7), IP_RECVORIGDSTADDR")
{
    struct sock *proxy = udp_socket(lab, "router"), *client = udp_socket(lab, "client");
    deliver_locally(lab, "router", "eth0");
    bind_to(proxy, any_address(lab, PORT));

    if (treatment(lab))
        set_ip_int(proxy, IP_RECVORIGDSTADDR, IPV6_RECVORIGDSTADDR, 1);
    send_to(client, "hello", 0, far_away(lab));
    struct message hello = receive_message(proxy);
    struct endpoint told = original_destination_of(&hello);
    expect(lab, same_address(told.address, far_away(lab)));
    expect_equal(lab, told.port, PORT);
}

CLAIM(proxy_in_the_middle_is_seen_by_neither_side, V4 | V6,
      "a proxy that accepts with IP_TRANSPARENT for the server, and connects on from the client's address, leaves both "
      "sides with each other's addresses: on either wire there are only packets of client and server",
      .bench = ROUTED, .cites = "ip(7), IP_TRANSPARENT")
{
    struct sock *server = tcp_listener(lab, "server", PORT), *client = tcp_socket(lab, "client");
    struct sock *proxy = tcp_socket(lab, "router"), *onward = tcp_socket(lab, "router");
    deliver_locally(lab, "router", "eth0");
    deliver_locally(lab, "router", "eth1");
    set_ip_int(proxy, IP_TRANSPARENT, IPV6_TRANSPARENT, 1);
    bind_to(proxy, any_address(lab, PORT));
    listen_on(proxy, 16);

    connect_to(client, at(lab, "server", PORT));
    struct sock *inward = accept_from(proxy);
    if (treatment(lab)) {
        set_ip_int(onward, IP_TRANSPARENT, IPV6_TRANSPARENT, 1);
        bind_to(onward, peer_of(inward));
    }
    connect_to(onward, name_of(inward));
    struct sock *accepted = accept_from(server);

    expect(lab, same_address(peer_of(client).address, at(lab, "server", 0)));
    expect(lab, same_address(peer_of(accepted).address, at(lab, "client", 0)));
    expect_equal(lab, peer_of(accepted).port, name_of(client).port);
    expect_at(lab, "server",
              "client.$port > server.1234 [S]",
              "server.1234 > client.$port [S.]",
              "client.$port > server.1234 [.]");
}
