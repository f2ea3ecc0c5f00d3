/*
 * What is nobody's mistake, what stands between, and what can be said of any
 * error.
 */

#include "explain/ss_cause.h"

/* Retry-After is seconds or a date (RFC 9110, 10.2.3). */
static bool
tell_wait(ss_explain_t *explain, ss_telling_t *telling)
{
    ss_str_t after =
        ss_response_header(explain->response, SS_STR("Retry-After"));
    unsigned seconds;

    if (ss_whole_number(after, &seconds) && after.len < 9) {
        telling->fix = SS_SAY(explain, SS_STR("wait "), after,
                              SS_STR(" seconds (Retry-After), then send it "
                                     "again, with fewer calls at a time"));
    } else if (after.len > 0 && after.len < 40) {
        telling->fix = SS_SAY(explain, SS_STR("wait until "),
                              ss_explain_quote(explain, after),
                              SS_STR(" (Retry-After), then send it again"));
    }

    return true;
}

static bool
is_unavailable(ss_explain_t *explain, ss_telling_t *telling)
{
    unsigned status = explain->response->status;

    return status >= 502 && status <= 504 && tell_wait(explain, telling);
}

static bool
is_server_error(ss_explain_t *explain, ss_telling_t *telling)
{
    unsigned status = explain->response->status;

    (void) telling;

    return status >= 500 && (status < 502 || status > 504);
}

static bool
is_too_large(ss_explain_t *explain, ss_telling_t *telling)
{
    unsigned status = explain->response->status;

    (void) telling;

    return status == 413 || status == 414 || status == 431;
}

static bool
is_html(ss_explain_t *explain, ss_telling_t *telling)
{
    (void) telling;

    return explain->told.form == SS_BODY_HTML;
}

static bool
name_status(ss_explain_t *explain, ss_telling_t *telling)
{
    /* told when nothing else is: then only is it worth its words */
    if (explain->explained || explain->response->status >= 500) {
        return false;
    }

    if (explain->error != NULL) {
        ss_explain_quote_error(explain, telling);
    }
    telling->message = SS_SAY(
        explain, SS_STR("the service refused the request with status "),
        ss_explain_number(explain, explain->response->status),
        telling->quote.len > 0 ? SS_STR("") : SS_STR(" and did not say why"));

    return true;
}

#define API (SS_BIT(API) | SS_BIT(FILE) | SS_BIT(ACTION))

static const ss_cause_def_t causes[] = {
    {
        .info = { "rate-limited", "too many calls in a short time" },
        .message = "too many calls in a short time",
        .fix = "wait, then send it again, with fewer calls at a time; double "
               "the pause each time",
        .status = 429,
        .weight = SS_CERTAIN,
        .topic = SS_TOPIC_RETRY,
        .applies = tell_wait,
    },
    {
        .info = { "service-unavailable",
                  "the service, or what stands before it, is not to be "
                  "reached" },
        .message = "the service, or what stands before it, cannot answer at "
                   "present",
        .fix = "wait, then send it again; repeat a POST only when it is "
               "certain that it did not get through",
        .weight = SS_CERTAIN,
        .topic = SS_TOPIC_RETRY,
        .applies = is_unavailable,
    },
    {
        .info = { "service-failed", "the service failed" },
        .message = "the service failed: this is an error of its own",
        .fix = "send it again once; then tell support the exact message, the "
               "time and the request",
        .weight = SS_CERTAIN,
        .applies = is_server_error,
    },
    {
        .info = { "request-too-large",
                  "the request, its address or its headers are too large" },
        .message = "the request, its address or its headers are too large",
        .fix = "send less at a time",
        .weight = SS_CERTAIN,
        .applies = is_too_large,
    },
    {
        .info = { "scheme-wrong", "http where the service has https" },
        .message = "the server wants another protocol than the request's",
        .fix = "call https://, not http://",
        .rules = "scheme-insecure",
        .also = "400 401 403 404 405 406",
        .status = 426,
        .weight = SS_CERTAIN,
        .topic = SS_TOPIC_BASE_URL,
    },
    {
        .info = { "method-refused", "the address does not take this method" },
        .message = "the address does not take this method",
        .fix = "GET reads, POST makes, PATCH changes, DELETE removes",
        .kinds = API,
        .status = 405,
        .weight = SS_CERTAIN,
    },
    {
        .info = { "page-instead-of-json", "a web page answered, not the API" },
        .message = "a web page answered, not the API: another host, a proxy or "
                   "a firewall",
        .fix = "call https://api.scopestack.io/{account-slug}/v1/..., and look "
               "at the page",
        .kinds = API,
        .weight = SS_POSSIBLE,
        .topic = SS_TOPIC_BASE_URL,
        .applies = is_html,
    },
    {
        .info = { "request-refused",
                  "the service refused the request and did not say why" },
        .message = "the service refused the request and did not say why",
        .fix = "read the answer's body; compare the request with the "
               "documentation of the address",
        .weight = SS_FALLBACK,
        .applies = name_status,
    },
};

SS_CAUSE_FAMILY(other, causes);
