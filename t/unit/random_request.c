#include "random_request.h"

#include <stdlib.h>

random_t
random_seed(uint32_t seed)
{
    /* xorshift must not begin with 0, nor near seeds alike */
    return (random_t){ (seed + 1) * 2654435761u | 1 };
}

uint32_t
random_roll(random_t *random, uint32_t sides)
{
    random->state ^= random->state << 13;
    random->state ^= random->state >> 17;
    random->state ^= random->state << 5;

    return random->state % sides;
}

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define PICK(random, list) list[random_roll(random, COUNT(list))]

/* --- headers ------------------------------------------------------------ */

static const char *const accepts[] = {
    "application/vnd.api+json",
    "application/vnd.api+json",
    "*/*",
    "application/json",
    "application/json, */*",
    "application/vnd.api+json; charset=utf-8",
    "text/html;q=0.9",
};

static const char *const types[] = {
    "application/vnd.api+json",
    "application/json",
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=utf-8",
    "text/plain",
    "application/vnd.api+json; charset=utf-8",
};

static const char *const authorizations[] = {
    "Bearer kFqzQxG8bN2mT0sYv5JwRcEhUaLdPoI7XtB1ZiWnVgM",
    "Bearer kFqzQxG8bN2mT0sYv5JwRcEhUaLdPoI7XtB1ZiWnVgM",
    "Bearer undefined",
    "Bearer Bearer abc",
    "bearer abc",
    "abc",
    "Bearer \"abc\"",
    "Bearer {\"access_token\":\"abc\",\"token_type\":\"Bearer\"}",
    "Digest x",
    "Bearer {{token}}",
};

/* what X-Team says chooses rules */
static const char *const teams[] = { "strict", "quiet", "nobody" };

/* --- Basic -------------------------------------------------------------- */

static const char *const users[] = {
    "app-I0", "app-I0", "app-l0", "a", "a%2Bb", "", " app-I0", "\"app-I0\"",
};

/* what echo, an editor, a web page and a shell leave around a secret */
static const char *const passwords[] = {
    "S0",   "S0",         "S0\n",   "S0\r\n",
    "\tS0", "S0\xC2\xA0", "\"S0\"", "'S0'",
    "S0 ",  "c",          "a+b",    "%53",
    "S\n0", "",           "\n",     "S0\xE2\x80\x8B",
};

/* How the text is written down: as openssl and MIME do, for a URL, by hand. */
static ss_str_t
written(random_t *random, const ss_mem_t *mem, ss_str_t base64)
{
    uint32_t wrap = random_roll(random, 4) ? 0 : 4 + random_roll(random, 9);
    bool url_safe = random_roll(random, 8) == 0;
    bool bare = random_roll(random, 6) == 0;
    ss_buf_t buf;

    ss_buf_init(&buf, mem);
    for (size_t i = 0; i < base64.len; i++) {
        uint8_t c = base64.data[i];

        if (bare && c == '=') {
            break;
        }
        if (wrap > 0 && i > 0 && i % wrap == 0) {
            ss_buf_addc(&buf, ' ');
        }
        ss_buf_addc(&buf, url_safe && c == '+'   ? '-'
                          : url_safe && c == '/' ? '_'
                                                 : c);
    }

    return built(&buf);
}

static ss_str_t
random_basic(random_t *random, const ss_mem_t *mem)
{
    ss_str_t pair, base64, value;

    if (SS_JOIN(mem, &pair, ss_cstr(PICK(random, users)), SS_STR(":"),
                ss_cstr(PICK(random, passwords)))
            != SS_OK
        || ss_base64_encode(pair, mem, &base64) != SS_OK
        || SS_JOIN(mem, &value, SS_STR("Basic "), written(random, mem, base64))
               != SS_OK) {
        abort();
    }

    return value;
}

/* --- the lines ---------------------------------------------------------- */

typedef struct {
    const char *name;
    const char *const *values;
    uint32_t count;
    uint32_t chance; /* of a hundred */
} header_t;

#define HEADER(name, values, chance)                                           \
    {                                                                          \
        name, values, COUNT(values), chance                                    \
    }

