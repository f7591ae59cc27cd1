/* SPDX-License-Identifier: MIT */
/* SO_OOBINLINE: the urgent byte stays in the stream. [socket7] Socket options; [unp] 3.7, 2 */
#include "lab.h"

EXPERIMENT("SO_OOBINLINE", "SOL_SOCKET", "receive out-of-band data in the normal stream");

static char buffer[64];

/* "ab", urgent "!", "cd" on their way to the server. */
static void send_five_bytes(struct lab *lab, struct sock *from)
{
    send_text(from, "ab");
    send_flagged(from, "!", MSG_OOB);
    send_text(from, "cd");
    settle(lab);
}

CLAIM(urgent_byte_stays_in_the_stream, V4 | V6,
      "with SO_OOBINLINE the urgent byte is received in its place in the stream")
{
    struct stream s = tcp_stream(lab);

    if (treatment(lab))
        set_int(s.server, SOL_SOCKET, SO_OOBINLINE, 1);
    send_five_bytes(lab, s.client);
    receive_text(s.server, "ab!cd");
}

CLAIM(msg_oob_is_refused_with_oobinline, V4 | V6,
      "with SO_OOBINLINE a receive with MSG_OOB fails with EINVAL, also while an urgent byte waits",
      .cites = "recv(2), MSG_OOB")
{
    struct stream s = tcp_stream(lab);

    if (treatment(lab))
        set_int(s.server, SOL_SOCKET, SO_OOBINLINE, 1);
    send_five_bytes(lab, s.client);
    expect_refused(lab, try_receive(s.server, buffer, sizeof buffer, MSG_OOB), EINVAL); /* tcp_recv_urg */
}

CLAIM(normal_receive_leaves_out_the_urgent_byte, V4 | V6,
      "without SO_OOBINLINE the urgent byte is not in the stream: only a receive with MSG_OOB gets it")
{
    struct stream s = tcp_stream(lab);

    set_int(s.server, SOL_SOCKET, SO_OOBINLINE, treatment(lab) ? 0 : 1); /* 0 is the default */
    send_five_bytes(lab, s.client);
    receive_text(s.server, "abcd");
    expect_refused(lab, try_receive(s.server, buffer, sizeof buffer, MSG_OOB), EINVAL); /* too late: passed */
    send_five_bytes(lab, s.client);
    expect_equal(lab, try_receive(s.server, buffer, sizeof buffer, MSG_OOB), 1);
    expect_equal(lab, buffer[0], '!');
    receive_text(s.server, "abcd");
}

CLAIM(second_urgent_byte_puts_the_first_into_the_stream, V4 | V6,
      "only the last urgent byte is out of band: an earlier one that was not received yet becomes part of the stream, although "
      "SO_OOBINLINE is off")
{
    struct stream s = tcp_stream(lab);
    send_five_bytes(lab, s.client);

    if (treatment(lab))
        send_flagged(s.client, "?", MSG_OOB);
    settle(lab);
    expect_equal(lab, try_receive(s.server, buffer, sizeof buffer, MSG_OOB), 1);
    expect_equal(lab, buffer[0], '?');
    receive_text(s.server, "ab!cd");
}

CLAIM(urgent_byte_at_the_mark_is_lost_to_the_next_one, V4 | V6,
      "an urgent byte that is the next one to receive when another one comes is lost: neither MSG_OOB nor a normal receive "
      "gets it",
      .cites = "RFC 6093, 3.1; tcp_check_urg in the kernel")
{
    struct stream s = tcp_stream(lab);
    send_flagged(s.client, "!", MSG_OOB);
    settle(lab);

    if (treatment(lab))
        send_flagged(s.client, "?", MSG_OOB);
    send_text(s.client, "cd");
    settle(lab);
    expect_equal(lab, try_receive(s.server, buffer, sizeof buffer, MSG_OOB), 1);
    expect_equal(lab, buffer[0], '?');
    receive_text(s.server, "cd");
}

CLAIM(receive_stops_at_the_mark_even_inline, V4 | V6,
      "with SO_OOBINLINE too a receive stops before the urgent byte, so that the program can see the mark",
      .cites = "tcp(7), SIOCATMARK")
{
    struct stream s = tcp_stream(lab);
    set_int(s.server, SOL_SOCKET, SO_OOBINLINE, 1);

    send_text(s.client, "ab");
    send_flagged(s.client, "!", treatment(lab) ? MSG_OOB : 0);
    send_text(s.client, "cd");
    settle(lab);
    expect_equal(lab, try_receive(s.server, buffer, sizeof buffer, 0), 2);
    expect_equal(lab, try_receive(s.server, buffer, sizeof buffer, 0), 3);
}

CLAIM(accepted_socket_inherits_oobinline, V4 | V6,
      "an accepted TCP socket inherits SO_OOBINLINE from its listener, and with it where urgent bytes go")
{
    struct sock *listener = tcp_listener(lab, "server", SERVICE);
    struct sock *client = tcp_socket(lab, "client");

    if (treatment(lab))
        set_int(listener, SOL_SOCKET, SO_OOBINLINE, 1);
    connect_to(client, at(lab, "server", SERVICE));
    struct sock *server = accept_from(listener);
    expect_equal(lab, get_int(server, SOL_SOCKET, SO_OOBINLINE), 1);
    send_five_bytes(lab, client);
    receive_text(server, "ab!cd");
}

CLAIM(oobinline_reads_and_writes_as_an_int, NO_FAMILY,
      "SO_OOBINLINE is an int: 0 at first, 1 after any non-zero value, 0 again after 0")
{
    struct sock *sock = socket_on(lab, "client", AF_INET, SOCK_STREAM, 0);

    expect_equal(lab, get_int(sock, SOL_SOCKET, SO_OOBINLINE), 0);
    if (treatment(lab))
        set_int(sock, SOL_SOCKET, SO_OOBINLINE, 7);
    expect_equal(lab, get_int(sock, SOL_SOCKET, SO_OOBINLINE), 1);
    set_int(sock, SOL_SOCKET, SO_OOBINLINE, 0);
    expect_equal(lab, get_int(sock, SOL_SOCKET, SO_OOBINLINE), 0);
}
