/* SPDX-License-Identifier: MIT */
/* Claims that are wrong in every way that the lab has to notice and explain. */
#include "lab.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

EXPERIMENT("defects", NULL, "what the lab says of claims that are wrong");

#define WRONG .untreated = "wrong on purpose", .cites = "harness/tests/lab.bats"

static struct stream hello(struct lab *lab)
{
    struct stream s = tcp_stream(lab);
    send_text(s.client, "Hello");
    return s;
}

CLAIM(wrong_range, NO_FAMILY, "five bytes are seven", WRONG)
{
    hello(lab);
    expect_wire(lab,
                "client > server [P.] 1:8 ack 1",
                "server > client [.] ack 8");
}

CLAIM(wrong_flags, NO_FAMILY, "data come with a FIN", WRONG)
{
    hello(lab);
    expect_wire(lab, "client > server [FP.] 1:6 ack 1");
}

CLAIM(wrong_direction, NO_FAMILY, "the server speaks", WRONG)
{
    hello(lab);
    expect_wire(lab, "server > client [P.] 1:6 ack 1");
}

CLAIM(wrong_order, NO_FAMILY, "the ACK comes before the data", WRONG)
{
    hello(lab);
    expect_wire(lab,
                "server > client [.] ack 6",
                "client > server [P.] 1:6 ack 1");
}

CLAIM(missing_packet, NO_FAMILY, "there is a third packet", WRONG)
{
    hello(lab);
    expect_wire(lab,
                "client > server [P.] 1:6 ack 1",
                "server > client [.] ack 6",
                "server > client [P.] 1:6 ack 6");
}

CLAIM(unexpected_packet, NO_FAMILY, "there is no ACK", WRONG)
{
    hello(lab);
    expect_wire(lab, "client > server [P.] 1:6 ack 1");
    settle(lab);
    expect_nothing(lab, "server > client [*]");
}

CLAIM(extra_packet, NO_FAMILY, "the FIN follows the data at once", WRONG)
{
    struct stream s = hello(lab);
    settle(lab);
    close_socket(s.client);
    expect_wire(lab,
                "client > server [P.] 1:6 ack 1",
                "client > server [F.] 6:6 ack 1");
}

CLAIM(too_soon, NO_FAMILY, "the acknowledgement is delayed by 200 ms", WRONG)
{
    hello(lab);
    expect_wire(lab,
                "client > server [P.] 1:6 ack 1",
                "+200ms.. server > client [.] ack 6");
}

CLAIM(wrong_duration, NO_FAMILY, "connect takes a second", WRONG)
{
    int64_t began = now_ns();
    tcp_stream(lab);
    expect_duration(lab, milliseconds_since(began), 1000, 1100);
}

CLAIM(wrong_result, NO_FAMILY, "recv on an empty socket returns 0", WRONG)
{
    struct stream s = tcp_stream(lab);
    char byte;
    expect_equal(lab, try_receive(s.server, &byte, 1, MSG_DONTWAIT), 0);
}

CLAIM(broken_silence, NO_FAMILY, "nothing is acknowledged", WRONG)
{
    struct stream s = tcp_stream(lab);
    wire_delay(lab, 20);
    send_text(s.client, "Hello");
    expect_silence(lab, 300, "server > client [.]");
}

CLAIM(peer_never_answers, NO_FAMILY, "data are acknowledged over a cut wire", WRONG, .kernel_timers = true)
{
    struct stream s = tcp_stream(lab);
    wire_cut(lab);
    send_text(s.client, "Hello");
    expect_wire(lab,
                "* client > server [P.] 1:6 ack 1",
                "server > client [.] ack 6");
}

CLAIM(wrong_text, NO_FAMILY, "the server reads what nobody sent", WRONG)
{
    struct stream s = hello(lab);
    fact(lab, "sent", 5, "bytes");
    receive_text(s.server, "Howdy");
}

CLAIM(wrong_option, NO_FAMILY, "the MSS is 1400", WRONG)
{
    tcp_listener(lab, "server", SERVICE);
    connect_to(tcp_socket(lab, "client"), at(lab, "server", SERVICE));
    expect_wire(lab, "client > server [S] mss 1400");
}

