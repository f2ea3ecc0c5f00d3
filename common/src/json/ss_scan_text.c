#include "json/ss_scan_text.h"

#include "text/ss_utf8.h"

/* --- what may stand in a string ----------------------------------------- */

/* Four hex digits, or -1. */
static int32_t
hex4(const uint8_t *p, const uint8_t *end)
{
    int32_t code = 0;

    if (end - p < 4) {
        return -1;
    }

    for (int i = 0; i < 4; i++) {
        int digit = ss_hex(p[i]);

        if (digit < 0) {
            return -1;
        }
        code = code << 4 | digit;
    }

    return code;
}

static bool
is_surrogate(int32_t code, int32_t first)
{
    return code >= first && code < first + 0x400;
}

/* The length of the escape that p begins with; 0: none. */
static size_t
escape_length(const uint8_t *p, const uint8_t *end)
{
    int32_t code;

    if (end - p < 2) {
        return 0;
    }

    if (p[1] != 'u') {
        return p[1] != '\0' && strchr("\"\\/bfnrt", p[1]) != NULL ? 2 : 0;
    }

    code = hex4(p + 2, end);
    if (code < 0 || is_surrogate(code, 0xDC00)) {
        return 0;
    }

    if (!is_surrogate(code, 0xD800)) {
        return 6;
    }

    return end - p >= 12 && p[6] == '\\' && p[7] == 'u'
                   && is_surrogate(hex4(p + 8, end), 0xDC00)
               ? 12
               : 0;
}

/* Tells whether eight bytes all stand for themselves in a string: none is a
   control, a quote, a backslash, or above ASCII. */
static bool
are_plain(const uint8_t *p)
{
    const uint64_t ones = 0x0101010101010101u, high = ones << 7;
    uint64_t bytes, quotes, backslashes;

    memcpy(&bytes, p, sizeof(bytes));
    quotes = bytes ^ (ones * '"');
    backslashes = bytes ^ (ones * '\\');

    return ((bytes | (bytes - ones * ' ') | ((quotes - ones) & ~quotes)
             | ((backslashes - ones) & ~backslashes))
            & high)
           == 0;
}

static const uint8_t *
skip_plain(const uint8_t *p, const uint8_t *end)
{
    while (end - p >= 8 && are_plain(p)) {
        p += 8;
    }

    while (p < end && *p >= ' ' && *p < 0x80 && *p != '"' && *p != '\\') {
        p++;
    }

    return p;
}

/* The length of the escape or character that p begins with; 0: neither may
   stand there. */
static size_t
character_length(const uint8_t *p, const uint8_t *end)
{
    if (*p == '\\') {
        return escape_length(p, end);
    }

    return *p >= 0x80 ? ss_utf8_length(ss_str(p, (size_t) (end - p))) : 0;
}

const uint8_t *
ss_scan_text_end(const uint8_t *p, const uint8_t *end, bool *escapes)
{
    *escapes = false;
    p = skip_plain(p, end);

    while (p < end && *p != '"') {
        size_t n = character_length(p, end);

        if (n == 0) {
            break;
        }
        *escapes |= *p == '\\';
        p = skip_plain(p + n, end);
    }

    return p;
}

/* --- what it says ------------------------------------------------------- */

uint32_t
ss_scan_character(ss_str_t *rest)
{
    static const char letters[] = "bfnrt", codes[] = "\b\f\n\r\t";
    const uint8_t *p = rest->data;
    const uint8_t *end = p + rest->len;
    const char *letter;
    uint32_t code;
    size_t n;

    if (*p < 0x80 && *p != '\\') {
        *rest = ss_skip(*rest, 1);
        return *p;
    }

    if (*p != '\\') {
        code = ss_utf8_code(*rest);
        *rest = ss_skip(*rest, ss_utf8_length(*rest));
        return code;
    }

    n = escape_length(p, end);
    *rest = ss_skip(*rest, n);

    if (n == 2) {
        letter = strchr(letters, p[1]);
        return letter != NULL ? (uint8_t) codes[letter - letters] : p[1];
    }

    code = (uint32_t) hex4(p + 2, end);

    return n == 6 ? code
                  : 0x10000 + ((code - 0xD800) << 10)
                        + ((uint32_t) hex4(p + 8, end) - 0xDC00);
}

static bool
has_escapes(ss_str_t token)
{
    return ss_index(token, '\\') < token.len;
}

bool
ss_scan_is(ss_str_t token, ss_str_t text)
{
    if (ss_eq(token, text)) {
        return true;
    }

    /* escapes make it longer */
    if (token.len <= text.len || !has_escapes(token)) {
        return false;
    }

    while (token.len > 0 && text.len > 0) {
        uint32_t code = ss_utf8_code(text);

        text = ss_skip(text, ss_utf8_length(text));
        if (ss_scan_character(&token) != code) {
            return false;
        }
    }

    return token.len == text.len;
}

ss_str_t
ss_scan_decode(ss_str_t token, const ss_mem_t *mem)
{
    size_t len = 0;
    uint8_t *out;

    if (!has_escapes(token)) {
        return token;
    }

    /* no escape is shorter than what it stands for */
    out = ss_alloc(mem, token.len, 1);
    if (out == NULL) {
        return ss_str(NULL, 0);
    }

    while (token.len > 0) {
        len += ss_utf8_put(ss_scan_character(&token), out + len);
    }

    return ss_str(out, len);
}

uint32_t
ss_scan_hash(ss_str_t token, bool escapes)
{
    uint32_t hash = 2166136261u; /* FNV-1a */

    if (escapes) {
        while (token.len > 0) {
            uint8_t bytes[4];
            size_t n = ss_utf8_put(ss_scan_character(&token), bytes);

            for (size_t i = 0; i < n; i++) {
                hash = (hash ^ bytes[i]) * 16777619u;
            }
        }
        return hash;
    }

    for (size_t i = 0; i < token.len; i++) {
        hash = (hash ^ token.data[i]) * 16777619u;
    }

    return hash;
}

bool
ss_scan_same(ss_str_t a, ss_str_t b)
{
    if (!has_escapes(a) && !has_escapes(b)) {
        return ss_eq(a, b);
    }

    while (a.len > 0 && b.len > 0) {
        if (ss_scan_character(&a) != ss_scan_character(&b)) {
            return false;
        }
    }

    return a.len == b.len;
}
