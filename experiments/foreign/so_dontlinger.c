/* SPDX-License-Identifier: MIT */
/* SO_DONTLINGER of Windows: not on Linux, where SO_LINGER says both. [attrs] 5.4.7 */
#include "lab.h"

EXPERIMENT("SO_DONTLINGER", "SOL_SOCKET", "Windows: close without waiting for unsent data");

enum { WINDOWS_SO_DONTLINGER = ~0x80,
       WINDOWS_SOL_SOCKET = 0xffff };

CLAIM(so_dontlinger_is_absent, NO_FAMILY,
      "Linux has no SO_DONTLINGER: no header names it, and Windows' number ~SO_LINGER fails with ENOPROTOOPT")
{
#ifdef SO_DONTLINGER
    expect(lab, !"SO_DONTLINGER is defined");
#endif
    struct sock *sock = socket_on(lab, "server", AF_INET, SOCK_STREAM, 0);
    int option = treatment(lab) ? WINDOWS_SO_DONTLINGER : SO_KEEPALIVE;
    expect_refused(lab, try_set_int(sock, SOL_SOCKET, option, 1), ENOPROTOOPT);
    expect_refused(lab, try_set_int(sock, SOL_SOCKET, ~SO_LINGER, 1), ENOPROTOOPT);
    expect_refused(lab, try_set_int(sock, WINDOWS_SOL_SOCKET, option, 1), ENOPROTOOPT);
}

CLAIM(linger_off_closes_in_order_and_leaves_time_wait, V4 | V6,
      "with l_onoff 0, which SO_DONTLINGER would be, close is not forced: what was sent is delivered, a FIN follows, and the "
      "connection stays in TIME_WAIT")
{
    struct stream s = tcp_stream(lab);
    struct connection closed = connection_of(s.client);
    set_linger(s.client, treatment(lab) ? 0 : 1, 0);
    send_text(s.client, "Hello");
    close_socket(s.client);
    receive_text(s.server, "Hello");
    receive_text(s.server, "");
    close_socket(s.server);
    settle(lab);
    expect_equal(lab, state_of(closed), TCP_TIME_WAIT);
}

CLAIM(linger_on_with_time_0_closes_by_force_without_time_wait, V4 | V6,
      "a forced close without TIME_WAIT is l_onoff 1 with l_linger 0: close sends RST and forgets the connection",
      .cites = "socket(7), SO_LINGER; tcp(7)")
{
    struct stream s = tcp_stream(lab);
    struct connection closed = connection_of(s.client);
    if (treatment(lab))
        set_linger(s.client, 1, 0);
    close_socket(s.client);
    expect_wire(lab, "client > server [R.] 1 ack 1");
    expect_equal(lab, state_of(closed), 0);
}
