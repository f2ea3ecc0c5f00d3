#include "case_json.h"

#include <stdio.h>
#include <stdlib.h>

static json_t *
text(ss_str_t s)
{
    return json_stringn((const char *) s.data, s.len);
}

static json_t *
hex(ss_str_t s)
{
    static const char digits[] = "0123456789abcdef";
    char *out = malloc(s.len * 2 + 1);
    json_t *value;

    if (out == NULL) {
        abort();
    }
    for (size_t i = 0; i < s.len; i++) {
        out[2 * i] = digits[s.data[i] >> 4];
        out[2 * i + 1] = digits[s.data[i] & 15];
    }

    value = json_stringn(out, s.len * 2);
    free(out);

    return value;
}

static json_t *
headers_json(const ss_header_t *headers, size_t count)
{
    json_t *list = json_array();

    for (size_t i = 0; i < count; i++) {
        json_array_append_new(list, json_pack("[o, o]", hex(headers[i].name),
                                              hex(headers[i].value)));
    }

    return list;
}

json_t *
case_request_json(const ss_request_t *request)
{
    json_t *headers = headers_json(request->headers, request->header_count);

    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:b, s:o, s:o}", "method",
                     hex(request->method), "scheme", hex(request->scheme),
                     "authority", hex(request->authority), "path",
                     hex(request->path), "query", hex(request->query),
                     "has_query", (int) request->has_query, "headers", headers,
                     "body", hex(request->body));
}

static json_t *
list_json(const ss_str_t *list, size_t count)
{
    json_t *array = json_array();

    for (size_t i = 0; i < count; i++) {
        json_array_append_new(array, text(list[i]));
    }

    return array;
}

json_t *
case_response_json(const ss_response_t *response)
{
    json_t *headers = headers_json(response->headers, response->header_count);

    return json_pack("{s:i, s:o, s:o, s:b}", "status", (int) response->status,
                     "headers", headers, "body", hex(response->body),
                     "complete", (int) response->body_complete);
}

static json_t *
explains_json(const ss_case_t *c)
{
    json_t *list = json_array();

    for (size_t i = 0; i < c->explain_count; i++) {
        json_array_append_new(list, json_string(c->explains[i]->id));
    }

    return list;
}

void
case_json_print(const ss_cases_t *cases, const ss_case_t *c)
{
    test_mem_t mem = TEST_MEM;
    ss_mem_t m = test_mem(&mem);
    ss_request_t request = c->request;
    ss_result_t result;
    ss_str_t findings;
    json_t *json;
    char *line;

    if (request.body.len > ss_engine_max_body(c->engine)) {
        request.body_state = SS_BODY_TOO_LARGE;
        request.body = SS_STR("");
    }
    ss_check(c->engine, &request, &m, &result);
    ss_result_json(&result, &m, &findings);

    json = json_pack(
        "{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:s, s:o, s:i, s:o, s:o, "
        "s:o}",
        "file", cases->name, "mode", ss_mode_name(ss_engine_mode(c->engine)),
        "rule", text(cases->rule), "name", text(c->name), "config",
        text(c->config), "backends", list_json(c->backends, c->backend_count),
        "request", case_request_json(&c->request), "leaves",
        case_request_json(&c->leaves), "verdict",
        ss_verdict_name(result.verdict), "findings",
        json_loadb((const char *) findings.data, findings.len, 0, NULL),
        "status", (int) c->status, "code",
        c->status > 0 ? text(c->code) : json_null(), "response",
        c->has_response ? case_response_json(&c->response) : json_null(),
        "explains", explains_json(c));

    line = json_dumps(json, JSON_COMPACT);
    if (line == NULL) {
        abort();
    }
    puts(line);

    free(line);
    json_decref(json);
    test_mem_release(&mem);
}
