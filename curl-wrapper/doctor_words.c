#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "curl_options.h"
#include "doctor.h"
#include "report.h"
#include "request.h"

/* The most that is read of the file of -H @FILE. */
#define HEADERS_MAX 16384

/* Options of the connection, but for those whose names begin as below. */
static const char *const connection[] = {
    "abstract-unix-socket",
    "ca-native",
    "cacert",
    "capath",
    "cert",
    "cert-status",
    "cert-type",
    "ciphers",
    "connect-timeout",
    "connect-to",
    "crlfile",
    "curves",
    "disable",
    "doh-insecure",
    "doh-url",
    "engine",
    "happy-eyeballs-timeout-ms",
    "http1.0",
    "http1.1",
    "http2",
    "http2-prior-knowledge",
    "http3",
    "insecure",
    "interface",
    "ipv4",
    "ipv6",
    "key",
    "key-type",
    "local-port",
    "max-time",
    "noproxy",
    "pass",
    "pinnedpubkey",
    "preproxy",
    "resolve",
    "unix-socket",
};

static const char *const families[] = { "dns-", "proxy", "socks", "ssl-",
                                        "tls" };

static const char connection_letters[] = "kxUEmp46012q";

/* Those whose values may be secrets, or have passwords in them; with all that
   begins as the families do. */
static const char *const hidden[] = {
    "cert", "doh-url", "header", "key", "pass", "preproxy",
};

static const char *const hidden_families[] = { "proxy", "socks", "tlspassword",
                                               "tlsuser" };

static const char hidden_letters[] = "EHUx";

/* They change nothing here. */
static const char *const idle[] = { "silent", "show-error" };
static const char idle_letters[] = "sS";

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static bool
has(const char *const *list, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(list[i], name) == 0) {
            return true;
        }
    }

    return false;
}

static bool
has_family(const char *const *list, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (text_begins(name, list[i])) {
            return true;
        }
    }

    return false;
}

static bool
is_connection(const char *name)
{
    return has(connection, COUNT(connection), name)
           || has_family(families, COUNT(families), name);
}

static bool
is_hidden(const char *option)
{
    if (option[1] != '-') {
        return strchr(hidden_letters, option[1]) != NULL;
    }

    return has(hidden, COUNT(hidden), option + 2)
           || has_family(hidden_families, COUNT(hidden_families), option + 2);
}

static int
refuse(const char *word, int len)
{
    report_line("--ss-doctor: %.*s has no use here; give curl's options of the "
                "connection, and a token by --oauth2-bearer or -H",
                len, word);

    return -1;
}

typedef struct {
    doctor_words_t *words;
    const ss_mem_t *mem;
} sorting_t;

/* A copy of a value, which is blanked out where it stood; NULL: no memory. */
static char *
take_away(const sorting_t *sorting, char *value)
{
    size_t len = strlen(value);
    char *copy = sorting->mem->alloc(sorting->mem->ctx, len + 1);

    if (copy == NULL) {
        report_line("out of memory");
        return NULL;
    }

    memcpy(copy, value, len + 1);
    memset(value, '*', len);

    return copy;
}

static void
keep(sorting_t *sorting, const char *option, const char *value)
{
    sorting->words->kept[sorting->words->count++] =
        (doctor_option_t){ option, value, value != NULL && is_hidden(option) };
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

    if (line.len < len
        || strncasecmp((const char *) line.data, name, len) != 0) {
        return false;
    }

    sorting->words->authorization =
        trimmed((ss_str_t){ line.data + len, line.len - len });

    return true;
}

static int
take_file(sorting_t *sorting, const char *path)
{
    char *text = sorting->mem->alloc(sorting->mem->ctx, HEADERS_MAX + 1);
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
    const char *rest = text;
    ss_str_t line;

    if (text == NULL || file == NULL) {
        report_line("--ss-doctor: the file of -H cannot be read");
        return -1;
    }

    text[fread(text, 1, HEADERS_MAX, file)] = '\0';
    if (file != stdin) {
        fclose(file);
    }

    while (request_next_line(&rest, &line)) {
        (void) take_authorization(sorting, line);
    }

    return 0;
}

