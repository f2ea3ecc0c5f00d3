/*
 * ss_report.c: a result in the words of headers, logs and terminals.
 */

#include "check/ss_engine.h"
#include "json/ss_json.h"

#define DOC_BASE                                                               \
    "https://docs.scopestack.io/help/integrations/api-auth-troubleshooting#"

#define HEADER_MAX 970 /* of rules: the header's value stays under 1 KiB */

ss_str_t
ss_rule_doc(const ss_rule_info_t *rule, const ss_mem_t *mem)
{
    ss_str_t url;

    return SS_JOIN(mem, &url, SS_STR(DOC_BASE), ss_cstr(rule->id)) == SS_OK
               ? url
               : ss_str(NULL, 0);
}

static int
by_id(const ss_rule_info_t *a, const ss_rule_info_t *b)
{
    return strcmp(a->id, b->id);
}

/* Puts the rules that found something into ids, each once, sorted. */
static size_t
found_rules(const ss_result_t *result, const ss_rule_info_t *ids[SS_RULE_COUNT])
{
    size_t count = 0;

    for (size_t i = 0; i < result->finding_count; i++) {
        const ss_rule_info_t *rule = result->findings[i].rule;
        size_t at = 0;

        while (at < count && by_id(ids[at], rule) < 0) {
            at++;
        }
        if (at < count && ids[at] == rule) {
            continue;
        }

        memmove(&ids[at + 1], &ids[at], (count - at) * sizeof(ids[0]));
        ids[at] = rule;
        count++;
    }

    return count;
}

/* Room for the ids of count rules, each with a separator. */
static size_t
ids_len(const ss_rule_info_t *const *ids, size_t count)
{
    size_t len = 0;

    for (size_t i = 0; i < count; i++) {
        len += strlen(ids[i]->id) + 1;
    }

    return len;
}

static uint8_t *
put(uint8_t *p, ss_str_t s)
{
    memcpy(p, s.data, s.len);

    return p + s.len;
}

/* Writes the ids with separator between, as many as fit into max bytes. */
static uint8_t *
put_ids(uint8_t *p, const ss_rule_info_t *const *ids, size_t count,
        char separator, size_t max)
{
    const uint8_t *start = p;

    for (size_t i = 0; i < count; i++) {
        ss_str_t id = ss_cstr(ids[i]->id);

        if ((size_t) (p - start) + id.len + 1 > max) {
            break;
        }
        if (i > 0) {
            *p++ = (uint8_t) separator;
        }
        p = put(p, id);
    }

    return p;
}

int
ss_result_rules(const ss_result_t *result, char separator, const ss_mem_t *mem,
                ss_str_t *text)
{
    const ss_rule_info_t *ids[SS_RULE_COUNT + 1];
    size_t count = found_rules(result, ids);
    uint8_t *p = mem->alloc(mem->ctx, ids_len(ids, count) + 1), *end;

    if (p == NULL) {
        return SS_ERR_NOMEM;
    }

    end = put_ids(p, ids, count, separator, SIZE_MAX);
    *text = ss_str(p, (size_t) (end - p));

    return SS_OK;
}

/* Every repaired response has it: one allocation, nothing gone over twice. */
int
ss_result_header(const ss_result_t *result, const ss_mem_t *mem, ss_str_t *text)
{
    const ss_rule_info_t *ids[SS_RULE_COUNT + 1];
    size_t count = found_rules(result, ids);
    ss_str_t verdict = ss_cstr(ss_verdict_name(result->verdict));
    ss_str_t begin = SS_STR("; rules=\"");
    uint8_t *p, *end;

    p = mem->alloc(mem->ctx, verdict.len + begin.len + ids_len(ids, count) + 1);
    if (p == NULL) {
        return SS_ERR_NOMEM;
    }

    end = put(put(p, verdict), begin);
    end = put_ids(end, ids, count, ' ', HEADER_MAX);
    *end++ = '"';
    *text = ss_str(p, (size_t) (end - p));

    return SS_OK;
}

static void
add_member(ss_buf_t *buf, const char *name, ss_str_t value)
{
    /* a member follows another one, or opens the object */
    ss_buf_adds(buf,
                buf->len > 0 && buf->data[buf->len - 1] != '{' ? ",\"" : "\"");
    ss_buf_adds(buf, name);
    ss_buf_adds(buf, "\":");
    ss_json_quote(buf, value);
}

