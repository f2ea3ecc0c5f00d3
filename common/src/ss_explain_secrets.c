/*
 * ss_explain_secrets.c: the secrets of a request, which an answer to it may
 * have in it.
 */

#include "ss_basic.h"
#include "ss_betray.h"
#include "ss_explain.h"
#include "ss_mask.h"

typedef struct {
    ss_explain_t *explain;
    ss_sayings_t sayings;
} seeker_t;

static bool betrays_form(seeker_t *seeker, ss_str_t form, unsigned depth);

static bool
betrays(const seeker_t *seeker, ss_str_t secret)
{
    return ss_sayings_betray(&seeker->sayings, secret);
}

/* --- forms -------------------------------------------------------------- */

/* A value may have a form of its own in it. */
#define FORMS_MAX 3

static bool
begins_form(uint8_t c)
{
    return c == '?' || c == '#' || c == ';' || c == '&';
}

static size_t
form_in(ss_str_t value)
{
    size_t n = 0;

    while (n < value.len && !begins_form(value.data[n])) {
        n++;
    }

    return n + (n < value.len);
}

static bool
betrays_pair(seeker_t *seeker, ss_str_t name, ss_str_t value, ss_str_t raw,
             unsigned depth)
{
    bool has_value = raw.len == 0 || ss_index(raw, '=') < raw.len;
    ss_str_t secret = has_value ? value : name;

    return (ss_is_secret_piece(name, value, has_value, raw)
            && (betrays(seeker, secret) || betrays(seeker, raw)))
           || betrays_form(seeker, ss_skip(value, form_in(value)), depth + 1);
}

static bool
betrays_piece(seeker_t *seeker, ss_str_t raw, unsigned depth)
{
    const ss_mem_t *mem = seeker->explain->mem;
    size_t equals = ss_index(raw, '=');
    ss_str_t name = ss_form_decode(ss_str(raw.data, equals), mem);
    ss_str_t value =
        ss_form_decode(ss_skip(raw, equals + (equals < raw.len)), mem);

    if (name.data == NULL || value.data == NULL) {
        seeker->explain->failed = true;
        return true;
    }

    return betrays_pair(seeker, name, value, raw, depth);
}

static bool
betrays_form(seeker_t *seeker, ss_str_t form, unsigned depth)
{
    bool more = form.len > 0;
    ss_str_t raw;

    if (depth > FORMS_MAX) {
        return false;
    }

    while (ss_split(&form, &more, '&', &raw)) {
        if (raw.len > 0 && betrays_piece(seeker, raw, depth)) {
            return true;
        }
    }

    return false;
}

static bool
betrays_params(seeker_t *seeker)
{
    const ss_params_t *params = &seeker->explain->params;

    for (size_t i = 0; i < params->count; i++) {
        const ss_param_t *param = &params->items[i];

        if (!param->in_query
            && betrays_pair(seeker, param->name, param->value, param->raw, 0)) {
            return true;
        }
    }

    return false;
}

/* --- headers ------------------------------------------------------------ */

static bool
betrays_basic(seeker_t *seeker, ss_str_t value)
{
    ss_basic_t basic;

    switch (ss_basic_parse(value, seeker->explain->mem, &basic)) {
    case SS_BASIC_OK:
        return betrays(seeker, basic.password);
    case SS_BASIC_NOMEM:
        seeker->explain->failed = true;
        return true;
    default:
        return false;
    }
}

/* The secret of "token", `name=token` or `name="token"`; empty where a quote
   comes next, and of words that are none. */
static ss_str_t
secret_of(ss_str_t word, bool quote_next)
{
    static const char *const schemes[] = { "Bearer", "Basic", "Token",
                                           "Digest" };
    size_t equals = ss_index(word, '=');

    for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
        if (ss_eq_nocase(word, ss_cstr(schemes[i]))) {
            return SS_STR("");
        }
    }

    if (equals + 1 >= word.len) {
        return equals < word.len && quote_next ? SS_STR("")
                                               : ss_str(word.data, equals);
    }

    /* of two at the end it is base64's padding */
    return word.data[equals + 1] == '=' ? ss_str(word.data, equals)
                                        : ss_skip(word, equals + 1);
}

