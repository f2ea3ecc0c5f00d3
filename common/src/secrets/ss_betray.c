#include "secrets/ss_betray.h"

#include "text/ss_base64.h"
#include "http/ss_params.h"
#include "text/ss_utf8.h"

/* Of longer secrets the parts are looked for, and not all of it. */
#define WHOLE_MAX 64

/* Of those that are not longer any text has the letters in a row. */
#define ALONE_MAX 4

/* --- escapes ------------------------------------------------------------ */

/* Each reads what text begins with, writes what that says to out, up to four
   bytes, and returns how many bytes it read; 0: it is none of these. */
typedef size_t undo_t(ss_str_t text, uint8_t *out, size_t *len);

static size_t
undo_percent(ss_str_t text, uint8_t *out, size_t *len)
{
    int c = ss_hex_pair(text, 1);

    if (c < 0) {
        return 0;
    }

    *len = 1;
    *out = (uint8_t) c;

    return 3;
}

/* A number of up to max digits; returns how many there are. */
static size_t
read_number(ss_str_t text, unsigned base, size_t max, uint32_t *number)
{
    size_t n = 0;

    *number = 0;
    while (n < text.len && n < max) {
        int digit = ss_hex(text.data[n]);

        if (digit < 0 || (unsigned) digit >= base) {
            break;
        }
        *number = *number * base + (unsigned) digit;
        n++;
    }

    return n;
}

/* Also those of C: \x41, \n. A backslash before anything else stands for
   that. */
static size_t
undo_backslash(ss_str_t text, uint8_t *out, size_t *len)
{
    static const char letters[] = "bfnrt", codes[] = "\b\f\n\r\t";
    size_t digits;
    const char *letter;
    uint32_t code;

    if (text.len < 2) {
        return 0;
    }

    digits = text.data[1] == 'u' ? 4 : text.data[1] == 'x' ? 2 : 0;
    if (digits > 0) {
        if (read_number(ss_skip(text, 2), 16, digits, &code) < digits) {
            return 0;
        }
        *len = ss_utf8_put(code, out);
        return 2 + digits;
    }

    letter = text.data[1] != '\0' ? strchr(letters, text.data[1]) : NULL;
    *len = 1;
    *out = letter != NULL ? (uint8_t) codes[letter - letters] : text.data[1];

    return 2;
}

static size_t
undo_entity(ss_str_t text, uint8_t *out, size_t *len)
{
    static const struct {
        const char *name;
        char c;
    } named[] = {
        { "&amp;", '&' },  { "&lt;", '<' },    { "&gt;", '>' },
        { "&quot;", '"' }, { "&apos;", '\'' }, { "&nbsp;", ' ' },
    };
    bool hex = text.len > 2 && ss_lower(text.data[2]) == 'x';
    size_t start = hex ? 3 : 2, n = 0;
    uint32_t code = 0;

    for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++) {
        if (ss_starts_nocase(text, ss_cstr(named[i].name))) {
            *len = 1;
            *out = (uint8_t) named[i].c;
            return strlen(named[i].name);
        }
    }

    if (text.len > start && text.data[1] == '#') {
        n = read_number(ss_skip(text, start), hex ? 16 : 10, 7, &code);
    }
    if (n == 0 || code > 0x10FFFF) {
        return 0;
    }

    *len = ss_utf8_put(code, out);
    n += start;

    return n + (n < text.len && text.data[n] == ';');
}

static undo_t *
undo_of(uint8_t c)
{
    switch (c) {
    case '%':
        return undo_percent;
    case '\\':
        return undo_backslash;
    case '&':
        return undo_entity;
    default:
        return NULL;
    }
}

