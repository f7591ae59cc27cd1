/* SPDX-License-Identifier: MIT */
/*
 * The vocabulary of experiments: everything that a claim says, it says with
 * this header. Read experiments/tcp/tcp_cork.c first.
 *
 * Calls are written in the notebook by themselves, with result and errno. A call named plainly (`bind_to`) is
 * part of the setting and has to succeed: otherwise the claim is broken, with the call and its errno. Its
 * twin `try_…` is for calls whose refusal is the story: it returns what the call returned, or -errno. Calls
 * that wait
 * (`accept_from`, `receive_text`) fail the claim when nothing comes in PATIENCE_MS.
 *
 * Hosts are named by strings ("client"), as in patterns; a claim runs once for each address family that it is
 * for, and everything that has an address takes the family of the run.
 */
#ifndef LAB_LAB_H
#define LAB_LAB_H

#include "claim/claim.h"
#include "packet/build.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

/* How long waiting calls and expectations wait in real time: so long that only wrong behaviour is later. */
#define PATIENCE_MS 5000

struct here { /* a place in an experiment's source */
    const char *file;
    int line;
    const char *text; /* the expression judged, where there is one */
};
#define HERE          ((struct here){__FILE__, __LINE__, NULL})
#define HERE_AS(text) ((struct here){__FILE__, __LINE__, (text)})

/* ---------------------------------------------------------------- the claim */

/* The treatment is the act under test: `if (treatment(lab)) set_int(…);`. False in a placebo run. */
#define treatment(lab) lab_treatment(HERE, lab)
bool lab_treatment(struct here here, struct lab *lab);

