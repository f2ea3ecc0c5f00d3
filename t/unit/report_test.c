/*
 * Results as text: the header's bound, the shapes of answers.
 */

#include "check.h"

#include <stdlib.h>
#include <jansson.h>

#include "check/ss_engine.h"

/* A result in which every rule found something, twice. */
static ss_result_t
all_found(ss_finding_t findings[2 * SS_RULE_COUNT], ss_outcome_t outcome)
{
    ss_result_t result = { .verdict = SS_VERDICT_REPAIRED,
                           .findings = findings,
                           .finding_count = 2 * SS_RULE_COUNT };

    for (size_t i = 0; i < result.finding_count; i++) {
        findings[i] = (ss_finding_t){ .rule = ss_rule_at(i % SS_RULE_COUNT),
                                      .outcome = outcome,
                                      .place = SS_STR("header Accept"),
                                      .message = SS_STR("a \"b\" \x01"),
                                      .fix = SS_STR("do") };
    }

    return result;
}

static void
test_header(void **unused)
{
    ss_finding_t findings[2 * SS_RULE_COUNT];
    ss_result_t result = all_found(findings, SS_REPAIRED);
    test_mem_t mem = TEST_MEM;
    ss_mem_t m = test_mem(&mem);
    ss_str_t text, list;
    size_t commas = 0;

    (void) unused;

    assert_int_equal(ss_result_header(&result, &m, &text), SS_OK);
    assert_true(text.len < 1024);
    assert_true(
        ss_starts(text, SS_STR("repaired; rules=\"accept-not-jsonapi ")));
    assert_true(ss_ends(text, SS_STR("\"")));

    /* each rule once */
    assert_int_equal(ss_result_rules(&result, ',', &m, &list), SS_OK);
    for (size_t i = 0; i < list.len; i++) {
        commas += list.data[i] == ',';
    }
    assert_int_equal(commas + 1, SS_RULE_COUNT);
    test_mem_release(&mem);
}

static json_t *
load(ss_str_t text)
{
    json_error_t error;
    json_t *json = json_loadb((const char *) text.data, text.len, 0, &error);

    assert_non_null(json);

    return json;
}

static void
test_json(void **unused)
{
    ss_finding_t findings[2 * SS_RULE_COUNT];
    ss_result_t result = all_found(findings, SS_WOULD_REPAIR);
    test_mem_t mem = TEST_MEM;
    ss_mem_t m = test_mem(&mem);
    const char *keys[] = { "rule",    "outcome", "severity", "place",
                           "message", "fix",     "doc" };
    ss_str_t text;
    json_t *json;

    (void) unused;

    assert_int_equal(ss_result_json(&result, &m, &text), SS_OK);
    assert_int_equal(ss_index(text, '\n'), text.len);
    json = load(text);
    assert_int_equal(json_array_size(json), 2 * SS_RULE_COUNT);
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        assert_true(
            json_is_string(json_object_get(json_array_get(json, 0), keys[i])));
    }
    assert_int_equal(json_object_size(json_array_get(json, 0)), 7);
    json_decref(json);
    test_mem_release(&mem);
}

/* Every rule's answer has a status and, for tokens, an OAuth error. */
static void
test_answers(void **unused)
{
    (void) unused;

    for (size_t i = 0; i < SS_RULE_COUNT; i++) {
        ss_finding_t finding = { .rule = ss_rule_at(i),
                                 .outcome = SS_REJECTED,
                                 .place = SS_STR("header Accept") };
        ss_result_t result = { .verdict = SS_VERDICT_REJECTED,
                               .findings = &finding,
                               .finding_count = 1 };

        for (ss_kind_t kind = 0; kind < SS_KIND_COUNT; kind++) {
            test_mem_t mem = TEST_MEM;
            ss_mem_t m = test_mem(&mem);
            ss_answer_t answer;
            json_t *json;

            if (!(finding.rule->kinds & 1u << kind)) {
                continue;
            }

            result.route.kind = kind;
            assert_int_equal(ss_result_answer(&result, &m, &answer), SS_OK);
            assert_in_range(answer.status, 400, 499);
            json = load(answer.body);
            if (kind == SS_KIND_API || kind == SS_KIND_FILE
                || kind == SS_KIND_ACTION || kind == SS_KIND_OTHER) {
                assert_str(answer.content_type, "application/vnd.api+json");
                assert_int_equal(
                    json_array_size(json_object_get(json, "errors")), 1);
            } else {
                assert_true(json_is_string(json_object_get(json, "error")));
                assert_true(json_is_string(json_object_get(json, "error_uri")));
            }
            json_decref(json);
            test_mem_release(&mem);
        }
    }
}

/* What is built in an exhausted memory says so. */
static void
test_no_memory(void **unused)
{
    ss_finding_t findings[2 * SS_RULE_COUNT];
    ss_result_t result = all_found(findings, SS_REJECTED);

    (void) unused;

    for (size_t n = 1, done = 0; done < 5; n++) {
        test_mem_t mem = { .fail_at = n };
        ss_mem_t m = test_mem(&mem);
        ss_answer_t answer;
        ss_str_t text;

        done = 0;
        done += ss_result_header(&result, &m, &text) == SS_OK;
        mem.asked = 0;
        done += ss_result_rules(&result, ',', &m, &text) == SS_OK;
        mem.asked = 0;
        done += ss_result_json(&result, &m, &text) == SS_OK;
        mem.asked = 0;
        done += ss_result_text(&result, "x: ", &m, &text) == SS_OK;
        mem.asked = 0;
        done += ss_result_answer(&result, &m, &answer) == SS_OK;

        assert_true(n > 1 || done == 0);
        assert_true(n < 10000);
        test_mem_release(&mem);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_header),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_no_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
