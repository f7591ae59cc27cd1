/* SPDX-License-Identifier: MIT */
/* What options refuse. */
#include "api/refusals.h"
#include "api/internal.h"

#include <netinet/in.h>

/* No address of a process. */
static void *const UNMAPPED = (void *)16;

bool lab_fact_refused(struct here here, struct lab *lab, const char *name, int result, int error)
{
    fact_text(lab, name, result < 0 ? errno_name(-result) : "not refused");
    return lab_expect_refused(here, lab, result, error);
}

void lab_expect_misuse_refused(struct here here, struct lab *lab, bool misuse, int option, const char *names,
                               int value)
{
    struct sock *tcp = lab_socket(here, lab, "client", 0, SOCK_STREAM, 0);
    struct sock *udp = misuse ? lab_socket(here, lab, "client", 0, SOCK_DGRAM, 0) : tcp;
    struct sock *local = misuse ? lab_socket(here, lab, "client", AF_UNIX, SOCK_STREAM, 0) : tcp;
    socklen_t size = misuse ? 2 : sizeof value;
    const void *from = misuse ? UNMAPPED : &value;

    here.text = "two bytes";
    lab_fact_refused(here, lab, "two_bytes",
                     lab_set_option(here, tcp, IPPROTO_TCP, option, names, &value, size), EINVAL);
    here.text = "a value at an address that is not mapped";
    lab_fact_refused(here, lab, "unmapped",
                     lab_set_option(here, tcp, IPPROTO_TCP, option, names, from, sizeof value), EFAULT);
    here.text = "a UDP socket";
    lab_fact_refused(here, lab, "udp_socket", lab_set_int(here, udp, IPPROTO_TCP, option, names, value),
                     ENOPROTOOPT);
    here.text = "a Unix socket";
    lab_fact_refused(here, lab, "unix_socket", lab_set_int(here, local, IPPROTO_TCP, option, names, value),
                     EOPNOTSUPP);
}
