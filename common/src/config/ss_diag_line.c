#include "config/ss_diag_line.h"

#include "secrets/ss_secret.h"
#include "text/ss_suggest.h"
#include "text/ss_utf8.h"

#define LINE_MAX_SHOWN 160
#define NAME_MAX 48
#define NAME_PIECE_MAX 14 /* longer ones may be generated passwords */
#define NUMBER_MAX 10
#define DEPTH_MAX 32

/* --- words ---------------------------------------------------------------- */

bool
ss_diag_is_name(ss_str_t word)
{
    bool small = true;
    size_t run = 0;

    for (size_t i = 0; i < word.len; i++) {
        uint8_t c = word.data[i];
        bool letter = ss_lower(c) >= 'a' && ss_lower(c) <= 'z';

        if (!letter && c != '_' && c != '-') {
            return false;
        }
        small &= c == ss_lower(c);
        run = letter ? run + 1 : 0;
        if (run > NAME_PIECE_MAX) {
            return false;
        }
    }

    return word.len > 0 && word.len <= NAME_MAX
           && (small || ss_secret_name(word));
}

static const ss_diag_key_t *
find_key(const ss_diag_keys_t *keys, size_t count, ss_str_t word)
{
    for (size_t i = 0; i < count; i++) {
        if (ss_eq(word, ss_cstr(keys->keys[i].name))) {
            return &keys->keys[i];
        }
    }

    return NULL;
}

/* The parameters of rules, which are numbers; also nearly. */
static bool
is_parameter(ss_str_t word)
{
    for (size_t i = 0; i < ss_rule_count(); i++) {
        const ss_parameter_t *p = ss_rule_at(i)->parameters;

        for (size_t k = 0; k < SS_PARAMETERS_MAX && p[k].name != NULL; k++) {
            if (ss_suggest(word, &p[k].name, 1) != NULL) {
                return true;
            }
        }
    }

    return false;
}

/* A misspelt key has few letters that are not those of a known one. */
static bool
is_near_key(const ss_diag_keys_t *keys, ss_str_t word)
{
    for (size_t i = 0; i < keys->count; i++) {
        if (ss_suggest(word, &keys->keys[i].name, 1) != NULL) {
            return true;
        }
    }

    return false;
}

/* Tells whether a key may be shown, and what behind it. */
static bool
shows_key(const ss_diag_keys_t *keys, ss_str_t word, ss_show_t *values)
{
    const ss_diag_key_t *key = find_key(keys, keys->count, word);

    if (key != NULL) {
        *values = key->values;
        return true;
    }

    *values = ss_rule_find(word) != NULL ? SS_SHOW_WORD
              : is_parameter(word)       ? SS_SHOW_NUMBER
                                         : SS_SHOW_NONE;

    return *values != SS_SHOW_NONE || ss_diag_is_name(word)
           || is_near_key(keys, word);
}

/* Words that say the same in every file, wherever they stand. */
static bool
is_known_word(ss_str_t word)
{
    static const char *const words[] = {
        "off",          "report",   "repair",      "reject",   "observe",
        "enforce",      "true",     "false",       "reported", "repaired",
        "would-repair", "rejected", "would-reject"
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (ss_eq(word, ss_cstr(words[i]))) {
            return true;
        }
    }

    return ss_rule_find(word) != NULL || ss_cause_find(word) != NULL;
}

/* "250", "512k", "10%" */
static bool
is_number(ss_str_t word)
{
    size_t n = 0;

    while (n < word.len && word.data[n] >= '0' && word.data[n] <= '9') {
        n++;
    }

    return n > 0 && n <= NUMBER_MAX
           && (n == word.len
               || (n + 1 == word.len
                   && memchr("kKmM%", word.data[n], 5) != NULL));
}

static bool
shows_value(ss_show_t values, ss_str_t word)
{
    return is_known_word(word)
           || (values == SS_SHOW_WORD && ss_diag_is_name(word)
               && !ss_has_secret(word))
           || (values == SS_SHOW_NUMBER && is_number(word));
}

