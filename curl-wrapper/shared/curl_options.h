/*
 * curl_options.h: what must be known of curl's own options to tell them from
 * ours.
 */

#ifndef CURL_OPTIONS_H
#define CURL_OPTIONS_H

#include <stdbool.h>

/* The letters of short options that take a value, up to curl 8.17. */
extern const char curl_letters_with_value[];

/*
 * Tells whether a long option, without its dashes, takes a value. Not the
 * newest curls, but those before, take the beginning of a name for it where it
 * is that of no other. Where it is, curl ends, whatever we think.
 */
bool curl_takes_value(const char *name);

/* Tells whether a text begins with another one. */
bool text_begins(const char *text, const char *with);

#endif
