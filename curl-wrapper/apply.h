/*
 * apply.h: edits into options of a handle, and back.
 */

#ifndef APPLY_H
#define APPLY_H

#include "request.h"

/*
 * Sets the options that make libcurl send the edited request. Returns NULL; or
 * why that cannot be, the handle is then as the program set it.
 */
const char *apply(state_t *state, const outgoing_t *out,
                  const ss_result_t *result, const ss_mem_t *mem);

/* Gives the handle back every option that apply() changed. */
void apply_undo(state_t *state);

/* Makes a transfer fail before it looks for a host: a multi handle can only
   take it, or fail as a whole. Returns false when that cannot be done. */
bool apply_disarm(state_t *state);

#endif
