/*
 * Documents by chance: what leaves is clean, and is what came with the repairs
 * made to it as a tree, by jansson; and the bounds.
 */

#include "check.h"

#include "random_request.h"

#include <jansson.h>

#include "json/ss_scan.h"

enum { ROUNDS = 20000 };

static const char config[] = "version: 1\nservice: { account: acme }\nrules: { "
                             "authorization-missing: off }\n";

static random_t dice;

static uint32_t
roll(uint32_t sides)
{
    return random_roll(&dice, sides);
}

#define PICK(list) list[roll(sizeof(list) / sizeof((list)[0]))]

/* --- random documents --------------------------------------------------- */

static const char *const ids[] = { "1",   "\"1\"", "null",  "\"\"", "-7",
                                   "1e3", "true",  "\"x\"", "1234", "[1]" };
static const char *const types[] = { "\"clients\"", "\"clients\"",  "null",
                                     "\"\"",        "\"projects\"", "1" };
static const char *const names[] = { "a",         "a_b",       "a-b",  "c_d_e",
                                     "_f",        "g__h",      "i_j?", "k",
                                     "l_\\u006d", "a\\u002db", "n_o",  "p_q" };
static const char *const blanks[] = { "", "", "", " ", "\n\t" };
static const char *const values[] = {
    "1", "\"x_y\"", "{\"a_b\":{\"id\":1}}", "[{\"c_d\":1.50}]", "null",
};

typedef void add_t(ss_buf_t *buf);

/* A member, with a comma if need be; the name may be there already. */
static void
add_member(ss_buf_t *buf, const char *name, add_t *add_value)
{
    uint8_t last = buf->data[buf->len - 1];

    ss_buf_adds(buf, last == '{' || last == '[' ? "" : ",");
    ss_buf_adds(buf, PICK(blanks));
    ss_buf_addc(buf, '"');
    ss_buf_adds(buf, name);
    ss_buf_addc(buf, '"');
    ss_buf_adds(buf, PICK(blanks));
    ss_buf_addc(buf, ':');
    ss_buf_adds(buf, PICK(blanks));
    add_value(buf);
}

static void
add_id(ss_buf_t *buf)
{
    ss_buf_adds(buf, PICK(ids));
}

static void
add_type(ss_buf_t *buf)
{
    ss_buf_adds(buf, PICK(types));
}

static void
add_value(ss_buf_t *buf)
{
    ss_buf_adds(buf, PICK(values));
}

static void
add_identifier(ss_buf_t *buf)
{
    ss_buf_addc(buf, '{');
    if (roll(8)) {
        add_member(buf, "type", add_type);
    }
    if (roll(8)) {
        add_member(buf, "id", add_id);
    }
    if (roll(8) == 0) {
        add_member(buf, "meta", add_value);
    }
    ss_buf_addc(buf, '}');
}

static void
add_linkage(ss_buf_t *buf)
{
    if (roll(3)) {
        add_identifier(buf);
        return;
    }

    ss_buf_addc(buf, '[');
    for (uint32_t n = roll(3), i = 0; i < n; i++) {
        ss_buf_adds(buf, i > 0 ? " , " : "");
        add_identifier(buf);
    }
    ss_buf_addc(buf, ']');
}

static void
add_relationship(ss_buf_t *buf)
{
    if (roll(8) == 0) {
        add_value(buf);
        return;
    }

    ss_buf_addc(buf, '{');
    if (roll(2)) {
        add_member(buf, "links", add_value);
    }
    if (roll(8)) {
        add_member(buf, "data", roll(4) ? add_linkage : add_value);
    }
    ss_buf_addc(buf, '}');
}

static void
add_fields(ss_buf_t *buf, add_t *add)
{
    ss_buf_addc(buf, '{');
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (roll(4) == 0) {
            add_member(buf, names[i], add);
        }
    }
    ss_buf_addc(buf, '}');
}

static void
add_attributes(ss_buf_t *buf)
{
    if (roll(9) == 0) {
        add_value(buf);
        return;
    }
    add_fields(buf, add_value);
}

static void
add_relationships(ss_buf_t *buf)
{
    add_fields(buf, add_relationship);
}

static void
add_resource(ss_buf_t *buf)
{
    static const struct {
        const char *name;
        add_t *add;
    } members[] = {
        { "type", add_type },
        { "id", add_id },
        { "attributes", add_attributes },
        { "relationships", add_relationships },
        { "meta", add_value },
    };
    enum { COUNT = sizeof(members) / sizeof(members[0]) };
    uint32_t first = roll(COUNT);

    ss_buf_addc(buf, '{');
    for (uint32_t i = 0; i < COUNT; i++) {
        const char *name = members[(first + i) % COUNT].name;

        if (strcmp(name, "meta") ? roll(3) > 0 : roll(5) == 0) {
            add_member(buf, name, members[(first + i) % COUNT].add);
        }
    }
    ss_buf_adds(buf, PICK(blanks));
    ss_buf_addc(buf, '}');
}

