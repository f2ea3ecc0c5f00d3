/*
 * Client ids and secrets copied from e-mail: I, l and 1, or O and 0 look the
 * same there, and characters that nobody sees come along. Registered
 * credentials tell which one was meant; of the secrets only digests are known,
 * and a variant that has the digest is the proof.
 */

#include "credentials/ss_credential.h"
#include "text/ss_crypto.h"
#include "text/ss_hidden.h"

/* No repair where it is open which credentials count: those of a header that is
   still there, or one of two. */
static bool
are_settled(const ss_check_t *check)
{
    return check->header[SS_H_AUTHORIZATION].count == 0
           && !ss_params_ambiguous(&check->params, "client_id")
           && !ss_params_ambiguous(&check->params, "client_secret");
}

/* What is hidden in it is told here, and where: that it is there needs not be
   told too. */
static ss_str_t
take_over_hidden(ss_check_t *check, ss_str_t place, ss_str_t value)
{
    if (ss_hidden_inside(value, false) == NULL) {
        return SS_STR("");
    }

    ss_withdraw(check, "credential-hidden-character", place);

    return SS_STR("copy the value alone, from ScopeStack itself; an editor "
                  "need not show the difference");
}

static bool
found(ss_check_t *check, const ss_credential_t *credential,
      const ss_param_t *param, ss_str_t right)
{
    ss_str_t place = SS_TEXT(check, SS_STR("parameter "), param->name);
    ss_str_t message, fix;
    bool writable, in_body;

    writable = ss_params_all_writable(&check->params, param->name, &in_body);
    if (ss_credential_says(credential, param->value, right, check->mem,
                           &message)
        != SS_OK) {
        check->failed = true;
        return false;
    }

    fix = take_over_hidden(check, place, param->value);

    return ss_found(check, (ss_problem_t){
                               .place = place,
                               .message = message,
                               .fix = fix,
                               .no_repair = !writable || !are_settled(check),
                               .keeps = in_body ? 0 : SS_EDITS_BODY,
                           });
}

static void
check_secret(ss_check_t *check, ss_str_t client_id)
{
    ss_param_t *param = ss_params_find(&check->params, "client_secret");
    const ss_credential_t *owner;
    ss_str_t right;

    if (param == NULL) {
        return;
    }

    if (ss_credential_secret(check->engine, client_id, param->value, check->mem,
                             &owner, &right)
        != SS_OK) {
        check->failed = true;
        return;
    }

    if (right.data == NULL) {
        return;
    }

    if (found(check, owner, param, right)) {
        ss_params_set_all(&check->params, param->name, right);
    } else {
        ss_wipe(right);
    }
}

static void
check_credentials(ss_check_t *check)
{
    ss_param_t *param;
    const ss_credential_t *credential;

    if (check->engine->credential_count == 0) {
        return;
    }

    param = ss_params_find(&check->params, "client_id");
    if (param == NULL) {
        return;
    }

    credential = ss_credential_of(check->engine, param->value);
    if (credential == NULL) {
        credential = ss_credential_like(check->engine, param->value);
        if (credential != NULL
            && found(check, credential, param, credential->client_id)) {
            ss_params_set_all(&check->params, param->name,
                              credential->client_id);
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
    .edits = SS_EDITS_BODY,
    .status = 401,
    .oauth_error = "invalid_client",
    .check = check_credentials,
};