/* Undoes all escapes once. Returns whether there were any. */
static bool
undo(ss_str_t text, ss_buf_t *buf)
{
    bool any = false;

    while (text.len > 0) {
        undo_t *read = undo_of(text.data[0]);
        size_t n = 0, len = 0;
        uint8_t out[4];

        n = read != NULL ? read(text, out, &len) : 0;
        if (n > 0) {
            ss_buf_add(buf, ss_str(out, len));
            any = true;
        } else {
            ss_buf_addc(buf, text.data[0]);
            n = 1;
        }
        text = ss_skip(text, n);
    }

    return any;
}

/* --- base64 ------------------------------------------------------------- */

/* Decodes a word: shorter ones than of four bytes are all kinds of things. */
static void
decode_word(ss_str_t word, ss_buf_t *buf)
{
    unsigned bits = 0;

    for (size_t i = 0; word.len > 5 && i < word.len; i++) {
        bits =
            (bits << 6 | (unsigned) ss_base64_digit(word.data[i])) & 0xFFFFFF;
        if (i % 4 > 0) {
            ss_buf_addc(buf, (uint8_t) (bits >> (6 - 2 * (i % 4))));
        }
    }
    ss_buf_addc(buf, '\n');
}

/* A slash is a digit, or stands between words. */
static void
decode(ss_str_t text, ss_buf_t *buf)
{
    while (text.len > 0) {
        ss_str_t words, word;
        bool more = true;
        size_t n = 0;

        while (n < text.len && ss_base64_digit(text.data[n]) >= 0) {
            n++;
        }
        words = ss_str(text.data, n);
        if (ss_index(words, '/') < n) {
            decode_word(words, buf);
        }
        while (ss_split(&words, &more, '/', &word)) {
            decode_word(word, buf);
        }
        text = ss_skip(text, n < text.len ? n + 1 : n);
    }
}

/* --- reading ------------------------------------------------------------ */

static uint8_t
as_read(uint8_t c)
{
    return c == '+' ? ' ' : c;
}

static size_t
hash_of(uint64_t piece)
{
    return (size_t) (piece * 0x9E3779B97F4A7C15u >> 48) % SS_PIECE_BITS;
}

static void
note_pieces(ss_sayings_t *sayings, ss_str_t text)
{
    uint64_t piece = 0;

    for (size_t i = 0; i < text.len; i++) {
        size_t hash;

        piece = piece << 8 | text.data[i];
        if (i + 1 >= SS_PIECE) {
            hash = hash_of(piece);
            sayings->pieces[hash / 64] |= (uint64_t) 1 << hash % 64;
        }
    }
}

static int
change(ss_str_t text, uint8_t (*by)(uint8_t), const ss_mem_t *mem,
       ss_str_t *changed)
{
    uint8_t *p = ss_alloc(mem, text.len + 1, 1);

    if (p == NULL) {
        return SS_ERR_NOMEM;
    }

    for (size_t i = 0; i < text.len; i++) {
        p[i] = by(text.data[i]);
    }
    *changed = ss_str(p, text.len);

    return SS_OK;
}

static int
add_reading(ss_sayings_t *sayings, ss_str_t text, const ss_mem_t *mem)
{
    size_t i = sayings->count++;

    if (change(text, as_read, mem, &sayings->as_is[i]) != SS_OK
        || change(sayings->as_is[i], ss_lower, mem, &sayings->folded[i])
               != SS_OK) {
        return SS_ERR_NOMEM;
    }
    note_pieces(sayings, sayings->as_is[i]);

    return SS_OK;
}

int
ss_sayings_read(ss_sayings_t *sayings, ss_str_t text, const ss_mem_t *mem)
{
    bool any = true;
    ss_buf_t decoded;

    memset(sayings, 0, sizeof(*sayings));
    ss_buf_init(&decoded, mem);

    while (any && sayings->count < SS_READINGS) {
        ss_buf_t buf;

        if (add_reading(sayings, text, mem) != SS_OK) {
            return SS_ERR_NOMEM;
        }
        decode(text, &decoded);
        ss_buf_init(&buf, mem);
        any = undo(text, &buf);
        if (ss_buf_done(&buf, &text) != SS_OK) {
            return SS_ERR_NOMEM;
        }
    }

    if (ss_buf_done(&decoded, &sayings->decoded) != SS_OK
        || change(sayings->decoded, as_read, mem, &sayings->decoded) != SS_OK
        || change(sayings->decoded, ss_lower, mem, &sayings->decoded_folded)
               != SS_OK) {
        return SS_ERR_NOMEM;
    }
    note_pieces(sayings, sayings->decoded);

    return SS_OK;
}

