/* SPDX-License-Identifier: MIT */
/*
 * ioctls on any socket that read and change interfaces, the ARP cache and the routing table of the socket's network.
 * [unp] 8 fcntl Function; netdevice(7), arp(7)
 */
#include "lab.h"

#include <linux/sockios.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <net/route.h>
#include <stdio.h>
#include <sys/ioctl.h>

EXPERIMENT("SIOC[GS]IFxxx", NULL, "interfaces, ARP cache and routing table by ioctl");

static struct ifreq about(const char *device)
{
    struct ifreq request = {0};
    strcpy(request.ifr_name, device);
    return request;
}

static struct sockaddr v4(struct lab *lab, const char *address)
{
    struct sockaddr_storage storage;
    struct endpoint endpoint = literally(lab, address, 0);
    address_sockaddr(&endpoint.address, 0, &storage);
    struct sockaddr out;
    memcpy(&out, &storage, sizeof out);
    return out;
}

/* ---- interfaces ---- */

/* " lo 127.0.0.1 eth0 10.0.0.1": what SIOCGIFCONF lists. */
static void list_interfaces(struct sock *sock, char text[256])
{
    struct ifreq list[8] = {0};
    struct ifconf conf = {.ifc_len = sizeof list, .ifc_req = list};
    do_ioctl(sock, SIOCGIFCONF, &conf);
    text[0] = '\0';
    for (unsigned i = 0; i < conf.ifc_len / sizeof *list; i++) {
        const uint8_t *a = (const uint8_t *)list[i].ifr_addr.sa_data + 2;
        snprintf(text + strlen(text), 40, " %.15s %u.%u.%u.%u", list[i].ifr_name, a[0], a[1], a[2], a[3]);
    }
}

CLAIM(siocgifconf_lists_interfaces_with_an_ipv4_address, NO_FAMILY,
      "SIOCGIFCONF lists the interfaces that have an IPv4 address, each with it; one without is left out")
{
    struct sock *sock = socket_on(lab, "client", AF_INET, SOCK_DGRAM, 0);
    char list[256];

    list_interfaces(sock, list);
    expect(lab, strcmp(list, " lo 127.0.0.1 eth0 10.0.0.1") == 0);
    struct ifreq request = about("eth0");
    request.ifr_addr = v4(lab, "0.0.0.0"); /* takes the address away */
    if (treatment(lab))
        do_ioctl(sock, SIOCSIFADDR, &request);
    list_interfaces(sock, list);
    expect(lab, strcmp(list, " lo 127.0.0.1") == 0);
}

CLAIM(siocgif_reads_and_siocsif_changes_an_interface, V4 | V6,
      "SIOCSIFMTU changes the MTU that SIOCGIFMTU reads, and with it the MSS that the next SYN offers")
{
    struct sock *sock = udp_socket(lab, "client");
    tcp_listener(lab, "server", SERVICE);
    struct ifreq request = about("eth0");
    do_ioctl(sock, SIOCGIFMTU, &request);
    expect_equal(lab, request.ifr_mtu, 1500);

    request.ifr_mtu = 1400;
    if (treatment(lab))
        do_ioctl(sock, SIOCSIFMTU, &request);
    do_ioctl(sock, SIOCGIFMTU, &request);
    expect_equal(lab, request.ifr_mtu, 1400);
    let(lab, "smaller", is_v6(lab) ? 1340 : 1360);
    connect_to(tcp_socket(lab, "client"), at(lab, "server", SERVICE));
    expect_wire(lab, "client > server [S] mss $smaller", "...");
}

CLAIM(siocgifaddr_and_flags_read_an_interface, NO_FAMILY,
      "SIOCGIFADDR and SIOCGIFFLAGS read address and flags of an interface; SIOCSIFFLAGS takes it down")
{
    struct sock *sock = socket_on(lab, "client", AF_INET, SOCK_DGRAM, 0);
    struct ifreq request = about("eth0");
    do_ioctl(sock, SIOCGIFADDR, &request);
    struct sockaddr expected = v4(lab, "10.0.0.1");
    expect(lab, memcmp(&request.ifr_addr, &expected, 8) == 0);

    do_ioctl(sock, SIOCGIFFLAGS, &request);
    expect(lab, request.ifr_flags & IFF_UP);
    request.ifr_flags &= ~IFF_UP;
    if (treatment(lab))
        do_ioctl(sock, SIOCSIFFLAGS, &request);
    do_ioctl(sock, SIOCGIFFLAGS, &request);
    expect(lab, !(request.ifr_flags & IFF_UP));
}

/* ---- ARP cache, routing table ---- */

static struct arpreq neighbour(struct lab *lab)
{
    struct arpreq entry = {.arp_flags = ATF_COM, .arp_pa = v4(lab, "10.0.0.77"), .arp_dev = "eth0"};
    entry.arp_ha = (struct sockaddr){.sa_family = ARPHRD_ETHER, .sa_data = {2, 0, 0, 0, 0, 77}};
    return entry;
}

