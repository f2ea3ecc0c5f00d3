/*
 * ss_explain_quote.c: what may be shown of the words of an answer.
 */

#include "explain/ss_cause.h"
#include "secrets/ss_mask.h"
#include "secrets/ss_secret.h"
#include "text/ss_utf8.h"

#define QUOTE_MAX 160
#define MESSAGE_MAX 1024

/* What is cut off is looked at, too: a secret may begin before it. In any way
   of writing, so much of it would give it away. */
#define BEYOND 256

/* A word of this length is nobody's to read, and may be a token; where a text
   speaks of secrets, shorter ones may be. */
#define WORD_MAX 40
#define SECRET_WORD_MAX 20

/* --- words -------------------------------------------------------------- */

static bool
is_word(uint8_t c)
{
    return ss_is_alnum(c) || c == '-' || c == '_' || c == '+' || c == '='
           || c == '.' || c == '~' || c == '%';
}

static size_t
word_length(ss_str_t text)
{
    size_t n = 0;

    while (n < text.len && is_word(text.data[n])) {
        n++;
    }

    return n;
}

/* How much of `=abc`, `": "abc"` or `: abc` behind the name of a secret comes
   before its value, and how long that is; 0: it is none of these. */
static size_t
value_at(ss_str_t text, size_t *len)
{
    bool given = false;
    size_t n = 0, end;
    uint8_t quote;

    while (n < text.len && memchr("\"'\\ :=>", text.data[n], 7) != NULL) {
        given |= text.data[n] == ':' || text.data[n] == '=';
        n++;
    }
    if (!given) {
        return 0;
    }

    quote = text.data[n - 1];
    end = n;
    while (end < text.len
           && (quote == '"' || quote == '\''
                   ? text.data[end] != quote
                   : memchr(" \t\r\n,;&<>\"'", text.data[end], 10) == NULL)) {
        end++;
    }
    *len = end - n;

    return n;
}

/* --- a text ------------------------------------------------------------- */

typedef struct {
    ss_buf_t buf;
    ss_str_t rest;
    bool names_secret;
} shown_t;

static void
show(shown_t *shown, size_t n)
{
    ss_buf_add(&shown->buf, ss_str(shown->rest.data, n));
    shown->rest = ss_skip(shown->rest, n);
}

static void
hide(shown_t *shown, size_t n)
{
    ss_buf_adds(&shown->buf, "***");
    shown->rest = ss_skip(shown->rest, n);
}

/* A word, and the value that it names. */
static void
add_word(shown_t *shown, size_t n)
{
    ss_str_t word = ss_str(shown->rest.data, n);
    ss_str_t name = ss_str(word.data, ss_index(word, '='));
    bool is_name = ss_secret_name(name);
    size_t len, before;

    if (is_name) {
        n = name.len;
        word = name;
    }

    if (n > (shown->names_secret ? SECRET_WORD_MAX : WORD_MAX)
        || (shown->names_secret && ss_has_digit(word))) {
        hide(shown, n);
    } else {
        show(shown, n);
    }

    before = is_name ? value_at(shown->rest, &len) : 0;
    if (before > 0) {
        show(shown, before);
        if (len > 0) {
            hide(shown, len);
        }
    }
}

/* Adds what begins in the first max bytes. Where a text speaks of a secret, a
   word with a digit may be it. */
static void
add_words(shown_t *shown, size_t max)
{
    const uint8_t *end = shown->rest.data + max;

    while (shown->rest.data < end) {
        size_t n = word_length(shown->rest);

        if (n > 0) {
            add_word(shown, n);
        } else if (ss_starts(shown->rest, SS_STR("//"))) {
            n = ss_userinfo(shown->rest).len;
            show(shown, 2);
            if (n > 0) {
                hide(shown, n);
            }
        } else {
            show(shown, 1);
        }
    }
}

/* In bounds, and not within a character. */
static ss_str_t
shorten(ss_str_t text, size_t max)
{
    if (text.len > max) {
        text.len = max;
        while (text.len > 0 && (text.data[text.len] & 0xC0) == 0x80) {
            text.len--;
        }
    }

    return text;
}

/* What the judge of secrets finds in any text goes first. */
static ss_str_t
redact(ss_explain_t *explain, ss_str_t text)
{
    ss_str_t redacted;

    if (ss_redact_text(text, explain->mem, &redacted) != SS_OK) {
        explain->failed = true;
        return SS_STR("");
    }

    return redacted;
}

static ss_str_t
quote(ss_explain_t *explain, ss_str_t text, size_t max)
{
    ss_str_t whole = ss_trim(text), looked_at, said = SS_STR("");
    shown_t shown = { .names_secret = false };
    bool more = whole.len > max;

    looked_at = shorten(whole, max + BEYOND);
    if (whole.len == 0 || ss_explain_unknown_secrets(explain)
        || ss_explain_betrays(explain, looked_at)) {
        return SS_STR("");
    }

    shown.rest = redact(explain, looked_at);
    shown.names_secret = ss_names_secret(looked_at);
    text = shorten(shown.rest, max);
    more = more || text.len < shown.rest.len;
    ss_buf_init(&shown.buf, explain->mem);
    add_words(&shown, text.len);
    if (ss_buf_done(&shown.buf, &said) != SS_OK) {
        explain->failed = true;
        return SS_STR("");
    }

    /* the last word may be a long one */
    return said.len <= max && !more
               ? said
               : SS_SAY(explain, shorten(said, max), SS_STR("..."));
}

/* A text that speaks of secrets is suspect. */
ss_str_t
ss_explain_quote(ss_explain_t *explain, ss_str_t text)
{
    return ss_names_secret(shorten(ss_trim(text), QUOTE_MAX + BEYOND))
               ? SS_STR("")
               : quote(explain, text, QUOTE_MAX);
}

ss_str_t
ss_explain_message(ss_explain_t *explain, ss_str_t text)
{
    return quote(explain, text, MESSAGE_MAX);
}

void
ss_explain_quote_error(ss_explain_t *explain, ss_telling_t *telling)
{
    const ss_answer_error_t *error = explain->error;

    telling->quote = ss_explain_quote(
        explain, error->detail.len > 0 ? error->detail : error->title);
}
