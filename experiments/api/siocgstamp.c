/* SPDX-License-Identifier: MIT */
/*
 * SIOCGSTAMP: when the last packet received has arrived. [socket7] Ioctls
 * The kernel stamps packets for a socket only after the socket has asked for the first time.
 */
#include "lab.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <time.h>

EXPERIMENT("SIOCGSTAMP", NULL, "the time at which the last packet received has arrived");

/* CLOCK_REALTIME in microseconds, rounded down as the stamp is. */
static int64_t now_us(void)
{
    struct timeval now;
    gettimeofday(&now, NULL);
    return (int64_t)now.tv_sec * 1000000 + now.tv_usec;
}

static int64_t stamp_us(struct sock *sock)
{
    struct timeval stamp = {0};
    do_ioctl(sock, SIOCGSTAMP, &stamp);
    return (int64_t)stamp.tv_sec * 1000000 + stamp.tv_usec;
}

/* The socket asks once, in vain: from now on its packets are stamped. */
static void switch_stamps_on(struct lab *lab, struct sock *sock)
{
    struct timeval stamp;
    expect_refused(lab, try_ioctl(sock, SIOCGSTAMP, &stamp), ENOENT);
}

CLAIM(stamp_is_the_time_of_arrival_not_of_reading, V4 | V6,
      "SIOCGSTAMP gives a struct timeval: the time at which the datagram received last has arrived, not when it was read")
{
    struct udp_pair p = udp_pair(lab);
    switch_stamps_on(lab, p.server);

    int64_t sent = now_us();
    if (!treatment(lab))
        wire_hold(lab, "client > server UDP");
    send_text(p.client, "Hello");
    settle(lab);
    int64_t arrived = now_us();
    while (now_us() <= arrived)
        ; /* it lies in the receive buffer (in the placebo run still on the wire) */
    wire_release(lab);
    receive_text(p.server, "Hello");
    expect_between(lab, stamp_us(p.server), sent, arrived);
}

CLAIM(stamp_gives_the_round_trip_time, V4 | V6,
      "the time sent subtracted from the stamp of the answer is the round trip, however late the program reads the answer",
      .takes_ms = 60)
{
    struct udp_pair p = udp_pair(lab);
    switch_stamps_on(lab, p.client);
    wire_delay(lab, 10);

    int64_t sent = now_us();
    send_text(p.client, "ping");
    receive_text(p.server, "ping");
    send_text(p.server, "pong");
    await_readable(p.client);
    int64_t arrived = now_us();
    if (treatment(lab))
        let_pass_ms(lab, 20); /* the program has something else to do */
    receive_text(p.client, "pong");
    int64_t read = now_us();
    expect_between(lab, stamp_us(p.client), sent + 20000, arrived);
    expect(lab, read - arrived >= 20000);
}

CLAIM(siocgstamp_before_any_packet_is_enoent, V4 | V6,
      "SIOCGSTAMP fails with ENOENT while the socket has passed no packet to its user")
{
    struct udp_pair p = udp_pair(lab);
    struct timeval stamp;

    expect_refused(lab, try_ioctl(p.server, SIOCGSTAMP, &stamp), ENOENT);
    send_text(p.client, "Hello");
    settle(lab);
    expect_refused(lab, try_ioctl(p.server, SIOCGSTAMP, &stamp), ENOENT); /* arrived, but not received yet */
    if (treatment(lab))
        receive_text(p.server, "Hello");
    expect_success(lab, try_ioctl(p.server, SIOCGSTAMP, &stamp));
}

CLAIM(first_siocgstamp_gives_the_time_of_the_call, V4 | V6,
      "a socket that asks for the first time after it has received a packet gets the time of the call, not of the arrival: "
      "packets are stamped for it only from then on")
{
    struct udp_pair p = udp_pair(lab);
    if (!treatment(lab))
        switch_stamps_on(lab, p.server);

    send_text(p.client, "Hello");
    receive_text(p.server, "Hello");
    int64_t received = now_us();
    while (now_us() <= received)
        ;
    expect(lab, stamp_us(p.server) > received); /* sock_gettstamp: a stamp of 0 becomes now */
}

CLAIM(siocgstamp_with_so_timestamp_is_enoent, V4 | V6,
      "with SO_TIMESTAMP set before the first packet SIOCGSTAMP fails with ENOENT, though packets have been received")
{
    struct udp_pair p = udp_pair(lab);
    struct timeval stamp;

    if (treatment(lab))
        set_int(p.server, SOL_SOCKET, SO_TIMESTAMP, 1);
    send_text(p.client, "Hello");
    receive_text(p.server, "Hello");
    expect_refused(lab, try_ioctl(p.server, SIOCGSTAMP, &stamp), ENOENT);
}

CLAIM(siocgstamp_with_so_timestampns_is_enoent, V4 | V6,
      "with SO_TIMESTAMPNS set before the first packet SIOCGSTAMP fails with ENOENT, though packets have been received")
{
    struct udp_pair p = udp_pair(lab);
    struct timeval stamp;

    if (treatment(lab))
        set_int(p.server, SOL_SOCKET, SO_TIMESTAMPNS, 1);
    send_text(p.client, "Hello");
    receive_text(p.server, "Hello");
    expect_refused(lab, try_ioctl(p.server, SIOCGSTAMP, &stamp), ENOENT);
}

CLAIM(siocgstamp_with_so_timestamp_is_stale, V4 | V6,
      "with SO_TIMESTAMP or SO_TIMESTAMPNS set SIOCGSTAMP goes on giving the stamp of the last packet received before")
{
    struct udp_pair p = udp_pair(lab);
    switch_stamps_on(lab, p.server);
    send_text(p.client, "old");
    receive_text(p.server, "old");
    int64_t old = stamp_us(p.server);

    if (treatment(lab))
        set_int(p.server, SOL_SOCKET, SO_TIMESTAMP, 1);
    while (now_us() <= old)
        ;
    send_text(p.client, "new");
    receive_text(p.server, "new");
    expect_equal(lab, stamp_us(p.server), old);

    set_int(p.server, SOL_SOCKET, SO_TIMESTAMPNS, 1);
    send_text(p.client, "newer");
    receive_text(p.server, "newer");
    expect_equal(lab, stamp_us(p.server), old);
}
