/*
 * lint.c: --ss-lint, from a file's name to an exit code.
 */

#include "tools/lint/lint.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/file.h"
#include "shared/guard.h"
#include "shared/say.h"
#include "settings/settings.h"
#include "tools/tools.h"

#define FILE_MAX (10u * 1024 * 1024)

enum { CLEAN, FINDINGS, UNUSABLE };

/* --- memory ------------------------------------------------------------- */

static void *
alloc_from(lint_t *lint, ss_arena_t *arena, size_t size)
{
    ss_mem_t mem = ss_arena_mem(arena);
    void *p = mem.alloc(mem.ctx, size);

    lint->nomem |= p == NULL;

    return p;
}

static void *
alloc_lasting(void *ctx, size_t size)
{
    lint_t *lint = ctx;

    return alloc_from(lint, &lint->arena, size);
}

static void *
alloc_scratch(void *ctx, size_t size)
{
    lint_t *lint = ctx;

    return alloc_from(lint, &lint->scratch, size);
}

/* A token may be given where a file's name is wanted. What begins as a path is
   none. */
static const char *
shown_file(lint_t *lint)
{
    ss_str_t text;
    char *file;

    if (lint->path[0] == '/' || lint->path[0] == '.'
        || !ss_has_secret(str_of(lint->path))) {
        return lint->path;
    }

    if (ss_redact_text(str_of(lint->path), &lint->tmp, &text) != SS_OK) {
        return "***";
    }
    file = lint->mem.alloc(lint->mem.ctx, text.len + 1);
    if (file == NULL) {
        return "***";
    }
    memcpy(file, text.data, text.len);
    file[text.len] = '\0';

    return file;
}

static void
begin(lint_t *lint, const char *file)
{
    *lint = (lint_t){ .path = file,
                      .file = file,
                      .budget = VARS_BUDGET,
                      .engine = setup()->engine,
                      .account = setup()->account,
                      .team = setup()->team };

    ss_arena_init(&lint->arena);
    ss_arena_init(&lint->scratch);
    lint->mem = (ss_mem_t){ alloc_lasting, lint };
    lint->tmp = (ss_mem_t){ alloc_scratch, lint };
    lint->file = shown_file(lint);
}

static void
end(lint_t *lint)
{
    json_doc_free(&lint->doc);
    places_free(&lint->places);
    free(lint->findings);
    free(lint->checked);
    ss_arena_release(&lint->scratch);
    ss_arena_release(&lint->arena);
}

/* --- the file ----------------------------------------------------------- */

/* Says why the file is unusable. */
static int
unusable(const lint_t *lint, const char *why)
{
    fprintf(stderr, "%s: error: %s\n", lint->file, why);

    return UNUSABLE;
}

static int
unusable_at(const lint_t *lint, size_t line, size_t column, const char *why)
{
    fprintf(stderr, "%s:%zu:%zu: error: %s\n", lint->file, line, column, why);

    return UNUSABLE;
}

/* Reads up to limit bytes; -1 with errno set. */
static ssize_t
read_up_to(int fd, uint8_t *data, size_t limit)
{
    size_t len = 0;

    while (len < limit) {
        ssize_t n = read(fd, data + len, limit - len);

        if (n == 0) {
            break;
        }
        if (n < 0 && errno != EINTR) {
            return -1;
        }
        len += n > 0 ? (size_t) n : 0;
    }

    return (ssize_t) len;
}

static const char *
refusal_of_file(int fd)
{
    struct stat st;

    if (fstat(fd, &st) != 0) {
        return strerror(errno);
    }

    if (S_ISDIR(st.st_mode)) {
        return "it is a directory; name the file in it";
    }

    return fd != STDIN_FILENO && !S_ISREG(st.st_mode)
               ? "it is not a regular file"
               : NULL;
}

