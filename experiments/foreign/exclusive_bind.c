/* SPDX-License-Identifier: MIT */
/*
 * SO_EXCLUSIVEADDRUSE of Windows, SO_EXCLBIND of Solaris: not on Linux, where a socket without SO_REUSEADDR and
 * SO_REUSEPORT has its address for itself anyway. [attrs] 5.4.4.1 (6)
 */
#include "lab.h"

EXPERIMENT("SO_EXCLUSIVEADDRUSE", "SOL_SOCKET", "Windows, Solaris: keep the bound address from other sockets");

/* ~SO_REUSEADDR, where SO_REUSEADDR is 4 */
enum { WINDOWS_SO_EXCLUSIVEADDRUSE = ~4,
       SOLARIS_SO_EXCLBIND = 0x1015,
       WINDOWS_SOL_SOCKET = 0xffff };

CLAIM(so_exclusiveaddruse_and_so_exclbind_are_absent, NO_FAMILY,
      "Linux has neither SO_EXCLUSIVEADDRUSE nor SO_EXCLBIND: no header names them, and their numbers fail with ENOPROTOOPT",
      .cites = "[attrs] 5.4.4.1 (6), Windows and Solaris")
{
#if defined SO_EXCLUSIVEADDRUSE || defined SO_EXCLBIND
    expect(lab, !"SO_EXCLUSIVEADDRUSE or SO_EXCLBIND is defined");
#endif
    struct sock *sock = socket_on(lab, "server", AF_INET, SOCK_STREAM, 0);
    bool treated = treatment(lab);
    int windows = treated ? WINDOWS_SO_EXCLUSIVEADDRUSE : SO_REUSEADDR;
    int solaris = treated ? SOLARIS_SO_EXCLBIND : SO_REUSEADDR;
    expect_refused(lab, try_set_int(sock, SOL_SOCKET, windows, 1), ENOPROTOOPT);
    expect_refused(lab, try_set_int(sock, SOL_SOCKET, solaris, 1), ENOPROTOOPT);
    expect_refused(lab, try_set_int(sock, WINDOWS_SOL_SOCKET, windows, 1), ENOPROTOOPT);
    expect_refused(lab, try_set_int(sock, WINDOWS_SOL_SOCKET, solaris, 1), ENOPROTOOPT);
}

CLAIM(listener_is_safe_from_so_reuseaddr, V4 | V6,
      "a listening socket cannot be robbed: neither its address nor the wildcard can be bound by a socket with SO_REUSEADDR, "
      "whether the listener has set it or not",
      .cites = "socket(7), SO_REUSEADDR")
{
    struct sock *owner = tcp_socket(lab, "server"), *thief = tcp_socket(lab, "server"), *other = tcp_socket(lab, "server");
    set_int(owner, SOL_SOCKET, SO_REUSEADDR, 1);
    bind_to(owner, at(lab, "server", SERVICE));
    if (treatment(lab))
        listen_on(owner, 1);

    set_int(thief, SOL_SOCKET, SO_REUSEADDR, 1);
    set_int(other, SOL_SOCKET, SO_REUSEADDR, 1);
    expect_refused(lab, try_bind(thief, at(lab, "server", SERVICE)), EADDRINUSE);
    expect_refused(lab, try_bind(other, any_address(lab, SERVICE)), EADDRINUSE);
}

CLAIM(udp_socket_without_so_reuseaddr_is_exclusive, V4 | V6,
      "a UDP socket that has not set SO_REUSEADDR keeps its port from others that have: nobody gets it by setting the option",
      .cites = "socket(7), SO_REUSEADDR")
{
    struct sock *owner = udp_socket(lab, "server"), *thief = udp_socket(lab, "server");
    if (!treatment(lab))
        set_int(owner, SOL_SOCKET, SO_REUSEADDR, 1); /* then it shares */
    bind_to(owner, at(lab, "server", SERVICE));

    set_int(thief, SOL_SOCKET, SO_REUSEADDR, 1);
    expect_refused(lab, try_bind(thief, any_address(lab, SERVICE)), EADDRINUSE);
    expect_refused(lab, try_bind(thief, at(lab, "server", SERVICE)), EADDRINUSE);
}
