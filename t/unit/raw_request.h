/*
 * raw_request.h: whole requests as text, for tests that keep them in files.
 */

#ifndef RAW_REQUEST_H
#define RAW_REQUEST_H

#include "support.h"

/*
 * Splits "METHOD scheme://authority/path?query", header lines, an empty line
 * and the body, which is all that is left; lines end in "\n". There is room in
 * headers for size of them, further ones are left out. Returns false when the
 * first line is none.
 */
bool parse_request(ss_str_t text, ss_header_t *headers, size_t size,
                   ss_request_t *request);

#endif
