#include "ss_diag.h"

#include "ss_utf8.h"

#define LINE_MAX_SHOWN 160

void
ss_diags_init(ss_diags_t *diags, const char *name, ss_str_t text,
              const ss_mem_t *mem)
{
    *diags = (ss_diags_t){ .name = name, .text = text, .mem = mem };
}

static ss_str_t
line_at(ss_str_t text, unsigned number)
{
    ss_str_t line = SS_STR("");
    bool more = true;

    while (number > 0 && ss_split(&text, &more, '\n', &line)) {
        number--;
    }

    return number == 0 ? line : SS_STR("");
}

/* Where the user and password of a URL that begins here stand; 0: nowhere. An
   "@" in its path is taken for theirs, as a password may have a slash in it. */
static size_t
userinfo_at(ss_str_t rest)
{
    if (!ss_starts(rest, SS_STR("://"))) {
        return 0;
    }

    for (size_t i = 3; i < rest.len && !ss_is_blank(rest.data[i]); i++) {
        if (rest.data[i] == '@') {
            return 3;
        }
    }

    return 0;
}

/* Where the value of a word that names a secret stands; 0: nowhere. */
static size_t
secret_at(ss_str_t rest)
{
    static const char *const words[] = { "secret", "password", "token",
                                         "credential" };

    for (size_t k = 0; k < sizeof(words) / sizeof(words[0]); k++) {
        /* token-method and its like are rules */
        if (ss_starts_nocase(rest, ss_cstr(words[k]))
            && !ss_starts(ss_skip(rest, strlen(words[k])), SS_STR("-"))) {
            return ss_index(rest, ':');
        }
    }

    return 0;
}

/* How much of a line may be shown: a secret may have been written into the file
   by mistake, and an error must not spread it. */
static size_t
harmless(ss_str_t line)
{
    for (size_t i = 0; i < line.len; i++) {
        ss_str_t rest = ss_skip(line, i);
        size_t at = secret_at(rest);

        at = at > 0 ? at : userinfo_at(rest);
        if (at > 0) {
            return i + at;
        }
    }

    return line.len;
}

/* Tells whether a line ends in the key of a secret, whose value then stands in
   the next one. */
static bool
announces_secret(ss_str_t line)
{
    line = ss_trim(line);

    return line.len > 0 && harmless(line) == line.len - 1;
}

/* Tells whether a line stands below the key `credentials`, or one that looks as
   if it was meant: there a misspelt key may be that of a secret. */
static bool
is_in_credentials(ss_str_t text, unsigned number)
{
    static const char *const key[] = { "credentials" };
    ss_str_t line, word = SS_STR("");
    bool more = true;

    while (number-- > 0 && ss_split(&text, &more, '\n', &line)) {
        if (line.len > 0 && ss_is_alnum(line.data[0])) {
            word = ss_str(line.data, ss_index(line, ':'));
        }
    }

    return ss_suggest(ss_trim(word), key, 1) != NULL;
}

/* Where the first key of a line begins. */
static size_t
key_start(ss_str_t line)
{
    size_t at = 0;

    while (at < line.len
           && (ss_is_blank(line.data[at]) || line.data[at] == '-'
               || line.data[at] == '{' || line.data[at] == '[')) {
        at++;
    }

    return at;
}

/* The line up to its first value. */
static size_t
key_only(ss_str_t line)
{
    size_t at = key_start(line);

    return at + ss_index(ss_skip(line, at), ':') < line.len
               ? at + ss_index(ss_skip(line, at), ':')
               : at;
}

/* The same of a line whose key may be shown; else 0. */
static size_t
known_key_only(const ss_diags_t *diags, ss_str_t line)
{
    size_t start = key_start(line), end = key_only(line);
    ss_str_t key = ss_str(line.data + start, end - start);

    for (size_t i = 0; i < diags->key_count; i++) {
        if (ss_eq(key, ss_cstr(diags->keys[i]))) {
            return end;
        }
    }

    return 0;
}

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

/* Shows a line and, below it, a caret at a column; tabs stay tabs, so that the
   caret stands where the eye looks. */
static void
add_line(const ss_diags_t *diags, ss_buf_t *out, unsigned number,
         unsigned column)
{
    ss_str_t text = diags->text, line = line_at(text, number);
    size_t shown;

    while (line.len > 0 && ss_is_blank(line.data[line.len - 1])) {
        line.len--;
    }

    if (!can_show(line) || announces_secret(line_at(text, number - 1))) {
        return;
    }

    shown = harmless(line);
    if (is_in_credentials(text, number) && key_only(line) < shown) {
        shown = key_only(line);
    }
    if (diags->keys != NULL) {
        shown = known_key_only(diags, line);
        if (shown == 0) {
            return;
        }
    }
    ss_buf_adds(out, "  ");
    ss_buf_add(out, ss_str(line.data, shown));
    if (shown < line.len) {
        ss_buf_adds(out, line.data[shown] == ':' ? ": ***" : "***");
    }
    ss_buf_adds(out, "\n  ");

    for (; column > 1 && line.len > 0; column--) {
        ss_buf_addc(out, line.data[0] == '\t' ? '\t' : ' ');
        do {
            line = ss_skip(line, 1);
        } while (line.len > 0 && (line.data[0] & 0xC0) == 0x80);
    }
    ss_buf_adds(out, "^\n");
}

