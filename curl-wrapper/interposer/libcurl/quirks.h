/*
 * quirks.h: what releases of libcurl differ in.
 *
 * The libcurl of a program may be another one than that of the build, so the
 * running one is asked, once. real_load() must have succeeded.
 */

#ifndef QUIRKS_H
#define QUIRKS_H

#include <stdbool.h>

/* Before 8.1.0: CURLOPT_UPLOAD goes before what was asked for after it. */
bool quirk_upload_stays(void);

/* From 8.21.0 on: "/path?" is sent with its "?". */
bool quirk_keeps_empty_query(void);

/* Before 8.22.0: curl_easy_cleanup() in a callback of the handle's own frees
   it while libcurl uses it; later ones refuse. */
bool quirk_ends_in_callback(void);

/* CURLOPT_CURLU takes CURLOPT_URL back. */
bool quirk_curlu_unsets_url(void);

/* A string that is refused leaves the one before. */
bool quirk_keeps_refused(void);

#endif
