/*
 * The token request itself: what the server cannot read or does not offer.
 */

#include "explain/ss_cause.h"
#include "http/ss_grant.h"

#define OAUTH (SS_BIT(TOKEN) | SS_BIT(OAUTH_OTHER) | SS_BIT(AUTHORIZE))

static bool
is_two_mechanisms(ss_explain_t *explain, ss_telling_t *telling)
{
    (void) telling;

    return ss_has_part(explain->told.description, "more than one mechanism");
}

/* "Missing required parameter: grant_type." */
static bool
names_parameter(ss_explain_t *explain, ss_telling_t *telling)
{
    ss_str_t text = explain->told.description, name;
    size_t colon = ss_index(text, ':');

    if (!ss_starts_nocase(text, SS_STR("Missing required parameter"))
        || colon == text.len) {
        return false;
    }

    name = ss_trim(ss_skip(text, colon + 1));
    name.len -= name.len > 0 && name.data[name.len - 1] == '.';
    if (ss_is_token_parameter(name)) {
        telling->message =
            SS_SAY(explain, SS_STR("the request lacks the parameter "), name);
    }

    return true;
}

static bool
is_oauth_error(ss_explain_t *explain, ss_telling_t *telling)
{
    const ss_answer_told_t *told = &explain->told;

    telling->quote = ss_explain_quote(
        explain, told->description.len > 0 ? told->description : told->error);

    return told->form == SS_BODY_OAUTH;
}

/* Which of two values a server takes decides what it finds wrong; how the
   parameters are sent decides only whether it finds them. */
static bool
is_read_otherwise(const ss_explain_t *explain, const ss_finding_t *finding)
{
    return explain->told.error.len == 0
           || ss_is_listed("invalid_request unsupported_grant_type",
                           explain->told.error)
           || ss_eq(ss_cstr(finding->rule->id),
                    SS_STR("token-parameter-duplicate"));
}

/* What must be there for the answer to be another one. */
static bool
may_be_required(const ss_explain_t *explain, const ss_finding_t *finding)
{
    return !ss_eq(explain->told.error, SS_STR("unsupported_grant_type"))
           || ss_has_part(finding->message, "grant_type");
}

static bool
is_no_oauth_error(ss_explain_t *explain, ss_telling_t *telling)
{
    (void) telling;

    return explain->told.error.len == 0;
}

static bool
is_post(const ss_explain_t *explain)
{
    return ss_eq(explain->request->method, SS_STR("POST"));
}

static bool
is_missed(ss_explain_t *explain, ss_telling_t *telling)
{
    if (!is_post(explain)) {
        telling->message = SS_STR("the token endpoint takes POST only");
        telling->weight = SS_CERTAIN;
    }

    return is_no_oauth_error(explain, telling);
}

/* What refuses a POST is not the token endpoint. */
static bool
refuses_method(ss_explain_t *explain, ss_telling_t *telling)
{
    if (is_post(explain)) {
        telling->message = SS_STR("what is at that address takes no POST: it "
                                  "is not the token endpoint");
        telling->weight = SS_LIKELY;
    }

    return true;
}

