/* SPDX-License-Identifier: MIT */
/*
 * Several UDP sockets on one multicast address and port: how they can be bound, and who gets a copy.
 * [attrs] 5.4.4.1 (4); [unp] 3.11
 */
#include "lab.h"

EXPERIMENT("sockets sharing a group", "SOL_SOCKET", "several UDP sockets bound to one multicast address and port");

#define PORT 1234

static struct sock *unbound_pair(struct lab *lab, struct sock **second)
{
    *second = udp_socket(lab, "server");
    return udp_socket(lab, "server");
}

static void send_news(struct lab *lab)
{
    struct sock *client = udp_socket(lab, "client");
    bind_to(client, at(lab, "client", 0)); /* to a group it leaves by the interface that has this address */
    send_to(client, "news", 0, group(lab, PORT));
}

CLAIM(group_and_port_belong_to_one_socket_by_default, V4 | V6,
      "without SO_REUSEADDR or SO_REUSEPORT a second UDP socket is refused the same group and port with EADDRINUSE",
      .cites = "socket(7), SO_REUSEADDR")
{
    struct sock *second, *first = unbound_pair(lab, &second);
    set_int(first, SOL_SOCKET, SO_REUSEADDR, 1);
    set_int(second, SOL_SOCKET, SO_REUSEADDR, 1);
    if (treatment(lab))
        set_int(second, SOL_SOCKET, SO_REUSEADDR, 0);
    bind_to(first, group(lab, PORT));
    expect_refused(lab, try_bind(second, group(lab, PORT)), EADDRINUSE);
}

CLAIM(reuseaddr_shares_group_and_port, V4 | V6,
      "with SO_REUSEADDR on both, two UDP sockets can be bound to exactly the same group and port")
{
    struct sock *second, *first = unbound_pair(lab, &second);
    set_int(first, SOL_SOCKET, SO_REUSEADDR, 1);
    if (treatment(lab))
        set_int(second, SOL_SOCKET, SO_REUSEADDR, 1);
    bind_to(first, group(lab, PORT));
    expect_success(lab, try_bind(second, group(lab, PORT)));
}

CLAIM(reuseport_shares_group_and_port, V4 | V6,
      "with SO_REUSEPORT on both, two UDP sockets can be bound to exactly the same group and port")
{
    struct sock *second, *first = unbound_pair(lab, &second);
    set_int(first, SOL_SOCKET, SO_REUSEPORT, 1);
    if (treatment(lab))
        set_int(second, SOL_SOCKET, SO_REUSEPORT, 1);
    bind_to(first, group(lab, PORT));
    expect_success(lab, try_bind(second, group(lab, PORT)));
}

CLAIM(reuseaddr_of_one_and_reuseport_of_the_other_do_not_share, V4 | V6,
      "a UDP socket with SO_REUSEADDR and one with SO_REUSEPORT cannot share a group and port: both need the same option; "
      "SO_REUSEADDR leaves SO_REUSEPORT 0",
      .cites = "socket(7), SO_REUSEPORT")
{
    struct sock *second, *first = unbound_pair(lab, &second);
    set_int(first, SOL_SOCKET, SO_REUSEADDR, 1);
    if (treatment(lab))
        set_int(second, SOL_SOCKET, SO_REUSEPORT, 1);
    else
        set_int(second, SOL_SOCKET, SO_REUSEADDR, 1);
    expect_equal(lab, get_int(first, SOL_SOCKET, SO_REUSEPORT), 0);
    bind_to(first, group(lab, PORT)); /* udp_lib_lport_inuse: sk_reuse of both, or sk_reuseport of both */
    expect_refused(lab, try_bind(second, group(lab, PORT)), EADDRINUSE);
}

CLAIM(each_member_gets_a_copy_with_reuseaddr, V4 | V6,
      "of a datagram to their group, every UDP socket bound to it with SO_REUSEADDR and joined gets its own copy")
{
    struct sock *second, *first = unbound_pair(lab, &second);
    set_int(first, SOL_SOCKET, SO_REUSEADDR, 1);
    set_int(second, SOL_SOCKET, SO_REUSEADDR, 1);
    bind_to(first, group(lab, PORT));
    bind_to(second, treatment(lab) ? group(lab, PORT) : group(lab, PORT + 1));
    join_group(first, group(lab, PORT), "eth0");
    join_group(second, group(lab, PORT), "eth0");

    send_news(lab);
    receive_text(first, "news");
    receive_text(second, "news");
}

CLAIM(each_member_gets_a_copy_with_reuseport, V4 | V6,
      "of a datagram to their group, every UDP socket bound to it with SO_REUSEPORT and joined gets its own copy: what is "
      "spread over the sockets of a unicast address is copied for those of a group")
{
    struct sock *second, *first = unbound_pair(lab, &second);
    set_int(first, SOL_SOCKET, SO_REUSEPORT, 1);
    set_int(second, SOL_SOCKET, SO_REUSEPORT, 1);
    bind_to(first, group(lab, PORT)); /* __udp4_lib_mcast_deliver does not ask for the reuseport group */
    bind_to(second, treatment(lab) ? group(lab, PORT) : group(lab, PORT + 1));
    join_group(first, group(lab, PORT), "eth0");
    join_group(second, group(lab, PORT), "eth0");

    send_news(lab);
    receive_text(first, "news");
    receive_text(second, "news");
}

CLAIM(only_one_of_unicast_sockets_gets_a_datagram, V4 | V6,
      "of two UDP sockets that share a unicast address and port with SO_REUSEADDR only one, the one bound last, gets a "
      "datagram",
      .cites = "socket(7), SO_REUSEADDR")
{
    struct sock *second, *first = unbound_pair(lab, &second), *client = udp_socket(lab, "client");
    struct endpoint to = treatment(lab) ? at(lab, "server", PORT) : group(lab, PORT);
    bind_to(client, at(lab, "client", 0));
    set_int(first, SOL_SOCKET, SO_REUSEADDR, 1);
    set_int(second, SOL_SOCKET, SO_REUSEADDR, 1);
    bind_to(first, to);
    bind_to(second, to);
    join_group(first, group(lab, PORT), "eth0");
    join_group(second, group(lab, PORT), "eth0");

    send_to(client, "letter", 0, to);
    receive_text(second, "letter");
    expect(lab, !is_readable(first));
}

static int share_as_another_user(struct lab *lab, void *option)
{
    struct sock *sock = udp_socket(lab, "server");
    set_int(sock, SOL_SOCKET, *(int *)option, 1);
    return try_bind(sock, group(lab, PORT));
}

CLAIM(reuseport_does_not_share_with_another_user, V4 | V6,
      "sockets of two users can share a group and port with SO_REUSEADDR, not with SO_REUSEPORT: the two options are not "
      "treated alike",
      .cites = "socket(7), SO_REUSEPORT")
{
    int option = treatment(lab) ? SO_REUSEPORT : SO_REUSEADDR;
    struct sock *first = udp_socket(lab, "server");
    set_int(first, SOL_SOCKET, option, 1);
    bind_to(first, group(lab, PORT));
    expect_refused(lab, as_user(lab, NOBODY, share_as_another_user, &option), EADDRINUSE);
}
