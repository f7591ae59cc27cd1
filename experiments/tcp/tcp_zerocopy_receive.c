/* SPDX-License-Identifier: MIT */
/*
 * TCP_ZEROCOPY_RECEIVE: have received pages mapped into the program in place of copied.
 * net/ipv4/tcp.c, tcp_zerocopy_receive; linux/tcp.h (since Linux 4.18)
 *
 * Only whole pages can be mapped. What came in frames of 1500 bytes has none: the kernel says how much is to be read by recv.
 */
#include "lab.h"

#include <sys/mman.h>

EXPERIMENT("TCP_ZEROCOPY_RECEIVE", "IPPROTO_TCP", "map received data in place of copying them");

#define PAGE  4096
#define PAGES 4

static void *map_of(struct sock *sock, int protection)
{
    return mmap(NULL, PAGES * PAGE, protection, MAP_SHARED, fd_of(sock), 0);
}

static int zerocopy_receive(struct sock *sock, struct tcp_zerocopy_receive *request)
{
    socklen_t size = sizeof *request;
    return try_get_option(sock, IPPROTO_TCP, TCP_ZEROCOPY_RECEIVE, request, &size);
}

CLAIM(small_frames_are_left_to_recv, V4 | V6,
      "what has come in ordinary frames is not mapped: the length comes back 0, and recv_skip_hint says how many bytes recv should read; "
      "they are still there",
      .cites = "net/ipv4/tcp.c, tcp_zerocopy_receive")
{
    struct stream s = tcp_stream(lab);
    void *map = map_of(s.server, PROT_READ);
    expect(lab, map != MAP_FAILED);
    if (treatment(lab))
        send_bytes(s.client, PAGES * PAGE);
    await_all_acknowledged(s.client);
    struct tcp_zerocopy_receive request = {.address = (uintptr_t)map, .length = PAGES * PAGE};
    expect_success(lab, zerocopy_receive(s.server, &request));
    expect_equal(lab, request.length, 0);
    expect_between(lab, request.recv_skip_hint, 1, PAGES * PAGE);
    receive_bytes(s.server, PAGES * PAGE);
}

CLAIM(whole_pages_are_mapped, V4 | V6,
      "pages that come whole, as over loopback from a sender that sends by reference, are mapped: the program reads them where it put its "
      "map, and recv does not give them again",
      .cites = "net/ipv4/tcp.c, tcp_zerocopy_receive")
{
    struct sock *listener = tcp_socket(lab, "client"), *client = tcp_socket(lab, "client");
    bind_to(listener, loopback(lab, SERVICE));
    listen_on(listener, 1);
    set_int(client, SOL_SOCKET, SO_ZEROCOPY, 1);
    connect_to(client, loopback(lab, SERVICE));
    struct sock *server = accept_from(listener);
    char *map = map_of(server, PROT_READ);
    char *load = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memset(load, 'z', PAGES * PAGE);
    do_call(client, send(fd_of(client), load, PAGES * PAGE, treatment(lab) ? MSG_ZEROCOPY : 0));
    await_all_acknowledged(client);

    struct tcp_zerocopy_receive request = {.address = (uintptr_t)map, .length = PAGES * PAGE};
    expect_success(lab, zerocopy_receive(server, &request));
    if (!expect_equal(lab, request.length, PAGES * PAGE))
        return;
    expect(lab, map[0] == 'z' && map[PAGES * PAGE - 1] == 'z');
    expect(lab, !is_readable(server));
    fact(lab, "pages_mapped", request.length / PAGE, "pages");
}

CLAIM(what_is_refused, V4 | V6,
      "only a map of a TCP socket made for reading serves: one for writing is refused with EPERM, another address with EINVAL, one that is no "
      "multiple of the page size too; setsockopt knows no such option",
      .cites = "net/ipv4/tcp.c, tcp_mmap, tcp_zerocopy_receive")
{
    struct stream s = tcp_stream(lab);
    send_bytes(s.client, PAGES * PAGE);
    await_all_acknowledged(s.client);
    expect(lab, map_of(s.server, PROT_READ | PROT_WRITE) == MAP_FAILED);
    expect_equal(lab, errno, EPERM);
    char *map = map_of(s.server, PROT_READ), *other = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    struct tcp_zerocopy_receive request = {.address = (uintptr_t)(treatment(lab) ? map + 1 : map), .length = PAGE};
    fact_refused(lab, "zerocopy_receive_misaligned", zerocopy_receive(s.server, &request), EINVAL);
    request.address = (uintptr_t)other;
    expect_refused(lab, zerocopy_receive(s.server, &request), EINVAL);
    expect_refused(lab, try_set_option(s.server, IPPROTO_TCP, TCP_ZEROCOPY_RECEIVE, &request, sizeof request), ENOPROTOOPT);
}
