/*
 * lint_request.c: a request as its client would make it, of what a file says;
 * and what stands for the variables whose value is not known. These words are
 * chosen so that no rule has anything to say about them.
 */

#include <string.h>

#include "tools/lint/lint.h"

/* --- parts and headers -------------------------------------------------- */

/* Makes room for one more; false: no memory, which the allocator has noted. */
static bool
room(lint_t *lint, void *list, size_t count, size_t *size, size_t item)
{
    size_t wanted = *size == 0 ? 16 : *size * 2;
    void *old, *new;

    if (count < *size) {
        return true;
    }

    new = lint->tmp.alloc(lint->tmp.ctx, wanted * item);
    if (new == NULL) {
        return false;
    }

    memcpy(&old, list, sizeof(old));
    if (count > 0) {
        memcpy(new, old, count * item);
    }
    memcpy(list, &new, sizeof(new));
    *size = wanted;

    return true;
}

void
call_part(lint_t *lint, call_t *call, const char *what, ss_str_t name,
          place_t at)
{
    if (room(lint, &call->parts, call->part_count, &call->part_size,
             sizeof(*call->parts))) {
        call->parts[call->part_count++] = (part_t){ what, name, at };
    }
}

void
call_header(lint_t *lint, call_t *call, ss_str_t name, ss_str_t value)
{
    if (room(lint, &call->headers, call->header_count, &call->header_size,
             sizeof(*call->headers))) {
        call->headers[call->header_count++] =
            (ss_header_t){ name, str_trim(value) };
    }
}

const ss_str_t *
call_find_header(const call_t *call, const char *name)
{
    for (size_t i = 0; i < call->header_count; i++) {
        if (str_is_nocase(call->headers[i].name, name)) {
            return &call->headers[i].value;
        }
    }

    return NULL;
}

void
call_remove_header(call_t *call, const char *name)
{
    size_t count = 0;

    for (size_t i = 0; i < call->header_count; i++) {
        if (!str_is_nocase(call->headers[i].name, name)) {
            call->headers[count++] = call->headers[i];
        }
    }
    call->header_count = count;
}

/* What a text with variables is taken for. */
static ss_str_t
known(lint_t *lint, const call_t *call, ss_str_t text, const char *word)
{
    return call->literal ? text : vars_replace(text, word, &lint->tmp);
}

static bool
has_variable(const call_t *call, ss_str_t text)
{
    return !call->literal && vars_any(text);
}

/* --- the URL ------------------------------------------------------------ */

static size_t
find_any(ss_str_t s, const char *bytes)
{
    size_t i = 0;

    while (i < s.len
           && (s.data[i] == '\0' || strchr(bytes, s.data[i]) == NULL)) {
        i++;
    }

    return i;
}

static size_t
find_last(ss_str_t s, uint8_t c)
{
    const uint8_t *at = memrchr(s.data, c, s.len);

    return at != NULL ? (size_t) (at - s.data) : s.len;
}

/* The end of the origin. A variable in it may have any character in its
   name. */
static size_t
authority_end(ss_str_t rest)
{
    size_t i = 0;

    while (i < rest.len) {
        size_t n = vars_at(rest, i);

        if (n == 0 && memchr("/?#", rest.data[i], 3) != NULL) {
            break;
        }
        i += n > 0 ? n : 1;
    }

    return i;
}

static void
take_origin(lint_t *lint, call_t *call, ss_str_t *rest, const char *scheme)
{
    ss_request_t *request = &call->request;
    size_t colon = str_find(*rest, "://");
    ss_str_t authority;
    size_t at;

    request->scheme = str_of(scheme);
    if (colon < find_any(*rest, "/?#")) {
        request->scheme = str_cut(*rest, colon);
        *rest = str_skip(*rest, colon + 3);
    }

    authority = str_cut(*rest, authority_end(*rest));
    *rest = str_skip(*rest, authority.len);

    if (has_variable(call, authority) || has_variable(call, request->scheme)) {
        request->at_gateway = 1;
        request->scheme = SS_STR("https");
        request->authority = SS_STR("variable.invalid");
        return;
    }

    at = find_last(authority, '@');
    if (at < authority.len) {
        ss_str_t pair = base64(str_cut(authority, at), &lint->tmp);

        call_header(lint, call, SS_STR("Authorization"),
                    join3(&lint->tmp, SS_STR("Basic "), pair, SS_STR("")));
        authority = str_skip(authority, at + 1);
    }
    request->authority = authority;
}

/* "/{{account}}/v1/{{id}}": what stands before v1 is the account. */
static ss_str_t
known_path(lint_t *lint, const call_t *call, ss_str_t path)
{
    text_t out = text_new(&lint->tmp);

    if (!has_variable(call, path)) {
        return path;
    }

    while (path.len > 0) {
        size_t n = 1 + find_any(str_skip(path, 1), "/");
        ss_str_t segment = str_cut(path, n);

        path = str_skip(path, n);
        if (vars_any(segment)
            && (str_begins(path, "/v1/") || str_is(path, "/v1"))) {
            text_adds(&out, "/");
            text_add(&out, lint->slug);
        } else {
            text_add(&out, vars_replace(segment, UNKNOWN_ID, &lint->tmp));
        }
    }

    return text_done(&out);
}