static const header_t headers[] = {
    HEADER("Accept", accepts, 80),
    HEADER("Content-Type", types, 70),
    HEADER("Authorization", authorizations, 75),
    HEADER("X-Team", teams, 15),
};

static void
add_headers(random_t *random, test_mem_t *mem, ss_request_t *request)
{
    ss_mem_t m = test_mem(mem);
    ss_header_t *made = ss_alloc(&m, COUNT(headers), sizeof(*made));

    if (made == NULL) {
        abort();
    }
    request->headers = made;

    for (size_t i = 0; i < COUNT(headers); i++) {
        const header_t *header = &headers[i];

        if (random_roll(random, 100) >= header->chance) {
            continue;
        }
        made[request->header_count++] = (ss_header_t){
            ss_cstr(header->name),
            ss_cstr(header->values[random_roll(random, header->count)]),
        };
        if (header->values == authorizations && random_roll(random, 3) == 0) {
            made[request->header_count - 1].value = random_basic(random, &m);
        }
    }
}

/* --- token requests ----------------------------------------------------- */

static const char *const token_methods[] = { "POST", "POST", "POST", "GET",
                                             "PUT" };

static const char *const names[] = {
    "grant_type",
    "grant_type",
    "client_id",
    "client_secret",
    "username",
    "password",
    "redirect_uri",
    "redirect_uri",
    "scope",
    "refresh_token",
    "code",
    "code_verifier",
    "[a",
    "{",
    "x",
    "client_id",
    "access_token",
    "grant-type",
    "client_secret",
};

static const char *const values[] = {
    "password",
    "Password",
    "client-credentials",
    "client_credentials",
    "authorization_code",
    "refresh_token",
    "app-I0",
    "app-l0",
    "S0",
    "SO",
    "a",
    "",
    "%41",
    "a%2Bb",
    "+a+",
    "%C2%A0x%0A",
    "%22S0%22",
    "app-I0%0A",
    "a%C2%A0b",
    "+",
    "undefined",
    "%7B%7Bclient_id%7D%7D",
    "http%3A%2F%2Fx.test%2Fcb",
    "https%3A%2F%2Fx.test%2Fcb",
};

static ss_str_t
random_form(random_t *random, const ss_mem_t *mem)
{
    ss_buf_t buf;

    ss_buf_init(&buf, mem);
    for (uint32_t n = random_roll(random, 7); n > 0; n--) {
        ss_buf_adds(&buf, buf.len > 0 ? "&" : "");
        ss_buf_adds(&buf, PICK(random, names));
        ss_buf_adds(&buf, random_roll(random, 20) > 0 ? "=" : "");
        ss_buf_adds(&buf, PICK(random, values));
    }

    return built(&buf);
}

static ss_str_t
random_json(random_t *random, const ss_mem_t *mem)
{
    ss_buf_t buf;

    ss_buf_init(&buf, mem);
    ss_buf_adds(&buf, "{");
    for (uint32_t n = random_roll(random, 5); n > 0; n--) {
        ss_buf_adds(&buf, buf.len > 1 ? ",\"" : "\"");
        ss_buf_adds(&buf, PICK(random, names));
        ss_buf_adds(&buf, "\":\"");
        ss_buf_adds(&buf, PICK(random, values));
        ss_buf_adds(&buf, "\"");
    }
    ss_buf_adds(&buf, random_roll(random, 9) > 0 ? "}" : "");

    return built(&buf);
}

static void
set_body(ss_request_t *request, ss_str_t body)
{
    request->body = body;
    request->body_state = body.len > 0 ? SS_BODY_COMPLETE : SS_BODY_NONE;
}

ss_request_t
random_token_request(random_t *random, test_mem_t *mem)
{
    ss_mem_t m = test_mem(mem);
    ss_request_t request = {
        .method = ss_cstr(PICK(random, token_methods)),
        .scheme = SS_STR("http"),
        .authority = SS_STR("app.scopestack.test"),
        .path = SS_STR("/oauth/token"),
        .query = random_roll(random, 2) ? random_form(random, &m) : SS_STR(""),
    };

    request.has_query = request.query.len > 0;
    add_headers(random, mem, &request);
    set_body(&request, random_roll(random, 4) ? random_form(random, &m)
                                              : random_json(random, &m));

    return request;
}

/* --- API calls ---------------------------------------------------------- */

