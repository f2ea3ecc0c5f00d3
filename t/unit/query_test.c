/*
 * The query of API calls: its names, and what holds for every query, tried on
 * random ones.
 */

#include "check.h"

#include "random_request.h"
#include "check/ss_check.h"
#include "text/ss_utf8.h"

enum { ROUNDS = 10000 };

/* --- names and numbers -------------------------------------------------- */

static void
test_members(void **unused)
{
    static const struct {
        const char *name, *family, *expect; /* NULL: none */
    } cases[] = {
        { "page[size]", "page", "size" },
        { "filter[a.b]", "filter", "a.b" },
        { "x[y]", "x", "y" },
        { "x[]", "x", NULL },
        { "x[", "x", NULL },
        { "x]", "x", NULL },
        { "x", "x", NULL },
        { "", "x", NULL },
        { "[y]", "x", NULL },
        { "x[y", "x", NULL },
        { "xy]", "x", NULL },
        { "x[y]z", "x", NULL },
        { "x[y][z]", "x", NULL },
        { "x[[y]]", "x", NULL },
        { "x[y]]", "x", NULL },
        { "xx[y]", "x", NULL },
        { "X[y]", "x", NULL },
    };

    (void) unused;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        test_mem_t mem = TEST_MEM;
        ss_str_t member = SS_STR("");
        bool is = ss_query_member(exact(&mem, ss_cstr(cases[i].name)),
                                  cases[i].family, &member);

        assert_int_equal(is, cases[i].expect != NULL);
        if (is) {
            assert_str(member, cases[i].expect);
        }
        test_mem_release(&mem);
    }
}

static void
test_numbers(void **unused)
{
    static const struct {
        const char *text;
        bool is;
        unsigned number;
    } cases[] = {
        { "", false, 0 },
        { "0", true, 0 },
        { "007", true, 7 },
        { "250", true, 250 },
        { "999999998", true, 999999998 },
        { "999999999", true, SS_NUMBER_MAX },
        { "1000000000", true, SS_NUMBER_MAX },
        { "4294967297", true, SS_NUMBER_MAX },
        { "99999999999999999999999999", true, SS_NUMBER_MAX },
        { "-1", false, 0 },
        { "+1", false, 0 },
        { "1.0", false, 0 },
        { "1 ", false, 0 },
        { "1/", false, 0 },
        { "1:", false, 0 },
        { "\xc2\xb2", false, 0 },
    };

    (void) unused;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        test_mem_t mem = TEST_MEM;
        unsigned number;
        bool is = ss_whole_number(exact(&mem, ss_cstr(cases[i].text)), &number);

        assert_int_equal(is, cases[i].is);
        if (is) {
            assert_int_equal(number, cases[i].number);
        }
        test_mem_release(&mem);
    }
}

static void
test_bytes(void **unused)
{
    (void) unused;

    for (unsigned c = 0; c < 256; c++) {
        uint8_t byte = (uint8_t) c;
        bool safe =
            c > ' ' && c < 0x7f && strchr("\"<>\\^`{|}", (int) c) == NULL;
        uint32_t has = ss_query_look(ss_str(&byte, 1));

        assert_int_equal(ss_query_unsafe(byte), !safe);
        assert_int_equal((has & SS_QUERY_UNSAFE) != 0, !safe);
        assert_int_equal((has & SS_QUERY_PERCENT) != 0, c == '%');
        assert_int_equal((has & SS_QUERY_COMMA) != 0, c == ',' || c == '%');
        assert_int_equal((has & SS_QUERY_UNDERSCORE) != 0,
                         c == '_' || c == '%');
        assert_int_equal((has & SS_QUERY_NAME('q')) != 0,
                         c == 'q' || c == '%' || c == ' ');
    }
}

static void
test_first_letters(void **unused)
{
    static const struct {
        const char *query;
        bool p, z;
    } cases[] = {
        { "", false, false },      { "p", true, false },
        { "a=p", false, false },   { "a&p=1", true, false },
        { "a&&p", true, false },   { "&p", true, false },
        { "a&", false, false },    { "ap&bz", false, false },
        { "a=b&%70", true, true }, { "a=%70", false, false },
        { "P", false, false },     { "a&z&p&b", true, true },
        { "a=b=&p", true, false }, { "&&&", false, false },
        { "a;p=1", false, false }, { "a& p=1", true, true },
    };

    (void) unused;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        test_mem_t mem = TEST_MEM;
        uint32_t has = ss_query_look(exact(&mem, ss_cstr(cases[i].query)));

        assert_int_equal((has & SS_QUERY_NAME('p')) != 0, cases[i].p);
        assert_int_equal((has & SS_QUERY_NAME('z')) != 0, cases[i].z);
        test_mem_release(&mem);
    }
}

