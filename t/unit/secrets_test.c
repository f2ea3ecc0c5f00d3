/* No secret of a request in what is said of its answer: each place of a request
   that has one, with each way in which a server may write it. */

#include "check.h"
#include "text/ss_crypto.h"

#include <stdio.h>

/* --- ways to write a secret ------------------------------------------------
 */

/* how: the format of each character, or the digits of base64. */
typedef void write_t(ss_buf_t *buf, ss_str_t secret, const char *how);

static void
each(ss_buf_t *buf, ss_str_t secret, const char *how)
{
    for (size_t i = 0; i < secret.len; i++) {
        char text[32];

        snprintf(text, sizeof(text), how, secret.data[i]);
        ss_buf_adds(buf, text);
    }
}

static void
lower(ss_buf_t *buf, ss_str_t secret, const char *how)
{
    (void) how;

    for (size_t i = 0; i < secret.len; i++) {
        ss_buf_addc(buf, ss_lower(secret.data[i]));
    }
}

static void
base64(ss_buf_t *buf, ss_str_t text, const char *how)
{
    for (size_t i = 0; i < text.len; i += 3) {
        size_t n = text.len - i < 3 ? text.len - i : 3;
        unsigned bits = 0;

        for (size_t k = 0; k < 3; k++) {
            bits = bits << 8 | (k < n ? text.data[i + k] : 0u);
        }
        for (size_t k = 0; k <= n; k++) {
            ss_buf_addc(buf, (uint8_t) how[bits >> (18 - 6 * k) & 63]);
        }
    }
}

static void
base64_pair(ss_buf_t *buf, ss_str_t secret, const char *how)
{
    ss_buf_t pair;
    ss_str_t text;

    ss_buf_init(&pair, buf->mem);
    ss_buf_adds(&pair, "me:");
    ss_buf_add(&pair, secret);
    ss_buf_done(&pair, &text);
    base64(buf, text, how);
}

#define BASE64 "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

static const struct {
    const char *name;
    write_t *write;
    const char *how;
} ways[] = {
    { "plain", each, "%c" },
    { "lower case", lower, NULL },
    { "percent", each, "%%%02X" },
    { "percent, lower case", each, "%%%02x" },
    { "percent twice", each, "%%25%02x" },
    { "JSON escapes", each, "\\u%04x" },
    { "JSON escapes twice", each, "\\\\u%04X" },
    { "entities", each, "&#%u;" },
    { "entities in hex", each, "&#x%x;" },
    { "entities twice", each, "&amp;#%u;" },
    { "base64", base64, BASE64 "+/" },
    { "base64url", base64, BASE64 "-_" },
    { "base64 of a pair", base64_pair, BASE64 "+/" },
};

/* --- places in a request ---------------------------------------------------
 */

#define FORM "application/x-www-form-urlencoded"
#define JSON "application/json"
#define CC "grant_type=client_credentials&client_id=me&"

/* "$" is the secret, as it is written in a form or a path; "@" as it is; "^"
   is "@". */
