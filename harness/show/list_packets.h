/* SPDX-License-Identifier: MIT */
/* All packets of a claim's captures, one a line, as tcpdump prints them. */
#ifndef LAB_SHOW_LIST_PACKETS_H
#define LAB_SHOW_LIST_PACKETS_H

#include "show/canvas.h"
#include "show/notebook.h"

struct dirent;

/* Times count from `origin`. 0, or -1 after a message on stderr if one of the captures could not be read to
 * its end. */
int list_packets(struct canvas *canvas, const struct notebook *notebook, const char *folder, int64_t origin);

/* For scandir(3): whether the name ends in ".pcap". */
int list_is_pcap(const struct dirent *entry);

#endif
