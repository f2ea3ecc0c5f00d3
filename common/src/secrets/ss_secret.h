/*
 * ss_secret.h: the one judge of what is a secret. Names: parameters, members,
 * headers, keys. Values: what follows Bearer or Basic, JWTs, long words of
 * letters of both cases with digits. Every output asks here, or by what of it
 * is public: ss_secret_name(), ss_has_secret(), ss_redact_text().
 */

#ifndef SS_SECRET_H
#define SS_SECRET_H

#include "text/ss_str.h"

/* Tells whether the value of this name is public although it looks like a
   token: a client_id, an id of a trace or request, an ETag, a digest, the
   boundary of a multipart body. A scheme or a JWT in it is a secret still. */
bool ss_secret_public_name(ss_str_t name);

/* Finds in a word (of a token's characters) what is long and mixed as only
   tokens are, or a JWT. UUIDs, paths, versions, dates and such are not. */
bool ss_secret_token(ss_str_t word, ss_str_t *token);
bool ss_secret_jwt(ss_str_t word, ss_str_t *jwt);

/* Tells whether a word is of names only, as people give them. */
bool ss_secret_named_word(ss_str_t word);

/* Tells whether what follows this word is a credential: Bearer, Basic. */
bool ss_secret_scheme(ss_str_t word);

/* A byte of a text and how it is written there: "%3D", "%253D", "\u003d" and
   "&#61;" are "=" as well. depth says how often it is encoded. */
typedef struct {
    size_t len;
    uint8_t c;
    uint8_t depth;
} ss_unit_t;

/* The unit at a position within a text; the second for "%", "\\" and "&". */
ss_unit_t ss_unit_coded(ss_str_t text, size_t at);

static inline ss_unit_t
ss_unit_at(ss_str_t text, size_t at)
{
    uint8_t c = text.data[at];

    return c == '%' || c == '\\' || c == '&' ? ss_unit_coded(text, at)
                                             : (ss_unit_t){ 1, c, 0 };
}

/* What a character that is no ASCII one, and begins with this unit, is in a
   name: "a" for a Cyrillic one; the unit itself where it is like none. */
ss_unit_t ss_secret_letter_at(ss_str_t text, size_t at, ss_unit_t unit);

/* The same for what separates names and values: fullwidth "=", ":" and "&". */
ss_unit_t ss_secret_separator_at(ss_str_t text, size_t at, ss_unit_t unit);

/* Tells whether a word for a secret in a script of its own begins there. */
bool ss_secret_foreign_at(ss_str_t text, size_t at);

/*
 * Tells by a look whether a text has to be read for secrets: false when it
 * certainly has none, neither as free text nor as a line with URLs. Allocates
 * nothing.
 */
bool ss_secret_look(ss_str_t text);

/* Where the secrets of a text are: begin with { .text = text }. */
typedef struct {
    ss_str_t text;
    bool in_urls;     /* set: a part of a query without "=" that is long may be
                         a token pasted alone, and is a secret */
    bool is_public;   /* set: all of it is the value of a public name */
    bool in_piece;    /* in such a part */
    bool announced;   /* "name": "password" was read, a "value" may follow */
    uint8_t opened;   /* the quote before the last word, or 0 */
    uint8_t previous; /* the byte before, when no letter */
    size_t at;        /* where reading goes on */
    size_t run;       /* where the word of a token's characters began */
    size_t equals;    /* behind the first "=" in it, or where it began */
    size_t word;      /* where the word at hand began */
    size_t piece;     /* where the part of a query began */
    size_t tag;       /* behind the "<" of a tag that is open, or 0 */
    ss_str_t last;    /* the word before, when only blanks and quotes follow */
    ss_str_t before;  /* and the one before that */
    ss_str_t owner;   /* whose value is at hand, or empty */
} ss_secret_scan_t;

/*
 * Finds the next secret of free text, as a slice of it:
 * what follows a scheme, JWTs and long mixed words, the values of
 * `name=value`, `name: value` and `"name": "value"` with the name of a secret,
 * options (`--oauth2-bearer x`, `-u user:password`), userinfo in URLs, private
 * keys. Separators may be encoded (`%3F %26 %3D`, twice, too).
 *
 * Returns false when there is none left. One pass over the text; allocates
 * nothing.
 */
bool ss_secret_next(ss_secret_scan_t *secrets, ss_str_t *secret);

/* Tells whether a text can be judged: UTF-8 without NUL bytes. Others are
   given by their size. */
bool ss_is_judgeable(ss_str_t text);

/* Adds what is left of a text with "***" in place of its secrets. It need not
   be UTF-8. */
void ss_redact_into(ss_buf_t *buf, ss_secret_scan_t *secrets);

/* Gives "(N bytes that are not shown)". SS_OK, SS_ERR_NOMEM. */
int ss_redact_size(size_t len, const ss_mem_t *mem, ss_str_t *redacted);

#endif
