/*
 * core.c: one request checked over and over, for callgrind to count.
 *
 *     core RULES.yaml SCENARIO TIMES
 *     core --list
 *
 * Memory comes from a block that is begun anew for each request, as a server's
 * pool would give it: what is counted is the check alone.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scopestack.h"

typedef struct {
    const char *name;
    ss_request_t request;
    ss_verdict_t verdict; /* what the check must say, or nothing is measured */
} scenario_t;

/* SS_STR is no constant to a strict compiler */
#define TEXT(lit)                                                              \
    {                                                                          \
        (const uint8_t *) (lit), sizeof(lit) - 1                               \
    }
#define HEADERS(list)                                                          \
    .headers = list, .header_count = sizeof(list) / sizeof(list[0])
#define HEADER(name, value)                                                    \
    {                                                                          \
        TEXT(name), TEXT(value)                                                \
    }
#define BODY(text) .body_state = SS_BODY_COMPLETE, .body = TEXT(text)
#define API                                                                    \
    .scheme = TEXT("https"), .authority = TEXT("api.scopestack.io"),           \
    .at_gateway = 1
#define TOKEN                                                                  \
    .method = TEXT("POST"), .scheme = TEXT("https"),                           \
    .authority = TEXT("app.scopestack.io"), .at_gateway = 1,                   \
    .path = TEXT("/oauth/token")

#define DOCUMENT_POST                                                          \
    API, .method = TEXT("POST"), .path = TEXT("/acme/v1/projects"),            \
         HEADERS(write_headers)

/* A document of 1 KiB, as integrations make projects. */
#define DOCUMENT(type, name, client, account)                                  \
    "{\"data\":{" type "\"attributes\":{\"" name "\":"                         \
    "\"Data centre migration, phase two\","                                    \
    "\"executive-summary\":\"Both rooms of the old site are closed by the "    \
    "end "                                                                     \
    "of March. What is in use moves, what is not is taken apart and goes "     \
    "back "                                                                    \
    "to its owner; nothing is bought.\","                                      \
    "\"key-objectives\":\"Move 42 servers and their storage to the new site "  \
    "without an outage above 15 minutes.\",\"msa-date\":\"2024-03-01\","       \
    "\"payment-info\":{\"terms\":\"net_30\",\"currency\":\"USD\"},"            \
    "\"tag-list\":[\"migration\",\"storage\",\"2024\"],\"project-variables\":" \
    "["                                                                        \
    "{\"name\":\"site_count\",\"variable_type\":\"number\",\"value\":\"2\"},"  \
    "{\"name\":\"region\",\"variable_type\":\"text\",\"value\":\"EMEA\"}],"    \
    "\"include-ps-revenue-in-mrr\":false,\"travel-limit\":1500.5},"            \
    "\"relationships\":{\"client\":{\"data\":{\"type\":\"clients\","           \
    "\"id\":" client                                                           \
    "}},\"account\":{\"data\":{\"type\":\"accounts\",\"id\":" account          \
    "}},\"rate-table\":{\"data\":{\"type\":\"rate-tables\",\"id\":\"88\"}},"   \
    "\"payment-term\":{\"data\":null},\"sales-executive\":{\"data\":{"         \
    "\"type\":\"sales-executives\",\"id\":\"305\"}},\"presales-engineer\":{"   \
    "\"data\":{\"type\":\"presales-engineers\",\"id\":\"306\"}}}}}"

#define CLIENT                                                                 \
    "client_id=0123456789012345678901234567890123456789012"                    \
    "&client_secret=abcdefghijabcdefghijabcdefghijabcdefghijabc"
#define USER "&username=user%40example.com&password=correct+horse"

static const ss_header_t clean_headers[] = {
    HEADER("Host", "api.scopestack.io"),
    HEADER("User-Agent", "python-requests/2.31.0"),
    HEADER("Accept-Encoding", "gzip, deflate"),
    HEADER("Accept", "application/vnd.api+json"),
    HEADER("Connection", "keep-alive"),
    HEADER("Authorization",
           "Bearer kFqzQxG8bN2mT0sYv5JwRcEhUaLdPoI7XtB1ZiWnVgM"),
};

static const ss_header_t broken_headers[] = {
    HEADER("Host", "api.scopestack.io"),
    HEADER("User-Agent", "curl/7.88.1"),
    HEADER("Accept", "*/*"),
    HEADER("Authorization",
           "Bearer kFqzQxG8bN2mT0sYv5JwRcEhUaLdPoI7XtB1ZiWnVgM"),
};

static const ss_header_t form_headers[] = {
    HEADER("Host", "app.scopestack.io"),
    HEADER("Accept", "*/*"),
    HEADER("Content-Type", "application/x-www-form-urlencoded"),
};

static const ss_header_t json_headers[] = {
    HEADER("Host", "app.scopestack.io"),
    HEADER("Accept", "*/*"),
    HEADER("Authorization", "Bearer old"),
    HEADER("Content-Type", "application/json"),
};

