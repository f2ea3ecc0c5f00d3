/*
 * invalid_grant: the client is known, but what it shows for the user is not
 * good. What that is depends on the grant.
 */

#include "explain/ss_cause.h"

#define GRANT(name) (1u << SS_GRANT_##name)

static bool
has_redirect_uri(ss_explain_t *explain, ss_telling_t *telling)
{
    (void) telling;

    return ss_params_find(&explain->params, "redirect_uri") != NULL;
}

static bool
has_no_client(ss_explain_t *explain, ss_telling_t *telling)
{
    (void) telling;

    return !explain->client.by_header
           && (ss_explain_lacks(explain, "client_id")
               || ss_explain_lacks(explain, "client_secret"));
}

static bool
has_verifier(ss_explain_t *explain, ss_telling_t *telling)
{
    (void) telling;

    return ss_params_value(&explain->params, "code_verifier").len > 0;
}

static bool
is_http(ss_explain_t *explain, ss_telling_t *telling)
{
    ss_str_t uri = ss_params_value(&explain->params, "redirect_uri");

    if (ss_starts_nocase(uri, SS_STR("http:"))) {
        telling->message =
            SS_STR("redirect_uri begins with http:; registered ones begin "
                   "with https:");
        telling->weight = SS_CERTAIN;
    }

    return true;
}

/* Of what a refresh lacks only the client makes another client's of it. */
static bool
is_about_client(const ss_explain_t *explain, const ss_finding_t *finding)
{
    (void) explain;

    return ss_has_part(finding->message, "client_");
}

/* The grants that have no causes of their own. */
static bool
is_other_grant(ss_explain_t *explain, ss_telling_t *telling)
{
    (void) telling;

    return explain->grant == SS_GRANT_CLIENT
           || explain->grant == SS_GRANT_NOT_KNOWN;
}