static void
add_doc(ss_buf_t *buf, const char *name, const ss_rule_info_t *rule)
{
    ss_str_t doc = ss_rule_doc(rule, buf->mem);

    buf->failed |= doc.data == NULL;
    add_member(buf, name, doc);
}

int
ss_result_json(const ss_result_t *result, const ss_mem_t *mem, ss_str_t *text)
{
    ss_buf_t buf;

    ss_buf_init(&buf, mem);
    ss_buf_addc(&buf, '[');

    for (size_t i = 0; i < result->finding_count; i++) {
        const ss_finding_t *finding = &result->findings[i];
        const ss_rule_info_t *rule = finding->rule;

        ss_buf_adds(&buf, i > 0 ? ",{" : "{");
        add_member(&buf, "rule", ss_cstr(rule->id));
        add_member(&buf, "outcome", ss_cstr(ss_outcome_name(finding->outcome)));
        add_member(&buf, "severity", ss_cstr(ss_severity_name(rule->severity)));
        add_member(&buf, "place", finding->place);
        add_member(&buf, "message", finding->message);
        add_member(&buf, "fix", finding->fix);
        add_doc(&buf, "doc", rule);
        ss_buf_addc(&buf, '}');
    }

    ss_buf_addc(&buf, ']');

    return ss_buf_done(&buf, text);
}

int
ss_result_text(const ss_result_t *result, const char *prefix,
               const ss_mem_t *mem, ss_str_t *text)
{
    ss_buf_t buf;

    ss_buf_init(&buf, mem);

    for (size_t i = 0; i < result->finding_count; i++) {
        const ss_finding_t *finding = &result->findings[i];

        ss_buf_adds(&buf, prefix);
        ss_buf_adds(&buf, ss_outcome_name(finding->outcome));
        ss_buf_adds(&buf, ": ");
        ss_buf_add(&buf, finding->place);
        ss_buf_adds(&buf, ": ");
        ss_buf_add(&buf, finding->message);
        ss_buf_adds(&buf, " [");
        ss_buf_adds(&buf, finding->rule->id);
        ss_buf_adds(&buf, "]\n");
        ss_buf_adds(&buf, prefix);
        ss_buf_adds(&buf, "  to do: ");
        ss_buf_add(&buf, finding->fix);
        ss_buf_addc(&buf, '\n');
    }

    return ss_buf_done(&buf, text);
}

/* --- answers in the service's own error shapes -------------------------- */

/* The finding that rejected. */
static const ss_finding_t *
rejecting(const ss_result_t *result)
{
    for (size_t i = 0; i < result->finding_count; i++) {
        if (result->findings[i].outcome == SS_REJECTED) {
            return &result->findings[i];
        }
    }

    return &result->findings[0];
}

static const ss_rule_t *
rule_of(const ss_finding_t *finding)
{
    /* info is the first member of every rule */
    return (const ss_rule_t *) (const void *) finding->rule;
}

static ss_str_t
sentence(const ss_finding_t *finding, const ss_mem_t *mem)
{
    ss_str_t text;

    if (SS_JOIN(mem, &text, finding->place, SS_STR(": "), finding->message,
                SS_STR("; to do: "), finding->fix)
        != SS_OK) {
        return ss_str(NULL, 0);
    }

    return text;
}

/* What a description may have in it (RFC 6749, 5.2): no quotes, no backslash,
   ASCII only. */
static ss_str_t
description(const ss_finding_t *finding, const ss_mem_t *mem)
{
    ss_str_t text = sentence(finding, mem);
    uint8_t *p = text.data != NULL ? mem->alloc(mem->ctx, text.len) : NULL;

    for (size_t i = 0; p != NULL && i < text.len; i++) {
        uint8_t c = text.data[i];

        p[i] = c == '"' || c == '\\' ? '\'' : c < ' ' || c > '~' ? '?' : c;
    }

    return ss_str(p, p != NULL ? text.len : 0);
}

static void
add_oauth_error(ss_buf_t *buf, const ss_finding_t *finding)
{
    ss_str_t text = description(finding, buf->mem);

    buf->failed |= text.data == NULL;

    ss_buf_addc(buf, '{');
    add_member(buf, "error", ss_cstr(rule_of(finding)->oauth_error));
    add_member(buf, "error_description", text);
    add_doc(buf, "error_uri", finding->rule);
    ss_buf_addc(buf, '}');
}

