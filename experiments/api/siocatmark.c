/* SPDX-License-Identifier: MIT */
/*
 * SIOCATMARK and sockatmark: whether the next byte to receive is the urgent one. [unp] 8 fcntl Function
 * A receive stops at the mark, so that a program can ask.
 */
#include "lab.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>

EXPERIMENT("SIOCATMARK", NULL, "tell whether the socket is at the out-of-band mark");

static char buffer[64];

/* The server sends "ab", the urgent "!" and "cd"; the client has received nothing yet. */
static struct stream five_bytes_with_an_urgent_one(struct lab *lab, bool urgent)
{
    struct stream s = tcp_stream(lab);
    send_text(s.server, "ab");
    send_flagged(s.server, "!", urgent ? MSG_OOB : 0);
    send_text(s.server, "cd");
    settle(lab);
    return s;
}

CLAIM(siocatmark_tells_when_the_mark_is_reached, V4 | V6,
      "SIOCATMARK gives 0 before the mark, 1 when everything before the urgent byte was received, and 0 after it")
{
    struct stream s = five_bytes_with_an_urgent_one(lab, treatment(lab));
    expect_wire(lab,
                "server > client [P.] 1:3",
                "client > server [.] ack 3",
                "server > client [P.U] 3:4 urg 1",
                "client > server [.] ack 4",
                "server > client [P.] 4:6",
                "client > server [.] ack 6");

    expect_equal(lab, ioctl_get(s.client, SIOCATMARK), 0);
    expect_equal(lab, try_receive(s.client, buffer, sizeof buffer, 0), 2); /* stops at the mark */
    expect_equal(lab, ioctl_get(s.client, SIOCATMARK), 1);
    receive_text(s.client, "cd");
    expect_equal(lab, ioctl_get(s.client, SIOCATMARK), 0);
}

CLAIM(sockatmark_is_siocatmark, V4 | V6,
      "sockatmark, the POSIX function, gives what SIOCATMARK gives, before the mark and at it")
{
    struct stream s = five_bytes_with_an_urgent_one(lab, treatment(lab));

    expect_equal(lab, try_call(s.client, sockatmark(fd_of(s.client))), 0);
    expect_equal(lab, try_receive(s.client, buffer, sizeof buffer, 0), 2);
    expect_equal(lab, try_call(s.client, sockatmark(fd_of(s.client))), 1);
}

CLAIM(mark_stays_when_the_urgent_byte_was_received, V4 | V6,
      "receiving the urgent byte with MSG_OOB does not move the mark: SIOCATMARK goes on giving 1 until a normal receive",
      .cites = "tcp(7), SIOCATMARK")
{
    struct stream s = five_bytes_with_an_urgent_one(lab, treatment(lab));

    expect_equal(lab, try_receive(s.client, buffer, sizeof buffer, 0), 2);
    expect_equal(lab, try_receive(s.client, buffer, sizeof buffer, MSG_OOB), 1);
    expect_equal(lab, buffer[0], '!');
    expect_equal(lab, ioctl_get(s.client, SIOCATMARK), 1); /* urg_data keeps TCP_URG_READ until it is passed */
    receive_text(s.client, "cd");
    expect_equal(lab, ioctl_get(s.client, SIOCATMARK), 0);
}

CLAIM(poll_announces_urgent_data_as_pollpri, V4 | V6,
      "poll gives POLLPRI while the urgent byte was not received, and not after",
      .cites = "tcp(7), SIOCATMARK; poll(2), POLLPRI")
{
    struct stream s = five_bytes_with_an_urgent_one(lab, treatment(lab));

    expect_equal(lab, try_poll(s.client, POLLPRI, 0), 1);
    expect_equal(lab, try_receive(s.client, buffer, sizeof buffer, MSG_OOB), 1);
    expect_equal(lab, try_poll(s.client, POLLPRI, 0), 0);
}