/* Words of the file may be anything; keep the terminal whole. */
static void
add_clean(ss_buf_t *out, ss_str_t part)
{
    ss_str_t text;

    if (ss_printable(part, out->mem, &text) != SS_OK) {
        out->failed = true;
        return;
    }

    if (text.len > LINE_MAX_SHOWN * 2) {
        text.len = LINE_MAX_SHOWN * 2;
    }
    ss_buf_add(out, text);
}

static bool
stands_behind(const ss_diag_t *diag, unsigned line, unsigned column)
{
    return diag->line > line || (diag->line == line && diag->column > column);
}

/* Makes room for an error behind those that stand before it. */
static ss_buf_t *
insert(ss_diags_t *diags, unsigned line, unsigned column)
{
    unsigned at = diags->count++;

    for (; at > 0 && stands_behind(&diags->items[at - 1], line, column); at--) {
        diags->items[at] = diags->items[at - 1];
    }

    diags->items[at].line = line;
    diags->items[at].column = column;
    ss_buf_init(&diags->items[at].out, diags->mem);

    return &diags->items[at].out;
}

void
ss_diag_add(ss_diags_t *diags, unsigned line, unsigned column,
            const ss_str_t *parts, size_t count)
{
    unsigned inner = line;
    ss_buf_t *out;

    if (diags->inside != NULL) {
        line = diags->inside_line;
        column = diags->inside_column;
    }

    if (diags->count == SS_DIAG_MAX) {
        diags->more++;
        return;
    }

    out = insert(diags, line, column);
    ss_buf_adds(out, diags->name);
    ss_buf_addc(out, ':');
    ss_buf_addu(out, line);
    ss_buf_addc(out, ':');
    ss_buf_addu(out, column);
    ss_buf_adds(out, ": error: ");
    if (diags->inside != NULL) {
        ss_buf_adds(out, diags->inside);
        ss_buf_adds(out, ", line ");
        ss_buf_addu(out, inner);
        ss_buf_adds(out, ": ");
    }
    for (size_t i = 0; i < count; i++) {
        add_clean(out, parts[i]);
    }
    ss_buf_addc(out, '\n');

    add_line(diags, out, line, column);
}

int
ss_diags_done(const ss_diags_t *diags, ss_str_t *errors)
{
    ss_buf_t all;

    ss_buf_init(&all, diags->mem);

    for (unsigned i = 0; i < diags->count; i++) {
        ss_str_t one;

        all.failed |= ss_buf_done(&diags->items[i].out, &one) != SS_OK;
        ss_buf_add(&all, one);
    }

    if (diags->more > 0) {
        ss_buf_adds(&all, diags->name);
        ss_buf_adds(&all, ": error: and ");
        ss_buf_addu(&all, diags->more);
        ss_buf_adds(&all, " more\n");
    }

    return ss_buf_done(&all, errors);
}

int
ss_diag_file(const char *name, const char *why, const ss_mem_t *mem,
             ss_str_t *errors)
{
    return SS_JOIN(mem, errors, ss_cstr(name), SS_STR(": error: "),
                   ss_cstr(why), SS_STR("\n"))
                   == SS_OK
               ? SS_ERR_CONFIG
               : SS_ERR_NOMEM;
}

/* --- did you mean ------------------------------------------------------- */

#define WORD_MAX 48

bool
ss_is_word(ss_str_t text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (!ss_is_alnum(text.data[i]) && text.data[i] != '_'
            && text.data[i] != '-') {
            return false;
        }
    }

    return text.len > 0 && text.len <= WORD_MAX;
}

static unsigned
min3(unsigned a, unsigned b, unsigned c)
{
    unsigned m = a < b ? a : b;

    return m < c ? m : c;
}

/* How many letters must be put in, taken out or changed (Levenshtein). */
static unsigned
distance(ss_str_t a, ss_str_t b)
{
    unsigned row[WORD_MAX + 1];

    for (unsigned k = 0; k <= b.len; k++) {
        row[k] = k;
    }

    for (size_t i = 0; i < a.len; i++) {
        unsigned diagonal = row[0];

        row[0] = (unsigned) i + 1;
        for (size_t k = 0; k < b.len; k++) {
            unsigned cost = ss_lower(a.data[i]) != ss_lower(b.data[k]);
            unsigned next = min3(row[k] + 1, row[k + 1] + 1, diagonal + cost);

            diagonal = row[k + 1];
            row[k + 1] = next;
        }
    }

    return row[b.len];
}

const char *
ss_suggest(ss_str_t word, const char *const *words, size_t count)
{
    const char *best = NULL;
    unsigned least = 1 + (unsigned) (word.len < 30 ? word.len : 30) / 3;

    if (word.len > WORD_MAX) {
        return NULL;
    }

    for (size_t i = 0; i < count; i++) {
        ss_str_t candidate = ss_cstr(words[i]);
        unsigned d =
            candidate.len > WORD_MAX ? least : distance(word, candidate);

        if (d < least) {
            least = d;
            best = words[i];
        }
    }

    return best;
}
