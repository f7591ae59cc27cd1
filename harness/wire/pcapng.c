/* SPDX-License-Identifier: MIT */
/* Writing pcapng: blocks with their length before and behind, all in this machine's byte order. */
#include "wire/pcapng.h"

#include <errno.h>
#include <string.h>

/* Types of blocks */
#define SECTION   UINT32_C(0x0a0d0d0a)
#define INTERFACE UINT32_C(1)
#define PACKET    UINT32_C(6)

#define ORDER UINT32_C(0x1a2b3c4d) /* tells readers the byte order */

/* Options: of every block, of a section, of an interface, of a packet */
#define END         0
#define COMMENT     1
#define APPLICATION 4
#define NAME        2
#define DESCRIPTION 3
#define MAC         6
#define RESOLUTION  9
#define FLAGS       2

#define NANOSECONDS 9 /* resolution: powers of ten */
#define INBOUND     1
#define OUTBOUND    2

struct block {
    uint8_t bytes[4096];
    uint32_t length;
};

static uint32_t padding(uint32_t length)
{
    return -length & 3;
}

static void add(struct block *block, const void *bytes, uint32_t length)
{
    memcpy(block->bytes + block->length, bytes, length);
    block->length += length;
}

static void add16(struct block *block, uint16_t value)
{
    add(block, &value, sizeof value);
}

static void add32(struct block *block, uint32_t value)
{
    add(block, &value, sizeof value);
}

static void begin(struct block *block, uint32_t type)
{
    block->length = 0;
    add32(block, type);
    add32(block, 0); /* the length, once it is known */
}

static void add_option(struct block *block, uint16_t code, const void *value, size_t length)
{
    uint32_t kept = length < 1024 ? (uint32_t)length : 1024; /* so that all options of a block fit */
    add16(block, code);
    add16(block, (uint16_t)kept);
    add(block, value, kept);
    add(block, "\0\0\0", padding(kept));
}

static void add_text(struct block *block, uint16_t code, const char *text)
{
    if (*text)
        add_option(block, code, text, strlen(text));
}

static void end(struct block *block, FILE *file)
{
    uint32_t length = block->length + 2 * sizeof(uint32_t);
    add16(block, END);
    add16(block, 0);
    add32(block, length);
    memcpy(block->bytes + sizeof(uint32_t), &length, sizeof length);
    fwrite(block->bytes, 1, block->length, file);
}

FILE *pcapng_create(const char *path, const struct pcapng_about *about)
{
    FILE *file = fopen(path, "we");
    struct block block;
    if (!file)
        return NULL;
    begin(&block, SECTION);
    add32(&block, ORDER);
    add16(&block, 1); /* version 1.0 */
    add16(&block, 0);
    add32(&block, UINT32_MAX); /* the section's length, 64 bits: up to the end of the file */
    add32(&block, UINT32_MAX);
    add_text(&block, COMMENT, about->comment);
    add_text(&block, APPLICATION, "sockopt-lab");
    end(&block, file);
    begin(&block, INTERFACE);
    add16(&block, about->link_type);
    add16(&block, 0);
    add32(&block, about->snap_length);
    add_text(&block, NAME, about->device);
    add_text(&block, DESCRIPTION, about->host);
    add_option(&block, MAC, about->mac, 6);
    add_option(&block, RESOLUTION, &(uint8_t){NANOSECONDS}, 1);
    end(&block, file);
    if (fflush(file) == 0)
        return file;
    int error = errno;
    fclose(file);
    errno = error;
    return NULL;
}

void pcapng_packet(FILE *file, int64_t at, bool outgoing, const uint8_t *bytes, uint32_t captured,
                   uint32_t length)
{
    uint32_t flags = outgoing ? OUTBOUND : INBOUND;
    /* type, length, interface, time in two halves, captured, length; bytes; flags, end of options, length */
    uint32_t total = 7 * 4 + captured + padding(captured) + 8 + 4 + 4;
    struct block block = {.length = 0};
    add32(&block, PACKET);
    add32(&block, total);
    add32(&block, 0);
    add32(&block, (uint32_t)((uint64_t)at >> 32));
    add32(&block, (uint32_t)at);
    add32(&block, captured);
    add32(&block, length);
    fwrite(block.bytes, 1, block.length, file);
    fwrite(bytes, 1, captured, file);
    block.length = 0;
    add(&block, "\0\0\0", padding(captured));
    add_option(&block, FLAGS, &flags, sizeof flags);
    add16(&block, END);
    add16(&block, 0);
    add32(&block, total);
    fwrite(block.bytes, 1, block.length, file);
}
