/*
 * ss_case_run.c: a case against the engine, and how it came out.
 */

#include "cases/ss_case.h"
#include "json/ss_json.h"

typedef struct {
    const ss_case_t *item;
    ss_case_run_t *run;
    const ss_mem_t *mem;
    ss_difference_t *differences;
    size_t size;
    bool nomem;
} compare_t;

static void
differ(compare_t *compare, const char *what, ss_str_t expected, ss_str_t found)
{
    ss_case_run_t *run = compare->run;
    ss_difference_t *more;

    if (run->difference_count == compare->size) {
        size_t size = compare->size * 2 + 4;

        more = ss_alloc(compare->mem, size, sizeof(*more));
        if (more == NULL) {
            compare->nomem = true;
            return;
        }
        if (run->difference_count > 0) {
            memcpy(more, compare->differences,
                   run->difference_count * sizeof(*more));
        }
        compare->differences = more;
        compare->size = size;
        run->differences = more;
    }

    compare->differences[run->difference_count++] =
        (ss_difference_t){ what, expected, found };
}

static ss_str_t
text_of(compare_t *compare, ss_buf_t *buf)
{
    ss_str_t text;

    compare->nomem |= ss_buf_done(buf, &text) != SS_OK;

    return text;
}

/* --- findings ----------------------------------------------------------- */

static void
add_outcomes(ss_buf_t *buf, unsigned outcomes)
{
    const char *separator = "";

    for (ss_outcome_t i = SS_REPORTED; i <= SS_REJECTED; i++) {
        if (outcomes & 1u << i) {
            ss_buf_adds(buf, separator);
            ss_buf_adds(buf, ss_outcome_name(i));
            separator = ", ";
        }
    }
    ss_buf_adds(buf, outcomes == 0 ? "nothing" : "");
}

static void
add_finding(ss_buf_t *buf, const ss_finding_t *finding)
{
    ss_buf_adds(buf, buf->len > 0 ? "; " : "");
    ss_buf_adds(buf, finding->rule->id);
    ss_buf_adds(buf, ": ");
    ss_buf_adds(buf, ss_outcome_name(finding->outcome));
    ss_buf_adds(buf, ": ");
    ss_buf_add(buf, finding->place);
    ss_buf_adds(buf, ": ");
    ss_buf_add(buf, finding->message);
}

static ss_str_t
found_of(compare_t *compare, const ss_rule_info_t *rule)
{
    const ss_result_t *result = &compare->run->result;
    ss_buf_t buf;

    ss_buf_init(&buf, compare->mem);
    for (size_t i = 0; i < result->finding_count; i++) {
        if (rule == NULL || result->findings[i].rule == rule) {
            add_finding(&buf, &result->findings[i]);
        }
    }
    ss_buf_adds(&buf, buf.len == 0 ? "nothing" : "");

    return text_of(compare, &buf);
}

static void
compare_find(compare_t *compare, const ss_case_find_t *find)
{
    const ss_result_t *result = &compare->run->result;
    unsigned outcomes = 0;
    ss_buf_t buf;

    for (size_t i = 0; i < result->finding_count; i++) {
        if (result->findings[i].rule == find->rule) {
            outcomes |= 1u << result->findings[i].outcome;
        }
    }

    if (outcomes == find->outcomes) {
        return;
    }

    ss_buf_init(&buf, compare->mem);
    ss_buf_adds(&buf, find->rule->id);
    ss_buf_adds(&buf, ": ");
    add_outcomes(&buf, find->outcomes);
    differ(compare, "finding", text_of(compare, &buf),
           found_of(compare, find->rule));
}

static bool
speaks_of(const ss_case_t *item, const ss_rule_info_t *rule)
{
    for (size_t i = 0; i < item->find_count; i++) {
        if (item->finds[i].rule == rule) {
            return true;
        }
    }

    return false;
}

