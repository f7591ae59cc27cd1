/* SPDX-License-Identifier: MIT */
/* A script under way, as matcher and report share it. Nobody outside this folder includes this. */
#ifndef LAB_PATTERN_SCRIPT_STATE_H
#define LAB_PATTERN_SCRIPT_STATE_H

#include "pattern/line.h"
#include "pattern/script.h"

#define NOTHING SIZE_MAX /* no node, no packet, no line */

/*
 * One way of reading the packets so far: the line `line` took packet `packet`, and the lines from
 * `position` on are still to come. `before` is the node that this one goes on from, so that each way
 * can be walked back.
 */
struct node {
    size_t before;
    size_t packet, line;
    size_t position;
    size_t values; /* index of the variables' values */
    int64_t since; /* when the time bound of the next line begins; 0 if unknown */
};

struct node_list {
    size_t count, room;
    size_t *node; /* indexes, the preferred way first */
};

/* Which line took each packet, in the way that is reported. */
struct alignment {
    size_t packets;  /* for how many packets it was made */
    size_t *line;    /* NOTHING where none */
    size_t made_for; /* the node */
    bool valid;
};

struct script {
    struct pattern **line;
    size_t lines;
    bool *uses_least, *uses_most; /* for each position: whether a time bound may yet look at node.since */
    const struct names *names;
    struct bindings *shared;
    bool judge_most;
    int64_t since;

    const struct sighting **packet;
    size_t packets, packets_room;
    struct node *node;
    size_t nodes, nodes_room;
    struct bindings **values;
    size_t values_count, values_room;
    struct node_list now, next;

    enum script_state state;
    bool sealed;     /* complete, and a packet came that belongs to what follows */
    size_t accepted; /* the node by which it is complete */
    size_t consumed;
    size_t failed_at; /* the packet that no way could take */
    struct alignment *alignment;
};

/* Out of memory is the end of the process: nothing could be judged after it. */
void *grow(void *memory, size_t *room, size_t wanted, size_t size);

/* The first line at or after `position` that must take a packet; script->lines if there is none. */
size_t script_required(const struct script *script, size_t position);
bool script_skippable(const struct script *script, size_t line);
/* Whether the packet comes in time for the line, on this way; `why` says the bound that it misses. */
bool script_in_time(const struct script *script, const struct node *node, size_t line,
                    const struct sighting *sighting, struct mismatch *why);

/* The way that went furthest: what is reported. */
size_t script_best(const struct script *script);
/* Line of each packet fed along the way that ends at `node`. */
const size_t *script_align(const struct script *script, size_t node);

/* What comes nearest to going on: a line, the packet held against it, and how they differ. */
struct nearest_match {
    size_t way, line, packet;
    unsigned differences;
    struct mismatch why;
};
/* Its number in the capture file. */
unsigned script_packet_number(const struct script *script, size_t packet);
/* The packet beside this line (NOTHING: beside none): of windows, options and so on what lines speak of. */
const char *script_packet_text(const struct script *script, size_t packet, size_t line,
                               char text[PACKET_TEXT]);

/* For a failed script: the line to which the packet that failed it comes nearest. */
struct nearest_match script_nearest_line(const struct script *script);
/* For an open script: the packet that comes nearest to the missing line; packet is NOTHING if there is none.
 */
struct nearest_match script_nearest_packet(const struct script *script);

#endif
