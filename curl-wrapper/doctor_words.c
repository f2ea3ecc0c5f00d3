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
is_connection(const char *name)
{
    for (size_t i = 0; i < COUNT(families); i++) {
        if (text_begins(name, families[i])) {
            return true;
        }
    }

    return has(connection, COUNT(connection), name);
}

static int
refuse(const char *word, int len)
{
    report_line("--ss-doctor: %.*s has no use here; give curl's options of the "
                "connection, and a token by --oauth2-bearer or -H",
                len, word);

    return -1;
}

/* --- the token ------------------------------------------------------------ */

typedef struct {
    doctor_words_t *words;
    const ss_mem_t *mem;
} sorting_t;

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

static void
keep(sorting_t *sorting, char *word)
{
    sorting->words->kept[sorting->words->count++] = word;
}

static int
take_header(sorting_t *sorting, char *value)
{
    static char option[] = "-H";

    if (value[0] == '@') {
        return take_file(sorting, value + 1);
    }

    if (!take_authorization(sorting, text_of(value))) {
        keep(sorting, option);
        keep(sorting, value);
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

/* Returns how many words it took, or -1. */
static int
take_long(sorting_t *sorting, char *word, char *next)
{
    const char *name = word + 2;
    int count = curl_takes_value(name) ? 2 : 1;
    const char *plain = text_begins(name, "no-") ? name + 3 : name;

    if (count == 2 && next == NULL) {
        return missing_value(word);
    }

    if (strcmp(name, "oauth2-bearer") == 0) {
        return take_bearer(sorting, next) == 0 ? 2 : -1;
    }

    if (strcmp(name, "header") == 0) {
        return take_header(sorting, next) == 0 ? 2 : -1;
    }

    if (has(idle, COUNT(idle), plain)) {
        return 1;
    }

    if (!is_connection(plain)) {
        return refuse(word, (int) strcspn(word, "="));
    }

    keep(sorting, word);
    if (count == 2) {
        keep(sorting, next);
    }

    return count;
}

/* A letter with its value, as words of their own; the value is the rest of the
   word, or the next one. */
static int
take_letter(sorting_t *sorting, char letter, char *value)
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

    keep(sorting, option);
    if (value != NULL) {
        keep(sorting, value);
    }

    return 0;
}

static int
take_letters(sorting_t *sorting, char *word, char *next)
{
    for (char *p = word + 1; *p != '\0'; p++) {
        bool valued = strchr(curl_letters_with_value, *p) != NULL;
        char *value = !valued ? NULL : p[1] != '\0' ? p + 1 : next;

        if (valued && value == NULL) {
            return missing_value((char[]){ '-', *p, '\0' });
        }
        if (take_letter(sorting, *p, value) != 0) {
            return -1;
        }
        if (valued) {
            return p[1] != '\0' ? 1 : 2;
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

    /* a word of letters becomes as many words, and a value */
    for (int i = 1; i < argc; i++) {
        most += strlen(argv[i]) + 1;
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
