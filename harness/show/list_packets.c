/* SPDX-License-Identifier: MIT */
/*
 * The captures as text, by the lab's own decoder, with the times of the ladder, so that the two can be read
 * side by side. Nothing is cut: a packet too long for a line goes on below.
 */
#include "show/list_packets.h"
#include "packet/print.h"
#include "show/complain.h"

#include <dirent.h>
#include <errno.h>
#include <pcap/pcap.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TIME_WIDTH 10

int list_is_pcap(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);

    return length > 5 && strcmp(entry->d_name + length - 5, ".pcap") == 0;
}

static int64_t time_of(const struct pcap_pkthdr *header)
{
    /* opened with nanosecond precision, so that tv_usec holds nanoseconds */
    return (int64_t)header->ts.tv_sec * 1000000000 + (int64_t)header->ts.tv_usec;
}

static void list_packet(struct canvas *canvas, const struct pcap_pkthdr *header, const u_char *bytes,
                        int64_t origin)
{
    struct packet packet;
    char text[PACKET_TEXT] = "no Ethernet header";

    if (packet_decode(bytes, header->caplen, header->len, &packet))
        packet_print_tcpdump(&packet, text);
    canvas_print(canvas, 0, TIME_WIDTH, INK_DIM, "%*.3f", TIME_WIDTH,
                 (double)(time_of(header) - origin) / 1e6);
    canvas_wrap(canvas, TIME_WIDTH + 1, span_of(text), canvas->columns - TIME_WIDTH - 1, INK_PLAIN);
}

static int list_capture(struct canvas *canvas, const char *folder, const char *file, int64_t origin)
{
    char *path, error[PCAP_ERRBUF_SIZE];
    struct pcap_pkthdr *header;
    const u_char *bytes;
    pcap_t *pcap = NULL;
    FILE *stream;
    int fd, got;

    if (asprintf(&path, "%s/%s", folder, file) < 0)
        return -1;
    fd = evidence_open(path);
    stream = fd < 0 ? NULL : fdopen(fd, "re");
    snprintf(error, sizeof(error), "%s", strerror(errno));
    if (stream)
        pcap = pcap_fopen_offline_with_tstamp_precision(stream, PCAP_TSTAMP_PRECISION_NANO, error);
    if (!pcap) {
        complain_of("open %s: %s", path, error);
        if (stream)
            fclose(stream);
        else if (fd >= 0)
            close(fd);
        free(path);
        return -1;
    }
    canvas_print(canvas, 0, canvas->columns, INK_BOLD, "%s", file);
    canvas_emit(canvas);
    while ((got = pcap_next_ex(pcap, &header, &bytes)) == 1)
        list_packet(canvas, header, bytes, origin);
    if (got == PCAP_ERROR)
        complain_of("read %s: %s", path, pcap_geterr(pcap));
    pcap_close(pcap);
    free(path);
    return got == PCAP_ERROR ? -1 : 0;
}

int list_packets(struct canvas *canvas, const struct notebook *notebook, const char *folder, int64_t origin)
{
    struct dirent **entries;
    int result = 0, count;

    for (size_t i = 0; i < notebook->capture_count; i++)
        if (list_capture(canvas, folder, notebook->captures[i].file, origin) < 0)
            result = -1;
    if (notebook->capture_count > 0)
        return result;
    /* a run that was killed has no list of its captures */
    count = scandir(folder, &entries, list_is_pcap, alphasort);
    for (int i = 0; i < count; i++) {
        if (list_capture(canvas, folder, entries[i]->d_name, origin) < 0)
            result = -1;
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    return result;
}
