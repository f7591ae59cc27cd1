/* SPDX-License-Identifier: MIT */
/*
 * Capture files in pcapng format (draft-ietf-opsawg-pcapng): other than pcap it has room for what a file is
 * about, the interface's name, and which way each packet went. Wireshark, tshark and tcpdump read it like
 * pcap.
 */
#ifndef LAB_WIRE_PCAPNG_H
#define LAB_WIRE_PCAPNG_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct pcapng_about {
    const char *comment;       /* of the whole file */
    const char *host, *device; /* where it was captured */
    const uint8_t *mac;        /* 6 bytes */
    uint16_t link_type;        /* as pcap_datalink(3) says: the numbers used here are the same in files */
    uint32_t snap_length;
};

/* Makes the file and writes what comes before the packets. NULL with errno. */
FILE *pcapng_create(const char *path, const struct pcapng_about *about);
/* Adds a packet; `at` in nanoseconds since the epoch. Whether it could be written, fflush and ferror tell. */
void pcapng_packet(FILE *file, int64_t at, bool outgoing, const uint8_t *bytes, uint32_t captured,
                   uint32_t length);

#endif
