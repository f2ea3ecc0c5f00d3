/*
 * A body that a header has a signature or a digest of is never changed, nor is
 * one given to a token request that is no POST, whatever rules would repair.
 */

#include "check.h"

#include "random_request.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

enum { ROUNDS = 20000 };

/* type: it fixes the Content-Type as well */
static const struct {
    const char *name;
    const char *value;
    bool body;
    bool type;
} headers[] = {
    { "Content-Digest", "sha-256=:AA==:", true, false },
    { "content-digest", "", true, false },
    { "Repr-Digest", "sha-256=:AA==:", true, false },
    { "Digest", "SHA-256=AA==", true, false },
    { "Content-MD5", "AA==", true, false },
    { "X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD", true, false },
    { "x-body-sha512", "aa", true, false },
    { "X-Payload_Md5", "aa", true, false },
    { "X-Checksum", "aa", true, false },
    { "X-Body-Hash", "aa", true, false },
    { "X-Sig", "aa", true, true },
    { "x-request-sign", "aa", true, true },
    { "Trailer", "Expires, Content-Digest", true, false },
    { "Trailer", "Signature", true, true },
    { "Signature", "sig1=:AA==:", true, true },
    { "SIGNATURE-INPUT", "sig1=();keyid=\"a\"", true, true },
    { "X-Hub-Signature-256", "sha256=aa", true, true },
    { "Stripe-Signature", "t=1", true, true },
    { "X-Shopify-Hmac-Sha256", "aa", true, true },
    { "Authorization", "Signature keyId=\"a\"", true, true },
    { "Authorization", "AWS4-HMAC-SHA256 Credential=a", true, true },
    { "authorization", "hmac username=\"a\"", true, true },
    { "Authorization", "Hawk id=\"a\"", true, true },
    { "Authorization", "SharedKey a:b", true, true },
    { "Authorization", "Digest username=\"a\", qop=auth-int", true, true },
    { "Authorization", "Digest username=\"a\", qop=auth", false, false },
    { "Authorization", "Bearer abc", false, false },
    { "Want-Content-Digest", "sha-256=1", false, false },
    { "Want-Digest", "sha-256", false, false },
    { "Trailer", "Expires", false, false },
    { "X-SSL-Client-SHA1", "aa", false, false },
    { "X-Commit-Hash", "aa", false, false },
    { "X-Signal", "aa", false, false },
    { "X-Design-Id", "aa", false, false },
    { "X-Forwarded-For", "10.0.0.1", false, false },
    { "If-Match", "\"aa\"", false, false },
    { "Idempotency-Key", "aa", false, false },
};

static const char rules[] = "version: 1\n"
                            "service: { account: acme }\n"
                            "credentials:\n"
                            "  - { name: one, client_id: app-I0 }\n";

static bool
edits(const ss_result_t *result, ss_edit_kind_t kind, const char *name)
{
    for (size_t i = 0; i < result->edit_count; i++) {
        if (result->edits[i].kind == kind
            && (name == NULL || ss_eq(result->edits[i].name, ss_cstr(name)))) {
            return true;
        }
    }

    return false;
}

/* --- documents ---------------------------------------------------------- */

static ss_request_t
patch(ss_header_t *two, size_t i)
{
    two[0] =
        (ss_header_t){ SS_STR("Content-Type"), SS_STR("application/json") };
    two[1] =
        (ss_header_t){ ss_cstr(headers[i].name), ss_cstr(headers[i].value) };

    return (ss_request_t){
        .method = SS_STR("PATCH"),
        .scheme = SS_STR("https"),
        .authority = SS_STR("api.scopestack.io"),
        .path = SS_STR("/v1/clients/7"),
        .headers = two,
        .header_count = 2,
        .body = SS_STR("{\"data\":{\"attributes\":{\"msa_date\":1},"
                       "\"relationships\":{\"a\":{\"data\":{\"type\":\"b\","
                       "\"id\":1}}}}}"),
        .body_state = SS_BODY_COMPLETE,
    };
}

static void
assert_says_so(const ss_result_t *result, const char *rule)
{
    for (size_t i = 0; i < result->finding_count; i++) {
        const ss_finding_t *finding = &result->findings[i];

        if (!strcmp(finding->rule->id, rule)) {
            assert_int_equal(finding->outcome, SS_REPORTED);
            assert_true(ss_has_part(finding->fix, "as it is"));
            return;
        }
    }
    fail_msg("%s is not found", rule);
}