static void
compare_findings(compare_t *compare)
{
    const ss_case_t *item = compare->item;
    const ss_result_t *result = &compare->run->result;

    for (size_t i = 0; i < item->find_count; i++) {
        compare_find(compare, &item->finds[i]);
    }

    for (size_t i = 0; item->only && i < result->finding_count; i++) {
        const ss_rule_info_t *rule = result->findings[i].rule;
        bool again = false;

        for (size_t k = 0; k < i; k++) {
            again |= result->findings[k].rule == rule;
        }
        if (!again && !speaks_of(item, rule)) {
            differ(compare, "finding", SS_STR("no other"),
                   found_of(compare, rule));
        }
    }
}

/* --- the rest ----------------------------------------------------------- */

static bool
contains(ss_str_t text, ss_str_t part)
{
    return part.len == 0
           || (part.len <= text.len
               && memmem(text.data, text.len, part.data, part.len) != NULL);
}

static ss_str_t
quoted(compare_t *compare, ss_str_t part)
{
    ss_str_t clean = SS_STR(""), text = SS_STR("");

    /* what is expected is the file's, which may have a secret in it */
    compare->nomem |=
        ss_redact_text(part, compare->mem, &part) != SS_OK
        || ss_printable(part, compare->mem, &clean) != SS_OK
        || SS_JOIN(compare->mem, &text, SS_STR("\""), clean, SS_STR("\""))
               != SS_OK;

    return text;
}

/* --- causes ------------------------------------------------------------- */

static ss_str_t
causes_of(compare_t *compare)
{
    const ss_explanation_t *explanation = &compare->run->explanation;
    ss_buf_t buf;

    ss_buf_init(&buf, compare->mem);
    for (size_t i = 0; i < explanation->cause_count; i++) {
        ss_buf_adds(&buf, i > 0 ? "; " : "");
        ss_buf_adds(&buf, explanation->causes[i].info->id);
        ss_buf_adds(&buf, ": ");
        ss_buf_add(&buf, explanation->causes[i].message);
    }
    ss_buf_adds(&buf, buf.len == 0 ? "nothing" : "");

    return text_of(compare, &buf);
}

static bool
same_causes(const ss_case_t *item, const ss_explanation_t *explanation)
{
    bool same = item->explain_count == explanation->cause_count;

    for (size_t i = 0; same && i < item->explain_count; i++) {
        same = item->explains[i] == explanation->causes[i].info;
    }

    return same;
}

static void
compare_causes(compare_t *compare)
{
    const ss_case_t *item = compare->item;
    ss_buf_t buf;

    if (!item->has_response || same_causes(item, &compare->run->explanation)) {
        return;
    }

    ss_buf_init(&buf, compare->mem);
    for (size_t i = 0; i < item->explain_count; i++) {
        ss_buf_adds(&buf, i > 0 ? ", " : "");
        ss_buf_adds(&buf, item->explains[i]->id);
    }
    ss_buf_adds(&buf, buf.len == 0 ? "nothing" : "");

    differ(compare, "explains", text_of(compare, &buf), causes_of(compare));
}

/* --- words -------------------------------------------------------------- */

/* All that a run says. */
static ss_str_t
words_of(compare_t *compare)
{
    const ss_case_run_t *run = compare->run;
    ss_str_t findings = SS_STR(""), causes = SS_STR(""), text = SS_STR("");

    compare->nomem |=
        ss_result_text(&run->result, "", compare->mem, &findings) != SS_OK
        || ss_explanation_text(&run->explanation, "", compare->mem, &causes)
               != SS_OK
        || SS_JOIN(compare->mem, &text, findings, causes) != SS_OK;

    return text;
}

/* Differences stand on one line. */
static ss_str_t
on_one_line(compare_t *compare, ss_str_t text)
{
    uint8_t *line = ss_alloc(compare->mem, text.len, 1);

    if (line == NULL) {
        compare->nomem = true;
        return SS_STR("");
    }

    for (size_t i = 0; i < text.len; i++) {
        line[i] = text.data[i] == '\n' ? ' ' : text.data[i];
    }

    return ss_str(line, text.len);
}

