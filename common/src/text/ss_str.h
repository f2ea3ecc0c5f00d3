/*
 * ss_str.h: slices, and a buffer to build them in.
 */

#ifndef SS_STR_H
#define SS_STR_H

#include <stdbool.h>
#include <string.h>

#include "scopestack.h"

/* For printf's "%.*s". Only for text known to be printable. */
#define SS_FMT(s) (int) (s).len, (const char *) (s).data

static inline ss_str_t
ss_str(const void *data, size_t len)
{
    return (ss_str_t){ data, len };
}

static inline ss_str_t
ss_cstr(const char *s)
{
    return ss_str(s, strlen(s));
}

static inline bool
ss_eq(ss_str_t a, ss_str_t b)
{
    return a.len == b.len && (a.len == 0 || !memcmp(a.data, b.data, a.len));
}

static inline unsigned char
ss_lower(unsigned char c)
{
    return c >= 'A' && c <= 'Z' ? (unsigned char) (c | 0x20) : c;
}

static inline bool
ss_is_alnum(unsigned char c)
{
    return (unsigned) (c | 0x20) - 'a' < 26u || (unsigned) c - '0' < 10u;
}

/* 1 for each letter and digit, in the initializer of a table of 256. */
#define SS_ALNUM_ENTRIES                                                       \
    ['0'] = 1, ['1'] = 1, ['2'] = 1, ['3'] = 1, ['4'] = 1, ['5'] = 1,          \
    ['6'] = 1, ['7'] = 1, ['8'] = 1, ['9'] = 1, ['A'] = 1, ['B'] = 1,          \
    ['C'] = 1, ['D'] = 1, ['E'] = 1, ['F'] = 1, ['G'] = 1, ['H'] = 1,          \
    ['I'] = 1, ['J'] = 1, ['K'] = 1, ['L'] = 1, ['M'] = 1, ['N'] = 1,          \
    ['O'] = 1, ['P'] = 1, ['Q'] = 1, ['R'] = 1, ['S'] = 1, ['T'] = 1,          \
    ['U'] = 1, ['V'] = 1, ['W'] = 1, ['X'] = 1, ['Y'] = 1, ['Z'] = 1,          \
    ['a'] = 1, ['b'] = 1, ['c'] = 1, ['d'] = 1, ['e'] = 1, ['f'] = 1,          \
    ['g'] = 1, ['h'] = 1, ['i'] = 1, ['j'] = 1, ['k'] = 1, ['l'] = 1,          \
    ['m'] = 1, ['n'] = 1, ['o'] = 1, ['p'] = 1, ['q'] = 1, ['r'] = 1,          \
    ['s'] = 1, ['t'] = 1, ['u'] = 1, ['v'] = 1, ['w'] = 1, ['x'] = 1,          \
    ['y'] = 1, ['z'] = 1

static inline bool
ss_is_blank(unsigned char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The rest of s behind its first n bytes; n <= s.len. */
static inline ss_str_t
ss_skip(ss_str_t s, size_t n)
{
    /* NULL + 0 is undefined in C */
    return n == 0 ? s : ss_str(s.data + n, s.len - n);
}

/* The position of c in s, or s.len. */
static inline size_t
ss_index(ss_str_t s, unsigned char c)
{
    const uint8_t *p = s.len > 0 ? memchr(s.data, c, s.len) : NULL;

    return p == NULL ? s.len : (size_t) (p - s.data);
}

static inline bool
ss_starts(ss_str_t s, ss_str_t prefix)
{
    return s.len >= prefix.len && ss_eq(ss_str(s.data, prefix.len), prefix);
}

static inline bool
ss_ends(ss_str_t s, ss_str_t suffix)
{
    return s.len >= suffix.len && ss_eq(ss_skip(s, s.len - suffix.len), suffix);
}

/* The value of a hex digit, or -1. */
int ss_hex(unsigned char c);

/* The byte that two hex digits at a position stand for; -1 where there are no
   two, also beyond the end. */
int ss_hex_pair(ss_str_t text, size_t at);

/* Compares ASCII letters without case. */
bool ss_starts_nocase(ss_str_t s, ss_str_t prefix);

static inline bool
ss_eq_nocase(ss_str_t a, ss_str_t b)
{
    return a.len == b.len && ss_starts_nocase(a, b);
}

/* Tells whether text has a part, in any case. */
bool ss_has_part(ss_str_t text, const char *part);

/* Tells whether text has an ASCII digit. */
bool ss_has_digit(ss_str_t text);

/* s without blanks (space, tab, CR, LF) around. */
ss_str_t ss_trim(ss_str_t s);

/*
 * Takes the part of *rest before the first separator and moves *rest behind
 * it. Returns false when *rest was used up before. "a,,b" gives "a", "", "b";
 * "" gives one empty part. Begin with rest = s and *more = true.
 */
bool ss_split(ss_str_t *rest, bool *more, unsigned char separator,
              ss_str_t *part);

/* Tells whether a text is digits and nothing else, and gives their number, or
   SS_NUMBER_MAX when it is larger. */
#define SS_NUMBER_MAX 999999999u
bool ss_whole_number(ss_str_t text, unsigned *number);

/* Allocates; NULL when there is none. Zeroed. */
void *ss_alloc(const ss_mem_t *mem, size_t count, size_t size);

/* Copies s; .data is NULL when there is no memory. Never NULL otherwise. */
ss_str_t ss_dup(const ss_mem_t *mem, ss_str_t s);

/*
 * A growing buffer. Errors stick: append freely, ask once, at ss_buf_done().
 */
typedef struct {
    const ss_mem_t *mem;
    uint8_t *data;
    size_t len;
    size_t size;
    bool failed;
} ss_buf_t;

void ss_buf_init(ss_buf_t *buf, const ss_mem_t *mem);
void ss_buf_add(ss_buf_t *buf, ss_str_t s);
void ss_buf_addc(ss_buf_t *buf, unsigned char c);
void ss_buf_adds(ss_buf_t *buf, const char *s);
void ss_buf_addu(ss_buf_t *buf, size_t number);

/* Gives the text, borrowed from the buffer's memory. SS_OK, SS_ERR_NOMEM. */
int ss_buf_done(const ss_buf_t *buf, ss_str_t *text);

/* Joins count parts; SS_OK, SS_ERR_NOMEM. */
int ss_join(const ss_mem_t *mem, ss_str_t *text, const ss_str_t *parts,
            size_t count);
#define SS_JOIN(mem, text, ...)                                                \
    ss_join(mem, text, (const ss_str_t[]){ __VA_ARGS__ },                      \
            sizeof((const ss_str_t[]){ __VA_ARGS__ }) / sizeof(ss_str_t))

#endif
