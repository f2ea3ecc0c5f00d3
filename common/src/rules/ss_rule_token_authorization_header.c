/*
 * Basic credentials in the header beat those in the body: what a helper sends
 * along makes right credentials fail. A bearer token, as sessions with default
 * headers send it, is of no use there, and some servers refuse it. The
 * documented form is "No Auth" and the credentials in the body.
 */

#include "check/ss_rule.h"

#include "http/ss_basic.h"
#include "text/ss_hidden.h"
#include "text/ss_utf8.h"

typedef enum {
    BEARER,       /* of no use here */
    SAME,         /* Basic that repeats the body */
    STANDS_IN,    /* Basic in place of what the body lacks */
    OTHER_CLIENT, /* or another secret */
    AMBIGUOUS,    /* the body says more than one thing */
    ENCODED,      /* what it says depends on who reads it */
    NO_TEXT,      /* a form with it is refused as a whole */
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
    [NO_TEXT] = { "Basic credentials that are no UTF-8 text", true },
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
is_text(ss_str_t text)
{
    while (text.len > 0 && ss_utf8_length(text) > 0) {
        text = ss_skip(text, ss_utf8_length(text));
    }

    return text.len == 0;
}

/* The rule that runs behind this one and cleans what it has added. */
static const char hidden_character[] = "credential-hidden-character";

/* What that rule will make of a parameter. */
static ss_str_t
cleaned(ss_check_t *check, const ss_param_t *param)
{
    ss_str_t trimmed = ss_hidden_trim(param->value);
    bool in_body;

    return trimmed.len > 0 && trimmed.len < param->value.len
                   && ss_params_all_writable(&check->params, param->name,
                                             &in_body)
                   && ss_will_repair(check, hidden_character,
                                     in_body ? SS_EDITS_BODY : 0)
               ? trimmed
               : param->value;
}

static bool
is_given(const ss_param_t *param)
{
    /* an empty one counts as left out (RFC 6749, 3.2) */
    return param != NULL && param->value.len > 0;
}

/* Tells whether the parameter says what this half does, both of them clean if
   they will be. */
static bool
repeats(ss_check_t *check, const ss_param_t *param, const half_t *half)
{
    ss_str_t value = cleaned(check, param);

    return ss_eq(value, half->raw) || ss_eq(value, half->decoded)
           || (ss_will_repair(check, hidden_character, SS_EDITS_BODY)
               && ss_eq(value, ss_hidden_trim(half->raw)));
}

/* Tells whether there is more than one parameter of this name, and they will
   not say the same, or a list or a hash of this name. */
static bool
is_ambiguous(ss_check_t *check, const char *name)
{
    const ss_params_t *params = &check->params;
    const ss_param_t *first = ss_params_find(params, name);
    ss_str_t wanted = ss_cstr(name);

    for (size_t i = 0; i < params->count; i++) {
        const ss_param_t *other = &params->items[i];

        if (other == first || other->removed
            || !ss_params_rival(other, wanted)) {
            continue;
        }

        if (!ss_eq(other->name, wanted)
            || !ss_eq(cleaned(check, other), cleaned(check, first))) {
            return true;
        }
    }

    return false;
}

/* How Basic credentials go with those in the body. */
static header_t
compare(ss_check_t *check, const ss_basic_t *basic)
{
    half_t user = half(check, basic->user);
    half_t password = half(check, basic->password);
    const ss_param_t *id = ss_params_find(&check->params, "client_id");
    const ss_param_t *secret = ss_params_find(&check->params, "client_secret");

    if (check->failed) {
        return UNKNOWN;
    }

    if (is_ambiguous(check, "client_id")
        || is_ambiguous(check, "client_secret")) {
        return AMBIGUOUS;
    }

    if ((is_given(id) && !repeats(check, id, &user))
        || (is_given(secret) && !repeats(check, secret, &password))) {
        return OTHER_CLIENT;
    }

    if ((!is_given(id) && is_encoded(&user))
        || (!is_given(secret) && is_encoded(&password))) {
        return ENCODED;
    }

    if ((!is_given(id) && !is_text(basic->user))
        || (!is_given(secret) && !is_text(basic->password))) {
        return NO_TEXT;
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

/* A half without anything to see in it adds nothing: token-parameter-missing
   then names it. What stands around it is cleaned behind this rule. */
static void
add_missing(ss_check_t *check, const char *name, ss_str_t value)
{
    ss_param_t *param = ss_params_find(&check->params, name);

    if (ss_hidden_trim(value).len == 0) {
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
