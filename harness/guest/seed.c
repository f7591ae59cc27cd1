/* SPDX-License-Identifier: MIT */
/*
 * The first program of a guest in virtual time: gives the kernel's random numbers a fixed beginning. The
 * kernel would otherwise gather chance from the jitter of its clock (try_to_generate_entropy in
 * drivers/char/random.c), which takes a second of the guest's time and, emulated, five of ours.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/random.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

int main(void)
{
    struct {
        struct rand_pool_info info;
        unsigned char bytes[64];
    } seed = {.info = {.entropy_count = 8 * sizeof seed.bytes, .buf_size = sizeof seed.bytes}};
    int fd = open("/dev/random", O_RDWR | O_CLOEXEC);

    memset(seed.bytes, 'x', sizeof seed.bytes);
    if (fd < 0 || ioctl(fd, RNDADDENTROPY, &seed) < 0) {
        fprintf(stderr, "seed: /dev/random: %s\n", strerror(errno));
        return 1;
    }
    return 0;
}
