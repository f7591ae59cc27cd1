/* SPDX-License-Identifier: MIT */
/*
 * SO_ZEROCOPY and MSG_ZEROCOPY: the kernel sends from the program's pages, and tells in the socket's error queue when it needs
 * them no more. Documentation/networking/msg_zerocopy.rst (since Linux 4.14)
 */
#include "lab.h"

#include <linux/errqueue.h>
#include <poll.h>

#ifndef SO_EE_CODE_ZEROCOPY_COPIED
#define SO_EE_CODE_ZEROCOPY_COPIED 1
#endif

EXPERIMENT("SO_ZEROCOPY", "SOL_SOCKET", "send from the program's own pages");

static char load[100000]; /* stays as it is, as whoever sends with MSG_ZEROCOPY must see to */

static int send_by_reference(struct sock *sock, size_t size)
{
    return try_call(sock, send(fd_of(sock), load, size, MSG_ZEROCOPY | MSG_NOSIGNAL));
}

static const struct sock_extended_err *notification_in(struct lab *lab, const struct message *message)
{
    return is_v6(lab) ? ancillary(message, IPPROTO_IPV6, IPV6_RECVERR, struct sock_extended_err)
                      : ancillary(message, IPPROTO_IP, IP_RECVERR, struct sock_extended_err);
}

/* Waits for POLLERR, and reads the error queue. */
static struct message await_notification(struct sock *sock)
{
    struct pollfd fd = {.fd = fd_of(sock)};
    do_call(sock, poll(&fd, 1, PATIENCE_MS));
    return try_receive_message(sock, MSG_ERRQUEUE);
}

CLAIM(each_call_is_notified_by_number, V4 | V6,
      "calls with MSG_ZEROCOPY are numbered from 0; poll says POLLERR, and a message without data in the error queue says from which "
      "to which number the kernel is done",
      .cites = "msg_zerocopy.rst, Notification Parsing")
{
    struct stream s = tcp_stream(lab);
    set_int(s.client, SOL_SOCKET, SO_ZEROCOPY, 1);
    for (int call = 0; call < 3; call++) {
        expect_equal(lab, treatment(lab) ? send_by_reference(s.client, 10000) : try_send_bytes(s.client, 10000, 0), 10000);
        struct message message = await_notification(s.client);
        const struct sock_extended_err *done = notification_in(lab, &message);
        expect(lab, done != NULL);
        if (!done)
            return;
        expect_equal(lab, message.length, 0);
        expect(lab, message.flags & MSG_ERRQUEUE);
        expect_equal(lab, done->ee_origin, SO_EE_ORIGIN_ZEROCOPY);
        expect_equal(lab, done->ee_errno, 0);
        expect_equal(lab, done->ee_info, call); /* first … */
        expect_equal(lab, done->ee_data, call); /* … and last */
    }
    receive_bytes(s.server, 30000);
}

CLAIM(notifications_that_nobody_reads_are_put_together, V4 | V6,
      "notifications of calls in a row that are not read meanwhile become one, of the range from the first to the last",
      .cites = "msg_zerocopy.rst, Notification Batching")
{
    struct stream s = tcp_stream(lab);
    set_int(s.client, SOL_SOCKET, SO_ZEROCOPY, 1);
    for (int call = 0; call < (treatment(lab) ? 3 : 1); call++)
        expect_equal(lab, send_by_reference(s.client, 1000), 1000);
    await_all_acknowledged(s.client);
    settle(lab);
    struct message message = await_notification(s.client);
    const struct sock_extended_err *done = notification_in(lab, &message);
    expect(lab, done != NULL);
    if (!done)
        return;
    expect_equal(lab, done->ee_info, 0);
    expect_equal(lab, done->ee_data, 2);
    expect_equal(lab, try_receive_message(s.client, MSG_ERRQUEUE).length, -EAGAIN);
}

CLAIM(notification_comes_with_the_acknowledgement, V4 | V6,
      "the kernel is done with the pages when the data are acknowledged, not when they have been sent: only then comes the notification",
      .cites = "msg_zerocopy.rst, Notification Latency")
{
    struct stream s = tcp_stream(lab);
    set_int(s.client, SOL_SOCKET, SO_ZEROCOPY, 1);
    wire_hold(lab, "server > client [.]");
    expect_equal(lab, send_by_reference(s.client, 5000), 5000);
    receive_bytes(s.server, 5000); /* it has arrived */
    expect_equal(lab, try_receive_message(s.client, MSG_ERRQUEUE).length, -EAGAIN);
    if (treatment(lab))
        wire_release(lab);
    settle(lab);
    expect_equal(lab, try_receive_message(s.client, MSG_ERRQUEUE).length, 0);
}

