/* SPDX-License-Identifier: MIT */
/* The calls for files on sockets, and the sockets' own. [socket7] Socket-layer functions, Description */
#include "lab.h"

#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <unistd.h>

EXPERIMENT("read and write", NULL, "calls for files on sockets: which work, and which need a position");

static char buffer[64];

CLAIM(read_and_readv_take_data_out_of_a_socket, V4 | V6,
      "read and readv take received data out of a socket, in order")
{
    struct stream s = tcp_stream(lab);
    if (treatment(lab))
        send_text(s.server, "HelloWorld");
    settle(lab);

    char first[2] = "", second[3] = "";
    struct iovec parts[] = {{first, 2}, {second, 3}};
    expect_equal(lab, patiently(lab, try_call(s.client, read(fd_of(s.client), buffer, 5))), 5);
    expect(lab, memcmp(buffer, "Hello", 5) == 0);
    expect_equal(lab, try_call(s.client, readv(fd_of(s.client), parts, 2)), 5);
    expect(lab, memcmp(first, "Wo", 2) == 0 && memcmp(second, "rld", 3) == 0);
}

CLAIM(write_writev_and_sendfile_put_data_into_a_socket, V4 | V6,
      "write, writev and sendfile send data through a socket")
{
    struct stream s = tcp_stream(lab);
    int file = memfd_create("file", MFD_CLOEXEC);
    struct iovec parts[] = {{"wri", 3}, {"tev", 3}};
    off_t start = 0;

    if (treatment(lab))
        expect_equal(lab, try_write(s.client, "write"), 5);
    expect_equal(lab, try_call(s.client, writev(fd_of(s.client), parts, 2)), 6);
    do_call(s.client, write(file, "sendfile", 8));
    expect_equal(lab, try_call(s.client, sendfile(fd_of(s.client), file, &start, 8)), 8);
    receive_text(s.server, "writewritevsendfile");
    close(file);
}

CLAIM(send_sendto_and_sendmsg_send_data, V4 | V6,
      "send, sendto and sendmsg all send through a connected socket")
{
    struct stream s = tcp_stream(lab);
    struct iovec part = {"sendmsg", 7};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (treatment(lab))
        expect_equal(lab, try_call(s.client, send(fd_of(s.client), "send", 4, 0)), 4);
    expect_equal(lab, try_call(s.client, sendto(fd_of(s.client), "sendto", 6, 0, NULL, 0)), 6);
    expect_equal(lab, try_call(s.client, sendmsg(fd_of(s.client), &message, 0)), 7);
    receive_text(s.server, "sendsendtosendmsg");
}

CLAIM(recv_recvfrom_and_recvmsg_receive_data, V4 | V6,
      "recv, recvfrom and recvmsg all receive from a socket")
{
    struct stream s = tcp_stream(lab);
    if (treatment(lab))
        send_text(s.server, "onetwothree");
    settle(lab);

    struct iovec part = {buffer, 5};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    expect_equal(lab, try_call(s.client, recv(fd_of(s.client), buffer, 3, MSG_DONTWAIT)), 3);
    expect(lab, memcmp(buffer, "one", 3) == 0);
    expect_equal(lab, try_call(s.client, recvfrom(fd_of(s.client), buffer, 3, MSG_DONTWAIT, NULL, NULL)), 3);
    expect(lab, memcmp(buffer, "two", 3) == 0);
    expect_equal(lab, try_call(s.client, recvmsg(fd_of(s.client), &message, MSG_DONTWAIT)), 5);
    expect(lab, memcmp(buffer, "three", 5) == 0);
}

CLAIM(positions_are_refused_with_espipe, V4 | V6,
      "pread, pwrite and lseek fail on a socket with ESPIPE, at position 0 as at any other")
{
    struct stream s = tcp_stream(lab);
    send_text(s.server, "Hello");
    settle(lab);
    int file = memfd_create("file", MFD_CLOEXEC);
    int fd = treatment(lab) ? fd_of(s.client) : file;

    expect_refused(lab, try_call(s.client, pwrite(fd, "Hello", 5, 3)), ESPIPE);
    expect_refused(lab, try_call(s.client, pwrite(fd, "Hello", 5, 0)), ESPIPE);
    expect_refused(lab, try_call(s.client, pread(fd, buffer, 5, 3)), ESPIPE);
    expect_refused(lab, try_call(s.client, pread(fd, buffer, 5, 0)), ESPIPE);
    expect_refused(lab, try_call(s.client, lseek(fd, 3, SEEK_SET)), ESPIPE);
    expect_refused(lab, try_call(s.client, lseek(fd, 0, SEEK_SET)), ESPIPE);
    close(file);
}

CLAIM(socket_type_selects_stream_or_datagrams, V4 | V6,
      "within a family the type selects the protocol: SOCK_STREAM is TCP, which joins two writes, SOCK_DGRAM is UDP, which keeps "
      "them apart")
{
    int type = treatment(lab) ? SOCK_DGRAM : SOCK_STREAM;
    struct sock *client = socket_on(lab, "client", 0, type, 0), *server = socket_on(lab, "server", 0, type, 0);
    expect_equal(lab, get_int(tcp_socket(lab, "client"), SOL_SOCKET, SO_PROTOCOL), IPPROTO_TCP);
    expect_equal(lab, get_int(client, SOL_SOCKET, SO_PROTOCOL), IPPROTO_UDP);
    if (type == SOCK_STREAM)
        return;

    bind_to(server, at(lab, "server", SERVICE));
    connect_to(client, at(lab, "server", SERVICE));
    send_text(client, "Hello");
    send_text(client, "World");
    expect_wire(lab, "client > server UDP len 5", "client > server UDP len 5");
    expect_equal(lab, try_receive(server, buffer, sizeof buffer, 0), 5);

    struct stream s = tcp_stream(lab);
    send_text(s.client, "Hello");
    send_text(s.client, "World");
    settle(lab);
    expect_equal(lab, try_receive(s.server, buffer, sizeof buffer, 0), 10);
}
