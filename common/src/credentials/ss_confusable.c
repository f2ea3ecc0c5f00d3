#include "credentials/ss_confusable.h"

#include "text/ss_crypto.h"
#include "text/ss_letters.h"

/* More places than these are only said to be there. */
enum { PLACES_NAMED = 8 };

/* Takes the next letter that can be seen. Returns false when there is none. */
static bool
next_visible(ss_str_t *text, ss_letter_t *letter)
{
    while (text->len > 0) {
        *letter = ss_letter_next(text);
        if (letter->hidden == NULL) {
            return true;
        }
    }

    return false;
}

/* What is compared of a letter. */
static ss_str_t
shape_of(const ss_letter_t *letter)
{
    return letter->shape[0] != '\0' ? ss_cstr(letter->shape) : letter->as_is;
}

/* Takes the shapes of ASCII letters, which is nearly all there is, as far as
   there is room. */
static void
read_plain(ss_shape_t *shape, ss_str_t *text)
{
    size_t room = SS_SEEN_MAX - shape->len, n = 0;

    while (n < text->len && n < room && text->data[n] > ' '
           && text->data[n] < 0x7F) {
        shape->bytes[shape->len++] = ss_letter_shape(text->data[n++]);
    }
    *text = ss_skip(*text, n);
}

bool
ss_shape_read(ss_shape_t *shape, ss_str_t text)
{
    ss_letter_t letter;

    shape->len = 0;
    if (text.len > SS_SENT_MAX) {
        return false;
    }

    read_plain(shape, &text);
    while (next_visible(&text, &letter)) {
        ss_str_t piece = shape_of(&letter);

        if (piece.len > SS_SEEN_MAX - shape->len) {
            return false;
        }
        memcpy(shape->bytes + shape->len, piece.data, piece.len);
        shape->len += piece.len;
        read_plain(shape, &text);
    }

    return true;
}

bool
ss_shape_is(const ss_shape_t *shape, ss_str_t text)
{
    ss_str_t rest = ss_str(shape->bytes, shape->len);
    ss_letter_t letter;

    while (next_visible(&text, &letter)) {
        ss_str_t piece = shape_of(&letter);

        if (!ss_starts(rest, piece)) {
            return false;
        }
        rest = ss_skip(rest, piece.len);
    }

    return rest.len == 0;
}

static void
add_place(ss_buf_t *buf, size_t number, const ss_letter_t *letter)
{
    ss_buf_adds(buf, buf->len > 0 ? ", character " : "character ");
    ss_buf_addu(buf, number);

    if (letter->hidden != NULL) {
        ss_buf_adds(buf, " (");
        ss_buf_adds(buf, letter->hidden->name);
        ss_buf_adds(buf, ")");
    } else if (letter->what != NULL) {
        ss_buf_adds(buf, letter->what);
    }
}

/* Takes off *right what a letter stands for. Tells whether it is the letter
   itself. */
static bool
is_right(const ss_letter_t *letter, ss_str_t *right)
{
    size_t n = strlen(letter->ascii);
    ss_letter_t other = { .hidden = NULL };

    do {
        if (!next_visible(right, &other)) {
            return false;
        }
    } while (n-- > 1);

    return ss_eq(letter->as_is, other.as_is);
}

int
ss_confusable_where(ss_str_t text, ss_str_t right, const ss_mem_t *mem,
                    ss_str_t *where)
{
    ss_letter_t one;
    unsigned places = 0;
    ss_buf_t buf;

    ss_buf_init(&buf, mem);

    for (size_t i = 1; text.len > 0; i++) {
        one = ss_letter_next(&text);

        if (one.hidden == NULL && is_right(&one, &right)) {
            continue;
        }

        if (places++ == PLACES_NAMED) {
            ss_buf_adds(&buf, " and more");
            break;
        }
        add_place(&buf, i, &one);
    }

    return ss_buf_done(&buf, where);
}

/* --- variants of a secret ----------------------------------------------- */

/*
 * What else a character may have been. In most fonts of e-mail I and l are the
 * same stroke, and O and 0 nearly so: that is the likely mistake. A 1 is taken
 * for one of the others more rarely, which counts as so many of the likely
 * ones.
 */
enum { RARE = 4 };

static const struct {
    char seen;
    char likely;
    char rare; /* 0: none */
} mistakes[] = {
    { 'I', 'l', '1' },  { 'l', 'I', '1' },  { '1', 'l', 'I' },
    { 'O', '0', '\0' }, { '0', 'O', '\0' },
};

