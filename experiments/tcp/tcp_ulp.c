/* SPDX-License-Identifier: MIT */
/*
 * TCP_ULP: a protocol in the kernel on top of the connection, of which the best known is "tls".
 * Documentation/networking/tls.rst, Creating a TLS connection; net/ipv4/tcp_ulp.c (since Linux 4.13)
 */
#include "lab.h"

#include <linux/tls.h>

#ifndef SOL_TLS
#define SOL_TLS 282
#endif

EXPERIMENT("TCP_ULP", "IPPROTO_TCP", "put a protocol of the kernel, as TLS, on a connection");

static int try_ulp(struct sock *sock, const char *name)
{
    return try_set_option(sock, IPPROTO_TCP, TCP_ULP, name, (socklen_t)strlen(name));
}

CLAIM(unknown_names_are_refused, V4 | V6,
      "a name that the kernel does not know, or cannot load, fails with ENOENT in every state of the socket, no name at all with EINVAL, "
      "and a UDP socket with ENOPROTOOPT",
      .cites = "net/ipv4/tcp_ulp.c, tcp_set_ulp; do_tcp_setsockopt")
{
    struct stream s = tcp_stream(lab);
    fact_refused(lab, "unknown_ulp", treatment(lab) ? try_ulp(s.client, "no-such") : 0, ENOENT);
    expect_refused(lab, try_ulp(tcp_socket(lab, "client"), "no-such"), ENOENT);
    expect_refused(lab, try_ulp(s.listener, "no-such"), ENOENT);
    expect_refused(lab, try_set_option(s.client, IPPROTO_TCP, TCP_ULP, "", 0), EINVAL);
    expect_refused(lab, try_ulp(udp_socket(lab, "client"), "tls"), ENOPROTOOPT);
}

static void need_tls(struct lab *lab)
{
    tcp_listener(lab, "server", 5000);
    struct sock *probe = tcp_socket(lab, "client");
    connect_to(probe, at(lab, "server", 5000));
    need(lab, try_ulp(probe, "tls") != -ENOENT, "needs TLS in the kernel (CONFIG_TLS)");
    settle(lab);
    skip_packets(lab);
}

CLAIM(name_is_read_back_where_one_is_set, V4 | V6,
      "a connected socket takes \"tls\", once: a second time fails with EEXIST; read back it is the name, and nothing, with length 0, on a "
      "socket without one; closed and listening ones refuse it with ENOTCONN",
      .cites = "tls.rst, Creating a TLS connection")
{
    need_tls(lab);
    struct stream s = tcp_stream(lab);
    char name[16] = "";
    socklen_t size = sizeof name;
    expect_success(lab, try_get_option(s.client, IPPROTO_TCP, TCP_ULP, name, &size));
    expect_equal(lab, size, 0);
    if (treatment(lab))
        expect_success(lab, try_ulp(s.client, "tls"));
    size = sizeof name;
    expect_success(lab, try_get_option(s.client, IPPROTO_TCP, TCP_ULP, name, &size));
    expect(lab, size > 0 && strcmp(name, "tls") == 0);
    fact_refused(lab, "tls_twice", try_ulp(s.client, "tls"), EEXIST);
    fact_refused(lab, "tls_when_closed", try_ulp(tcp_socket(lab, "client"), "tls"), ENOTCONN);
    fact_refused(lab, "tls_when_listening", try_ulp(s.listener, "tls"), ENOTCONN);
}

CLAIM(kernel_makes_tls_records_of_what_is_written, V4 | V6,
      "with \"tls\" and a key for sending, what is written as plain text is on the wire as a TLS record: type 23, version 3.3, and eight bytes "
      "of nonce and sixteen of tag more than the text",
      .cites = "tls.rst, Sending TLS application data")
{
    need_tls(lab);
    struct stream s = tcp_stream(lab);
    struct tls12_crypto_info_aes_gcm_128 key = {.info = {.version = TLS_1_2_VERSION, .cipher_type = TLS_CIPHER_AES_GCM_128}};
    if (treatment(lab)) {
        expect_success(lab, try_ulp(s.client, "tls"));
        int keyed = try_set_option(s.client, SOL_TLS, TLS_TX, &key, sizeof key);
        need(lab, keyed != -ENOENT, "needs AES-GCM (CONFIG_CRYPTO_GCM)");
        expect_success(lab, keyed);
    }
    send_text(s.client, "plain text");
    expect_wire(lab, "client > server [*] 1:40 data \"\\x17\\x03\\x03\\x00\\x22\""); /* 5 + 8 + 10 + 16 bytes */
}
