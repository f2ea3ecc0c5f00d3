/*
 * image.h: programs and libraries, looked into as files.
 */

#ifndef IMAGE_H
#define IMAGE_H

#include <link.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
    const uint8_t *data;
    size_t size;
} image_t;

typedef struct {
    const ElfW(Dyn) * entries;
    size_t count;
    uint64_t names; /* offset of the string table */
} dynamic_t;

/* Maps a file; false: it cannot be read. image_unload() gives it back. */
bool image_load(const char *path, image_t *image);
void image_unload(image_t *image);

/* Tells whether it is a program or library of this machine. Nothing below may
   be asked of another. */
bool image_is_elf(const image_t *image);

/* A piece of an image, or NULL when it is not there. */
const void *image_piece(const image_t *image, uint64_t at, uint64_t size);

/* A string of an image, or NULL when it does not end in it. */
const char *image_string(const image_t *image, uint64_t at);

/* The first segment of a type, or NULL. */
const ElfW(Phdr) * image_segment(const image_t *image, ElfW(Word) type);

/* What the loader reads; without entries where there is nothing to read. */
dynamic_t image_dynamic(const image_t *image);

/* The string of the next entry of a tag, from *at on, which begins at 0. NULL:
   there is no further. */
const char *image_next(const image_t *image, const dynamic_t *dynamic,
                       ElfW(Sxword) tag, size_t *at);

/* Tells whether a library of this name is a libcurl, of whatever flavour; its
   wrappers (libcurlpp.so) are none. */
bool image_is_libcurl(const char *path);

#endif
