/*
 * ss_explain_request.c: what causes ask of a request.
 */

#include "explain/ss_cause.h"

#include "http/ss_basic.h"
#include "http/ss_bearer.h"
#include "http/ss_grant.h"

ss_str_t
ss_explain_header(const ss_explain_t *explain, const char *name)
{
    const ss_header_t *header =
        ss_request_header(explain->request, ss_cstr(name));

    return header != NULL ? header->value : SS_STR("");
}

/* --- token requests ----------------------------------------------------- */

static const struct {
    const char *name;
    ss_grant_id_t id;
} grants[] = {
    { "password", SS_GRANT_PASSWORD },
    { "client_credentials", SS_GRANT_CLIENT },
    { "authorization_code", SS_GRANT_CODE },
    { "refresh_token", SS_GRANT_REFRESH },
};

static void
read_grant(ss_explain_t *explain)
{
    ss_str_t value = ss_params_value(&explain->params, "grant_type");

    for (size_t i = 0; i < sizeof(grants) / sizeof(grants[0]); i++) {
        if (ss_eq(value, ss_cstr(grants[i].name))) {
            explain->grant = grants[i].id;
        }
    }
}

static bool
is_other(ss_str_t given, ss_str_t other)
{
    return given.len > 0 && !ss_eq(given, other);
}

/* Basic credentials beat those in the body. */
static void
read_client(ss_explain_t *explain)
{
    ss_explain_client_t *client = &explain->client;
    ss_str_t id = ss_params_value(&explain->params, "client_id");
    ss_str_t secret = ss_params_value(&explain->params, "client_secret");
    ss_basic_t basic;

    *client = (ss_explain_client_t){ .id = id, .secret = secret };

    switch (ss_basic_parse(ss_explain_header(explain, "Authorization"),
                           explain->mem, &basic)) {
    case SS_BASIC_OK:
        client->by_header = true;
        client->id = basic.user;
        client->secret = basic.password;
        client->twice =
            is_other(id, basic.user) || is_other(secret, basic.password);
        break;
    case SS_BASIC_NOMEM:
        explain->failed = true;
        break;
    case SS_BASIC_NOT:
        break;
    }
}

void
ss_explain_params(ss_explain_t *explain)
{
    ss_request_t request = *explain->request;

    if (explain->kind != SS_KIND_TOKEN
        && explain->kind != SS_KIND_OAUTH_OTHER) {
        return;
    }

    if (ss_request_header(&request, SS_STR("Content-Encoding")) != NULL
        && request.body_state == SS_BODY_COMPLETE) {
        request.body_state = SS_BODY_TOO_LARGE;
    }

    if (ss_params_read(&explain->params, &request,
                       ss_explain_header(explain, "Content-Type"), explain->mem)
        != SS_OK) {
        explain->failed = true;
        return;
    }

    read_grant(explain);
    read_client(explain);
}

bool
ss_explain_lacks(const ss_explain_t *explain, const char *name)
{
    return ss_params_known(&explain->params)
           && ss_params_value(&explain->params, name).len == 0;
}

bool
ss_explain_has_token(const ss_explain_t *explain)
{
    ss_str_t token;

    return ss_bearer_parse(ss_explain_header(explain, "Authorization"), &token);
}
