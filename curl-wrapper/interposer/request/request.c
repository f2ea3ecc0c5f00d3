#include "interposer/request/request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/ascii.h"
#include "interposer/handle/mime.h"
#include "interposer/request/request_parts.h"

/* --- the method --------------------------------------------------------- */

ss_str_t
request_method(const state_t *state)
{
    return text_of(state->custom_method != NULL
                       ? state->custom_method
                       : sending_method(&state->sending));
}

/* --- headers ------------------------------------------------------------ */

typedef struct {
    ss_header_t *items;
    size_t count;
} headers_t;

/* Reads "Name: value" or "Name;" (sent empty). "Name:" is not sent at all, and
   keeps libcurl from sending its own: *sent tells. */
static bool
parse_header(ss_str_t line, ss_header_t *header, bool *sent)
{
    size_t len = 0;

    while (len < line.len && line.data[len] != ':' && line.data[len] != ';') {
        len++;
    }

    if (len == 0 || len == line.len) {
        return false;
    }

    header->name = (ss_str_t){ line.data, len };
    header->value =
        request_trimmed((ss_str_t){ line.data + len + 1, line.len - len - 1 });
    *sent = (line.data[len] == ':') == (header->value.len > 0);

    /* "Name;value" is no header to libcurl */
    return *sent || line.data[len] == ':';
}

static bool
is_named(const ss_header_t *header, const char *name)
{
    return header->name.len == strlen(name)
           && ascii_same(header->name.data, name, header->name.len);
}

static bool
program_names(const state_t *state, const char *name)
{
    for (const struct curl_slist *l = state->headers; l; l = l->next) {
        ss_header_t header;
        bool sent;

        /* libcurl looks only where an entry begins */
        if (parse_header(text_of(l->data), &header, &sent)
            && is_named(&header, name)) {
            return true;
        }
    }

    return false;
}

static void
add(headers_t *headers, const char *name, ss_str_t value)
{
    headers->items[headers->count++] = (ss_header_t){ text_of(name), value };
}

static ss_str_t
basic(const char *user, const char *password, const ss_mem_t *mem)
{
    ss_str_t pair = request_join(mem, user, ":", password, ""), text;

    if (pair.data == NULL || ss_base64_encode(pair, mem, &text) != SS_OK) {
        return (ss_str_t){ NULL, 0 };
    }

    return request_join(mem, "Basic ", (const char *) text.data, "", "");
}

static ss_str_t
basic_of_options(const state_t *state, const ss_mem_t *mem)
{
    return basic(state->username != NULL ? state->username : "",
                 state->password != NULL ? state->password : "", mem);
}

static ss_str_t
basic_of_url(const outgoing_t *out, const ss_mem_t *mem)
{
    ss_str_t url = request_join(mem, "http://",
                                (const char *) out->userinfo.data, "h/", "");
    char *user = NULL, *password = NULL;
    ss_str_t value = { NULL, 0 };
    CURLU *handle =
        url.data != NULL ? request_parse_url((const char *) url.data, 0) : NULL;

    if (handle == NULL) {
        return value;
    }

    real.curl_url_get(handle, CURLUPART_USER, &user, CURLU_URLDECODE);
    real.curl_url_get(handle, CURLUPART_PASSWORD, &password, CURLU_URLDECODE);
    value =
        basic(user != NULL ? user : "", password != NULL ? password : "", mem);
    real.curl_free(user);
    real.curl_free(password);
    real.curl_url_cleanup(handle);

    return value;
}

/* The Authorization that libcurl makes of options and URL; empty: none. The
   first request has one only when a single scheme is allowed. */
static ss_str_t
authorization(const state_t *state, const outgoing_t *out, const ss_mem_t *mem)
{
    unsigned long auth = (unsigned long) state->http_auth;

    if (state->bearer != NULL && (auth & CURLAUTH_BEARER)) {
        return request_join(mem, "Bearer ", state->bearer, "", "");
    }

    if (auth != CURLAUTH_BASIC) {
        return text_of("");
    }

    if (state->username != NULL) {
        return basic_of_options(state, mem);
    }

    return out->userinfo.len > 0 ? basic_of_url(out, mem) : text_of("");
}

/* Tells whether libcurl may add an Authorization that is not known yet: of
   .netrc, or in answer to what the server asks for. */
static bool
is_authorized_later(const state_t *state, const outgoing_t *out, ss_str_t now)
{
    bool user = state->username != NULL || out->userinfo.len > 0;

    return now.len == 0 && (state->netrc != 0 || user)
           && !program_names(state, "Authorization");
}

/* The Content-Type that libcurl adds to a body; NULL: none. */
static const char *
body_type(const state_t *state)
{
    switch (sending_sends(&state->sending)) {
    case SENDS_FIELDS:
        return "application/x-www-form-urlencoded";
    case SENDS_MIME:
    case SENDS_FORM:
        return "multipart/form-data; boundary=" MIME_BOUNDARY;
    default:
        return NULL;
    }
}

/* libcurl ends a program's own multipart type with its boundary. */
static void
add_boundary(const state_t *state, ss_header_t *header)
{
    static const char multipart[] = "multipart/form-data";
    const size_t len = sizeof(multipart) - 1;
    ss_str_t value = header->value;

    /* of what stands behind the type the rules want to know no more; a boundary
       of the program's own counts, and is wrong */
    if (sending_sends(&state->sending) == SENDS_MIME
        && is_named(header, "Content-Type") && value.len >= len
        && ascii_same(value.data, multipart, len)
        && (value.len == len || strchr(" \t;", value.data[len]) != NULL)
        && strcasestr((const char *) value.data + len, "boundary=") == NULL) {
        header->value = text_of(body_type(state));
    }
}

