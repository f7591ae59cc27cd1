/* SPDX-License-Identifier: MIT */
/*
 * TCP_MD5SIG: every segment to and from a peer carries a keyed checksum (RFC 2385); what has none, or a wrong one, is dropped.
 * net/ipv4/tcp_ipv4.c, tcp_v4_parse_md5_keys; linux/tcp.h, struct tcp_md5sig (since Linux 2.6.20)
 */
#include "lab.h"

EXPERIMENT("TCP_MD5SIG", "IPPROTO_TCP", "sign every segment, and drop what is not signed");

/* setsockopt with this key for the host; an empty key takes it away. */
static int try_key(struct lab *lab, struct sock *sock, const char *host, const char *key)
{
    struct tcp_md5sig md5 = {.tcpm_keylen = (uint16_t)strlen(key)};
    struct endpoint peer = at(lab, host, 0);
    address_sockaddr(&peer.address, 0, &md5.tcpm_addr);
    memcpy(md5.tcpm_key, key, strlen(key));
    return try_set_option(sock, IPPROTO_TCP, TCP_MD5SIG, &md5, sizeof md5);
}

static void need_md5(struct lab *lab)
{
    need(lab, try_key(lab, tcp_socket(lab, "client"), "server", "key") != -ENOPROTOOPT, "needs CONFIG_TCP_MD5SIG");
}

CLAIM(every_segment_is_signed, V4 | V6,
      "with the same key on both sides every segment of the connection, the SYN included, carries an option of 16 bytes, which leaves no "
      "room for time stamps in the SYN; accepted sockets inherit the key",
      .cites = "RFC 2385 section 2")
{
    need_md5(lab);
    struct stream s = {.listener = tcp_listener(lab, "server", SERVICE), .client = tcp_socket(lab, "client")};
    expect_success(lab, try_key(lab, s.listener, "client", "secret"));
    if (treatment(lab))
        expect_success(lab, try_key(lab, s.client, "server", "secret"));
    start_connect(s.client, at(lab, "server", SERVICE));
    expect_wire(lab,
                "client > server [S] md5 no TS",
                "server > client [S.] ack 1 md5",
                "client > server [.] ack 1 md5");
    finish_connect(s.client);
    s.server = accept_from(s.listener);
    send_text(s.client, "signed");
    expect_wire(lab,
                "client > server [P.] 1:7 md5",
                "server > client [.] ack 7 md5");
    receive_text(s.server, "signed");
    close_socket(s.client);
    expect_wire(lab, "client > server [F.] 7 md5");
}

CLAIM(segments_without_a_signature_are_dropped, V4 | V6,
      "a listener with a key for the client does not answer a SYN without the option, nor one that is signed with another key, by a RST or "
      "anything: connect does not come to an end",
      .cites = "RFC 2385 section 2")
{
    need_md5(lab);
    struct sock *listener = tcp_listener(lab, "server", SERVICE), *without = tcp_socket(lab, "client"), *wrong = tcp_socket(lab, "client");
    expect_success(lab, try_key(lab, wrong, "server", "another"));
    if (treatment(lab))
        expect_success(lab, try_key(lab, listener, "client", "secret"));
    start_connect(without, at(lab, "server", SERVICE));
    start_connect(wrong, at(lab, "server", SERVICE));
    expect_at(lab, "server",
              "client > server [S] no md5",
              "client > server [S] md5");
    settle(lab);
    expect_nothing_at(lab, "server", "server > client [*]");
    expect(lab, !is_readable(listener));

    struct sock *right = tcp_socket(lab, "client");
    expect_success(lab, try_key(lab, right, "server", "secret"));
    connect_to(right, at(lab, "server", SERVICE)); /* the listener is not deaf */
}

