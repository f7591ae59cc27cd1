/* SPDX-License-Identifier: MIT */
/*
 * One port of the client, several connections: what bind(2) and connect(2) allow.
 * [notes] 客户端是否可以使用同一个端口连接到不同的服务端 and 客户端使用不同的IP连接到不同的服务端 (one client port to several servers);
 * [attrs] 5.4.4.1 (3), and 5.4.4.1 on five-tuples
 */
#include "lab.h"

EXPERIMENT("one client port", "SOL_SOCKET", "connect from one local port to several servers");

#define CLIENT_PORT 8888

/* A client that binds, as in the documents, before it connects. */
static struct sock *client_socket(struct lab *lab, bool reuse)
{
    struct sock *s = tcp_socket(lab, "client");
    if (reuse)
        set_int(s, SOL_SOCKET, SO_REUSEADDR, 1);
    return s;
}

static void listen_at(struct lab *lab, uint16_t port)
{
    tcp_listener(lab, "server", port);
}

/* ---------------------------------------------------------------- bound first */

CLAIM(two_clients_on_one_port_reach_two_servers, V4 | V6,
      "with SO_REUSEADDR on both, two clients bind the same local address and port 8888 and are connected to two ports of the "
      "server at once; without it the second bind is EADDRINUSE")
{
    listen_at(lab, 12345);
    listen_at(lab, 12346);
    struct endpoint local = at(lab, "client", CLIENT_PORT);
    struct sock *first = client_socket(lab, true), *second = client_socket(lab, false);
    bind_to(first, local);
    connect_to(first, at(lab, "server", 12345));
    expect_wire(lab,
                "client.8888 > server.12345 [S]",
                "server.12345 > client.8888 [S.]",
                "client.8888 > server.12345 [.]");

    expect_refused(lab, try_bind(second, local), EADDRINUSE);
    if (treatment(lab))
        set_int(second, SOL_SOCKET, SO_REUSEADDR, 1);
    if (!expect_success(lab, try_bind(second, local)))
        return;
    connect_to(second, at(lab, "server", 12346));
    expect_wire(lab,
                "client.8888 > server.12346 [S]",
                "server.12346 > client.8888 [S.]",
                "client.8888 > server.12346 [.]");
}

CLAIM(two_local_addresses_share_a_port_without_the_option, V4 | V6,
      "two clients that bind the same port on two different local addresses need no SO_REUSEADDR: both are connected, be it to "
      "two ports of the server or to the very same one",
      .bench = "client*2 server")
{
    /* The documents' client never reads its third argument: it bound 127.0.0.1 both times. */
    listen_at(lab, 12345);
    listen_at(lab, 12346);
    const char *second_address = treatment(lab) ? "client#2" : "client";
    for (unsigned i = 0; i < 2; i++) {
        uint16_t port = CLIENT_PORT + i;
        struct sock *first = client_socket(lab, false), *second = client_socket(lab, false);
        bind_to(first, at(lab, "client", port));
        if (!expect_success(lab, try_bind(second, at(lab, second_address, port))))
            return;
        connect_to(first, at(lab, "server", 12345));
        connect_to(second, at(lab, "server", i == 0 ? 12346 : 12345));
    }
}

CLAIM(documented_loopback_addresses_share_a_port_without_the_option, V4,
      "clients bound to 127.0.0.2 and 127.0.0.3 with the same port 8888, without SO_REUSEADDR, connect to two ports of 127.0.0.1")
{
    static const char *const local[] = {"127.0.0.2", "127.0.0.3"};
    bool different = treatment(lab);
    for (unsigned i = 0; i < 2; i++) {
        tcp_listener(lab, "client", 12345 + i);
        struct sock *client = client_socket(lab, false);
        if (!expect_success(lab, try_bind(client, literally(lab, local[different ? i : 0], CLIENT_PORT))))
            return;
        expect_success(lab, try_connect(client, loopback(lab, 12345 + i)));
    }
}

CLAIM(one_destination_is_enough_of_a_difference, V4 | V6,
      "two connections share their local address and port as long as the remote addresses or the remote ports differ; each "
      "gets its own data",
      .bench = "client server*2")
{
    listen_at(lab, SERVICE);
    listen_at(lab, SERVICE + 1);
    struct endpoint remote[] = {at(lab, "server", SERVICE), at(lab, "server#2", SERVICE), at(lab, "server", SERVICE + 1)};
    bool on = treatment(lab);
    for (unsigned i = 0; i < 3; i++) {
        struct sock *client = client_socket(lab, on);
        if (!expect_success(lab, try_bind(client, at(lab, "client", CLIENT_PORT))))
            return;
        expect_success(lab, try_connect(client, remote[i]));
        expect_equal(lab, name_of(client).port, CLIENT_PORT);
    }
}

/* ---------------------------------------------------------------- the same five-tuple */

CLAIM(second_connection_of_a_five_tuple_is_eaddrnotavail, V4 | V6,
      "of two sockets bound to the same local address and port only one can connect to a destination: the second connect is "
      "EADDRNOTAVAIL, not EADDRINUSE, and no SYN leaves")
{
    /* __inet_check_established finds the tuple. */
    listen_at(lab, SERVICE);
    struct sock *first = client_socket(lab, true), *second = client_socket(lab, true);
    bind_to(first, at(lab, "client", CLIENT_PORT));
    bind_to(second, at(lab, "client", CLIENT_PORT));
    if (treatment(lab))
        connect_to(first, at(lab, "server", SERVICE));
    settle(lab);
    skip_packets(lab);
    int refusal = try_connect(second, at(lab, "server", SERVICE));
    expect_refused(lab, refusal, EADDRNOTAVAIL);
    expect_nothing(lab, "client > server [S]");
    fact_text(lab, "connect_to_the_same_destination", refusal < 0 ? strerrorname_np(-refusal) : "success");
}

