#include "json/ss_scan.h"

#include "json/ss_scan_text.h"

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

/* --- names -------------------------------------------------------------- */

/* Reads a string from its opening quote on; *token is what stands between the
   quotes. */
static bool
scan_string(ss_scan_t *scan, ss_str_t *token)
{
    const uint8_t *start = scan->at + 1;
    const uint8_t *p = ss_scan_text_end(start, scan->end, &scan->escapes);

    scan->at = p;
    if (p == scan->end || *p != '"') {
        return false;
    }

    *token = ss_str(start, (size_t) (p - start));
    scan->at++;

    return true;
}

static ss_scan_error_t
note_name(ss_scan_t *scan, ss_str_t name)
{
    uint32_t hash = ss_scan_hash(name, scan->escapes);

    if (scan->name_count == SS_SCAN_NAMES) {
        return SS_SCAN_TOO_MANY;
    }

    for (unsigned i = scan->first_name[scan->depth]; i < scan->name_count;
         i++) {
        if (scan->hashes[i] != hash) {
            continue;
        }
        if (ss_scan_same(scan->names[i], name)) {
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
