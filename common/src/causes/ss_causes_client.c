/*
 * invalid_client: the server does not know the client, or not by this secret.
 * What a user can see in an id and a secret, and what is around them.
 */

#include "../ss_explain.h"
#include "../ss_hidden.h"

#define TOKEN (SS_BIT(TOKEN) | SS_BIT(OAUTH_OTHER))

/* --- characters that look alike ----------------------------------------- */

static const char *
class_of(uint8_t c)
{
    return c == '\0'                  ? NULL
           : strchr("Il1", c) != NULL ? " (I, l or 1)"
           : strchr("O0", c) != NULL  ? " (O or 0)"
                                      : NULL;
}

/* More places than these help nobody. */
#define PLACES_MAX 6

/* Adds "client_id: character 3 (I, l or 1), ..."; never the character. */
static void
add_places(ss_buf_t *buf, const char *name, ss_str_t value)
{
    size_t count = 0;

    for (size_t i = 0; i < value.len; i++) {
        const char *class = class_of(value.data[i]);

        if (class == NULL || ++count > PLACES_MAX) {
            continue;
        }

        if (count == 1) {
            ss_buf_adds(buf, buf->len > 0 ? "; " : "");
            ss_buf_adds(buf, name);
        }
        ss_buf_adds(buf, count > 1 ? ", character " : ": character ");
        ss_buf_addu(buf, i + 1);
        ss_buf_adds(buf, class);
    }

    if (count > PLACES_MAX) {
        ss_buf_adds(buf, " and ");
        ss_buf_addu(buf, count - PLACES_MAX);
        ss_buf_adds(buf, " more");
    }
}

static bool
has_look_alikes(ss_explain_t *explain, ss_telling_t *telling)
{
    static const char *const names[] = { "client_id", "client_secret" };
    ss_str_t places;
    ss_buf_t buf;

    ss_buf_init(&buf, explain->mem);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        add_places(&buf, names[i], ss_params_value(&explain->params, names[i]));
    }

    if (ss_buf_done(&buf, &places) != SS_OK) {
        explain->failed = true;
        return false;
    }

    telling->message = SS_SAY(
        explain, SS_STR("characters that look like others may be mixed up: "),
        places);

    return places.len > 0;
}

/* --- what else is in and around them ------------------------------------ */

static bool
has_hidden(ss_explain_t *explain, ss_telling_t *telling)
{
    static const char *const names[] = { "client_id", "client_secret" };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const ss_hidden_t *hidden = ss_hidden_inside(
            ss_params_value(&explain->params, names[i]), false);

        if (hidden != NULL) {
            telling->message =
                SS_SAY(explain, ss_cstr(names[i]),
                       SS_STR(" has in or around it: "), ss_cstr(hidden->name));
            return true;
        }
    }

    return false;
}

static bool
has_basic(const ss_explain_t *explain)
{
    return ss_starts_nocase(ss_explain_header(explain, "Authorization"),
                            SS_STR("Basic"));
}

static bool
has_header_too(ss_explain_t *explain, ss_telling_t *telling)
{
    (void) telling;

    return has_basic(explain)
           && ss_params_value(&explain->params, "client_id").len > 0;
}

static bool
lacks_credentials(ss_explain_t *explain, ss_telling_t *telling)
{
    bool id = ss_explain_lacks(explain, "client_id");
    bool secret = ss_explain_lacks(explain, "client_secret");

    if (has_basic(explain) || (!id && !secret)) {
        return false;
    }

    telling->message = id && secret
                           ? SS_STR("client_id and client_secret are missing")
                       : id ? SS_STR("client_id is missing")
                            : SS_STR("client_secret is missing");
    telling->weight =
        !id && ss_params_value(&explain->params, "code_verifier").len > 0
            ? SS_POSSIBLE
            : telling->weight;

    return true;
}

#define COPY                                                                   \
    "copy it from ScopeStack itself, not from an e-mail, and look at it in a " \
    "monospace editor"

static const ss_cause_def_t causes[] = {
    {
        .info = { "credential-look-alike",
                  "client_id or client_secret differs from a registered one "
                  "by look-alikes" },
        .message = "it differs from a registered one by look-alikes",
        .fix = COPY,
        .rules = "credential-confusable",
        .kinds = TOKEN,
        .errors = "invalid_client invalid_grant",
    },
    {
        .info = { "credential-not-filled-in",
                  "a placeholder stands where a credential belongs" },
        .message = "a placeholder stands where a credential belongs",
        .fix = "fill in the credential",
        .rules = "credential-placeholder",
        .kinds = TOKEN,
        .errors = "invalid_client invalid_grant invalid_request",
    },
    {
        .info = { "credential-hidden",
                  "blanks or characters that nobody sees are in a credential" },
        .message = "blanks or characters that nobody sees are in a credential",
        .fix = "paste the credential into a plain text editor and remove all "
               "that is not a letter, a digit, \"-\" or \"_\"",
        .rules = "credential-hidden-character",
        .kinds = TOKEN,
        .errors = "invalid_client invalid_grant",
        .weight = SS_CERTAIN,
        .applies = has_hidden,
    },
    {
        .info = { "basic-header-wins",
                  "credentials in an Authorization header beat those in the "
                  "body" },
        .message = "the Authorization header has Basic credentials; they beat "
                   "client_id and client_secret in the body",
        .fix = "send no Authorization header, and client_id and client_secret "
               "in the body",
        .rules = "token-authorization-header",
        .kinds = TOKEN,
        .errors = "invalid_client",
        .weight = SS_CERTAIN,
        .topic = SS_TOPIC_NO_AUTH,
        .applies = has_header_too,
    },
    {
        .info = { "client-credentials-missing",
                  "the token request lacks client_id or client_secret" },
        .message = "client_id or client_secret is missing",
        .fix = "send client_id and client_secret in the body",
        .rules = "token-parameter-missing",
        .kinds = TOKEN,
        .errors = "invalid_client",
        .weight = SS_CERTAIN,
        .topic = SS_TOPIC_TOKEN_BODY,
        .applies = lacks_credentials,
    },
    {
        .info = { "client-id-mixed-up",
                  "characters of client_id or client_secret look like "
                  "others" },
        .message = "characters that look like others may be mixed up",
        .fix = COPY,
        .kinds = TOKEN,
        .errors = "invalid_client",
        .weight = SS_LIKELY,
        .applies = has_look_alikes,
    },
    {
        .info = { "client-unknown",
                  "client_id is not known, or client_secret is not its own" },
        .message = "client_id is not known, or client_secret is not its own",
        .fix = "copy both from the credentials page in ScopeStack, of one and "
               "the same client",
        .kinds = TOKEN,
        .errors = "invalid_client",
        .weight = SS_LIKELY,
    },
    {
        .info = { "grant-not-allowed", "the client may not use this grant" },
        .message = "the client is known, but may not use this grant: service "
                   "account credentials work with client_credentials only",
        .fix = "use the grant that the credentials were made for, or make "
               "other ones in ScopeStack",
        .kinds = SS_BIT(TOKEN),
        .errors = "unauthorized_client",
        .weight = SS_CERTAIN,
    },
    {
        .info = { "token-of-another-client",
                  "the token belongs to another client" },
        .message = "the token that was to be revoked belongs to another client",
        .fix = "send client_id and client_secret of the client that got the "
               "token",
        .kinds = SS_BIT(OAUTH_OTHER),
        .errors = "unauthorized_client",
        .weight = SS_CERTAIN,
    },
};

SS_CAUSE_FAMILY(client, causes);
