/* SPDX-License-Identifier: MIT */
/* Sending and receiving bytes. */
#ifndef LAB_API_TRANSFER_H
#define LAB_API_TRANSFER_H

#include "api/sockets.h"

#include <string.h>

#define send_text(sock, text)           lab_send_all(HERE, sock, text, strlen(text), 0)
#define send_bytes(sock, count)         lab_send_all(HERE, sock, NULL, count, 0) /* so many `x' */
#define send_byte(sock, byte)           lab_send_all(HERE, sock, &(char){byte}, 1, 0)
#define send_flagged(sock, text, flags) lab_send_all(HERE, sock, text, strlen(text), flags)
void lab_send_all(struct here here, struct sock *sock, const char *data, size_t length, int flags);
/* So many segments of full size in one call; how many bytes that is. */
#define send_segments(sock, count) lab_send_segments(HERE, sock, count)
unsigned lab_send_segments(struct here here, struct sock *sock, unsigned count);
#define try_send(sock, text, flags) lab_send(HERE, sock, text, strlen(text), flags, #flags)
int lab_send(struct here here, struct sock *sock, const char *data, size_t length, int flags,
             const char *names);
#define try_send_bytes(sock, count, flags) lab_send_bytes(HERE, sock, count, flags, #flags)
int lab_send_bytes(struct here here, struct sock *sock, size_t count, int flags, const char *names);
#define try_send_to(sock, text, flags, endpoint) lab_send_to(HERE, sock, text, flags, #flags, endpoint)
#define send_to(sock, text, flags, endpoint)     lab_must(HERE, try_send_to(sock, text, flags, endpoint))
int lab_send_to(struct here here, struct sock *sock, const char *text, int flags, const char *names,
                struct endpoint endpoint);
#define try_send_bytes_to(sock, count, endpoint) lab_send_bytes_to(HERE, sock, count, endpoint)
#define send_bytes_to(sock, count, endpoint)     lab_must(HERE, try_send_bytes_to(sock, count, endpoint))
int lab_send_bytes_to(struct here here, struct sock *sock, size_t count, struct endpoint endpoint);
/* Several parts in one writev(2). */
#define write_parts(sock, ...) lab_write_parts(HERE, sock, (const char *const[]){__VA_ARGS__, NULL})
void lab_write_parts(struct here here, struct sock *sock, const char *const parts[]);

/* write(2), which raises SIGPIPE where it does; all other sending calls say MSG_NOSIGNAL. */
#define try_write(sock, text) lab_write(HERE, sock, text)
int lab_write(struct here here, struct sock *sock, const char *text);

/* Waits for exactly this text, and fails the claim if something else comes. "" is the end of the stream. */
#define receive_text(sock, text) lab_receive_text(HERE, sock, text)
void lab_receive_text(struct here here, struct sock *sock, const char *text);
/* Waits for so many bytes, whatever they are. */
#define receive_bytes(sock, count) lab_receive_bytes(HERE, sock, count)
void lab_receive_bytes(struct here here, struct sock *sock, size_t count);
/* One recv(2) without waiting: bytes received or -errno. */
#define try_receive(sock, buffer, size, flags) lab_receive(HERE, sock, buffer, size, flags, #flags)
int lab_receive(struct here here, struct sock *sock, void *buffer, size_t size, int flags, const char *names);
/* One byte of it, whatever it is: 1, 0 at the end of the stream, or -errno. */
#define try_receive_byte(sock) lab_receive(HERE, sock, &(char){0}, 1, 0, "0")
/* One recv(2) as it is: sleeps if recv does. Only where how long it sleeps, or what ends its sleep, is the
 * story. */
#define try_receive_waiting(sock, buffer, size, flags)                                                       \
    lab_receive_waiting(HERE, sock, buffer, size, flags, #flags)
int lab_receive_waiting(struct here here, struct sock *sock, void *buffer, size_t size, int flags,
                        const char *names);

#endif