static const ss_header_t helper_headers[] = {
    HEADER("Host", "app.scopestack.io"),
    HEADER("Accept", "*/*"),
    HEADER("Authorization", "Bearer old"),
    HEADER("Content-Type", "application/x-www-form-urlencoded"),
};

static const ss_header_t write_headers[] = {
    HEADER("Host", "api.scopestack.io"),
    HEADER("User-Agent", "python-requests/2.31.0"),
    HEADER("Accept", "application/vnd.api+json"),
    HEADER("Content-Type", "application/vnd.api+json"),
    HEADER("Authorization",
           "Bearer kFqzQxG8bN2mT0sYv5JwRcEhUaLdPoI7XtB1ZiWnVgM"),
};

static const scenario_t scenarios[] = {
    { "clean-get",
      { API, .method = TEXT("GET"), .path = TEXT("/acme/v1/clients"),
        .query = TEXT("filter[active]=true&page[size]=50"), .has_query = 1,
        HEADERS(clean_headers) },
      SS_PASS },
    { "get-accept-slug",
      { API, .method = TEXT("GET"), .path = TEXT("/v1/clients"),
        HEADERS(broken_headers) },
      SS_VERDICT_REPAIRED },
    { "clean-token",
      { TOKEN, HEADERS(form_headers),
        BODY("grant_type=password&" CLIENT USER) },
      SS_PASS },
    { "token-repair-form",
      { TOKEN, HEADERS(helper_headers),
        BODY("grant_type=Password&" CLIENT USER
             "&redirect_uri=https%3A%2F%2Foauth.pstmn.io%2Fv1%2Fcallback") },
      SS_VERDICT_REPAIRED },
    { "token-repair-json",
      { TOKEN, HEADERS(json_headers),
        BODY("{\"grant_type\":\"password\",\"client_id\":"
             "\"0123456789012345678901234567890123456789012\","
             "\"client_secret\":\"abcdefghijabcdefghijabcdefghijabcdefghijabc"
             "\",\"username\":\"user@example.com\",\"password\":"
             "\"correct horse\",\"redirect_uri\":\"https://x.example/\"}") },
      SS_VERDICT_REPAIRED },
    { "clean-document",
      { DOCUMENT_POST, BODY(DOCUMENT("\"type\":\"projects\",", "project-name",
                                     "\"1201\"", "\"17\"")) },
      SS_PASS },
    { "document-repair-type",
      { DOCUMENT_POST,
        BODY(DOCUMENT("", "project-name", "\"1201\"", "\"17\"")) },
      SS_VERDICT_REPAIRED },
    { "document-repair-all",
      { DOCUMENT_POST,
        BODY(DOCUMENT("\"id\":null,", "project_name", "1201", "17")) },
      SS_VERDICT_REPAIRED },
};

#define COUNT (sizeof(scenarios) / sizeof(scenarios[0]))

static _Alignas(max_align_t) uint8_t block[256 * 1024];
static size_t used;

static void *
block_alloc(void *ctx, size_t size)
{
    size_t align = _Alignof(max_align_t);
    void *at = block + used;

    (void) ctx;

    size = (size + align - 1) / align * align;
    if (size > sizeof(block) - used) {
        return NULL;
    }
    used += size;

    return at;
}

static const scenario_t *
find(const char *name)
{
    for (size_t i = 0; i < COUNT; i++) {
        if (!strcmp(scenarios[i].name, name)) {
            return &scenarios[i];
        }
    }

    return NULL;
}

static int
run(const ss_engine_t *engine, const scenario_t *scenario, long times)
{
    ss_mem_t mem = { block_alloc, NULL };
    ss_result_t result;

    for (long i = 0; i < times; i++) {
        used = 0;
        if (ss_check(engine, &scenario->request, &mem, &result) != SS_OK
            || result.verdict != scenario->verdict) {
            fprintf(stderr, "core: %s: the verdict is \"%s\"\n", scenario->name,
                    ss_verdict_name(result.verdict));
            return 1;
        }
    }

    return 0;
}

int
main(int argc, char **argv)
{
    const scenario_t *scenario = argc == 4 ? find(argv[2]) : NULL;
    ss_arena_t arena;
    ss_mem_t mem;
    ss_engine_t *engine;
    ss_str_t errors;
    int rc;

    if (argc == 2 && !strcmp(argv[1], "--list")) {
        for (size_t i = 0; i < COUNT; i++) {
            puts(scenarios[i].name);
        }
        return 0;
    }

    if (scenario == NULL) {
        fputs("usage: core RULES.yaml SCENARIO TIMES\n", stderr);
        return 2;
    }

    ss_arena_init(&arena);
    mem = ss_arena_mem(&arena);
    if (ss_engine_load(&engine, argv[1], &mem, &errors) != SS_OK) {
        fprintf(stderr, "%.*s", (int) errors.len, (const char *) errors.data);
        return 2;
    }

    rc = run(engine, scenario, atol(argv[3]));
    ss_arena_release(&arena);

    return rc;
}