static const struct {
    const char *target;
    const char *header; /* "name: value", or NULL */
    const char *type;
    const char *body;
} places[] = {
    { "POST https://app.scopestack.io/oauth/token", NULL, FORM,
      CC "client_secret=$" },
    { "POST https://app.scopestack.io/oauth/token", NULL, FORM,
      "grant_type=password&username=u&password=$" },
    { "POST https://app.scopestack.io/oauth/token", NULL, FORM, CC "otp=$" },
    { "POST https://app.scopestack.io/oauth/token", NULL, FORM,
      CC "user%5Bpin%5D=$" },
    { "POST https://app.scopestack.io/oauth/token", NULL, FORM,
      CC "redirect_uri=https%3A%2F%2Fx%2F%3Fcode%3D$" },
    { "POST https://app.scopestack.io/oauth/token", NULL, FORM,
      "client_id=me;client_secret=$" },
    { "POST https://app.scopestack.io/oauth/token", NULL, JSON,
      "{\"client_secret\":\"@\"}" },
    /* what is not understood */
    { "POST https://app.scopestack.io/oauth/token", NULL, JSON,
      "{\"client_secret\":\"@\"" },
    { "POST https://app.scopestack.io/oauth/token", NULL, "text/xml",
      "<secret>@</secret>" },
    { "POST https://app.scopestack.io/oauth/token", NULL, "multipart/form-data",
      "--b\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n@\r\n" },
    { "POST https://app.scopestack.io/oauth/token", "Content-Encoding: gzip",
      FORM, "(@)" },
    { "POST https://app.scopestack.io/oauth/revoke", NULL, FORM, "token=$" },
    { "POST https://app.scopestack.io/oauth/token?client_secret=$", NULL, FORM,
      "grant_type=password" },
    { "POST https://app.scopestack.io/oauth/token&client_secret=$", NULL, FORM,
      "grant_type=password" },
    { "GET https://app.scopestack.io/oauth/authorize?code=$", NULL, "", "" },
    { "GET https://api.scopestack.io/v1/me;token=$", NULL, "", "" },
    { "GET https://api.scopestack.io/v1/me?api_key=$", NULL, "", "" },
    { "GET https://api.scopestack.io/v1/me?pwd=$", NULL, "", "" },
    { "GET https://api.scopestack.io/v1/me", "Authorization: Bearer @", "",
      "" },
    { "GET https://api.scopestack.io/v1/me", "Authorization: Bearer Bearer @",
      "", "" },
    { "GET https://api.scopestack.io/v1/me", "Authorization: @", "", "" },
    { "GET https://api.scopestack.io/v1/me",
      "Authorization: Bearer \xE2\x80\x9C@\xE2\x80\x9D", "", "" },
    { "GET https://api.scopestack.io/v1/me", "Authorization: Token token=\"@\"",
      "", "" },
    { "GET https://api.scopestack.io/v1/me", "X-Api-Key: @", "", "" },
    { "GET https://api.scopestack.io/v1/me", "Cookie: a=bc; session=@; d=ef",
      "", "" },
    { "GET https://api.scopestack.io/v1/me", "Referer: https://x/?code=$", "",
      "" },
    { "GET https://api.scopestack.io/v1/me", "Referer: ftp://me:$^x/", "", "" },
    { "POST https://api.scopestack.io/v1/users", NULL,
      "application/vnd.api+json",
      "{\"data\":{\"attributes\":{\"password\":\"@\"}}}" },
    { "POST https://api.scopestack.io/v1/hooks", NULL,
      "application/vnd.api+json",
      "{\"data\":{\"attributes\":{\"Authorization\":\"Basic @\"}}}" },
    { "POST https://api.scopestack.io/v1/token", NULL, FORM, "password=$" },
};

static ss_str_t
fill(const ss_mem_t *mem, const char *pattern, ss_str_t secret)
{
    ss_buf_t buf;
    ss_str_t text;

    ss_buf_init(&buf, mem);
    for (; *pattern != '\0'; pattern++) {
        if (*pattern == '$') {
            each(&buf, secret, "%%%02X");
        } else if (*pattern == '@') {
            ss_buf_add(&buf, secret);
        } else {
            ss_buf_addc(&buf, *pattern == '^' ? '@' : (uint8_t) *pattern);
        }
    }
    ss_buf_done(&buf, &text);

    return text;
}

typedef struct {
    ss_header_t headers[2];
    ss_request_t request;
} made_t;

static void
make(made_t *made, const ss_mem_t *mem, size_t place, ss_str_t secret)
{
    ss_request_t *request = &made->request;
    const char *pattern = places[place].header;
    size_t count = 0;

    memset(made, 0, sizeof(*made));
    assert_true(parse_target(fill(mem, places[place].target, secret), request));
    if (pattern != NULL) {
        ss_str_t line = fill(mem, pattern, secret);
        size_t colon = ss_index(line, ':');

        made->headers[count++] =
            (ss_header_t){ ss_str(line.data, colon),
                           ss_trim(ss_skip(line, colon + 1)) };
    }
    if (*places[place].type != '\0') {
        made->headers[count++] = (ss_header_t){ SS_STR("Content-Type"),
                                                ss_cstr(places[place].type) };
        request->body = fill(mem, places[place].body, secret);
        request->body_state = SS_BODY_COMPLETE;
    }
    request->headers = made->headers;
    request->header_count = count;
}

/* --- places in an answer ---------------------------------------------------
 */

/* "@" is the secret, in one way; as JSON strings hold it in bodies of JSON. */
static const struct {
    unsigned status;
    const char *type;
    const char *challenge;
    const char *body;
} answers[] = {
    { 400, JSON, "",
      "{\"error\":\"invalid_request\",\"error_description\":\"it is @ "
      "here\"}" },
    { 401, JSON, "", "{\"error\":\"@\"}" },
    { 401, "text/plain", "Bearer error=\"x\", error_description=\"bad @\"",
      "" },
    { 422, "application/vnd.api+json", "",
      "{\"errors\":[{\"code\":\"100\",\"title\":\"a\",\"detail\":\"no "
      "@.\"}]}" },
    { 400, "application/vnd.api+json", "",
      "{\"errors\":[{\"title\":\"is "
      "@!\",\"source\":{\"pointer\":\"/d/@\"}}]}" },
    { 400, "application/vnd.api+json", "",
      "{\"errors\":[{\"code\":\"105\",\"detail\":\"@ is not allowed\","
      "\"source\":{\"parameter\":\"@\"}}]}" },
    { 500, "text/html", "", "<html><title>what is @?</title>" },
    { 500, "text/plain", "", "this was @ and more" },
    { 500, JSON, "", "{\"message\":\"no route for @\"}" },
    { 404, "text/plain", "", "it ends with @" },
};

