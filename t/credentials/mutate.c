#include "mutate.h"

#include <stdlib.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define PICK(random, list) list[random_roll(random, COUNT(list))]

const char *const mutation_names[MUTATE_COUNT] = {
    [MUTATE_ONE] = "one swap",
    [MUTATE_SEVERAL] = "several swaps",
    [MUTATE_FONT] = "a font's shapes",
    [MUTATE_SCRIPT] = "other scripts",
    [MUTATE_ENDS] = "hidden at the ends",
    [MUTATE_INSIDE] = "hidden inside",
    [MUTATE_BLANKS] = "blanks",
    [MUTATE_MIXED] = "mixed",
};

const char *const other_names[OTHER_COUNT] = {
    [OTHER_RIGHT] = "the right one",
    [OTHER_STRANGER] = "another one",
    [OTHER_TYPO] = "a typo",
    [OTHER_LOST] = "a character lost",
    [OTHER_TWICE] = "a character twice",
    [OTHER_TRANSPOSED] = "two transposed",
};

static const char url_safe[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                               "abcdefghijklmnopqrstuvwxyz"
                               "0123456789-_";

/* As they are seen in what web pages and mails have made of texts; by hand, not
   from the tables under test. */
static const struct {
    char ascii;
    const char *alike;
} scripts[] = {
    { 'A', "\xD0\x90" },
    { 'A', "\xCE\x91" },
    { 'B', "\xD0\x92" },
    { 'C', "\xD0\xA1" },
    { 'E', "\xD0\x95" },
    { 'E', "\xCE\x95" },
    { 'H', "\xD0\x9D" },
    { 'I', "\xD0\x86" },
    { 'I', "\xCE\x99" },
    { 'J', "\xD0\x88" },
    { 'K', "\xD0\x9A" },
    { 'M', "\xD0\x9C" },
    { 'N', "\xCE\x9D" },
    { 'O', "\xD0\x9E" },
    { 'O', "\xCE\x9F" },
    { 'P', "\xD0\xA0" },
    { 'S', "\xD0\x85" },
    { 'T', "\xD0\xA2" },
    { 'X', "\xD0\xA5" },
    { 'Y', "\xCE\xA5" },
    { 'Z', "\xCE\x96" },
    { 'a', "\xD0\xB0" },
    { 'c', "\xD1\x81" },
    { 'e', "\xD0\xB5" },
    { 'i', "\xD1\x96" },
    { 'j', "\xD1\x98" },
    { 'l', "\xD3\x8F" },
    { 'l', "|" },
    { 'I', "|" },
    { 'o', "\xD0\xBE" },
    { 'o', "\xCE\xBF" },
    { 'p', "\xD1\x80" },
    { 's', "\xD1\x95" },
    { 'v', "\xCE\xBD" },
    { 'x', "\xD1\x85" },
    { 'y', "\xD1\x83" },
    { '-', "\xE2\x80\x93" },
    { '-', "\xE2\x80\x94" },
    { '-', "\xE2\x80\x91" },
    { '-', "\xE2\x88\x92" },
    { '_', "\xEF\xBC\xBF" },
};

static const char *const unseen[] = {
    "\xC2\xA0",     "\xE2\x80\x8B", "\xE2\x80\x8C", "\xE2\x80\x8D",
    "\xE2\x81\xA0", "\xEF\xBB\xBF", "\xC2\xAD",     "\xE2\x80\x8E",
};

static const char *const blanks[] = { " ", "  ", "\t", "\n", "\r\n" };

/* --- right ones --------------------------------------------------------- */

static ss_str_t
done(ss_buf_t *buf)
{
    ss_str_t text;

    if (ss_buf_done(buf, &text) != SS_OK) {
        abort();
    }

    return text;
}

static ss_str_t
kept(const ss_mem_t *mem, ss_str_t text)
{
    ss_str_t copy = ss_dup(mem, text);

    if (copy.data == NULL) {
        abort();
    }

    return copy;
}

static bool
is_place(uint8_t c)
{
    return c != '\0' && strchr("Il1O0", c) != NULL;
}

size_t
credential_places(ss_str_t text)
{
    size_t n = 0;

    for (size_t i = 0; i < text.len; i++) {
        n += is_place(text.data[i]);
    }

    return n;
}

ss_str_t
credential(random_t *random, const ss_mem_t *mem)
{
    uint8_t text[CREDENTIAL_LEN];

    for (size_t i = 0; i < sizeof(text); i++) {
        text[i] = (uint8_t) url_safe[random_roll(random, 64)];
    }

    return kept(mem, ss_str(text, sizeof(text)));
}

ss_str_t
credential_with(random_t *random, size_t places, const ss_mem_t *mem)
{
    uint8_t text[CREDENTIAL_LEN];

    for (size_t i = 0; i < sizeof(text); i++) {
        do {
            text[i] = (uint8_t) url_safe[random_roll(random, 64)];
        } while (is_place(text[i]));
    }

    for (size_t n = 0; n < places;) {
        size_t i = random_roll(random, sizeof(text));

        if (!is_place(text[i])) {
            text[i] = (uint8_t) "Il1O0"[random_roll(random, 5)];
            n++;
        }
    }

    return kept(mem, ss_str(text, sizeof(text)));
}

/* --- mutations ---------------------------------------------------------- */

/* Another character of the same shape. */
static uint8_t
swapped(random_t *random, uint8_t c)
{
    if (c == 'O' || c == '0') {
        return c == 'O' ? '0' : 'O';
    }

    for (;;) {
        uint8_t another = (uint8_t) "Il1"[random_roll(random, 3)];

        if (another != c) {
            return another;
        }
    }
}

static ss_str_t
swap_one(random_t *random, ss_str_t text, const ss_mem_t *mem)
{
    uint8_t copy[1024];
    size_t places = credential_places(text), place;

    if (places == 0 || text.len > sizeof(copy)) {
        return text;
    }

    memcpy(copy, text.data, text.len);
    place = random_roll(random, (uint32_t) places);
    for (size_t i = 0; i < text.len; i++) {
        if (is_place(copy[i]) && place-- == 0) {
            copy[i] = swapped(random, copy[i]);
        }
    }

    return kept(mem, ss_str(copy, text.len));
}

static ss_str_t
swap_several(random_t *random, ss_str_t text, const ss_mem_t *mem)
{
    ss_buf_t buf;

    ss_buf_init(&buf, mem);
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.data[i];

        ss_buf_addc(&buf, is_place(c) && random_roll(random, 2)
                              ? swapped(random, c)
                              : c);
    }

    return done(&buf);
}

