/*
 * ss_secret_look.c: nearly no text has a secret in it, and most texts show that
 * at once: no letters in a row that are part of the name of a secret, no long
 * word of letters of both cases with digits, nothing that is encoded but blanks
 * and brackets. All others are read (ss_secret_next()).
 */

#include "secrets/ss_secret.h"

/* As long as a token, and as a part of a query without "=", may be. */
#define TOKEN_MIN 24
#define PIECE_MAX 20

enum {
    TOKEN = 0x01, /* in tokens; the next four are too */
    UPPER = 0x02,
    LOWER = 0x04,
    DIGIT = 0x08,
    EQUAL = 0x10,
    ODD = 0x20, /* must be read */
    PIECE = 0x40,
    BLANK = 0x80
};

#define MIXED (UPPER | LOWER | DIGIT)

#define LETTER(c) [c] = TOKEN | UPPER, [(c) + 32] = TOKEN | LOWER

/* others than these, up to 0x7F, end a word and say nothing */
static const uint8_t kinds[256] = {
    ['\0'] = ODD,          ['@'] = ODD,           ['\\'] = ODD,
    ['\t'] = BLANK,        ['\n'] = BLANK,        ['\r'] = BLANK,
    [' '] = BLANK,         ['?'] = PIECE,         ['&'] = PIECE,
    [';'] = PIECE,         ['#'] = PIECE,         ['='] = TOKEN | EQUAL,
    ['_'] = TOKEN,         ['-'] = TOKEN,         ['~'] = TOKEN,
    ['+'] = TOKEN,         ['/'] = TOKEN,         ['.'] = TOKEN,
    ['0'] = TOKEN | DIGIT, ['1'] = TOKEN | DIGIT, ['2'] = TOKEN | DIGIT,
    ['3'] = TOKEN | DIGIT, ['4'] = TOKEN | DIGIT, ['5'] = TOKEN | DIGIT,
    ['6'] = TOKEN | DIGIT, ['7'] = TOKEN | DIGIT, ['8'] = TOKEN | DIGIT,
    ['9'] = TOKEN | DIGIT, LETTER('A'),           LETTER('B'),
    LETTER('C'),           LETTER('D'),           LETTER('E'),
    LETTER('F'),           LETTER('G'),           LETTER('H'),
    LETTER('I'),           LETTER('J'),           LETTER('K'),
    LETTER('L'),           LETTER('M'),           LETTER('N'),
    LETTER('O'),           LETTER('P'),           LETTER('Q'),
    LETTER('R'),           LETTER('S'),           LETTER('T'),
    LETTER('U'),           LETTER('V'),           LETTER('W'),
    LETTER('X'),           LETTER('Y'),           LETTER('Z')
};

/* --- letters of names ----------------------------------------------------- */

#define THREE(a, b, c) ((uint32_t) (a) << 16 | (uint32_t) (b) << 8 | (c))

/* Whether three letters are part of a name that may be one of a secret: each of
   these names, of the schemes and of the beginnings of JWTs has some of them,
   also when it is misspelt. t/unit/secret_test.c holds that. */
static bool
is_part(const uint8_t *p)
{
    uint8_t a = ss_lower(p[0]), b = ss_lower(p[1]);

    if ((a == 'p' && b == 'w') || (a == 'j' && b == 'w')
        || (a == 'c' && b == 'v')) {
        return true;
    }

    switch (THREE(a, b, ss_lower(p[2]))) {
    case THREE('2', 'f', 'a'):
    case THREE('a', 'g', 'i'):
    case THREE('a', 'l', 't'):
    case THREE('a', 'm', 'l'):
    case THREE('a', 'r', 'd'):
    case THREE('a', 't', 'h'):
    case THREE('a', 'u', 't'):
    case THREE('b', 'a', 's'):
    case THREE('b', 'e', 'a'):
    case THREE('c', 'o', 'd'):
    case THREE('d', 's', 'n'):
    case THREE('e', 'c', 'e'):
    case THREE('e', 'c', 'r'):
    case THREE('e', 'c', 'u'):
    case THREE('e', 'd', 'e'):
    case THREE('e', 'd', 's'):
    case THREE('e', 'n', 'n'):
    case THREE('e', 'r', 'c'):
    case THREE('e', 'y', 'j'):
    case THREE('g', 'e', 'h'):
    case THREE('h', 'a', 'l'):
    case THREE('h', 'm', 'a'):
    case THREE('h', 'o', 'r'):
    case THREE('i', 'c', 'k'):
    case THREE('k', 'e', 'y'):
    case THREE('l', 'a', 'v'):
    case THREE('m', 'f', 'a'):
    case THREE('m', 'n', 'e'):
    case THREE('n', 'h', 'a'):
    case THREE('n', 'n', 'e'):
    case THREE('n', 't', 'r'):
    case THREE('o', 'k', 'e'):
    case THREE('o', 'k', 'i'):
    case THREE('o', 'r', 'i'):
    case THREE('o', 't', 'p'):
    case THREE('p', 'a', 's'):
    case THREE('p', 'g', 't'):
    case THREE('p', 'h', 'r'):
    case THREE('p', 'i', 'n'):
    case THREE('p', 'k', 'c'):
    case THREE('p', 's', 'w'):
    case THREE('p', 'w', 'd'):
    case THREE('r', 'i', 'f'):
    case THREE('s', 'e', 's'):
    case THREE('s', 'i', 'd'):
    case THREE('s', 'i', 'g'):
    case THREE('s', 'r', 'f'):
    case THREE('s', 's', 'e'):
    case THREE('s', 's', 'n'):
    case THREE('t', 'g', 't'):
    case THREE('t', 'h', 'o'):
    case THREE('t', 'k', 'n'):
    case THREE('t', 'o', 'k'):
    case THREE('u', 't', 'h'):
    case THREE('w', 'a', 'c'):
    case THREE('w', 'o', 'r'):
    case THREE('w', 'r', 'e'):
        return true;
    default:
        return false;
    }
}

