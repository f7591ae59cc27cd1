/* SPDX-License-Identifier: MIT */
/* Expectations for `lab mutate': some on which their claim depends, and some on which nothing does. */
#include "lab.h"

EXPERIMENT("mutants", NULL, "wrong expectations");

#define BECAUSE "a test of the lab"

CLAIM(every_word_counts, V4 | V6, "two small writes without Nagle leave as two segments", .cites = BECAUSE)
{
    struct stream s = tcp_stream(lab);
    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_NODELAY, 1);
    wire_hold(lab, "server > client [.]");
    send_text(s.client, "one");
    send_text(s.client, "three");
    expect_wire(lab,
                "client > server [P.] 1:4 ack 1",
                "client > server [P.] 4:9 ack 1");
    expect_nothing(lab, "server > client [.]");
    wire_release(lab);
    expect_wire(lab, "server > client [.] ack 4", "server > client [.] ack 9");
}

CLAIM(order_does_not_count, NO_FAMILY, "the two lines may change places", .untreated = BECAUSE, .cites = BECAUSE)
{
    struct udp_pair p = udp_pair(lab);
    send_text(p.client, "one");
    send_text(p.client, "two");
    expect_wire(lab, "client > server UDP len 3", "client > server UDP");
}

CLAIM(never_comes, NO_FAMILY, "what was expected not to come is unheard of", .untreated = BECAUSE,
      .cites = BECAUSE)
{
    tcp_stream(lab);
    expect_nothing(lab, "client > server [R]");
}

CLAIM(never_comes_with_a_reason, NO_FAMILY, "the same, with the reason", .untreated = BECAUSE, .cites = BECAUSE)
{
    tcp_stream(lab);
    equivalent(lab, "ever", "nobody resets anything here");
    expect_nothing(lab, "client > server [R]");
}

CLAIM(comes_without_treatment, NO_FAMILY, "only the placebo sees what must not come", .cites = BECAUSE)
{
    struct stream s = tcp_stream(lab);
    if (!treatment(lab))
        send_text(s.client, "x");
    settle(lab);
    expect_nothing(lab, "client > server [P.]");
}

CLAIM(reason_without_need, NO_FAMILY, "an explanation of a mutant that does not live", .untreated = BECAUSE,
      .cites = BECAUSE)
{
    struct stream s = tcp_stream(lab);
    send_text(s.client, "one");
    equivalent(lab, "1.ack", "no reason at all");
    expect_wire(lab, "client > server [P.] 1:4 ack 1");
}

CLAIM(reason_without_mutant, NO_FAMILY, "an explanation of a mutant that there is not", .untreated = BECAUSE,
      .cites = BECAUSE)
{
    struct stream s = tcp_stream(lab);
    send_text(s.client, "one");
    equivalent(lab, "2.ack", "there is no second line");
    expect_wire(lab, "client > server [P.] 1:4 ack 1");
}
