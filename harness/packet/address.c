/* SPDX-License-Identifier: MIT */
/* Addresses as text and as sockaddr, and the table of the bench's names. */
#include "packet/address.h"

#include <arpa/inet.h>
#include <string.h>

/* Length in `bytes` of an address of the family; 0 for one that has no addresses. */
static size_t address_length(sa_family_t family)
{
    return family == AF_INET ? 4 : family == AF_INET6 ? 16 : 0;
}

bool address_parse(const char *text, struct address *out)
{
    static const sa_family_t families[] = {AF_INET, AF_INET6};

    memset(out, 0, sizeof(*out));
    for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
        if (inet_pton(families[i], text, out->bytes) == 1) {
            out->family = families[i];
            return true;
        }
        memset(out, 0, sizeof(*out)); /* inet_pton may leave part of an address */
    }
    return false;
}

struct address address_prefix(const struct address *address, unsigned length)
{
    struct address prefix = *address;
    for (unsigned bit = length; bit < 8 * sizeof prefix.bytes; bit++)
        prefix.bytes[bit / 8] &= (uint8_t) ~(0x80 >> bit % 8);
    return prefix;
}

bool address_equal(const struct address *a, const struct address *b)
{
    return a->family == b->family && memcmp(a->bytes, b->bytes, address_length(a->family)) == 0;
}

const char *address_text(const struct address *address, char text[ADDRESS_TEXT])
{
    if (address_length(address->family) == 0 ||
        !inet_ntop(address->family, address->bytes, text, ADDRESS_TEXT))
        strcpy(text, "none");
    return text;
}

socklen_t address_sockaddr(const struct address *address, uint16_t port, struct sockaddr_storage *out)
{
    memset(out, 0, sizeof(*out));
    if (address->family == AF_INET) {
        struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(port)};

        memcpy(&in.sin_addr, address->bytes, 4);
        memcpy(out, &in, sizeof(in));
        return sizeof(in);
    }
    if (address->family == AF_INET6) {
        struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};

        memcpy(&in6.sin6_addr, address->bytes, 16);
        memcpy(out, &in6, sizeof(in6));
        return sizeof(in6);
    }
    return 0;
}

bool address_from_sockaddr(const struct sockaddr *sa, struct address *address, uint16_t *port)
{
    uint16_t network_port = 0;

    memset(address, 0, sizeof(*address));
    if (port)
        *port = 0;
    if (sa->sa_family == AF_INET) {
        struct sockaddr_in in;

        memcpy(&in, sa, sizeof(in));
        memcpy(address->bytes, &in.sin_addr, 4);
        network_port = in.sin_port;
    } else if (sa->sa_family == AF_INET6) {
        struct sockaddr_in6 in6;

        memcpy(&in6, sa, sizeof(in6));
        memcpy(address->bytes, &in6.sin6_addr, 16);
        network_port = in6.sin6_port;
    } else {
        return false;
    }
    address->family = sa->sa_family;
    if (port)
        *port = ntohs(network_port);
    return true;
}

bool names_add(struct names *names, const char *name, const struct address *address)
{
    size_t length = strlen(name);

    if (names->count >= NAMES_MAX || length == 0 || length > NAME_MAX_LENGTH)
        return false;
    memcpy(names->entry[names->count].name, name, length + 1);
    names->entry[names->count].address = *address;
    names->count++;
    return true;
}

const char *names_of(const struct names *names, const struct address *address)
{
    for (size_t i = 0; names && i < names->count; i++)
        if (address_equal(&names->entry[i].address, address))
            return names->entry[i].name;
    return NULL;
}

const struct address *names_find(const struct names *names, const char *name, sa_family_t family)
{
    for (size_t i = 0; names && i < names->count; i++)
        if (names->entry[i].address.family == family && strcmp(names->entry[i].name, name) == 0)
            return &names->entry[i].address;
    return NULL;
}

bool names_known(const struct names *names, const char *name)
{
    for (size_t i = 0; names && i < names->count; i++)
        if (strcmp(names->entry[i].name, name) == 0)
            return true;
    return false;
}