CLAIM(listener_without_a_key_drops_signed_segments, V4 | V6,
      "a listener without a key does not answer a signed SYN either: nobody falls back to doing without",
      .cites = "RFC 2385 section 4.1; net/ipv4/tcp.c, tcp_inbound_hash")
{
    need_md5(lab);
    struct sock *listener = tcp_listener(lab, "server", SERVICE), *client = tcp_socket(lab, "client");
    if (treatment(lab))
        expect_success(lab, try_key(lab, client, "server", "secret"));
    start_connect(client, at(lab, "server", SERVICE));
    expect_at(lab, "server", "client > server [S]");
    settle(lab);
    expect_nothing_at(lab, "server", "server > client [*]");
    expect(lab, !is_readable(listener));
}

CLAIM(forged_reset_does_no_harm, V4 | V6,
      "an RST with the right sequence number but without a signature, which would end any other connection, is ignored",
      .cites = "RFC 2385 section 1 (what it was made for)")
{
    need_md5(lab);
    struct stream s = {.listener = tcp_listener(lab, "server", SERVICE), .client = tcp_socket(lab, "client")};
    if (treatment(lab)) {
        expect_success(lab, try_key(lab, s.listener, "client", "secret"));
        expect_success(lab, try_key(lab, s.client, "server", "secret"));
    }
    connect_to(s.client, at(lab, "server", SERVICE));
    s.server = accept_from(s.listener);
    settle(lab);
    struct tcp_spec reset = forged(lab, s.client);
    reset.flags = TCP_RST;
    wire_inject_tcp(lab, "server", &reset);
    expect_at(lab, "server", "...", "client > server [R] no md5");
    settle(lab);
    expect_equal(lab, try_send(s.client, "still here", 0), 10);
    receive_text(s.server, "still here");
}

CLAIM(other_peers_are_not_concerned, V4 | V6,
      "a key belongs to an address: on the same listening socket another client does without, and the first one too when its key has been "
      "taken away with the length 0",
      .cites = "linux/tcp.h, struct tcp_md5sig", .bench = "client other server")
{
    need_md5(lab);
    struct sock *listener = tcp_listener(lab, "server", SERVICE), *other = tcp_socket(lab, "other"), *late = tcp_socket(lab, "client");
    expect_success(lab, try_key(lab, listener, "client", "secret"));
    connect_to(other, at(lab, "server", SERVICE));
    expect_at(lab, "other", "other > server [S] no md5 TS", "server > other [S.] no md5 TS");

    if (treatment(lab))
        expect_success(lab, try_key(lab, listener, "client", ""));
    start_connect(late, at(lab, "server", SERVICE));
    settle(lab);
    expect_at(lab, "client", "client > server [S] no md5", "server > client [S.] no md5");
}

CLAIM(keys_that_are_refused, V4 | V6,
      "a key longer than 80 bytes, an address of a third family, or a struct that is too short is refused with EINVAL; to take away a key "
      "that is not there fails with ENOENT; a UDP socket has no such option: ENOPROTOOPT",
      .cites = "net/ipv4/tcp_ipv4.c, tcp_v4_parse_md5_keys")
{
    need_md5(lab);
    struct sock *sock = tcp_socket(lab, "client");
    struct tcp_md5sig md5 = {.tcpm_keylen = treatment(lab) ? TCP_MD5SIG_MAXKEYLEN + 1 : TCP_MD5SIG_MAXKEYLEN};
    struct endpoint server = at(lab, "server", 0);
    address_sockaddr(&server.address, 0, &md5.tcpm_addr);
    fact_refused(lab, "md5_key_that_is_not_there", try_key(lab, sock, "server", ""), ENOENT);
    expect_refused(lab, try_set_option(sock, IPPROTO_TCP, TCP_MD5SIG, &md5, sizeof md5), EINVAL);
    expect_refused(lab, try_set_option(sock, IPPROTO_TCP, TCP_MD5SIG, &md5, sizeof md5 - 1), EINVAL);
    md5.tcpm_keylen = 1;
    md5.tcpm_addr.ss_family = AF_UNIX;
    expect_refused(lab, try_set_option(sock, IPPROTO_TCP, TCP_MD5SIG, &md5, sizeof md5), EINVAL);
    expect_refused(lab, try_key(lab, udp_socket(lab, "client"), "server", "key"), ENOPROTOOPT);
}