CLAIM(siocsarp_siocgarp_and_siocdarp_work_on_the_arp_cache, NO_FAMILY,
      "SIOCSARP makes an entry of the ARP cache, SIOCGARP reads it, SIOCDARP takes it out: then SIOCGARP fails with ENXIO")
{
    struct sock *sock = socket_on(lab, "client", AF_INET, SOCK_DGRAM, 0);
    struct arpreq entry = neighbour(lab), read = neighbour(lab);
    memset(&read.arp_ha, 0, sizeof read.arp_ha);

    expect_refused(lab, try_ioctl(sock, SIOCGARP, &read), ENXIO);
    if (treatment(lab))
        do_ioctl(sock, SIOCSARP, &entry);
    expect_success(lab, try_ioctl(sock, SIOCGARP, &read));
    expect(lab, memcmp(read.arp_ha.sa_data, entry.arp_ha.sa_data, 6) == 0);
    expect_success(lab, try_ioctl(sock, SIOCDARP, &entry));
    /* SIOCDARP leaves an entry that has no address (NUD_FAILED) until it is collected: nothing to read from it. */
    expect(lab, try_ioctl(sock, SIOCGARP, &read) == -ENXIO || memcmp(read.arp_ha.sa_data, entry.arp_ha.sa_data, 6) != 0);
}

/* 192.0.2.0/24 by way of the server. */
static struct rtentry documentation_net(struct lab *lab)
{
    return (struct rtentry){.rt_dst = v4(lab, "192.0.2.0"),
                            .rt_genmask = v4(lab, "255.255.255.0"),
                            .rt_gateway = v4(lab, "10.0.0.2"),
                            .rt_flags = RTF_UP | RTF_GATEWAY};
}

CLAIM(siocaddrt_and_siocdelrt_work_on_the_routing_table, NO_FAMILY,
      "SIOCADDRT makes a route by which packets leave, SIOCDELRT takes it away: then there is no way (ENETUNREACH)")
{
    struct sock *sock = socket_on(lab, "client", AF_INET, SOCK_DGRAM, 0);
    struct rtentry route = documentation_net(lab);
    struct endpoint far = literally(lab, "192.0.2.1", SERVICE);
    bind_to(udp_socket(lab, "server"), at(lab, "server", SERVICE));
    send_to(sock, "near", 0, at(lab, "server", SERVICE));
    expect_wire(lab, "client > server UDP len 4");
    expect_refused(lab, try_send_to(sock, "Hello", 0, far), ENETUNREACH);

    if (treatment(lab))
        do_ioctl(sock, SIOCADDRT, &route);
    expect_equal(lab, try_send_to(sock, "Hello", 0, far), 5);
    expect_wire(lab, "client > 192.0.2.1.7890 UDP len 5");

    expect_success(lab, try_ioctl(sock, SIOCDELRT, &route));
    expect_refused(lab, try_send_to(sock, "Hello", 0, far), ENETUNREACH);
}

/* ---- who may ---- */

static int change_everything(struct lab *lab, void *sock)
{
    struct rtentry route = documentation_net(lab);
    struct arpreq entry = neighbour(lab);
    struct ifreq request = about("eth0");
    request.ifr_mtu = 1400;
    int errors[] = {try_ioctl(sock, SIOCADDRT, &route), try_ioctl(sock, SIOCSARP, &entry), try_ioctl(sock, SIOCDARP, &entry),
                    try_ioctl(sock, SIOCDELRT, &route), try_ioctl(sock, SIOCSIFMTU, &request)};
    int refused = 0;
    for (unsigned i = 0; i < 5; i++)
        refused += errors[i] == -EPERM;
    return refused;
}

CLAIM(changing_arp_and_routes_needs_privilege, NO_FAMILY,
      "SIOCADDRT, SIOCDELRT, SIOCSARP, SIOCDARP and SIOCSIFMTU fail with EPERM for a process without CAP_NET_ADMIN")
{
    struct sock *sock = socket_on(lab, "client", AF_INET, SOCK_DGRAM, 0);
    if (treatment(lab))
        expect_equal(lab, as_user(lab, NOBODY, change_everything, sock), 5);
    else
        expect_equal(lab, change_everything(lab, sock), 5);
}

static int read_everything(struct lab *lab, void *sock)
{
    struct arpreq entry = neighbour(lab);
    entry.arp_pa = v4(lab, "10.0.0.2"); /* the bench has made an entry for the server */
    struct ifreq request = about("eth0"), list[8];
    struct ifconf conf = {.ifc_len = sizeof list, .ifc_req = list};
    expect_success(lab, try_ioctl(sock, SIOCGARP, &entry));
    expect_success(lab, try_ioctl(sock, SIOCGIFMTU, &request));
    expect_success(lab, try_ioctl(sock, SIOCGIFCONF, &conf));
    return request.ifr_mtu;
}

CLAIM(anybody_may_read_the_arp_cache_and_interfaces, NO_FAMILY,
      "SIOCGARP, SIOCGIFMTU and SIOCGIFCONF need no privilege",
      .untreated = "nothing is changed; changing_arp_and_routes_needs_privilege is the contrast")
{
    struct sock *sock = socket_on(lab, "client", AF_INET, SOCK_DGRAM, 0);
    expect_equal(lab, as_user(lab, NOBODY, read_everything, sock), 1500);
}
