/*
 * 404: a JSON:API error says that the record is missing; anything else that
 * there is no such address.
 */

#include "explain/ss_cause.h"
#include "http/ss_resources.h"

#define API (SS_BIT(API) | SS_BIT(FILE) | SS_BIT(ACTION))

static bool
is_record(const ss_explain_t *explain)
{
    return explain->error != NULL
           && (explain->error->code == 404
               || ss_has_part(explain->error->detail, "record identified by"));
}

static bool
record_is_missing(ss_explain_t *explain, ss_telling_t *telling)
{
    (void) telling;

    return is_record(explain);
}

/* What follows is about addresses, which are good where a record is missed. */

static bool
slug_is_missing(ss_explain_t *explain, ss_telling_t *telling)
{
    (void) telling;

    return !is_record(explain) && explain->path.version == 0
           && !ss_path_is_global(&explain->path);
}

static bool
slug_is_doubled(ss_explain_t *explain, ss_telling_t *telling)
{
    (void) telling;

    return !is_record(explain) && explain->path.version == 2
           && ss_eq(explain->path.segment[0], explain->path.segment[1]);
}

static bool
slug_is_placeholder(ss_explain_t *explain, ss_telling_t *telling)
{
    (void) telling;

    return !is_record(explain) && explain->path.version == 1
           && ss_is_slug_placeholder(explain->path.segment[0]);
}

static bool
slug_is_unwanted(ss_explain_t *explain, ss_telling_t *telling)
{
    (void) telling;

    return !is_record(explain) && explain->path.version == 1
           && ss_eq(ss_path_segment(&explain->path, 2), SS_STR("me"));
}

static bool
has_empty_segment(ss_explain_t *explain, ss_telling_t *telling)
{
    (void) telling;

    return !is_record(explain) && explain->path.double_slash;
}

static bool
has_api_prefix(ss_explain_t *explain, ss_telling_t *telling)
{
    const ss_path_t *path = &explain->path;

    (void) telling;

    return !is_record(explain) && path->version > 0
           && path->version < SS_SEGMENTS
           && ss_eq(path->segment[path->version - 1], SS_STR("api"));
}

static bool
host_is_wrong(ss_explain_t *explain, ss_telling_t *telling)
{
    ss_at_t at;

    (void) telling;

    return !is_record(explain)
           && ss_check_at(explain->engine, explain->request, &at)
                  != SS_NOT_SERVED
           && at == SS_AT_AUTH;
}

static bool
resource_is_unknown(ss_explain_t *explain, ss_telling_t *telling)
{
    const ss_path_t *path = &explain->path;
    ss_str_t name = path->version < SS_SEGMENTS
                        ? ss_path_segment(path, path->version + 1)
                        : SS_STR("");

    (void) telling;

    return !is_record(explain) && path->version == 1 && name.len > 0
           && !ss_is_resource(name) && !slug_is_unwanted(explain, telling);
}

static bool
address_is_wrong(ss_explain_t *explain, ss_telling_t *telling)
{
    (void) telling;

    return !is_record(explain) && explain->path.version == 1;
}

static bool
is_no_record(ss_explain_t *explain, ss_telling_t *telling)
{
    (void) telling;

    return !is_record(explain);
}

/* A record that is missed was looked for at a good address. */
static bool
address_is_missed(const ss_explain_t *explain, const ss_finding_t *finding)
{
    (void) finding;

    return !is_record(explain);
}

#define ASK_ME "call GET /v1/me and use its account-slug"