static const char *const api_methods[] = { "GET",   "GET",  "GET",    "POST",
                                           "PATCH", "PUT",  "DELETE", "OPTIONS",
                                           "POST",  "PATCH" };

static const char *const authorities[] = {
    "api.scopestack.test",
    "api.scopestack.test",
    "api.scopestack.test",
    "app.scopestack.test",
};

static const char *const slugs[] = {
    "/acme",      "/acme", "/acme", "",       "/acme/acme", "/{account-slug}",
    "/undefined", "/api",  "/:x",   "/other", "/acme/api",  "//acme",
};

static const char *const versions[] = {
    "/v1", "/v1", "/v1", "//v1", "", "/v2"
};

static const char *const resources[] = {
    "/clients",       "/projects", "/project-services",   "/me",       "/mes",
    "/accounts/acme", "/surveys",  "/document-templates", "/nonsense", "",
};

static const char *const rests[] = {
    "",          "",       "/7", "/7/relationships/client", "/7/calculate",
    "/7/upload", "/x%20y",
};

static const char *const others[] = {
    "/oauth/authorize", "/oauth/revoke",  "/mcp", "/",
    "/projects/1/edit", "/.well-known/x",
};

static const char *const pieces[] = {
    "filter[name]=Acme",
    "filter%5Bname%5D=Acme",
    "filter[name]=Acme,%20Inc.",
    "filter=name",
    "filter.name=x",
    "filter[a][b]=c",
    "filter[active]=true,false",
    "page[size]=50",
    "page[size]=1000",
    "page[number]=2",
    "limit=10",
    "per_page=5",
    "page=3",
    "include=project_services,client",
    "include=project-services",
    "sort=-created_at",
    "fields[projects]=project_name",
    "access_token=abc",
    "x",
    "",
    "filter[project_name]=a%zz",
};

static ss_str_t
random_query(random_t *random, const ss_mem_t *mem)
{
    ss_buf_t buf;

    ss_buf_init(&buf, mem);
    for (uint32_t n = random_roll(random, 4); n > 0; n--) {
        ss_buf_adds(&buf, buf.len > 0 ? "&" : "");
        ss_buf_adds(&buf, PICK(random, pieces));
    }

    return built(&buf);
}

static ss_str_t
random_path(random_t *random, const ss_mem_t *mem)
{
    ss_buf_t buf;

    if (random_roll(random, 12) == 0) {
        return ss_cstr(PICK(random, others));
    }

    ss_buf_init(&buf, mem);
    ss_buf_adds(&buf, PICK(random, slugs));
    ss_buf_adds(&buf, PICK(random, versions));
    ss_buf_adds(&buf, PICK(random, resources));
    ss_buf_adds(&buf, PICK(random, rests));

    return buf.len > 0 ? built(&buf) : SS_STR("/");
}

/* --- documents ---------------------------------------------------------- */

static const char *const document_types[] = {
    "\"type\":\"clients\"",    "\"type\":\"projects\"", "\"type\":7",
    "\"type\" : \"clients\" ", "\"Type\":\"clients\"",
};

static const char *const ids[] = {
    "",
    "",
    ",\"id\":\"7\"",
    ",\"id\":7",
    ",\"id\":null",
    ",\"id\":\"\"",
    ",\"id\":7.5",
    ",\"id\":\"8\"",
};

static const char *const attributes[] = {
    "",
    ",\"attributes\":{\"name\":\"Acme\"}",
    ",\"attributes\":{\"project_name\":\"A\\u00e9\",\"msa-date\":null}",
    ",\"attributes\":{\"project_name\":1,\"project-name\":2}",
    ",\"attributes\":{\"languages\":{\"design_language\":\"x_y\"},\"a\":1.10}",
    ",\"attributes\":{\"custom-hours?\":[1, 2 ,{\"b_c\":true}]}",
    ",\"attributes\":[]",
};

