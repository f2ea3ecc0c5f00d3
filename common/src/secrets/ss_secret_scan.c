/*
 * ss_secret_scan.c: finds secrets in free text.
 *
 * The text is read once, byte by byte as it is meant (ss_unit_at()). Nearly all
 * bytes belong to words and cost a look into a table; what can come before a
 * secret, or end one, is the bytes between words.
 */

#include "secrets/ss_secret_place.h"

/* A token's characters that are no letters; "=", "/" and "+" end a name. */
#define IN_WORD 1  /* of names and tokens; as in SS_ALNUM_ENTRIES */
#define IN_NAME 2  /* of names alone */
#define IN_TOKEN 4 /* of tokens alone */

static const uint8_t classes[256] = {
    SS_ALNUM_ENTRIES, ['-'] = IN_WORD,  ['_'] = IN_WORD, ['.'] = IN_WORD,
    ['~'] = IN_WORD,  ['['] = IN_NAME,  [']'] = IN_NAME, ['+'] = IN_TOKEN,
    ['/'] = IN_TOKEN, ['='] = IN_TOKEN,
};

/* The words before no longer announce anything. */
static void
forget_words(ss_secret_scan_t *s)
{
    s->last = ss_str(NULL, 0);
    s->before = s->last;
}

/* --- words that are secrets ----------------------------------------------- */

/* Shorter ones are neither tokens nor JWTs. */
#define RUN_MIN 10

/* "name=value" is judged by its value; "=" may also be within a token, or end
   it. */
static bool
find_token(const ss_secret_scan_t *s, ss_str_t run, ss_str_t *found)
{
    size_t name = s->equals - s->run;

    if (s->is_public || !ss_secret_token(run, found)
        || ss_secret_public_name(s->owner)) {
        return false;
    }

    return name == 0 || !ss_secret_named_word(ss_str(run.data, name - 1))
           || ss_secret_token(ss_skip(run, name), found);
}

/* Gives a secret, and goes on behind it. What announced it may be in a word
   that was not judged yet, as "=" belongs to tokens. */
static bool
take(ss_secret_scan_t *s, ss_str_t found, ss_str_t *secret)
{
    const uint8_t *run = s->text.data + s->run, *end = found.data + found.len;
    ss_str_t token;

    /* what was redacted before */
    if (found.len == 0 || ss_eq(found, SS_STR("***"))) {
        return false;
    }

    if (found.data > run
        && find_token(s, ss_str(run, (size_t) (found.data - run)), &token)) {
        found = ss_str(token.data, (size_t) (end - token.data));
    }

    s->announced = false;
    s->tag = 0;
    s->at = (size_t) (found.data - s->text.data) + found.len;
    s->run = s->at;
    s->equals = s->at;
    s->word = s->at;
    s->previous = 0;
    s->owner = ss_str(NULL, 0);
    s->in_piece = false;
    forget_words(s);
    *secret = found;

    return true;
}

static bool
take_run(ss_secret_scan_t *s, ss_str_t *secret)
{
    ss_str_t run = ss_str(s->text.data + s->run, s->at - s->run), found, jwt;

    if (run.len < RUN_MIN) {
        return false;
    }
    if (ss_secret_pem_at(s->text, s->run, &found)) {
        return take(s, found, secret);
    }
    if (!ss_secret_jwt(run, &jwt)) {
        return find_token(s, run, &found) && take(s, found, secret);
    }

    /* in a path there may be both */
    run.len = (size_t) (jwt.data - run.data);

    return find_token(s, run, &found) ? take(s, found, secret)
                                      : take(s, jwt, secret);
}

/* --- queries -------------------------------------------------------------- */

/* Names are not that long. */
#define NAME_LONG 20

/* Where a part of a query ends, or a query. */
static bool
take_piece(ss_secret_scan_t *s, ss_str_t *secret)
{
    ss_str_t piece = ss_str(s->text.data + s->piece, s->at - s->piece);

    /* of what stands around it */
    while (piece.len > 0
           && memchr("\"',", piece.data[piece.len - 1], 3) != NULL) {
        piece.len--;
    }

    return piece.len > NAME_LONG && take(s, piece, secret);
}

/* A fragment, a path's own parameter, and a query that lost its "?" have
   secrets as well. */