void
call_url(lint_t *lint, call_t *call, ss_str_t url, const char *scheme)
{
    ss_request_t *request = &call->request;
    ss_str_t rest = str_trim(url), path;

    if (!str_begins(rest, "/")) {
        take_origin(lint, call, &rest, scheme);
    }

    path = str_cut(rest, find_any(rest, "?#"));
    rest = str_skip(rest, path.len);
    request->path = path.len > 0 ? known_path(lint, call, path) : SS_STR("/");

    if (str_begins(rest, "?")) {
        rest = str_skip(rest, 1);
        request->has_query = 1;
        request->query =
            known(lint, call, str_cut(rest, find_any(rest, "#")), UNKNOWN_ID);
    }
}

void
call_query(lint_t *lint, call_t *call, const char *name, ss_str_t value)
{
    ss_request_t *request = &call->request;
    text_t out = text_new(&lint->tmp);

    text_add(&out, request->query);
    text_adds(&out, request->query.len > 0 ? "&" : "");
    text_adds(&out, name);
    text_adds(&out, "=");
    text_add_form(&out, known(lint, call, value, UNKNOWN_ID));

    request->query = text_done(&out);
    request->has_query = 1;
}

/* --- headers whose value is a variable ---------------------------------- */

static bool
is_variable(ss_str_t value)
{
    size_t len;

    value = str_trim(value);

    return vars_find(value, &len) == 0 && len > 0 && len == value.len;
}

static const char *
usual_type(const call_t *call)
{
    ss_str_t body = str_trim(call->request.body);

    return body.len > 0 && body.data[0] == '{'
               ? "application/vnd.api+json"
               : "application/x-www-form-urlencoded";
}

static ss_str_t
header_value(lint_t *lint, const call_t *call, ss_str_t name, ss_str_t value)
{
    if (is_variable(value)) {
        if (str_is_nocase(name, "Authorization")) {
            return SS_STR("Bearer " UNKNOWN);
        }
        if (str_is_nocase(name, "Accept")) {
            return SS_STR("application/vnd.api+json");
        }
        if (str_is_nocase(name, "Content-Type")) {
            return str_of(usual_type(call));
        }
    }

    return vars_replace(value, UNKNOWN, &lint->tmp);
}

void
call_settle_headers(lint_t *lint, call_t *call)
{
    for (size_t i = 0; i < call->header_count; i++) {
        ss_header_t *header = &call->headers[i];

        header->value = header_value(lint, call, header->name, header->value);
    }
}

/* --- bodies ------------------------------------------------------------- */

void
call_body(call_t *call, ss_str_t body)
{
    call->request.body = body;
    call->request.body_state = body.len > 0 ? SS_BODY_COMPLETE : SS_BODY_NONE;
}

void
call_unknown_body(call_t *call)
{
    call->request.body = SS_STR("");
    call->request.body_state = SS_BODY_UNREAD;
}

/* JSON with a variable that is not a string's: it may be anything. */
static bool
is_open(ss_str_t json)
{
    bool in_string = false;

    for (size_t i = 0; i < json.len; i++) {
        if (in_string && json.data[i] == '\\') {
            i++;
        } else if (json.data[i] == '"') {
            in_string = !in_string;
        } else if (!in_string && vars_at(json, i) > 0) {
            return true;
        }
    }

    return false;
}

/* A grant that is a variable decides what all the rest has to be. */
static bool
has_unknown_grant(ss_str_t body)
{
    static const char name[] = "grant_type";
    ss_str_t rest = body;

    for (;;) {
        size_t at = str_find(rest, name);

        if (at == rest.len) {
            return false;
        }
        rest = str_skip(rest, at + sizeof(name) - 1);

        /* "=" of a form, "\":\"" of JSON */
        while (rest.len > 0 && strchr("=\": \t", *rest.data) != NULL
               && *rest.data != '\0') {
            rest = str_skip(rest, 1);
        }
        if (str_begins(rest, "{{")) {
            return true;
        }
    }
}

void
call_text_body(lint_t *lint, call_t *call, ss_str_t body)
{
    ss_str_t text = str_trim(body);
    bool json = str_begins(text, "{") || str_begins(text, "[");

    if (is_variable(body) || has_unknown_grant(body)
        || (json && is_open(text))) {
        call_unknown_body(call);
        return;
    }

    call_body(call,
              vars_replace(body, json ? UNKNOWN_ID : UNKNOWN, &lint->tmp));
}

/* --- forms -------------------------------------------------------------- */

void
form_field(text_t *form, ss_str_t name, ss_str_t value)
{
    text_adds(form, form->len > 0 ? "&" : "");
    text_add_form(form, name);
    text_adds(form, "=");
    text_add_form(form, value);
}

void
multipart_field(text_t *form, ss_str_t name, ss_str_t value, bool file)
{
    text_adds(form, "--" BOUNDARY "\r\n"
                    "Content-Disposition: form-data; name=\"");
    text_add_escaped(form, name, "\"");
    text_adds(form, file ? "\"; filename=\"file\"\r\n\r\n" : "\"\r\n\r\n");
    text_add(form, file ? SS_STR("") : value);
    text_adds(form, "\r\n");
}

void
multipart_end(text_t *form)
{
    text_adds(form, "--" BOUNDARY "--\r\n");
}
