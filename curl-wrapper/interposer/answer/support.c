#include "interposer/answer/support.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "shared/file.h"
#include "interposer/libcurl/real.h"
#include "interposer/request/request.h"
#include "shared/say.h"
#include "settings/settings.h"
#include "interposer/answer/show.h"
#include "interposer/answer/support_markdown.h"

/* Transfers beyond these are only counted. */
#define TRIED_MAX 100

static struct {
    json_t *tried;
    json_int_t more;
    json_int_t elsewhere;
    bool failed; /* and it has been told */
} kept;

bool
support_wanted(void)
{
    return setup()->report != NULL;
}

/* --- one transfer --------------------------------------------------------- */

static json_t *
text(ss_str_t s)
{
    json_t *string = json_stringn((const char *) s.data, s.len);

    /* all of ours is UTF-8; curl's own words may be in a file's name */
    return string != NULL ? string : json_string("");
}

static json_t *
header(const ss_header_t *h, const ss_mem_t *mem)
{
    return json_pack("{s:o, s:o}", "name", text(show_clean(h->name, mem)),
                     "value", text(show_header(h, mem)));
}

/* Support has no use for a long body. */
#define BODY_MAX (64u * 1024u)

static json_t *
body(const tried_t *tried, const ss_mem_t *mem)
{
    ss_request_t shown = *tried->request;

    if (shown.body.len > BODY_MAX) {
        shown.body_state = SS_BODY_TOO_LARGE;
    }

    return text(show_body(&shown, tried->result->route.kind, mem));
}

static json_t *
request(const tried_t *tried, const ss_mem_t *mem)
{
    const ss_request_t *r = tried->request;
    json_t *headers = json_array();

    for (size_t i = 0; i < r->header_count; i++) {
        json_array_append_new(headers, header(&r->headers[i], mem));
    }

    return json_pack("{s:o, s:o, s:o, s:o}", "method",
                     text(show_clean(r->method, mem)), "url",
                     text(show_url(r, mem)), "headers", headers, "body",
                     body(tried, mem));
}

/* Headers that tell support which answer it was, and people why. */
static const char *const told_headers[] = {
    "Date",        "Server",          "Content-Type", "WWW-Authenticate",
    "Retry-After", "Location",        "Via",          "X-Request-Id",
    "X-Runtime",   "CF-Ray",          "Allow",        "RateLimit-Remaining",
    "X-Cache",     "X-Amzn-Trace-Id",
};

static bool
is_told(ss_str_t name)
{
    for (size_t i = 0; i < sizeof(told_headers) / sizeof(*told_headers); i++) {
        ss_str_t told = text_of(told_headers[i]);

        if (same_name(name, told)) {
            return true;
        }
    }

    return false;
}

/* Words of others, as the core shows those of an error. */
static ss_str_t
words(const tried_t *tried, ss_str_t said, const ss_mem_t *mem)
{
    ss_str_t shown;

    return tried->sent != NULL
                   && ss_mask_message(tried->sent, tried->result->route.kind,
                                      said, mem, &shown)
                          == SS_OK
               ? shown
               : text_of("");
}

static json_t *
answer_header(const tried_t *tried, const ss_header_t *h, const ss_mem_t *mem)
{
    ss_header_t shown = { h->name, words(tried, h->value, mem) };

    return header(&shown, mem);
}

/* Only of errors is the body known to be a message. */
static ss_str_t
message(const tried_t *tried, const ss_mem_t *mem)
{
    ss_str_t said;

    return tried->response->status >= 400
                   && ss_response_message(tried->sent,
                                          tried->result->route.kind,
                                          tried->response, mem, &said)
                          == SS_OK
               ? said
               : text_of("");
}