static bool
at_piece(ss_secret_scan_t *s, ss_unit_t unit, ss_str_t *secret)
{
    switch (unit.c) {
    case '?':
    case '#':
    case ';':
    case '&':
        if (s->in_piece && unit.c == '&' && take_piece(s, secret)) {
            return true;
        }
        if (!s->in_piece || unit.c == '&') {
            s->in_piece = true;
            s->piece = s->at + unit.len;
        }
        return false;

    case '=':
        s->in_piece = false;
        return false;

    case ' ':
    case '\t':
    case '\r':
    case '\n':
        if (s->in_piece && take_piece(s, secret)) {
            return true;
        }
        s->in_piece = false;
        return false;

    default:
        return false;
    }
}

/* --- pairs ---------------------------------------------------------------- */

static bool
is_secret_named(const ss_secret_scan_t *s)
{
    ss_str_t both = s->before;

    if (ss_secret_name(s->last)) {
        return true;
    }
    if (both.len == 0 || both.data + both.len + 1 != s->last.data
        || both.data[both.len] != ' ' || !ss_secret_is_second_word(s->last)) {
        return false;
    }
    both.len += 1 + s->last.len;

    return ss_secret_name(both);
}

static ss_value_t
value_behind(const ss_secret_scan_t *s, uint8_t separator, uint8_t depth)
{
    return (ss_value_t){
        .text = s->text,
        .at = s->at,
        .separator = separator,
        .depth = depth,
        .opened = s->opened,
        .whole_line = separator == ':' && ss_secret_is_whole_line(s->last),
    };
}

static bool
take_value(ss_secret_scan_t *s, uint8_t separator, uint8_t depth,
           ss_str_t *secret)
{
    ss_value_t v = value_behind(s, separator, depth);
    ss_str_t value;

    if (!ss_secret_value_at(&v)) {
        return false;
    }
    value = ss_secret_behind_scheme(ss_str(v.text.data + v.at, v.end - v.at));

    return !(separator == ':' && ss_secret_is_error_code(s->last, value))
           && take(s, value, secret);
}

/* "name": "password", and "value": "x" before or behind it. */
static bool
take_member(ss_secret_scan_t *s, ss_unit_t unit, ss_str_t *secret)
{
    ss_value_t v = value_behind(s, unit.c, unit.depth);

    if (ss_secret_is_value_member(s->last)
        && (s->announced || ss_secret_named_behind(v))) {
        return take_value(s, unit.c, unit.depth, secret);
    }
    if (ss_secret_is_name_member(s->last)) {
        s->announced = ss_secret_announces(v);
    }

    return false;
}

/* Behind "=" and ":". */
static bool
take_pair(ss_secret_scan_t *s, ss_unit_t unit, ss_str_t *secret)
{
    bool announced;
    ss_str_t found;

    if (s->last.len == 0 || ss_starts(ss_skip(s->text, s->at), SS_STR("//"))) {
        return false;
    }

    if (take_member(s, unit, secret)) {
        return true;
    }

    announced = s->announced;
    if (is_secret_named(s) || ss_secret_is_user_option(s->text, s->last)
        || ss_secret_has_user_option(s->text, s->last)) {
        bool taken = take_value(s, unit.c, unit.depth, secret);

        /* "key": "password" */
        s->announced = announced;
        return taken;
    }

    if (unit.c == ':' && !ss_secret_is_address(s->last)
        && ss_secret_password_at(s->text, s->at, &found)) {
        return take(s, found, secret);
    }

    s->owner = s->last;
    if (s->run < s->at && s->equals == s->run) {
        s->equals = s->at;
    }

    return false;
}

/* --- words ---------------------------------------------------------------- */

/* Behind a word and a blank. */
static bool
take_next_word(ss_secret_scan_t *s, ss_str_t word, uint8_t between,
               ss_str_t *secret)
{
    ss_str_t found;

    if (ss_secret_scheme(word)
        && ss_secret_credential_at(s->text, word, s->at, &found)) {
        return take(s, found, secret);
    }

    return between == ' ' && ss_secret_is_option(s->text, word)
           && (ss_secret_is_user_option(s->text, word) || ss_secret_name(word))
           && take_value(s, ' ', 0, secret);
}

/* `-u"user:password"`, without a blank. */
static bool
take_quoted_option(ss_secret_scan_t *s, ss_str_t word, ss_unit_t quote,
                   ss_str_t *secret)
{
    if (!ss_secret_is_user_option(s->text, word)) {
        return false;
    }

    s->at -= quote.len;
    if (take_value(s, ' ', 0, secret)) {
        return true;
    }
    s->at += quote.len;

    return false;
}

