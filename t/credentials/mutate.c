#include "mutate.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define PICK(random, list) list[random_roll(random, COUNT(list))]

const char *const mutation_names[MUTATE_COUNT] = {
    [MUTATE_ONE] = "one swap",
    [MUTATE_SEVERAL] = "several swaps",
    [MUTATE_FONT] = "a font's shapes",
    [MUTATE_SCRIPT] = "other scripts",
    [MUTATE_STYLE] = "styled letters",
    [MUTATE_TYPESET] = "ligatures",
    [MUTATE_ENDS] = "hidden at the ends",
    [MUTATE_INSIDE] = "hidden inside",
    [MUTATE_BLANKS] = "blanks",
    [MUTATE_QUOTES] = "quotes",
    [MUTATE_MIXED] = "mixed",
};

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
    { 'C', "\xE2\x85\xAD" },
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
    { 'V', "\xE2\x85\xA4" },
    { 'X', "\xD0\xA5" },
    { 'X', "\xE2\x85\xA9" },
    { 'Y', "\xCE\xA5" },
    { 'Z', "\xCE\x96" },
    { 'a', "\xD0\xB0" },
    { 'a', "\xCE\xB1" },
    { 'c', "\xD1\x81" },
    { 'e', "\xD0\xB5" },
    { 'i', "\xD1\x96" },
    { 'h', "\xD2\xBB" },
    { 'j', "\xD1\x98" },
    { 'l', "\xD3\x8F" },
    { 'l', "|" },
    { 'I', "|" },
    { 'o', "\xD0\xBE" },
    { 'o', "\xCE\xBF" },
    { 'o', "\xD6\x85" },
    { 'o', "\xCF\x83" },
    { 'p', "\xD1\x80" },
    { 's', "\xD1\x95" },
    { 'v', "\xCE\xBD" },
    { 'u', "\xCF\x85" },
    { 'w', "\xD4\x9D" },
    { 'x', "\xD1\x85" },
    { 'x', "\xC3\x97" },
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
    "\xE2\x80\xAA", "\xE2\x80\xAC", "\xE2\x81\xA3", "\xE2\x81\xA6",
    "\xEF\xB8\x8F", "\xE3\x85\xA4",
};

static const char *const blanks[] = {
    " ",
    "  ",
    "\t",
    "\n",
    "\r\n",
    "\xE2\x80\x83",
    "\xE2\x80\x85",
    "\xE2\x80\x89",
    "\xE2\x80\xA8",
    "\xE2\x80\xAF",
    "\xE3\x80\x80",
};

static const struct {
    const char *before;
    const char *behind;
} quotes[] = {
    { "\"", "\"" },
    { "'", "'" },
    { "\xE2\x80\x9C", "\xE2\x80\x9D" },
    { "\xE2\x80\x98", "\xE2\x80\x99" },
    { "\xE2\x80\x9E", "\xE2\x80\x9C" },
    { "\xC2\xAB", "\xC2\xBB" },
};

/* The longest first. */
static const struct {
    const char *letters;
    const char *drawn;
} ligatures[] = {
    { "ffi", "\xEF\xAC\x83" }, { "ffl", "\xEF\xAC\x84" },
    { "ff", "\xEF\xAC\x80" },  { "fi", "\xEF\xAC\x81" },
    { "fl", "\xEF\xAC\x82" },  { "st", "\xEF\xAC\x86" },
};

/* The alphabets of 52 and the digits that go with them; Unicode had some of the
   letters before, and left their places empty. */
static const struct {
    uint32_t letters;
    uint32_t digits; /* 0: none */
} styles[] = {
    { 0x1D400, 0x1D7CE }, { 0x1D434, 0 },       { 0x1D468, 0x1D7CE },
    { 0x1D49C, 0 },       { 0x1D4D0, 0 },       { 0x1D504, 0 },
    { 0x1D538, 0x1D7D8 }, { 0x1D56C, 0 },       { 0x1D5A0, 0x1D7E2 },
    { 0x1D5D4, 0x1D7EC }, { 0x1D608, 0x1D7E2 }, { 0x1D63C, 0x1D7EC },
    { 0x1D670, 0x1D7F6 },
};

static const struct {
    uint32_t empty;
    uint32_t code;
} older[] = {
    { 0x1D455, 0x210E }, { 0x1D49D, 0x212C }, { 0x1D4A0, 0x2130 },
    { 0x1D4A1, 0x2131 }, { 0x1D4A3, 0x210B }, { 0x1D4A4, 0x2110 },
    { 0x1D4A7, 0x2112 }, { 0x1D4A8, 0x2133 }, { 0x1D4AD, 0x211B },
    { 0x1D4BA, 0x212F }, { 0x1D4BC, 0x210A }, { 0x1D4C4, 0x2134 },
    { 0x1D506, 0x212D }, { 0x1D50B, 0x210C }, { 0x1D50C, 0x2111 },
    { 0x1D515, 0x211C }, { 0x1D51D, 0x2128 }, { 0x1D53A, 0x2102 },
    { 0x1D53F, 0x210D }, { 0x1D545, 0x2115 }, { 0x1D547, 0x2119 },
    { 0x1D548, 0x211A }, { 0x1D549, 0x211D }, { 0x1D551, 0x2124 },
};

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
        if (is_mixed_up(copy[i]) && place-- == 0) {
            copy[i] = swapped(random, copy[i]);
        }
    }

    return copied(mem, ss_str(copy, text.len));
}

