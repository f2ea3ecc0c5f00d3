/*
 * doctor_words.c: curl's words, and what .curlrc has, sorted: options of the
 * connection are kept, the token is taken out.
 */

#include <stdio.h>
#include <string.h>

#include "shared/ascii.h"
#include "shared/curl_options.h"
#include "tools/doctor/doctor.h"
#include "shared/text.h"
#include "shared/say.h"

/* The most that is read of the file of -H @FILE. */
#define HEADERS_MAX 16384

/* Files may name further files. */
#define DEPTH_MAX 5

typedef struct {
    doctor_words_t *words;
    const ss_mem_t *mem;
    size_t room;
    int depth; /* of files, in which what is of no use is passed over */
    bool url;  /* a file had one */
} sorting_t;

/* How much of a word is an option's name: the rest may be anything. */
static int
name_length(const char *word)
{
    if (word[1] != '-') {
        return word[1] > ' ' && word[1] < 0x7f ? 2 : 1;
    }

    return (int) strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789-.");
}

static int
refuse(const sorting_t *sorting, const char *word)
{
    if (sorting->depth > 0) {
        return 0;
    }

    report_line("--ss-doctor: %.*s has no use here; give curl's options of the "
                "connection, and a token by --oauth2-bearer or -H",
                name_length(word), word);

    return -1;
}

static int
missing_value(const sorting_t *sorting, const char *word)
{
    if (sorting->depth > 0) {
        return 0;
    }

    report_line("--ss-doctor: %.*s needs a value", name_length(word), word);

    return -1;
}

static int
unreadable(const sorting_t *sorting, const char *option)
{
    if (sorting->depth > 0) {
        return 0;
    }

    report_line("--ss-doctor: the file of %s cannot be read", option);

    return -1;
}

static int
no_url(const sorting_t *sorting)
{
    if (sorting->depth > 0) {
        return 0;
    }

    report_line("--ss-doctor takes no URL; the rules file has the service's");

    return -1;
}

static int
no_memory(void)
{
    report_line("out of memory");

    return -1;
}

static void *
get(const sorting_t *sorting, size_t size)
{
    return sorting->mem->alloc(sorting->mem->ctx, size);
}

/* A copy of a value, which is blanked out where it stood; NULL: no memory. */
static char *
take_away(const sorting_t *sorting, char *value)
{
    size_t len = strlen(value);
    char *copy = get(sorting, len + 1);

    if (copy != NULL) {
        memcpy(copy, value, len + 1);
        memset(value, '*', len);
    }

    return copy;
}

/* "--NAME", to be kept with a value or NULL. */
static int
keep(sorting_t *sorting, const char *name, const char *value)
{
    doctor_words_t *words = sorting->words;
    size_t len = strlen(name);
    char *option = get(sorting, len + 3);

    if (words->count == sorting->room) {
        size_t room = 2 * sorting->room + 16;
        doctor_option_t *kept = get(sorting, room * sizeof(*kept));

        if (kept == NULL) {
            return no_memory();
        }
        if (words->count > 0) {
            memcpy(kept, words->kept, words->count * sizeof(*kept));
        }
        words->kept = kept;
        sorting->room = room;
    }

    if (option == NULL) {
        return no_memory();
    }
    memcpy(option, "--", 2);
    memcpy(option + 2, name, len + 1);

    words->kept[words->count++] = (doctor_option_t){
        option, value,
        sorting->depth > 0 || (value != NULL && doctor_option_hides(name))
    };

    return 0;
}

/* --- the token ------------------------------------------------------------ */

static ss_str_t
trimmed(ss_str_t s)
{
    while (s.len > 0 && strchr(" \t", s.data[0]) != NULL) {
        s.data++;
        s.len--;
    }
    while (s.len > 0 && strchr(" \t\r\n", s.data[s.len - 1]) != NULL) {
        s.len--;
    }

    return s;
}

/* Takes "Authorization: ..."; false: the line is another header. */
static bool
take_authorization(sorting_t *sorting, ss_str_t line)
{
    static const char name[] = "Authorization:";
    size_t len = sizeof(name) - 1;

    if (line.len < len || !ascii_same(line.data, name, len)) {
        return false;
    }

    sorting->words->authorization =
        trimmed((ss_str_t){ line.data + len, line.len - len });

    return true;
}

static int
take_line(sorting_t *sorting, ss_str_t line)
{
    char *text;

    if (take_authorization(sorting, line)) {
        return 0;
    }

    text = get(sorting, line.len + 1);
    if (text == NULL) {
        return no_memory();
    }
    memcpy(text, line.data, line.len);
    text[line.len] = '\0';

    return keep(sorting, "header", text);
}

static int
take_file(sorting_t *sorting, const char *path)
{
    bool is_stdin = strcmp(path, "-") == 0;
    FILE *file = is_stdin ? stdin : fopen(path, "re");
    char *text = get(sorting, HEADERS_MAX + 1);
    const char *rest = text;
    ss_str_t line;
    int rc = 0;

    if (file == NULL) {
        return unreadable(sorting, "-H");
    }

    if (text != NULL) {
        text[fread(text, 1, HEADERS_MAX, file)] = '\0';
    }
    if (!is_stdin) {
        fclose(file);
    }
    if (text == NULL) {
        return no_memory();
    }

    while (rc == 0 && request_next_line(&rest, &line)) {
        rc = take_line(sorting, line);
    }

    return rc;
}

static int
take_header(sorting_t *sorting, const char *value)
{
    if (value[0] == '@') {
        return take_file(sorting, value + 1);
    }

    return take_authorization(sorting, text_of(value))
               ? 0
               : keep(sorting, "header", value);
}

