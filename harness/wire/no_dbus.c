/* SPDX-License-Identifier: MIT */
/*
 * libpcap can capture on D-Bus too, and for that loads a library that brings seven others. Linked from its
 * archive, libpcap finds these two in place of its own: no device is one of D-Bus.
 */
#include <pcap/pcap.h>

/* As pcap-dbus.h, which is not installed, declares them. */
pcap_t *dbus_create(const char *device, char *message, int *is_ours);
int dbus_findalldevs(void *devices, char *message);

pcap_t *dbus_create(const char *device, char *message, int *is_ours)
{
    (void)device, (void)message;
    *is_ours = 0;
    return NULL;
}

int dbus_findalldevs(void *devices, char *message)
{
    (void)devices, (void)message;
    return 0;
}