static void
test_documents(void **unused)
{
    static const char *const of_body[] = { "document-type", "document-id",
                                           "document-id-number",
                                           "document-member-name" };
    test_mem_t mem = TEST_MEM;
    ss_mem_t m = test_mem(&mem);
    ss_engine_t *engine = test_engine(&mem, repairing_rules(&mem, rules));

    (void) unused;

    for (size_t i = 0; i < COUNT(headers); i++) {
        ss_header_t two[2];
        ss_request_t request = patch(two, i);
        ss_result_t result;

        assert_int_equal(ss_check(engine, &request, &m, &result), SS_OK);
        assert_true(edits(&result, SS_EDIT_PATH, NULL));
        assert_int_equal(edits(&result, SS_EDIT_BODY, NULL), !headers[i].body);
        assert_int_equal(edits(&result, SS_EDIT_HEADER_SET, "Content-Type"),
                         !headers[i].type);

        for (size_t k = 0; k < COUNT(of_body) && headers[i].body; k++) {
            assert_says_so(&result, of_body[k]);
        }
        if (headers[i].type) {
            assert_says_so(&result, "content-type-not-jsonapi");
        }
    }

    test_mem_release(&mem);
}

/* --- token requests ----------------------------------------------------- */

static ss_request_t
with_header(const ss_request_t *request, ss_header_t *more, size_t i)
{
    ss_request_t changed = *request;

    for (size_t k = 0; k < request->header_count; k++) {
        more[k] = request->headers[k];
    }
    more[changed.header_count++] =
        (ss_header_t){ ss_cstr(headers[i].name), ss_cstr(headers[i].value) };
    changed.headers = more;

    return changed;
}

static void
test_random_requests(void **unused)
{
    test_mem_t kept = TEST_MEM;
    ss_engine_t *engine = test_engine(&kept, random_rules(&kept));
    unsigned changed = 0, repaired = 0;

    (void) unused;

    for (uint32_t seed = 0; seed < ROUNDS; seed++) {
        test_mem_t mem = TEST_MEM;
        ss_mem_t m = test_mem(&mem);
        random_t random = random_seed(seed);
        ss_request_t request = random_request(&random, &mem);
        size_t i = random_roll(&random, COUNT(headers));
        ss_header_t more[16];
        ss_result_t result;

        request = with_header(&request, more, i);
        assert_int_equal(ss_check(engine, &request, &m, &result), SS_OK);
        repaired += result.edit_count > 0;
        changed += edits(&result, SS_EDIT_BODY, NULL);

        if ((headers[i].body && edits(&result, SS_EDIT_BODY, NULL))
            || (headers[i].type
                && edits(&result, SS_EDIT_HEADER_SET, "Content-Type"))) {
            fail_msg("seed %u, %s", seed, headers[i].name);
        }
        test_mem_release(&mem);
    }

    assert_in_range(repaired, ROUNDS / 4, ROUNDS);
    assert_in_range(changed, ROUNDS / 20, ROUNDS);
    test_mem_release(&kept);
}

static void
test_methods(void **unused)
{
    static const char *const methods[] = { "HEAD",  "DELETE",  "PATCH",
                                           "TRACE", "CONNECT", "post",
                                           "Get",   "X" };
    test_mem_t kept = TEST_MEM;
    ss_engine_t *engine = test_engine(&kept, random_rules(&kept));

    (void) unused;

    for (uint32_t seed = 0; seed < ROUNDS; seed++) {
        test_mem_t mem = TEST_MEM;
        ss_mem_t m = test_mem(&mem);
        random_t random = random_seed(seed);
        ss_request_t request = random_token_request(&random, &mem);
        ss_result_t result;

        request.method = ss_cstr(methods[random_roll(&random, COUNT(methods))]);
        assert_int_equal(ss_check(engine, &request, &m, &result), SS_OK);

        if (edits(&result, SS_EDIT_BODY, NULL)
            || edits(&result, SS_EDIT_METHOD, NULL)) {
            fail_msg("seed %u, %.*s", seed, SS_FMT(request.method));
        }
        test_mem_release(&mem);
    }

    test_mem_release(&kept);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_documents),
        cmocka_unit_test(test_random_requests),
        cmocka_unit_test(test_methods),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
