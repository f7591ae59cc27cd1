/* SPDX-License-Identifier: MIT */
/*
 * SO_RXQ_OVFL: a datagram brings along how many were dropped before it.
 * [socket7] Socket options
 *
 * The number is sk_drops at the time when the datagram is queued (sock_skb_set_dropcount), so the loss is told by the first datagram
 * that comes after it, and not at all as long as it is 0 (sock_recv_drops).
 */
#include "lab.h"

EXPERIMENT("SO_RXQ_OVFL", "SOL_SOCKET", "tell the receiver how many datagrams its full buffer has cost");

/* No earlier header has it as a macro on all systems: asm-generic/socket.h. */
#ifndef SO_RXQ_OVFL
#define SO_RXQ_OVFL 40
#endif

#define NO_ITEM (-1)

/* Receives a datagram; the number that came with it. */
static int64_t receive_drops(struct sock *sock)
{
    struct message message = receive_message(sock);
    const uint32_t *drops = ancillary(&message, SOL_SOCKET, SO_RXQ_OVFL, uint32_t);
    return drops ? (int64_t)*drops : NO_ITEM;
}

/* The server has the smallest receive buffer that there is. */
static struct udp_pair narrow_server(struct lab *lab)
{
    struct udp_pair d = udp_pair(lab);
    set_int(d.server, SOL_SOCKET, SO_RCVBUF, 0);
    return d;
}

/* Sends so many datagrams to the server, who does not read; how many were lost. */
static int lost_of(struct udp_pair d, int count)
{
    int lost = 0;
    for (int i = 0; i < count; i++)
        lost += !deliver_text(d.client, d.server, "datagram");
    return lost;
}

/* The server reads what it has got so far. */
static void drain(struct udp_pair d)
{
    char buffer[100];
    while (is_readable(d.server))
        try_receive(d.server, buffer, sizeof buffer, 0);
}

CLAIM(is_off_until_set, NO_FAMILY, "SO_RXQ_OVFL is off on a new socket, and reads as 1 after it has been set")
{
    struct sock *s = udp_socket(lab, "server");
    expect_equal(lab, get_int(s, SOL_SOCKET, SO_RXQ_OVFL), 0);
    if (treatment(lab))
        set_int(s, SOL_SOCKET, SO_RXQ_OVFL, 1);
    expect_equal(lab, get_int(s, SOL_SOCKET, SO_RXQ_OVFL), 1);
}

CLAIM(datagram_after_a_loss_tells_how_many_were_dropped, V4 | V6,
      "a datagram received after others were dropped for want of buffer brings their number, an unsigned 32-bit control message")
{
    struct udp_pair d = narrow_server(lab);
    if (treatment(lab))
        set_int(d.server, SOL_SOCKET, SO_RXQ_OVFL, 1);

    int lost = lost_of(d, 50);
    expect_between(lab, lost, 1, 49);
    drain(d);
    send_text(d.client, "after the loss");
    expect_equal(lab, receive_drops(d.server), lost);
    fact(lab, "datagrams_of_8_bytes_in_smallest_buffer", 50 - lost, "");
}

CLAIM(datagrams_queued_before_the_loss_bring_no_message, V4 | V6,
      "datagrams queued before anything was dropped bring no control message, though others have been dropped when they are read")
{
    struct udp_pair d = narrow_server(lab);
    if (treatment(lab))
        set_int(d.server, SOL_SOCKET, SO_RXQ_OVFL, 1);

    int lost = lost_of(d, 50);
    expect_equal(lab, receive_drops(d.server), NO_ITEM); /* the queue was not full when it came */
    drain(d);
    send_text(d.client, "after the loss");
    expect_equal(lab, receive_drops(d.server), lost);
}

CLAIM(number_never_starts_again, V4 | V6,
      "the number counts all drops of the socket: it is told again with each datagram, and later drops add to it")
{
    struct udp_pair d = narrow_server(lab);
    if (treatment(lab))
        set_int(d.server, SOL_SOCKET, SO_RXQ_OVFL, 1);

    int lost = lost_of(d, 50);
    drain(d);
    for (int i = 0; i < 2; i++) {
        send_text(d.client, "after the loss");
        expect_equal(lab, receive_drops(d.server), lost);
    }

    lost += lost_of(d, 50);
    drain(d);
    send_text(d.client, "after more losses");
    expect_equal(lab, receive_drops(d.server), lost);
}

CLAIM(drops_from_before_the_option_was_set_count, V4 | V6,
      "drops from before SO_RXQ_OVFL was set are counted too: the number is that since the socket was made")
{
    struct udp_pair d = narrow_server(lab);

    int lost = lost_of(d, 50);
    drain(d);
    if (treatment(lab))
        set_int(d.server, SOL_SOCKET, SO_RXQ_OVFL, 1);
    send_text(d.client, "after the loss");
    expect_equal(lab, receive_drops(d.server), lost);
}
