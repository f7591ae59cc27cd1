/* SPDX-License-Identifier: MIT */
/* Prints each frame of a pcap file as the harness's imitation of tcpdump: decode_vs_tcpdump FILE. */
#include "packet/print.h"

#include <pcap/pcap.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    char error[PCAP_ERRBUF_SIZE], text[PACKET_TEXT];
    struct pcap_pkthdr *header;
    const u_char *frame;
    pcap_t *pcap;
    int got;

    if (argc != 2) {
        fprintf(stderr, "usage: decode_vs_tcpdump FILE\n");
        return 2;
    }
    pcap = pcap_open_offline(argv[1], error);
    if (!pcap) {
        fprintf(stderr, "decode_vs_tcpdump: open %s: %s\n", argv[1], error);
        return 2;
    }
    while ((got = pcap_next_ex(pcap, &header, &frame)) == 1) {
        struct packet packet;

        packet_decode(frame, header->caplen, header->len, &packet);
        puts(packet_print_tcpdump(&packet, text));
    }
    if (got == PCAP_ERROR)
        fprintf(stderr, "decode_vs_tcpdump: read %s: %s\n", argv[1], pcap_geterr(pcap));
    pcap_close(pcap);
    return got == PCAP_ERROR ? 2 : 0;
}
