/*
 * By which names the service and a gateway are asked, and what they stand for.
 */

#include "check.h"

#include "http/ss_path.h"

typedef struct {
    const char *config;
    const char *authority;
    const char *path;
    const char *host; /* where it is sent */
} route_t;

/* a real service, and one of two ports of the same address */
#define REAL "version: 1\n"
#define PORTS                                                                  \
    "version: 1\nservice: { api_url: \"http://127.0.0.1:81\", "                \
    "auth_url: \"http://127.0.0.1:82\" }\n"

static const route_t routes[] = {
    { REAL, "gw.test", "/v1/x", "api.scopestack.io" },
    { REAL, "gw.test:8080", "/oauth/token", "app.scopestack.io" },
    { REAL, "app.scopestack.io", "/v1/x", "app.scopestack.io" },
    { REAL, "APP.scopestack.io:443", "/v1/x", "app.scopestack.io" },
    { REAL, "app.scopestack.io:8080", "/v1/x", "app.scopestack.io" },
    { REAL, "api.scopestack.io:80", "/oauth/token", "api.scopestack.io" },
    { REAL, "api.scopestack.io.test", "/oauth/token", "app.scopestack.io" },
    { PORTS, "127.0.0.1:81", "/oauth/token", "127.0.0.1:81" },
    { PORTS, "127.0.0.1:82", "/v1/x", "127.0.0.1:82" },
    { PORTS, "127.0.0.1:90", "/v1/x", "127.0.0.1:81" },
    { PORTS, "127.0.0.1:90", "/oauth/token", "127.0.0.1:82" },
};

static void
test_names_at_a_gateway(void **unused)
{
    (void) unused;

    for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
        const route_t *expect = &routes[i];
        test_mem_t mem = TEST_MEM;
        ss_engine_t *engine = test_engine(&mem, ss_cstr(expect->config));
        ss_request_t request = {
            .method = SS_STR("GET"),
            .scheme = SS_STR("http"),
            .authority = exact(&mem, ss_cstr(expect->authority)),
            .path = exact(&mem, ss_cstr(expect->path)),
            .at_gateway = 1,
        };
        ss_route_t route;

        ss_route(engine, &request, &route);
        assert_str(route.host, expect->host);
        test_mem_release(&mem);
    }
}

typedef struct {
    const char *scheme;
    const char *authority;
    int served;
} served_t;

#define MIXED                                                                  \
    "version: 1\nservice: { api_url: \"https://api.test:8443\", "              \
    "auth_url: \"http://app.test\", gateways: [\"http://gw.test\"] }\n"

static const served_t served[] = {
    { "https", "api.test:8443", 1 },
    { "HTTPS", "API.test:8443", 1 },
    { "http", "app.test", 1 },
    { "http", "app.test:80", 1 },
    { "http", "gw.test", 1 },
    /* by http, at the port of either */
    { "http", "api.test", 2 },
    { "HTTP", "Api.Test:80", 2 },
    { "http", "api.test:8443", 2 },
    /* another port, scheme or name is another server */
    { "http", "api.test:8080", 0 },
    { "http", "api.test:443", 0 },
    { "https", "api.test", 0 },
    { "https", "app.test", 0 },
    { "https", "gw.test", 0 },
    { "http", "api.test.example", 0 },
    { "http", "api.tes", 0 },
    { "http", "api.test:", 0 },
    { "http", "[api.test", 0 },
    { "http", "", 0 },
    { "", "api.test", 0 },
};

static void
test_who_is_served(void **unused)
{
    (void) unused;

    for (size_t i = 0; i < sizeof(served) / sizeof(served[0]); i++) {
        test_mem_t mem = TEST_MEM;
        ss_engine_t *engine = test_engine(&mem, SS_STR(MIXED));
        ss_str_t scheme = exact(&mem, ss_cstr(served[i].scheme));
        ss_str_t authority = exact(&mem, ss_cstr(served[i].authority));

        if (ss_engine_serves(engine, scheme, authority) != served[i].served) {
            fail_msg("%s://%s", served[i].scheme, served[i].authority);
        }
        test_mem_release(&mem);
    }
}

typedef struct {
    const char *method;
    const char *path;
    ss_kind_t kind;
} unversioned_t;

static const unversioned_t unversioned[] = {
    { "GET", "/acme/projects", SS_KIND_API },
    { "GET", "acme/projects", SS_KIND_OTHER },
    { "GET", "//acme//tags/", SS_KIND_API },
    { "GET", "/{{slug}}/clients/1/contacts", SS_KIND_API },
    { "GET", "/acme/document-templates/1/download", SS_KIND_FILE },
    { "PUT", "/acme/surveys/1/apply", SS_KIND_ACTION },
    { "GET", "/acme/surveys/1/apply", SS_KIND_API },
    { "GET", "", SS_KIND_OTHER },
    { "GET", "/", SS_KIND_OTHER },
    { "GET", "/projects", SS_KIND_OTHER },
    { "GET", "/acme/1/projects", SS_KIND_OTHER },
    { "GET", "/acme/project", SS_KIND_OTHER },
    { "GET", "/acme/v1/projects", SS_KIND_OTHER },
    { "GET", "/acme/projects/../x", SS_KIND_OTHER },
    { "GET", "/oauth/users", SS_KIND_OTHER },
    { "GET", "/API/users", SS_KIND_OTHER },
    { "GET", "/V2/users", SS_KIND_OTHER },
    { "GET", "/vendors/users", SS_KIND_OTHER },
    { "GET", "/a%20b/users", SS_KIND_OTHER },
};

