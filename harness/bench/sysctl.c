/* SPDX-License-Identifier: MIT */
#include "bench/sysctl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/*
 * Values from net/ipv4/tcp.c (tcp_init), net/ipv4/tcp_ipv4.c (tcp_sk_init) and
 * net/ipv4/devinet.c. Only what a namespace can inherit, or distributions like to
 * change with a file in /etc/sysctl.d that reaches new namespaces.
 */
const struct pinned_sysctl sysctl_pinned[] = {
    /* Inherited from the first namespace (tcp_sk_init): with another maximum the window scale changes. */
    {"net.ipv4.tcp_rmem", "4096 131072 6291456"},
    {"net.ipv4.tcp_wmem", "4096 16384 4194304"},
    /* Inherited; reno is compiled in everywhere and allowed in every namespace. */
    {"net.ipv4.tcp_congestion_control", "reno"},
    /* IPv4 device settings are inherited (devinet_init_net); these turn packets away or answer them. */
    {"net.ipv4.conf.all.rp_filter", "0"},
    {"net.ipv4.conf.default.rp_filter", "0"},
    {"net.ipv4.conf.default.accept_source_route", "0"},
    {"net.ipv4.conf.all.arp_notify", "0"},
    {"net.ipv4.conf.default.arp_notify", "0"},
    {"net.ipv4.conf.all.arp_ignore", "0"},
    {"net.ipv4.conf.default.arp_ignore", "0"},
    {"net.ipv4.conf.all.send_redirects", "0"},
    {"net.ipv4.conf.default.send_redirects", "0"},
    {"net.ipv4.conf.all.log_martians", "0"},
    {"net.ipv6.conf.default.accept_ra", "0"},
    {"net.ipv6.conf.all.accept_ra", "0"},
    {"net.ipv6.conf.default.router_solicitations", "0"},
    {NULL, NULL},
};

static int sysctl_open(const char *name, int flags)
{
    char path[256];
    int length = snprintf(path, sizeof path, "/proc/sys/%s", name);
    if (length < 0 || (size_t)length >= sizeof path || strstr(name, ".."))
        return -EINVAL;
    for (char *p = path + strlen("/proc/sys/"); *p; p++)
        if (*p == '.')
            *p = '/';
    int fd = open(path, flags | O_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

int sysctl_write(const char *name, const char *value)
{
    int fd = sysctl_open(name, O_WRONLY);
    if (fd < 0)
        return fd;
    ssize_t n = write(fd, value, strlen(value));
    int error = n < 0 ? -errno : 0;
    close(fd);
    return error;
}

int sysctl_read(const char *name, char *value, size_t size)
{
    int fd = sysctl_open(name, O_RDONLY);
    if (fd < 0)
        return fd;
    ssize_t n = read(fd, value, size - 1);
    int error = n < 0 ? -errno : 0;
    close(fd);
    value[n > 0 ? n : 0] = '\0';
    value[strcspn(value, "\n")] = '\0';
    return error;
}
