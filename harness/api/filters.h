/* SPDX-License-Identifier: MIT */
/* BPF programs: classic ones for setsockopt(2), extended ones by bpf(2). */
#ifndef LAB_API_FILTERS_H
#define LAB_API_FILTERS_H

#include "api/sockets.h"

struct sock_filter; /* an instruction of classic BPF: BPF_STMT and BPF_JUMP of <linux/filter.h> */
struct bpf_insn;    /* an instruction of extended BPF: <linux/bpf.h> */

#define INSTRUCTIONS(program) (sizeof(program) / sizeof *(program))

/* A classic program, an array of instructions, for SO_ATTACH_FILTER or SO_ATTACH_REUSEPORT_CBPF. */
#define attach_program(sock, option, program) lab_must(HERE, try_attach_program(sock, option, program))
#define try_attach_program(sock, option, program)                                                            \
    lab_attach_program(HERE, sock, option, #option, program, INSTRUCTIONS(program))
int lab_attach_program(struct here here, struct sock *sock, int option, const char *name,
                       const struct sock_filter *program, size_t instructions);

/* An extended program of this type (BPF_PROG_TYPE_…) handed to the kernel: the descriptor that options take,
 * open until the claim ends. Skips where bpf(2) is not there or refused to this user; a program that the
 * verifier refuses breaks the claim, with its reason. */
#define load_program(lab, type, program)                                                                     \
    lab_load_program(HERE, lab, type, #type, program, INSTRUCTIONS(program))
int lab_load_program(struct here here, struct lab *lab, unsigned type, const char *name,
                     const struct bpf_insn *program, size_t instructions);

#endif