CLAIM(a_refused_socket_connects_elsewhere, V4 | V6,
      "the socket whose connect was EADDRNOTAVAIL keeps its address and port, and connects to another destination")
{
    listen_at(lab, SERVICE);
    listen_at(lab, SERVICE + 1);
    struct sock *first = client_socket(lab, true), *second = client_socket(lab, true);
    bind_to(first, at(lab, "client", CLIENT_PORT));
    bind_to(second, at(lab, "client", CLIENT_PORT));
    connect_to(first, at(lab, "server", SERVICE));
    expect_refused(lab, try_connect(second, at(lab, "server", SERVICE)), EADDRNOTAVAIL);
    uint16_t elsewhere = treatment(lab) ? SERVICE + 1 : SERVICE;
    expect_success(lab, try_connect(second, at(lab, "server", elsewhere)));
}

/* A connection from CLIENT_PORT to `remote`, ended from both sides, the client's first: the five-tuple is in TIME_WAIT there. */
static void finished_connection(struct lab *lab, struct sock *listener, struct endpoint remote)
{
    struct sock *client = client_socket(lab, true);
    bind_to(client, at(lab, "client", CLIENT_PORT));
    connect_to(client, remote);
    close_both(client, accept_from(listener));
}

CLAIM(a_five_tuple_in_time_wait_is_connected_again_thanks_to_timestamps, V4 | V6,
      "a socket with SO_REUSEADDR that binds the local port of a connection in TIME_WAIT connects to the same destination at "
      "once if the old connection had timestamps; without them it is EADDRNOTAVAIL",
      .cites = "RFC 6191 section 2")
{
    /*
     * tcp_twsk_unique: time stamps keep the old connection's segments apart. tcp_tw_reuse=0 is about ports that connect(2)
     * chooses itself, and is not asked for a port that was bound.
     */
    set_sysctl(lab, "client", "net.ipv4.tcp_tw_reuse", "0");
    struct sock *listener = tcp_listener(lab, "server", SERVICE), *again = client_socket(lab, true);
    struct endpoint remote = at(lab, "server", SERVICE);
    finished_connection(lab, listener, remote);
    bind_to(again, at(lab, "client", CLIENT_PORT));
    expect_success(lab, try_connect(again, remote));

    if (treatment(lab))
        set_sysctl(lab, "client", "net.ipv4.tcp_timestamps", "0");
    listener = tcp_listener(lab, "server", SERVICE + 1);
    remote.port++;
    finished_connection(lab, listener, remote);
    again = client_socket(lab, true);
    bind_to(again, at(lab, "client", CLIENT_PORT));
    expect_refused(lab, try_connect(again, remote), EADDRNOTAVAIL);
}

CLAIM(udp_sockets_may_have_the_same_five_tuple, V4 | V6,
      "two UDP sockets with SO_REUSEADDR bind the same local address and port and both connect to the same destination: for UDP "
      "the five-tuple need not be unique",
      .cites = "connect(2), EADDRINUSE and EADDRNOTAVAIL, which make no difference of protocols")
{
    struct sock *server = udp_socket(lab, "server"), *client[2];
    bind_to(server, at(lab, "server", SERVICE));
    bool on = treatment(lab);
    for (unsigned i = 0; i < 2; i++) {
        client[i] = udp_socket(lab, "client");
        if (on)
            set_int(client[i], SOL_SOCKET, SO_REUSEADDR, 1);
        if (!expect_success(lab, try_bind(client[i], at(lab, "client", CLIENT_PORT))))
            return;
        expect_success(lab, try_connect(client[i], at(lab, "server", SERVICE)));
    }
    send_text(client[0], "one");
    send_text(client[1], "two");
    expect_wire(lab,
                "client.8888 > server.7890 UDP data \"one\"",
                "client.8888 > server.7890 UDP data \"two\"");
}

/* ---------------------------------------------------------------- connect chooses the port */

CLAIM(connect_gives_one_port_to_several_destinations_by_itself, V4 | V6,
      "sockets that do not bind at all share a local port when connect(2) chooses it, with no option, as long as their "
      "destinations differ; for the same destination it is EADDRNOTAVAIL when no port is left",
      .bench = "client server*2", .cites = "connect(2), EADDRNOTAVAIL: ip_local_port_range")
{
    listen_at(lab, SERVICE);
    leave_only_port(lab, "client", 50000);
    const char *second_host = treatment(lab) ? "server#2" : "server";
    struct sock *first = client_socket(lab, false), *second = client_socket(lab, false);
    connect_to(first, at(lab, "server", SERVICE));
    expect_refused(lab, try_connect(client_socket(lab, false), at(lab, "server", SERVICE)), EADDRNOTAVAIL);
    expect_success(lab, try_connect(second, at(lab, second_host, SERVICE)));
    expect_equal(lab, name_of(first).port, 50000);
    expect_equal(lab, name_of(second).port, 50000);
}

CLAIM(connect_does_not_choose_a_port_that_was_bound, V4 | V6,
      "connect(2) by itself does not choose a port that some socket has bound by bind(2), not even for another destination and "
      "though both have SO_REUSEADDR: with no other port left it is EADDRNOTAVAIL",
      .cites = "connect(2), EADDRNOTAVAIL: ip_local_port_range")
{
    /* __inet_hash_connect passes over ports whose fastreuse is not -1, "only connect has been here". */
    listen_at(lab, SERVICE);
    leave_only_port(lab, "client", 50000);
    if (treatment(lab))
        bind_to(client_socket(lab, true), at(lab, "client", 50000));
    expect_refused(lab, try_connect(client_socket(lab, true), at(lab, "server", SERVICE)), EADDRNOTAVAIL);
}
