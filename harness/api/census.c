/* SPDX-License-Identifier: MIT */
/* The calls of a census. What is made of the answers: census_facts.c. */
#include "api/call.h"
#include "api/census_answers.h"
#include "api/processes.h"
#include "bench/sysctl.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Protocol 253 is for experiments (RFC 3692): nobody else receives it. */
const struct socket_kind socket_kinds[SOCKET_KINDS] = {
    {"tcp", "4", AF_INET, SOCK_STREAM, 0},
    {"tcp", "6", AF_INET6, SOCK_STREAM, 0},
    {"mptcp", "4", AF_INET, SOCK_STREAM, 262},
    {"mptcp", "6", AF_INET6, SOCK_STREAM, 262},
    {"udp", "4", AF_INET, SOCK_DGRAM, 0},
    {"udp", "6", AF_INET6, SOCK_DGRAM, 0},
    {"udplite", "4", AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE},
    {"udplite", "6", AF_INET6, SOCK_DGRAM, IPPROTO_UDPLITE},
    {"ping", "4", AF_INET, SOCK_DGRAM, IPPROTO_ICMP},
    {"ping", "6", AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6},
    {"raw", "4", AF_INET, SOCK_RAW, 253},
    {"raw", "6", AF_INET6, SOCK_RAW, 253},
    {"icmp", "4", AF_INET, SOCK_RAW, IPPROTO_ICMP},
    {"icmp", "6", AF_INET6, SOCK_RAW, IPPROTO_ICMPV6},
    {"packet", "", AF_PACKET, SOCK_RAW, 0},
    {"unix", "-stream", AF_UNIX, SOCK_STREAM, 0},
    {"unix", "-dgram", AF_UNIX, SOCK_DGRAM, 0},
    {"unix", "-seqpacket", AF_UNIX, SOCK_SEQPACKET, 0},
    {"netlink", "", AF_NETLINK, SOCK_RAW, 0}, /* NETLINK_ROUTE */
};

/* Who may open ping sockets (icmp(7)): in a new namespace nobody. */
#define ROOTS_GROUP "0 0"

/* ---- capabilities of the calling thread ---- */

#define CAPABILITY(number) (UINT64_C(1) << (number))
#define ALL_CAPABILITIES   UINT64_MAX

/* Only these of the permitted ones are effective. */
static void have_only(uint64_t capabilities)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2];
    syscall(SYS_capget, &header, data);
    for (int i = 0; i < 2; i++)
        data[i].effective = data[i].permitted & (uint32_t)(capabilities >> 32 * i);
    syscall(SYS_capset, &header, data);
}

/* ---- one number of one socket ---- */

#define VALUE_MAX 1024 /* bytes: more than any option has */

/* Some options want a buffer of their very size, or none longer: SO_NETNS_COOKIE, SO_PEERNAME. */
static int read_option(int fd, int level, unsigned number, uint8_t value[VALUE_MAX])
{
    static const socklen_t sizes[] = {VALUE_MAX, 28, 16, 12, 8, 4};
    socklen_t size = 0;
    int result = -1;
    errno = EINVAL;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes && result < 0 && errno == EINVAL; i++) {
        memset(value, 0, VALUE_MAX);
        size = sizes[i];
        result = getsockopt(fd, level, (int)number, value, &size);
    }
    if (result < 0)
        memset(value, 0, VALUE_MAX);
    return result < 0 ? -errno : size > VALUE_MAX ? VALUE_MAX : (int)size;
}

/* Of a value that varies only the size is kept. */
static struct reading reading_of(struct question question, int size, const uint8_t value[VALUE_MAX])
{
    const struct option_name *row = option_name(question.level->level, question.number);
    struct reading reading = {.size = size, .zero = size >= 0};
    if (row && row->flags & OPTION_VARIES)
        return reading;
    memcpy(reading.start, value, sizeof reading.start);
    for (int i = 0; i < size; i++)
        reading.zero = reading.zero && value[i] == 0;
    return reading;
}

/* What the kernel says of a number that it does not know; no capability changes that. */
static bool is_unknown(int result)
{
    return result == -ENOPROTOOPT || result == -EOPNOTSUPP;
}

static int write_option(int fd, int level, unsigned number, const void *value, int size)
{
    return setsockopt(fd, level, (int)number, value, (socklen_t)size) < 0 ? -errno : 0;
}

static struct setting set_as_everybody(int fd, int level, unsigned number, const void *value, int size)
{
    struct setting setting = {.anybody = write_option(fd, level, number, value, size)};
    setting.privileged = setting.anybody;
    if (setting.anybody == 0 || is_unknown(setting.anybody))
        return setting;
    have_only(ALL_CAPABILITIES);
    setting.privileged = write_option(fd, level, number, value, size);
    if (setting.privileged == 0) {
        have_only(CAPABILITY(CAP_NET_ADMIN));
        setting.net_admin = write_option(fd, level, number, value, size) == 0;
        have_only(CAPABILITY(CAP_NET_RAW));
        setting.net_raw = write_option(fd, level, number, value, size) == 0;
    }
    have_only(0);
    return setting;
}

