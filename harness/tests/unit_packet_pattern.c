/* SPDX-License-Identifier: MIT */
/* What the printer prints, the parser of patterns reads, and the packet printed matches it. */
#include "check.h"
#include "packet/print.h"
#include "pattern/pattern.h"
#include "sample_set.h"

static void print_parse_match(struct sighting *sighting, const struct print_style *style)
{
    struct bindings bindings = {0};
    struct pattern_trouble trouble = {0};
    struct mismatch why = {0};
    char text[PACKET_TEXT];
    struct pattern *pattern;

    packet_print_pattern(sighting, style, text);
    pattern = pattern_parse(text, style->names, &trouble);
    CHECK(pattern != NULL);
    if (!pattern) {
        fprintf(stderr, "  %s\n  column %zu: %s\n", text, trouble.column, trouble.message);
        return;
    }
    if (!check_result(pattern_matches(pattern, sighting, style->names, &bindings, &why)))
        fprintf(stderr, "  %s\n  %s: expected %s, observed %s\n", text, why.field, why.expected,
                why.observed);
    pattern_free(pattern);
}

static void use_sample(void *context, const uint8_t *frame, size_t captured, size_t length, bool odd)
{
    struct print_style style = {.names = context};
    struct sighting sighting = {0};
    struct flows *flows = flows_new();

    packet_decode(frame, captured, length, &sighting.packet);
    sighting.relative = flows_note(flows, &sighting.packet);
    flows_free(flows);
    if (odd || sighting.packet.trouble || sighting.packet.src.family == 0)
        return; /* broken packets are printed too, but nobody can expect them */
    for (unsigned bits = 0; bits < 4; bits++) {
        style.ports = bits & 1;
        style.options = bits & 2;
        print_parse_match(&sighting, &style);
    }
}

int main(void)
{
    static struct names names;
    struct address client = sample_address(A4), server = sample_address(B4);

    names_add(&names, "client", &client);
    names_add(&names, "server", &server);
    sample_all(use_sample, &names);
    return check_done();
}