static void
add_entry(const state_t *state, const char *entry, headers_t *headers)
{
    ss_str_t line;
    bool sent;

    while (request_next_line(&entry, &line)) {
        ss_header_t *header = &headers->items[headers->count];

        if (parse_header(line, header, &sent) && sent) {
            add_boundary(state, header);
            headers->count++;
        }
    }
}

static size_t
count_lines(const struct curl_slist *list)
{
    size_t n = 0;

    for (; list != NULL; list = list->next) {
        const char *rest = list->data;
        ss_str_t line;

        while (request_next_line(&rest, &line)) {
            n++;
        }
    }

    return n;
}

static read_rc_t
read_headers(const state_t *state, const ss_mem_t *mem, outgoing_t *out)
{
    headers_t headers = { NULL, 0 };
    const char *type = body_type(state);
    ss_str_t auth;
    size_t n = count_lines(state->headers) + 4;

    headers.items = mem->alloc(mem->ctx, n * sizeof(*headers.items));
    auth = authorization(state, out, mem);
    if (headers.items == NULL || auth.data == NULL) {
        return READ_NOMEM;
    }

    for (const struct curl_slist *l = state->headers; l; l = l->next) {
        add_entry(state, l->data, &headers);
    }

    if (auth.len > 0 && !program_names(state, "Authorization")) {
        add(&headers, "Authorization", auth);
    }
    if (!program_names(state, "Accept")) {
        add(&headers, "Accept", text_of("*/*"));
    }
    if (type != NULL && !program_names(state, "Content-Type")) {
        add(&headers, "Content-Type", text_of(type));
    }
    if (state->user_agent != NULL && !program_names(state, "User-Agent")) {
        add(&headers, "User-Agent", text_of(state->user_agent));
    }

    out->request.authorized_later = is_authorized_later(state, out, auth);
    out->request.headers = headers.items;
    out->request.header_count = headers.count;

    return READ_OK;
}

bool
request_reads(CURLoption option)
{
    static const int options[] = {
        CURLOPT_URL,           CURLOPT_CURLU,
        CURLOPT_PORT,          CURLOPT_PATH_AS_IS,
        CURLOPT_CUSTOMREQUEST, CURLOPT_REQUEST_TARGET,
        CURLOPT_HTTPHEADER,    CURLOPT_DEFAULT_PROTOCOL,
        CURLOPT_USERPWD,       CURLOPT_USERNAME,
        CURLOPT_PASSWORD,      CURLOPT_XOAUTH2_BEARER,
        CURLOPT_HTTPAUTH,      CURLOPT_NETRC,
        CURLOPT_USERAGENT,     CURLOPT_NOBODY,
        CURLOPT_UPLOAD,        54, /* CURLOPT_PUT */
        CURLOPT_POST,          CURLOPT_HTTPGET,
        CURLOPT_POSTFIELDS,    CURLOPT_COPYPOSTFIELDS,
        CURLOPT_POSTFIELDSIZE, CURLOPT_POSTFIELDSIZE_LARGE,
        CURLOPT_MIMEPOST,      10024, /* CURLOPT_HTTPPOST */
    };

    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
        if (options[i] == (int) option) {
            return true;
        }
    }

    return false;
}

/* --- all of it ---------------------------------------------------------- */

static ss_body_state_t
body_state(const state_t *state)
{
    return sending_sends(&state->sending) == SENDS_NOTHING ? SS_BODY_NONE
                                                           : SS_BODY_UNREAD;
}

read_rc_t
request_read(const state_t *state, const ss_engine_t *engine,
             const ss_mem_t *mem, outgoing_t *out)
{
    read_rc_t rc;

    *out = (outgoing_t){ .request.body_state = body_state(state) };
    out->request.method = request_method(state);

    rc = request_read_url(state, mem, out);
    if (rc != READ_OK) {
        return rc;
    }

    if (!ss_engine_serves(engine, out->request.scheme,
                          out->request.authority)) {
        return READ_NOT_OURS;
    }

    return read_headers(state, mem, out);
}

static int
read_mime(const state_t *state, size_t max, const ss_mem_t *mem,
          ss_request_t *request)
{
    const curl_mime *mime = weak_get(state->sending.mime);

    return mime != NULL ? mime_render(mime, max, mem, &request->body)
                        : MIME_TOO_LARGE;
}

int
request_read_body(const state_t *state, size_t max, const ss_mem_t *mem,
                  outgoing_t *out)
{
    ss_request_t *request = &out->request;
    ss_str_t body;
    int rc;

    switch (sending_sends(&state->sending)) {
    case SENDS_NOTHING:
        return SS_OK;
    case SENDS_MIME:
        rc = read_mime(state, max, mem, request);
        request->body_state =
            rc == MIME_TOO_LARGE ? SS_BODY_TOO_LARGE : SS_BODY_COMPLETE;
        return rc == MIME_TOO_LARGE ? SS_OK : rc;
    case SENDS_FIELDS:
        if (sending_fields(&state->sending, max, &body) && body.len <= max) {
            request->body = body;
            request->body_state =
                body.len > 0 ? SS_BODY_COMPLETE : SS_BODY_NONE;
            return SS_OK;
        }
        break;
    default: /* uploads give their bytes only once, old forms are not known */
        break;
    }
    request->body_state = SS_BODY_TOO_LARGE;

    return SS_OK;
}