static const ss_cause_def_t causes[] = {
    {
        .info = { "record-missing",
                  "there is no record of this id in this account" },
        .message = "the address is right, but there is no record of this id "
                   "in this account",
        .fix = "check the id, whether the record was deleted, and the account "
               "that it belongs to",
        .kinds = API,
        .status = 404,
        .weight = SS_CERTAIN,
        .applies = record_is_missing,
    },
    {
        .info = { "slug-missing", "the path lacks the account slug" },
        .message = "the path lacks the account slug before /v1",
        .fix = "use /{account-slug}/v1/...; " ASK_ME,
        .rules = "account-slug-missing",
        .also = "400 403 405",
        .suits = address_is_missed,
        .kinds = API,
        .status = 404,
        .weight = SS_CERTAIN,
        .topic = SS_TOPIC_BASE_URL,
        .applies = slug_is_missing,
    },
    {
        .info = { "slug-not-filled-in",
                  "a placeholder stands where the account slug belongs" },
        .message = "a placeholder stands where the account slug belongs",
        .fix = ASK_ME,
        .rules = "account-slug-placeholder",
        .also = "400",
        .suits = address_is_missed,
        .kinds = API,
        .status = 404,
        .weight = SS_CERTAIN,
        .topic = SS_TOPIC_BASE_URL,
        .applies = slug_is_placeholder,
    },
    {
        .info = { "slug-doubled", "the path has the account slug twice" },
        .message = "the path has the account slug twice: the base URL has it "
                   "already",
        .fix = "leave it out of the base URL or of the path",
        .rules = "account-slug-doubled",
        .also = "400 403 405",
        .suits = address_is_missed,
        .kinds = API,
        .status = 404,
        .weight = SS_CERTAIN,
        .topic = SS_TOPIC_BASE_URL,
        .applies = slug_is_doubled,
    },
    {
        .info = { "slug-unwanted", "/v1/me has no account slug" },
        .message = "/v1/me stands above all accounts: no account slug before "
                   "it",
        .fix = "call /v1/me",
        .rules = "account-slug-unwanted",
        .also = "400 403 405",
        .suits = address_is_missed,
        .kinds = API,
        .status = 404,
        .weight = SS_CERTAIN,
        .applies = slug_is_unwanted,
    },
    {
        .info = { "path-empty-segment", "the path has two slashes in a row" },
        .message = "the path has two slashes in a row: the base URL ends in "
                   "one already",
        .fix = "take the slash off the end of the base URL",
        .rules = "path-double-slash",
        .also = "400 403 405",
        .suits = address_is_missed,
        .kinds = API,
        .status = 404,
        .weight = SS_CERTAIN,
        .topic = SS_TOPIC_BASE_URL,
        .applies = has_empty_segment,
    },
    {
        .info = { "path-prefix-unknown", "the path has api before /v1" },
        .message = "the path has api before /v1, which the service does not "
                   "know",
        .fix = "use /{account-slug}/v1/...",
        .rules = "path-api-prefix",
        .also = "400 403 405",
        .suits = address_is_missed,
        .kinds = API,
        .status = 404,
        .weight = SS_CERTAIN,
        .topic = SS_TOPIC_BASE_URL,
        .applies = has_api_prefix,
    },
    {
        .info = { "version-missing", "the path lacks /v1" },
        .message = "the path lacks /v1 behind the account slug",
        .fix = "use /{account-slug}/v1/...",
        .rules = "path-version-missing",
        .also = "400 403 405",
        .suits = address_is_missed,
        .status = 404,
    },
    {
        .info = { "host-wrong", "an API call to the host of the web pages" },
        .message = "the API is not on this host: app.scopestack.io has the "
                   "pages and OAuth",
        .fix = "call https://api.scopestack.io",
        .rules = "host-mismatch",
        .also = "400 401 403 405 406 415 422",
        .suits = address_is_missed,
        .kinds = API,
        .status = 404,
        .weight = SS_CERTAIN,
        .topic = SS_TOPIC_BASE_URL,
        .applies = host_is_wrong,
    },
    {
        .info = { "slug-wrong",
                  "there is no such account, or not for this caller" },
        .message = "there may be no account of this slug, or it is not the "
                   "caller's",
        .fix = ASK_ME,
        .rules = "account-slug-mismatch",
        .kinds = API,
        .status = 404,
        .weight = SS_POSSIBLE,
        .applies = address_is_wrong,
    },
    {
        .info = { "resource-unknown",
                  "the path names a resource that is not known" },
        .message = "the path names a resource that is not known",
        .fix = "resources are plural, in lower case, with dashes: "
               "project-services",
        .kinds = API,
        .status = 404,
        .weight = SS_LIKELY,
        .applies = resource_is_unknown,
    },
    {
        .info = { "address-unknown", "there is nothing of this address" },
        .message = "there is nothing of this address",
        .fix = "API calls go to https://api.scopestack.io/{account-slug}/v1/, "
               "OAuth to https://app.scopestack.io/oauth/",
        .status = 404,
        .weight = SS_FALLBACK + 1,
        .applies = is_no_record,
    },
};

SS_CAUSE_FAMILY(not_found, causes);