static ss_str_t
draw_in_font(random_t *random, ss_str_t text, const ss_mem_t *mem)
{
    uint8_t bar = random_roll(random, 2) ? 'I' : 'l';
    uint8_t ring = random_roll(random, 2) ? 'O' : '0';
    ss_buf_t buf;

    ss_buf_init(&buf, mem);
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.data[i];

        ss_buf_addc(&buf, c == 'I' || c == 'l'   ? bar
                          : c == 'O' || c == '0' ? ring
                                                 : c);
    }

    return done(&buf);
}

static void
add_alike(random_t *random, ss_buf_t *buf, uint8_t c)
{
    const char *found = NULL;
    uint32_t seen = 0;

    for (size_t i = 0; i < COUNT(scripts); i++) {
        if ((uint8_t) scripts[i].ascii == c
            && random_roll(random, ++seen) == 0) {
            found = scripts[i].alike;
        }
    }

    /* what has no look-alike elsewhere has a fullwidth form */
    if (found == NULL && ss_is_alnum(c)) {
        ss_buf_addc(buf, 0xEF);
        ss_buf_addc(buf, c < '`' ? 0xBC : 0xBD);
        ss_buf_addc(buf, (uint8_t) (c < '`' ? c + 0x60 : c + 0x20));
        return;
    }

    if (found != NULL) {
        ss_buf_adds(buf, found);
    } else {
        ss_buf_addc(buf, c);
    }
}

/* A few letters, or all of them: some programs make another alphabet of a
   whole text. */
static ss_str_t
write_in_script(random_t *random, ss_str_t text, const ss_mem_t *mem)
{
    static const uint32_t sides[] = { 20, 20, 10, 2, 1 };
    uint32_t one_in = PICK(random, sides);
    ss_buf_t buf;

    ss_buf_init(&buf, mem);
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < 0x80 && random_roll(random, one_in) == 0) {
            add_alike(random, &buf, text.data[i]);
        } else {
            ss_buf_addc(&buf, text.data[i]);
        }
    }

    return done(&buf);
}

/* Tells whether a character begins there. */
static bool
is_border(ss_str_t text, size_t at)
{
    return at == text.len || (text.data[at] & 0xC0) != 0x80;
}

/* Puts what at a place, for the len bytes that stand there. */
static ss_str_t
replace(ss_str_t text, size_t at, size_t len, const char *what,
        const ss_mem_t *mem)
{
    ss_buf_t buf;

    ss_buf_init(&buf, mem);
    ss_buf_add(&buf, ss_str(text.data, at));
    ss_buf_adds(&buf, what);
    ss_buf_add(&buf, ss_skip(text, at + len));

    return done(&buf);
}