static const char *
read_open_file(lint_t *lint, int fd)
{
    const char *why = refusal_of_file(fd);
    uint8_t *data;
    ssize_t n;

    if (why != NULL) {
        return why;
    }

    data = lint->mem.alloc(lint->mem.ctx, FILE_MAX + 1);
    if (data == NULL) {
        return "out of memory";
    }

    n = read_up_to(fd, data, FILE_MAX + 1);
    if (n < 0) {
        return strerror(errno);
    }

    lint->text = (ss_str_t){ data, (size_t) n };

    return lint->text.len > FILE_MAX
               ? "it is larger than 10 MiB; export fewer requests into it"
               : NULL;
}

/* Returns why the file cannot be read, or NULL; "-" is stdin. */
static const char *
read_file(lint_t *lint)
{
    const char *why;
    int fd;

    if (strcmp(lint->path, "-") == 0) {
        lint->file = "stdin";
        return read_open_file(lint, STDIN_FILENO);
    }

    /* a FIFO must not keep us waiting */
    fd = open(lint->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        return strerror(errno);
    }

    why = read_open_file(lint, fd);
    close(fd);

    return why;
}

static const char *
look_at_encoding(lint_t *lint)
{
    if (str_begins(lint->text, "\xff\xfe")
        || str_begins(lint->text, "\xfe\xff")) {
        return "it is UTF-16; save it as UTF-8";
    }

    if (str_begins(lint->text, "\xef\xbb\xbf")) {
        lint->text = str_skip(lint->text, 3);
    }

    return str_trim(lint->text).len == 0 ? "it is empty" : NULL;
}

/* --- what it is --------------------------------------------------------- */

/* Exports of Postman that are something else, by a member that they have. */
static const struct {
    const char *member;
    const char *why;
} others[] = {
    { "_postman_variable_scope",
      "it is a Postman environment; export the collection" },
    { "collections", "it is a dump of all Postman data; export the collection "
                     "as Collection v2.1" },
    { "requests", "it is a Postman collection v1; export it as Collection "
                  "v2.1" },
    { "openapi", "it is an OpenAPI description and has no requests; give a "
                 "Postman collection v2.1 or a HAR" },
    { "swagger", "it is an OpenAPI description and has no requests; give a "
                 "Postman collection v2.1 or a HAR" },
};

static const char *
why_not_postman(const json_t *collection)
{
    const char *schema = json_string_value(
        json_object_get(json_object_get(collection, "info"), "schema"));

    if (!json_is_array(json_object_get(collection, "item"))) {
        return "it is a Postman collection without items; export it as "
               "Collection v2.1";
    }

    if (schema != NULL && strstr(schema, "/v2.0") != NULL) {
        return "it is a Postman collection v2.0; export it as Collection v2.1";
    }

    return NULL;
}

/* Returns why the JSON is nothing that can be checked, or NULL. */
static const char *
tell_json(lint_t *lint, void (**reader)(lint_t *))
{
    const json_t *root = lint->doc.json;
    const json_t *collection = json_object_get(root, "collection");

    if (json_is_array(
            json_object_get(json_object_get(root, "log"), "entries"))) {
        lint->kind = "har";
        *reader = lint_har;
        return NULL;
    }

    collection = json_is_object(collection) ? collection : root;
    if (json_is_object(json_object_get(collection, "info"))
        && json_object_get(root, "openapi") == NULL
        && json_object_get(root, "swagger") == NULL) {
        lint->kind = "postman";
        *reader = lint_postman;
        return why_not_postman(collection);
    }

    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        if (json_object_get(root, others[i].member) != NULL) {
            return others[i].why;
        }
    }

    return "it is JSON, but neither a Postman collection v2.1 nor a HAR 1.2";
}

/* jansson's text quotes what it stumbled over, which may be a secret. */
static int
broken_json(const lint_t *lint, json_error_t *error)
{
    char why[JSON_ERROR_TEXT_LENGTH + 16];
    char *near;

    near = strstr(error->text, " near ");
    if (near != NULL) {
        *near = '\0';
    }
    snprintf(why, sizeof(why), "no JSON: %s", error->text);

    return unusable_at(lint, error->line > 0 ? (size_t) error->line : 1,
                       error->column > 0 ? (size_t) error->column : 1, why);
}

