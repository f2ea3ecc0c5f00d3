#include "credentials/ss_credential.h"

#include "credentials/ss_confusable.h"
#include "text/ss_crypto.h"
#include "text/ss_hidden.h"
#include "text/ss_utf8.h"

const ss_credential_t *
ss_credential_of(const ss_engine_t *engine, ss_str_t client_id)
{
    for (size_t i = 0; i < engine->credential_count; i++) {
        if (ss_eq(engine->credentials[i].client_id, client_id)) {
            return &engine->credentials[i];
        }
    }

    return NULL;
}

const ss_credential_t *
ss_credential_like(const ss_engine_t *engine, ss_str_t client_id)
{
    const ss_credential_t *found = NULL;
    ss_shape_t shape;

    if (!ss_shape_read(&shape, client_id)) {
        return NULL;
    }

    for (size_t i = 0; i < engine->credential_count; i++) {
        const ss_credential_t *credential = &engine->credentials[i];

        if (!ss_shape_is(&shape, credential->client_id)
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

/* --- secrets ------------------------------------------------------------ */

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
static int
find_entries(const ss_engine_t *engine, ss_str_t client_id, const ss_mem_t *mem,
             client_t *client)
{
    client->entries =
        ss_alloc(mem, engine->credential_count, sizeof(*client->entries));
    if (client->entries == NULL) {
        return SS_ERR_NOMEM;
    }

    for (size_t i = 0; i < engine->credential_count; i++) {
        const ss_credential_t *credential = &engine->credentials[i];

        if (credential->has_secret && ss_eq(credential->client_id, client_id)) {
            client->entries[client->count++] = credential;
        }
    }

    return SS_OK;
}

int
ss_credential_secret(const ss_engine_t *engine, ss_str_t client_id,
                     ss_str_t secret, const ss_mem_t *mem,
                     const ss_credential_t **owner, ss_str_t *right)
{
    client_t client = { .count = 0 };
    int rc = SS_OK;

    *owner = NULL;
    *right = ss_str(NULL, 0);

    if (find_entries(engine, client_id, mem, &client) != SS_OK) {
        return SS_ERR_NOMEM;
    }

    if (client.count == 0) {
        return SS_OK;
    }

    client.hasher = ss_hasher_create(mem);
    if (client.hasher == NULL) {
        return SS_ERR_NOMEM;
    }
    if (!is_registered_secret(&client, secret)) {
        rc = ss_confusable_variant(secret, is_registered_secret, &client, mem,
                                   right);
        *owner = client.owner;
    }
    ss_hasher_destroy(client.hasher);

    return rc;
}

/* --- words -------------------------------------------------------------- */

/* Tells whether nothing but characters that nobody sees makes the two differ.
 */
static bool
only_hidden(ss_str_t value, ss_str_t right)
{
    while (value.len > 0) {
        if (ss_hidden_first(value) != NULL) {
            value = ss_skip(value, ss_utf8_length(value));
            continue;
        }

        if (right.len == 0 || right.data[0] != value.data[0]) {
            return false;
        }
        value = ss_skip(value, 1);
        right = ss_skip(right, 1);
    }

    return right.len == 0;
}

static ss_str_t
differs_by(ss_str_t value, ss_str_t right)
{
    return only_hidden(value, right) ? SS_STR("\" only by hidden characters: ")
           : ss_hidden_inside(value, false) != NULL
               ? SS_STR("\" only by look-alikes or hidden characters: ")
               : SS_STR("\" only by look-alikes: ");
}

int
ss_credential_says(const ss_credential_t *credential, ss_str_t value,
                   ss_str_t right, const ss_mem_t *mem, ss_str_t *message)
{
    ss_str_t where;

    if (ss_confusable_where(value, right, mem, &where) != SS_OK) {
        return SS_ERR_NOMEM;
    }

    return SS_JOIN(mem, message,
                   SS_STR("it differs from the one registered as \""),
                   credential->name, differs_by(value, right), where);
}

void
ss_secret_hash(ss_str_t secret, char hex[65])
{
    static const char digits[] = "0123456789abcdef";
    uint8_t digest[SS_SHA256_LEN];

    ss_sha256(secret, digest);
    for (size_t i = 0; i < SS_SHA256_LEN; i++) {
        hex[2 * i] = digits[digest[i] >> 4];
        hex[2 * i + 1] = digits[digest[i] & 15];
    }
    hex[64] = '\0';
}
