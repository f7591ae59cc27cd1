/* SPDX-License-Identifier: MIT */
/* setsockopt(2) and getsockopt(2). */
#ifndef LAB_API_OPTIONS_H
#define LAB_API_OPTIONS_H

#include "api/sockets.h"

/* `option` is its name: the notebook shows it. */
#define set_int(sock, level, option, value)                                                                  \
    lab_must(HERE, lab_set_int(HERE, sock, level, option, #level ", " #option, value))
#define try_set_int(sock, level, option, value)                                                              \
    lab_set_int(HERE, sock, level, option, #level ", " #option, value)
int lab_set_int(struct here here, struct sock *sock, int level, int option, const char *names, int value);
/* Fails the claim when the kernel's value has another size than an int's. */
#define get_int(sock, level, option) lab_get_int(HERE, sock, level, option, #level ", " #option)
int lab_get_int(struct here here, struct sock *sock, int level, int option, const char *names);
/* The same in a program that has been executed with the socket inherited. */
#define get_int_after_exec(sock, level, option)                                                              \
    lab_get_int_after_exec(HERE, sock, level, option, #level ", " #option)
int lab_get_int_after_exec(struct here here, struct sock *sock, int level, int option, const char *names);
/* An option that is there for IPv4 and IPv6 under two names, at IPPROTO_IP and IPPROTO_IPV6: the one of the
 * run's family. */
#define set_ip_int(sock, v4_option, v6_option, value)                                                        \
    lab_must(HERE, try_set_ip_int(sock, v4_option, v6_option, value))
#define try_set_ip_int(sock, v4_option, v6_option, value)                                                    \
    lab_set_ip_int(HERE, sock, v4_option, #v4_option, v6_option, #v6_option, value)
#define get_ip_int(sock, v4_option, v6_option)                                                               \
    lab_get_ip_int(HERE, sock, v4_option, #v4_option, v6_option, #v6_option)
int lab_set_ip_int(struct here here, struct sock *sock, int v4_option, const char *v4_name, int v6_option,
                   const char *v6_name, int value);
int lab_get_ip_int(struct here here, struct sock *sock, int v4_option, const char *v4_name, int v6_option,
                   const char *v6_name);
/* A struct timeval of so many milliseconds. */
#define set_time(sock, level, option, milliseconds)                                                          \
    lab_must(HERE, lab_set_time(HERE, sock, level, option, #level ", " #option, milliseconds))
int lab_set_time(struct here here, struct sock *sock, int level, int option, const char *names,
                 unsigned milliseconds);
/* The value as this type; what the kernel does not fill in is zero. */
#define get_value(sock, level, option, type)                                                                 \
    (*(type *)lab_get_value(HERE, sock, level, option, #level ", " #option, &(type){0}, sizeof(type)))
void *lab_get_value(struct here here, struct sock *sock, int level, int option, const char *names,
                    void *value, socklen_t size);
/* Any option: a value of `size` bytes; *size is updated by try_get_option. */
#define try_set_option(sock, level, option, value, size)                                                     \
    lab_set_option(HERE, sock, level, option, #level ", " #option, value, size)
#define set_option(sock, level, option, value, size)                                                         \
    lab_must(HERE, lab_set_option(HERE, sock, level, option, #level ", " #option, value, size))
int lab_set_option(struct here here, struct sock *sock, int level, int option, const char *names,
                   const void *value, socklen_t size);
#define try_get_option(sock, level, option, value, size)                                                     \
    lab_get_option(HERE, sock, level, option, #level ", " #option, value, size)
int lab_get_option(struct here here, struct sock *sock, int level, int option, const char *names, void *value,
                   socklen_t *size);

#endif
