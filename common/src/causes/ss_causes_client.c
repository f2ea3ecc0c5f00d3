/*
 * invalid_client: the server does not know the client, or not by this secret.
 * What a user can see in an id and a secret, and what is around them.
 */

#include "credentials/ss_credential.h"
#include "text/ss_crypto.h"
#include "explain/ss_cause.h"
#include "credentials/ss_confusable.h"
#include "text/ss_letters.h"

#define TOKEN (SS_BIT(TOKEN) | SS_BIT(OAUTH_OTHER))

/* The client's credentials, and what they are called where they stand. */
typedef struct {
    const char *name;
    ss_str_t value;
    bool secret;
} half_t;

typedef struct {
    half_t items[2];
} halves_t;

/* What is longer than any credential is not looked into: it may be a MiB. */
static ss_str_t
looked_into(ss_str_t value)
{
    return value.len > SS_SENT_MAX ? SS_STR("") : value;
}

static halves_t
halves(const ss_explain_t *explain)
{
    const ss_explain_client_t *client = &explain->client;
    bool header = client->by_header;

    return (halves_t){ {
        { header ? "client_id in the header" : "client_id",
          looked_into(client->id), false },
        { header ? "client_secret in the header" : "client_secret",
          looked_into(client->secret), true },
    } };
}

/* --- what stands in them ------------------------------------------------ */

/* More places than these help nobody. */
#define PLACES_MAX 6

/* What is to be told of a letter, " (in parentheses)", or NULL. */
typedef const char *remark_t(const ss_letter_t *letter, bool secret);

static const char *
foreign(const ss_letter_t *letter, bool secret)
{
    (void) secret;

    return letter->hidden == NULL && letter->as_is.len > 1 ? letter->what
                                                           : NULL;
}

/* Of a secret only the class is told. */
static const char *
look_alike(const ss_letter_t *letter, bool secret)
{
    static const struct {
        char c;
        const char *name;
    } names[] = {
        { 'I', " (an upper-case I)" }, { 'l', " (a lower-case l)" },
        { '1', " (a digit 1)" },       { 'O', " (an upper-case O)" },
        { '0', " (a digit 0)" },
    };

    for (size_t i = 0; !secret && i < sizeof(names) / sizeof(names[0]); i++) {
        if (letter->as_is.len == 1 && letter->as_is.data[0] == names[i].c) {
            return names[i].name;
        }
    }

    return letter->as_is.len == 1 ? letter->what : NULL;
}

static void
add_place(ss_buf_t *buf, size_t number, size_t count, const char *remark)
{
    if (count <= PLACES_MAX) {
        ss_buf_adds(buf, count > 1 ? ", character " : ": character ");
        ss_buf_addu(buf, number);
        ss_buf_adds(buf, remark);
    }
}

/* Adds "client_id: character 3 (an upper-case I), ...". */
static void
add_places(ss_buf_t *buf, const half_t *half, remark_t *remark)
{
    ss_str_t rest = half->value;
    size_t count = 0;

    for (size_t i = 1; rest.len > 0; i++) {
        ss_letter_t letter = ss_letter_next(&rest);
        const char *what = remark(&letter, half->secret);

        if (what != NULL && count++ == 0) {
            ss_buf_adds(buf, buf->len > 0 ? "; " : "");
            ss_buf_adds(buf, half->name);
        }
        if (what != NULL) {
            add_place(buf, i, count, what);
        }
    }

    if (count > PLACES_MAX) {
        ss_buf_adds(buf, " and ");
        ss_buf_addu(buf, count - PLACES_MAX);
        ss_buf_adds(buf, " more");
    }
}

/* Without what is registered: an id that is, letter for letter, and a secret
   whose look-alikes the search for a near miss has tried. */
static halves_t
halves_in_doubt(const ss_explain_t *explain)
{
    halves_t both = halves(explain);
    const ss_credential_t *known =
        ss_credential_of(explain->engine, both.items[0].value);

    if (known != NULL) {
        both.items[0].value = SS_STR("");
    }
    if (known != NULL && known->has_secret) {
        both.items[1].value = SS_STR("");
    }

    return both;
}

static ss_str_t
places(ss_explain_t *explain, halves_t both, remark_t *remark)
{
    ss_str_t text = SS_STR("");
    ss_buf_t buf;

    ss_buf_init(&buf, explain->mem);
    add_places(&buf, &both.items[0], remark);
    add_places(&buf, &both.items[1], remark);
    explain->failed |= ss_buf_done(&buf, &text) != SS_OK;

    return explain->failed ? SS_STR("") : text;
}

static bool
has_look_alikes(ss_explain_t *explain, ss_telling_t *telling)
{
    ss_str_t where = places(explain, halves(explain), foreign);

    if (where.len > 0) {
        telling->message =
            SS_SAY(explain,
                   SS_STR("characters are none that credentials have, "
                          "only like them: "),
                   where);
        telling->weight = SS_CERTAIN;
        return true;
    }

    /* those of a header that should not be there are not worth a look */
    telling->weight = explain->client.twice ? SS_POSSIBLE : telling->weight;
    where = places(explain, halves_in_doubt(explain), look_alike);
    telling->message = SS_SAY(
        explain, SS_STR("characters that look like others may be mixed up: "),
        where);

    return where.len > 0;
}

