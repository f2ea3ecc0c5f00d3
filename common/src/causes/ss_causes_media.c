/*
 * Accept and Content-Type, and what comes back instead of JSON:API.
 */

#include "explain/ss_cause.h"

static bool
accepts_jsonapi(const ss_explain_t *explain)
{
    ss_str_t rest = ss_explain_header(explain, "Accept"), part;
    bool more = true;

    while (ss_split(&rest, &more, ',', &part)) {
        part = ss_trim(part);
        if (ss_eq(part, SS_JSONAPI) || ss_starts(part, SS_STR("*/*"))) {
            return true;
        }
    }

    return false;
}

static bool
accept_is_wrong(ss_explain_t *explain, ss_telling_t *telling)
{
    ss_str_t accept = ss_explain_header(explain, "Accept");

    if (accepts_jsonapi(explain)) {
        return false;
    }

    if (accept.len == 0) {
        telling->message = SS_STR("the request has no Accept header");
    } else if (ss_has_part(accept, "application/vnd.api+json")) {
        telling->message =
            SS_STR("Accept names application/vnd.api+json only with "
                   "parameters (charset, q), which the service does not take");
    }

    return true;
}

static bool
accept_is_right(ss_explain_t *explain, ss_telling_t *telling)
{
    (void) telling;

    return accepts_jsonapi(explain);
}

static bool
is_write(const ss_explain_t *explain)
{
    ss_str_t method = explain->request->method;

    return ss_eq(method, SS_STR("POST")) || ss_eq(method, SS_STR("PATCH"))
           || ss_eq(method, SS_STR("PUT"));
}

static bool
type_is_wrong(ss_explain_t *explain, ss_telling_t *telling)
{
    ss_str_t type = ss_explain_header(explain, "Content-Type");

    if (!is_write(explain) || ss_eq_nocase(type, SS_JSONAPI)) {
        return false;
    }

    if (type.len == 0) {
        telling->message = SS_STR("the request has no Content-Type header");
    } else if (ss_eq_nocase(ss_media_type(type), SS_JSONAPI)) {
        telling->message = SS_STR("Content-Type has parameters (charset), "
                                  "which the service does not take");
    }

    return true;
}

static bool
type_is_right(ss_explain_t *explain, ss_telling_t *telling)
{
    (void) telling;

    return ss_eq_nocase(ss_explain_header(explain, "Content-Type"), SS_JSONAPI);
}

/* A body that was not parsed for its Content-Type looks like an empty one. */
static bool
seems_unread(const ss_explain_t *explain, const ss_finding_t *finding)
{
    (void) finding;

    return explain->error == NULL || explain->error->code == 0
           || explain->error->code == 106 || explain->error->code == 400;
}

static bool
type_made_it_unread(ss_explain_t *explain, ss_telling_t *telling)
{
    return (explain->error == NULL || explain->error->code != 0)
           && seems_unread(explain, NULL)
           && explain->request->body_state != SS_BODY_NONE
           && type_is_wrong(explain, telling);
}

static bool
is_page(ss_explain_t *explain, ss_telling_t *telling)
{
    (void) telling;

    return explain->told.form == SS_BODY_HTML;
}

static bool
page_came(const ss_explain_t *explain, const ss_finding_t *finding)
{
    (void) finding;

    return explain->told.form == SS_BODY_HTML;
}

static bool
is_no_page(ss_explain_t *explain, ss_telling_t *telling)
{
    return !is_page(explain, telling);
}

#define API (SS_BIT(API) | SS_BIT(FILE) | SS_BIT(ACTION))

static const ss_cause_def_t causes[] = {
    {
        .info = { "accept-not-acceptable",
                  "Accept does not name application/vnd.api+json" },
        .message = "Accept does not name application/vnd.api+json",
        .fix = "send \"Accept: application/vnd.api+json\", without parameters",
        .rules = "accept-not-jsonapi",
        .also = "400",
        .kinds = API,
        .status = 406,
        .weight = SS_CERTAIN,
        .topic = SS_TOPIC_ACCEPT,
        .applies = accept_is_wrong,
    },
    {
        .info = { "answer-not-available",
                  "the service has no answer in the media type that was asked "
                  "for" },
        .message = "Accept is right, but here the service has nothing of that "
                   "media type: the address may be that of a file",
        .fix = "check the address; for a download send \"Accept: */*\"",
        .status = 406,
        .weight = SS_LIKELY,
        .applies = accept_is_right,
    },
    {
        .info = { "content-type-unsupported", "a write whose Content-Type is "
                                              "not application/vnd.api+json" },
        .message = "Content-Type of a write is not application/vnd.api+json",
        .fix = "send \"Content-Type: application/vnd.api+json\", without "
               "parameters, with every POST and PATCH",
        .rules = "content-type-not-jsonapi",
        .kinds = API,
        .status = 415,
        .weight = SS_CERTAIN,
        .topic = SS_TOPIC_CONTENT_TYPE,
        .applies = type_is_wrong,
    },
    {
        .info = { "content-type-missing",
                  "a write whose body was not read because of its "
                  "Content-Type" },
        .message = "Content-Type of the write is not "
                   "application/vnd.api+json, so that its body was not read",
        .fix = "send \"Content-Type: application/vnd.api+json\" with every "
               "POST and PATCH",
        .rules = "content-type-not-jsonapi",
        .also = "422",
        .kinds = SS_BIT(API),
        .status = 400,
        .weight = SS_CERTAIN,
        .topic = SS_TOPIC_CONTENT_TYPE,
        .applies = type_made_it_unread,
        .suits = seems_unread,
    },
    {
        .info = { "content-type-refused",
                  "the service does not take this media type here" },
        .message = "Content-Type is application/vnd.api+json, but the service "
                   "takes something else here, as for an upload",
        .fix = "send an upload as multipart/form-data; check the address "
               "otherwise",
        .kinds = API,
        .status = 415,
        .weight = SS_LIKELY,
        .applies = type_is_right,
    },
    {
        .info = { "page-in-place-of-data",
                  "a web page came with a success, not data" },
        .message = "a web page came with a success: this is not the API's "
                   "address, or a login page took its place",
        .fix = "call https://api.scopestack.io/{account-slug}/v1/...; follow "
               "no redirects to app.scopestack.io",
        .rules = "host-mismatch authorization-missing authorization-malformed",
        .kinds = SS_BIT(API),
        .success = true,
        .weight = SS_CERTAIN,
        .topic = SS_TOPIC_BASE_URL,
        .applies = is_page,
        .suits = page_came,
    },
    {
        .info = { "media-type-unexpected",
                  "the answer is not of the media type "
                  "application/vnd.api+json" },
        .message = "the answer is not application/vnd.api+json: the address "
                   "may be that of a file or an action",
        .fix = "read it by its own Content-Type, and send \"Accept: "
               "application/vnd.api+json\" where JSON:API is wanted",
        .rules = "accept-not-jsonapi",
        .kinds = SS_BIT(API),
        .success = true,
        .weight = SS_LIKELY,
        .topic = SS_TOPIC_ACCEPT,
        .applies = is_no_page,
    },
};

SS_CAUSE_FAMILY(media, causes);
