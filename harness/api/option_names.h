/* SPDX-License-Identifier: MIT */
/*
 * The levels and numbers of socket options, with the names that Linux 7.3's headers give them: more than the
 * headers of the build have. SOL_SOCKET's numbers are those of most machines; alpha, mips, parisc and sparc
 * have others.
 */
#ifndef LAB_API_OPTION_NAMES_H
#define LAB_API_OPTION_NAMES_H

#include <stdbool.h>

struct option_level {
    const char *name; /* "IPPROTO_TCP" */
    int level;
    unsigned numbers; /* the census asks for 0 to numbers - 1 */
};
#define OPTION_LEVELS 11
extern const struct option_level option_levels[OPTION_LEVELS];

enum {
    OPTION_VARIES = 1,     /* time, a cookie, an address: its value is no fact, only its size is */
    OPTION_OPTIONAL = 2,   /* a matter of the kernel's configuration, or of protocols that may be missing */
    OPTION_TEXT = 4,       /* a name, by which the kernel may look for a module: never set to a number */
    OPTION_UNANSWERED = 8, /* the headers name it, the kernel does not know it (by now, or in calls) */
};
struct option_name {
    int level;
    unsigned number;
    const char *name;
    const char *since; /* kernel version, or NULL: 5.10 or before */
    unsigned flags;
};
/* The number's row; NULL when no header names it. */
const struct option_name *option_name(int level, unsigned number);
/* All rows, ending with one without name. */
extern const struct option_name option_names[];

/* Numbers of IPPROTO_IP and IPPROTO_IPV6 that belong to whatever netfilter module is loaded (ip_tables,
 * arp_tables, ebtables, ip_set, conntrack): they are about the namespace's rules and not about the socket. */
bool is_netfilters(int level, unsigned number);

#endif
