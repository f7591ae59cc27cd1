/* SPDX-License-Identifier: MIT */
/* What a program sees of a socket that it has inherited: this executable, executed anew, asks and exits. */
#include "api/call.h"
#include "claim/get_int.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int get_int_by_words(char *const words[GET_INT_WORDS])
{
    int number[GET_INT_WORDS], value;
    char end;
    for (int i = 0; i < GET_INT_WORDS; i++)
        if (sscanf(words[i], "%d%c", &number[i], &end) != 1)
            return 2;
    if (getsockopt(number[0], number[1], number[2], &value, &(socklen_t){sizeof value}) < 0)
        return 1;
    return write(number[3], &value, sizeof value) != sizeof value;
}

int lab_get_int_after_exec(struct here here, struct sock *sock, int level, int option, const char *names)
{
    int answer[2], value = 0;
    char word[GET_INT_WORDS][12];
    int64_t began = record_begin(sock->lab, here, "getsockopt(%s, %s) after execve", sock->name, names);
    if (pipe(answer) < 0)
        lab_break(sock->lab, here, "pipe: %s", strerror(errno));
    const int number[GET_INT_WORDS] = {sock->fd, level, option, answer[1]};
    for (int i = 0; i < GET_INT_WORDS; i++)
        snprintf(word[i], sizeof word[i], "%d", number[i]);
    pid_t other = fork();
    if (other == 0) {
        fcntl(sock->fd, F_SETFD, 0); /* inherited: not closed on exec */
        execve("/proc/self/exe",
               (char *[]){"another program", GET_INT_OPTION, word[0], word[1], word[2], word[3], NULL},
               (char *[]){NULL});
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
