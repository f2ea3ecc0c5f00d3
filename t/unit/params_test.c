/*
 * Token parameters out of forms, JSON and multipart bodies, and back.
 */

#include "check.h"

#include "http/ss_params.h"

typedef struct {
    const char *type;
    const char *body;
    ss_format_t format;
    const char *expect;  /* "name=value;" of all, decoded */
    const char *trouble; /* a part of it, or NULL */
} body_t;

#define FORM "application/x-www-form-urlencoded"
#define JSON "application/json"
#define MULTIPART "multipart/form-data; boundary=b"

static const body_t bodies[] = {
    { FORM, "", SS_FORMAT_NONE, "", NULL },
    { FORM, " \r\n", SS_FORMAT_NONE, "", NULL },
    { FORM, "a=b&c=d", SS_FORMAT_FORM, "a=b;c=d;", NULL },
    { FORM, "a=%41+%2B&b", SS_FORMAT_FORM, "a=A +;b=;", NULL },
    { FORM, "a=x+y&b=z", SS_FORMAT_FORM, "a=x y;b=z;", NULL },
    { FORM, "a=x&b=%7A", SS_FORMAT_FORM, "a=x;b=z;", NULL },
    { FORM, "a=%4&b=%&c=%zz", SS_FORMAT_FORM, "a=%4;b=%;c=%zz;", NULL },
    { FORM, "&&=x&", SS_FORMAT_FORM, "=;=;=x;=;", NULL },
    { "", "a=b", SS_FORMAT_FORM, "a=b;", NULL },
    { "", "no form", SS_FORMAT_UNKNOWN, "", "neither a form nor JSON" },
    { JSON, "{\"a\":\"b\",\"n\":12,\"t\":true,\"f\":false,\"z\":null}",
      SS_FORMAT_JSON, "a=b;n=12;t=true;f=false;", NULL },
    { "", "\t{\"a\":\"\\u00e4\"}", SS_FORMAT_JSON, "a=\xc3\xa4;", NULL },
    { JSON, "{\"a\":{}}", SS_FORMAT_JSON, "", "cannot carry" },
    { JSON, "{\"a\":1.50}", SS_FORMAT_JSON, "", "cannot carry" },
    { JSON, "{\"a\":1,\"a\":2}", SS_FORMAT_JSON, "", "well-formed" },
    { JSON, "[1]", SS_FORMAT_JSON, "", "well-formed" },
    { JSON, "{\"a\":1", SS_FORMAT_JSON, "", "well-formed" },
    { JSON, "{} x", SS_FORMAT_JSON, "", "well-formed" },
    { JSON, "{\"a\":1,\"b\":[{}],\"c\"}", SS_FORMAT_JSON, "", "well-formed" },
    { JSON, "{\"a\\u0000b\":1}", SS_FORMAT_JSON, "", "well-formed" },
    { JSON, "{\"\\u0061\":\"\\u00e9\\\"\",\"\":\"\"}", SS_FORMAT_JSON,
      "a=\xc3\xa9\";=;", NULL },
    { JSON, "{\"n\":-123456789012345678901234567890}", SS_FORMAT_JSON,
      "n=-123456789012345678901234567890;", NULL },
    /* what was read of it before it broke is no parameter of the form */
    { FORM, "{\"a\":1,\"b=c", SS_FORMAT_FORM, "{\"a\":1,\"b=c;", NULL },
    { MULTIPART,
      "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\ny\r\n"
      "--b\r\ncontent-disposition: form-data; name=c\r\n\r\n\r\n--b--\r\n",
      SS_FORMAT_MULTIPART, "a=x\r\ny;c=;", NULL },
    { MULTIPART,
      "preamble\r\n--b\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n"
      "--b--",
      SS_FORMAT_MULTIPART, "a=x;", NULL },
    { MULTIPART, "--b\r\nContent-Disposition: form-data; name=a\r\n\r\nx",
      SS_FORMAT_MULTIPART, "", "does not end" },
    { MULTIPART, "--b", SS_FORMAT_MULTIPART, "", "does not end" },
    { MULTIPART, "--b\r\n--b--", SS_FORMAT_MULTIPART, "", "" },
    { MULTIPART, "--b\r\nContent-Type: x\r\n\r\nx\r\n--b--",
      SS_FORMAT_MULTIPART, "", "no name" },
    { MULTIPART, "--b\r\nname=a\r\nx\r\n--b--", SS_FORMAT_MULTIPART, "",
      "no end of headers" },
    { MULTIPART,
      "--b\r\nContent-Disposition: form-data; name=a; filename=f\r\n\r\nx\r\n"
      "--b--",
      SS_FORMAT_MULTIPART, "", "has a file" },
    { "multipart/form-data", "--b--", SS_FORMAT_MULTIPART, "", "does not end" },
    { "multipart/form-data; boundary=", "--b--", SS_FORMAT_MULTIPART, "",
      "does not end" },
};

static ss_str_t
spell(const ss_params_t *params, const ss_mem_t *mem)
{
    ss_buf_t buf;
    ss_str_t text;

    ss_buf_init(&buf, mem);
    for (size_t i = 0; i < params->count; i++) {
        ss_buf_add(&buf, params->items[i].name);
        ss_buf_addc(&buf, '=');
        ss_buf_add(&buf, params->items[i].value);
        ss_buf_addc(&buf, ';');
    }
    assert_int_equal(ss_buf_done(&buf, &text), SS_OK);

    return text;
}

