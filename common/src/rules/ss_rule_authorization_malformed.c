/*
 * Tokens pasted wrongly: without the scheme, with it twice, in quotes, with a
 * line end, as the whole JSON answer of the token endpoint, or as the word that
 * an unset variable leaves.
 */

#include "../ss_rule.h"

#include "../ss_basic.h"
#include "../ss_json.h"

/* Another way to authorise is not a misspelt bearer token. */
static const char *const schemes[] = {
    "Basic",  "Digest", "Negotiate",        "NTLM",          "HOBA",
    "Mutual", "DPoP",   "AWS4-HMAC-SHA256", "SCRAM-SHA-256",
};

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

static bool
is_other_scheme(ss_str_t value)
{
    ss_str_t scheme = ss_auth_scheme(value);

    for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
        if (ss_eq_nocase(scheme, ss_cstr(schemes[i]))) {
            return true;
        }
    }

    return false;
}

/* What a b64token is made of (RFC 6750, 2.1), but for "=" at its end. A table:
   every API call has a token, and all of it is looked at. */
static const bool token_byte[256] = {
    ['0'] = 1, ['1'] = 1, ['2'] = 1, ['3'] = 1, ['4'] = 1, ['5'] = 1, ['6'] = 1,
    ['7'] = 1, ['8'] = 1, ['9'] = 1, ['A'] = 1, ['B'] = 1, ['C'] = 1, ['D'] = 1,
    ['E'] = 1, ['F'] = 1, ['G'] = 1, ['H'] = 1, ['I'] = 1, ['J'] = 1, ['K'] = 1,
    ['L'] = 1, ['M'] = 1, ['N'] = 1, ['O'] = 1, ['P'] = 1, ['Q'] = 1, ['R'] = 1,
    ['S'] = 1, ['T'] = 1, ['U'] = 1, ['V'] = 1, ['W'] = 1, ['X'] = 1, ['Y'] = 1,
    ['Z'] = 1, ['a'] = 1, ['b'] = 1, ['c'] = 1, ['d'] = 1, ['e'] = 1, ['f'] = 1,
    ['g'] = 1, ['h'] = 1, ['i'] = 1, ['j'] = 1, ['k'] = 1, ['l'] = 1, ['m'] = 1,
    ['n'] = 1, ['o'] = 1, ['p'] = 1, ['q'] = 1, ['r'] = 1, ['s'] = 1, ['t'] = 1,
    ['u'] = 1, ['v'] = 1, ['w'] = 1, ['x'] = 1, ['y'] = 1, ['z'] = 1, ['-'] = 1,
    ['.'] = 1, ['_'] = 1, ['~'] = 1, ['+'] = 1, ['/'] = 1,
};

static bool
is_token(ss_str_t text)
{
    while (text.len > 0 && text.data[text.len - 1] == '=') {
        text.len--;
    }

    for (size_t i = 0; i < text.len; i++) {
        if (!token_byte[text.data[i]]) {
            return false;
        }
    }

    return text.len > 0;
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

/* The token that a value was meant to carry; whether it is one is for the
   caller to see. */
static ss_str_t
recover(ss_check_t *check, ss_str_t value)
{
    while (unwrap_once(&value)) {
        continue;
    }

    if (value.len > 0 && value.data[0] == '{' && !ss_is_placeholder(value)
        && ss_json_string(value, "access_token", check->mem, &value) != SS_OK) {
        check->failed = true;
    }

    return value;
}

static ss_str_t
message(ss_str_t value, ss_str_t token)
{
    if (token.len == 0) {
        return SS_STR("there is no token in it");
    }

    if (ss_is_placeholder(token)) {
        return SS_STR("a placeholder stands where the token belongs");
    }

    if (!is_token(token)) {
        return SS_STR("the token has characters that no token has");
    }

    if (ss_index(value, '{') < value.len) {
        return SS_STR("the whole token answer was pasted, not its "
                      "access_token");
    }

    return SS_STR("it is not \"Bearer\", one blank, and the token");
}

static bool
is_good(ss_str_t token)
{
    return is_token(token) && !ss_is_placeholder(token);
}

static bool
is_well_formed(const ss_field_t *field)
{
    ss_str_t prefix = SS_STR("Bearer ");

    return field->count == 1 && ss_starts_nocase(field->value, prefix)
           && is_good(ss_skip(field->value, prefix.len));
}

static void
check_authorization(ss_check_t *check)
{
    const ss_field_t *field = &check->header[SS_H_AUTHORIZATION];
    ss_str_t place, token;
    bool good;

    if (is_well_formed(field) || field->count == 0
        || is_other_scheme(field->value)) {
        return;
    }

    place = SS_STR("header Authorization");

    if (field->count > 1) {
        ss_found(check, (ss_problem_t){
                            .place = place,
                            .message = SS_STR("the header is there twice"),
                            .no_repair = true,
                        });
        return;
    }

    token = without_glued_scheme(recover(check, field->value));
    good = is_good(token);

    if (ss_found(check, (ss_problem_t){
                            .place = place,
                            .message = message(field->value, token),
                            .no_repair = !good,
                        })) {
        ss_set_header(check, SS_H_AUTHORIZATION,
                      SS_TEXT(check, SS_STR("Bearer "), token));
    }
}

const ss_rule_t ss_rule_authorization_malformed = {
    .info = {
        .id = "authorization-malformed",
        .summary = "an Authorization header that is not \"Bearer <token>\"",
        .fix = "send \"Authorization: Bearer \" and the value of access_token "
               "alone, without quotes, braces or line ends",
        .severity = SS_ERROR,
        .action = SS_ACTION_REPAIR,
        .repair = SS_REPAIR_LOSSLESS,
        .kinds = SS_BIT(API) | SS_BIT(FILE) | SS_BIT(ACTION),
    },
    .status = 401,
    .check = check_authorization,
};
