/* SPDX-License-Identifier: MIT */
/* libFuzzer target: any bytes as a frame, through everything that is done with packets. */
#include "packet/build.h"
#include "packet/groups.h"
#include "packet/message.h"
#include "packet/print.h"

#include <stdlib.h>
#include <string.h>

static void print(const struct packet *packet, struct flows *flows)
{
    static const struct print_style style = {.ports = true, .options = true};
    struct sighting sighting = {.packet = *packet, .relative = flows_note(flows, packet)};
    char text[PACKET_TEXT];

    if (strlen(packet_print_tcpdump(packet, text)) >= PACKET_TEXT)
        abort();
    if (strlen(packet_print_pattern(&sighting, &style, text)) >= PACKET_TEXT)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t error[2048];
    struct address router = {.family = AF_INET, .bytes = {10, 0, 0, 254}};
    struct flows *flows = flows_new();
    struct packet packet, quoted, again;
    struct group_record record;
    uint8_t *copy;
    size_t length;

    packet_decode(data, size, size, &packet);
    if (packet.payload_captured > packet.payload_length)
        abort();
    if (packet.payload && packet.payload + packet.payload_captured > data + size)
        abort();
    print(&packet, flows);
    for (size_t i = 0; group_record(&packet, i, &record); i++)
        if (record.sources + record.source_count * (record.group.family == AF_INET6 ? 16u : 4u) > data + size)
            abort();
    if (packet_quoted(&packet, &quoted))
        print(&quoted, flows);
    router.family = packet.src.family;
    length =
        build_icmp_error(&packet, &router, packet.src.family == AF_INET6 ? 1 : 3, 3, 0, error, sizeof(error));
    if (length) {
        /* what is built can be read again, and is right */
        if (!packet_decode(error, length, length, &again) || again.trouble || !again.checksum_ok)
            abort();
        print(&again, flows);
    }
    packet_decode(data, size, size + 100, &packet); /* captured in part */
    print(&packet, flows);
    flows_free(flows);

    copy = malloc(size ? size : 1);
    if (size)
        memcpy(copy, data, size);
    build_checksums(copy, size);
    packet_decode(copy, size, size, &packet);
    if (packet.checksum_known && !packet.checksum_ok)
        abort();
    free(copy);
    return 0;
}