static bool
is_between(uint8_t c)
{
    return c == ' ' || c == '\t' || c == ',' || c == ';' || c == '"'
           || c == '\'';
}

static bool
betrays_words(seeker_t *seeker, ss_str_t value)
{
    while (value.len > 0) {
        size_t n = 0;

        while (n < value.len && !is_between(value.data[n])) {
            n++;
        }
        if (betrays(seeker, secret_of(ss_str(value.data, n),
                                      n < value.len && value.data[n] == '"'))) {
            return true;
        }
        value = ss_skip(value, n < value.len ? n + 1 : n);
    }

    return false;
}

/* "https://me:secret@host": without a colon the name may be a token. */
static bool
betrays_userinfo(seeker_t *seeker, ss_str_t value)
{
    ss_str_t user = ss_form_decode(ss_userinfo(value), seeker->explain->mem);
    size_t colon = ss_index(user, ':');

    if (user.data == NULL) {
        seeker->explain->failed = true;
        return true;
    }

    return betrays(seeker, ss_skip(user, colon < user.len ? colon + 1 : 0));
}

static bool
betrays_header(seeker_t *seeker, const ss_header_t *header)
{
    ss_str_t value = header->value;

    return ss_is_secret_header(header->name)
               ? betrays_words(seeker, value) || betrays_basic(seeker, value)
               : betrays_form(seeker, ss_skip(value, form_in(value)), 1)
                     || betrays_userinfo(seeker, value);
}

static bool
betrays_headers(seeker_t *seeker)
{
    const ss_request_t *request = seeker->explain->request;

    for (size_t i = 0; i < request->header_count; i++) {
        if (betrays_header(seeker, &request->headers[i])) {
            return true;
        }
    }

    return false;
}

/* --- the request -------------------------------------------------------- */

static bool
betrays_target(seeker_t *seeker)
{
    const ss_request_t *request = seeker->explain->request;
    ss_str_t path = request->path;

    /* "/oauth/token&code=..." is a query that lost its "?" */
    return betrays_form(seeker, request->query, 0)
           || betrays_form(seeker, ss_skip(path, form_in(path)), 0);
}

bool
ss_explain_betrays(ss_explain_t *explain, ss_str_t text)
{
    seeker_t seeker;

    seeker.explain = explain;
    if (ss_sayings_read(&seeker.sayings, text, explain->mem) != SS_OK) {
        explain->failed = true;
        return true;
    }

    return betrays_params(&seeker) || betrays_headers(&seeker)
           || betrays_target(&seeker);
}

/* Whether there may be secrets that nothing was found of. Documents are not
   taken apart for this: one that speaks of secrets at all makes an answer to it
   suspect. Files have none. */
static bool
may_have_more(const ss_explain_t *explain)
{
    const ss_request_t *request = explain->request;

    if (request->authorized_later) {
        return true;
    }

    if (request->body_state == SS_BODY_NONE || explain->kind == SS_KIND_FILE) {
        return false;
    }

    if (explain->kind == SS_KIND_TOKEN
        || explain->kind == SS_KIND_OAUTH_OTHER) {
        return !ss_params_known(&explain->params);
    }

    /* a document that no rule wanted to see most likely has none */
    if (explain->kind == SS_KIND_API && request->body_state == SS_BODY_UNREAD) {
        return false;
    }

    return request->body_state != SS_BODY_COMPLETE
           || ss_request_header(request, SS_STR("Content-Encoding")) != NULL
           || ss_document_names_secret(request->body);
}

bool
ss_explain_unknown_secrets(ss_explain_t *explain)
{
    if (!explain->secrets_asked) {
        explain->secrets_asked = true;
        explain->unknown_secrets = may_have_more(explain);
    }

    return explain->unknown_secrets;
}