static ss_str_t
random_document(const ss_mem_t *mem, bool linkage)
{
    ss_buf_t buf;
    ss_str_t text;

    ss_buf_init(&buf, mem);
    ss_buf_addc(&buf, '{');
    if (roll(4) == 0) {
        add_member(&buf, "meta", add_value);
    }
    add_member(&buf, "data", linkage ? add_linkage : add_resource);
    ss_buf_adds(&buf, "}\n");
    assert_int_equal(ss_buf_done(&buf, &text), SS_OK);

    return text;
}

/* --- the repairs, made to a tree ---------------------------------------- */

static bool
is_empty(const json_t *value)
{
    return value == NULL || json_is_null(value)
           || (json_is_string(value) && json_string_length(value) == 0);
}

static void
string_id(json_t *object)
{
    json_t *id = json_object_get(object, "id");

    if (json_is_integer(id)) {
        json_object_set_new(
            object, "id",
            json_sprintf("%" JSON_INTEGER_FORMAT, json_integer_value(id)));
    }
}

static void
string_ids(json_t *linkage)
{
    json_t *identifier;
    size_t i;

    string_id(linkage);
    json_array_foreach(linkage, i, identifier)
    {
        string_id(identifier);
    }
}

/* The name with dashes; empty: it stays. */
static void
dashed(const char *name, const json_t *one, const json_t *other, char *out)
{
    size_t len = strlen(name), alike = 0;
    const json_t *objects[] = { one, other };

    out[0] = '\0';
    if (strchr(name, '_') == NULL || strstr(name, "__") || name[0] == '_') {
        return;
    }

    for (size_t i = 0; i < 2; i++) {
        void *at = json_object_iter((json_t *) (uintptr_t) objects[i]);

        for (; at != NULL; at = json_object_iter_next(
                               (json_t *) (uintptr_t) objects[i], at)) {
            const char *key = json_object_iter_key(at);
            size_t k = 0;

            while (k < len && key[k] != '\0'
                   && (key[k] == name[k]
                       || (strchr("-_", key[k]) && strchr("-_", name[k])))) {
                k++;
            }
            alike += k == len && key[k] == '\0';
        }
    }

    if (alike == 1) {
        for (size_t i = 0; i <= len; i++) {
            out[i] = name[i] == '_' ? '-' : name[i];
        }
    }
}

static json_t *
dashed_fields(const json_t *fields, const json_t *one, const json_t *other)
{
    json_t *result = json_object(), *value;
    const char *key;
    char name[32];

    json_object_foreach((json_t *) (uintptr_t) fields, key, value)
    {
        dashed(key, one, other, name);
        /* spelt with an escape, it stays; see names[] */
        json_object_set(
            result, name[0] != '\0' && strcmp(key, "l_m") ? name : key, value);
    }

    return result;
}

static void
repair_fields(json_t *data)
{
    json_t *attributes = json_object_get(data, "attributes"), *value;
    json_t *relationships = json_object_get(data, "relationships");
    json_t *one = NULL, *other = NULL;
    const char *key;

    json_object_foreach(relationships, key, value)
    {
        string_ids(json_object_get(value, "data"));
    }

    if (json_is_object(attributes)) {
        one = dashed_fields(attributes, attributes, relationships);
    }
    if (json_is_object(relationships)) {
        other = dashed_fields(relationships, attributes, relationships);
    }
    if (one != NULL) {
        json_object_set_new(data, "attributes", one);
    }
    if (other != NULL) {
        json_object_set_new(data, "relationships", other);
    }
}

static bool
is_object_or_none(const json_t *value)
{
    return value == NULL || json_is_object(value);
}

/* Tells whether type and id are all that is wrong with data. */
static bool
is_resource(const json_t *data)
{
    const json_t *attributes = json_object_get(data, "attributes");
    const json_t *relationships = json_object_get(data, "relationships");

    return json_object_get(data, "meta") == NULL
           && (attributes != NULL || relationships != NULL)
           && is_object_or_none(attributes) && is_object_or_none(relationships);
}

static void
repair_head(json_t *data, bool post)
{
    if (is_empty(json_object_get(data, "type"))) {
        json_object_set_new(data, "type", json_string("clients"));
    }

    if (!is_empty(json_object_get(data, "id"))) {
        return;
    }

    if (post) {
        json_object_del(data, "id");
    } else {
        json_object_set_new(data, "id", json_string("12"));
    }
}

static void
repair(json_t *root, bool post, bool linkage)
{
    json_t *data = json_object_get(root, "data");

    if (linkage) {
        string_ids(data);
        return;
    }

    if (is_resource(data)) {
        repair_head(data, post);
    }
    string_id(data);
    repair_fields(data);
}