/* Nearly all others are ruled out by two tables: a bit of the letters that
   follow the first one, and of those that follow the second, all by their
   lowest five bits. Behind "pw" and its like anything may follow. */
#define ANY 0xFFFFFFFF
/* clang-format off */
static const uint32_t second[32] = {
    0x00000000, 0x00343080, 0x00000022, 0x00408000, 0x00080000,
    0x02044018, 0x00000000, 0x00000020, 0x0000A002, 0x00000008,
    0x00800000, 0x00000020, 0x00000002, 0x00004040, 0x00104100,
    0x00140800, 0x00880B82, 0x00000000, 0x00000240, 0x000C0220,
    0x00008980, 0x00100000, 0x00000000, 0x00048002, 0x00000000,
    0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000,
    0x00000000, 0x00000000
};
static const uint32_t third[32] = {
    0x00000000, 0x00481008, 0x00000000, 0x00240820, 0x00080020,
    0x02080102, 0x00000002, 0x00100200, 0x00048002, 0x000040D0,
    0x00000000, 0x00004228, 0x00100000, 0x00001002, 0x00004020,
    0x00040810, 0x00000000, 0x00000000, 0x00000278, 0x00804020,
    0x00050100, 0x00100000, ANY, ANY, 0x00000000,
    0x00000400, 0x00000000, 0x00000000, 0x00000000, 0x00000000,
    0x00000000, 0x00000000
};
/* clang-format on */

/* --- the look ------------------------------------------------------------- */

/* Whether an escape stands for what a name, a token or a separator is made of,
   or for a character that hides in one. */
static bool
is_odd_escape(ss_str_t text, size_t at)
{
    ss_unit_t unit = ss_unit_coded(text, at);

    return unit.len > 1
           && (unit.depth > 1 || memchr(" ,[]()!*'|<>", unit.c, 12) == NULL);
}

/* The part of a query at hand. */
typedef struct {
    size_t start;
    bool in_one;
    bool has_equal;
} piece_t;

static bool
is_long_piece(const piece_t *piece, size_t at)
{
    return piece->in_one && !piece->has_equal && at - piece->start > PIECE_MAX;
}

static bool
stops_odd(ss_str_t text, size_t at, piece_t *piece)
{
    uint8_t c = text.data[at], kind = kinds[c];

    if (kind == 0) {
        return c >= 0x80 || (c == '%' && is_odd_escape(text, at));
    }
    if (kind == PIECE) {
        if (c == '&' && is_long_piece(piece, at)) {
            return true;
        }
        if (c == '&' || !piece->in_one) {
            *piece = (piece_t){ .start = at + 1, .in_one = true };
        }
        return c == '&' && at + 4 < text.len && ss_unit_coded(text, at).len > 1;
    }
    if (kind == BLANK) {
        bool odd = is_long_piece(piece, at);

        *piece = (piece_t){ .in_one = false };
        return odd;
    }

    return true;
}

static bool
is_option(ss_str_t text, const uint8_t *p)
{
    return p < text.data + text.len && *p == '-'
           && (p == text.data || (kinds[p[-1]] & BLANK) != 0 || p[-1] == '"'
               || p[-1] == '\'' || p[-1] == '`');
}

/* Passes over a word; whether it must be read. */
static bool
is_odd_word(ss_str_t text, size_t *at, piece_t *piece)
{
    const uint8_t *start = text.data + *at, *p = start;
    const uint8_t *end = text.data + text.len;
    uint32_t next = 0, last = 0; /* the letters that make it two, or three */
    unsigned seen = 0;

    for (; p < end && (kinds[*p] & TOKEN) != 0; p++) {
        uint32_t bit = (uint32_t) 1 << (*p & 31);

        if ((last & bit) != 0 && is_part(p - 2)) {
            return true;
        }
        last = (next & bit) != 0 ? third[*p & 31] : 0;
        next = second[*p & 31];
        seen |= kinds[*p];
    }

    *at += (size_t) (p - start);
    piece->has_equal |= (seen & EQUAL) != 0;

    /* "pw" may end a name, and "-u" be an option */
    return last == ANY || is_option(text, start)
           || ((seen & MIXED) == MIXED && p - start >= TOKEN_MIN);
}

bool
ss_secret_look(ss_str_t text)
{
    piece_t piece = { .in_one = false };
    size_t at = 0;

    while (at < text.len) {
        if (is_odd_word(text, &at, &piece)
            || (at < text.len && stops_odd(text, at++, &piece))) {
            return true;
        }
    }

    return is_long_piece(&piece, at);
}
