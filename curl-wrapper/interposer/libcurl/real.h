/*
 * real.h: libcurl's own functions, behind our hooks.
 *
 * They are looked up by name, so that this library neither asks for a version
 * of libcurl's symbols nor loads a libcurl into programs that have none.
 */

#ifndef REAL_H
#define REAL_H

#include <curl/curl.h>
#include <stdbool.h>

/* the macros check types at compile time; the hooks define the functions */
#undef curl_easy_setopt
#undef curl_easy_getinfo
#undef curl_multi_socket

/* two of those that programs still call */
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

/* What we hook. */
#define HOOKED(X)                                                              \
    X(curl_easy_init)                                                          \
    X(curl_easy_setopt)                                                        \
    X(curl_easy_perform)                                                       \
    X(curl_easy_reset)                                                         \
    X(curl_easy_duphandle)                                                     \
    X(curl_easy_cleanup)                                                       \
    X(curl_multi_add_handle)                                                   \
    X(curl_multi_remove_handle)                                                \
    X(curl_multi_perform)                                                      \
    X(curl_multi_socket_action)                                                \
    X(curl_multi_socket)                                                       \
    X(curl_multi_socket_all)                                                   \
    X(curl_multi_cleanup)                                                      \
    X(curl_mime_init)                                                          \
    X(curl_mime_addpart)                                                       \
    X(curl_mime_name)                                                          \
    X(curl_mime_data)                                                          \
    X(curl_mime_data_cb)                                                       \
    X(curl_mime_filedata)                                                      \
    X(curl_mime_filename)                                                      \
    X(curl_mime_type)                                                          \
    X(curl_mime_encoder)                                                       \
    X(curl_mime_headers)                                                       \
    X(curl_mime_subparts)                                                      \
    X(curl_mime_free)

/* What we call besides; and the function that came with the youngest of the
   options that we set, PREREQFUNCTION: 7.80. */
#define CALLED(X)                                                              \
    X(curl_version)                                                            \
    X(curl_easy_strerror)                                                      \
    X(curl_url_strerror)                                                       \
    X(curl_easy_getinfo)                                                       \
    X(curl_slist_append)                                                       \
    X(curl_slist_free_all)                                                     \
    X(curl_url)                                                                \
    X(curl_url_cleanup)                                                        \
    X(curl_url_set)                                                            \
    X(curl_url_get)                                                            \
    X(curl_free)

typedef struct {
#define MEMBER(name) __typeof__(name) *name;
    HOOKED(MEMBER)
    CALLED(MEMBER)
#undef MEMBER
} real_t;

/* The functions; NULL members before real_load(). */
extern real_t real;

/* Looks all functions up, once that succeeds: of the libcurl that a caller, by
   its return address, needs, or NULL: of any. Returns NULL, or why it does not:
   there is no libcurl, or too old a one. */
const char *real_load(const void *caller);

/* The functions of another libcurl, if a caller's calls are meant for that.
   NULL: they are for the one above. The first time a line says that the rules
   do not see them. */
const real_t *real_other(const void *caller);

/* Tells whether it has ever given any. */
bool real_has_other(void);

#endif
