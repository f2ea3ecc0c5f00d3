/*
 * ss_credential.h: registered clients, and what is nearly one of them.
 */

#ifndef SS_CREDENTIAL_H
#define SS_CREDENTIAL_H

#include "check/ss_engine.h"

/* The registered client of this id, or NULL. */
const ss_credential_t *ss_credential_of(const ss_engine_t *engine,
                                        ss_str_t client_id);

/* The one registered client whose id looks like this one; NULL: none, or more
   than one. */
const ss_credential_t *ss_credential_like(const ss_engine_t *engine,
                                          ss_str_t client_id);

/*
 * Compares a secret with those registered for a client, and when it is none of
 * them looks for a variant that is: *right is that, and *owner whose it is.
 * right->data is NULL where the secret is right, or wrong otherwise, or none is
 * registered. Bounded: SS_VARIANTS_MAX. SS_OK, SS_ERR_NOMEM.
 *
 * *right is a secret that nobody sent: ss_wipe() it where it does not leave.
 */
int ss_credential_secret(const ss_engine_t *engine, ss_str_t client_id,
                         ss_str_t secret, const ss_mem_t *mem,
                         const ss_credential_t **owner, ss_str_t *right);

/* How a value differs from the right one: 'it differs from the one registered
   as "crm-sync" only by look-alikes: character 5 (I, l or 1)'. SS_OK,
   SS_ERR_NOMEM. */
int ss_credential_says(const ss_credential_t *credential, ss_str_t value,
                       ss_str_t right, const ss_mem_t *mem, ss_str_t *message);

#endif