static ss_str_t
found_words(compare_t *compare)
{
    return compare->item->has_response ? words_of(compare)
                                       : found_of(compare, NULL);
}

static void
compare_words(compare_t *compare)
{
    ss_str_t text = words_of(compare);

    for (size_t i = 0; i < compare->item->say_count; i++) {
        if (!contains(text, compare->item->says[i])) {
            differ(compare, "says", quoted(compare, compare->item->says[i]),
                   on_one_line(compare, found_words(compare)));
        }
    }
}

static void
compare_leaves(compare_t *compare)
{
    const ss_case_run_t *run = compare->run;

    for (size_t part = 0; part < SS_PARTS; part++) {
        ss_unlike_t unlike;
        int rc = ss_request_compare(
            &compare->item->leaves, &run->leaves, run->result.route.kind,
            compare->item->compared, part, compare->mem, &unlike);

        compare->nomem |= rc == SS_ERR_NOMEM;
        if (rc == 0) {
            differ(compare, "leaves", unlike.expected, unlike.found);
        }
    }
}

static ss_str_t
status_text(compare_t *compare, unsigned status)
{
    ss_buf_t buf;

    if (status == 0) {
        return SS_STR("no rejection");
    }

    ss_buf_init(&buf, compare->mem);
    ss_buf_adds(&buf, "status ");
    ss_buf_addu(&buf, status);

    return text_of(compare, &buf);
}

static void
compare_answer(compare_t *compare)
{
    const ss_case_t *item = compare->item;
    const ss_result_t *result = &compare->run->result;
    ss_answer_t answer = { .status = 0 };

    if (item->status == 0) {
        return;
    }

    if (result->verdict == SS_VERDICT_REJECTED
        && ss_result_answer(result, compare->mem, &answer) != SS_OK) {
        compare->nomem = true;
        return;
    }

    if (answer.status != item->status) {
        differ(compare, "answer", status_text(compare, item->status),
               status_text(compare, answer.status));
    } else if (!contains(answer.body, item->code)) {
        differ(compare, "answer", quoted(compare, item->code),
               SS_STR("an answer without it"));
    }
}

/* --- a run -------------------------------------------------------------- */

/* The body as adapters give it: only when a rule wants it, and not above the
   limit. */
static ss_request_t
as_adapters_do(const ss_case_t *item)
{
    ss_request_t request = item->request;

    if (request.body_state != SS_BODY_COMPLETE) {
        return request;
    }

    if (!ss_wants_body(item->engine, &request)) {
        request.body_state = SS_BODY_UNREAD;
    } else if (request.body.len > ss_engine_max_body(item->engine)) {
        request.body_state = SS_BODY_TOO_LARGE;
    }

    if (request.body_state != SS_BODY_COMPLETE) {
        request.body = SS_STR("");
    }

    return request;
}

int
ss_case_run(const ss_case_t *item, const ss_mem_t *mem, ss_case_run_t *run)
{
    compare_t compare = { .item = item, .run = run, .mem = mem };

    *run = (ss_case_run_t){ .request = as_adapters_do(item) };

    if (ss_check(item->engine, &run->request, mem, &run->result) != SS_OK
        || ss_request_edit(&run->request, &run->result, mem, &run->leaves)
               != SS_OK) {
        return SS_ERR_NOMEM;
    }

    /* a body that was not looked into leaves as it is */
    if (run->leaves.body_state == SS_BODY_UNREAD
        || run->leaves.body_state == SS_BODY_TOO_LARGE) {
        run->leaves.body = item->request.body;
    }

    if (item->has_response
        && ss_explain(item->engine, &run->leaves, &run->result, &item->response,
                      mem, &run->explanation)
               != SS_OK) {
        return SS_ERR_NOMEM;
    }

    compare_findings(&compare);
    compare_words(&compare);
    compare_leaves(&compare);
    compare_answer(&compare);
    compare_causes(&compare);

    return compare.nomem ? SS_ERR_NOMEM : SS_OK;
}

/* --- how it came out ---------------------------------------------------- */