CLAIM(wrong_variable, NO_FAMILY, "both sides begin with the same timestamp", WRONG)
{
    tcp_listener(lab, "server", SERVICE);
    connect_to(tcp_socket(lab, "client"), at(lab, "server", SERVICE));
    expect_wire(lab,
                "client > server [S] TS val $now ecr 0",
                "server > client [S.] TS val $now ecr $now");
}

CLAIM(wrong_value, NO_FAMILY, "TCP_NODELAY is on by default", WRONG)
{
    struct sock *client = tcp_socket(lab, "client");
    expect_equal(lab, get_int(client, IPPROTO_TCP, TCP_NODELAY), 1);
}

CLAIM(wrong_errno, NO_FAMILY, "nobody listening is EACCES", WRONG)
{
    struct sock *client = tcp_socket(lab, "client");
    expect_refused(lab, try_connect(client, at(lab, "server", SERVICE)), EACCES);
}

CLAIM(pattern_does_not_parse, NO_FAMILY, "mms is a field", WRONG)
{
    hello(lab);
    expect_wire(lab, "client > server [S] mms 1460");
}

CLAIM(call_is_refused, NO_FAMILY, "two listeners share a port", WRONG)
{
    tcp_listener(lab, "server", SERVICE);
    tcp_listener(lab, "server", SERVICE);
}

CLAIM(sysctl_is_missing, NO_FAMILY, "there is a sysctl for everything", WRONG)
{
    set_sysctl(lab, "server", "net.ipv4.no_such_thing", "1");
}

CLAIM(crashes, NO_FAMILY, "nothing bad happens", WRONG)
{
    tcp_stream(lab);
    raise(SIGSEGV);
}

CLAIM(aborts, NO_FAMILY, "nothing bad happens", WRONG)
{
    (void)lab;
    abort();
}

CLAIM(hangs, NO_FAMILY, "this ends", WRONG, .timeout_s = 2)
{
    struct stream s = tcp_stream(lab);
    char byte;
    if (read(fd_of(s.server), &byte, 1) < 0)
        return;
}

CLAIM(leaves_a_child, NO_FAMILY, "nobody stays behind", WRONG)
{
    (void)lab;
    if (fork() == 0) {
        signal(SIGTERM, SIG_IGN);
        pause();
        _exit(0);
    }
}

CLAIM(ends_early, NO_FAMILY, "the claim comes to its end", WRONG)
{
    (void)lab;
    exit(7);
}

CLAIM(captures_nothing, NO_FAMILY, "packets were not needed", WRONG)
{
    expect_wire(lab, "? client > server [S]");
}

CLAIM(does_not_treat, NO_FAMILY, "a treatment is not needed", .cites = "harness/tests/lab.bats")
{
    hello(lab);
}

CLAIM(treats_although_untreated, NO_FAMILY, "words are not needed", WRONG)
{
    expect(lab, treatment(lab));
}

CLAIM(placebo_makes_no_difference, NO_FAMILY, "the treatment matters", .cites = "harness/tests/lab.bats")
{
    struct stream s = tcp_stream(lab);
    if (treatment(lab))
        set_int(s.client, IPPROTO_TCP, TCP_NODELAY, 1);
    send_text(s.client, "Hello");
    expect_wire(lab, "client > server [P.] 1:6 ack 1");
}

CLAIM(needs_a_newer_kernel, NO_FAMILY, "the future is now", WRONG, .since = "99.0")
{
    (void)lab;
}

CLAIM(bench_does_not_parse, NO_FAMILY, "one host is a network", WRONG, .bench = "client")
{
    (void)lab;
}

CLAIM(throws_a_fork_bomb, NO_FAMILY, "many children are none", WRONG)
{
    (void)lab;
    for (int i = 0; i < 40; i++)
        if (fork() == 0)
            for (;;)
                pause();
}

CLAIM(ignores_sigterm, NO_FAMILY, "nobody makes this end", WRONG, .timeout_s = 2)
{
    (void)lab;
    signal(SIGTERM, SIG_IGN);
    signal(SIGINT, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    for (;;)
        pause();
}
