/*
 * file.h: files that are written whole or not at all.
 */

#ifndef FILE_H
#define FILE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Writes a file for its owner alone (mode 0600), by way of another one beside
 * it: whoever reads path finds the old text or the new one. A symbolic link
 * stays one. What is no regular file (a terminal, a pipe), or is what this
 * process has for stdout or stderr, is written to. Returns 0, or an errno: a
 * pipe that nobody reads is ENXIO, a link or a pipe of somebody else's where
 * everybody may put one EACCES.
 */
int file_replace(const char *path, const char *text, size_t len);

/* Tells whether it would be written to, so that each text stays there. */
bool file_is_stream(const char *path);

/* Says why such a file cannot be written, as far as that is known before; NULL:
   it can. */
const char *file_refusal(const char *path);

/* The name of a file as it may be shown: another text where it may be a token,
   a URL or a pair, given to the wrong option. */
const char *file_shown(const char *path);

#endif