static const ss_cause_def_t causes[] = {
    {
        .info = { "two-authentications",
                  "the client authenticates by header and by body" },
        .message = "the client authenticates twice: by the Authorization "
                   "header and by the body",
        .fix = "send no Authorization header, and client_id and client_secret "
               "in the body",
        .rules = "token-authorization-header",
        .also = "400",
        .kinds = SS_BIT(TOKEN),
        .errors = "invalid_request",
        .weight = SS_CERTAIN,
        .topic = SS_TOPIC_NO_AUTH,
        .applies = is_two_mechanisms,
    },
    {
        .info = { "token-request-unreadable",
                  "the server reads the token request otherwise than it was "
                  "meant" },
        .message = "the token request is malformed, or has a parameter twice",
        .fix = "send a POST with the parameters, each once, as "
               "application/x-www-form-urlencoded in the body",
        .rules = "token-body-encoding token-parameter-duplicate "
                 "token-parameters-in-query",
        .suspects = "body-not-checked",
        .also = "invalid_client invalid_grant invalid_scope "
                "unauthorized_client unsupported_grant_type 400 401 403 422",
        .kinds = SS_BIT(TOKEN),
        .errors = "invalid_request",
        .weight = SS_POSSIBLE,
        .topic = SS_TOPIC_TOKEN_BODY,
        .suits = is_read_otherwise,
    },
    {
        .info = { "parameter-required", "the token request lacks a parameter" },
        .message = "the request lacks a required parameter",
        .fix = "send all parameters of the grant in the body, as "
               "application/x-www-form-urlencoded",
        .rules = "token-parameter-missing",
        .also = "invalid_grant unsupported_grant_type 400 401 403 422",
        .kinds = OAUTH,
        .errors = "invalid_request",
        .weight = SS_CERTAIN,
        .topic = SS_TOPIC_TOKEN_BODY,
        .applies = names_parameter,
        .suits = may_be_required,
    },
    {
        .info = { "grant-type-unsupported",
                  "grant_type is unknown or not offered" },
        .message = "grant_type is unknown to the server, or not offered",
        .fix = "use client_credentials, password, authorization_code or "
               "refresh_token, spelt so",
        .rules = "token-grant-type",
        .also = "invalid_grant invalid_request unauthorized_client 400 401 403 "
                "422",
        .kinds = SS_BIT(TOKEN),
        .errors = "unsupported_grant_type",
        .weight = SS_CERTAIN,
        .topic = SS_TOPIC_TOKEN_BODY,
    },
    {
        .info = { "scope-unknown",
                  "the scope is not one of the server's or the client's" },
        .message = "the scope is not one of the server's, or the client may "
                   "not have it",
        .fix = "leave scope out, or send \"read write\"",
        .kinds = OAUTH,
        .errors = "invalid_scope",
        .weight = SS_CERTAIN,
    },
    {
        .info = { "callback-not-registered",
                  "redirect_uri is not registered for the client" },
        .message = "redirect_uri is not registered for the client, or not "
                   "https",
        .fix = "register the callback URL in ScopeStack, and send exactly it",
        .rules = "redirect-uri-insecure",
        .kinds = OAUTH,
        .errors = "invalid_redirect_uri",
        .weight = SS_CERTAIN,
    },
    {
        .info = { "authorization-denied", "the user did not allow the client" },
        .message = "the user, or the server, did not allow the client",
        .fix = "authorize again and allow it",
        .kinds = OAUTH,
        .errors = "access_denied",
        .weight = SS_CERTAIN,
    },
    {
        .info = { "token-form-required",
                  "the token endpoint takes a form only" },
        .message = "the body is not application/x-www-form-urlencoded",
        .fix = "send the parameters as application/x-www-form-urlencoded",
        .rules = "token-body-encoding",
        .kinds = SS_BIT(TOKEN),
        .status = 415,
        .weight = SS_CERTAIN,
        .topic = SS_TOPIC_TOKEN_BODY,
    },
    {
        .info = { "token-endpoint-missed",
                  "this is not the token endpoint, or not asked by POST" },
        .message = "there is nothing of that address and method",
        .fix = "POST to https://app.scopestack.io/oauth/token",
        .rules = "token-method host-mismatch path-double-slash",
        .also = "400 401 403 405 406 411",
        .kinds = OAUTH,
        .status = 404,
        .weight = SS_LIKELY,
        .topic = SS_TOPIC_BASE_URL,
        .applies = is_missed,
    },
    {
        .info = { "token-method-refused",
                  "the token endpoint takes POST only" },
        .message = "the token endpoint takes POST only",
        .fix = "POST to https://app.scopestack.io/oauth/token",
        .rules = "token-method",
        .kinds = OAUTH,
        .status = 405,
        .weight = SS_CERTAIN,
        .applies = refuses_method,
    },
    {
        .info = { "token-answer-missing",
                  "the token endpoint refused without an OAuth error" },
        .message = "the answer is none of the OAuth server: a proxy or a "
                   "firewall may have made it",
        .fix = "look at the answer's body and its Server header",
        .kinds = SS_BIT(TOKEN),
        .status = 403,
        .weight = SS_LIKELY,
        .applies = is_no_oauth_error,
    },
    {
        .info = { "oauth-error-unknown", "the OAuth server returned an error "
                                         "that is not explained here" },
        .message =
            "the OAuth server returned an error that is not explained here",
        .fix = "read error and error_description of the answer",
        .kinds = OAUTH,
        .weight = SS_FALLBACK,
        .applies = is_oauth_error,
    },
};

SS_CAUSE_FAMILY(token, causes);