static json_t *
response(const tried_t *tried, const ss_mem_t *mem)
{
    const ss_response_t *r = tried->response;
    json_t *headers;

    if (r == NULL || r->status == 0) {
        return json_null();
    }

    headers = json_array();
    for (size_t i = 0; i < r->header_count; i++) {
        if (is_told(r->headers[i].name)) {
            json_array_append_new(headers,
                                  answer_header(tried, &r->headers[i], mem));
        }
    }

    return json_pack("{s:I, s:f, s:o, s:o}", "status", (json_int_t) r->status,
                     "seconds", tried->seconds, "headers", headers, "message",
                     text(message(tried, mem)));
}

/* An array that the core has made. */
static json_t *
array(int rc, ss_str_t s)
{
    json_t *list =
        rc == SS_OK ? json_loadb((const char *) s.data, s.len, 0, NULL) : NULL;

    return list != NULL ? list : json_array();
}

static json_t *
findings(const tried_t *tried, const ss_mem_t *mem)
{
    ss_str_t s = text_of("");

    return array(ss_result_json(tried->result, mem, &s), s);
}

static json_t *
causes(const tried_t *tried, const ss_mem_t *mem)
{
    ss_str_t s = text_of("[]");

    return array(tried->explanation != NULL
                     ? ss_explanation_json(tried->explanation, mem, &s)
                     : SS_OK,
                 s);
}

static json_t *
transfer(const tried_t *tried, const ss_mem_t *mem)
{
    const ss_result_t *result = tried->result;
    ss_str_t failure = tried->failure != NULL
                           ? words(tried, text_of(tried->failure), mem)
                           : text_of("");

    return json_pack(
        "{s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "outcome",
        tried->outcome, "mode", ss_mode_name(result->mode), "kind",
        ss_kind_name(result->route.kind), "verdict",
        ss_verdict_name(result->verdict), "account", text(result->account),
        "team", text(result->team), "request", request(tried, mem), "findings",
        findings(tried, mem), "response", response(tried, mem), "failure",
        text(failure), "causes", causes(tried, mem));
}

/* --- the file ------------------------------------------------------------- */

static json_t *
document(void)
{
    char when[32] = "";
    time_t now = time(NULL);
    struct tm tm;

    if (gmtime_r(&now, &tm) != NULL) {
        strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &tm);
    }

    return json_pack("{s:s, s:{s:s, s:s}, s:O, s:I, s:I}", "created", when,
                     "client", "sscurl", SS_VERSION, "libcurl",
                     real.curl_version(), "transfers", kept.tried, "more",
                     kept.more, "elsewhere", kept.elsewhere);
}

static void
write_report(void)
{
    json_t *all = document();
    char *rendered = all == NULL     ? NULL
                     : setup()->json ? json_dumps(all, JSON_INDENT(2))
                                     : support_markdown(all);
    int rc = rendered != NULL
                 ? file_replace(setup()->report, rendered, strlen(rendered))
                 : ENOMEM;

    if (rc != 0 && !kept.failed) {
        report_line("--ss-report: %s: %s", file_shown(setup()->report),
                    strerror(rc));
    }
    kept.failed |= rc != 0;
    free(rendered);
    json_decref(all);
}

void
support_note(const tried_t *tried)
{
    ss_arena_t arena;
    ss_mem_t mem;

    if (!support_wanted()) {
        return;
    }

    if (kept.tried == NULL) {
        kept.tried = json_array();
    }
    if (json_array_size(kept.tried) >= TRIED_MAX) {
        kept.more++;
        return;
    }

    ss_arena_init(&arena);
    mem = ss_arena_mem(&arena);
    json_array_append_new(kept.tried, transfer(tried, &mem));
    ss_arena_release(&arena);

    /* what is written to a pipe stays there */
    if (!file_is_stream(setup()->report)) {
        write_report();
    }
}

void
support_note_elsewhere(void)
{
    kept.elsewhere++;
}

void
support_finish(void)
{
    if (!support_wanted()) {
        return;
    }

    if (kept.tried == NULL) {
        kept.tried = json_array();
    }
    write_report();
    json_decref(kept.tried);
    kept.tried = NULL;
}
