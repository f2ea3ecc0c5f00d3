/*
 * apply.h: edits into options of a handle, and back.
 */

#ifndef APPLY_H
#define APPLY_H

#include "interposer/request/request.h"

/*
 * Sets the options that make libcurl send the edited request. Returns NULL; or
 * why that cannot be, the handle is then as the program set it.
 */
const char *apply(state_t *state, const outgoing_t *out,
                  const ss_result_t *result, const ss_mem_t *mem);

/* Gives the handle back every option that apply() changed. */
void apply_undo(state_t *state);

/* Gives method and body back for the time of a duplication, of a transfer that
   may be under way: libcurl copies the parts of a form by itself. Returns false
   when there is nothing to give, and to take again. */
bool apply_lend_body(state_t *state);
void apply_take_body(state_t *state);

/* Makes a transfer fail before it looks for a host: a multi handle can only
   take it, or fail as a whole. Returns false when that cannot be done. */
bool apply_disarm(state_t *state);

#endif
