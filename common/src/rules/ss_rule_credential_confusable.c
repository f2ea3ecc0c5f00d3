/*
 * Client ids and secrets copied from e-mail: I, l and 1, or O and 0 look the
 * same there, and characters that nobody sees come along. Registered
 * credentials tell which one was meant; of the secrets only digests are known,
 * and a variant that has the digest is the proof.
 */

#include "../ss_confusable.h"
#include "../ss_crypto.h"
#include "../ss_engine.h"
#include "../ss_hidden.h"

static const ss_credential_t *
registered(const ss_engine_t *engine, ss_str_t client_id)
{
    for (size_t i = 0; i < engine->credential_count; i++) {
        if (ss_eq(engine->credentials[i].client_id, client_id)) {
            return &engine->credentials[i];
        }
    }

    return NULL;
}

/* The one registered client whose id looks like this one; NULL: none, or more
   than one. */
static const ss_credential_t *
look_alike(const ss_engine_t *engine, ss_str_t client_id)
{
    const ss_credential_t *found = NULL;

    for (size_t i = 0; i < engine->credential_count; i++) {
        const ss_credential_t *credential = &engine->credentials[i];

        if (!ss_confusable_equal(client_id, credential->client_id)
            || (found != NULL
                && ss_eq(found->client_id, credential->client_id))) {
            continue;
        }
        if (found != NULL) {
            return NULL;
        }
        found = credential;
    }

    return found;
}

/* No repair where it is open which credentials count: those of a header that is
   still there, or one of two. */
static bool
are_settled(const ss_check_t *check)
{
    return check->header[SS_H_AUTHORIZATION].count == 0
           && !ss_params_ambiguous(&check->params, "client_id")
           && !ss_params_ambiguous(&check->params, "client_secret");
}

static ss_str_t
differs_by(ss_str_t value)
{
    return ss_hidden_inside(value, false) != NULL
               ? SS_STR("\" only by look-alikes or hidden characters: ")
               : SS_STR("\" only by look-alikes: ");
}

static bool
found(ss_check_t *check, const ss_credential_t *credential,
      const ss_param_t *param, ss_str_t right)
{
    ss_str_t where;

    if (ss_confusable_where(param->value, right, check->mem, &where) != SS_OK) {
        check->failed = true;
        return false;
    }

    return ss_found(
        check, (ss_problem_t){
                   .place = SS_TEXT(check, SS_STR("parameter "), param->name),
                   .message = SS_TEXT(check,
                                      SS_STR("it differs from the one "
                                             "registered as \""),
                                      credential->name,
                                      differs_by(param->value), where),
                   .no_repair = !ss_param_writable(&check->params, param)
                                || !are_settled(check),
               });
}

/* The entries of one client that have a secret: while it changes, the old and
   the new one are both good. */
typedef struct {
    ss_hasher_t *hasher;
    const ss_credential_t **entries;
    size_t count;
    const ss_credential_t *owner; /* whose secret it proved to be */
} client_t;

static bool
is_registered_secret(void *ctx, ss_str_t secret)
{
    client_t *client = ctx;
    uint8_t digest[SS_SHA256_LEN];

    if (!ss_hasher_sha256(client->hasher, secret, digest)) {
        return false;
    }

    for (size_t i = 0; i < client->count; i++) {
        if (ss_digest_equal(digest, client->entries[i]->secret_sha256)) {
            client->owner = client->entries[i];
            return true;
        }
    }

    return false;
}

/* Looked for once: each variant of a secret is compared with them all. */
static void
find_entries(ss_check_t *check, ss_str_t client_id, client_t *client)
{
    const ss_engine_t *engine = check->engine;

    client->entries = ss_alloc(check->mem, engine->credential_count,
                               sizeof(*client->entries));
    if (client->entries == NULL) {
        check->failed = true;
        return;
    }

    for (size_t i = 0; i < engine->credential_count; i++) {
        const ss_credential_t *credential = &engine->credentials[i];

        if (credential->has_secret && ss_eq(credential->client_id, client_id)) {
            client->entries[client->count++] = credential;
        }
    }
}

/* Compares a secret, and then its variants, with what is registered. */
static void
search(ss_check_t *check, client_t *client, ss_param_t *param)
{
    ss_str_t variant;

    if (is_registered_secret(client, param->value)) {
        return;
    }

    if (ss_confusable_variant(param->value, is_registered_secret, client,
                              check->mem, &variant)
        != SS_OK) {
        check->failed = true;
        return;
    }

    if (variant.data != NULL && found(check, client->owner, param, variant)) {
        ss_params_set(&check->params, param, variant);
    }
}

static void
check_secret(ss_check_t *check, ss_str_t client_id)
{
    ss_param_t *param = ss_params_find(&check->params, "client_secret");
    client_t client = { .count = 0 };

    if (param == NULL) {
        return;
    }

    find_entries(check, client_id, &client);
    if (client.count == 0) {
        return;
    }

    client.hasher = ss_hasher_create();
    if (client.hasher == NULL) {
        check->failed = true;
        return;
    }
    search(check, &client, param);
    ss_hasher_destroy(client.hasher);
}

static void
check_credentials(ss_check_t *check)
{
    ss_param_t *param = ss_params_find(&check->params, "client_id");
    const ss_credential_t *credential;

    if (check->engine->credential_count == 0 || param == NULL) {
        return;
    }

    credential = registered(check->engine, param->value);
    if (credential == NULL) {
        credential = look_alike(check->engine, param->value);
        if (credential != NULL
            && found(check, credential, param, credential->client_id)) {
            ss_params_set(&check->params, param, credential->client_id);
        }
    }

    if (credential != NULL) {
        check_secret(check, credential->client_id);
    }
}

const ss_rule_t ss_rule_credential_confusable = {
    .info = {
        .id = "credential-confusable",
        .summary = "a client_id or client_secret that differs from a "
                   "registered one only by look-alike characters (I/l/1, O/0)",
        .fix = "copy it from ScopeStack itself rather than from an e-mail; a "
               "monospace editor shows the difference",
        .severity = SS_ERROR,
        .action = SS_ACTION_REPORT,
        .repair = SS_REPAIR_GUESS,
        .kinds = SS_BIT(TOKEN),
    },
    .reads_body = true,
    .status = 401,
    .oauth_error = "invalid_client",
    .check = check_credentials,
};