static void
silent(ss_str_t text, ss_str_t written, size_t place, size_t answer, size_t way)
{
    if (memmem(text.data, text.len, written.data, written.len) != NULL) {
        fail_msg("place %zu, answer %zu, %s: %.*s", place, answer,
                 ways[way].name, SS_FMT(text));
    }
}

/* A string of JSON has backslashes escaped. */
static ss_str_t
in_json(const ss_mem_t *mem, ss_str_t written)
{
    ss_buf_t buf;
    ss_str_t text;

    ss_buf_init(&buf, mem);
    for (size_t i = 0; i < written.len; i++) {
        if (written.data[i] == '\\' || written.data[i] == '"') {
            ss_buf_addc(&buf, '\\');
        }
        ss_buf_addc(&buf, written.data[i]);
    }
    ss_buf_done(&buf, &text);

    return text;
}

static void
look(const ss_engine_t *engine, const made_t *made, size_t place, size_t answer,
     size_t way, ss_str_t written, const ss_mem_t *mem)
{
    ss_header_t headers[] = {
        { SS_STR("Content-Type"), ss_cstr(answers[answer].type) },
        { SS_STR("WWW-Authenticate"),
          fill(mem, answers[answer].challenge, written) },
    };
    bool json = answers[answer].body[0] == '{';
    ss_response_t response = { .status = answers[answer].status,
                               .headers = headers,
                               .header_count = headers[1].value.len > 0 ? 2 : 1,
                               .body =
                                   fill(mem, answers[answer].body,
                                        json ? in_json(mem, written) : written),
                               .body_complete = 1 };
    ss_explanation_t explanation;
    ss_result_t result;
    ss_str_t text;

    assert_int_equal(ss_check(engine, &made->request, mem, &result), SS_OK);
    assert_int_equal(ss_explain(engine, &made->request, &result, &response, mem,
                                &explanation),
                     SS_OK);
    ss_explanation_text(&explanation, "", mem, &text);
    silent(text, written, place, answer, way);
    ss_explanation_json(&explanation, mem, &text);
    silent(text, written, place, answer, way);

    assert_int_equal(ss_response_message(&made->request, result.route.kind,
                                         &response, mem, &text),
                     SS_OK);
    silent(text, written, place, answer, way);
    assert_int_equal(ss_mask_message(&made->request, result.route.kind,
                                     response.body, mem, &text),
                     SS_OK);
    silent(text, written, place, answer, way);
}

/* With and without digits, with what is coded in forms, short ones. */
static const char *const secrets[] = {
    "Zq7-CANARY-k3W",
    "hUnTerStwOabCde",
    "p@ss w0rd&\"more\"=1",
    "kwyjiboX",
    "Qx7!",
    "w~j",
};

static void
test_echoes(void **unused)
{
    test_mem_t kept = TEST_MEM;
    const ss_engine_t *engine =
        test_engine(&kept, SS_STR("version: 1\nservice: { account: acme }\n"));

    (void) unused;

    for (size_t s = 0; s < sizeof(secrets) / sizeof(secrets[0]); s++) {
        for (size_t p = 0; p < sizeof(places) / sizeof(places[0]); p++) {
            for (size_t w = 0; w < sizeof(ways) / sizeof(ways[0]); w++) {
                test_mem_t mem = TEST_MEM;
                ss_mem_t m = test_mem(&mem);
                ss_str_t written;
                made_t made;
                ss_buf_t buf;

                make(&made, &m, p, ss_cstr(secrets[s]));
                ss_buf_init(&buf, &m);
                ways[w].write(&buf, ss_cstr(secrets[s]), ways[w].how);
                ss_buf_done(&buf, &written);
                /* four letters of base64 are a word like others */
                for (size_t a = 0; written.len > 4
                                   && a < sizeof(answers) / sizeof(answers[0]);
                     a++) {
                    look(engine, &made, p, a, w, written, &m);
                }
                test_mem_release(&mem);
            }
        }
    }
    test_mem_release(&kept);
}