/* The source member: JSON:API knows a pointer, a parameter, a header. */
static void
add_source(ss_buf_t *buf, ss_str_t place)
{
    static const char *const members[] = { "header", "parameter" };

    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
        ss_str_t member = ss_cstr(members[i]);

        if (ss_starts(place, member) && place.len > member.len) {
            ss_buf_adds(buf, ",\"source\":{");
            add_member(buf, members[i], ss_skip(place, member.len + 1));
            ss_buf_addc(buf, '}');
        }
    }
}

static void
add_jsonapi_error(ss_buf_t *buf, const ss_finding_t *finding, bool first)
{
    ss_str_t text = sentence(finding, buf->mem);
    unsigned status = rule_of(finding)->status;
    char digits[4] = { (char) ('0' + status / 100 % 10),
                       (char) ('0' + status / 10 % 10),
                       (char) ('0' + status % 10), '\0' };

    buf->failed |= text.data == NULL;

    ss_buf_adds(buf, first ? "{" : ",{");
    add_member(buf, "status", ss_cstr(digits));
    add_member(buf, "code", ss_cstr(finding->rule->id));
    add_member(buf, "title", ss_cstr(finding->rule->summary));
    add_member(buf, "detail", text);
    add_source(buf, finding->place);
    ss_buf_adds(buf, ",\"links\":{");
    add_doc(buf, "about", finding->rule);
    ss_buf_adds(buf, "}}");
}

static void
add_jsonapi_errors(ss_buf_t *buf, const ss_result_t *result)
{
    bool first = true;

    ss_buf_adds(buf, "{\"errors\":[");
    for (size_t i = 0; i < result->finding_count; i++) {
        if (result->findings[i].outcome == SS_REJECTED) {
            add_jsonapi_error(buf, &result->findings[i], first);
            first = false;
        }
    }
    ss_buf_adds(buf, "]}");
}

/* What an answer needs besides its body: never to be kept (RFC 6749, 5.1), and
   what its status calls for (RFC 9110, 15.5.2 and 15.5.6). */
static const struct {
    unsigned status; /* 0: any other */
    bool oauth;
    size_t count;
    ss_header_t headers[2];
} answer_headers[] = {
#define HEADER(name, value)                                                    \
    {                                                                          \
        { (const uint8_t *) (name), sizeof(name) - 1 },                        \
        {                                                                      \
            (const uint8_t *) (value), sizeof(value) - 1                       \
        }                                                                      \
    }
#define NO_STORE HEADER("Cache-Control", "no-store")
    { 401,
      true,
      2,
      { NO_STORE, HEADER("WWW-Authenticate", "Basic realm=\"ScopeStack\"") } },
    { 401,
      false,
      2,
      { NO_STORE, HEADER("WWW-Authenticate", "Bearer realm=\"ScopeStack\"") } },
    { 405, true, 2, { NO_STORE, HEADER("Allow", "POST") } },
    { 0, false, 1, { NO_STORE } },
#undef NO_STORE
#undef HEADER
};

static void
set_headers(ss_answer_t *answer, bool oauth)
{
    size_t i = 0;

    while (answer_headers[i].status != 0
           && (answer_headers[i].status != answer->status
               || answer_headers[i].oauth != oauth)) {
        i++;
    }

    answer->headers = answer_headers[i].headers;
    answer->header_count = answer_headers[i].count;
}

int
ss_result_answer(const ss_result_t *result, const ss_mem_t *mem,
                 ss_answer_t *answer)
{
    const ss_finding_t *finding = rejecting(result);
    ss_kind_t kind = result->route.kind;
    bool oauth = kind == SS_KIND_TOKEN || kind == SS_KIND_AUTHORIZE
                 || kind == SS_KIND_OAUTH_OTHER;
    ss_buf_t buf;

    ss_buf_init(&buf, mem);
    answer->status = rule_of(finding)->status;
    set_headers(answer, oauth);

    if (oauth) {
        answer->content_type = SS_STR("application/json; charset=utf-8");
        add_oauth_error(&buf, finding);
    } else {
        answer->content_type = SS_JSONAPI;
        add_jsonapi_errors(&buf, result);
    }

    return ss_buf_done(&buf, &answer->body);
}
