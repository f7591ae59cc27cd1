/* SPDX-License-Identifier: MIT */
#include "bench/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <unistd.h>

static bool write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool ok = write(fd, text, strlen(text)) == (ssize_t)strlen(text);
    close(fd);
    return ok;
}

/* What makes user namespaces fail, most telling first (user_namespaces(7), Debian's and Ubuntu's own
 * sysctls). */
static void explain_refusal(int error, char *message, size_t size)
{
    const char *advice = "run it as root";
    if (error == ENOSPC)
        advice = "run it as root, or raise /proc/sys/user/max_user_namespaces";
    else if (error == EINVAL || error == ENOSYS)
        advice = "the kernel was built without CONFIG_USER_NS: run it as root";
    else if (access("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", F_OK) == 0)
        advice = "run it as root, or `sysctl kernel.apparmor_restrict_unprivileged_userns=0'";
    else if (access("/proc/sys/kernel/unprivileged_userns_clone", F_OK) == 0)
        advice = "run it as root, or `sysctl kernel.unprivileged_userns_clone=1'";
    else
        advice = "run it as root; inside a container, allow unshare (for docker: --privileged)";
    snprintf(message, size, "new namespaces are refused here (unshare: %s): %s", strerror(error), advice);
}

static bool map_to_root(uid_t uid, gid_t gid)
{
    char map[32];
    write_file("/proc/self/setgroups", "deny"); /* absent before Linux 3.19, where it is not needed */
    snprintf(map, sizeof map, "0 %u 1", uid);
    if (!write_file("/proc/self/uid_map", map))
        return false;
    snprintf(map, sizeof map, "0 %u 1", gid);
    return write_file("/proc/self/gid_map", map);
}

bool sandbox_enter(char *message, size_t size)
{
    uid_t uid = geteuid();
    gid_t gid = getegid();
    int namespaces = CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWPID;
    if (uid != 0)
        namespaces |= CLONE_NEWUSER;
    if (unshare(namespaces) < 0) {
        explain_refusal(errno, message, size);
        return false;
    }
    if (uid != 0 && !map_to_root(uid, gid)) {
        snprintf(message, size, "cannot map uid %u into the new user namespace: %s", uid, strerror(errno));
        return false;
    }
    /* Nothing that is mounted from here on may reach the host. */
    if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0) {
        snprintf(message, size, "cannot make mounts private: %s", strerror(errno));
        return false;
    }
    return true;
}

void sandbox_begin(int alive)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    struct pollfd parent = {.fd = alive, .events = POLLIN};
    if (poll(&parent, 1, 0) > 0 && (parent.revents & POLLHUP))
        _exit(1);
    /*
     * A container may have mounted /proc read-only or covered parts of it; a fresh one lets the bench write
     * its own namespaces' sysctls. Where that is refused the old one serves for everything else.
     */
    mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
}