/* --- random queries ----------------------------------------------------- */

static random_t dice;

static uint32_t
roll(uint32_t sides)
{
    return random_roll(&dice, sides);
}

#define PICK(list) list[roll(sizeof(list) / sizeof((list)[0]))]

static const char *const names[] = {
    "filter[name]",
    "filter[client_id]",
    "filter",
    "filter.name",
    "filter[a][b]",
    "page[size]",
    "page[number]",
    "page",
    "limit",
    "per_page",
    "offset",
    "include",
    "fields[a_b]",
    "sort",
    "access_token",
    "bearer_token",
    "filter%5Bname]",
    "page%5Bsize%5D",
    "x_y",
    "",
};
static const char *const values[] = {
    "",           "5",
    "0",          "1000",
    "a_b,c.d_e",  "-_x,%2C_y",
    "Acme, Inc.", "\"a,b\"",
    "a\"{|",      "M\xc3",
    "50%",        "a+b%20c",
    "%5F%5f_a",   "CANARY",
    "CANARY2",    "=",
    "a_b=c",      "M\xc3\xbc",
    "%c3\xbc",    "%FC\"",
    " x ",        "\xed\xa0\x80",
    "%00",        "a& b_c",
};
static const char *const authorizations[] = {
    "", "", "Bearer CANARY", "Bearer Bearer CANARY", "Bearer x", "Basic YTpi",
};

static ss_str_t
random_query(test_mem_t *mem)
{
    ss_mem_t m = test_mem(mem);
    ss_buf_t buf;
    ss_str_t text;

    ss_buf_init(&buf, &m);
    for (uint32_t n = 1 + roll(6); n > 0; n--) {
        ss_buf_adds(&buf, buf.len > 0 ? "&" : "");
        ss_buf_adds(&buf, PICK(names));
        ss_buf_adds(&buf, roll(20) > 0 ? "=" : "");
        ss_buf_adds(&buf, PICK(values));
    }
    assert_int_equal(ss_buf_done(&buf, &text), SS_OK);

    return exact(mem, text);
}

static ss_request_t
request_of(ss_str_t query, ss_header_t headers[2], const char *authorization)
{
    headers[0] =
        (ss_header_t){ SS_STR("Accept"), SS_STR("application/vnd.api+json") };
    headers[1] =
        (ss_header_t){ SS_STR("Authorization"), ss_cstr(authorization) };

    return (ss_request_t){
        .method = SS_STR("GET"),
        .scheme = SS_STR("https"),
        .authority = SS_STR("api.scopestack.io"),
        .path = SS_STR("/acme/v1/clients"),
        .query = query,
        .has_query = 1,
        .headers = headers,
        .header_count = *authorization != '\0' ? 2 : 1,
    };
}

static ss_result_t
check(const ss_engine_t *engine, const ss_request_t *request, test_mem_t *mem)
{
    ss_mem_t m = test_mem(mem);
    ss_result_t result;

    assert_int_equal(ss_check(engine, request, &m, &result), SS_OK);

    return result;
}

typedef void property_t(ss_str_t query, test_mem_t *mem);

static void
for_random_queries(property_t *holds)
{
    for (uint32_t round = 1; round < ROUNDS; round++) {
        test_mem_t mem = TEST_MEM;

        dice = random_seed(round);
        holds(random_query(&mem), &mem);
        test_mem_release(&mem);
    }
}

static void
leaves_clean(ss_str_t query, test_mem_t *mem)
{
    ss_engine_t *engine = test_engine(mem, SS_STR("version: 1\n"));
    ss_header_t headers[2];
    ss_request_t request = request_of(query, headers, PICK(authorizations));
    ss_result_t first = check(engine, &request, mem), again;
    ss_request_t leaves = apply_edits(mem, &request, &first);

    again = check(engine, &leaves, mem);
    if (again.edit_count > 0) {
        fail_msg("%.*s -> %.*s", SS_FMT(query), SS_FMT(leaves.query));
    }
}

static void
test_what_leaves_is_clean(void **unused)
{
    (void) unused;
    for_random_queries(leaves_clean);
}