static const char *const relationships[] = {
    "",
    ",\"relationships\":{\"client\":{\"data\":{\"type\":\"clients\","
    "\"id\":\"3\"}}}",
    ",\"relationships\":{\"client\":{\"data\":{\"type\":\"clients\","
    "\"id\":3}}}",
    ",\"relationships\":{\"rate_table\":{\"data\":null}}",
    ",\"relationships\":{\"projects\":{\"data\":[{\"type\":\"projects\","
    "\"id\":1},{\"type\":\"projects\",\"id\":\"string\"}]}}",
    ",\"relationships\":{\"client\":{\"links\":{\"self\":\"string\"}}}",
    ",\"relationships\":{\"client\":{\"data\":{\"type\":\"clients\","
    "\"id\":\"3\",\"meta\":{}}}}",
};

static const char *const broken[] = {
    "{",
    "[]",
    "null",
    "{\"data\":[]}",
    "{\"input\":\"x\"}",
    "{\"data\":{},}",
    "name=Acme&active=true",
    "{\"data\":{\"type\":\"clients\"}} x",
};

static ss_str_t
random_document(random_t *random, const ss_mem_t *mem)
{
    ss_buf_t buf;

    if (random_roll(random, 8) == 0) {
        return ss_cstr(PICK(random, broken));
    }

    ss_buf_init(&buf, mem);
    ss_buf_adds(&buf,
                random_roll(random, 9) ? "{\"data\":{" : "{ \"data\" :\n{");
    ss_buf_adds(&buf, PICK(random, document_types));
    ss_buf_adds(&buf, PICK(random, ids));
    ss_buf_adds(&buf, PICK(random, attributes));
    ss_buf_adds(&buf, PICK(random, relationships));
    ss_buf_adds(&buf, "}}");

    return built(&buf);
}

static bool
may_have_body(ss_str_t method)
{
    return ss_eq(method, SS_STR("POST")) || ss_eq(method, SS_STR("PATCH"))
           || ss_eq(method, SS_STR("PUT"));
}

ss_request_t
random_request(random_t *random, test_mem_t *mem)
{
    ss_mem_t m = test_mem(mem);
    ss_request_t request = { .scheme = SS_STR("http") };

    if (random_roll(random, 3) == 0) {
        return random_token_request(random, mem);
    }

    request.method = ss_cstr(PICK(random, api_methods));
    request.authority = ss_cstr(PICK(random, authorities));
    request.path = random_path(random, &m);
    request.query = random_query(random, &m);
    request.has_query = request.query.len > 0;
    add_headers(random, mem, &request);

    if (may_have_body(request.method) && random_roll(random, 8) > 0) {
        set_body(&request, random_document(random, &m));
    }

    return request;
}

/* --- rules -------------------------------------------------------------- */

static const char rules_head[] =
    "version: 1\n"
    "service:\n"
    "  api_url: http://api.scopestack.test\n"
    "  auth_url: http://app.scopestack.test\n"
    "  account: acme\n"
    "credentials:\n"
    "  - { name: c, client_id: app-I0, client_secret_sha256: "
    /* of "S0" */
    "f87980c88a93c33c01a3fa5fbbacdf984c0441d0c1b51fdc4620c5935cb78716 }\n"
    "teams:\n"
    "  - { name: strict, match: { header: X-Team, value: strict },\n"
    "      rules: { token-redirect-uri: reject, accept-not-jsonapi: reject } "
    "}\n"
    "  - { name: quiet, match: { header: X-Team, value: quiet }, mode: observe "
    "}\n";

ss_str_t
random_rules(test_mem_t *mem)
{
    return repairing_rules(mem, rules_head);
}

ss_str_t
random_actions(random_t *random, test_mem_t *mem)
{
    static const char *const actions[] = { "off", "report", "repair" };
    ss_mem_t m = test_mem(mem);
    ss_buf_t buf;

    ss_buf_init(&buf, &m);
    ss_buf_adds(&buf, rules_head);
    ss_buf_adds(&buf, "rules:\n");
    for (size_t i = 0; i < ss_rule_count(); i++) {
        const ss_rule_info_t *rule = ss_rule_at(i);
        uint32_t sides = rule->repair == SS_REPAIR_NONE ? 2 : 3;

        ss_buf_adds(&buf, "  ");
        ss_buf_adds(&buf, rule->id);
        ss_buf_adds(&buf, ": ");
        ss_buf_adds(&buf, actions[random_roll(random, sides)]);
        ss_buf_adds(&buf, "\n");
    }

    return built(&buf);
}
