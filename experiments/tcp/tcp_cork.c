/* SPDX-License-Identifier: MIT */
/*
 * TCP_CORK: small segments wait until the cork is pulled, a segment is full, or 200 ms have passed.
 * [notes] IPPROTO_TCP.TCP_CORK
 */
#include "lab.h"

EXPERIMENT("TCP_CORK", "IPPROTO_TCP", "put small writes together into full segments");

CLAIM(uncorking_sends_one_segment, V4 | V6,
      "writes made under TCP_CORK leave together, as one segment, when the cork is pulled")
{
    struct stream s = tcp_stream(lab);

    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_CORK, 1);
    send_text(s.client, "GET /");
    send_text(s.client, "Hello");
    expect_nothing(lab, "client > server [P.]");

    set_int(s.client, IPPROTO_TCP, TCP_CORK, 0);
    expect_wire(lab, "client > server [P.] 1:11 ack 1",
                     "server > client [.] ack 11");
    receive_text(s.server, "GET /Hello");
}