static void
tells_no_token(ss_str_t query, test_mem_t *mem)
{
    ss_engine_t *engine = test_engine(mem, SS_STR("version: 1\n"));
    ss_mem_t m = test_mem(mem);
    ss_header_t headers[2];
    ss_request_t request = request_of(query, headers, PICK(authorizations));
    ss_result_t result = check(engine, &request, mem);
    ss_str_t json;

    assert_int_equal(ss_result_json(&result, &m, &json), SS_OK);
    assert_null(memmem(json.data, json.len, "CANARY", 6));
}

static void
test_no_token_is_told(void **unused)
{
    (void) unused;
    for_random_queries(tells_no_token);
}

static bool
is_text(ss_str_t text)
{
    while (text.len > 0 && text.data[0] != '\0') {
        size_t n = ss_utf8_length(text);

        if (n == 0) {
            return false;
        }
        text = ss_skip(text, n);
    }

    return text.len == 0;
}

/* Bytes that are no UTF-8 are as bad encoded, and stay. */
static void
is_encoded(const ss_param_t *param)
{
    bool text = is_text(param->name) && is_text(param->value);

    for (size_t i = 0; i < param->raw.len; i++) {
        uint8_t c = param->raw.data[i];

        if (ss_query_unsafe(c) && (text || (c < 0x80 && c != '\0'))) {
            fail_msg("%.*s", SS_FMT(param->raw));
        }
    }
}

/* Encoding changes neither a name nor a value, nor any other byte. */
static void
encodes_only(ss_str_t query, test_mem_t *mem)
{
    static const char yaml[] =
        "version: 1\nrules: { page-parameter: report, token-in-query: report, "
        "member-name-underscore: report }\n";
    ss_engine_t *engine = test_engine(mem, SS_STR(yaml));
    ss_mem_t m = test_mem(mem);
    ss_header_t headers[2];
    ss_request_t request = request_of(query, headers, "");
    ss_result_t result = check(engine, &request, mem);
    ss_request_t leaves = apply_edits(mem, &request, &result);
    ss_params_t before = { .count = 0 }, after = { .count = 0 };

    ss_form_read(&before, query, true, &m);
    ss_form_read(&after, leaves.query, true, &m);
    assert_int_equal(before.count, after.count);

    for (size_t i = 0; i < before.count; i++) {
        assert_true(ss_eq(before.items[i].name, after.items[i].name));
        assert_true(ss_eq(before.items[i].value, after.items[i].value));
        is_encoded(&after.items[i]);
    }
}

static void
test_encoding_is_lossless(void **unused)
{
    (void) unused;
    for_random_queries(encodes_only);
}

/* Bytes that no text of a case can have. */
static const struct {
    const char *query;
    const char *outcomes; /* r: reported, R: repaired */
    const char *leaves;
} raw_bytes[] = {
    { "a=M\xfcller", "r", "a=M\xfcller" },
    { "a=M\xc3\xbcller", "R", "a=M%C3%BCller" },
    { "a=\xfc&b=\xc3\xbc", "rR", "a=\xfc&b=%C3%BC" },
    { "a=\xfc\xc3\xbc\"", "rR", "a=\xfc\xc3\xbc%22" },
    { "\xfc", "r", "\xfc" },
    { "\xc3=\xbc", "r", "\xc3=\xbc" },
    { "a=%c3\xbc", "R", "a=%c3%BC" },
    { "a=\xc3%bc", "R", "a=%C3%bc" },
    { "a=\xc3&b=\xbc", "r", "a=\xc3&b=\xbc" },
    { "a=\xc0\xaf", "r", "a=\xc0\xaf" },
    { "a=\xed\xa0\x80", "r", "a=\xed\xa0\x80" },
    { "a=\xfc%", "rr", "a=\xfc%" },
    { "a=%fc", "r", "a=%fc" },
    { "a=%FC%c3%bc", "r", "a=%FC%c3%bc" },
    { "a=%00", "r", "a=%00" },
    { "a=%7f%01%c3%bc", "", "a=%7f%01%c3%bc" },
    { "a=1& b=2", "R", "a=1&b=2" },
    { " a=1", "R", "%20a=1" },
};

