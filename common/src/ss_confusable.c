#include "ss_confusable.h"

#include "ss_utf8.h"

/* ASCII characters that look alike. */
static const struct {
    const char *members;
    const char *class;
} alike[] = {
    { "Il1", " (I, l or 1)" },
    { "O0", " (O or 0)" },
};

/* Characters of other scripts, by the ASCII one they look like. */
static const struct {
    uint16_t code;
    char ascii;
} foreign[] = {
    /* Greek */
    { 0x0391, 'A' },
    { 0x0392, 'B' },
    { 0x0395, 'E' },
    { 0x0396, 'Z' },
    { 0x0397, 'H' },
    { 0x0399, 'I' },
    { 0x039A, 'K' },
    { 0x039C, 'M' },
    { 0x039D, 'N' },
    { 0x039F, 'O' },
    { 0x03A1, 'P' },
    { 0x03A4, 'T' },
    { 0x03A5, 'Y' },
    { 0x03A7, 'X' },
    { 0x03BD, 'v' },
    { 0x03BF, 'o' },
    /* Cyrillic */
    { 0x0405, 'S' },
    { 0x0406, 'I' },
    { 0x0408, 'J' },
    { 0x0410, 'A' },
    { 0x0412, 'B' },
    { 0x0415, 'E' },
    { 0x041A, 'K' },
    { 0x041C, 'M' },
    { 0x041D, 'H' },
    { 0x041E, 'O' },
    { 0x0420, 'P' },
    { 0x0421, 'C' },
    { 0x0422, 'T' },
    { 0x0423, 'Y' },
    { 0x0425, 'X' },
    { 0x0430, 'a' },
    { 0x0435, 'e' },
    { 0x043E, 'o' },
    { 0x0440, 'p' },
    { 0x0441, 'c' },
    { 0x0443, 'y' },
    { 0x0445, 'x' },
    { 0x0455, 's' },
    { 0x0456, 'i' },
    { 0x0458, 'j' },
    { 0x04BB, 'h' },
    { 0x04C0, 'I' },
    { 0x0501, 'd' },
    { 0x051B, 'q' },
    { 0x051D, 'w' },
    /* dashes */
    { 0x2010, '-' },
    { 0x2011, '-' },
    { 0x2012, '-' },
    { 0x2013, '-' },
    { 0x2014, '-' },
    { 0x2212, '-' },
    { 0xFF3F, '_' },
    { 0xFF0D, '-' },
};

typedef struct {
    ss_str_t as_is;
    char ascii;          /* 0: looks like none */
    const char *members; /* the class of ascii, or NULL */
    const char *class;
} letter_t;

static char
ascii_of(uint32_t code)
{
    if (code < 0x80) {
        return (char) code;
    }

    /* fullwidth forms */
    if ((code >= 0xFF10 && code <= 0xFF19) || (code >= 0xFF21 && code <= 0xFF3A)
        || (code >= 0xFF41 && code <= 0xFF5A)) {
        return (char) (code - 0xFF00 + 0x20);
    }

    for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
        if (foreign[i].code == code) {
            return foreign[i].ascii;
        }
    }

    return '\0';
}

/* Takes the first letter off *text. */
static letter_t
next_letter(ss_str_t *text)
{
    size_t n = ss_utf8_length(*text);
    letter_t letter = { .as_is = ss_str(text->data, n > 0 ? n : 1) };

    if (n > 0) {
        letter.ascii = ascii_of(ss_utf8_code(*text));
    }
    *text = ss_skip(*text, letter.as_is.len);

    for (size_t i = 0; i < sizeof(alike) / sizeof(alike[0]); i++) {
        if (letter.ascii != '\0'
            && strchr(alike[i].members, letter.ascii) != NULL) {
            letter.members = alike[i].members;
            letter.class = alike[i].class;
        }
    }

    if (n > 1 && letter.ascii != '\0') {
        letter.class = " (a letter of another script)";
    }

    return letter;
}

static bool
letters_alike(const letter_t *a, const letter_t *b)
{
    if (a->ascii == '\0' || b->ascii == '\0') {
        return ss_eq(a->as_is, b->as_is);
    }

    return a->ascii == b->ascii
           || (a->members != NULL && a->members == b->members);
}