static ss_str_t
insert_inside(random_t *random, ss_str_t text, const char *what,
              const ss_mem_t *mem)
{
    size_t at;

    do {
        at = 1 + random_roll(random, (uint32_t) text.len - 1);
    } while (!is_border(text, at));

    return replace(text, at, 0, what, mem);
}

static ss_str_t
hide_at_ends(random_t *random, ss_str_t text, const ss_mem_t *mem)
{
    uint32_t where = 1 + random_roll(random, 3);

    if (where & 1) {
        text = replace(text, 0, 0, PICK(random, unseen), mem);
    }
    if (where & 2) {
        text = replace(text, text.len, 0, PICK(random, unseen), mem);
    }

    return text;
}

static ss_str_t
hide_inside(random_t *random, ss_str_t text, const ss_mem_t *mem)
{
    for (uint32_t n = 1 + random_roll(random, 3); n > 0; n--) {
        text = insert_inside(random, text, PICK(random, unseen), mem);
    }

    return text;
}

static ss_str_t
add_blanks(random_t *random, ss_str_t text, const ss_mem_t *mem)
{
    switch (random_roll(random, 4)) {
    case 0:
        return replace(text, 0, 0, PICK(random, blanks), mem);
    case 1:
        return insert_inside(random, text, PICK(random, blanks), mem);
    case 2:
        text = replace(text, 0, 0, PICK(random, blanks), mem);
        /* fall through */
    default:
        return replace(text, text.len, 0, PICK(random, blanks), mem);
    }
}

static ss_str_t
mix(random_t *random, ss_str_t text, const ss_mem_t *mem)
{
    for (uint32_t n = 2 + random_roll(random, 2); n > 0; n--) {
        text = mutate(random, (mutation_t) random_roll(random, MUTATE_MIXED),
                      text, mem);
    }

    return text;
}

ss_str_t
mutate(random_t *random, mutation_t how, ss_str_t text, const ss_mem_t *mem)
{
    static ss_str_t (*const ways[MUTATE_COUNT])(random_t *, ss_str_t,
                                                const ss_mem_t *) = {
        [MUTATE_ONE] = swap_one,      [MUTATE_SEVERAL] = swap_several,
        [MUTATE_FONT] = draw_in_font, [MUTATE_SCRIPT] = write_in_script,
        [MUTATE_ENDS] = hide_at_ends, [MUTATE_INSIDE] = hide_inside,
        [MUTATE_BLANKS] = add_blanks, [MUTATE_MIXED] = mix,
    };

    return ways[how](random, text, mem);
}

/* --- what is no mutation ------------------------------------------------ */

static uint8_t
shape(uint8_t c)
{
    return c == 'l' || c == '1' ? 'I' : c == '0' ? 'O' : c;
}

static ss_str_t
mistype(random_t *random, ss_str_t text, const ss_mem_t *mem)
{
    size_t at = random_roll(random, (uint32_t) text.len);
    char typed[2] = "";

    do {
        typed[0] = url_safe[random_roll(random, 64)];
    } while (shape((uint8_t) typed[0]) == shape(text.data[at]));

    return replace(text, at, 1, typed, mem);
}

static ss_str_t
transpose(random_t *random, ss_str_t text, const ss_mem_t *mem)
{
    uint8_t copy[CREDENTIAL_LEN];
    size_t at;

    memcpy(copy, text.data, sizeof(copy));
    do {
        at = random_roll(random, sizeof(copy) - 1);
    } while (shape(copy[at]) == shape(copy[at + 1]));
    copy[at] = text.data[at + 1];
    copy[at + 1] = text.data[at];

    return kept(mem, ss_str(copy, sizeof(copy)));
}

ss_str_t
other(random_t *random, other_t how, ss_str_t text, const ss_mem_t *mem)
{
    size_t at = random_roll(random, (uint32_t) text.len);
    char twice[2] = { (char) text.data[at], '\0' };

    switch (how) {
    case OTHER_STRANGER:
        return credential(random, mem);
    case OTHER_TYPO:
        return mistype(random, text, mem);
    case OTHER_LOST:
        return replace(text, at, 1, "", mem);
    case OTHER_TWICE:
        return replace(text, at, 0, twice, mem);
    case OTHER_TRANSPOSED:
        return transpose(random, text, mem);
    default:
        return text;
    }
}
