/*
 * hooks_mime.c: those of multipart forms.
 */

#include "interposer/hooks.h"

#include "interposer/handle/mime.h"
#include "interposer/handle/weak.h"

/* Ends what is noted of a structure. */
static void
end_form(curl_mime *mime)
{
    weak_end(mime);
    mime_forget(mime);
}

EXPORT curl_mime *
curl_mime_init(CURL *handle)
{
    const real_t *functions;
    curl_mime *mime;

    if (!is_ready()) {
        return NULL;
    }

    functions = functions_for(state_of(handle), CALLER);
    mime = functions->curl_mime_init(handle);
    if (mime == NULL || functions != &real) {
        return mime;
    }

    /* libcurl may have freed an older one at this address */
    end_form(mime);
    if (!mime_note_form(mime) || weak_to(mime).number == 0) {
        end_form(mime);
        real.curl_mime_free(mime);
        return NULL;
    }

    return mime;
}

EXPORT curl_mimepart *
curl_mime_addpart(curl_mime *mime)
{
    curl_mimepart *part =
        is_ready() ? functions_for(NULL, CALLER)->curl_mime_addpart(mime)
                   : NULL;

    if (part != NULL) {
        mime_note_part(mime, part);
    }

    return part;
}

EXPORT CURLcode
curl_mime_name(curl_mimepart *part, const char *name)
{
    mime_note_name(part, name);

    return is_ready() ? functions_for(NULL, CALLER)->curl_mime_name(part, name)
                      : CURLE_FAILED_INIT;
}

EXPORT CURLcode
curl_mime_data(curl_mimepart *part, const char *data, size_t size)
{
    mime_note_data(part, data, size, state_max_body());

    return is_ready()
               ? functions_for(NULL, CALLER)->curl_mime_data(part, data, size)
               : CURLE_FAILED_INIT;
}

EXPORT CURLcode
curl_mime_data_cb(curl_mimepart *part, curl_off_t size, curl_read_callback read,
                  curl_seek_callback seek, curl_free_callback release,
                  void *data)
{
    mime_note_opaque(part);

    return is_ready()
               ? functions_for(NULL, CALLER)
                     ->curl_mime_data_cb(part, size, read, seek, release, data)
               : CURLE_FAILED_INIT;
}

EXPORT CURLcode
curl_mime_filedata(curl_mimepart *part, const char *file)
{
    mime_note_file(part, file);
    /* libcurl names the part after the file, whatever it holds later */
    mime_note_filename(part, file != NULL);

    return is_ready()
               ? functions_for(NULL, CALLER)->curl_mime_filedata(part, file)
               : CURLE_FAILED_INIT;
}

EXPORT CURLcode
curl_mime_filename(curl_mimepart *part, const char *name)
{
    mime_note_filename(part, name != NULL);

    return is_ready()
               ? functions_for(NULL, CALLER)->curl_mime_filename(part, name)
               : CURLE_FAILED_INIT;
}

EXPORT CURLcode
curl_mime_type(curl_mimepart *part, const char *type)
{
    mime_note_type(part, type);

    return is_ready() ? functions_for(NULL, CALLER)->curl_mime_type(part, type)
                      : CURLE_FAILED_INIT;
}

EXPORT CURLcode
curl_mime_encoder(curl_mimepart *part, const char *encoder)
{
    mime_note_encoder(part, encoder);

    return is_ready()
               ? functions_for(NULL, CALLER)->curl_mime_encoder(part, encoder)
               : CURLE_FAILED_INIT;
}

EXPORT CURLcode
curl_mime_headers(curl_mimepart *part, struct curl_slist *headers, int take)
{
    mime_note_headers(part, headers);

    return is_ready() ? functions_for(NULL, CALLER)
                            ->curl_mime_headers(part, headers, take)
                      : CURLE_FAILED_INIT;
}

EXPORT CURLcode
curl_mime_subparts(curl_mimepart *part, curl_mime *mime)
{
    mime_note_opaque(part);

    return is_ready()
               ? functions_for(NULL, CALLER)->curl_mime_subparts(part, mime)
               : CURLE_FAILED_INIT;
}

EXPORT void
curl_mime_free(curl_mime *mime)
{
    end_form(mime);
    if (is_ready()) {
        functions_for(NULL, CALLER)->curl_mime_free(mime);
    }
}
