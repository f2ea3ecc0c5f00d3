/*
 * By which names a gateway is asked, and what they stand for.
 */

#include "check.h"

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

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_at_a_gateway),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
