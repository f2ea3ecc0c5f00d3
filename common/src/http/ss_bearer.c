#include "http/ss_bearer.h"

#include "json/ss_json.h"
#include "check/ss_rule.h"

/* What pasting leaves around a token. */
static const char *const wrapping[] = {
    "\"",
    "'",
    "\xE2\x80\x9C",
    "\xE2\x80\x9D",
    "\xE2\x80\x98",
    "\xE2\x80\x99",
    "\\n",
    "\\r",
    " ",
    "\t",
    "\xC2\xA0",
    "\xEF\xBB\xBF",
    "\xE2\x80\x8B",
};

static const char *const labels[] = { "Authorization:", "Bearer:", "Bearer=" };

/* What a b64token is made of (RFC 6750, 2.1), but for "=" at its end. A table:
   every API call has a token, and all of it is looked at. */
static const bool token_byte[256] = {
    SS_ALNUM_ENTRIES, ['-'] = 1, ['.'] = 1, ['_'] = 1,
    ['~'] = 1,        ['+'] = 1, ['/'] = 1,
};

bool
ss_bearer_named(ss_str_t name)
{
    return ss_eq(name, SS_STR("access_token"))
           || ss_eq(name, SS_STR("bearer_token"));
}

/* By four, and without a branch for each: nearly all tokens are good ones. */
static bool
is_token_bytes(const uint8_t *p, size_t len)
{
    bool good = true;

    for (; len >= 4; p += 4, len -= 4) {
        good &= token_byte[p[0]] & token_byte[p[1]] & token_byte[p[2]]
                & token_byte[p[3]];
    }

    for (; len > 0; p++, len--) {
        good &= token_byte[*p];
    }

    return good;
}

bool
ss_is_token(ss_str_t text)
{
    if (ss_is_placeholder(text)) {
        return false;
    }

    while (text.len > 0 && text.data[text.len - 1] == '=') {
        text.len--;
    }

    return text.len > 0 && is_token_bytes(text.data, text.len);
}

/* Takes one thing off that does not belong to the token. */
static bool
unwrap_once(ss_str_t *text)
{
    ss_str_t s = *text, bearer = SS_STR("Bearer");

    for (size_t i = 0; i < sizeof(wrapping) / sizeof(wrapping[0]); i++) {
        ss_str_t w = ss_cstr(wrapping[i]);

        if (ss_starts(s, w)) {
            s = ss_skip(s, w.len);
        }
        if (ss_ends(s, w)) {
            s.len -= w.len;
        }
    }

    for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
        if (ss_starts_nocase(s, ss_cstr(labels[i]))) {
            s = ss_skip(s, strlen(labels[i]));
        }
    }

    if (ss_starts_nocase(s, bearer)
        && (s.len == bearer.len || ss_is_blank(s.data[bearer.len]))) {
        s = ss_skip(s, bearer.len);
    }

    if (s.len == text->len) {
        return false;
    }
    *text = s;

    return true;
}

/* "Bearerabc": the blank got lost. */
static ss_str_t
without_glued_scheme(ss_str_t token)
{
    ss_str_t bearer = SS_STR("Bearer");

    return token.len > bearer.len && ss_starts(token, bearer)
               ? ss_skip(token, bearer.len)
               : token;
}

bool
ss_bearer_parse(ss_str_t value, ss_str_t *token)
{
    ss_str_t prefix = SS_STR("Bearer ");

    if (!ss_starts_nocase(value, prefix)) {
        return false;
    }
    *token = ss_skip(value, prefix.len);

    return ss_is_token(*token);
}

int
ss_bearer_recover(ss_str_t value, const ss_mem_t *mem, ss_str_t *token)
{
    while (unwrap_once(&value)) {
        continue;
    }

    if (value.len > 0 && value.data[0] == '{' && !ss_is_placeholder(value)
        && ss_json_string(value, "access_token", mem, &value) != SS_OK) {
        return SS_ERR_NOMEM;
    }

    *token = without_glued_scheme(value);

    return SS_OK;
}