static int
take_bearer(sorting_t *sorting, const char *value)
{
    static const char scheme[] = "Bearer ";
    size_t before = sizeof(scheme) - 1, len = strlen(value);
    char *text = get(sorting, before + len);

    if (text == NULL) {
        return no_memory();
    }
    memcpy(text, scheme, before);
    memcpy(text + before, value, len);
    sorting->words->authorization =
        (ss_str_t){ (const uint8_t *) text, before + len };

    return 0;
}

/* --- files ---------------------------------------------------------------- */

static int take(sorting_t *sorting, char *word, char *next);

static int
take_configured(void *ctx, char *option, char *value)
{
    return take(ctx, option, value) < 0 ? -1 : SS_OK;
}

static int
take_options_of(sorting_t *sorting, FILE *file)
{
    int rc;

    sorting->depth++;
    rc = doctor_config_read(file, take_configured, sorting, sorting->mem);
    sorting->depth--;

    /* what the handler had to say it has said */
    return rc == SS_ERR_NOMEM ? no_memory() : rc == SS_OK ? 0 : -1;
}

static int
take_config(sorting_t *sorting, const char *path)
{
    bool is_stdin = strcmp(path, "-") == 0;
    FILE *file;
    int rc;

    if (sorting->depth >= DEPTH_MAX) {
        return 0;
    }

    file = is_stdin ? stdin : fopen(path, "re");
    if (file == NULL) {
        return unreadable(sorting, "-K");
    }

    rc = take_options_of(sorting, file);
    if (!is_stdin) {
        fclose(file);
    }

    return rc;
}

/* What comes before it belongs to another URL, if there was one. */
static int
begin_next(sorting_t *sorting)
{
    if (sorting->url) {
        sorting->words->count = 0;
        sorting->words->authorization = (ss_str_t){ NULL, 0 };
        sorting->url = false;
    }

    return 0;
}

/* --- words ---------------------------------------------------------------- */

/* An option with its value, or NULL for one that takes none; 1: it is of no
   use. */
static int
take_option(sorting_t *sorting, const char *name, const char *value)
{
    const char *plain = text_begins(name, "no-") ? name + 3 : name;

    if (strcmp(name, "oauth2-bearer") == 0) {
        return take_bearer(sorting, value);
    }

    if (strcmp(name, "header") == 0) {
        return take_header(sorting, value);
    }

    if (strcmp(name, "config") == 0) {
        return take_config(sorting, value);
    }

    if (sorting->depth > 0 && strcmp(name, "next") == 0) {
        return begin_next(sorting);
    }

    sorting->url |= strcmp(name, "url") == 0;
    if (doctor_option_counts(plain)) {
        return keep(sorting, name, value);
    }

    return doctor_option_is_idle(plain) ? 0 : 1;
}

/* An option as it was typed, by its long name. Returns how many words were
   taken, or -1. */
static int
take_named(sorting_t *sorting, const char *typed, const char *name, char *value)
{
    char *copy = NULL;
    int rc = 1;

    if (value != NULL) {
        copy = take_away(sorting, value);
        if (copy == NULL) {
            return no_memory();
        }
    }

    if (name != NULL) {
        rc = take_option(sorting, name, copy);
    }

    return rc == 1 ? refuse(sorting, typed) : rc;
}

/* Returns how many words it took, or -1. */
static int
take_long(sorting_t *sorting, const char *word, char *next)
{
    bool valued = curl_takes_value(word + 2);

    if (valued && next == NULL) {
        return missing_value(sorting, word);
    }

    return take_named(sorting, word, word + 2, valued ? next : NULL) != 0 ? -1
           : valued                                                       ? 2
                                                                          : 1;
}

/* Letters in one word; a value is the rest of it, or the next one. Returns how
   many words they took, or -1. */
static int
take_letters(sorting_t *sorting, char *word, char *next)
{
    for (char *p = word + 1; *p != '\0'; p++) {
        const char typed[] = { '-', *p, '\0' };
        bool valued = strchr(curl_letters_with_value, *p) != NULL;
        bool joined = valued && p[1] != '\0';
        char *value = !valued ? NULL : joined ? p + 1 : next;

        if (valued && value == NULL) {
            return missing_value(sorting, typed);
        }

        if (take_named(sorting, typed, doctor_option_name(*p), value) != 0) {
            return -1;
        }

        if (valued) {
            return joined ? 1 : 2;
        }
    }

    return 1;
}

static int
take(sorting_t *sorting, char *word, char *next)
{
    if (word[0] != '-' || word[1] == '\0' || strcmp(word, "--") == 0) {
        return no_url(sorting);
    }

    return word[1] == '-' ? take_long(sorting, word, next)
                          : take_letters(sorting, word, next);
}

static int
take_curlrc(sorting_t *sorting, const char *first)
{
    FILE *file;
    int rc;

    if (first != NULL
        && (text_begins(first, "-q") || strcmp(first, "--disable") == 0)) {
        return 0;
    }

    file = doctor_curlrc();
    if (file == NULL) {
        return 0;
    }
    rc = take_options_of(sorting, file);
    fclose(file);

    return rc;
}

int
doctor_words(doctor_words_t *words, int argc, char **argv, const ss_mem_t *mem)
{
    sorting_t sorting = { .words = words, .mem = mem };

    *words = (doctor_words_t){ .count = 0 };
    if (take_curlrc(&sorting, argc > 1 ? argv[1] : NULL) != 0) {
        return -1;
    }

    for (int i = 1; i < argc;) {
        int n = take(&sorting, argv[i], i + 1 < argc ? argv[i + 1] : NULL);

        if (n < 0) {
            return -1;
        }
        i += n;
    }

    return 0;
}
