/* SPDX-License-Identifier: MIT */
/* libFuzzer target: any bytes as the capture that `lab show --tcpdump' lists, of a claim without a list of
 * captures. */
#include "tests/fuzz.h"

#include "show/canvas.h"
#include "show/list_packets.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static const struct show_style style = {.columns = 80, .tcpdump = true};
    static const struct notebook none;
    struct canvas canvas;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    fuzz_demand(out);
    fuzz_file("client.pcap", bytes, length);
    canvas_init(&canvas, out, &style);
    list_packets(&canvas, &none, fuzz_folder, 0);
    fclose(out);
    fuzz_printable(text);
    keep_free_all();
    free(text);
    return 0;
}
