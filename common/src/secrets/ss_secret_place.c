/*
 * ss_secret_place.c: where a secret that something announced begins and ends.
 *
 * When in doubt too much is a secret: half of a password is one as well.
 */

#include "secrets/ss_secret_place.h"

static bool
is_quote(uint8_t c)
{
    return c == '"' || c == '\'' || c == '`';
}

/* --- where a value ends --------------------------------------------------- */

static bool
ends_at(const ss_value_t *v, size_t at, const char *characters)
{
    return at >= v->text.len || ss_is_blank(v->text.data[at])
           || memchr(characters, v->text.data[at], strlen(characters)) != NULL;
}

/* Whether a quote that belongs to what stands around the value ends it; one may
   be part of a password. */
static bool
ends_by_quote(const ss_value_t *v, size_t at, ss_unit_t unit)
{
    return is_quote(unit.c)
           && (unit.c == v->opened
               || ends_at(v, at + unit.len, ",;:)}]>\\\"'`"));
}

static bool
ends_bare_value(const ss_value_t *v, size_t at, ss_unit_t unit)
{
    if (v->whole_line) {
        return unit.c == '\n' || unit.c == '\r'
               || (v->opened != 0 && unit.c == v->opened);
    }
    if (ends_by_quote(v, at, unit)) {
        return true;
    }

    switch (unit.c) {
    case '&':
        return unit.depth <= v->depth && v->separator != ' ';
    case ' ':
    case '\t':
    case '\r':
    case '\n':
        return unit.depth == 0;
    case '<':
        return true;
    case ',':
    case ';':
    case ')':
    case '}':
    case ']':
        return v->separator == ':' && ends_at(v, at + unit.len, ",;)}]\"'");
    default:
        return false;
    }
}

static void
end_bare_value(ss_value_t *v)
{
    while (v->end < v->text.len) {
        ss_unit_t unit = ss_unit_at(v->text, v->end);

        if (ends_bare_value(v, v->end, unit)) {
            break;
        }
        v->end += unit.len;
    }

    /* of what stands around: `..."GET /?code=x", referrer: ...` */
    while (!v->whole_line && v->end > v->at + 1
           && memchr("\"'`,", v->text.data[v->end - 1], 4) != NULL) {
        v->end--;
    }
}

/* YAML and CSV have a quote twice within quotes. */
static bool
is_doubled(ss_str_t text, size_t at, ss_unit_t quote)
{
    size_t next = at + quote.len;

    return next < text.len
           && ss_starts(ss_skip(text, next), ss_str(text.data + at, quote.len));
}

static void
end_quoted_value(ss_value_t *v, ss_unit_t quote, bool escaped)
{
    v->end = v->at;
    while (v->end < v->text.len) {
        ss_unit_t unit = ss_unit_at(v->text, v->end);

        if (unit.c == quote.c && unit.depth <= quote.depth) {
            if (!is_doubled(v->text, v->end, unit)) {
                break;
            }
            unit.len *= 2;
        } else if (unit.c == '\\' && v->end + unit.len < v->text.len) {
            ss_unit_t next = ss_unit_at(v->text, v->end + unit.len);

            if (escaped && next.c == quote.c) {
                break;
            }
            unit.len += next.len;
        }
        v->end += unit.len;
    }
}

/* Of JSON, the whole list or object. */
static size_t
nested_end(ss_str_t text, size_t at)
{
    size_t depth = 0;

    for (; at < text.len; at++) {
        depth += text.data[at] == '[' || text.data[at] == '{';
        if ((text.data[at] == ']' || text.data[at] == '}') && --depth == 0) {
            return at + 1;
        }
    }

    return at;
}

/* Behind the "|" of YAML: the text begins on the next line. */
static bool
is_block(const ss_value_t *v, size_t at)
{
    return at < v->text.len
           && (v->text.data[at] == '\n' || v->text.data[at] == '\r');
}

/* Whether a blank between a name and its value may be passed over: not the end
   of a line, but before one that is indented, as in YAML. */
static bool
is_gap(const ss_value_t *v, size_t at, ss_unit_t unit)
{
    switch (unit.c) {
    case ' ':
    case '\t':
    case '=':
    case '>':
        return true;
    case '|':
        return v->separator == ':' && is_block(v, at + unit.len);
    case ':':
        return v->separator != ' ';
    case '\r':
    case '\n':
        return v->separator == ':' && at + unit.len < v->text.len
               && ss_is_blank(v->text.data[at + unit.len]);
    default:
        return false;
    }
}

bool
ss_secret_value_at(ss_value_t *v)
{
    bool escaped = false;

    for (; v->at < v->text.len;) {
        ss_unit_t unit = ss_unit_at(v->text, v->at);

        if (is_quote(unit.c) && !(unit.c == v->opened && v->separator == '=')) {
            v->at += unit.len;
            end_quoted_value(v, unit, escaped);
            return v->end > v->at;
        }
        escaped = unit.c == '\\';
        if (!escaped && !is_gap(v, v->at, unit)) {
            break;
        }
        v->at += unit.len;
    }
    if (v->at >= v->text.len) {
        return false;
    }

    if (v->separator == ':' && memchr("[{", v->text.data[v->at], 2) != NULL) {
        v->end = nested_end(v->text, v->at);
    } else {
        v->end = v->at;
    }
    end_bare_value(v);

    return v->end > v->at;
}

