/* SPDX-License-Identifier: MIT */
/*
 * IP_BIND_ADDRESS_NO_PORT: bind an address and leave the port to connect(2), which needs not keep one for itself.
 * [notes] IPPROTO_IP.IP_BIND_ADDRESS_NO_PORT; ip(7)
 */
#include "lab.h"

EXPERIMENT("IP_BIND_ADDRESS_NO_PORT", "IPPROTO_IP", "bind an address now and get a port when connecting");

CLAIM(is_off_until_set, V4 | V6,
      "IP_BIND_ADDRESS_NO_PORT is off on a new socket and reads back as 1 after any nonzero int, on IPv6 sockets too, at level "
      "IPPROTO_IP",
      .cites = "ip(7), IP_BIND_ADDRESS_NO_PORT")
{
    struct sock *s = tcp_socket(lab, "client");
    expect_equal(lab, get_int(s, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT), 0);
    if (treatment(lab))
        set_int(s, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 42);
    expect_equal(lab, get_int(s, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT), 1);
}

CLAIM(the_port_is_chosen_by_connect, V4 | V6,
      "with IP_BIND_ADDRESS_NO_PORT a bind to an address and port 0 leaves the socket with that address and no port; connect "
      "gives it one and sends its SYN from that address",
      .bench = "client*2 server")
{
    tcp_listener(lab, "server", SERVICE);
    struct sock *s = tcp_socket(lab, "client");
    if (treatment(lab))
        set_int(s, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
    bind_to(s, at(lab, "client#2", 0));
    expect_equal(lab, name_of(s).port, 0);

    connect_to(s, at(lab, "server", SERVICE));
    expect(lab, name_of(s).port != 0);
    let(lab, "port", name_of(s).port);
    expect_wire(lab,
                "client#2.$port > server.7890 [S]",
                "server.7890 > client#2.$port [S.]",
                "client#2.$port > server.7890 [.]");
}

CLAIM(udp_sockets_get_their_port_with_the_first_datagram, V4 | V6,
      "it holds for UDP as well: after a bind to port 0 there is no port until connect or the first datagram",
      .cites = "ip(7), IP_BIND_ADDRESS_NO_PORT")
{
    struct sock *sends = udp_socket(lab, "client"), *connects = udp_socket(lab, "client");
    if (treatment(lab)) {
        set_int(sends, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
        set_int(connects, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
    }
    bind_to(sends, at(lab, "client", 0));
    bind_to(connects, at(lab, "client", 0));
    expect_equal(lab, name_of(sends).port, 0);
    expect_equal(lab, name_of(connects).port, 0);
    send_to(sends, "x", 0, at(lab, "server", SERVICE));
    connect_to(connects, at(lab, "server", SERVICE));
    expect(lab, name_of(sends).port != 0);
    expect(lab, name_of(connects).port != 0);
}

CLAIM(sockets_bound_so_share_a_port, V4 | V6,
      "no port is reserved: where only one port is left, two sockets that bind an address with IP_BIND_ADDRESS_NO_PORT connect "
      "from it to two destinations, and a third one to one of these is EADDRNOTAVAIL; without the option it is the second bind "
      "that fails, with EADDRINUSE",
      .bench = "client server*2")
{
    tcp_listener(lab, "server", SERVICE);
    set_sysctl(lab, "client", "net.ipv4.ip_local_port_range", "50000 50000");
    struct sock *s[3];
    bool on = treatment(lab);
    for (unsigned i = 0; i < 3; i++) {
        s[i] = tcp_socket(lab, "client");
        if (on)
            set_int(s[i], IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
        if (!expect_success(lab, try_bind(s[i], at(lab, "client", 0))))
            return;
    }
    expect_success(lab, try_connect(s[0], at(lab, "server", SERVICE)));
    expect_success(lab, try_connect(s[1], at(lab, "server#2", SERVICE)));
    expect_refused(lab, try_connect(s[2], at(lab, "server", SERVICE)), EADDRNOTAVAIL);
    expect_equal(lab, name_of(s[0]).port, 50000);
    expect_equal(lab, name_of(s[1]).port, 50000);

    set_int(s[2], IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 0);
    expect_refused(lab, try_bind(tcp_socket(lab, "client"), at(lab, "client", 0)), EADDRINUSE);
}

CLAIM(a_port_that_is_named_is_reserved_all_the_same, V4 | V6,
      "with a port other than 0 the option changes nothing: bind takes the port, and a second bind to it is EADDRINUSE",
      .cites = "ip(7), IP_BIND_ADDRESS_NO_PORT")
{
    struct sock *first = tcp_socket(lab, "client"), *second = tcp_socket(lab, "client");
    set_int(first, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
    set_int(second, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
    bind_to(first, at(lab, "client", treatment(lab) ? 50000 : 0));
    expect_equal(lab, name_of(first).port, 50000);
    expect_refused(lab, try_bind(second, at(lab, "client", 50000)), EADDRINUSE);
}
