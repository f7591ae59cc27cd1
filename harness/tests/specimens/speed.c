/* SPDX-License-Identifier: MIT */
/* What `make bench' measures the wire by: its captures stamp every frame at the sender and at the receiver. */
#include "lab.h"

EXPERIMENT("speed", NULL, "how long a frame is under way, and how many pass in a second");

CLAIM(one_frame_at_a_time, NO_FAMILY, "a thousand datagrams cross, each when the one before has arrived",
      .untreated = "it is there to be measured", .cites = "scripts/bench")
{
    struct sock *receiver = udp_socket(lab, "server"), *sender = udp_socket(lab, "client");
    bind_to(receiver, any_address(lab, SERVICE));
    for (int i = 0; i < 1000; i++) {
        send_to(sender, "1", 0, at(lab, "server", SERVICE));
        receive_text(receiver, "1");
    }
}

CLAIM(as_fast_as_it_goes, NO_FAMILY, "8 MB cross on one connection, 200 kB at a time",
      .untreated = "it is there to be measured", .cites = "scripts/bench")
{
    struct stream s = tcp_stream(lab);
    for (int i = 0; i < 40; i++) {
        send_bytes(s.client, 200000);
        receive_bytes(s.server, 200000);
    }
}
