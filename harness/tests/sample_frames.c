/* SPDX-License-Identifier: MIT */
/* Writes the sample frames that tcpdump's words are known for to a pcap file: sample_frames FILE; all of them
 * with -a. */
#include "sample_set.h"

#include <pcap/pcap.h>

struct output {
    pcap_dumper_t *dumper;
    unsigned count;
    bool all;
};

static void write_frame(void *context, const uint8_t *frame, size_t captured, size_t length, bool odd)
{
    struct output *output = context;
    struct pcap_pkthdr header = {.caplen = (bpf_u_int32)captured, .len = (bpf_u_int32)length};

    if (odd && !output->all)
        return;
    header.ts.tv_sec = (time_t)output->count++;
    pcap_dump((u_char *)output->dumper, &header, frame);
}

int main(int argc, char **argv)
{
    struct output output = {0};
    pcap_t *pcap;

    output.all = argc == 3 && strcmp(argv[1], "-a") == 0;
    if (argc != 2 && !output.all) {
        fprintf(stderr, "usage: sample_frames [-a] FILE\n");
        return 2;
    }
    pcap = pcap_open_dead(DLT_EN10MB, FRAME_MAX);
    output.dumper = pcap ? pcap_dump_open(pcap, argv[argc - 1]) : NULL;
    if (!output.dumper) {
        fprintf(stderr, "sample_frames: open %s: %s\n", argv[argc - 1],
                pcap ? pcap_geterr(pcap) : "out of memory");
        return 2;
    }
    sample_all(write_frame, &output);
    pcap_dump_close(output.dumper);
    pcap_close(pcap);
    printf("%u frames\n", output.count);
    return 0;
}
