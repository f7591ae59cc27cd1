/* SPDX-License-Identifier: MIT */
/*
 * The Nagle algorithm (RFC 896): while a small segment is unacknowledged, small writes wait and are put together.
 * [notes] IPPROTO_TCP.TCP_NODELAY; [unp] 7.2 TCP_NODELAY; [attrs] 5.4.3
 *
 * "The acknowledgement has not come" is not a matter of time here: the wire holds it until the claim lets it go.
 */
#include "lab.h"

EXPERIMENT("Nagle algorithm", "IPPROTO_TCP", "hold small writes back while a small segment is unacknowledged");

CLAIM(small_writes_wait_for_the_ack_and_leave_together, V4 | V6,
      "while a small segment is unacknowledged, further small writes wait; its ACK sends them as one segment")
{
    struct stream s = tcp_stream(lab);

    if (treatment(lab)) /* the missing acknowledgement is what makes them wait */
        wire_hold(lab, "server > client [.]");
    send_text(s.client, "GET");
    expect_wire(lab, "client > server [P.] 1:4 ack 1");
    send_text(s.client, " /Hello");
    send_text(s.client, "World");
    expect_nothing(lab, "client > server [P.]");

    wire_release(lab);
    expect_wire(lab,
                "server > client [.] ack 4",
                "client > server [P.] 4:16 ack 1",
                "server > client [.] ack 16");
}
