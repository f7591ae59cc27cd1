/* SPDX-License-Identifier: MIT */
/* An IPv4 or IPv6 address, and the names that hosts have in patterns and output. */
#ifndef LAB_PACKET_ADDRESS_H
#define LAB_PACKET_ADDRESS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

struct address {
    sa_family_t family; /* AF_INET, AF_INET6, or 0 for none */
    uint8_t bytes[16];  /* network byte order; the first 4 for AF_INET, the rest zero */
};

#define ADDRESS_TEXT 48 /* bytes enough for any address as text */

bool address_parse(const char *text, struct address *out);
/* The address with all bits behind the first `length` cleared. */
struct address address_prefix(const struct address *address, unsigned length);
bool address_equal(const struct address *a, const struct address *b);
/* Writes the address as inet_ntop does; returns `text`. */
const char *address_text(const struct address *address, char text[ADDRESS_TEXT]);
/* The address (and port, host byte order) as a sockaddr; returns its length. */
socklen_t address_sockaddr(const struct address *address, uint16_t port, struct sockaddr_storage *out);
bool address_from_sockaddr(const struct sockaddr *sa, struct address *address, uint16_t *port);

/*
 * The names of a bench: each entry gives one address a name. A host has the
 * same name for its first IPv4 and its first IPv6 address on its first wire
 * ("server"); further ones are numbered from 2 ("server#2").
 */
#define NAME_MAX_LENGTH 31
#define NAMES_MAX       64
struct names {
    size_t count;
    struct {
        char name[NAME_MAX_LENGTH + 1];
        struct address address;
    } entry[NAMES_MAX];
};

/* false when the table is full or the name too long. */
bool names_add(struct names *names, const char *name, const struct address *address);
/* The name of an address, or NULL. `names` may be NULL. */
const char *names_of(const struct names *names, const struct address *address);
/* The address that has this name in this family, or NULL. */
const struct address *names_find(const struct names *names, const char *name, sa_family_t family);
/* Whether any address has the name. */
bool names_known(const struct names *names, const char *name);

#endif
