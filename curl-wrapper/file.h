/*
 * file.h: files that are written whole or not at all.
 */

#ifndef FILE_H
#define FILE_H

#include <stddef.h>

/*
 * Writes a file for its owner alone (mode 0600), by way of another one beside
 * it: whoever reads path finds the old text or the new one. A symbolic link
 * stays one. What is no regular file (a terminal, /dev/null) is written to.
 * Returns 0, or an errno.
 */
int file_replace(const char *path, const char *text, size_t len);

#endif