/* By a thread without effective capabilities, which takes them for the moments when they are the question. */
static struct answer ask(int fd, struct question question)
{
    const int level = question.level->level;
    const unsigned number = question.number;
    const struct option_name *name = option_name(level, number);
    uint8_t value[VALUE_MAX], ignored[VALUE_MAX];
    int size = read_option(fd, level, number, value), one = 1;
    struct answer answer = {.read = reading_of(question, size, value), .read_privileged = size, .value = 1};
    if (size < 0 && !is_unknown(size)) {
        have_only(ALL_CAPABILITIES);
        answer.read_privileged = read_option(fd, level, number, ignored);
        have_only(0);
    }
    answer.back = set_as_everybody(fd, level, number, value, size < 0 ? (int)sizeof(int) : size);
    if (size == sizeof one && memcmp(value, &one, sizeof one) == 0)
        answer.value = 0;
    if ((size < 0 && is_unknown(answer.back.anybody)) || (name && name->flags & OPTION_TEXT))
        answer.other = answer.back;
    else
        answer.other = set_as_everybody(fd, level, number, &answer.value, sizeof answer.value);
    return answer;
}

static bool was_set(struct setting setting)
{
    return setting.anybody == 0 || setting.privileged == 0;
}

/* ---- every number of a kind of socket ---- */

/* Made with all capabilities (a raw socket needs one), whoever is asked for then. */
static int make_socket(const struct socket_kind *kind)
{
    have_only(ALL_CAPABILITIES);
    int fd = socket(kind->domain, kind->type | SOCK_CLOEXEC, kind->protocol);
    if (fd < 0)
        fd = -errno;
    have_only(0);
    return fd;
}

static int ask_kind(const struct socket_kind *kind, struct answer answers[QUESTIONS], enum census_order order,
                    enum census_sockets sockets)
{
    int fd = make_socket(kind);
    for (unsigned i = 0; i < QUESTIONS && fd >= 0; i++) {
        unsigned place = order == UPWARDS ? i : QUESTIONS - 1 - i;
        struct question question = question_at(place);
        if (is_netfilters(question.level->level, question.number))
            continue;
        answers[place] = ask(fd, question);
        if (sockets == FRESH_SOCKETS && (was_set(answers[place].back) || was_set(answers[place].other))) {
            close(fd);
            fd = make_socket(kind);
        }
    }
    if (fd >= 0)
        close(fd);
    return fd < 0 ? fd : 0;
}

static void *memory_for(struct lab *lab, struct here here, size_t size)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        lab_break(lab, here, "mmap: %s", strerror(errno));
    return memory;
}

static void ask_all(struct lab *lab, struct here here, struct census *census, enum census_order order,
                    enum census_sockets sockets)
{
    for (unsigned kind = 0; kind < SOCKET_KINDS; kind++) {
        const struct socket_kind *asked = &socket_kinds[kind];
        int64_t began = record_begin(lab, here, "%u option numbers of a %s%s socket", QUESTIONS, asked->name,
                                     asked->suffix);
        int error = ask_kind(asked, census->answers[kind], order, sockets);
        census->missing[kind] = error;
        record_call(lab, here, lab->bench.topology.host[0], began, error < 0 ? -1 : 0, -error);
    }
    have_only(ALL_CAPABILITIES);
}

const struct census *lab_census_of(struct here here, struct lab *lab, const char *host)
{
    struct census *census = memory_for(lab, here, sizeof *census);
    lab_set_sysctl(here, lab, host, "net.ipv4.ping_group_range", ROOTS_GROUP);
    if (bench_enter(&lab->bench, host_named_or_break(lab, here, host)) < 0)
        lab_break(lab, here, "cannot enter the network namespace of %s", host);
    ask_all(lab, here, census, UPWARDS, FRESH_SOCKETS);
    bench_enter(&lab->bench, BENCH_WIRE);
    return census;
}

/* ---- by root of a namespace ---- */

struct own_census {
    struct here here;
    struct census *census;
    enum census_order order;
    enum census_sockets sockets;
};

static bool write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool ok = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
    if (fd >= 0)
        close(fd);
    return ok;
}

static int take_own_census(struct lab *lab, void *context)
{
    const struct own_census *own = context;
    if (unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0)
        lab_skip(own->here, lab, "needs a user namespace of its own (unshare: %s)", strerror(errno));
    /* Ping sockets are for groups that have a number in the namespace. */
    write_file("/proc/self/setgroups", "deny");
    write_file("/proc/self/uid_map", "0 0 1");
    write_file("/proc/self/gid_map", "0 0 1");
    for (const struct pinned_sysctl *pin = sysctl_pinned; pin->name; pin++)
        sysctl_write(pin->name, pin->value);
    sysctl_write("net.ipv4.ping_group_range", ROOTS_GROUP);
    ask_all(lab, own->here, own->census, own->order, own->sockets);
    return 0;
}

const struct census *lab_census_in_a_namespace(struct here here, struct lab *lab, enum census_order order,
                                               enum census_sockets sockets)
{
    struct own_census own = {here, memory_for(lab, here, sizeof *own.census), order, sockets};
    lab_as_user(here, lab, MYSELF, take_own_census, &own);
    return own.census;
}

/* ---- one socket, for reading only ---- */

const struct readings *lab_read_all(struct here here, struct sock *sock)
{
    struct readings *readings = memory_for(sock->lab, here, sizeof *readings);
    int64_t began = record_begin(sock->lab, here, "getsockopt(%s, all %u numbers)", sock->name, QUESTIONS);
    for (unsigned i = 0; i < QUESTIONS; i++) {
        struct question question = question_at(i);
        uint8_t value[VALUE_MAX];
        if (is_netfilters(question.level->level, question.number))
            continue;
        int size = read_option(sock->fd, question.level->level, question.number, value);
        readings->read[i] = reading_of(question, size, value);
    }
    call_done(sock, here, began, 0);
    return readings;
}
