/* SPDX-License-Identifier: MIT */
/* Hosts by name, their addresses, and what a claim changes in their kernels. */
#ifndef LAB_API_HOSTS_H
#define LAB_API_HOSTS_H

#include "api/here.h"
#include "packet/address.h"

#include <stdint.h>

struct endpoint {
    struct address address;
    uint16_t port; /* host byte order */
};
/* Host "server", or "server#2" for its second address; of the run's family. */
struct endpoint at(struct lab *lab, const char *host, uint16_t port);
struct endpoint any_address(struct lab *lab, uint16_t port); /* 0.0.0.0 or :: */
struct endpoint loopback(struct lab *lab, uint16_t port);    /* 127.0.0.1 or ::1 */
struct endpoint literally(struct lab *lab, const char *address, uint16_t port);
/* Whether that is the endpoint's address; the port is not looked at. */
bool same_address(struct address address, struct endpoint endpoint);

/* A sysctl of the host's namespace ("net.ipv4.tcp_fastopen"). Refused or absent: the claim is broken. */
#define set_sysctl(lab, host, name, value) lab_set_sysctl(HERE, lab, host, name, value)
void lab_set_sysctl(struct here here, struct lab *lab, const char *host, const char *name, const char *value);
/* Its first number. */
#define get_sysctl(lab, host, name) lab_get_sysctl(HERE, lab, host, name)
int64_t lab_get_sysctl(struct here here, struct lab *lab, const char *host, const char *name);
/* The only port that bind(2) and connect(2) can choose on this host (net.ipv4.ip_local_port_range). */
#define leave_only_port(lab, host, port) lab_leave_only_port(HERE, lab, host, port)
void lab_leave_only_port(struct here here, struct lab *lab, const char *host, uint16_t port);

/* What arrives on the device (eth0, …) for anybody is delivered on this host, as for a transparent proxy:
 * ip rule add iif DEVICE lookup 100; ip route add local default dev lo table 100. Ports are not changed. */
#define deliver_locally(lab, host, device) lab_deliver_locally(HERE, lab, host, device)
void lab_deliver_locally(struct here here, struct lab *lab, const char *host, const char *device);
/* IPv4 groups are reached by this device (224.0.0.0/4; IPv6 has such a route on every device by itself). */
#define route_groups(lab, host, device) lab_route_groups(HERE, lab, host, device)
void lab_route_groups(struct here here, struct lab *lab, const char *host, const char *device);
#define set_mtu(lab, host, device, mtu) lab_set_mtu(HERE, lab, host, device, mtu)
void lab_set_mtu(struct here here, struct lab *lab, const char *host, const char *device, unsigned mtu);
/* The number that the host's kernel gives the device. */
#define device_index(lab, host, device) lab_device_index(HERE, lab, host, device)
unsigned lab_device_index(struct here here, struct lab *lab, const char *host, const char *device);

#endif