static bool
looks_like_json(ss_str_t text)
{
    text = str_trim(text);

    return (str_begins(text, "{") && !str_begins(text, "{{"))
           || str_begins(text, "[");
}

/* Finds the reader for the file; NULL: it is unusable, and that was said. */
static void (*find_reader(lint_t *lint))(lint_t *)
{
    void (*reader)(lint_t *) = NULL;
    json_error_t error;
    const char *why;
    int rc;

    if (!looks_like_json(lint->text)) {
        lint->kind = "raw";
        if (lint_is_raw(lint->text)) {
            return lint_raw;
        }
        unusable(lint, "it is neither a Postman collection v2.1, nor a HAR "
                       "1.2, nor does it begin with a request line");
        return NULL;
    }

    rc = json_doc_read(&lint->doc, lint->text, &error);
    if (rc != 0) {
        (void) (rc == -1 ? broken_json(lint, &error)
                         : unusable(lint, "out of memory"));
        return NULL;
    }

    why = tell_json(lint, &reader);
    if (why != NULL) {
        unusable(lint, why);
        return NULL;
    }

    return reader;
}

/* --- the report --------------------------------------------------------- */

static int
write_report(lint_t *lint, FILE *out, const char *name)
{
    const char *words = getenv(ENV_OPTIONS);
    int rc = lint_report(lint, lint_format(words != NULL ? words : ""), out);

    /* a report that is not all there is none */
    if (fflush(out) != 0 || ferror(out)) {
        fprintf(stderr, "sscurl: %s: %s\n", name, strerror(errno));
        return -1;
    }

    if (rc != 0) {
        report_line("out of memory");
    }

    return rc;
}

static int
report(lint_t *lint)
{
    const char *path = getenv(ENV_OUTPUT);
    FILE *out;
    int rc;

    if (path == NULL || strcmp(path, "-") == 0) {
        return setup()->quiet ? 0 : write_report(lint, stdout, "stdout");
    }

    out = fopen(path, "we");
    if (out == NULL) {
        fprintf(stderr, "sscurl: %s: %s\n", file_shown(path), strerror(errno));
        return -1;
    }

    rc = write_report(lint, out, file_shown(path));
    if (fclose(out) != 0 && rc == 0) {
        fprintf(stderr, "sscurl: %s: %s\n", file_shown(path), strerror(errno));
        rc = -1;
    }

    return rc;
}

/* --- all of it ---------------------------------------------------------- */

static int
check_requests(lint_t *lint, void (*reader)(lint_t *))
{
    size_t line, column;

    if (places_make(&lint->places, lint->text) != 0) {
        return unusable(lint, "out of memory");
    }

    lint_find_slug(lint);
    reader(lint);

    if (lint->nomem) {
        return unusable(lint, "out of memory");
    }

    if (lint->refusal != NULL) {
        places_find(&lint->places, lint->refused_at.offset, &line, &column);
        return unusable_at(lint, line, column, lint->refusal);
    }

    if (lint->checked_count == 0) {
        fprintf(stderr, "%s: warning: nothing was checked: %s\n", lint->file,
                lint->elsewhere > 0
                    ? "all its requests go to other hosts than the rules file "
                      "names"
                    : "there are no requests in it");
    }

    if (report(lint) != 0) {
        return UNUSABLE;
    }

    return lint->finding_count > 0 ? FINDINGS : CLEAN;
}

static int
lint_file(lint_t *lint)
{
    void (*reader)(lint_t *);
    const char *why = read_file(lint);

    if (why == NULL) {
        why = look_at_encoding(lint);
    }

    if (why != NULL) {
        return unusable(lint, why);
    }

    reader = find_reader(lint);

    return reader != NULL ? check_requests(lint, reader) : UNUSABLE;
}

int
tool_lint(const char *path)
{
    lint_t lint;
    int rc;

    /* says itself what is wrong with rules or settings */
    if (setup()->engine == NULL) {
        return UNUSABLE;
    }

    begin(&lint, path);
    rc = lint_file(&lint);
    end(&lint);

    return rc;
}
