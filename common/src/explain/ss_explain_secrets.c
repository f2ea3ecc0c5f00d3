/*
 * ss_explain_secrets.c: the secrets of a request, which an answer to it may
 * have in it. They are gathered once for all texts of an answer, within bounds:
 * where there are more, or more to take apart, every text counts as having one.
 */

#include "http/ss_basic.h"
#include "secrets/ss_betray.h"
#include "explain/ss_cause.h"
#include "text/ss_hidden.h"
#include "secrets/ss_mask.h"
#include "secrets/ss_secret.h"

/* So many bytes of secrets are compared with each text, */
#define BYTES_MAX 16384

/* and so many of forms taken apart, those within others each time. */
#define WORK_MAX 65536

static void add_form(ss_explain_t *explain, ss_str_t form, unsigned depth);

static bool
is_known(const ss_secrets_t *secrets, ss_str_t secret)
{
    for (size_t i = 0; i < secrets->count; i++) {
        if (ss_eq(secrets->items[i], secret)) {
            return true;
        }
    }

    return false;
}

static void
add(ss_explain_t *explain, ss_str_t secret)
{
    ss_secrets_t *secrets = &explain->secrets;

    /* what stands around it by mistake need not come back with it */
    secret = ss_hidden_trim(secret);
    if (secret.len == 0 || secrets->too_many || is_known(secrets, secret)) {
        return;
    }

    if (secrets->count == SS_SECRETS_MAX
        || secret.len > BYTES_MAX - secrets->bytes) {
        secrets->too_many = true;
        return;
    }
    secrets->items[secrets->count++] = secret;
    secrets->bytes += secret.len;
}

/* Whether so many bytes may be looked at. */
static bool
spend(ss_explain_t *explain, size_t bytes)
{
    ss_secrets_t *secrets = &explain->secrets;

    if (bytes > WORK_MAX - secrets->work) {
        secrets->too_many = true;
    } else {
        secrets->work += bytes;
    }

    return !secrets->too_many;
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

/* The secret is the value, decoded and as it was written; the name of a pair is
   public, and ends many a word: invalid_client. */
static void
add_pair(ss_explain_t *explain, ss_str_t name, ss_str_t value, ss_str_t raw,
         unsigned depth)
{
    size_t equals = ss_index(raw, '=');
    bool has_value = raw.len == 0 || equals < raw.len;

    if (ss_is_secret_piece(name, value, has_value, raw)) {
        add(explain, has_value ? value : name);
        add(explain, ss_skip(raw, equals < raw.len ? equals + 1 : 0));
    }
    add_form(explain, ss_skip(value, form_in(value)), depth + 1);
}

static void
add_piece(ss_explain_t *explain, ss_str_t raw, unsigned depth)
{
    const ss_mem_t *mem = explain->mem;
    size_t equals = ss_index(raw, '=');
    ss_str_t name = ss_form_decode(ss_str(raw.data, equals), mem);
    ss_str_t value =
        ss_form_decode(ss_skip(raw, equals + (equals < raw.len)), mem);

    if (name.data == NULL || value.data == NULL) {
        explain->failed = true;
        return;
    }
    add_pair(explain, name, value, raw, depth);
}

static void
add_form(ss_explain_t *explain, ss_str_t form, unsigned depth)
{
    bool more = form.len > 0;
    ss_str_t raw;

    if (depth > FORMS_MAX || !spend(explain, form.len)) {
        return;
    }

    while (!explain->failed && ss_split(&form, &more, '&', &raw)) {
        if (raw.len > 0) {
            add_piece(explain, raw, depth);
        }
    }
}

static void
add_params(ss_explain_t *explain)
{
    const ss_params_t *params = &explain->params;

    for (size_t i = 0; i < params->count; i++) {
        const ss_param_t *param = &params->items[i];

        if (!param->in_query && spend(explain, param->value.len)) {
            add_pair(explain, param->name, param->value, param->raw, 0);
        }
    }
}

/* --- headers ------------------------------------------------------------ */

static void
add_basic(ss_explain_t *explain, ss_str_t value)
{
    ss_basic_t basic;

    switch (ss_basic_parse(value, explain->mem, &basic)) {
    case SS_BASIC_OK:
        add(explain, basic.password);
        break;
    case SS_BASIC_NOMEM:
        explain->failed = true;
        break;
    case SS_BASIC_NOT:
        break;
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

static void
add_words(ss_explain_t *explain, ss_str_t value)
{
    while (value.len > 0) {
        size_t n = 0;

        while (n < value.len && !is_between(value.data[n])) {
            n++;
        }
        add(explain, secret_of(ss_str(value.data, n),
                               n < value.len && value.data[n] == '"'));
        value = ss_skip(value, n < value.len ? n + 1 : n);
    }
}

/* What is a secret by its value, as it was written and decoded. */
static void
add_found(ss_explain_t *explain, ss_str_t text)
{
    ss_secret_scan_t scan = { .text = text };
    ss_str_t secret;

    while (!explain->failed && ss_secret_next(&scan, &secret)) {
        ss_str_t decoded = ss_form_decode(secret, explain->mem);

        explain->failed |= decoded.data == NULL;
        add(explain, secret);
        add(explain, decoded);
    }
}

/* "https://me:secret@host": without a colon the name may be a token. */
static void
add_userinfo(ss_explain_t *explain, ss_str_t value)
{
    ss_str_t user = ss_form_decode(ss_userinfo(value), explain->mem);
    size_t colon = ss_index(user, ':');

    if (user.data == NULL) {
        explain->failed = true;
        return;
    }
    add(explain, ss_skip(user, colon < user.len ? colon + 1 : 0));
}

static void
add_header(ss_explain_t *explain, const ss_header_t *header)
{
    ss_str_t value = header->value;

    if (!spend(explain, value.len)) {
        return;
    }

    if (ss_secret_name(header->name)) {
        add_words(explain, value);
        add_basic(explain, value);
    } else {
        add_form(explain, ss_skip(value, form_in(value)), 1);
        add_found(explain, value);
        add_userinfo(explain, value);
    }
}

/* --- the request -------------------------------------------------------- */

static void
gather(ss_explain_t *explain)
{
    const ss_request_t *request = explain->request;
    ss_str_t path = request->path;

    for (size_t i = 0; i < request->header_count; i++) {
        add_header(explain, &request->headers[i]);
    }

    /* "/oauth/token&code=..." is a query that lost its "?" */
    add_form(explain, request->query, 0);
    add_form(explain, ss_skip(path, form_in(path)), 0);
    if (spend(explain, path.len)) {
        add_found(explain, path);
    }
    add_params(explain);
}

bool
ss_explain_betrays(ss_explain_t *explain, ss_str_t text)
{
    ss_secrets_t *secrets = &explain->secrets;
    ss_sayings_t sayings;

    if (!secrets->gathered) {
        secrets->gathered = true;
        gather(explain);
    }

    if (secrets->too_many || explain->failed) {
        return true;
    }

    if (ss_sayings_read(&sayings, text, explain->mem) != SS_OK) {
        explain->failed = true;
        return true;
    }

    for (size_t i = 0; i < secrets->count; i++) {
        if (ss_sayings_betray(&sayings, secrets->items[i])) {
            return true;
        }
    }

    return false;
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
