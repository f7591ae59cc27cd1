/* SPDX-License-Identifier: MIT */
#include "wire/capture.h"
#include "wire/pcapng.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Bytes of the kernel's ring: what can come in before the wire's thread gets the processor. On lo a slot
 * takes 64 KiB, its MTU, and every packet comes twice.
 */
#define RING_BYTES    (1 << 20)
#define RING_BYTES_LO (8 << 20)
#define SNAP_BYTES    65535

static int refuse(struct capture *capture, const char *what, const char *device, char *message, size_t size)
{
    snprintf(message, size, "capture on %s: %s: %s", device, what, pcap_geterr(capture->handle));
    pcap_close(capture->handle);
    capture->handle = NULL;
    return -1;
}

int capture_open(struct capture *capture, const char *device, const char *folder, char *message, size_t size)
{
    char error[PCAP_ERRBUF_SIZE];
    pcap_t *handle = pcap_create(device, error);
    if (!handle) {
        snprintf(message, size, "capture on %s: %s", device, error);
        return -1;
    }
    capture->handle = handle;
    pcap_set_snaplen(handle, SNAP_BYTES);
    pcap_set_buffer_size(handle, strcmp(device, "lo") ? RING_BYTES : RING_BYTES_LO);
    pcap_set_immediate_mode(handle, 1);
    pcap_set_tstamp_precision(handle, PCAP_TSTAMP_PRECISION_NANO);
    if (pcap_activate(handle) < 0)
        return refuse(capture, "pcap_activate", device, message, size);
    if (pcap_setnonblock(handle, 1, error) < 0)
        return refuse(capture, "pcap_setnonblock", device, message, size);
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, capture->file);
    const struct pcapng_about about = {
        .comment = capture->about,
        .host = capture->host,
        .device = device,
        .mac = capture->mac,
        .link_type = (uint16_t)pcap_datalink(handle),
        .snap_length = SNAP_BYTES,
    };
    capture->out = pcapng_create(path, &about);
    if (!capture->out) {
        snprintf(message, size, "cannot write %s: %s", path, strerror(errno));
        pcap_close(handle);
        capture->handle = NULL;
        return -1;
    }
    capture->flows = flows_new();
    capture->selectable = pcap_get_selectable_fd(handle);
    return 0;
}

static void keep(u_char *user, const struct pcap_pkthdr *header, const u_char *bytes)
{
    struct capture *capture = (struct capture *)user;
    /* With nanosecond precision asked for, tv_usec holds nanoseconds. */
    int64_t at = (int64_t)header->ts.tv_sec * 1000000000 + header->ts.tv_usec;
    bool outgoing = header->caplen >= 12 && memcmp(bytes + 6, capture->mac, 6) == 0; /* Ethernet's source */
    pcapng_packet(capture->out, at, outgoing, bytes, header->caplen, header->len);
    if (capture->count == capture->room) {
        size_t room = capture->room ? 2 * capture->room : 64;
        struct sighting **more = realloc(capture->sightings, room * sizeof *more);
        if (!more)
            return;
        capture->sightings = more;
        capture->room = room;
    }
    struct sighting *sighting = calloc(1, sizeof *sighting + header->caplen);
    if (!sighting)
        return;
    uint8_t *frame = (uint8_t *)(sighting + 1);
    memcpy(frame, bytes, header->caplen);
    packet_decode(frame, header->caplen, header->len, &sighting->packet);
    sighting->relative = flows_note(capture->flows, &sighting->packet);
    sighting->at = at;
    sighting->direction = outgoing ? DIRECTION_OUT : DIRECTION_IN;
    sighting->number = (unsigned)capture->count + 1;
    capture->sightings[capture->count++] = sighting;
    capture->listen(capture->listener, capture, sighting);
}

int capture_drain(struct capture *capture)
{
    if (!capture->handle)
        return 0; /* closed */
    size_t before = capture->count;
    int n;
    while ((n = pcap_dispatch(capture->handle, -1, keep, (u_char *)capture)) > 0)
        ;
    if (capture->count != before && (fflush(capture->out) || ferror(capture->out)))
        return -1;
    return n < 0 ? -1 : 0;
}

void capture_close(struct capture *capture)
{
    if (!capture->handle)
        return;
    struct pcap_stat stat = {0};
    pcap_stats(capture->handle, &stat);
    capture->dropped = stat.ps_drop;
    fclose(capture->out);
    pcap_close(capture->handle);
    flows_free(capture->flows);
    capture->handle = NULL;
    capture->flows = NULL;
    capture->selectable = -1;
}

void capture_free(struct capture *capture)
{
    for (size_t i = 0; i < capture->count; i++)
        free(capture->sightings[i]);
    free(capture->sightings);
    capture->sightings = NULL;
    capture->count = capture->room = 0;
}