static const ss_cause_def_t causes[] = {
    {
        .info = { "password-redirect-uri",
                  "a password grant with redirect_uri, as Postman's OAuth "
                  "helper sends it" },
        .message = "a password grant with redirect_uri: ScopeStack refuses it; "
                   "Postman's OAuth helper sends one",
        .fix = "Option 1: use the Authorization Code grant; Option 2: send a "
               "direct POST with No Auth, without redirect_uri",
        .rules = "token-redirect-uri",
        .also = "invalid_request 400 401 403",
        .kinds = SS_BIT(TOKEN),
        .errors = "invalid_grant",
        .grants = GRANT(PASSWORD),
        .weight = SS_CERTAIN,
        .topic = SS_TOPIC_REDIRECT_URI,
        .applies = has_redirect_uri,
    },
    {
        .info = { "password-wrong", "username or password is wrong" },
        .message = "the client is known, but username or password is wrong",
        .fix = "log in to ScopeStack with the same username and password",
        .kinds = SS_BIT(TOKEN),
        .errors = "invalid_grant",
        .grants = GRANT(PASSWORD),
        .weight = SS_LIKELY,
    },
    {
        .info = { "user-inactive",
                  "the user is inactive, locked or of type Service" },
        .message = "the user is inactive or locked, or of type Service and "
                   "cannot log in",
        .fix = "have an administrator activate the user; a Service user needs "
               "the client_credentials grant",
        .kinds = SS_BIT(TOKEN),
        .errors = "invalid_grant",
        .grants = GRANT(PASSWORD),
        .weight = SS_POSSIBLE,
    },
    {
        .info = { "invitation-open",
                  "the user has not accepted the invitation" },
        .message = "the user has not accepted the invitation yet",
        .fix = "accept the invitation in the e-mail from ScopeStack, and set a "
               "password",
        .kinds = SS_BIT(TOKEN),
        .errors = "invalid_grant",
        .grants = GRANT(PASSWORD),
        .weight = SS_POSSIBLE,
    },
    {
        .info = { "refresh-without-client",
                  "a refresh without client_id and client_secret" },
        .message = "a refresh needs client_id and client_secret of the client "
                   "that got the token; they are missing",
        .fix = "send client_id and client_secret with the refresh_token",
        .rules = "token-parameter-missing",
        .also = "400",
        .kinds = SS_BIT(TOKEN),
        .errors = "invalid_grant",
        .grants = GRANT(REFRESH),
        .weight = SS_CERTAIN,
        .topic = SS_TOPIC_TOKEN_BODY,
        .applies = has_no_client,
        .suits = is_about_client,
    },
    {
        .info = { "refresh-token-rotated",
                  "the refresh token was used before and replaced" },
        .message = "the refresh token was used before: each refresh gives a "
                   "new one and revokes the old",
        .fix = "keep the refresh_token of each answer, and let one worker "
               "refresh at a time; else authorize again",
        .kinds = SS_BIT(TOKEN),
        .errors = "invalid_grant",
        .grants = GRANT(REFRESH),
        .weight = SS_LIKELY,
    },
    {
        .info = { "refresh-token-revoked",
                  "the refresh token is revoked, expired or of another "
                  "client" },
        .message = "the refresh token is revoked or expired, or another "
                   "client's",
        .fix = "authorize again with the same client",
        .kinds = SS_BIT(TOKEN),
        .errors = "invalid_grant",
        .grants = GRANT(REFRESH),
        .weight = SS_POSSIBLE,
    },
    {
        .info = { "callback-mismatch",
                  "redirect_uri is not the one of the authorization request" },
        .message = "redirect_uri is not, byte for byte, the one of the "
                   "authorization request and of the registration",
        .fix = "send the registered callback URL in both requests; behind a "
               "proxy that ends TLS, do not build it from the request",
        .rules = "redirect-uri-insecure",
        .also = "invalid_request 400 401",
        .kinds = SS_BIT(TOKEN),
        .errors = "invalid_grant",
        .grants = GRANT(CODE),
        .weight = SS_POSSIBLE,
        .applies = is_http,
    },
    {
        .info = { "code-spent", "the authorization code is expired or used" },
        .message = "the authorization code is expired or was used before: it "
                   "is good for one exchange, for some ten minutes",
        .fix = "authorize again and exchange the new code at once, one time",
        .kinds = SS_BIT(TOKEN),
        .errors = "invalid_grant",
        .grants = GRANT(CODE),
        .weight = SS_LIKELY,
    },
    {
        .info = { "code-verifier-wrong",
                  "code_verifier does not go with the code_challenge" },
        .message = "code_verifier does not go with the code_challenge of the "
                   "authorization request",
        .fix = "keep the verifier of this very authorization, and send "
               "code_challenge_method=S256 with its digest",
        .kinds = SS_BIT(TOKEN),
        .errors = "invalid_grant",
        .grants = GRANT(CODE),
        .weight = SS_POSSIBLE,
        .applies = has_verifier,
    },
    {
        .info = { "code-of-another-client",
                  "the authorization code was issued to another client" },
        .message = "the authorization code was issued to another client",
        .fix = "use one client_id in both requests",
        .kinds = SS_BIT(TOKEN),
        .errors = "invalid_grant",
        .grants = GRANT(CODE),
        .weight = SS_POSSIBLE,
    },
    {
        .info = { "grant-refused",
                  "the client is known, but its grant is not good" },
        .message = "the client is known, but what it sent for the grant is not "
                   "good",
        .fix = "check grant_type and the parameters that belong to it; send "
               "no redirect_uri but with a code",
        .suspects = "token-redirect-uri",
        .also = "invalid_request 400",
        .kinds = SS_BIT(TOKEN) | SS_BIT(OAUTH_OTHER),
        .errors = "invalid_grant",
        .weight = SS_LIKELY,
        .applies = is_other_grant,
    },
};

SS_CAUSE_FAMILY(grant, causes);