/* --- schemes -------------------------------------------------------------- */

/* A word that says something about the scheme and is no credential. */
static bool
is_word_of_prose(ss_str_t word)
{
    static const char *const words[] = {
        "token",       "tokens",
        "realm",       "error",
        "scheme",      "header",
        "headers",     "authorization",
        "scope",       "authentication",
        "auth",        "is",
        "or",          "and",
        "credentials", "charset",
        "value",       "in",
        "with",        "access",
        "stands",      "twice",
        "challenge",   "for",
        "from",        "grant",
        "was",         "***",
        "to",          "must",
        "Bearer",      "of",
        "the",         "not",
        "has",
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (ss_eq_nocase(word, ss_cstr(words[i]))) {
            return true;
        }
    }

    return false;
}

/* "Basic support": base64 of a name and password is not so even. */
static bool
is_plain_word(ss_str_t word)
{
    for (size_t i = 0; i < word.len; i++) {
        uint8_t c = word.data[i];

        if ((c < 'a' || c > 'z') && (i > 0 || c < 'A' || c > 'Z')) {
            return false;
        }
    }

    return word.len <= 16;
}

static bool
ends_credential(uint8_t c)
{
    return ss_is_blank(c) || memchr("\"'`&,;<>?#()[]{}\\:", c, 18) != NULL;
}

bool
ss_secret_credential_at(ss_str_t text, ss_str_t scheme, size_t at,
                        ss_str_t *secret)
{
    ss_str_t word, name;
    size_t start;

    while (at < text.len) {
        ss_unit_t unit = ss_unit_at(text, at);

        if (!ss_is_blank(unit.c) && !is_quote(unit.c) && unit.c != '+'
            && unit.c != '\\' && unit.c != ':' && unit.c != '=') {
            break;
        }
        at += unit.len;
    }

    start = at;
    while (at < text.len) {
        ss_unit_t unit = ss_unit_at(text, at);

        if (ends_credential(unit.c)) {
            break;
        }
        at += unit.len;
    }

    word = ss_str(text.data + start, at - start);
    name = ss_str(word.data, ss_index(word, '='));
    if (word.len == 0 || ss_secret_scheme(word) || is_word_of_prose(word)
        || (name.len < word.len && is_word_of_prose(name))
        || (ss_eq_nocase(scheme, SS_STR("Basic")) && is_plain_word(word))) {
        return false;
    }
    *secret = word;

    return true;
}

/* --- userinfo ------------------------------------------------------------- */

static bool
is_port(ss_str_t text, size_t start, size_t end)
{
    for (; start < end; start++) {
        if (text.data[start] < '0' || text.data[start] > '9') {
            return false;
        }
    }

    return true;
}

/* A slash, "?" or "#" in a password should be encoded, and often is not: what
   stands before it then has a colon, and no port behind that. */
bool
ss_secret_userinfo_at(ss_str_t text, size_t at, ss_str_t *secret)
{
    size_t start = at, colon = 0, found = 0;
    bool beyond = false;

    while (at < text.len && found == 0) {
        ss_unit_t unit = ss_unit_at(text, at);

        if (ss_is_blank(unit.c) || is_quote(unit.c)
            || memchr("<>\\", unit.c, 4) != NULL) {
            break;
        }
        if (unit.c == '@') {
            found = at;
        }
        if (unit.c == ':' && colon == 0) {
            colon = at + unit.len;
        }
        if (memchr("/?#&", unit.c, 4) != NULL && !beyond) {
            beyond = true;
            if (colon == 0 || is_port(text, colon, at)) {
                break;
            }
        }
        at += unit.len;
    }

    *secret = ss_str(text.data + start, found > start ? found - start : 0);

    return secret->len > 0;
}

bool
ss_secret_password_at(ss_str_t text, size_t at, ss_str_t *secret)
{
    size_t start = at;

    while (at < text.len) {
        ss_unit_t unit = ss_unit_at(text, at);

        if (unit.c == '@') {
            *secret = ss_str(text.data + start, at - start);
            at += unit.len;
            return secret->len > 0 && at < text.len
                   && ss_is_alnum(text.data[at]);
        }
        if (ss_is_blank(unit.c) || is_quote(unit.c)
            || memchr("/\\<>{}[]&?,", unit.c, 11) != NULL) {
            return false;
        }
        at += unit.len;
    }

    return false;
}

/* --- private keys --------------------------------------------------------- */

#define PEM_LABEL_MAX 64

bool
ss_secret_pem_at(ss_str_t text, size_t at, ss_str_t *secret)
{
    ss_str_t begin = SS_STR("-----BEGIN"), end = SS_STR("-----END");
    ss_str_t rest = ss_skip(text, at), label;
    size_t n = begin.len;

    if (!ss_starts(rest, begin)) {
        return false;
    }

    while (n < rest.len && n < PEM_LABEL_MAX && rest.data[n] != '-') {
        n++;
    }
    label = ss_str(rest.data, n);
    if (!ss_has_part(label, "PRIVATE")) {
        return false;
    }
    while (n < rest.len && rest.data[n] == '-') {
        n++;
    }

    rest = ss_skip(rest, n);
    for (n = 0; n < rest.len && !ss_starts(ss_skip(rest, n), end); n++) {
    }
    *secret = ss_str(rest.data, n);

    return n > 0;
}
