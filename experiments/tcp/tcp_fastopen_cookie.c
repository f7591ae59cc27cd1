/* SPDX-License-Identifier: MIT */
/*
 * The cookie of TCP_FASTOPEN: whose it is, what it is made of, who is taken for its owner. The option itself: tcp_fastopen.c.
 * [notes] IPPROTO_TCP.TCP_FASTOPEN; RFC 7413
 */
#include "lab.h"

#include <endian.h>
#include <stdio.h>

EXPERIMENT("TCP_FASTOPEN cookies", "IPPROTO_TCP", "what lets a client send data in its SYN");

#define KEY "net.ipv4.tcp_fastopen_key"

static bool differ(struct lab *lab, const char *variable, const char *other)
{
    return strcmp(bound(lab, variable), bound(lab, other)) != 0;
}

/* ---------------------------------------------------------------- whose it is */

CLAIM(cookie_serves_every_port_of_the_server, V4 | V6,
      "a cookie obtained at one port of the server is sent to its other ports too, and is taken there",
      .cites = "RFC 7413 section 4.1.2 (the cookie is made from IP addresses alone)")
{
    struct sock *other = fastopen_listener(lab, 7891), *listener = fastopen_listener(lab, SERVICE);
    if (treatment(lab))
        obtain_cookie(lab, listener);

    say_hello(lab, "client", at(lab, "server", 7891));
    expect_wire(lab,
                "client > server.7891 [S] 0:6 tfo cookie $cookie",
                "server.7891 > client [S.] ack 7 no tfo");
    receive_text(accept_from(other), "Hello\n");
}

CLAIM(cookie_belongs_to_the_client_address, V4 | V6,
      "another client gets another cookie from the same server", .bench = "client other server")
{
    struct sock *listener = fastopen_listener(lab, SERVICE);
    obtain_cookie(lab, listener);

    const char *host = "client";
    if (treatment(lab))
        host = "other";
    say_hello(lab, host, at(lab, "server", SERVICE));
    expect_at(lab, "server",
              "any > server [S] tfo cookiereq",
              "server > any [S.] ack 1 tfo cookie $others");
    expect(lab, differ(lab, "others", "cookie"));
}

CLAIM(cookie_belongs_to_the_key_of_the_server, V4 | V6,
      "with another key the server refuses the cookie and gives another one; with the first key again, the first one again")
{
    struct sock *listener = fastopen_listener(lab, SERVICE);
    set_sysctl(lab, "server", KEY, "00000001-00000002-00000003-00000004");
    obtain_cookie(lab, listener);

    if (treatment(lab))
        set_sysctl(lab, "server", KEY, "00000005-00000006-00000007-00000008");
    say_hello(lab, "client", at(lab, "server", SERVICE));
    expect_wire(lab,
                "client > server [S] 0:6 tfo cookie $cookie",
                "server > client [S.] ack 1 tfo cookie $second",
                "client > server [P.] 1:7 ack 1",
                "server > client [.] ack 7");
    expect(lab, differ(lab, "cookie", "second"));

    set_sysctl(lab, "server", KEY, "00000001-00000002-00000003-00000004");
    say_hello(lab, "client", at(lab, "server", SERVICE));
    expect_wire(lab,
                "client > server [S] 0:6 tfo cookie $second",
                "server > client [S.] ack 1 tfo cookie $cookie");
}

CLAIM(cookie_of_the_backup_key_is_taken_and_replaced, V4 | V6,
      "a cookie made with what is now the backup key is still good for its data, and the SYN-ACK brings one of the new key",
      .cites = "Documentation/networking/ip-sysctl.rst, tcp_fastopen_key", .since = "5.3")
{
    struct sock *listener = fastopen_listener(lab, SERVICE);
    set_sysctl(lab, "server", KEY, "00000001-00000002-00000003-00000004");
    obtain_cookie(lab, listener);

    if (treatment(lab))
        set_sysctl(lab, "server", KEY,
                   "00000005-00000006-00000007-00000008,00000001-00000002-00000003-00000004");
    say_hello(lab, "client", at(lab, "server", SERVICE));
    expect_wire(lab,
                "client > server [S] 0:6 tfo cookie $cookie",
                "server > client [S.] ack 7 tfo cookie $second");
    expect(lab, differ(lab, "cookie", "second"));
}

