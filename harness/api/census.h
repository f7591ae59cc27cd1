/* SPDX-License-Identifier: MIT */
/*
 * Asking sockets for every option number of every level: what can be read, what can be set, and by whom.
 *
 * Each kind of socket is asked by getsockopt(2), and by setsockopt(2) for what was read and for another
 * number, first without capabilities, then with them. What was set successfully spoils a socket: the next
 * number is asked of a fresh one. Thousands of calls, of which the notebook has one line a kind.
 */
#ifndef LAB_API_CENSUS_H
#define LAB_API_CENSUS_H

#include "api/option_names.h"
#include "api/sockets.h"

#include <stdint.h>

struct socket_kind {
    const char *name, *suffix; /* "tcp", "4" */
    int domain, type, protocol;
};
#define SOCKET_KINDS 19
extern const struct socket_kind socket_kinds[SOCKET_KINDS];

/* What getsockopt says. */
struct reading {
    int size;          /* bytes, or -errno */
    bool zero;         /* all of them */
    uint8_t start[16]; /* the first of them */
};
/* What setsockopt says: 0 or -errno. */
struct setting {
    int anybody, privileged; /* without capabilities, with all of them */
    /* That CAP_NET_ADMIN, CAP_NET_RAW alone is enough, where anybody is refused and `privileged` is not. */
    bool net_admin, net_raw;
};
struct answer {
    struct reading read;
    int read_privileged;        /* read.size of a process with all capabilities */
    struct setting back, other; /* of what was read (or, where nothing was, the int 0); of `value` */
    int value;                  /* 1, or 0 where 1 was read */
};

/* A number of the level that no option has; what a socket answers to that, it answers to all absent ones. */
#define NO_OPTION 9999

/*
 * The census of a host's sockets: what one process may do with them that has the capabilities of the claim,
 * which are those of root on the machine where the lab runs as root. In a namespace: in a network namespace
 * of its own, by a process that is root in it and nowhere else. Owned by the lab.
 */
struct census;
enum census_order { UPWARDS, DOWNWARDS };
enum census_sockets { FRESH_SOCKETS, ONE_SOCKET /* for all numbers, however spoiled */ };
#define census_of(lab, host)                       lab_census_of(HERE, lab, host)
#define census_in_a_namespace(lab, order, sockets) lab_census_in_a_namespace(HERE, lab, order, sockets)
const struct census *lab_census_of(struct here here, struct lab *lab, const char *host);
const struct census *lab_census_in_a_namespace(struct here here, struct lab *lab, enum census_order order,
                                               enum census_sockets sockets);

bool has_kind(const struct census *census, unsigned kind); /* the kernel makes such sockets */
const struct answer *answer_of(const struct census *census, unsigned kind, int level, unsigned number);
/* Whether the answer differs from that to NO_OPTION. */
bool is_present(const struct census *census, unsigned kind, int level, unsigned number);
bool same_answer(const struct answer *a, const struct answer *b);

/* A fact for each option that any kind of socket has, what all kinds say in one text; one for each level on
 * what it says to numbers that it does not have; the highest number of each level. */
void census_facts(struct lab *lab, const struct census *census);

/*
 * Every option is there, on some kind of socket, that a header of this kernel's version or an older one
 * names; those that depend on its configuration may be missing. Those that no kernel answers are not there.
 */
#define expect_known_options(lab, census) lab_expect_known_options(HERE_AS("known options"), lab, census)
bool lab_expect_known_options(struct here here, struct lab *lab, const struct census *census);

/*
 * The options of which `is_so` is true on any kind of socket are these ("SOL_SOCKET SO_MARK, IPPROTO_TCP
 * TCP_REPAIR"), all of them, and no others but perhaps those of the last list. The second form hands over
 * what two censuses answer to the same.
 */
#define ANY_OTHER "*" /* in place of the last list */
struct asked {
    const struct socket_kind *kind;
    int level;
    unsigned number;
    bool present; /* answered otherwise than NO_OPTION */
    const struct answer *answer, *second;
};
typedef bool census_test(const struct asked *asked);
#define expect_options(lab, census, is_so, these, perhaps)                                                   \
    lab_expect_options(HERE_AS("options with " #is_so), lab, census, census, is_so, these, perhaps)
#define expect_options_of_two(lab, census, second, is_so, these, perhaps)                                    \
    lab_expect_options(HERE_AS("options with " #is_so), lab, census, second, is_so, these, perhaps)
bool lab_expect_options(struct here here, struct lab *lab, const struct census *census,
                        const struct census *second, census_test *is_so, const char *these,
                        const char *perhaps);

/* The same options as a fact. */
void fact_options(struct lab *lab, const char *name, const struct census *census, const struct census *second,
                  census_test *is_so);

/* Everything that one socket lets read, and the options that read differently at two times (of
 * long values the first 16 bytes count; those that always vary do not). Owned by the lab. */
struct readings;
#define read_all(sock) lab_read_all(HERE, sock)
const struct readings *lab_read_all(struct here here, struct sock *sock);
#define expect_changed(lab, before, after, these, perhaps)                                                   \
    lab_expect_changed(HERE_AS("options that read differently"), lab, before, after, these, perhaps)
bool lab_expect_changed(struct here here, struct lab *lab, const struct readings *before,
                        const struct readings *after, const char *these, const char *perhaps);

/* What they read the second time, as facts: "IPPROTO_TCP 2 TCP_MAXSEG, connected" = "4 bytes: 1448". */
void fact_changed(struct lab *lab, const char *when, const struct readings *before,
                  const struct readings *after);

#endif
