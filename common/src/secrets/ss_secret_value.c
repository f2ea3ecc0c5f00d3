/*
 * ss_secret_value.c: values that are secrets whatever their name.
 *
 * Generators of tokens mix capital and small letters and digits all over a
 * word. What people and programs name does not: paths, versions, user agents,
 * file names and UUIDs fall apart into words, numbers and short codes at the
 * characters between them. A word is public when all its pieces are such.
 */

#include "secrets/ss_secret.h"

/* Shorter ones cannot be distinguished from names. */
#define WORD_MIN 24
#define CODE_MAX 6
#define JWT_MIN 10

/* --- bytes as they are meant ---------------------------------------------- */

/* "%3D", and "%253D", which was encoded once more. */
static ss_unit_t
escape_at(ss_str_t text, size_t at)
{
    ss_unit_t unit = { 1, '%', 0 };
    size_t digits = at + 1;
    int c = ss_hex_pair(text, digits);

    if (c < 0) {
        return unit;
    }

    unit.depth = 1;
    while (c == '%' && ss_hex_pair(text, digits + 2) >= 0) {
        digits += 2;
        unit.depth++;
        c = ss_hex_pair(text, digits);
    }
    unit.c = (uint8_t) c;
    unit.len = digits + 2 - at;

    return unit;
}

/* "\u003d"; of other characters the backslash alone. */
static ss_unit_t
json_escape_at(ss_str_t text, size_t at)
{
    ss_unit_t unit = { 1, '\\', 0 };
    int c = ss_hex_pair(text, at + 4);

    if (c >= 0 && c < 0x80
        && ss_starts_nocase(ss_skip(text, at), SS_STR("\\u00"))) {
        unit = (ss_unit_t){ 6, (uint8_t) c, 1 };
    }

    return unit;
}

static ss_unit_t
entity_at(ss_str_t text, size_t at)
{
    static const struct {
        char text[8];
        uint8_t c;
    } entities[] = {
        { "&amp;", '&' },  { "&quot;", '"' },  { "&#34;", '"' },
        { "&#38;", '&' },  { "&#39;", '\'' },  { "&#61;", '=' },
        { "&#x3d;", '=' }, { "&apos;", '\'' },
    };
    ss_str_t rest = ss_skip(text, at);

    /* nearly always it stands between parameters */
    if (rest.len < 5
        || ss_index(ss_str(rest.data, rest.len < 7 ? rest.len : 7), ';') == 7) {
        return (ss_unit_t){ 1, '&', 0 };
    }

    for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
        ss_str_t entity = ss_cstr(entities[i].text);

        if (ss_starts_nocase(rest, entity)) {
            return (ss_unit_t){ entity.len, entities[i].c, 0 };
        }
    }

    return (ss_unit_t){ 1, '&', 0 };
}

ss_unit_t
ss_unit_coded(ss_str_t text, size_t at)
{
    switch (text.data[at]) {
    case '%':
        return escape_at(text, at);
    case '\\':
        return json_escape_at(text, at);
    default:
        return entity_at(text, at);
    }
}

/* --- pieces of a word ----------------------------------------------------- */

enum { LOWER = 1, UPPER = 2, DIGIT = 4, MIXED = 7 };

static unsigned
class_of(uint8_t c)
{
    return c >= 'a' && c <= 'z'   ? LOWER
           : c >= 'A' && c <= 'Z' ? UPPER
           : c >= '0' && c <= '9' ? DIGIT
                                  : 0;
}

/* What is known of letters and digits in a row. */
typedef struct {
    size_t len;
    unsigned classes;
    size_t changes; /* from letters to digits or back */
    size_t humps;   /* capital letters that begin a word */
    bool hex;       /* all of it, and letters of one case */
    unsigned last;
} piece_t;

static void
add_to_piece(piece_t *piece, uint8_t c)
{
    unsigned class = class_of(c);
    bool changed = piece->len > 0 && (class == DIGIT) != (piece->last == DIGIT);

    piece->hex = (piece->len == 0 || piece->hex) && ss_hex(c) >= 0;
    piece->changes += changed;
    piece->humps += class == UPPER && piece->last != UPPER;
    piece->classes |= class;
    piece->last = class;
    piece->len++;
}

static bool
is_one_case(const piece_t *piece)
{
    return (piece->classes & (LOWER | UPPER)) != (LOWER | UPPER);
}

/* Whether it is a word, "CamelCase", a number, a short code ("v1", "rv109"), or
   hexadecimal digits as in UUIDs and digests. */
static bool
is_named(const piece_t *piece, bool hex_too)
{
    if (piece->changes > 0) {
        return (piece->changes == 1 && piece->len <= CODE_MAX)
               || (piece->len <= 4 && is_one_case(piece))
               || (hex_too && piece->hex && is_one_case(piece));
    }

    /* by chance every other letter is a capital one */
    return piece->classes == DIGIT || is_one_case(piece)
           || piece->len >= 3 * piece->humps;
}

/* --- words ---------------------------------------------------------------- */

/* A stretch of pieces none of which was named by anyone. */
typedef struct {
    size_t start;
    size_t end;
    unsigned classes;
    bool strange; /* there is such a piece in it */
    bool coded;   /* or one that may be by chance */
} stretch_t;

static bool
is_secret_stretch(const stretch_t *stretch)
{
    return stretch->strange && stretch->end >= stretch->start + WORD_MIN
           && stretch->classes == MIXED;
}