/* The name is the file's, too. */
static ss_str_t
redacted(ss_buf_t *buf, ss_str_t text)
{
    if (ss_has_secret(text)) {
        buf->failed |= ss_redact_text(text, buf->mem, &text) != SS_OK;
    }

    return text;
}

static void
add_place(ss_buf_t *buf, const ss_cases_t *cases, const ss_case_t *item,
          const char *word)
{
    ss_str_t name = SS_STR("");

    buf->failed |=
        ss_printable(redacted(buf, item->name), buf->mem, &name) != SS_OK;
    ss_buf_adds(buf, cases->name);
    ss_buf_addc(buf, ':');
    ss_buf_addu(buf, item->line);
    ss_buf_adds(buf, word);
    ss_buf_add(buf, name);
}

int
ss_case_text(const ss_cases_t *cases, const ss_case_t *item,
             const ss_case_run_t *run, const ss_mem_t *mem, ss_str_t *text)
{
    ss_buf_t buf;

    ss_buf_init(&buf, mem);

    for (size_t i = 0; i < run->difference_count; i++) {
        const ss_difference_t *difference = &run->differences[i];

        add_place(&buf, cases, item, ": failed: ");
        ss_buf_adds(&buf, ": ");
        ss_buf_adds(&buf, difference->what);
        ss_buf_adds(&buf, ": expected ");
        ss_buf_add(&buf, difference->expected);
        ss_buf_adds(&buf, "; found ");
        ss_buf_add(&buf, difference->found);
        ss_buf_addc(&buf, '\n');
    }

    if (run->difference_count == 0) {
        add_place(&buf, cases, item, ": ok: ");
        ss_buf_addc(&buf, '\n');
    }

    return ss_buf_done(&buf, text);
}

static void
add_string(ss_buf_t *buf, const char *before, ss_str_t value)
{
    ss_buf_adds(buf, before);
    ss_json_quote(buf, value);
}

static void
add_differences(ss_buf_t *buf, const ss_case_run_t *run)
{
    ss_buf_adds(buf, ",\"differences\":[");
    for (size_t i = 0; i < run->difference_count; i++) {
        const ss_difference_t *difference = &run->differences[i];

        ss_buf_adds(buf, i > 0 ? "," : "");
        add_string(buf, "{\"what\":", ss_cstr(difference->what));
        add_string(buf, ",\"expected\":", difference->expected);
        add_string(buf, ",\"found\":", difference->found);
        ss_buf_addc(buf, '}');
    }
    ss_buf_adds(buf, "]}");
}

int
ss_case_json(const ss_cases_t *cases, const ss_case_t *item,
             const ss_case_run_t *run, const ss_mem_t *mem, ss_str_t *text)
{
    const ss_result_t *result = &run->result;
    ss_str_t findings, causes;
    ss_buf_t buf;

    if (ss_result_json(result, mem, &findings) != SS_OK
        || ss_explanation_json(&run->explanation, mem, &causes) != SS_OK) {
        return SS_ERR_NOMEM;
    }

    ss_buf_init(&buf, mem);
    add_string(&buf, "{\"file\":", ss_cstr(cases->name));
    ss_buf_adds(&buf, ",\"line\":");
    ss_buf_addu(&buf, item->line);
    add_string(&buf, ",\"name\":", redacted(&buf, item->name));
    ss_buf_adds(&buf,
                run->difference_count == 0 ? ",\"ok\":true" : ",\"ok\":false");
    add_string(&buf,
               ",\"verdict\":", ss_cstr(ss_verdict_name(result->verdict)));
    add_string(&buf, ",\"kind\":", ss_cstr(ss_kind_name(result->route.kind)));
    ss_buf_adds(&buf, ",\"findings\":");
    ss_buf_add(&buf, findings);
    if (item->has_response) {
        ss_buf_adds(&buf, ",\"explanation\":");
        ss_buf_add(&buf, causes);
    }
    add_differences(&buf, run);

    return ss_buf_done(&buf, text);
}
