/*
 * ss_explain_answer.c: what a response says of itself, by body and headers.
 */

#include "explain/ss_cause.h"
#include "json/ss_scan.h"

/* --- headers ------------------------------------------------------------ */

ss_str_t
ss_response_header(const ss_response_t *response, ss_str_t name)
{
    for (size_t i = 0; i < response->header_count; i++) {
        if (ss_eq_nocase(response->headers[i].name, name)) {
            return response->headers[i].value;
        }
    }

    return SS_STR("");
}

bool
ss_response_coded(const ss_response_t *response)
{
    ss_str_t coding = ss_response_header(response, SS_STR("Content-Encoding"));

    return coding.len > 0 && !ss_eq_nocase(coding, SS_STR("identity"));
}

ss_str_t
ss_response_text(const ss_response_t *response)
{
    ss_str_t bom = SS_STR("\xEF\xBB\xBF");

    return ss_skip(response->body,
                   ss_starts(response->body, bom) ? bom.len : 0);
}

/* The quoted value of a parameter of a challenge (RFC 9110, 11.2). Nobody
   writes escapes into these. */
static ss_str_t
challenge_parameter(ss_str_t value, ss_str_t name)
{
    for (size_t i = 0; i + name.len < value.len; i++) {
        ss_str_t rest = ss_skip(value, i);

        if ((i > 0 && ss_is_alnum(value.data[i - 1]))
            || (i > 0 && value.data[i - 1] == '_')
            || !ss_starts_nocase(rest, name)) {
            continue;
        }

        rest = ss_skip(rest, name.len);
        return ss_str(rest.data, ss_index(rest, '"'));
    }

    return SS_STR("");
}

static void
read_challenge(ss_explain_t *explain)
{
    ss_answer_told_t *told = &explain->told;

    for (size_t i = 0; i < explain->response->header_count; i++) {
        const ss_header_t *header = &explain->response->headers[i];

        if (told->error.len == 0
            && ss_eq_nocase(header->name, SS_STR("WWW-Authenticate"))) {
            told->error =
                challenge_parameter(header->value, SS_STR("error=\""));
            told->description = challenge_parameter(
                header->value, SS_STR("error_description=\""));
        }
    }
}

/* --- JSON --------------------------------------------------------------- */

typedef struct {
    ss_scan_t scan;
    ss_explain_t *explain;
} reader_t;

static ss_str_t
decoded(reader_t *reader, ss_str_t token)
{
    ss_str_t text = ss_scan_decode(token, reader->explain->mem);

    if (text.data == NULL) {
        reader->explain->failed = true;
        return SS_STR("");
    }

    return text;
}

/* Takes the next member of an object. Returns false behind the last one, and
   where the text ends too early or is none. */
static bool
next_member(reader_t *reader, ss_str_t *name, ss_scan_kind_t *kind,
            ss_str_t *value)
{
    if (ss_scan_next(&reader->scan, name) != SS_SCAN_NAME) {
        return false;
    }

    *kind = ss_scan_next(&reader->scan, value);

    return *kind != SS_SCAN_FAILED;
}

static const struct {
    unsigned code;
    const char *name; /* where the server tells names instead of numbers */
} codes[] = {
    { 100, "VALIDATION_ERROR" },
    { 101, "INVALID_RESOURCE" },
    { 102, "FILTER_NOT_ALLOWED" },
    { 103, "INVALID_FIELD_VALUE" },
    { 104, "INVALID_FIELD" },
    { 105, "PARAM_NOT_ALLOWED" },
    { 106, "PARAM_MISSING" },
    { 107, "INVALID_FILTER_VALUE" },
    { 109, "KEY_ORDER_MISMATCH" },
    { 110, "KEY_NOT_INCLUDED_IN_URL" },
    { 112, "INVALID_INCLUDE" },
    { 114, "INVALID_SORT_CRITERIA" },
    { 115, "INVALID_LINKS_OBJECT" },
    { 116, "TYPE_MISMATCH" },
    { 117, "INVALID_PAGE_OBJECT" },
    { 118, "INVALID_PAGE_VALUE" },
    { 119, "INVALID_FIELD_FORMAT" },
    { 120, "INVALID_FILTERS_SYNTAX" },
    { 121, "SAVE_FAILED" },
    { 122, "INVALID_DATA_FORMAT" },
    { 123, "INVALID_RELATIONSHIP" },
    { 400, "BAD_REQUEST" },
    { 403, "FORBIDDEN" },
    { 404, "RECORD_NOT_FOUND" },
    { 406, "NOT_ACCEPTABLE" },
    { 415, "UNSUPPORTED_MEDIA_TYPE" },
    { 423, "LOCKED" },
    { 500, "INTERNAL_SERVER_ERROR" },
};

static unsigned
code_of(ss_str_t text)
{
    unsigned number;

    if (ss_whole_number(text, &number)) {
        return number;
    }

    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        if (ss_eq(text, ss_cstr(codes[i].name))) {
            return codes[i].code;
        }
    }

    return 0;
}

