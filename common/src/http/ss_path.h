/*
 * ss_path.h: paths of the service, as raw segments.
 */

#ifndef SS_PATH_H
#define SS_PATH_H

#include "text/ss_str.h"

#define SS_SEGMENTS 6

typedef struct {
    ss_str_t raw;
    ss_str_t segment[SS_SEGMENTS]; /* the first ones, empty ones left out */
    size_t count;                  /* of all segments that are not empty */
    size_t version; /* index of "v1", SS_SEGMENTS when it is no API path */
    bool double_slash;
    bool reserved; /* it has a "v1" like an API path, but a reserved word for
                      the slug or behind "v1": it is somebody else's */
    bool dots;     /* has "." or "..", or does not begin with a slash: it names
                      something else than it says */
} ss_path_t;

/* Splits a raw path; *path borrows it. */
void ss_path_parse(ss_str_t raw, ss_path_t *path);

/* The kind of a request. */
ss_kind_t ss_path_kind(const ss_path_t *path, ss_str_t method);

/* The kind that a path without its version, /{account-slug}/{resource}[/...],
   would have with it; SS_KIND_OTHER when it is no such path. Whether it is
   one of the API's at all is for the host to say: web pages have such paths
   too. */
ss_kind_t ss_path_kind_unversioned(const ss_path_t *path, ss_str_t method);

/* Segment i, or an empty one. */
ss_str_t ss_path_segment(const ss_path_t *path, size_t i);

/* The raw path from segment i on, with the slash before it; i < count. */
ss_str_t ss_path_from(const ss_path_t *path, size_t i);

/* Tells whether the resource stands above all accounts: me, mes, accounts, or
   nothing at all behind v1. */
bool ss_path_is_global(const ss_path_t *path);

#endif