/* A precondition of this machine or kernel: the claim is skipped, naming it, if it is not met. */
#define need(lab, condition, ...) ((condition) ? (void)0 : lab_skip(HERE, lab, __VA_ARGS__))
_Noreturn void lab_skip(struct here here, struct lab *lab, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

bool is_v6(const struct lab *lab);
bool in_virtual_time(const struct lab *lab);
/* The largest TCP payload on a 1500-byte path without TCP options: 1460 or 1440 (RFC 9293 section 3.7.1). */
unsigned ethernet_mss(const struct lab *lab);

/* A value measured, kept for comparison between kernels: fact(lab, "default_rcvbuf", n, "bytes"). */
void fact(struct lab *lab, const char *name, int64_t value, const char *unit);
void fact_text(struct lab *lab, const char *name, const char *value);
/* A remark for the reader of the notebook. */
void note(struct lab *lab, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* ---------------------------------------------------------------- what is judged */

/* The claim fails if the condition does not hold; it goes on, so that later differences are seen too. */
#define expect(lab, condition)              lab_expect(HERE_AS(#condition), lab, (condition))
#define expect_equal(lab, observed, wanted) lab_expect_equal(HERE_AS(#observed), lab, (observed), (wanted))
/* For `try_…`: the call was refused with this errno / was not refused. */
#define expect_refused(lab, call, error) lab_expect_refused(HERE_AS(#call), lab, (call), (error))
#define expect_success(lab, call)        lab_expect_refused(HERE_AS(#call), lab, (call), 0)
/* low <= observed <= high */
#define expect_between(lab, observed, low, high)                                                             \
    lab_expect_between(HERE_AS(#observed), lab, (observed), (low), (high))
/* A duration in ms: at least `least`; that it is at most `most` is judged in virtual time only. */
#define expect_duration(lab, observed, least, most)                                                          \
    lab_expect_between(HERE_AS(#observed), lab, (observed), (least),                                         \
                       in_virtual_time(lab) ? (most) : INT64_MAX)
bool lab_expect(struct here here, struct lab *lab, bool condition);
bool lab_expect_equal(struct here here, struct lab *lab, int64_t observed, int64_t wanted);
bool lab_expect_refused(struct here here, struct lab *lab, int result, int error);
bool lab_expect_between(struct here here, struct lab *lab, int64_t observed, int64_t low, int64_t high);

/*
 * The next packets, in the pattern language (pattern/GRAMMAR.md), exactly these and in this order, as they
 * pass the interface of one host: outgoing ones when they leave, incoming ones when they arrive.
 * `expect_wire` looks at the first host of the bench (the client); `expect_at` at another one ("server",
 * "router-eth1", "client-lo"). Returns when the last line has come; what has been matched is behind the next
 * expectation.
 */
#define expect_wire(lab, ...)     lab_expect_wire(HERE, lab, NULL, (const char *const[]){__VA_ARGS__, NULL})
#define expect_at(lab, host, ...) lab_expect_wire(HERE, lab, host, (const char *const[]){__VA_ARGS__, NULL})
void lab_expect_wire(struct here here, struct lab *lab, const char *view, const char *const lines[]);
/* Nothing that matches has passed the host's interface since what was last expected: no time is waited. */
#define expect_nothing(lab, pattern)          lab_expect_nothing(HERE, lab, NULL, pattern)
#define expect_nothing_at(lab, host, pattern) lab_expect_nothing(HERE, lab, host, pattern)
void lab_expect_nothing(struct here here, struct lab *lab, const char *view, const char *pattern);
/* Nothing that matches passes for so long. */
#define expect_silence(lab, milliseconds, pattern) lab_expect_silence(HERE, lab, milliseconds, pattern)
void lab_expect_silence(struct here here, struct lab *lab, unsigned milliseconds, const char *pattern);
/* What has passed the host's interface so far is not of interest: the next expectation begins with what
 * comes. */
#define skip_packets(lab)          lab_skip_packets(lab, NULL)
#define skip_packets_at(lab, host) lab_skip_packets(lab, host)
void lab_skip_packets(struct lab *lab, const char *view);

/* The number-th packet (from 1) of the client's capture as `tcpdump -n -t -S` prints it; valid until the next
 * call. */
const char *as_tcpdump_prints(struct lab *lab, unsigned number);
/* Waits until the network is at rest: what was sent has arrived, and what that caused at once too. */
void settle(struct lab *lab);
/* How many packets that match have passed the host's interface since the claim began. */
unsigned count_packets(struct lab *lab, const char *host, const char *pattern);
/* Nanoseconds between the first and the last packet of the latest expectation at the client. */
int64_t expected_took_ns(const struct lab *lab);
/* The value that a pattern's `$name` has taken, or NULL; and giving one a value beforehand. */
const char *bound(const struct lab *lab, const char *name);
void let(struct lab *lab, const char *name, int64_t value);

/* ---------------------------------------------------------------- hosts */

struct endpoint {
    struct address address;
    uint16_t port; /* host byte order */
};
/* Host "server", or "server#2" for its second address; of the run's family. */
struct endpoint at(struct lab *lab, const char *host, uint16_t port);
struct endpoint any_address(struct lab *lab, uint16_t port); /* 0.0.0.0 or :: */
struct endpoint loopback(struct lab *lab, uint16_t port);    /* 127.0.0.1 or ::1 */
struct endpoint literally(struct lab *lab, const char *address, uint16_t port);
/* Whether that is the endpoint's address; the port is not looked at. */
bool same_address(struct address address, struct endpoint endpoint);

/* A sysctl of the host's namespace ("net.ipv4.tcp_fastopen"). Refused or absent: the claim is broken. */
#define set_sysctl(lab, host, name, value) lab_set_sysctl(HERE, lab, host, name, value)
void lab_set_sysctl(struct here here, struct lab *lab, const char *host, const char *name, const char *value);
/* Its first number. */
#define get_sysctl(lab, host, name) lab_get_sysctl(HERE, lab, host, name)
int64_t lab_get_sysctl(struct here here, struct lab *lab, const char *host, const char *name);

/* What arrives on the device (eth0, …) for anybody is delivered on this host, as for a transparent proxy:
 * ip rule add iif DEVICE lookup 100; ip route add local default dev lo table 100. Ports are not changed. */
#define deliver_locally(lab, host, device) lab_deliver_locally(HERE, lab, host, device)
void lab_deliver_locally(struct here here, struct lab *lab, const char *host, const char *device);
/* IPv4 groups are reached by this device (224.0.0.0/4; IPv6 has such a route on every device by itself). */
#define route_groups(lab, host, device) lab_route_groups(HERE, lab, host, device)
void lab_route_groups(struct here here, struct lab *lab, const char *host, const char *device);
#define set_mtu(lab, host, device, mtu) lab_set_mtu(HERE, lab, host, device, mtu)
void lab_set_mtu(struct here here, struct lab *lab, const char *host, const char *device, unsigned mtu);
/* The number that the host's kernel gives the device. */
#define device_index(lab, host, device) lab_device_index(HERE, lab, host, device)
unsigned lab_device_index(struct here here, struct lab *lab, const char *host, const char *device);

/* ---------------------------------------------------------------- sockets */

struct sock; /* owned by the lab; lives as long as the claim */

#define tcp_socket(lab, host)                        lab_socket(HERE, lab, host, 0, SOCK_STREAM, 0)
#define udp_socket(lab, host)                        lab_socket(HERE, lab, host, 0, SOCK_DGRAM, 0)
#define socket_on(lab, host, domain, type, protocol) lab_socket(HERE, lab, host, domain, type, protocol)
struct sock *lab_socket(struct here here, struct lab *lab, const char *host, int domain, int type,
                        int protocol);
int fd_of(const struct sock *sock);
/* Its own address and its peer's, as the kernel tells (getsockname, getpeername). */
struct endpoint name_of(const struct sock *sock);
struct endpoint peer_of(const struct sock *sock);

/* A TCP connection from the client to the server, port 7890, its handshake behind the next expectation. */
#define SERVICE 7890
struct stream {
    struct sock *client, *server, *listener;
};
#define tcp_stream(lab) lab_tcp_stream(HERE, lab)
struct stream lab_tcp_stream(struct here here, struct lab *lab);
/* The pieces it is made of, for claims that act in between. */
#define tcp_listener(lab, host, port) lab_tcp_listener(HERE, lab, host, port)
struct sock *lab_tcp_listener(struct here here, struct lab *lab, const char *host, uint16_t port);

/* `option` is its name: the notebook shows it. */
#define set_int(sock, level, option, value)                                                                  \
    lab_must(HERE, lab_set_int(HERE, sock, level, option, #level ", " #option, value))
#define try_set_int(sock, level, option, value)                                                              \
    lab_set_int(HERE, sock, level, option, #level ", " #option, value)
int lab_set_int(struct here here, struct sock *sock, int level, int option, const char *names, int value);
#define get_int(sock, level, option) lab_get_int(HERE, sock, level, option, #level ", " #option)
int lab_get_int(struct here here, struct sock *sock, int level, int option, const char *names);
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

#define try_bind(sock, endpoint) lab_bind(HERE, sock, endpoint)
#define bind_to(sock, endpoint)  lab_must(HERE, lab_bind(HERE, sock, endpoint))
int lab_bind(struct here here, struct sock *sock, struct endpoint endpoint);
#define try_listen(sock, backlog) lab_listen(HERE, sock, backlog)
#define listen_on(sock, backlog)  lab_must(HERE, lab_listen(HERE, sock, backlog))
int lab_listen(struct here here, struct sock *sock, int backlog);
/* Waits until connected (as a blocking connect does, but never longer than PATIENCE_MS). */
#define try_connect(sock, endpoint) lab_connect(HERE, sock, endpoint)
#define connect_to(sock, endpoint)  lab_must(HERE, lab_connect(HERE, sock, endpoint))
int lab_connect(struct here here, struct sock *sock, struct endpoint endpoint);
/* Sends the SYN and does not wait. */
#define start_connect(sock, endpoint) lab_start_connect(HERE, sock, endpoint)
void lab_start_connect(struct here here, struct sock *sock, struct endpoint endpoint);
#define finish_connect(sock)     lab_must(HERE, lab_finish_connect(HERE, sock))
#define try_finish_connect(sock) lab_finish_connect(HERE, sock)
int lab_finish_connect(struct here here, struct sock *sock);
#define accept_from(listener) lab_accept(HERE, listener)
struct sock *lab_accept(struct here here, struct sock *listener);
/* Waits until the peer has acknowledged everything sent (SIOCOUTQ is 0). */
#define await_all_acknowledged(sock) lab_await_all_acknowledged(HERE, sock)
void lab_await_all_acknowledged(struct here here, struct sock *sock);
/* Whether a connection waits there / data can be read right now, without waiting. */
#define is_readable(sock) lab_is_readable(HERE, sock)
bool lab_is_readable(struct here here, struct sock *sock);
/* Waits until something can be read (or accepted). */
#define await_readable(sock) lab_await_readable(HERE, sock)
void lab_await_readable(struct here here, struct sock *sock);
/* Waits until one of several can be read (or accepted from); its index. */
#define await_one_of(socks, count) lab_await_one_of(HERE, socks, count)
unsigned lab_await_one_of(struct here here, struct sock *const socks[], unsigned count);

#define send_text(sock, text)           lab_send_all(HERE, sock, text, strlen(text), 0)
#define send_bytes(sock, count)         lab_send_all(HERE, sock, NULL, count, 0) /* so many `x' */
#define send_byte(sock, byte)           lab_send_all(HERE, sock, &(char){byte}, 1, 0)
#define send_flagged(sock, text, flags) lab_send_all(HERE, sock, text, strlen(text), flags)
void lab_send_all(struct here here, struct sock *sock, const char *data, size_t length, int flags);
#define try_send(sock, text, flags) lab_send(HERE, sock, text, strlen(text), flags, #flags)
int lab_send(struct here here, struct sock *sock, const char *data, size_t length, int flags,
             const char *names);
#define try_send_to(sock, text, flags, endpoint) lab_send_to(HERE, sock, text, flags, #flags, endpoint)
#define send_to(sock, text, flags, endpoint)     lab_must(HERE, try_send_to(sock, text, flags, endpoint))
int lab_send_to(struct here here, struct sock *sock, const char *text, int flags, const char *names,
                struct endpoint endpoint);
/* Sends a datagram to a socket that does not read meanwhile, and waits until it has come there: true if it
 * was queued, false if it was dropped for want of buffer. Skips where there is no SO_MEMINFO (before 4.12).
 */
#define deliver_text(from, to, text)   lab_deliver(HERE, from, to, text, strlen(text))
#define deliver_bytes(from, to, count) lab_deliver(HERE, from, to, NULL, count)
bool lab_deliver(struct here here, struct sock *from, struct sock *to, const char *data, size_t length);
/* Several parts in one writev(2). */
#define write_parts(sock, ...) lab_write_parts(HERE, sock, (const char *const[]){__VA_ARGS__, NULL})
void lab_write_parts(struct here here, struct sock *sock, const char *const parts[]);

/* Waits for exactly this text, and fails the claim if something else comes. "" is the end of the stream. */
#define receive_text(sock, text) lab_receive_text(HERE, sock, text)
void lab_receive_text(struct here here, struct sock *sock, const char *text);
/* Waits for so many bytes, whatever they are. */
#define receive_bytes(sock, count) lab_receive_bytes(HERE, sock, count)
void lab_receive_bytes(struct here here, struct sock *sock, size_t count);
/* One recv(2) without waiting: bytes received or -errno. */
#define try_receive(sock, buffer, size, flags) lab_receive(HERE, sock, buffer, size, flags, #flags)
int lab_receive(struct here here, struct sock *sock, void *buffer, size_t size, int flags, const char *names);

/* One recv(2) as it is: sleeps if recv does. Only where how long it sleeps, or what ends its sleep, is the
 * story. */
#define try_receive_waiting(sock, buffer, size, flags)                                                       \
    lab_receive_waiting(HERE, sock, buffer, size, flags, #flags)
int lab_receive_waiting(struct here here, struct sock *sock, void *buffer, size_t size, int flags,
                        const char *names);

/* So many `x' in one call, for datagrams whose size is the story. */
#define try_send_bytes_to(sock, count, endpoint) lab_send_filler(HERE, sock, count, endpoint)
#define send_bytes_to(sock, count, endpoint)     lab_must(HERE, try_send_bytes_to(sock, count, endpoint))
int lab_send_filler(struct here here, struct sock *sock, size_t count, struct endpoint to);

/* A datagram with its ancillary data, as one recvmsg(2) gives it. */
struct message {
    int length;           /* bytes, or -errno */
    int flags;            /* MSG_TRUNC, MSG_CTRUNC, MSG_ERRQUEUE, … */
    struct endpoint from; /* family 0: recvmsg gave no address */
    size_t control_length;
    _Alignas(8) uint8_t control[1024];
    char data[2048]; /* ends with a zero byte */
};
/* Waits for one; without waiting, with flags, where recvmsg's result is the story. */
#define receive_message(sock)            lab_await_message(HERE, sock)
#define try_receive_message(sock, flags) lab_receive_message(HERE, sock, flags, #flags)
struct message lab_await_message(struct here here, struct sock *sock);
struct message lab_receive_message(struct here here, struct sock *sock, int flags, const char *names);
/* The message's item of this level and type, at least as large as `type_of_value`; or NULL. */
#define ancillary(message, level, type, type_of_value)                                                       \
    ((const type_of_value *)lab_ancillary(message, level, type, sizeof(type_of_value)))
const void *lab_ancillary(const struct message *message, int level, int type, size_t size);
unsigned ancillary_items(const struct message *message); /* how many there are */
/* What the message's IP_PKTINFO or IPV6_PKTINFO tells; all zero when there is none. */
struct pktinfo {
    struct address destination; /* ipi_addr, ipi6_addr: in the header of the packet */
    struct address local;       /* ipi_spec_dst: the host's own address to answer from (IPv4 only) */
    unsigned interface;
};
struct pktinfo pktinfo_of(const struct message *message);
/* One sendmsg(2) with one item of ancillary data. */
#define try_send_with(sock, text, endpoint, level, type, value, size)                                        \
    lab_send_message(HERE, sock, text, endpoint, level, type, #type, value, size)
#define send_with(sock, text, endpoint, level, type, value, size)                                            \
    lab_must(HERE, try_send_with(sock, text, endpoint, level, type, value, size))
int lab_send_message(struct here here, struct sock *sock, const char *text, struct endpoint to, int level,
                     int type, const char *names, const void *value, size_t size);
/* The same with IP_PKTINFO or IPV6_PKTINFO: source address (family 0: the kernel's choice) and interface
 * (0: by route). */
#define try_send_from(sock, text, endpoint, source, interface)                                               \
    lab_send_from(HERE, sock, text, endpoint, source, interface)
#define send_from(sock, text, endpoint, source, interface)                                                   \
    lab_must(HERE, try_send_from(sock, text, endpoint, source, interface))
int lab_send_from(struct here here, struct sock *sock, const char *text, struct endpoint to,
                  struct address source, unsigned interface);

/* A multicast group of the run's family: 239.1.2.3 or ff15::1:2:3. */
struct endpoint group(struct lab *lab, uint16_t port);
/* MCAST_JOIN_GROUP and MCAST_LEAVE_GROUP: the same for both families. */
#define join_group(sock, group, device)     lab_must(HERE, lab_join(HERE, sock, group, device))
#define try_join_group(sock, group, device) lab_join(HERE, sock, group, device)
#define leave_group(sock, group, device)    lab_must(HERE, lab_leave(HERE, sock, group, device))
int lab_join(struct here here, struct sock *sock, struct endpoint to, const char *device);
int lab_leave(struct here here, struct sock *sock, struct endpoint to, const char *device);

/* patiently(lab, call): a call that may sleep in the kernel (try_receive_waiting, or recvmsg(2) itself on
 * fd_of(sock)); its int result, errno kept. The claim fails when it sleeps longer than PATIENCE_MS. */
#define patiently(lab, call) lab_patience_ends(HERE_AS(#call), lab, (lab_patience_begins(lab), (int)(call)))
void lab_patience_begins(struct lab *lab);
int lab_patience_ends(struct here here, struct lab *lab, int result);

#define shut_down(sock, how)     lab_must(HERE, lab_shutdown(HERE, sock, how, #how))
#define try_shut_down(sock, how) lab_shutdown(HERE, sock, how, #how)
int lab_shutdown(struct here here, struct sock *sock, int how, const char *name);
#define close_socket(sock) lab_must(HERE, lab_close(HERE, sock))
#define try_close(sock)    lab_close(HERE, sock)
int lab_close(struct here here, struct sock *sock);
/*
 * close(2) beside the claim, for a close that sleeps (SO_LINGER): start_close returns as soon as it sleeps or
 * has returned, finish_close waits for its end and returns what it returned, or -errno. Owned by the lab.
 */
struct closing;
#define start_close(sock)      lab_start_close(HERE, sock)
#define still_closing(closing) lab_still_closing(HERE, closing)
#define finish_close(closing)  lab_finish_close(HERE, closing)
/* A signal for the thread that closes, with a handler that does nothing. */
#define interrupt_close(closing) lab_interrupt_close(HERE, closing)
struct closing *lab_start_close(struct here here, struct sock *sock);
bool lab_still_closing(struct here here, struct closing *closing);
int lab_finish_close(struct here here, struct closing *closing);
void lab_interrupt_close(struct here here, struct closing *closing);
int64_t close_took_ms(const struct closing *closing); /* once it has returned */

/*
 * A connection as its host's kernel lists it (/proc/net/tcp), for what becomes of it when its socket has been
 * closed: taken while the socket is open, asked later.
 */
struct connection {
    struct lab *lab;
    int host;
    struct endpoint local, remote;
};
struct connection connection_of(const struct sock *sock);
/* TCP_ESTABLISHED, TCP_TIME_WAIT …; 0 when the host knows of no such connection. */
#define state_of(connection) lab_state_of(HERE, connection)
int lab_state_of(struct here here, struct connection connection);
/* Bytes (and FIN) in its send buffer that the peer has not acknowledged. */
#define unacknowledged_in(connection) lab_unacknowledged_in(HERE, connection)
int lab_unacknowledged_in(struct here here, struct connection connection);
/* Until its timer (retransmission, TIME_WAIT …) runs out; -1 when none runs. */
#define timer_ms_of(connection) lab_timer_ms_of(HERE, connection)
int64_t lab_timer_ms_of(struct here here, struct connection connection);

/* The result of a call that has to succeed; the claim is broken otherwise. */
int lab_must(struct here here, int result);

/* ---------------------------------------------------------------- the wire */

/* Frames that match are parked in mid-wire until wire_release lets all parked ones go, in order. */
#define wire_hold(lab, pattern)         lab_wire_order(HERE, lab, pattern, "hold", 0)
#define wire_release(lab)               lab_wire_release(HERE, lab)
#define wire_drop(lab, pattern)         lab_wire_order(HERE, lab, pattern, "drop", 0)
#define wire_drop_nth(lab, n, pattern)  lab_wire_order(HERE, lab, pattern, "drop", n)
#define wire_duplicate(lab, n, pattern) lab_wire_order(HERE, lab, pattern, "duplicate", n)
/* The frame lets the next one from the same host overtake it. */
#define wire_reorder(lab, n, pattern) lab_wire_order(HERE, lab, pattern, "reorder", n)
/* Answered by an ICMP or ICMPv6 error in place of passing: "net", "host", "port", "protocol", "admin", "ttl".
 */
#define wire_reject(lab, error, pattern) lab_wire_reject(HERE, lab, error, pattern)
/* Lets go what is parked now, and what it causes pass; what matches after that is parked again. */
#define wire_pass_held(lab) lab_wire_pass_held(HERE, lab)
void lab_wire_pass_held(struct here here, struct lab *lab);
void lab_wire_order(struct here here, struct lab *lab, const char *pattern, const char *action, unsigned nth);
void lab_wire_reject(struct here here, struct lab *lab, const char *error, const char *pattern);
void lab_wire_release(struct here here, struct lab *lab);
/* Ends all orders (drop, reject, hold …). */
#define wire_obey_no_more(lab) lab_wire_release(HERE, lab)

/* One-way delay; both ways, or of what one host sends. wire number 0 is the first (or only) one. */
void wire_delay(struct lab *lab, double milliseconds);
void wire_delay_from(struct lab *lab, const char *host, double milliseconds);
void wire_rate(struct lab *lab, uint64_t bytes_per_second, unsigned queue_frames);
void wire_path_mtu(struct lab *lab, unsigned mtu);
void wire_cut(struct lab *lab);
void wire_heal(struct lab *lab);
/* A frame made by the claim, to the named host's first interface. */
#define wire_inject(lab, host, frame, length) lab_wire_inject(HERE, lab, host, frame, length)
void lab_wire_inject(struct here here, struct lab *lab, const char *host, const uint8_t *frame,
                     size_t length);
/* A segment as `from` would send it on an existing connection: addresses, ports and numbers filled in from
 * the last segment of that direction that has been seen; change what you like, then wire_inject_tcp it. */
struct tcp_spec forged(struct lab *lab, const struct sock *from);
#define wire_inject_tcp(lab, host, spec) lab_wire_inject_tcp(HERE, lab, host, spec)
void lab_wire_inject_tcp(struct here here, struct lab *lab, const char *host, const struct tcp_spec *spec);

/* ---------------------------------------------------------------- time and other processes */

/* Sleeps: only where time itself is the subject (typing, idle timers). */
void let_pass_ms(struct lab *lab, unsigned milliseconds);
int64_t now_ns(void); /* CLOCK_MONOTONIC */

/* Runs `act` in a process of its own with this real and effective user id; its result. Skips where ids are
 * refused. */
#define NOBODY                          65534
#define as_user(lab, uid, act, context) lab_as_user(HERE, lab, uid, act, context)
int lab_as_user(struct here here, struct lab *lab, unsigned uid, int (*act)(struct lab *lab, void *context),
                void *context);

/*
 * A process that runs `act` beside the claim. start_process returns as soon as it sleeps in a call (or has
 * ended); was_woken tells whether it has run since, be it only to find nothing and sleep on; result_of waits
 * for its end. Those that still run when the claim ends are ended with it.
 */
struct process;
#define MYSELF                                ((unsigned)-1) /* the claim's own user id */
#define start_process(lab, uid, act, context) lab_start_process(HERE, lab, uid, act, context)
struct process *lab_start_process(struct here here, struct lab *lab, unsigned uid,
                                  int (*act)(struct lab *lab, void *context), void *context);
bool was_woken(struct process *process);
#define result_of(process) lab_result_of(HERE, process)
int lab_result_of(struct here here, struct process *process);
/* A child with descriptors of all the sockets that are open now, which does nothing: it exits on SIGTERM. */
#define share_sockets(lab) lab_share_sockets(HERE, lab)
struct process *lab_share_sockets(struct here here, struct lab *lab);
/* Sends it the signal and waits for its end, which closes its descriptors: the signal that killed it, or 0.
 */
#define end_process(process, signal) lab_end_process(HERE, process, signal)
int lab_end_process(struct here here, struct process *process, int signal);

/* ---------------------------------------------------------------- fcntl, ioctl, signals */

/* fcntl(2) with its argument as a long. */
#define try_fcntl(sock, command, argument) lab_fcntl(HERE, sock, command, argument, #command ", " #argument)
#define do_fcntl(sock, command, argument)  lab_must(HERE, try_fcntl(sock, command, argument))
int lab_fcntl(struct here here, struct sock *sock, int command, long argument, const char *names);
/* A flag of the open file (O_NONBLOCK, O_ASYNC) by F_GETFL and F_SETFL: the others stay as they are. */
#define set_flag(sock, flag)   lab_change_flag(HERE, sock, flag, true, #flag)
#define clear_flag(sock, flag) lab_change_flag(HERE, sock, flag, false, #flag)
#define has_flag(sock, flag)   ((do_fcntl(sock, F_GETFL, 0) & (flag)) != 0)
void lab_change_flag(struct here here, struct sock *sock, int flag, bool on, const char *name);
/* ioctl(2) with any argument; with a pointer to an int that holds `value`; that gives an int. */
#define try_ioctl(sock, request, argument)  lab_ioctl(HERE, sock, request, argument, #request)
#define do_ioctl(sock, request, argument)   lab_must(HERE, try_ioctl(sock, request, argument))
#define try_ioctl_int(sock, request, value) lab_ioctl_int(HERE, sock, request, value, #request)
#define ioctl_set(sock, request, value)     lab_must(HERE, try_ioctl_int(sock, request, value))
#define ioctl_get(sock, request)            lab_ioctl_get(HERE, sock, request, #request)
int lab_ioctl(struct here here, struct sock *sock, unsigned long request, void *argument, const char *name);
int lab_ioctl_int(struct here here, struct sock *sock, unsigned long request, int value, const char *name);
int lab_ioctl_get(struct here here, struct sock *sock, unsigned long request, const char *name);
/* write(2), which raises SIGPIPE where it does; all other sending calls say MSG_NOSIGNAL. */
#define try_write(sock, text) lab_write(HERE, sock, text)
int lab_write(struct here here, struct sock *sock, const char *text);
/* Any other call, as it is: `try_call(s, readv(fd_of(s), parts, 2))` is its result or -errno. */
#define try_call(sock, call) (lab_calling(HERE, sock, #call), lab_called(HERE, sock, call))
#define do_call(sock, call)  lab_must(HERE, try_call(sock, call))
void lab_calling(struct here here, struct sock *sock, const char *text);
int lab_called(struct here here, struct sock *sock, int64_t result);

/* A request (struct nlmsghdr and what follows) on a socket of AF_NETLINK, NETLINK_ROUTE: 0 or what the kernel
 * answers, as -errno. Copies of what is done that come before the answer are dropped. */
#define try_route_request(sock, message) lab_route_request(HERE, sock, message, #message)
#define do_route_request(sock, message)  lab_must(HERE, try_route_request(sock, message))
int lab_route_request(struct here here, struct sock *sock, void *message, const char *name);

/* From here on the signal is blocked: it stays pending until it is taken. For the claim's process and those
 * that it starts after. */
#define hold_signal(lab, signal) lab_hold_signal(HERE, lab, signal)
void lab_hold_signal(struct here here, struct lab *lab, int signal);
/* Waits for a held signal, and fails the claim when none comes; takes one if it is pending now. */
#define take_signal(lab, signal) lab_take_signal(HERE, lab, signal)
#define has_signal(lab, signal)  lab_has_signal(HERE, lab, signal)
siginfo_t lab_take_signal(struct here here, struct lab *lab, int signal);
bool lab_has_signal(struct here here, struct lab *lab, int signal);
/* In a process of the claim's own: which of these held signals comes first (the lowest, of several that are
 * there); -1 when none comes. */
int first_signal(const int signals[], unsigned count);
/* The process id of one; and the signal that has killed it, or 0: waits for its end. */
pid_t pid_of(const struct process *process);
#define killed_by(process) lab_killed_by(HERE, process)
int lab_killed_by(struct here here, struct process *process);

#endif
