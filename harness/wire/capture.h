/* SPDX-License-Identifier: MIT */
/*
 * What was seen at one interface: a libpcap handle, the file (pcapng.h) that every
 * frame goes to as it comes, and the frames themselves, decoded.
 */
#ifndef LAB_WIRE_CAPTURE_H
#define LAB_WIRE_CAPTURE_H

#include "packet/flows.h"

#include <stdio.h>

struct capture {
    char file[64];               /* name of the pcap file in the evidence folder */
    uint8_t mac[6];              /* of the interface: frames from it are outgoing */
    const char *host;            /* where the interface is */
    const char *about;           /* what the file says that it is about */
    unsigned dropped;            /* frames lost by the kernel for want of room; known after capture_close */
    int selectable;              /* poll this file descriptor for reading */
    size_t count;                /* sightings so far */
    struct sighting **sightings; /* each stays where it is until capture_close */

    /* private */
    void *handle;
    FILE *out;
    struct flows *flows;
    size_t room;
    void *listener;
    void (*listen)(void *listener, struct capture *capture, const struct sighting *sighting);
};

/*
 * Opens the capture on `device` in the calling thread's network namespace, writing to FOLDER/`capture->file`
 * (`file`, `mac`, `host` and `about` set by the caller). 0, or -1 with a message.
 */
int capture_open(struct capture *capture, const char *device, const char *folder, char *message, size_t size);
/* Takes all frames that are waiting, calling `listen` for each; the file is complete afterwards. 0 or
 * -1. */
int capture_drain(struct capture *capture);
/* Ends it; sightings stay valid. capture_free gives them back. */
void capture_close(struct capture *capture);
void capture_free(struct capture *capture);

#endif