/* --- a line --------------------------------------------------------------- */

/* A line that is being written. Of the lines before it nothing is known: what
   looks like a key in a text of several lines is taken for one. */
typedef struct {
    const ss_diag_keys_t *keys;
    ss_str_t line;
    size_t at;
    size_t caret;     /* where the error is, in the line */
    size_t caret_out; /* and in what is written */
    ss_buf_t *out;
    size_t written;
    char open[DEPTH_MAX]; /* the brackets around */
    size_t depth;
    bool is_value;    /* a key came before */
    ss_show_t values; /* what may be shown behind it */
    bool useful;      /* there is a word in it */
} writer_t;

/* Writes text in place of the line's bytes up to end. */
static void
put(writer_t *w, size_t end, ss_str_t text)
{
    if (w->at <= w->caret && w->caret < end) {
        size_t in = w->caret - w->at;

        w->caret_out = w->written + (in < text.len ? in : 0);
    }

    ss_buf_add(w->out, text);
    w->written += text.len;
    w->at = end;
}

static void
put_as_it_is(writer_t *w, size_t end)
{
    put(w, end, ss_str(w->line.data + w->at, end - w->at));
}

static bool
is_blank_at(const writer_t *w, size_t at)
{
    return at >= w->line.len || ss_is_blank(w->line.data[at]);
}

static bool
in_list(const writer_t *w)
{
    return w->depth > 0 && w->open[w->depth - 1] == '[';
}

/* A comma, a bracket. Returns false for other characters. */
static bool
put_punctuation(writer_t *w, uint8_t c)
{
    bool opens = c == '{' || c == '[';

    if (opens && w->depth < DEPTH_MAX) {
        w->open[w->depth++] = (char) c;
    } else if (w->depth > 0 && (c == '}' || c == ']')) {
        w->depth--;
    } else if (w->depth == 0 || c != ',') {
        return false;
    }

    /* the items of a list are values of the key before it */
    if (c == '{' || c == '}' || c == ']' || (c == ',' && !in_list(w))) {
        w->values = SS_SHOW_NONE;
    }
    w->is_value = in_list(w) && w->is_value;
    put_as_it_is(w, w->at + 1);

    return true;
}

/* The position behind a quoted word. */
static size_t
quoted_end(const writer_t *w)
{
    uint8_t quote = w->line.data[w->at];
    size_t at = w->at + 1;

    while (at < w->line.len && w->line.data[at] != quote) {
        at += quote == '"' && w->line.data[at] == '\\' ? 2 : 1;
    }

    return at < w->line.len ? at + 1 : w->line.len;
}

static bool
ends_plain(const writer_t *w, size_t at)
{
    uint8_t c = w->line.data[at];

    if (c == '#') {
        return at > 0 && ss_is_blank(w->line.data[at - 1]);
    }
    if (c == ':') {
        return (w->depth > 0 || !w->is_value) && is_blank_at(w, at + 1);
    }

    return w->depth > 0 && memchr(",[]{}", c, 5) != NULL;
}

/* The position behind a word without quotes. Anchors and tags end at a blank,
   others may have some in them. */
static size_t
plain_end(const writer_t *w)
{
    uint8_t first = w->line.data[w->at];
    bool one_word = first == '&' || first == '!' || first == '*';
    size_t at = w->at + 1;

    while (at < w->line.len && !ends_plain(w, at)
           && !(one_word && ss_is_blank(w->line.data[at]))) {
        at++;
    }
    while (ss_is_blank(w->line.data[at - 1])) {
        at--;
    }

    return at;
}