static void
test_raw_bytes(void **unused)
{
    (void) unused;

    for (size_t i = 0; i < sizeof(raw_bytes) / sizeof(raw_bytes[0]); i++) {
        test_mem_t mem = TEST_MEM;
        ss_engine_t *engine = test_engine(&mem, SS_STR("version: 1\n"));
        ss_header_t headers[2];
        ss_request_t request = request_of(
            exact(&mem, ss_cstr(raw_bytes[i].query)), headers, "Bearer x");
        ss_result_t result = check(engine, &request, &mem);
        ss_request_t leaves = apply_edits(&mem, &request, &result);
        const char *outcomes = raw_bytes[i].outcomes;

        if (result.finding_count != strlen(outcomes)) {
            fail_msg("%s: %zu findings", raw_bytes[i].query,
                     result.finding_count);
        }
        for (size_t k = 0; k < result.finding_count; k++) {
            assert_int_equal(result.findings[k].outcome,
                             outcomes[k] == 'r' ? SS_REPORTED : SS_REPAIRED);
        }
        assert_str(leaves.query, raw_bytes[i].leaves);
        test_mem_release(&mem);
    }
}

/* Spells letters, digits and marks of a query by escapes, here and there. */
static ss_str_t
in_escapes(ss_str_t query, test_mem_t *mem)
{
    ss_mem_t m = test_mem(mem);
    ss_buf_t buf;
    ss_str_t text;

    ss_buf_init(&buf, &m);
    for (size_t i = 0; i < query.len; i++) {
        uint8_t c = query.data[i];

        if (ss_is_escape(query, i)) {
            ss_buf_add(&buf, ss_str(query.data + i, 3));
            i += 2;
        } else if (strchr("&=+%", c) == NULL && roll(3) == 0) {
            ss_percent_encode(&buf, c);
        } else {
            ss_buf_addc(&buf, c);
        }
    }
    assert_int_equal(ss_buf_done(&buf, &text), SS_OK);

    return exact(mem, text);
}

/* Rules see through escapes, and the first look hides nothing from them. */
static void
escapes_hide_nothing(ss_str_t query, test_mem_t *mem)
{
    static const char yaml[] = "version: 1\nrules: { filter-unencoded: off }\n";
    ss_engine_t *engine = test_engine(mem, SS_STR(yaml));
    ss_mem_t m = test_mem(mem);
    ss_header_t headers[2];
    ss_str_t escaped = in_escapes(query, mem);
    ss_request_t plain = request_of(query, headers, "");
    ss_request_t other = request_of(escaped, headers, "");
    ss_result_t one = check(engine, &plain, mem);
    ss_result_t two = check(engine, &other, mem);
    ss_str_t here, there;

    assert_int_equal(ss_result_json(&one, &m, &here), SS_OK);
    assert_int_equal(ss_result_json(&two, &m, &there), SS_OK);
    if (!ss_eq(here, there)) {
        fail_msg("%.*s\n%.*s\n%.*s\n%.*s", SS_FMT(query), SS_FMT(here),
                 SS_FMT(escaped), SS_FMT(there));
    }
}

static void
test_escapes_hide_nothing(void **unused)
{
    (void) unused;
    for_random_queries(escapes_hide_nothing);
}

/* --- very many parameters ------------------------------------------------ */

static void
test_too_many(void **unused)
{
    (void) unused;

    for (size_t n = SS_PARAMS_MAX; n <= SS_PARAMS_MAX + 1; n++) {
        test_mem_t mem = TEST_MEM;
        ss_mem_t m = test_mem(&mem);
        ss_engine_t *engine = test_engine(&mem, SS_STR("version: 1\n"));
        ss_header_t headers[2];
        ss_request_t request = request_of(SS_STR(""), headers, "Bearer x");
        ss_result_t result;
        ss_buf_t buf;

        ss_buf_init(&buf, &m);
        ss_buf_adds(&buf, "limit=5");
        for (size_t i = 1; i < n; i++) {
            ss_buf_adds(&buf, "&a");
        }
        assert_int_equal(ss_buf_done(&buf, &request.query), SS_OK);

        result = check(engine, &request, &mem);
        assert_int_equal(result.finding_count, 1);
        assert_string_equal(result.findings[0].rule->id,
                            n > SS_PARAMS_MAX ? "body-not-checked"
                                              : "page-parameter");
        assert_int_equal(result.edit_count, n <= SS_PARAMS_MAX);
        test_mem_release(&mem);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_members),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_first_letters),
        cmocka_unit_test(test_what_leaves_is_clean),
        cmocka_unit_test(test_no_token_is_told),
        cmocka_unit_test(test_encoding_is_lossless),
        cmocka_unit_test(test_raw_bytes),
        cmocka_unit_test(test_escapes_hide_nothing),
        cmocka_unit_test(test_too_many),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