/* At what begins or ends a tag. */
static bool
take_element(ss_secret_scan_t *s, ss_unit_t unit, ss_str_t *secret)
{
    size_t tag = s->tag;
    bool announced = s->announced;
    ss_str_t found;

    forget_words(s);
    s->announced = false;
    s->tag = unit.c == '<' ? s->at : 0;

    return tag > 0
           && ss_secret_element_at(s->text, tag, s->at - unit.len, announced,
                                   &found)
           && take(s, found, secret);
}

static bool
take_behind(ss_secret_scan_t *s, ss_str_t word, ss_unit_t unit,
            ss_str_t *secret)
{
    uint8_t previous = s->previous;
    ss_str_t found;

    switch (unit.c) {
    case '=':
    case ':':
        return take_pair(s, unit, secret);

    case '\n':
    case '\r':
        s->owner = ss_str(NULL, 0);
        /* fall through */

    case ' ':
    case '\t':
    case '+':
        return word.len > 0
               && take_next_word(s, word, unit.depth == 0 ? unit.c : 0, secret);

    case '"':
    case '\'':
    case '`':
        return take_quoted_option(s, word, unit, secret);

    case '\\':
        return false;

    case '<':
    case '>':
        return take_element(s, unit, secret);

    case '/':
        found = ss_str(NULL, 0);
        forget_words(s);
        if (ss_eq_nocase(word, SS_STR("Bearer"))) {
            return ss_secret_credential_at(s->text, word, s->at, &found)
                   && take(s, found, secret);
        }
        return word.len == 0 && previous == '/'
               && ss_secret_userinfo_at(s->text, s->at, &found)
               && take(s, found, secret);

    case '&':
    case ';':
    case '}':
        s->announced = s->announced && unit.c != '}';
        s->owner = ss_str(NULL, 0);
        /* fall through */

    default:
        forget_words(s);
        return false;
    }
}

/* Whether the quote before a word is closed behind it, and is no one's whose
   value the word begins. */
static bool
is_closed(const ss_secret_scan_t *s, ss_unit_t unit)
{
    size_t next = s->at + unit.len;

    return unit.c == s->opened
           || (unit.c == '\\' && next < s->text.len
               && s->text.data[next] == s->opened);
}

static void
end_word(ss_secret_scan_t *s, ss_str_t word, ss_unit_t unit)
{
    if (word.len > 0) {
        s->before = s->last;
        s->last = word;
        s->opened = s->previous;
        if ((s->opened != '"' && s->opened != '\'' && s->opened != '`')
            || is_closed(s, unit)) {
            s->opened = 0;
        }
    }
}

/* At a byte that is no letter of a word. */
static bool
take_at(ss_secret_scan_t *s, ss_unit_t unit, ss_str_t *secret)
{
    unsigned class = classes[unit.c];
    ss_str_t word;
    bool found;

    if (s->in_urls && unit.depth == 0 && at_piece(s, unit, secret)) {
        return true;
    }
    if (class != IN_TOKEN) {
        if (take_run(s, secret)) {
            return true;
        }
        if (ss_is_blank(unit.c) && s->run < s->at) {
            s->owner = ss_str(NULL, 0);
        }
        s->run = s->at + unit.len;
        s->equals = s->run;
    }
    if (class == IN_NAME || unit.c >= 0x80) {
        s->at += unit.len;
        return false;
    }

    word = ss_str(s->text.data + s->word, s->at - s->word);
    end_word(s, word, unit);
    s->at += unit.len;
    s->word = s->at;
    found = take_behind(s, word, unit, secret);
    s->previous = found ? 0 : unit.c;

    return found;
}

bool
ss_secret_next(ss_secret_scan_t *s, ss_str_t *secret)
{
    const ss_str_t text = s->text;

    while (s->at < text.len) {
        size_t at = s->at;
        ss_unit_t unit;

        while (at < text.len && classes[text.data[at]] == IN_WORD) {
            at++;
        }
        s->at = at;
        if (at == text.len) {
            break;
        }

        unit = ss_unit_at(text, at);
        if (unit.c == 0xEF) {
            unit = ss_secret_separator_at(text, at, unit);
        }
        if (classes[unit.c] == IN_WORD) {
            s->at += unit.len;
        } else if (take_at(s, unit, secret)) {
            return true;
        }
    }

    return (s->in_piece && take_piece(s, secret)) || take_run(s, secret);
}
