#include "ss_scan.h"

#include "ss_utf8.h"

/* What may stand where the text has been read to. */
enum { VALUE, VALUE_OR_END, NAME, NAME_OR_END, COMMA_OR_END, NOTHING };

enum { COLLISIONS_MAX = 8 };

void
ss_scan_init(ss_scan_t *scan, ss_str_t text)
{
    /* what is above depth and name_count is never read */
    scan->at = text.data;
    scan->end = text.len > 0 ? text.data + text.len : text.data;
    scan->error = SS_SCAN_GOOD;
    scan->expects = VALUE;
    scan->depth = 0;
    scan->name_count = 0;
    scan->collisions = 0;
    scan->in_object[0] = 0;
}

static ss_scan_kind_t
fail(ss_scan_t *scan, ss_scan_error_t error)
{
    scan->error = error;

    return SS_SCAN_FAILED;
}

static void
skip_blanks(ss_scan_t *scan)
{
    while (scan->at < scan->end && ss_is_blank(*scan->at)) {
        scan->at++;
    }
}

static void
value_done(ss_scan_t *scan)
{
    scan->expects = scan->depth > 0 ? COMMA_OR_END : NOTHING;
}

/* --- strings ------------------------------------------------------------ */

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

/* Reads a string from its opening quote on; *token is what stands between the
   quotes. */
static bool
scan_string(ss_scan_t *scan, ss_str_t *token)
{
    const uint8_t *start = scan->at + 1, *end = scan->end;
    const uint8_t *p = skip_plain(start, end);

    scan->escapes = false;

    while (p < end && *p != '"') {
        size_t n = character_length(p, end);

        scan->escapes |= *p == '\\';

        if (n == 0) {
            break;
        }
        p = skip_plain(p + n, end);
    }

    if (p == end || *p != '"') {
        scan->at = p;
        return false;
    }

    *token = ss_str(start, (size_t) (p - start));
    scan->at = p + 1;

    return true;
}

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

static size_t
encode(uint32_t code, uint8_t *out)
{
    static const uint8_t first[] = { 0, 0, 0xC0, 0xE0, 0xF0 };
    size_t n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;

    for (size_t i = n - 1; i > 0; i--) {
        out[i] = (uint8_t) (0x80 | (code & 0x3F));
        code >>= 6;
    }
    out[0] = (uint8_t) (first[n] | code);

    return n;
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
        len += encode(ss_scan_character(&token), out + len);
    }

    return ss_str(out, len);
}

/* --- names -------------------------------------------------------------- */

/* FNV-1a of the decoded name. */
static uint32_t
hash_name(ss_str_t name, bool escapes)
{
    uint32_t hash = 2166136261u;

    if (escapes) {
        while (name.len > 0) {
            uint8_t bytes[4];
            size_t n = encode(ss_scan_character(&name), bytes);

            for (size_t i = 0; i < n; i++) {
                hash = (hash ^ bytes[i]) * 16777619u;
            }
        }
        return hash;
    }

    for (size_t i = 0; i < name.len; i++) {
        hash = (hash ^ name.data[i]) * 16777619u;
    }

    return hash;
}

static bool
same_name(ss_str_t a, ss_str_t b)
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

static ss_scan_error_t
note_name(ss_scan_t *scan, ss_str_t name)
{
    uint32_t hash = hash_name(name, scan->escapes);

    if (scan->name_count == SS_SCAN_NAMES) {
        return SS_SCAN_TOO_MANY;
    }

    for (unsigned i = scan->first_name[scan->depth]; i < scan->name_count;
         i++) {
        if (scan->hashes[i] != hash) {
            continue;
        }
        if (same_name(scan->names[i], name)) {
            return SS_SCAN_DUPLICATE;
        }
        /* names made to have the same hash are there to keep us busy */
        if (++scan->collisions > COLLISIONS_MAX) {
            return SS_SCAN_TOO_MANY;
        }
    }

    scan->hashes[scan->name_count] = hash;
    scan->names[scan->name_count++] = name;

    return SS_SCAN_GOOD;
}

static ss_scan_kind_t
scan_name(ss_scan_t *scan, ss_str_t *token)
{
    ss_scan_error_t error;

    if (*scan->at != '"' || !scan_string(scan, token)) {
        return fail(scan, SS_SCAN_MALFORMED);
    }

    error = note_name(scan, *token);
    if (error != SS_SCAN_GOOD) {
        scan->at = token->data - 1;
        return fail(scan, error);
    }

    skip_blanks(scan);
    if (scan->at == scan->end || *scan->at != ':') {
        return fail(scan, SS_SCAN_MALFORMED);
    }

    scan->at++;
    scan->expects = VALUE;

    return SS_SCAN_NAME;
}

/* --- values ------------------------------------------------------------- */

static size_t
count_digits(const uint8_t *p, const uint8_t *end)
{
    const uint8_t *start = p;

    while (p < end && (unsigned) (*p - '0') < 10u) {
        p++;
    }

    return (size_t) (p - start);
}