/* " (a no-break space)"; told of one place, the first. */
static bool
has_hidden(ss_explain_t *explain, ss_telling_t *telling)
{
    halves_t both = halves(explain);

    for (size_t i = 0; i < 2; i++) {
        ss_str_t rest = both.items[i].value, number;
        ss_letter_t letter = { .hidden = NULL };
        size_t at = 0;

        while (rest.len > 0 && letter.hidden == NULL) {
            letter = ss_letter_next(&rest);
            at++;
        }

        if (letter.hidden == NULL) {
            continue;
        }
        number = ss_explain_number(explain, at);
        telling->message = SS_SAY(explain, ss_cstr(both.items[i].name),
                                  SS_STR(" has in or around it: "),
                                  ss_cstr(letter.hidden->name),
                                  SS_STR(" (character "), number, SS_STR(")"));
        return true;
    }

    return false;
}

/* --- registered clients ------------------------------------------------- */

/* Whether the rule has looked already: what it found it has told, and the
   search in secrets takes its time. */
static bool
was_searched(const ss_explain_t *explain)
{
    const ss_team_t *team;
    const ss_profile_t *profile =
        ss_profile_for(explain->engine, explain->request,
                       ss_params_value(&explain->params, "client_id"), &team);

    return explain->kind == SS_KIND_TOKEN
           && explain->result->mode != SS_MODE_OFF && !explain->client.by_header
           && profile->action[SS_INDEX_credential_confusable] != SS_ACTION_OFF;
}

static bool
say_near_miss(ss_explain_t *explain, ss_telling_t *telling, const half_t *half,
              const ss_credential_t *credential, ss_str_t right)
{
    ss_str_t says = SS_STR("");

    explain->failed |=
        ss_credential_says(credential, half->value, right, explain->mem, &says)
        != SS_OK;
    telling->message = SS_SAY(explain, ss_cstr(half->name), SS_STR(": "), says);

    return true;
}

static bool
is_near_miss(ss_explain_t *explain, ss_telling_t *telling)
{
    const ss_engine_t *engine = explain->engine;
    halves_t both = halves(explain);
    const half_t *id = &both.items[0], *secret = &both.items[1];
    const ss_credential_t *known, *owner;
    ss_str_t right;

    if (engine->credential_count == 0 || id->value.len == 0
        || ss_eq(explain->told.error, SS_STR("invalid_grant"))
        || was_searched(explain)) {
        return false;
    }

    known = ss_credential_of(engine, id->value);
    if (known == NULL) {
        known = ss_credential_like(engine, id->value);
        return known != NULL
               && say_near_miss(explain, telling, id, known, known->client_id);
    }

    if (ss_credential_secret(engine, id->value, secret->value, explain->mem,
                             &owner, &right)
        != SS_OK) {
        explain->failed = true;
        return false;
    }

    if (right.data == NULL) {
        return false;
    }

    say_near_miss(explain, telling, secret, owner, right);
    ss_wipe(right);

    return true;
}

/* --- what else is around them ------------------------------------------- */

static bool
has_header_too(ss_explain_t *explain, ss_telling_t *telling)
{
    (void) telling;

    return explain->client.twice;
}

/* A header that says the same, or stands alone, is not to blame. */
static bool
header_may_be_wrong(const ss_explain_t *explain, const ss_finding_t *finding)
{
    (void) finding;

    return explain->client.twice
           || (!explain->client.by_header && !ss_explain_has_token(explain));
}

/* A missing username is not why a client is unknown. */
static bool
is_about_client(const ss_explain_t *explain, const ss_finding_t *finding)
{
    (void) explain;

    return ss_has_part(finding->message, "client_");
}

static bool
lacks_credentials(ss_explain_t *explain, ss_telling_t *telling)
{
    bool id = ss_explain_lacks(explain, "client_id");
    bool secret = ss_explain_lacks(explain, "client_secret");

    if (explain->client.by_header || (!id && !secret)) {
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

static bool
names_grant(ss_explain_t *explain, ss_telling_t *telling)
{
    if (explain->grant == SS_GRANT_CLIENT) {
        telling->message =
            SS_STR("the client is known, but may not use client_credentials: "
                   "that is for service account credentials");
    }

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
        .also = "400 403",
        .kinds = TOKEN,
        .errors = "invalid_client invalid_grant",
        .weight = SS_CERTAIN + 1,
        .applies = is_near_miss,
    },
    {
        .info = { "credential-not-filled-in",
                  "a placeholder stands where a credential belongs" },
        .message = "a placeholder stands where a credential belongs",
        .fix = "fill in the credential",
        .rules = "credential-placeholder",
        .also = "400 403 422",
        .kinds = TOKEN,
        .errors = "invalid_client invalid_grant invalid_request",
    },
    {
        .info = { "credential-hidden",
                  "blanks or invisible characters are in a credential" },
        .message = "blanks or invisible characters are in a credential",
        .fix = "paste the credential into a plain text editor and remove all "
               "that is not a letter, a digit, \"-\" or \"_\"",
        .rules = "credential-hidden-character",
        .also = "400 403",
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
        .also = "invalid_grant unauthorized_client 403",
        .kinds = TOKEN,
        .errors = "invalid_client",
        .weight = SS_CERTAIN,
        .topic = SS_TOPIC_NO_AUTH,
        .applies = has_header_too,
        .suits = header_may_be_wrong,
    },
    {
        .info = { "client-credentials-missing",
                  "the token request lacks client_id or client_secret" },
        .message = "client_id or client_secret is missing",
        .fix = "send client_id and client_secret in the body",
        .rules = "token-parameter-missing",
        .also = "unauthorized_client 403",
        .kinds = TOKEN,
        .errors = "invalid_client",
        .weight = SS_CERTAIN,
        .topic = SS_TOPIC_TOKEN_BODY,
        .applies = lacks_credentials,
        .suits = is_about_client,
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
        .applies = names_grant,
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