static void
read_source(reader_t *reader, ss_answer_error_t *error)
{
    ss_str_t name, value;
    ss_scan_kind_t kind;

    while (next_member(reader, &name, &kind, &value)) {
        if (kind == SS_SCAN_STRING && ss_scan_is(name, SS_STR("pointer"))) {
            error->pointer = decoded(reader, value);
        }
        if (kind == SS_SCAN_STRING && ss_scan_is(name, SS_STR("parameter"))) {
            error->parameter = decoded(reader, value);
        }
        ss_scan_skip(&reader->scan, kind);
    }
}

static void
read_error(reader_t *reader, ss_answer_error_t *error)
{
    ss_str_t name, value;
    ss_scan_kind_t kind;

    while (next_member(reader, &name, &kind, &value)) {
        bool is_text = kind == SS_SCAN_STRING;

        if (kind == SS_SCAN_OBJECT && ss_scan_is(name, SS_STR("source"))) {
            read_source(reader, error);
            continue;
        }

        if ((is_text || kind == SS_SCAN_INTEGER)
            && ss_scan_is(name, SS_STR("code"))) {
            error->code = code_of(value);
        } else if (is_text && ss_scan_is(name, SS_STR("title"))) {
            error->title = decoded(reader, value);
        } else if (is_text && ss_scan_is(name, SS_STR("detail"))) {
            error->detail = decoded(reader, value);
        }
        ss_scan_skip(&reader->scan, kind);
    }
}

static bool
is_same(const ss_answer_error_t *a, const ss_answer_error_t *b)
{
    return a->code == b->code && ss_eq(a->title, b->title)
           && ss_eq(a->detail, b->detail) && ss_eq(a->pointer, b->pointer)
           && ss_eq(a->parameter, b->parameter);
}

static void
keep_error(ss_answer_told_t *told, const ss_answer_error_t *error)
{
    for (size_t i = 0; i < told->error_count; i++) {
        if (is_same(&told->errors[i], error)) {
            return;
        }
    }

    if (told->error_count < SS_ERRORS_MAX) {
        told->errors[told->error_count++] = *error;
    }
}

static void
read_errors(reader_t *reader)
{
    ss_answer_told_t *told = &reader->explain->told;
    ss_scan_kind_t kind;
    ss_str_t token;

    told->form = SS_BODY_JSONAPI;

    while ((kind = ss_scan_next(&reader->scan, &token)) != SS_SCAN_ARRAY_END
           && kind != SS_SCAN_FAILED) {
        ss_answer_error_t error = { .code = 0 };

        if (kind == SS_SCAN_OBJECT && told->error_count < SS_ERRORS_MAX) {
            read_error(reader, &error);
        } else {
            ss_scan_skip(&reader->scan, kind);
        }
        keep_error(told, &error);
    }
}

/* What stands before the text ends too early counts: half an answer says
   something. */
static void
read_object(reader_t *reader)
{
    ss_answer_told_t *told = &reader->explain->told;
    ss_str_t name, value;
    ss_scan_kind_t kind;

    told->form = SS_BODY_JSON;

    while (next_member(reader, &name, &kind, &value)) {
        if (kind == SS_SCAN_ARRAY && ss_scan_is(name, SS_STR("errors"))) {
            read_errors(reader);
            continue;
        }

        if (kind == SS_SCAN_STRING && ss_scan_is(name, SS_STR("error"))) {
            told->form = SS_BODY_OAUTH;
            told->error = decoded(reader, value);
        } else if (kind == SS_SCAN_STRING
                   && ss_scan_is(name, SS_STR("error_description"))) {
            told->description = decoded(reader, value);
        }
        ss_scan_skip(&reader->scan, kind);
    }
}

static void
read_json(ss_explain_t *explain, ss_str_t text)
{
    reader_t reader = { .explain = explain };
    ss_str_t token;

    ss_scan_init(&reader.scan, text);
    if (ss_scan_next(&reader.scan, &token) == SS_SCAN_OBJECT) {
        read_object(&reader);
    }
}

/* --- the body ----------------------------------------------------------- */

static bool
is_html(const ss_response_t *response, ss_str_t text)
{
    return ss_has_part(ss_response_header(response, SS_STR("Content-Type")),
                       "html")
           || ss_starts_nocase(text, SS_STR("<!doctype html"))
           || ss_starts_nocase(text, SS_STR("<html"));
}

void
ss_explain_read(ss_explain_t *explain)
{
    const ss_response_t *response = explain->response;
    ss_str_t text = ss_response_text(response);

    if (text.len > SS_EXPLAIN_BODY_MAX) {
        text.len = SS_EXPLAIN_BODY_MAX;
    }
    text = ss_trim(text);

    if (is_html(response, text)) {
        explain->told.form = SS_BODY_HTML;
    } else if (!ss_response_coded(response) && text.len > 0
               && text.data[0] == '{') {
        read_json(explain, text);
    }

    read_challenge(explain);
}

/* A code that repeats the status says nothing, but where jsonapi-resources has
   one code for one thing. */
bool
ss_explain_silent(const ss_explain_t *explain)
{
    const ss_answer_error_t *error = explain->error;
    unsigned status = explain->response->status;

    return explain->told.error.len == 0
           && (error == NULL || error->code == 0
               || (error->code == status && status != 400 && status != 404));
}
