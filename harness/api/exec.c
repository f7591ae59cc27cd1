/* SPDX-License-Identifier: MIT */
/* What a program sees of a socket that it has inherited: this executable, executed anew, asks and exits. */
#include "api/call.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define ORDER                                                                                                \
    "LAB_GET_INT" /* what the new program does in place of running claims: "socket level option answer" */

__attribute__((constructor)) static void be_the_other_program(void)
{
    const char *order = getenv(ORDER);
    int sock, level, option, answer, value;
    if (!order || sscanf(order, "%d %d %d %d", &sock, &level, &option, &answer) != 4)
        return;
    int result = getsockopt(sock, level, option, &value, &(socklen_t){sizeof value});
    _exit(result < 0 || write(answer, &value, sizeof value) != sizeof value);
}

int lab_get_int_after_exec(struct here here, struct sock *sock, int level, int option, const char *names)
{
    int answer[2], value = 0;
    char order[96];
    int64_t began = record_begin(sock->lab, here, "getsockopt(%s, %s) after execve", sock->name, names);
    if (pipe(answer) < 0)
        lab_break(sock->lab, here, "pipe: %s", strerror(errno));
    snprintf(order, sizeof order, ORDER "=%d %d %d %d", sock->fd, level, option, answer[1]);
    pid_t other = fork();
    if (other == 0) {
        fcntl(sock->fd, F_SETFD, 0); /* inherited: not closed on exec */
        execve("/proc/self/exe", (char *[]){"another program", NULL}, (char *[]){order, NULL});
        _exit(1);
    }
    close(answer[1]);
    bool told = read(answer[0], &value, sizeof value) == sizeof value;
    close(answer[0]);
    waitpid(other, NULL, 0);
    call_done(sock, here, began, value);
    if (!told)
        lab_break(sock->lab, here, "the program executed could not read %s", names);
    return value;
}