CLAIM(data_come_after_the_handshake_when_the_key_has_changed, V4 | V6,
      "when the server's key has changed, the SYN-ACK refuses the data and brings a new cookie, the client sends the data again "
      "with the handshake's last ACK, the server reads them once, and the next SYN has the new cookie")
{
    struct sock *listener = fastopen_listener(lab, SERVICE);
    obtain_cookie(lab, listener);

    if (treatment(lab))
        set_sysctl(lab, "server", KEY, "00000001-00000002-00000003-00000004");
    say_hello(lab, "client", at(lab, "server", SERVICE));
    expect_wire(lab,
                "client > server [S] 0:6 tfo cookie $cookie",
                "server > client [S.] ack 1 tfo cookie $new",
                "client > server [P.] 1:7 ack 1",
                "server > client [.] ack 7");
    struct sock *server = accept_from(listener);
    receive_text(server, "Hello\n");
    settle(lab);
    expect(lab, !is_readable(server)); /* once */

    say_hello(lab, "client", at(lab, "server", SERVICE));
    expect_wire(lab,
                "client > server [S] 0:6 tfo cookie $new",
                "server > client [S.] ack 7 no tfo");
}

/* ---------------------------------------------------------------- what it is made of */

#define ROTATE(x, bits) ((x) << (bits) | (x) >> (64 - (bits)))

static void sip_round(uint64_t v[4])
{
    v[0] += v[1], v[1] = ROTATE(v[1], 13) ^ v[0], v[0] = ROTATE(v[0], 32);
    v[2] += v[3], v[3] = ROTATE(v[3], 16) ^ v[2];
    v[0] += v[3], v[3] = ROTATE(v[3], 21) ^ v[0];
    v[2] += v[1], v[1] = ROTATE(v[1], 17) ^ v[2], v[2] = ROTATE(v[2], 32);
}