static int
take_header(sorting_t *sorting, const char *value)
{
    if (value[0] == '@') {
        return take_file(sorting, value + 1);
    }

    if (!take_authorization(sorting, text_of(value))) {
        keep(sorting, "-H", value);
    }

    return 0;
}

static int
take_bearer(sorting_t *sorting, const char *value)
{
    static const char scheme[] = "Bearer ";
    size_t before = sizeof(scheme) - 1, len = strlen(value);
    char *text = sorting->mem->alloc(sorting->mem->ctx, before + len);

    if (text == NULL) {
        return -1;
    }
    memcpy(text, scheme, before);
    memcpy(text + before, value, len);
    sorting->words->authorization =
        (ss_str_t){ (const uint8_t *) text, before + len };

    return 0;
}

/* --- words ---------------------------------------------------------------- */

static int
missing_value(const char *word)
{
    report_line("--ss-doctor: %s needs a value", word);

    return -1;
}

/* An option with its value, or NULL for one that takes none. */
static int
take_option(sorting_t *sorting, const char *word, const char *value)
{
    const char *name = word + 2;
    const char *plain = text_begins(name, "no-") ? name + 3 : name;

    if (strcmp(name, "oauth2-bearer") == 0) {
        return take_bearer(sorting, value);
    }

    if (strcmp(name, "header") == 0) {
        return take_header(sorting, value);
    }

    if (has(idle, COUNT(idle), plain)) {
        return 0;
    }

    if (!is_connection(plain)) {
        return refuse(word, (int) strcspn(word, "="));
    }
    keep(sorting, word, value);

    return 0;
}

/* Returns how many words it took, or -1. */
static int
take_long(sorting_t *sorting, const char *word, char *next)
{
    const char *value = NULL;
    bool valued = curl_takes_value(word + 2);

    if (valued && next == NULL) {
        return missing_value(word);
    }

    if (valued) {
        value = take_away(sorting, next);
        if (value == NULL) {
            return -1;
        }
    }

    return take_option(sorting, word, value) != 0 ? -1 : valued ? 2 : 1;
}

static int
take_letter(sorting_t *sorting, char letter, const char *value)
{
    char *option;

    if (letter == 'H') {
        return take_header(sorting, value);
    }

    if (strchr(idle_letters, letter) != NULL) {
        return 0;
    }

    option = sorting->mem->alloc(sorting->mem->ctx, 3);
    if (option == NULL) {
        return -1;
    }
    memcpy(option, (char[]){ '-', letter, '\0' }, 3);

    if (strchr(connection_letters, letter) == NULL) {
        return refuse(option, 2);
    }
    keep(sorting, option, value);

    return 0;
}

/* Letters in one word; a value is the rest of it, or the next one. Returns how
   many words they took, or -1. */
static int
take_letters(sorting_t *sorting, char *word, char *next)
{
    for (char *p = word + 1; *p != '\0'; p++) {
        bool valued = strchr(curl_letters_with_value, *p) != NULL;
        char *there = !valued ? NULL : p[1] != '\0' ? p + 1 : next;
        const char *value = NULL;
        int count = there == next ? 2 : 1;

        if (valued && there == NULL) {
            return missing_value((char[]){ '-', *p, '\0' });
        }

        if (valued) {
            value = take_away(sorting, there);
            if (value == NULL) {
                return -1;
            }
        }

        if (take_letter(sorting, *p, value) != 0) {
            return -1;
        }

        if (valued) {
            return count;
        }
    }

    return 1;
}

static int
take(sorting_t *sorting, char *word, char *next)
{
    if (word[0] != '-' || word[1] == '\0' || strcmp(word, "--") == 0) {
        report_line("--ss-doctor takes no URL; the rules file has the "
                    "service's");
        return -1;
    }

    return word[1] == '-' ? take_long(sorting, word, next)
                          : take_letters(sorting, word, next);
}

int
doctor_words(doctor_words_t *words, int argc, char **argv, const ss_mem_t *mem)
{
    sorting_t sorting = { words, mem };
    size_t most = 1;

    /* a word of letters becomes as many options */
    for (int i = 1; i < argc; i++) {
        most += strlen(argv[i]);
    }

    *words = (doctor_words_t){ .authorization = { NULL, 0 } };
    words->kept = mem->alloc(mem->ctx, most * sizeof(*words->kept));
    if (words->kept == NULL) {
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