static void
test_paths_without_a_version(void **unused)
{
    (void) unused;

    for (size_t i = 0; i < sizeof(unversioned) / sizeof(unversioned[0]); i++) {
        const unversioned_t *expect = &unversioned[i];
        test_mem_t mem = TEST_MEM;
        ss_path_t path;

        ss_path_parse(exact(&mem, ss_cstr(expect->path)), &path);
        if (ss_path_kind_unversioned(&path, ss_cstr(expect->method))
            != expect->kind) {
            fail_msg("%s %s", expect->method, expect->path);
        }
        test_mem_release(&mem);
    }
}

static const unversioned_t kinds[] = {
    { "GET", "/v1/me", SS_KIND_API },
    { "GET", "/acme/v1/clients", SS_KIND_API },
    { "GET", "/acme/acme/v1/clients", SS_KIND_API },
    { "GET", "/api/v1/clients", SS_KIND_API },
    { "GET", "/api/api/v1/clients", SS_KIND_API },
    { "GET", "/acme/api/v1/clients", SS_KIND_API },
    { "GET", "/api-docs-of-ours/v1/clients", SS_KIND_API },
    { "GET", "/doc/v1/clients", SS_KIND_API },
    { "GET", "/docs2/v1/clients", SS_KIND_API },
    { "GET", "/%64oc/v1/clients", SS_KIND_API },
    { "GET", "/docs%2F/v1/clients", SS_KIND_API },
    { "GET", "/docs%/v1/clients", SS_KIND_API },
    { "GET", "/acme/v1/mcps", SS_KIND_API },
    { "GET", "/acme/v1/clients/docs", SS_KIND_API },
    { "GET", "/acme/v1/clients/1/oauth/token", SS_KIND_API },
    /* words that the hosts have for something else */
    { "GET", "/.well-known/v1/x", SS_KIND_OTHER },
    { "GET", "/api-docs/v1/swagger.yaml", SS_KIND_OTHER },
    { "GET", "/assets/v1", SS_KIND_OTHER },
    { "GET", "/docs/v1/clients", SS_KIND_OTHER },
    { "GET", "/mcp/v1/clients", SS_KIND_OTHER },
    { "POST", "/oauth/v1/token", SS_KIND_OTHER },
    { "GET", "/rails/v1/active_storage", SS_KIND_OTHER },
    { "GET", "/swagger/v1/swagger.json", SS_KIND_OTHER },
    { "POST", "/webhooks/v1", SS_KIND_OTHER },
    /* behind /v1 */
    { "POST", "/v1/mcp", SS_KIND_OTHER },
    { "POST", "/v1/oauth/token", SS_KIND_OTHER },
    { "GET", "/v1/.well-known/x", SS_KIND_OTHER },
    { "POST", "/acme/v1/mcp", SS_KIND_OTHER },
    { "GET", "/acme/v1/docs/", SS_KIND_OTHER },
    { "POST", "/api/v1/oauth/token", SS_KIND_OTHER },
    { "POST", "/acme/api/v1/mcp", SS_KIND_OTHER },
    { "POST", "/api/api/v1/webhooks", SS_KIND_OTHER },
    { "POST", "/undefined/v1/oauth/token", SS_KIND_OTHER },
    /* beside what is misspelt */
    { "GET", "/docs/api/v1/clients", SS_KIND_OTHER },
    { "GET", "/api/docs/v1/clients", SS_KIND_OTHER },
    { "GET", "/docs/docs/v1/clients", SS_KIND_OTHER },
    { "GET", "/acme/docs/v1/clients", SS_KIND_OTHER },
    { "POST", "/api/oauth/token", SS_KIND_OTHER },
    { "POST", "/acme/oauth/token", SS_KIND_OTHER },
    { "POST", "//oauth//v1//token", SS_KIND_OTHER },
    { "POST", "/v1//mcp//", SS_KIND_OTHER },
    /* spelt otherwise */
    { "GET", "/%64ocs/v1/clients", SS_KIND_OTHER },
    { "GET", "/d%6F%63s/v1/clients", SS_KIND_OTHER },
    { "GET", "/Docs/v1/clients", SS_KIND_OTHER },
    { "POST", "/OAuth/v1/token", SS_KIND_OTHER },
    { "POST", "/v1/%4D%63p", SS_KIND_OTHER },
    { "GET", "/%2Ewell-known/v1/x", SS_KIND_OTHER },
    /* OAuth itself */
    { "POST", "/oauth/token", SS_KIND_TOKEN },
    { "POST", "//oauth//token/", SS_KIND_TOKEN },
    { "POST", "/oauth/token/v1", SS_KIND_OAUTH_OTHER },
    { "POST", "/mcp", SS_KIND_MCP },
};

static void
test_kinds_of_paths(void **unused)
{
    (void) unused;

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        test_mem_t mem = TEST_MEM;
        ss_path_t path;

        ss_path_parse(exact(&mem, ss_cstr(kinds[i].path)), &path);
        if (ss_path_kind(&path, ss_cstr(kinds[i].method)) != kinds[i].kind) {
            fail_msg("%s %s", kinds[i].method, kinds[i].path);
        }
        test_mem_release(&mem);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_is_served),
        cmocka_unit_test(test_paths_without_a_version),
        cmocka_unit_test(test_kinds_of_paths),
        cmocka_unit_test(test_names_at_a_gateway),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