typedef struct {
    size_t at; /* in text */
    uint8_t likely;
    uint8_t rare;
    size_t rare_left; /* places with a rare mistake, from this one on */
} place_t;

typedef struct {
    uint8_t text[SS_SEEN_MAX];
    size_t len;
    place_t places[SS_SEEN_MAX];
    size_t count;
    ss_proof_t *proof;
    void *ctx;
    unsigned tries;
} search_t;

static void
add_byte(search_t *search, char c)
{
    for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
        if (mistakes[i].seen == c) {
            search->places[search->count++] =
                (place_t){ .at = search->len,
                           .likely = (uint8_t) mistakes[i].likely,
                           .rare = (uint8_t) mistakes[i].rare };
        }
    }

    search->text[search->len++] = (uint8_t) c;
}

/* Reads a secret as it was seen. Returns false when it is too long. */
static bool
read_seen(search_t *search, ss_str_t text)
{
    ss_letter_t letter;

    if (text.len > SS_SENT_MAX) {
        return false;
    }

    while (next_visible(&text, &letter)) {
        if (letter.as_is.len > SS_SEEN_MAX - search->len) {
            return false;
        }

        for (size_t i = 0; letter.ascii[i] != '\0'; i++) {
            add_byte(search, letter.ascii[i]);
        }
        if (letter.ascii[0] == '\0') {
            memcpy(search->text + search->len, letter.as_is.data,
                   letter.as_is.len);
            search->len += letter.as_is.len;
        }
    }

    return true;
}

static void
count_rare(search_t *search)
{
    size_t left = 0;

    for (size_t i = search->count; i-- > 0;) {
        left += search->places[i].rare != '\0';
        search->places[i].rare_left = left;
    }
}

/* Tells whether so many mistakes find room at the places from i on. Without
   asking, the search could go on and on without a single try. */
static bool
have_room(const search_t *search, size_t i, size_t likely, size_t rare)
{
    return likely + rare <= search->count - i
           && (rare == 0 || rare <= search->places[i].rare_left);
}

static bool try_changes(search_t *search, size_t from, size_t likely,
                        size_t rare);

/* Puts c at a place and goes on behind it. What was found stays there. */
static bool
try_at(search_t *search, size_t i, uint8_t c, size_t likely, size_t rare)
{
    uint8_t *p = &search->text[search->places[i].at], seen = *p;

    *p = c;
    if (try_changes(search, i + 1, likely, rare)) {
        return true;
    }
    *p = seen;

    return false;
}

/* Tries all variants with so many mistakes of each sort at the places behind
   `from`. */
static bool
try_changes(search_t *search, size_t from, size_t likely, size_t rare)
{
    if (likely + rare == 0) {
        search->tries++;
        return search->proof(search->ctx, ss_str(search->text, search->len));
    }

    for (size_t i = from;
         have_room(search, i, likely, rare) && search->tries < SS_VARIANTS_MAX;
         i++) {
        const place_t *place = &search->places[i];

        if (likely > 0 && have_room(search, i + 1, likely - 1, rare)
            && try_at(search, i, place->likely, likely - 1, rare)) {
            return true;
        }
        if (rare > 0 && place->rare != '\0'
            && try_at(search, i, place->rare, likely, rare - 1)) {
            return true;
        }
    }

    return false;
}

/* Tries all variants of which the mistakes weigh so much. */
static bool
try_weight(search_t *search, size_t weight)
{
    for (size_t rare = 0; rare <= weight / RARE; rare++) {
        if (try_changes(search, 0, weight - rare * RARE, rare)) {
            return true;
        }
    }

    return false;
}

static bool
search_all(search_t *search)
{
    for (size_t weight = 0;
         weight <= search->count * RARE && search->tries < SS_VARIANTS_MAX;
         weight++) {
        if (try_weight(search, weight)) {
            return true;
        }
    }

    return false;
}

int
ss_confusable_variant(ss_str_t text, ss_proof_t *proof, void *ctx,
                      const ss_mem_t *mem, ss_str_t *variant)
{
    search_t search = { .proof = proof, .ctx = ctx };
    bool found = false;

    *variant = ss_str(NULL, 0);

    if (read_seen(&search, text)) {
        count_rare(&search);
        found = search_all(&search);
    }

    if (found) {
        *variant = ss_dup(mem, ss_str(search.text, search.len));
    }
    /* a secret that nobody sent must not stay on the stack */
    ss_wipe(ss_str(search.text, sizeof(search.text)));

    return found && variant->data == NULL ? SS_ERR_NOMEM : SS_OK;
}
