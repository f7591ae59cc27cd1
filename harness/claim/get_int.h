/* SPDX-License-Identifier: MIT */
/* What an experiment's executable does for a claim that asks what a program sees of a socket it has
 * inherited. */
#ifndef LAB_CLAIM_GET_INT_H
#define LAB_CLAIM_GET_INT_H

#define GET_INT_OPTION "--get-int"
enum { GET_INT_WORDS = 4 }; /* SOCKET LEVEL OPTION ANSWER: all numbers, the first and last of descriptors */

/* Writes the int that getsockopt gives to the descriptor ANSWER. The exit status. */
int get_int_by_words(char *const words[GET_INT_WORDS]);

#endif