static void
end_piece(stretch_t *segment, piece_t *piece, bool whole)
{
    segment->classes |= piece->classes;
    segment->strange |= piece->len > 0 && !is_named(piece, whole);
    segment->coded |= piece->changes > 0 && piece->len <= CODE_MAX;
    *piece = (piece_t){ 0 };
}

static void
add_segment(stretch_t *stretch, const stretch_t *segment)
{
    stretch->end = segment->end;
    stretch->classes |= segment->classes;
    stretch->strange |= segment->strange;
}

/* Between slashes: segments of a path, or parts of base64, of which a short
   one looks named by chance. Returns true when a secret ends before it. */
static bool
end_segment(stretch_t *stretch, stretch_t *segment)
{
    bool named = !segment->strange && !segment->coded
                 && segment->end - segment->start > 3;
    bool secret = named && is_secret_stretch(stretch);

    if (secret) {
        return true;
    }

    if (named) {
        *stretch = (stretch_t){ .start = segment->end + 1 };
    } else {
        add_segment(stretch, segment);
    }

    return false;
}

/* 8-4-4-4-12 hexadecimal digits (RFC 9562), in any case. */
static size_t
uuid_at(ss_str_t word, size_t at)
{
    static const size_t hyphens[] = { 8, 13, 18, 23 };

    if (word.len - at < 36
        || (word.len - at > 36 && ss_is_alnum(word.data[at + 36]))) {
        return 0;
    }

    for (size_t i = 0, k = 0; i < 36; i++) {
        if (k < 4 && i == hyphens[k]) {
            k++;
            if (word.data[at + i] != '-') {
                return 0;
            }
        } else if (ss_hex(word.data[at + i]) < 0) {
            return 0;
        }
    }

    return 36;
}

/* Reads a segment of a word, up to a slash or the end. Of a path it may be a
   digest. */
static void
read_segment(ss_str_t word, bool path, stretch_t *segment)
{
    size_t start = segment->start, at = start;
    piece_t piece = { 0 };

    while (at < word.len) {
        ss_unit_t unit = ss_unit_at(word, at);
        size_t uuid = piece.len == 0 ? uuid_at(word, at) : 0;

        if (uuid > 0) {
            at += uuid;
        } else if (class_of(unit.c) != 0) {
            add_to_piece(&piece, unit.c);
            at += unit.len;
        } else {
            end_piece(segment, &piece, path && piece.len == at - start);
            if (unit.c == '/') {
                break;
            }
            at += unit.len;
        }
    }

    end_piece(segment, &piece, path && piece.len == at - start);
    segment->end = at;
}

/* Whether it begins as a path does, or as what is behind the host's colon in a
   URL: "8080/v1". */
static bool
is_rooted(ss_str_t word)
{
    size_t n = 0;

    while (n < word.len && class_of(word.data[n]) == DIGIT) {
        n++;
    }

    return n < word.len && word.data[n] == '/';
}

/* Whether nothing in it says that its slashes are those of a path. */
static bool
is_base64(ss_str_t word)
{
    if (is_rooted(word)) {
        return false;
    }

    for (size_t at = 0; at < word.len;) {
        ss_unit_t unit = ss_unit_at(word, at);

        if (class_of(unit.c) == 0 && memchr("+/=", unit.c, 3) == NULL) {
            return false;
        }
        at += unit.len;
    }

    return true;
}

bool
ss_secret_token(ss_str_t word, ss_str_t *token)
{
    bool path = ss_index(word, '/') < word.len && !is_base64(word);
    bool secret = false;
    stretch_t stretch = { 0 };

    if (word.len < WORD_MIN) {
        return false;
    }

    for (size_t at = 0; at <= word.len && !secret;) {
        stretch_t segment = { .start = at };

        read_segment(word, path, &segment);
        at = segment.end < word.len
                 ? segment.end + ss_unit_at(word, segment.end).len
                 : word.len + 1;
        if (path) {
            secret = end_segment(&stretch, &segment);
        } else {
            add_segment(&stretch, &segment);
        }
    }

    if (!secret && !is_secret_stretch(&stretch)) {
        return false;
    }
    *token = ss_str(word.data + stretch.start, stretch.end - stretch.start);

    return true;
}

bool
ss_secret_named_word(ss_str_t word)
{
    stretch_t segment = { 0 };

    read_segment(word, false, &segment);

    return segment.end == word.len && !segment.strange
           && segment.classes != DIGIT;
}

/* Parts of base64url between dots (RFC 7519), of which the first begins as the
   JSON of a header does. */
bool
ss_secret_jwt(ss_str_t word, ss_str_t *jwt)
{
    size_t n = 0, at = ss_index(word, 'J');

    while (at < word.len
           && (at < 2 || word.data[at - 1] != 'y' || word.data[at - 2] != 'e'
               || (at > 2 && word.data[at - 3] != '/'
                   && word.data[at - 3] != '='))) {
        at += 1 + ss_index(ss_skip(word, at + 1), 'J');
    }
    if (at >= word.len) {
        return false;
    }

    word = ss_skip(word, at - 2);
    while (n < word.len
           && (class_of(word.data[n]) != 0
               || memchr("-_.=", word.data[n], 4) != NULL)) {
        n++;
    }
    *jwt = ss_str(word.data, n);

    return n >= JWT_MIN;
}

bool
ss_secret_scheme(ss_str_t word)
{
    return ss_eq_nocase(word, SS_STR("Bearer"))
           || ss_eq_nocase(word, SS_STR("Basic"));
}