/* --- properties --------------------------------------------------------- */

static const ss_header_t headers[] = {
    { { (const uint8_t *) "Accept", 6 },
      { (const uint8_t *) "application/vnd.api+json", 24 } },
    { { (const uint8_t *) "Content-Type", 12 },
      { (const uint8_t *) "application/vnd.api+json", 24 } },
};

static ss_request_t
request_of(bool post, bool linkage, ss_str_t body)
{
    return (ss_request_t){
        .method = post ? SS_STR("POST") : SS_STR("PATCH"),
        .scheme = SS_STR("https"),
        .authority = SS_STR("api.scopestack.io"),
        .path = linkage ? SS_STR("/acme/v1/clients/12/relationships/tags")
                : post  ? SS_STR("/acme/v1/clients")
                        : SS_STR("/acme/v1/clients/12"),
        .headers = headers,
        .header_count = 2,
        .body_state = SS_BODY_COMPLETE,
        .body = body,
    };
}

static json_t *
load(ss_str_t text)
{
    return json_loadb((const char *) text.data, text.len,
                      JSON_REJECT_DUPLICATES, NULL);
}

static bool
is_clean(const ss_result_t *first, const ss_result_t *again)
{
    for (size_t i = 0; i < first->finding_count; i++) {
        for (size_t k = 0; k < again->finding_count; k++) {
            if (first->findings[i].outcome == SS_REPAIRED
                && first->findings[i].rule == again->findings[k].rule
                && ss_eq(first->findings[i].message,
                         again->findings[k].message)) {
                return false;
            }
        }
    }

    return again->edit_count == 0;
}

static void
test_repairs(void **unused)
{
    unsigned repaired = 0;

    (void) unused;

    for (uint32_t seed = 1; seed < ROUNDS; seed++) {
        test_mem_t mem = TEST_MEM;
        ss_mem_t m = test_mem(&mem);
        ss_engine_t *engine = test_engine(&mem, SS_STR(config));
        ss_request_t request, leaves;
        ss_result_t first, again;
        json_t *expected, *got;
        bool post, linkage;

        dice = random_seed(seed);
        post = roll(2) > 0;
        linkage = roll(5) == 0;
        request = request_of(post, linkage,
                             exact(&mem, random_document(&m, linkage)));

        assert_int_equal(ss_check(engine, &request, &m, &first), SS_OK);
        leaves = apply_edits(&mem, &request, &first);
        assert_int_equal(ss_check(engine, &leaves, &m, &again), SS_OK);
        repaired += first.edit_count > 0;

        /* a name may have come twice, spelt in two ways */
        expected = load(request.body);
        got = load(leaves.body);
        assert_true(expected != NULL || first.edit_count == 0);
        repair(expected, post, linkage);

        if (!is_clean(&first, &again)
            || (expected != NULL && !json_equal(expected, got))) {
            fail_msg("seed %u: %.*s became %.*s", seed, SS_FMT(request.body),
                     SS_FMT(leaves.body));
        }

        json_decref(expected);
        json_decref(got);
        test_mem_release(&mem);
    }

    assert_in_range(repaired, ROUNDS / 2, ROUNDS);
}

/* --- bounds ------------------------------------------------------------- */

/* A document with count attributes; the findings' rules. */
static ss_str_t
rules_of(test_mem_t *mem, unsigned count, const char *name)
{
    ss_mem_t m = test_mem(mem);
    ss_engine_t *engine = test_engine(mem, SS_STR(config));
    ss_request_t request;
    ss_result_t result;
    ss_str_t rules;
    ss_buf_t buf;

    ss_buf_init(&buf, &m);
    ss_buf_adds(&buf, "{\"data\":{\"type\":\"clients\",\"attributes\":{");
    for (unsigned i = 0; i < count; i++) {
        ss_buf_adds(&buf, i > 0 ? ",\"" : "\"");
        ss_buf_adds(&buf, name);
        ss_buf_addu(&buf, i);
        ss_buf_adds(&buf, "\":null");
    }
    ss_buf_adds(&buf, "}}}");

    request = request_of(true, false, ss_str(buf.data, buf.len));
    assert_int_equal(ss_check(engine, &request, &m, &result), SS_OK);
    assert_int_equal(ss_result_rules(&result, ',', &m, &rules), SS_OK);

    return rules;
}

static void
test_bounds(void **unused)
{
    test_mem_t mem = TEST_MEM;

    (void) unused;

    /* data, type and attributes are open too */
    assert_str(rules_of(&mem, SS_SCAN_NAMES - 3, "a"), "");
    assert_str(rules_of(&mem, SS_SCAN_NAMES - 3, "a_"), "document-member-name");
    assert_str(rules_of(&mem, SS_SCAN_NAMES - 2, "a_"), "body-not-checked");
    test_mem_release(&mem);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_repairs),
        cmocka_unit_test(test_bounds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
