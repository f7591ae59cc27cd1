/* SPDX-License-Identifier: MIT */
/* BPF programs: setsockopt(2) and bpf(2). */
#include "api/filters.h"
#include "api/call.h"

#include <linux/bpf.h>
#include <linux/filter.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

int lab_attach_program(struct here here, struct sock *sock, int option, const char *name,
                       const struct sock_filter *program, size_t instructions)
{
    struct sock_fprog value = {.len = (unsigned short)instructions, .filter = (struct sock_filter *)program};
    int64_t began = record_begin(sock->lab, here, "setsockopt(%s, SOL_SOCKET, %s, %zu instructions)",
                                 sock->name, name, instructions);
    return call_done(sock, here, began, setsockopt(sock->fd, SOL_SOCKET, option, &value, sizeof value));
}

static int load(unsigned type, const struct bpf_insn *program, size_t instructions, char *log, size_t size)
{
    union bpf_attr attributes = {
        .prog_type = type,
        .insns = (uintptr_t)program,
        .insn_cnt = (uint32_t)instructions,
        .license = (uintptr_t) "Dual MIT/GPL",
        .log_buf = (uintptr_t)log,
        .log_size = (uint32_t)size,
        .log_level = size > 0,
    };
    return (int)syscall(SYS_bpf, BPF_PROG_LOAD, &attributes, sizeof attributes);
}

int lab_load_program(struct here here, struct lab *lab, unsigned type, const char *name,
                     const struct bpf_insn *program, size_t instructions)
{
    static char reason[65536]; /* asked for afterwards: a log that is too long makes BPF_PROG_LOAD fail */
    /* Before Linux 5.11 programs count as locked memory, those of all claims that run beside this one
     * together. */
    setrlimit(RLIMIT_MEMLOCK, &(struct rlimit){RLIM_INFINITY, RLIM_INFINITY});

    int64_t began = record_begin(lab, here, "bpf(BPF_PROG_LOAD, %s, %zu instructions)", name, instructions);
    int program_fd = load(type, program, instructions, NULL, 0), error = errno;
    record_call(lab, here, "", began, program_fd, program_fd < 0 ? error : 0);
    if (program_fd < 0 && error == EPERM) /* kernel.unprivileged_bpf_disabled, as a rule */
        lab_skip(here, lab, "needs root for bpf(2), which fails with EPERM");
    if (program_fd < 0 && error == ENOSYS)
        lab_skip(here, lab, "needs bpf(2), which fails with ENOSYS");
    if (program_fd < 0) {
        load(type, program, instructions, reason, sizeof reason);
        lab_break(lab, here, "bpf(BPF_PROG_LOAD, %s): %s: %.500s", name, errno_name(error), reason);
    }
    return program_fd;
}
