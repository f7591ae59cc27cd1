/* SPDX-License-Identifier: MIT */
/* What both printers share. */
#include "packet/print.h"

const char *tcp_flags_text(uint16_t flags, char text[16])
{
    /* tcpdump's order, which is not that of the bits: ACK before URG */
    static const struct {
        uint16_t flag;
        char letter;
    } letters[] = {
        {TCP_FIN, 'F'}, {TCP_SYN, 'S'}, {TCP_RST, 'R'}, {TCP_PSH, 'P'}, {TCP_ACK, '.'},
        {TCP_URG, 'U'}, {TCP_ECE, 'E'}, {TCP_CWR, 'W'}, {TCP_AE, 'e'},
    };
    size_t n = 0;

    text[n++] = '[';
    for (size_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++)
        if (flags & letters[i].flag)
            text[n++] = letters[i].letter;
    if (n == 1)
        for (const char *p = "none"; *p; p++)
            text[n++] = *p;
    text[n++] = ']';
    text[n] = '\0';
    return text;
}
