/* SPDX-License-Identifier: MIT */
#include "runner/server.h"

#include "runner/keep.h"
#include "runner/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define ANSWER_LIMIT_S 10   /* it takes less than a millisecond, and loading an experiment some */
#define ORDER_MOST     8192 /* bytes: a path or two and some options */

struct server {
    struct server *next;
    const char *path;
    pid_t pid;
    int fd; /* -1: it does not serve, or no more */
};

static void end(struct server *server)
{
    if (server->fd < 0)
        return;
    close(server->fd);
    server->fd = -1;
    kill(server->pid, SIGKILL);
    kill(-server->pid, SIGKILL); /* what it has made and not told of; claims are groups of their own */
    while (waitpid(server->pid, NULL, 0) < 0 && errno == EINTR)
        ;
}

/* Starts the experiment; that it can serve shows with the first answer. */
static void begin(struct server *server, long limit_s)
{
    const char *const argv[] = {server->path, "--serve", NULL};
    pid_t parent = getpid();
    int pair[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
        return;
    server->pid = fork();
    if (server->pid == 0) {
        int null = open("/dev/null", O_WRONLY);

        spawned(parent, pair[1], null, null, argv);
    }
    close(pair[1]);
    if (server->pid < 0) {
        close(pair[0]);
        return;
    }
    setpgid(server->pid, server->pid);
    server->fd = pair[0];
    setsockopt(server->fd, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){limit_s, 0}, sizeof(struct timeval));
}

static struct server *server_of(const struct servers *servers, const char *path)
{
    struct server *server = servers->first;

    while (server && strcmp(server->path, path) != 0)
        server = server->next;
    return server;
}

void servers_begin(struct servers *servers, const char *path)
{
    struct server *server;

    if (server_of(servers, path))
        return;
    server = keep(sizeof(*server));
    *server = (struct server){.next = servers->first, .path = path, .fd = -1};
    servers->first = server;
    begin(server, servers->limit_s && servers->limit_s < ANSWER_LIMIT_S ? servers->limit_s : ANSWER_LIMIT_S);
}

/* The arguments after argv[0], each with its null byte. 0 if there is no room. */
static size_t order_of(const char *const *argv, char order[ORDER_MOST])
{
    size_t length = 0;

    for (const char *const *word = argv + 1; *word; word++) {
        size_t bytes = strlen(*word) + 1;

        if (bytes > ORDER_MOST - length)
            return 0;
        memcpy(order + length, *word, bytes);
        length += bytes;
    }
    return length;
}

static bool send_order(int fd, char *order, size_t length, int output, int errors)
{
    union {
        char bytes[CMSG_SPACE(2 * sizeof(int))];
        struct cmsghdr align;
    } control = {0};
    struct iovec part = {order, length};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);

    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(2 * sizeof(int));
    memcpy(CMSG_DATA(header), (int[]){output, errors}, 2 * sizeof(int));
    return sendmsg(fd, &message, MSG_NOSIGNAL) == (ssize_t)length;
}

pid_t servers_spawn(const struct servers *servers, const char *const *argv, int output, int errors)
{
    struct server *server = server_of(servers, argv[0]);
    char order[ORDER_MOST];
    size_t length = order_of(argv, order);
    pid_t pid = -1;

    if (!server || server->fd < 0 || !length)
        return -1;
    if (!send_order(server->fd, order, length, output, errors) ||
        recv(server->fd, &pid, sizeof(pid), 0) != sizeof(pid)) {
        end(server);
        return -1;
    }
    /* An experiment may say what it likes, and what is believed gets killed, with its group, in the end: only
     * a child of ours is. The group -1 would be every process there is. */
    if (pid > 1 && waitid(P_PID, (id_t)pid, &(siginfo_t){0}, WEXITED | WNOHANG | WNOWAIT) == 0)
        return pid;
    return -1;
}

void servers_stop(struct servers *servers)
{
    while (servers->first) {
        struct server *server = servers->first;

        servers->first = server->next;
        end(server);
    }
}
