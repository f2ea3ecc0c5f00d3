/*
 * Basic credentials in the header beat those in the body: what a helper sends
 * along makes right credentials fail. A bearer token, as sessions with default
 * headers send it, is of no use there, and some servers refuse it. The
 * documented form is "No Auth" and the credentials in the body.
 */

#include "../ss_rule.h"

#include "../ss_basic.h"

typedef enum {
    BEARER,       /* of no use here */
    SAME,         /* Basic that repeats the body */
    STANDS_IN,    /* Basic in place of what the body lacks */
    OTHER_CLIENT, /* or another secret */
    AMBIGUOUS,    /* the body says more than one thing */
    ENCODED,      /* what it says depends on who reads it */
    TWICE,
    UNKNOWN
} header_t;

static const struct {
    const char *message;
    bool no_repair;
} cases[] = {
    [BEARER] = { "a bearer token on the token endpoint", false },
    [SAME] = { "Basic credentials that repeat those in the body", false },
    [STANDS_IN] = { "Basic credentials instead of client_id and client_secret "
                    "in the body",
                    false },
    [OTHER_CLIENT] = { "Basic credentials that differ from those in the body; "
                       "the header wins",
                       true },
    [AMBIGUOUS] = { "Basic credentials, and client_id or client_secret twice "
                    "with different values",
                    true },
    [ENCODED] = { "Basic credentials whose \"%\" or \"+\" may stand for "
                  "itself or, as RFC 6749 has it, for another character",
                  true },
    [TWICE] = { "the header is there twice", true },
    [UNKNOWN] = { "neither Basic credentials nor a bearer token", true },
};

/* One half of the credentials as it stands there, and as a client writes it
   that encodes it first (RFC 6749, 2.3.1). */
typedef struct {
    ss_str_t raw;
    ss_str_t decoded;
} half_t;

static half_t
half(ss_check_t *check, ss_str_t raw)
{
    half_t half = { raw, ss_form_decode(raw, check->mem) };

    check->failed |= half.decoded.data == NULL;

    return half;
}

static bool
is_encoded(const half_t *half)
{
    return !ss_eq(half->raw, half->decoded);
}

static bool
is_given(const ss_param_t *param)
{
    /* an empty one counts as left out (RFC 6749, 3.2) */
    return param != NULL && param->value.len > 0;
}

static bool
repeats(const ss_param_t *param, const half_t *half)
{
    return ss_eq(param->value, half->raw) || ss_eq(param->value, half->decoded);
}

/* How Basic credentials go with those in the body. */
static header_t
compare(ss_check_t *check, const ss_basic_t *basic)
{
    half_t user = half(check, basic->user);
    half_t password = half(check, basic->password);
    const ss_param_t *id = ss_params_find(&check->params, "client_id");
    const ss_param_t *secret = ss_params_find(&check->params, "client_secret");
    bool needs_user = !is_given(id) && user.raw.len > 0;
    bool needs_password = !is_given(secret) && password.raw.len > 0;

    if (check->failed) {
        return UNKNOWN;
    }

    if (ss_params_ambiguous(&check->params, "client_id")
        || ss_params_ambiguous(&check->params, "client_secret")) {
        return AMBIGUOUS;
    }

    if ((is_given(id) && !repeats(id, &user))
        || (is_given(secret) && !repeats(secret, &password))) {
        return OTHER_CLIENT;
    }

    if ((needs_user && is_encoded(&user))
        || (needs_password && is_encoded(&password))) {
        return ENCODED;
    }

    return is_given(id) && is_given(secret) ? SAME : STANDS_IN;
}

static header_t
classify(ss_check_t *check, ss_basic_t *basic)
{
    const ss_field_t *field = &check->header[SS_H_AUTHORIZATION];

    if (field->count > 1) {
        return TWICE;
    }

    if (ss_eq_nocase(ss_auth_scheme(field->value), SS_STR("Bearer"))) {
        return BEARER;
    }

    switch (ss_basic_parse(field->value, check->mem, basic)) {
    case SS_BASIC_OK:
        return compare(check, basic);
    case SS_BASIC_NOMEM:
        check->failed = true;
        return UNKNOWN;
    default:
        return UNKNOWN;
    }
}

/* An empty half adds nothing: token-parameter-missing then names it. */
static void
add_missing(ss_check_t *check, const char *name, ss_str_t value)
{
    ss_param_t *param = ss_params_find(&check->params, name);

    if (value.len == 0) {
        return;
    }

    if (param != NULL && param->value.len == 0) {
        ss_params_remove(&check->params, param);
        param = NULL;
    }

    if (param == NULL
        && ss_params_add(&check->params, name, value, check->mem) != SS_OK) {
        check->failed = true;
    }
}

static void
check_header(ss_check_t *check)
{
    ss_basic_t basic = { SS_STR(""), SS_STR("") };
    header_t header;
    bool blind;

    if (check->header[SS_H_AUTHORIZATION].count == 0) {
        return;
    }

    header = classify(check, &basic);

    /* what the body says must be known before the header may go */
    blind = header == SAME || header == STANDS_IN
                ? !ss_params_known(&check->params)
                : false;
    if (header == STANDS_IN) {
        blind |= !ss_params_writable(&check->params);
    }

    if (!ss_found(check, (ss_problem_t){
                             .place = SS_STR("header Authorization"),
                             .message = ss_cstr(cases[header].message),
                             .no_repair = cases[header].no_repair || blind,
                             .keeps = header == STANDS_IN ? 0 : SS_EDITS_BODY,
                         })) {
        return;
    }

    if (header == STANDS_IN) {
        add_missing(check, "client_id", basic.user);
        add_missing(check, "client_secret", basic.password);
    }
    ss_remove_header(check, SS_H_AUTHORIZATION);
}

const ss_rule_t ss_rule_token_authorization_header = {
    .info = {
        .id = "token-authorization-header",
        .summary = "an Authorization header on the token endpoint",
        .fix = "send no Authorization header (Postman: Authorization > No "
               "Auth), and client_id and client_secret in the body",
        .severity = SS_ERROR,
        .action = SS_ACTION_REPAIR,
        .repair = SS_REPAIR_LOSSLESS,
        .kinds = SS_BIT(TOKEN),
    },
    .reads_body = true,
    .edits = SS_EDITS_BODY,
    .status = 401,
    .oauth_error = "invalid_client",
    .check = check_header,
};