/* SipHash-2-4 of so many 64-bit words (Aumasson and Bernstein, 2012). */
static uint64_t siphash(uint64_t key0, uint64_t key1, const uint64_t *words, size_t count)
{
    uint64_t v[4] = {key0 ^ 0x736f6d6570736575, key1 ^ 0x646f72616e646f6d,
                     key0 ^ 0x6c7967656e657261, key1 ^ 0x7465646279746573};
    for (size_t i = 0; i <= count; i++) {
        uint64_t word = i < count ? le64toh(words[i]) : (uint64_t)(8 * count) << 56;
        v[3] ^= word;
        sip_round(v), sip_round(v);
        v[0] ^= word;
    }
    v[2] ^= 0xff;
    sip_round(v), sip_round(v), sip_round(v), sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* What a cookie is made of: the client's address and the server's, as in the SYN's IP header. */
static size_t put_addresses(struct lab *lab, uint64_t words[4])
{
    struct address client = at(lab, "client", 0).address, server = at(lab, "server", 0).address;
    size_t size = is_v6(lab) ? 16 : 4;
    memcpy(words, client.bytes, size);
    memcpy((uint8_t *)words + size, server.bytes, size);
    return 2 * size / sizeof *words;
}

CLAIM(cookie_is_a_keyed_hash_of_both_addresses, V4 | V6,
      "the cookie is the SipHash of client address and server address under the server's key: nothing in it can be decrypted, "
      "and port numbers and time have no part in it",
      .since = "5.3") /* before, AES of the addresses (net/ipv4/tcp_fastopen.c) */
{
    struct sock *listener = fastopen_listener(lab, SERVICE);
    if (treatment(lab))
        set_sysctl(lab, "server", KEY, "00000001-00000002-00000003-00000004");
    obtain_cookie(lab, listener);

    uint64_t words[4];
    size_t count = put_addresses(lab, words);
    uint64_t hash = siphash(0x0000000200000001, 0x0000000400000003, words, count);
    char text[17];
    for (int i = 0; i < 8; i++)
        sprintf(text + 2 * i, "%02x", (unsigned)(hash >> 8 * i & 0xff));
    note(lab, "SipHash of the addresses: %s", text);
    expect(lab, strcmp(bound(lab, "cookie"), text) == 0);
}

/* ---------------------------------------------------------------- who presents it */

/* A SYN with six bytes of data and this cookie, from the address of `like` and a port of its own. */
static struct tcp_spec syn_with_cookie(struct lab *lab, const struct sock *like, const char *hexadecimal)
{
    static uint8_t option[10] = {34, sizeof option}; /* RFC 7413 section 4.1.1 */
    for (int i = 0; i < 8; i++)
        sscanf(hexadecimal + 2 * i, "%2hhx", &option[2 + i]);
    struct tcp_spec syn = forged(lab, like);
    syn.src_port = 1234;
    syn.flags = TCP_SYN;
    syn.ack = 0;
    syn.options = option;
    syn.options_length = sizeof option;
    syn.payload = "Hello\n";
    syn.payload_length = 6;
    return syn;
}

CLAIM(syn_with_a_wrong_cookie_gets_its_data_refused, V4 | V6,
      "of a SYN with an invented cookie the data are not acknowledged and nobody reads them; the SYN-ACK brings the right cookie "
      "to the address that it belongs to")
{
    struct sock *listener = fastopen_listener(lab, SERVICE);
    struct stream s = obtain_cookie(lab, listener);

    const char *cookie = bound(lab, "cookie");
    if (treatment(lab))
        cookie = "0123456789abcdef";
    struct tcp_spec syn = syn_with_cookie(lab, s.client, cookie);
    wire_inject_tcp(lab, "server", &syn);
    expect_at(lab, "server",
              "client.1234 > server [S] 0:6 tfo cookie $presented",
              "server > client.1234 [S.] ack 1 tfo cookie $cookie");
    expect(lab, !is_readable(listener));
}

CLAIM(cookie_of_another_client_is_refused, V4 | V6,
      "a valid cookie does not help from another address: the data are refused", .bench = "client other server")
{
    struct sock *listener = fastopen_listener(lab, SERVICE);
    struct stream s = obtain_cookie(lab, listener);
    struct sock *thief = tcp_socket(lab, "other");
    connect_to(thief, at(lab, "server", SERVICE));
    accept_from(listener);
    settle(lab);
    skip_packets_at(lab, "server");

    struct sock *from = s.client;
    if (treatment(lab))
        from = thief;
    struct tcp_spec syn = syn_with_cookie(lab, from, bound(lab, "cookie"));
    wire_inject_tcp(lab, "server", &syn);
    expect_at(lab, "server",
              "any.1234 > server [S] 0:6 tfo cookie $cookie",
              "server > any.1234 [S.] ack 1 tfo cookie $others");
    expect(lab, !is_readable(listener));
}

CLAIM(whoever_has_the_cookie_is_taken_for_the_client, V4 | V6,
      "a SYN with the right cookie that the client has not sent is taken all the same, data included: the cookie proves that "
      "somebody could read the mail of this address, not who is writing")
{
    struct sock *listener = fastopen_listener(lab, SERVICE);
    struct stream s = obtain_cookie(lab, listener);
    wire_hold(lab, "server > client.1234 [*]"); /* or the client would reset what it does not know */

    const char *cookie = "0123456789abcdef";
    if (treatment(lab))
        cookie = bound(lab, "cookie");
    struct tcp_spec syn = syn_with_cookie(lab, s.client, cookie);
    wire_inject_tcp(lab, "server", &syn);
    expect_at(lab, "server",
              "client.1234 > server [S] 0:6 tfo cookie $cookie",
              "server > client.1234 [S.] ack 7 no tfo");
    receive_text(accept_from(listener), "Hello\n");
    expect_nothing(lab, "client.1234 > server [*]"); /* it has never left the client */
}