static void
put_word(writer_t *w)
{
    uint8_t c = w->line.data[w->at];
    bool quoted = c == '"' || c == '\'';
    size_t end = quoted ? quoted_end(w) : plain_end(w);
    ss_str_t word = ss_str(w->line.data + w->at, end - w->at);
    size_t colon = end + ss_index(ss_skip(w->line, end), ':');
    bool key = colon < w->line.len && is_blank_at(w, colon + 1)
               && ss_trim(ss_str(w->line.data + end, colon - end)).len == 0
               && (!w->is_value || in_list(w));
    bool shown;

    if (quoted && word.len >= 2) {
        word = ss_str(word.data + 1, word.len - 2);
    }
    shown = key ? shows_key(w->keys, word, &w->values)
                : shows_value(w->values, word);

    if (shown) {
        put_as_it_is(w, end);
    } else {
        put(w, end, SS_STR("***"));
    }
    w->useful |= shown;

    if (key) {
        put_as_it_is(w, colon + 1);
        w->is_value = true;
    }
}

static void
put_line(writer_t *w)
{
    while (w->at < w->line.len) {
        uint8_t c = w->line.data[w->at];
        bool blank_next = is_blank_at(w, w->at + 1);

        if (c == '#' && (w->at == 0 || is_blank_at(w, w->at - 1))) {
            break;
        }

        if (ss_is_blank(c)) {
            put(w, w->at + 1, SS_STR(" "));
        } else if (!w->is_value && blank_next && (c == '-' || c == '?')) {
            put_as_it_is(w, w->at + 1);
        } else if (!put_punctuation(w, c)) {
            put_word(w);
        }
    }
}

/* --- the caret ------------------------------------------------------------ */

static bool
can_show(ss_str_t line)
{
    ss_str_t rest = line;

    while (rest.len > 0) {
        size_t n = ss_utf8_length(rest);

        if (n == 0 || (rest.data[0] < ' ' && rest.data[0] != '\t')) {
            return false;
        }
        rest = ss_skip(rest, n);
    }

    return line.len > 0 && line.len <= LINE_MAX_SHOWN;
}

static size_t
byte_of_column(ss_str_t line, unsigned column)
{
    ss_str_t rest = line;

    for (; column > 1 && rest.len > 0; column--) {
        rest = ss_skip(rest, ss_utf8_length(rest));
    }

    return line.len - rest.len;
}

void
ss_diag_line(const ss_diag_keys_t *keys, ss_str_t line, unsigned column,
             ss_buf_t *out)
{
    ss_str_t text;
    ss_buf_t buf;
    writer_t w = { .keys = keys, .line = line, .out = &buf };

    while (w.line.len > 0 && ss_is_blank(w.line.data[w.line.len - 1])) {
        w.line.len--;
    }
    if (!can_show(w.line)) {
        return;
    }

    ss_buf_init(&buf, out->mem);
    w.caret = byte_of_column(w.line, column);
    w.caret_out = SIZE_MAX;
    put_line(&w);
    if (w.caret_out == SIZE_MAX) {
        w.caret_out = w.written;
    }
    if (ss_buf_done(&buf, &text) != SS_OK) {
        out->failed = true;
        return;
    }
    if (!w.useful) {
        return;
    }

    while (ss_is_blank(text.data[text.len - 1])) {
        text.len--;
    }
    ss_buf_adds(out, "  ");
    ss_buf_add(out, text);
    ss_buf_adds(out, "\n  ");
    while (w.caret_out-- > 0) {
        ss_buf_addc(out, ' ');
    }
    ss_buf_adds(out, "^\n");
}

/* --- whose file it is ----------------------------------------------------- */

bool
ss_diag_is_own(const ss_diag_keys_t *keys, ss_str_t text)
{
    ss_str_t line;
    bool more = true;

    while (ss_split(&text, &more, '\n', &line)) {
        size_t colon = ss_index(line, ':');

        if (colon < line.len
            && (colon + 1 == line.len || ss_is_blank(line.data[colon + 1]))
            && find_key(keys, keys->top, ss_str(line.data, colon)) != NULL) {
            return true;
        }
    }

    return false;
}