CLAIM(what_is_changed_before_is_sent_changed, V4 | V6,
      "a segment that is lost is sent again from the program's pages as they are then: what the program has overwritten meanwhile "
      "arrives overwritten; without SO_ZEROCOPY it arrives as it was",
      .cites = "msg_zerocopy.rst, Opportunity and Caveats")
{
    struct stream s = tcp_stream(lab);
    if (treatment(lab))
        set_int(s.client, SOL_SOCKET, SO_ZEROCOPY, 1);
    wire_hold(lab, "server > client [.]");
    wire_drop_nth(lab, 1, "client > server [*] seq 1 len >0");
    memset(load, 'a', sizeof load);
    let(lab, "one", 1 + get_int(s.client, IPPROTO_TCP, TCP_MAXSEG));
    skip_packets(lab);
    expect_equal(lab, send_by_reference(s.client, 10000), 10000);
    expect_wire(lab, "...", "client > server [*] $last:10001");

    memset(load, 'b', sizeof load);
    wire_release(lab); /* of acknowledgements that miss the first segment */
    expect_wire(lab, "...", "client > server [*] 1:$one data \"bbbb\"");
    receive_bytes(s.server, 10000);
}

CLAIM(loopback_gets_a_copy, V4 | V6,
      "on loopback the notification says that the data were copied after all (SO_EE_CODE_ZEROCOPY_COPIED): a receiver may read them at "
      "any time, and so gets pages of its own",
      .cites = "msg_zerocopy.rst, Loopback", .loopback = true)
{
    struct sock *listener = tcp_socket(lab, "client"), *client = tcp_socket(lab, "client");
    bind_to(listener, loopback(lab, SERVICE));
    listen_on(listener, 1);
    connect_to(client, loopback(lab, SERVICE));
    struct sock *server = accept_from(listener);
    set_int(client, SOL_SOCKET, SO_ZEROCOPY, 1);
    expect_equal(lab, treatment(lab) ? send_by_reference(client, 50000) : try_send_bytes(client, 50000, 0), 50000);
    receive_bytes(server, 50000);
    struct message message = await_notification(client);
    const struct sock_extended_err *done = notification_in(lab, &message);
    expect(lab, done != NULL);
    if (!done)
        return;
    expect_equal(lab, done->ee_code, SO_EE_CODE_ZEROCOPY_COPIED);
}

CLAIM(flag_without_the_option_is_ignored, V4 | V6,
      "MSG_ZEROCOPY on a socket without SO_ZEROCOPY is no error: the data are copied and nothing is notified",
      .cites = "msg_zerocopy.rst, Socket Setup")
{
    struct stream s = tcp_stream(lab);
    if (!treatment(lab))
        set_int(s.client, SOL_SOCKET, SO_ZEROCOPY, 1);
    expect_equal(lab, send_by_reference(s.client, 1000), 1000);
    receive_bytes(s.server, 1000);
    await_all_acknowledged(s.client);
    expect_equal(lab, try_receive_message(s.client, MSG_ERRQUEUE).length, -EAGAIN);
}

CLAIM(connected_sockets_take_the_option_too, V4 | V6,
      "SO_ZEROCOPY is taken in every state, also from an accepted socket, and inherited from the listening one; nothing is refused with "
      "EBUSY, as its document says",
      .cites = "msg_zerocopy.rst, Socket Setup (refuted)")
{
    struct stream s = tcp_stream(lab);
    expect_success(lab, try_set_int(s.client, SOL_SOCKET, SO_ZEROCOPY, 1));
    expect_success(lab, try_set_int(s.server, SOL_SOCKET, SO_ZEROCOPY, 1));
    if (treatment(lab))
        expect_success(lab, try_set_int(s.listener, SOL_SOCKET, SO_ZEROCOPY, 1));
    connect_to(tcp_socket(lab, "client"), at(lab, "server", SERVICE));
    expect_equal(lab, get_int(accept_from(s.listener), SOL_SOCKET, SO_ZEROCOPY), 1);
}

CLAIM(other_protocols_are_refused, NO_FAMILY,
      "UDP takes SO_ZEROCOPY too; a raw or an AF_UNIX socket refuses it", .cites = "msg_zerocopy.rst, Socket Setup", .since = "5.0")
{
    struct sock *udp = socket_on(lab, "client", AF_INET, SOCK_DGRAM, 0);
    struct sock *raw = socket_on(lab, "client", AF_INET, SOCK_RAW, IPPROTO_ICMP), *local = socket_on(lab, "client", AF_UNIX, SOCK_STREAM, 0);
    expect_success(lab, try_set_int(udp, SOL_SOCKET, SO_ZEROCOPY, 1));
    int refused = try_set_int(treatment(lab) ? raw : udp, SOL_SOCKET, SO_ZEROCOPY, 1);
    expect(lab, refused < 0);
    expect_equal(lab, try_set_int(local, SOL_SOCKET, SO_ZEROCOPY, 1), refused);
    fact(lab, "so_zerocopy_on_a_raw_socket", -refused, "errno");
}