static void
test_bodies(void **unused)
{
    (void) unused;

    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        const body_t *b = &bodies[i];
        test_mem_t mem = TEST_MEM;
        ss_mem_t m = test_mem(&mem);
        ss_params_t params;
        ss_request_t request = {
            .body = exact(&mem, ss_cstr(b->body)),
            .body_state = SS_BODY_COMPLETE,
        };

        assert_int_equal(
            ss_params_read(&params, &request, ss_cstr(b->type), &m), SS_OK);
        assert_int_equal(params.format, b->format);
        if (b->trouble == NULL) {
            assert_null(params.trouble);
            assert_str(spell(&params, &m), b->expect);
        } else {
            assert_non_null(params.trouble);
            assert_non_null(strstr(params.trouble, b->trouble));
        }
        test_mem_release(&mem);
    }
}

/* A body cut anywhere is never misread: what comes out is a beginning of the
   whole, or trouble. Each cut stands in a block of its own size. */
static void
test_truncated(void **unused)
{
    (void) unused;

    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        ss_str_t body = ss_cstr(bodies[i].body);

        for (size_t n = 0; n < body.len; n++) {
            test_mem_t mem = TEST_MEM;
            ss_mem_t m = test_mem(&mem);
            ss_params_t params;
            ss_request_t request = {
                .body = exact(&mem, ss_str(body.data, n)),
                .body_state = SS_BODY_COMPLETE,
            };

            assert_int_equal(
                ss_params_read(&params, &request, ss_cstr(bodies[i].type), &m),
                SS_OK);
            if (params.format == SS_FORMAT_JSON
                || params.format == SS_FORMAT_MULTIPART) {
                assert_true(params.trouble != NULL || n + 4 > body.len);
            }
            test_mem_release(&mem);
        }
    }
}

/* What nobody changed keeps its bytes; what was added is encoded. */
static void
test_write(void **unused)
{
    static const struct {
        const char *form, *remove, *expect;
    } cases[] = {
        { "a=%7e&b=x+y&&c", "none", "a=%7e&b=x+y&&c&n=%C3%A4+%26%3D%2B" },
        { "a=1&b=2&c=3", "b", "a=1&c=3&n=%C3%A4+%26%3D%2B" },
        { "b=1", "b", "n=%C3%A4+%26%3D%2B" },
    };

    (void) unused;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        test_mem_t mem = TEST_MEM;
        ss_mem_t m = test_mem(&mem);
        ss_params_t params;
        ss_param_t *param;
        ss_str_t text;
        ss_request_t request = {
            .body = exact(&mem, ss_cstr(cases[i].form)),
            .body_state = SS_BODY_COMPLETE,
        };

        assert_int_equal(ss_params_read(&params, &request, SS_STR(FORM), &m),
                         SS_OK);
        param = ss_params_find(&params, cases[i].remove);
        if (param != NULL) {
            ss_params_remove(&params, param);
            assert_null(ss_params_find(&params, cases[i].remove));
        }
        assert_int_equal(
            ss_params_add(&params, "n", SS_STR("\xc3\xa4 &=+"), &m), SS_OK);
        assert_int_equal(ss_params_write(&params, false, &m, &text), SS_OK);
        assert_str(text, cases[i].expect);
        test_mem_release(&mem);
    }
}

/* Any bytes survive being encoded and decoded. */
static void
test_round_trip(void **unused)
{
    test_mem_t mem = TEST_MEM;
    ss_mem_t m = test_mem(&mem);
    uint8_t all[256];
    ss_buf_t buf;
    ss_str_t text, back;

    (void) unused;

    for (size_t i = 0; i < sizeof(all); i++) {
        all[i] = (uint8_t) i;
    }

    ss_buf_init(&buf, &m);
    ss_form_encode(&buf, ss_str(all, sizeof(all)));
    assert_int_equal(ss_buf_done(&buf, &text), SS_OK);
    back = ss_form_decode(exact(&mem, text), &m);
    assert_int_equal(back.len, sizeof(all));
    assert_memory_equal(back.data, all, sizeof(all));
    test_mem_release(&mem);
}

static void
test_too_many(void **unused)
{
    for (size_t n = SS_PARAMS_MAX; n <= SS_PARAMS_MAX + 1; n++) {
        test_mem_t mem = TEST_MEM;
        ss_mem_t m = test_mem(&mem);
        ss_params_t params;
        ss_request_t request = { .body_state = SS_BODY_COMPLETE };
        ss_buf_t buf;

        (void) unused;

        ss_buf_init(&buf, &m);
        for (size_t i = 0; i < n; i++) {
            ss_buf_adds(&buf, i == 0 ? "a=1" : "&a=1");
        }
        assert_int_equal(ss_buf_done(&buf, &request.body), SS_OK);
        assert_int_equal(ss_params_read(&params, &request, SS_STR(FORM), &m),
                         SS_OK);
        assert_int_equal(params.too_many, n > SS_PARAMS_MAX);
        assert_int_equal(ss_params_known(&params), n <= SS_PARAMS_MAX);
        test_mem_release(&mem);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bodies),   cmocka_unit_test(test_truncated),
        cmocka_unit_test(test_write),    cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_too_many),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
