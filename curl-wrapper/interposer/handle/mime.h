/*
 * mime.h: what a program put into its curl_mime structures.
 */

#ifndef MIME_H
#define MIME_H

#include "interposer/libcurl/real.h"
#include "scopestack.h"

#define MIME_BOUNDARY "ss-mime-boundary"

/* Notes that there is a structure, by the address that libcurl has just given
   it: what was there before is gone. Returns false without memory. */
bool mime_note_form(curl_mime *mime);

/* Notes calls. A part whose data cannot be noted for want of memory counts as
   a file, which no rule looks into; a form that a part is missing of cannot be
   rendered. Data of more than max bytes is not copied. */
void mime_note_part(curl_mime *mime, curl_mimepart *part);
void mime_note_name(curl_mimepart *part, const char *name);
void mime_note_data(curl_mimepart *part, const char *data, size_t size,
                    size_t max);
void mime_note_filename(curl_mimepart *part, bool has_one);
void mime_note_type(curl_mimepart *part, const char *type);
void mime_note_encoder(curl_mimepart *part, const char *encoder);
void mime_note_headers(curl_mimepart *part, const struct curl_slist *headers);
void mime_note_opaque(curl_mimepart *part);
/* The data is that of a file; with a NULL path nobody knows. */
void mime_note_file(curl_mimepart *part, const char *path);

/* Forgets a structure, which must be there still. */
void mime_forget(curl_mime *mime);

#define MIME_TOO_LARGE 1

/*
 * Renders a structure as the multipart body that the rules know, with
 * MIME_BOUNDARY, in mem. What is neither plain data nor the text of
 * a file becomes an empty file. SS_OK,
 * MIME_TOO_LARGE when it has more than max bytes; SS_ERR_NOMEM.
 */
int mime_render(const curl_mime *mime, size_t max, const ss_mem_t *mem,
                ss_str_t *body);

#endif
