#include "transfer.h"

#include "apply.h"
#include "report.h"
#include "setup.h"

static void
read_context(ss_request_t *request)
{
    request->mode = setup()->mode;
    request->account = setup()->account;
    request->team = setup()->team;
}

/* Fails open: without memory the original leaves. */
static transfer_t
fail_open(void)
{
    if (!setup()->quiet) {
        report_line("out of memory; the request leaves unchanged");
    }

    return TRANSFER_GO;
}

static transfer_t
check(state_t *state, outgoing_t *out, const ss_mem_t *mem)
{
    const ss_engine_t *engine = setup()->engine;
    ss_result_t result = { .verdict = SS_PASS };

    read_context(&out->request);

    if (ss_wants_body(engine, &out->request)) {
        if (request_read_body(state, mem, out) != SS_OK) {
            return fail_open();
        }
        if (out->request.body.len > ss_engine_max_body(engine)) {
            out->request.body_state = SS_BODY_TOO_LARGE;
        }
    }

    if (ss_check(engine, &out->request, mem, &result) != SS_OK) {
        return fail_open();
    }

    if (!state->repeated) {
        report_result(&result, mem);
    }

    if (result.verdict == SS_VERDICT_REJECTED) {
        report_rejection(state->error_buffer, &result);
        return TRANSFER_REJECT;
    }

    if (setup()->dry_run) {
        /* what no rule wanted is to be shown all the same */
        if (out->request.body_state == SS_BODY_UNREAD
            && request_read_body(state, mem, out) != SS_OK) {
            return fail_open();
        }
        report_dry_run(out, &result, mem);
        return TRANSFER_DRY_RUN;
    }

    return apply(state, out, &result, mem) == SS_OK ? TRANSFER_GO : fail_open();
}

static transfer_t
begin(state_t *state)
{
    ss_arena_t arena;
    ss_mem_t mem;
    outgoing_t out;
    ss_result_t none = { .verdict = SS_PASS };
    transfer_t result;

    ss_arena_init(&arena);
    mem = ss_arena_mem(&arena);

    switch (request_read(state, setup()->engine, &mem, &out)) {
    case READ_OK:
        result = check(state, &out, &mem);
        break;
    case READ_NOT_OURS:
        result = setup()->dry_run ? TRANSFER_DRY_RUN : TRANSFER_GO;
        if (setup()->dry_run && out.request.scheme.len > 0) {
            report_dry_run(&out, &none, &mem);
        }
        break;
    default:
        result = fail_open();
        break;
    }

    ss_arena_release(&arena);

    return result;
}

transfer_t
transfer_begin(state_t *state)
{
    transfer_t result;

    if (setup()->engine == NULL) {
        return TRANSFER_UNUSABLE;
    }

    /* the same options are mostly the same request, tried again: what was said
       of it is not said twice. But a program may also write into what an
       option points to */
    state->repeated = state->checked == state->changes + 1;
    if (state->repeated && state->outcome == TRANSFER_DRY_RUN) {
        return TRANSFER_DRY_RUN;
    }

    apply_undo(state);
    result = begin(state);
    state->outcome = (int) result;
    state->checked = state->changes + 1;

    if (result == TRANSFER_REJECT) {
        setup_note_rejection();
    } else if (result == TRANSFER_DRY_RUN) {
        setup_note_dry_run();
    }

    return result;
}
