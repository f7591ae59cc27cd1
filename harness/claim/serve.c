/* SPDX-License-Identifier: MIT */
#include "claim/serve.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ORDER_MOST 8192 /* as in runner/server.c */
#define WORDS_MOST 16

struct order {
    char words[ORDER_MOST]; /* each with its null byte */
    size_t length;
    int output, errors;
};

/* Whether there was one more order. */
static int take_order(struct order *order)
{
    union {
        char bytes[CMSG_SPACE(2 * sizeof(int))];
        struct cmsghdr align;
    } control;
    struct iovec part = {order->words, sizeof order->words - 1};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    ssize_t length;
    do
        length = recvmsg(STDIN_FILENO, &message, MSG_CMSG_CLOEXEC);
    while (length < 0 && errno == EINTR);
    struct cmsghdr *header = length > 0 ? CMSG_FIRSTHDR(&message) : NULL;
    if (!header || header->cmsg_type != SCM_RIGHTS || header->cmsg_len != CMSG_LEN(2 * sizeof(int)))
        return 0;
    int fds[2];
    memcpy(fds, CMSG_DATA(header), sizeof fds);
    order->output = fds[0];
    order->errors = fds[1];
    order->length = (size_t)length;
    order->words[order->length] = '\0';
    return 1;
}

/* A child of our parent, not of ours: the lab waits for its claims itself. (The C library's fork cannot.) */
static pid_t fork_sibling(void)
{
    struct clone_args args = {.flags = CLONE_PARENT};
    return (pid_t)syscall(SYS_clone3, &args, sizeof args);
}

/* In the child: nothing of the server's is left but what has been loaded. */
static int carry_out(struct order *order, char *program, pid_t lab, int (*run)(int argc, char **argv))
{
    char *argv[WORDS_MOST + 2] = {program};
    int argc = 1;
    for (char *word = order->words; word < order->words + order->length; word += strlen(word) + 1) {
        if (argc > WORDS_MOST)
            return 2;
        argv[argc++] = word;
    }
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != lab)
        return 1;
    /* It answers itself: were that the server's to do, its death in between would let the claim run twice,
     * here and as the lab executes it anew. */
    pid_t self = getpid();
    if (send(STDIN_FILENO, &self, sizeof self, MSG_NOSIGNAL) != sizeof self)
        return 1;
    int null = open("/dev/null", O_RDONLY);
    if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(order->output, STDOUT_FILENO) < 0 ||
        dup2(order->errors, STDERR_FILENO) < 0)
        return 1;
    close_range(3, ~0u, 0);
    return run(argc, argv);
}

int serve(char *program, int (*run)(int argc, char **argv))
{
    static struct order order;
    pid_t lab = getppid();
    while (take_order(&order)) {
        pid_t child = fork_sibling();
        if (child == 0)
            return carry_out(&order, program, lab, run);
        close(order.output);
        close(order.errors);
        if (child < 0 && send(STDIN_FILENO, &child, sizeof child, MSG_NOSIGNAL) != sizeof child)
            break;
    }
    return 0;
}