/* --- asking ------------------------------------------------------------- */

static size_t
find(ss_str_t text, ss_str_t part)
{
    const uint8_t *p = part.len <= text.len
                           ? memmem(text.data, text.len, part.data, part.len)
                           : NULL;

    return p != NULL ? (size_t) (p - text.data) : text.len;
}

static bool
is_letter(uint8_t c)
{
    return ss_is_alnum(c) || c >= 0x80;
}

static bool
stands_alone(ss_str_t text, ss_str_t word)
{
    size_t at = find(text, word);

    while (at < text.len) {
        size_t end = at + word.len;

        if ((at == 0 || !is_letter(text.data[at - 1])
             || !is_letter(word.data[0]))
            && (end == text.len || !is_letter(text.data[end])
                || !is_letter(word.data[word.len - 1]))) {
            return true;
        }
        at += 1 + find(ss_skip(text, at + 1), word);
    }

    return false;
}

static bool
stands_in(ss_str_t text, ss_str_t secret)
{
    return secret.len <= ALONE_MAX ? stands_alone(text, secret)
                                   : find(text, secret) < text.len;
}

static bool
has_whole(const ss_sayings_t *sayings, ss_str_t secret)
{
    uint8_t bytes[WHOLE_MAX];
    ss_str_t folded = ss_str(bytes, secret.len);

    for (size_t i = 0; i < secret.len; i++) {
        bytes[i] = ss_lower(as_read(secret.data[i]));
    }

    for (size_t i = 0; i < sayings->count; i++) {
        if (stands_in(sayings->folded[i], folded)) {
            return true;
        }
    }

    return stands_in(sayings->decoded_folded, folded);
}

static bool
has_piece(const ss_sayings_t *sayings, ss_str_t secret)
{
    uint64_t bits = 0;

    for (size_t i = 0; i < secret.len; i++) {
        uint8_t bytes[SS_PIECE];
        ss_str_t piece = ss_str(bytes, SS_PIECE);
        size_t hash;

        bits = bits << 8 | as_read(secret.data[i]);
        hash = hash_of(bits);
        if (i + 1 < SS_PIECE
            || (sayings->pieces[hash / 64] >> hash % 64 & 1) == 0) {
            continue;
        }

        for (size_t k = 0; k < SS_PIECE; k++) {
            bytes[k] = as_read(secret.data[i + 1 - SS_PIECE + k]);
        }
        for (size_t k = 0; k < sayings->count; k++) {
            if (find(sayings->as_is[k], piece) < sayings->as_is[k].len) {
                return true;
            }
        }
        if (find(sayings->decoded, piece) < sayings->decoded.len) {
            return true;
        }
    }

    return false;
}

/* Fewer letters than half a piece are the end of many words. */
static bool
ends_within(const ss_sayings_t *sayings, ss_str_t secret)
{
    for (size_t n = SS_PIECE / 2; n < SS_PIECE && n < secret.len; n++) {
        for (size_t i = 0; i < sayings->count; i++) {
            if (ss_ends(sayings->as_is[i], ss_str(secret.data, n))) {
                return true;
            }
        }
    }

    return false;
}

bool
ss_sayings_betray(const ss_sayings_t *sayings, ss_str_t secret)
{
    return secret.len > 0
           && ((secret.len <= WHOLE_MAX && has_whole(sayings, secret))
               || (secret.len > SS_PIECE && has_piece(sayings, secret))
               || ends_within(sayings, secret));
}