/* --- secrets that the service makes ----------------------------------------
 */

#define W "aaaaaaaaa "
#define W16 W W W W W W W W W W W W W W W W

static const struct {
    const char *bearer; /* of the request */
    const char *words;
    const char *shown;
} words[] = {
    { "Zq7-CANARY-k3W", "see #access_token=hunterstwo&x=y",
      "see #access_token=***&x=y" },
    { "Zq7-CANARY-k3W", "see ?code=hunterstwo", "see ?code=***" },
    { "Zq7-CANARY-k3W", "{\"refresh_token\": \"hunters two\", \"a\": \"b\"}",
      "{\"refresh_token\": \"***\", \"a\": \"b\"}" },
    { "Zq7-CANARY-k3W", "password => 'it is', yes", "password => '***', yes" },
    { "Zq7-CANARY-k3W", "token hunterstwohunterstwohunters", "token ***" },
    { "Zq7-CANARY-k3W", "proxy ftp://me:hunters@two/ at http://a/b@c",
      "proxy ftp://***@two/ at http://a/b@c" },
    /* a word that is cut is as long as it was */
    { "Zq7-CANARY-k3W",
      W16 W16 W16 W16 W16 W16
      "aaaaaaaaa aaaaaaaaa aaaaaaaaa aaaaaaaaa "
      "aaaaaaaaa hunterstwohunterstwohunterstwohunterstwohunters",
      W16 W16 W16 W16 W16 W16 "aaaaaaaaa aaaaaaaaa aaaaaaaaa aaaaaaaaa "
                              "aaaaaaaaa ***..." },
    /* and a secret is found that is cut */
    { "kwyjibowhat",
      W16 W16 W16 W16 W16 W16 "aaaaaaaaa aaaaaaaaa aaaaaaaaa aaaaaaaaa "
                              "aaaaaaaaa aaaaaa kwyjibowhat",
      "" },
    { "kwyjibowhat", "it was cut at kwyji", "" },
    /* very short ones stand alone */
    { "a", "invalid grant", "invalid grant" },
    { "a", "is it a?", "" },
    { "ab", "about abab", "about abab" },
    { "ab", "about 'AB'", "" },
    { "***", "all right", "all right" },
    { "***", "it is ***", "" },
    { "", "all right", "all right" },
    { "\"\"", "all right", "all right" },
};

static void
test_words(void **unused)
{
    (void) unused;

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        test_mem_t mem = TEST_MEM;
        ss_mem_t m = test_mem(&mem);
        ss_header_t header = { SS_STR("Authorization"),
                               fill(&m, "Bearer @", ss_cstr(words[i].bearer)) };
        ss_request_t request = { .headers = &header, .header_count = 1 };
        ss_str_t masked;

        assert_int_equal(ss_mask_message(&request, SS_KIND_API,
                                         exact(&mem, ss_cstr(words[i].words)),
                                         &m, &masked),
                         SS_OK);
        assert_str(masked, words[i].shown);
        test_mem_release(&mem);
    }
}

/* What is not known to have no secrets. */
static void
test_unknown(void **unused)
{
    static const struct {
        ss_kind_t kind;
        ss_body_state_t state;
        const char *shown;
    } unknown[] = {
        { SS_KIND_TOKEN, SS_BODY_TOO_LARGE, "" },
        { SS_KIND_TOKEN, SS_BODY_UNREAD, "" },
        { SS_KIND_TOKEN, SS_BODY_NONE, "words" },
        { SS_KIND_OTHER, SS_BODY_UNREAD, "" },
        { SS_KIND_AUTHORIZE, SS_BODY_UNREAD, "" },
        { SS_KIND_API, SS_BODY_TOO_LARGE, "" },
        { SS_KIND_API, SS_BODY_UNREAD, "words" },
        { SS_KIND_FILE, SS_BODY_TOO_LARGE, "words" },
    };

    (void) unused;

    for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
        ss_request_t request = { .body_state = unknown[i].state };
        test_mem_t mem = TEST_MEM;
        ss_mem_t m = test_mem(&mem);
        ss_str_t masked;

        assert_int_equal(ss_mask_message(&request, unknown[i].kind,
                                         SS_STR("words"), &m, &masked),
                         SS_OK);
        assert_str(masked, unknown[i].shown);

        request.authorized_later = 1;
        assert_int_equal(ss_mask_message(&request, unknown[i].kind,
                                         SS_STR("words"), &m, &masked),
                         SS_OK);
        assert_int_equal(masked.len, 0);
        test_mem_release(&mem);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_echoes),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_unknown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