static ss_scan_kind_t
scan_number(ss_scan_t *scan, ss_str_t *token)
{
    const uint8_t *p = scan->at + (*scan->at == '-'), *end = scan->end;
    ss_scan_kind_t kind = SS_SCAN_INTEGER;
    size_t n = count_digits(p, end);

    /* no leading zero */
    if (n > 1 && *p == '0') {
        n = 1;
    }
    p += n;

    if (n > 0 && p < end && *p == '.') {
        kind = SS_SCAN_REAL;
        n = count_digits(++p, end);
        p += n;
    }

    if (n > 0 && p < end && (*p | 0x20) == 'e') {
        kind = SS_SCAN_REAL;
        p++;
        p += p < end && (*p == '+' || *p == '-');
        n = count_digits(p, end);
        p += n;
    }

    *token = ss_str(scan->at, (size_t) (p - scan->at));
    scan->at = p;

    return n > 0 ? kind : fail(scan, SS_SCAN_MALFORMED);
}

static ss_scan_kind_t
scan_word(ss_scan_t *scan, ss_str_t *token, ss_str_t word, ss_scan_kind_t kind)
{
    ss_str_t rest = ss_str(scan->at, (size_t) (scan->end - scan->at));

    if (!ss_starts(rest, word)) {
        return fail(scan, SS_SCAN_MALFORMED);
    }

    *token = ss_str(scan->at, word.len);
    scan->at += word.len;

    return kind;
}

static ss_scan_kind_t
scan_open(ss_scan_t *scan, ss_str_t *token)
{
    bool object = *scan->at == '{';

    if (scan->depth == SS_SCAN_DEPTH) {
        return fail(scan, SS_SCAN_TOO_DEEP);
    }

    *token = ss_str(scan->at++, 1);
    scan->depth++;
    scan->in_object[scan->depth] = object;
    scan->first_name[scan->depth] = (uint16_t) scan->name_count;
    scan->expects = object ? NAME_OR_END : VALUE_OR_END;

    return object ? SS_SCAN_OBJECT : SS_SCAN_ARRAY;
}

static ss_scan_kind_t
scan_close(ss_scan_t *scan, ss_str_t *token)
{
    bool object = scan->in_object[scan->depth];

    if (*scan->at != (object ? '}' : ']')) {
        return fail(scan, SS_SCAN_MALFORMED);
    }

    *token = ss_str(scan->at++, 1);
    scan->name_count = scan->first_name[scan->depth];
    scan->depth--;
    value_done(scan);

    return object ? SS_SCAN_OBJECT_END : SS_SCAN_ARRAY_END;
}

static ss_scan_kind_t
scan_value(ss_scan_t *scan, ss_str_t *token)
{
    ss_scan_kind_t kind;

    switch (*scan->at) {
    case '{':
    case '[':
        return scan_open(scan, token);
    case '"':
        kind = scan_string(scan, token) ? SS_SCAN_STRING
                                        : fail(scan, SS_SCAN_MALFORMED);
        break;
    case 't':
        kind = scan_word(scan, token, SS_STR("true"), SS_SCAN_TRUE);
        break;
    case 'f':
        kind = scan_word(scan, token, SS_STR("false"), SS_SCAN_FALSE);
        break;
    case 'n':
        kind = scan_word(scan, token, SS_STR("null"), SS_SCAN_NULL);
        break;
    default:
        kind = scan_number(scan, token);
    }

    value_done(scan);

    return kind;
}

ss_scan_kind_t
ss_scan_next(ss_scan_t *scan, ss_str_t *token)
{
    *token = SS_STR("");

    if (scan->error != SS_SCAN_GOOD) {
        return SS_SCAN_FAILED;
    }

    skip_blanks(scan);
    if (scan->at == scan->end) {
        return scan->expects == NOTHING ? SS_SCAN_END
                                        : fail(scan, SS_SCAN_MALFORMED);
    }

    if (scan->expects == COMMA_OR_END) {
        if (*scan->at != ',') {
            return scan_close(scan, token);
        }
        scan->at++;
        scan->expects = scan->in_object[scan->depth] ? NAME : VALUE;
        skip_blanks(scan);
        if (scan->at == scan->end) {
            return fail(scan, SS_SCAN_MALFORMED);
        }
    }

    switch (scan->expects) {
    case NAME_OR_END:
        if (*scan->at == '}') {
            return scan_close(scan, token);
        }
        return scan_name(scan, token);
    case NAME:
        return scan_name(scan, token);
    case VALUE_OR_END:
        if (*scan->at == ']') {
            return scan_close(scan, token);
        }
        return scan_value(scan, token);
    case VALUE:
        return scan_value(scan, token);
    default:
        return fail(scan, SS_SCAN_MALFORMED);
    }
}

ss_scan_kind_t
ss_scan_skip(ss_scan_t *scan, ss_scan_kind_t kind)
{
    unsigned depth = scan->depth;
    ss_str_t token;

    if (kind != SS_SCAN_OBJECT && kind != SS_SCAN_ARRAY) {
        return kind;
    }

    while (scan->depth >= depth) {
        if (ss_scan_next(scan, &token) == SS_SCAN_FAILED) {
            return SS_SCAN_FAILED;
        }
    }

    return kind;
}