bool
ss_confusable_equal(ss_str_t a, ss_str_t b)
{
    while (a.len > 0 && b.len > 0) {
        letter_t one = next_letter(&a), other = next_letter(&b);

        if (!letters_alike(&one, &other)) {
            return false;
        }
    }

    return a.len == 0 && b.len == 0;
}

int
ss_confusable_where(ss_str_t text, ss_str_t right, const ss_mem_t *mem,
                    ss_str_t *where)
{
    ss_buf_t buf;

    ss_buf_init(&buf, mem);

    for (size_t i = 1; text.len > 0 && right.len > 0; i++) {
        letter_t one = next_letter(&text), other = next_letter(&right);

        if (!ss_eq(one.as_is, other.as_is)) {
            ss_buf_adds(&buf, buf.len > 0 ? ", character " : "character ");
            ss_buf_addu(&buf, i);
            ss_buf_adds(&buf, one.class != NULL ? one.class : "");
        }
    }

    return ss_buf_done(&buf, where);
}

/* --- variants of a secret ----------------------------------------------- */

typedef struct {
    letter_t letters[SS_SECRET_MAX];
    char chosen[SS_SECRET_MAX]; /* 0: as it is */
    size_t count;
    ss_proof_t *proof;
    void *ctx;
    unsigned tries;
} search_t;

static size_t
spell(const search_t *search, uint8_t *out)
{
    size_t len = 0;

    for (size_t i = 0; i < search->count; i++) {
        ss_str_t as_is = search->letters[i].as_is;

        if (search->chosen[i] != '\0') {
            out[len++] = (uint8_t) search->chosen[i];
        } else {
            memcpy(out + len, as_is.data, as_is.len);
            len += as_is.len;
        }
    }

    return len;
}

static bool
proves(search_t *search)
{
    uint8_t text[SS_SECRET_MAX];

    search->tries++;

    return search->proof(search->ctx, ss_str(text, spell(search, text)));
}

/* What else a letter may have been, as ASCII characters. */
static const char *
alternatives(const letter_t *letter, char one[2])
{
    if (letter->members != NULL) {
        return letter->members;
    }

    one[0] = letter->as_is.len > 1 ? letter->ascii : '\0';
    one[1] = '\0';

    return one;
}

/* Tries all variants with this many changes at or behind letter `from`. */
static bool
try_changes(search_t *search, size_t from, size_t changes)
{
    char one[2];

    if (changes == 0) {
        return proves(search);
    }

    for (size_t i = from; i < search->count; i++) {
        const letter_t *letter = &search->letters[i];

        for (const char *p = alternatives(letter, one); *p != '\0'; p++) {
            if (letter->as_is.len == 1 && *p == letter->ascii) {
                continue;
            }

            search->chosen[i] = *p;
            if (try_changes(search, i + 1, changes - 1)) {
                return true;
            }
            search->chosen[i] = '\0';

            if (search->tries >= SS_VARIANTS_MAX) {
                return false;
            }
        }
    }

    return false;
}

static size_t
count_confusable(const search_t *search)
{
    size_t n = 0;

    for (size_t i = 0; i < search->count; i++) {
        n += search->letters[i].class != NULL;
    }

    return n;
}

int
ss_confusable_variant(ss_str_t text, ss_proof_t *proof, void *ctx,
                      const ss_mem_t *mem, ss_str_t *variant)
{
    search_t search = { .proof = proof, .ctx = ctx };
    uint8_t spelt[SS_SECRET_MAX];
    size_t most;

    *variant = ss_str(NULL, 0);

    if (text.len > SS_SECRET_MAX) {
        return SS_OK;
    }

    while (text.len > 0) {
        search.letters[search.count++] = next_letter(&text);
    }

    most = count_confusable(&search);
    for (size_t n = 1; n <= most && search.tries < SS_VARIANTS_MAX; n++) {
        if (try_changes(&search, 0, n)) {
            *variant = ss_dup(mem, ss_str(spelt, spell(&search, spelt)));
            return variant->data == NULL ? SS_ERR_NOMEM : SS_OK;
        }
    }

    return SS_OK;
}
