#include "interposer/answer/report.h"

#include <stdio.h>

#include "settings/settings.h"
#include "interposer/answer/show.h"

static void
report_json(const ss_result_t *result, const ss_mem_t *mem)
{
    ss_str_t findings;
    char *line;
    int n;

    if (ss_result_json(result, mem, &findings) != SS_OK) {
        return;
    }

    line = mem->alloc(mem->ctx, findings.len + 128);
    if (line == NULL) {
        return;
    }

    n = snprintf(line, findings.len + 128,
                 "{\"verdict\":\"%s\",\"kind\":\"%s\",\"findings\":%.*s}\n",
                 ss_verdict_name(result->verdict),
                 ss_kind_name(result->route.kind), (int) findings.len,
                 (const char *) findings.data);
    report_raw((ss_str_t){ (const uint8_t *) line, (size_t) n });
}

void
report_result(const ss_result_t *result, const ss_mem_t *mem)
{
    ss_str_t text;

    if (setup()->quiet) {
        return;
    }

    if (setup()->json) {
        report_json(result, mem);
    } else if (result->finding_count > 0
               && ss_result_text(result, "sscurl: ", mem, &text) == SS_OK) {
        report_raw(text);
    }
}

static void
explanation_json(const ss_explanation_t *explanation, unsigned status,
                 const ss_mem_t *mem, ss_str_t *text)
{
    ss_str_t causes;
    char *line;
    int n;

    if (ss_explanation_json(explanation, mem, &causes) != SS_OK) {
        return;
    }

    line = mem->alloc(mem->ctx, causes.len + 64);
    if (line != NULL) {
        n = snprintf(line, causes.len + 64, "{\"status\":%u,\"causes\":%.*s}\n",
                     status, (int) causes.len, (const char *) causes.data);
        *text = (ss_str_t){ (const uint8_t *) line, (size_t) n };
    }
}

void
report_explanation(const ss_explanation_t *explanation, unsigned status,
                   const ss_mem_t *mem, ss_str_t *text)
{
    if (setup()->json) {
        explanation_json(explanation, status, mem, text);
    } else {
        (void) ss_explanation_text(explanation, "sscurl: ", mem, text);
    }
}

void
report_rejection(char *error_buffer, const ss_result_t *result)
{
    if (error_buffer == NULL) {
        return;
    }

    for (size_t i = 0; i < result->finding_count; i++) {
        if (result->findings[i].outcome == SS_REJECTED) {
            snprintf(error_buffer, CURL_ERROR_SIZE,
                     "rejected by rule %s, nothing was sent",
                     result->findings[i].rule->id);
            return;
        }
    }
}

/* --- dry run ------------------------------------------------------------ */

static void
put(ss_str_t text)
{
    fwrite(text.data, 1, text.len, stdout);
}

void
report_dry_run(const ss_request_t *request, ss_kind_t kind, const ss_mem_t *mem)
{
    ss_str_t body = show_body(request, kind, mem);

    put(show_clean(request->method, mem));
    printf(" ");
    put(show_url(request, mem));
    printf("\n");

    for (size_t i = 0; i < request->header_count; i++) {
        put(show_clean(request->headers[i].name, mem));
        printf(": ");
        put(show_header(&request->headers[i], mem));
        printf("\n");
    }

    printf("\n");
    put(body);
    printf("%s", body.len > 0 ? "\n" : "");
    fflush(stdout);
}
