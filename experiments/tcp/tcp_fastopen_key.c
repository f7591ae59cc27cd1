/* SPDX-License-Identifier: MIT */
/*
 * TCP_FASTOPEN_KEY: the key from which a listening socket makes its Fast Open cookies, in place of the network namespace's.
 * net/ipv4/tcp_fastopen.c (since Linux 4.15, a second key since 5.3); ip-sysctl.rst, tcp_fastopen_key; RFC 7413
 */
#include "lab.h"

EXPERIMENT("TCP_FASTOPEN_KEY", "IPPROTO_TCP", "give a listening socket a key of its own for Fast Open cookies");

#define KEY_SIZE 16

static const uint8_t keys[2 * KEY_SIZE] = "the first key...and the second..";

CLAIM(key_belongs_to_the_socket, V4 | V6,
      "a listener with a key of its own does not take the cookie that another listener of the same host gave, and gives another one",
      .cites = "net/ipv4/tcp_fastopen.c, tcp_fastopen_cookie_gen_check (Linux 4.15)")
{
    fastopen_listener(lab, 5000);
    struct sock *own = fastopen_listener(lab, 5001);
    if (treatment(lab))
        set_option(own, IPPROTO_TCP, TCP_FASTOPEN_KEY, keys, KEY_SIZE);
    say_hello(lab, "client", at(lab, "server", 5000));
    expect_wire(lab,
                "client > server.5000 [S] tfo cookiereq",
                "server.5000 > client [S.] ack 1 tfo cookie $general",
                "client > server.5000 [P.] 1:7 ack 1",
                "server.5000 > client [.] ack 7");
    say_hello(lab, "client", at(lab, "server", 5001));
    expect_wire(lab,
                "client > server.5001 [S] 0:6 tfo cookie $general",
                "server.5001 > client [S.] ack 1 tfo cookie $own",
                "client > server.5001 [P.] 1:7 ack 1",
                "server.5001 > client [.] ack 7");
    expect(lab, strcmp(bound(lab, "own"), bound(lab, "general")) != 0);
}

CLAIM(same_key_makes_the_same_cookie, V4 | V6,
      "a restarted listener that sets the same key again takes the cookies given before, even when the key of the namespace has changed "
      "meanwhile: so that several servers behind one address can share them",
      .cites = "ip-sysctl.rst, tcp_fastopen_key; RFC 7413 section 6.3.4")
{
    struct sock *listener = fastopen_listener(lab, SERVICE);
    if (treatment(lab))
        set_option(listener, IPPROTO_TCP, TCP_FASTOPEN_KEY, keys, KEY_SIZE);
    say_hello(lab, "client", at(lab, "server", SERVICE));
    expect_wire(lab,
                "client > server [S] tfo cookiereq",
                "server > client [S.] ack 1 tfo cookie $cookie",
                "client > server [P.] 1:7 ack 1",
                "server > client [.] ack 7");
    close_socket(listener);
    settle(lab);
    skip_packets(lab);

    set_sysctl(lab, "server", "net.ipv4.tcp_fastopen_key", "00000001-00000002-00000003-00000004");
    set_int(listener = tcp_socket(lab, "server"), SOL_SOCKET, SO_REUSEADDR, 1);
    bind_to(listener, any_address(lab, SERVICE));
    set_int(listener, IPPROTO_TCP, TCP_FASTOPEN, 5);
    if (treatment(lab))
        set_option(listener, IPPROTO_TCP, TCP_FASTOPEN_KEY, keys, KEY_SIZE);
    listen_on(listener, 5);
    say_hello(lab, "client", at(lab, "server", SERVICE));
    expect_wire(lab,
                "client > server [S] 0:6 tfo cookie $cookie",
                "server > client [S.] ack 7 no tfo");
}

CLAIM(second_key_is_good_for_old_cookies, V4 | V6,
      "of two keys set in 32 bytes the first makes the cookies, while those of the second are still taken; the SYN-ACK brings a new one "
      "then",
      .cites = "ip-sysctl.rst, tcp_fastopen_key", .since = "5.3")
{
    struct sock *listener = fastopen_listener(lab, SERVICE);
    set_option(listener, IPPROTO_TCP, TCP_FASTOPEN_KEY, keys + KEY_SIZE, KEY_SIZE);
    say_hello(lab, "client", at(lab, "server", SERVICE));
    expect_wire(lab,
                "client > server [S] tfo cookiereq",
                "server > client [S.] ack 1 tfo cookie $old",
                "client > server [P.] 1:7 ack 1",
                "server > client [.] ack 7");
    set_option(listener, IPPROTO_TCP, TCP_FASTOPEN_KEY, keys, treatment(lab) ? 2 * KEY_SIZE : KEY_SIZE);
    say_hello(lab, "client", at(lab, "server", SERVICE));
    expect_wire(lab,
                "client > server [S] 0:6 tfo cookie $old",
                "server > client [S.] ack 7 tfo cookie $new");
    expect(lab, strcmp(bound(lab, "new"), bound(lab, "old")) != 0);
}

CLAIM(key_can_be_read_and_has_16_or_32_bytes, V4 | V6,
      "getsockopt gives the keys that were set, and nothing, with length 0, where the namespace's is in use; any other length than 16 or "
      "32 bytes is refused with EINVAL, a UDP socket with ENOPROTOOPT",
      .cites = "net/ipv4/tcp.c, do_tcp_setsockopt", .since = "5.3")
{
    struct sock *listener = fastopen_listener(lab, SERVICE);
    uint8_t read[64] = {0};
    socklen_t size = sizeof read;
    set_sysctl(lab, "server", "net.ipv4.tcp_fastopen_key", "64636261-68676665-6c6b6a69-706f6e6d");
    expect_success(lab, try_get_option(listener, IPPROTO_TCP, TCP_FASTOPEN_KEY, read, &size));
    expect_equal(lab, size, 0); /* tcp_fastopen_get_cipher */

    if (treatment(lab))
        expect_success(lab, try_set_option(listener, IPPROTO_TCP, TCP_FASTOPEN_KEY, keys, 2 * KEY_SIZE));
    size = sizeof read;
    expect_success(lab, try_get_option(listener, IPPROTO_TCP, TCP_FASTOPEN_KEY, read, &size));
    expect(lab, size == 2 * KEY_SIZE && memcmp(read, keys, 2 * KEY_SIZE) == 0);

    fact_refused(lab, "fastopen_key_of_8_bytes", try_set_option(listener, IPPROTO_TCP, TCP_FASTOPEN_KEY, keys, 8), EINVAL);
    expect_refused(lab, try_set_option(listener, IPPROTO_TCP, TCP_FASTOPEN_KEY, keys, 24), EINVAL);
    expect_refused(lab, try_set_option(udp_socket(lab, "server"), IPPROTO_TCP, TCP_FASTOPEN_KEY, keys, KEY_SIZE), ENOPROTOOPT);
}
