/*
 * benign.c: checks the requests on standard input by a rules file, and tells
 * what was found and would change. What of that is right is for benign.t to
 * say.
 *
 *     benign RULES-FILE
 *     benign --strictest HEAD    the file has no `rules`: each one repairs, or
 *                                reports when it has no repair
 *
 * In: "LENGTH ACCOUNT NAME\n" and LENGTH bytes of a request, again and again;
 * the account is what the caller of this one overrides, "-" for nothing.
 *
 * Out, a line each, separated by tabs; WAY is "direct" or "gateway":
 *
 *     WAY NAME kind KIND
 *     WAY NAME finding RULE SEVERITY OUTCOME PLACE MESSAGE
 *     WAY NAME edit KIND HEADER VALUE
 */

#include "raw_request.h"

#include <stdio.h>
#include <stdlib.h>

enum { HEADERS_MAX = 64, LINE_MAX_LEN = 512 };

typedef struct {
    const char *way;
    ss_str_t name;
} told_t;

static const char *const edit_names[] = {
    [SS_EDIT_METHOD] = "method",  [SS_EDIT_ORIGIN] = "origin",
    [SS_EDIT_PATH] = "path",      [SS_EDIT_QUERY] = "query",
    [SS_EDIT_HEADER_SET] = "set", [SS_EDIT_HEADER_REMOVE] = "remove",
    [SS_EDIT_BODY] = "body",
};

static void
tell_text(test_mem_t *mem, ss_str_t bytes)
{
    ss_mem_t m = test_mem(mem);
    ss_str_t text;

    if (ss_printable(bytes, &m, &text) != SS_OK) {
        abort();
    }
    printf("\t%.*s", SS_FMT(text));
}

static void
tell(test_mem_t *mem, told_t told, const ss_result_t *result)
{
    printf("%s\t%.*s\tkind\t%s\n", told.way, SS_FMT(told.name),
           ss_kind_name(result->route.kind));

    for (size_t i = 0; i < result->finding_count; i++) {
        const ss_finding_t *finding = &result->findings[i];

        printf("%s\t%.*s\tfinding\t%s\t%s\t%s", told.way, SS_FMT(told.name),
               finding->rule->id, ss_severity_name(finding->rule->severity),
               ss_outcome_name(finding->outcome));
        tell_text(mem, finding->place);
        tell_text(mem, finding->message);
        printf("\n");
    }

    for (size_t i = 0; i < result->edit_count; i++) {
        const ss_edit_t *edit = &result->edits[i];

        printf("%s\t%.*s\tedit\t%s", told.way, SS_FMT(told.name),
               edit_names[edit->kind]);
        tell_text(mem, edit->name);
        tell_text(mem, edit->value);
        printf("\n");
    }
}

static void
check(const ss_engine_t *engine, test_mem_t *mem, told_t told,
      const ss_request_t *request)
{
    ss_mem_t m = test_mem(mem);
    ss_request_t copy = exact_request(mem, request);
    ss_result_t result;

    if (ss_check(engine, &copy, &m, &result) != SS_OK) {
        abort();
    }
    tell(mem, told, &result);
}

/* The same request, sent to a gateway by its own name. */
static ss_request_t
by_gateway(const ss_request_t *request)
{
    ss_request_t copy = *request;

    copy.scheme = SS_STR("http");
    copy.authority = SS_STR("gateway.example:8080");
    copy.at_gateway = 1;

    return copy;
}

static void
check_both(const ss_engine_t *engine, ss_str_t name, ss_str_t account,
           ss_str_t text)
{
    test_mem_t mem = TEST_MEM;
    ss_header_t headers[HEADERS_MAX];
    ss_request_t request;

    if (!parse_request(text, headers, HEADERS_MAX, &request)) {
        fprintf(stderr, "%.*s: not a request\n", SS_FMT(name));
        exit(2);
    }
    request.account = account;

    check(engine, &mem, (told_t){ "direct", name }, &request);

    if (ss_engine_serves(engine, request.scheme, request.authority)) {
        request = by_gateway(&request);
        check(engine, &mem, (told_t){ "gateway", name }, &request);
    }
    test_mem_release(&mem);
}

static void
check_next(const ss_engine_t *engine, size_t length, const char *account,
           const char *name)
{
    uint8_t *text = malloc(length);

    if (text == NULL || fread(text, 1, length, stdin) != length) {
        fprintf(stderr, "%s: cut off\n", name);
        exit(2);
    }

    check_both(engine, ss_cstr(name),
               strcmp(account, "-") == 0 ? SS_STR("") : ss_cstr(account),
               ss_str(text, length));
    free(text);
}

/* A file as a terminated string. */
static const char *
terminated(test_mem_t *mem, const char *path)
{
    ss_str_t text = read_file(mem, path);
    ss_mem_t m = test_mem(mem);
    char *copy = m.alloc(m.ctx, text.len + 1);

    memcpy(copy, text.data, text.len);
    copy[text.len] = '\0';

    return copy;
}

static ss_str_t
rules_file(test_mem_t *mem, int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "--strictest") == 0) {
        return repairing_rules(mem, terminated(mem, argv[2]));
    }

    if (argc != 2) {
        fprintf(stderr, "usage: benign [--strictest] RULES-FILE\n");
        exit(2);
    }

    return read_file(mem, argv[1]);
}

int
main(int argc, char **argv)
{
    test_mem_t mem = TEST_MEM;
    char line[LINE_MAX_LEN], account[LINE_MAX_LEN], name[LINE_MAX_LEN];
    const ss_engine_t *engine = test_engine(&mem, rules_file(&mem, argc, argv));
    size_t length;

    while (fgets(line, sizeof(line), stdin) != NULL) {
        if (sscanf(line, "%zu %511s %511s", &length, account, name) != 3) {
            fprintf(stderr, "not the head of a request: %s", line);
            exit(2);
        }
        check_next(engine, length, account, name);
    }
    test_mem_release(&mem);

    return 0;
}