static ss_str_t
swap_several(random_t *random, ss_str_t text, const ss_mem_t *mem)
{
    ss_buf_t buf;

    ss_buf_init(&buf, mem);
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.data[i];

        ss_buf_addc(&buf, is_mixed_up(c) && random_roll(random, 2)
                              ? swapped(random, c)
                              : c);
    }

    return built(&buf);
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

    return built(&buf);
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

    return built(&buf);
}

static void
add_code(ss_buf_t *buf, uint32_t code)
{
    size_t n = code < 0x10000 ? 3 : 4;

    ss_buf_addc(buf,
                (uint8_t) (n == 3 ? 0xE0 | code >> 12 : 0xF0 | code >> 18));
    if (n == 4) {
        ss_buf_addc(buf, (uint8_t) (0x80 | (code >> 12 & 0x3F)));
    }
    ss_buf_addc(buf, (uint8_t) (0x80 | (code >> 6 & 0x3F)));
    ss_buf_addc(buf, (uint8_t) (0x80 | (code & 0x3F)));
}

static void
add_styled(ss_buf_t *buf, uint32_t code)
{
    for (size_t i = 0; i < COUNT(older); i++) {
        if (older[i].empty == code) {
            code = older[i].code;
        }
    }
    add_code(buf, code);
}

static ss_str_t
style(random_t *random, ss_str_t text, const ss_mem_t *mem)
{
    uint32_t which = random_roll(random, COUNT(styles));
    ss_buf_t buf;

    ss_buf_init(&buf, mem);
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.data[i];

        if (c >= 'A' && c <= 'Z') {
            add_styled(&buf, styles[which].letters + c - 'A');
        } else if (c >= 'a' && c <= 'z') {
            add_styled(&buf, styles[which].letters + 26u + c - 'a');
        } else if (c >= '0' && c <= '9' && styles[which].digits != 0) {
            add_styled(&buf, styles[which].digits + c - '0');
        } else {
            ss_buf_addc(&buf, c);
        }
    }

    return built(&buf);
}

static ss_str_t
typeset(random_t *random, ss_str_t text, const ss_mem_t *mem)
{
    ss_buf_t buf;

    (void) random;

    ss_buf_init(&buf, mem);
    while (text.len > 0) {
        size_t i = 0;

        while (i < COUNT(ligatures)
               && !ss_starts(text, ss_cstr(ligatures[i].letters))) {
            i++;
        }
        if (i < COUNT(ligatures)) {
            ss_buf_adds(&buf, ligatures[i].drawn);
            text = ss_skip(text, strlen(ligatures[i].letters));
        } else {
            ss_buf_addc(&buf, text.data[0]);
            text = ss_skip(text, 1);
        }
    }

    return built(&buf);
}

/* Tells whether a character begins there. */
static bool
is_border(ss_str_t text, size_t at)
{
    return at == text.len || (text.data[at] & 0xC0) != 0x80;
}

static ss_str_t
insert_inside(random_t *random, ss_str_t text, const char *what,
              const ss_mem_t *mem)
{
    size_t at;

    do {
        at = 1 + random_roll(random, (uint32_t) text.len - 1);
    } while (!is_border(text, at));

    return with_at(text, at, 0, what, mem);
}

static ss_str_t
hide_at_ends(random_t *random, ss_str_t text, const ss_mem_t *mem)
{
    uint32_t where = 1 + random_roll(random, 3);

    if (where & 1) {
        text = with_at(text, 0, 0, PICK(random, unseen), mem);
    }
    if (where & 2) {
        text = with_at(text, text.len, 0, PICK(random, unseen), mem);
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
        return with_at(text, 0, 0, PICK(random, blanks), mem);
    case 1:
        return insert_inside(random, text, PICK(random, blanks), mem);
    case 2:
        text = with_at(text, 0, 0, PICK(random, blanks), mem);
        /* fall through */
    default:
        return with_at(text, text.len, 0, PICK(random, blanks), mem);
    }
}

static ss_str_t
quote(random_t *random, ss_str_t text, const ss_mem_t *mem)
{
    uint32_t which = random_roll(random, COUNT(quotes));

    text = with_at(text, 0, 0, quotes[which].before, mem);

    return with_at(text, text.len, 0, quotes[which].behind, mem);
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
        [MUTATE_STYLE] = style,       [MUTATE_TYPESET] = typeset,
        [MUTATE_ENDS] = hide_at_ends, [MUTATE_INSIDE] = hide_inside,
        [MUTATE_BLANKS] = add_blanks, [MUTATE_QUOTES] = quote,
        [MUTATE_MIXED] = mix,
    };

    return ways[how](random, text, mem);
}
