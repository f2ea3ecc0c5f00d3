#include "interposer/transfer.h"

#include "interposer/account/account.h"
#include "interposer/request/apply.h"
#include "interposer/answer/exchange.h"
#include "interposer/exit_code.h"
#include "interposer/answer/report.h"
#include "settings/settings.h"
#include "interposer/answer/support.h"
#include "interposer/answer/watch.h"

static void
read_context(ss_request_t *request)
{
    request->mode = setup()->mode;
    request->account = setup()->account;
    request->team = setup()->team;
}

/* Fails open: the original leaves, but for a dry run. */
static transfer_t
fail_open(const char *why)
{
    bool dry = setup()->dry_run;

    if (!setup()->quiet) {
        report_line("%s; the request %s", why,
                    dry ? "is not shown" : "leaves unchanged");
    }

    return dry ? TRANSFER_DRY_RUN : TRANSFER_GO;
}

static void
tell(const state_t *state, const ss_result_t *result, const ss_mem_t *mem)
{
    if (!state->repeated) {
        report_result(result, mem);
    }
}

static int
read_body(const state_t *state, outgoing_t *out, const ss_mem_t *mem)
{
    return request_read_body(state, ss_engine_max_body(setup()->engine), mem,
                             out);
}

static transfer_t
dry_run(const state_t *state, outgoing_t *out, const ss_result_t *result,
        const ss_mem_t *mem)
{
    ss_request_t left;

    /* what no rule wanted is to be shown all the same */
    if (out->request.body_state == SS_BODY_UNREAD
        && read_body(state, out, mem) != SS_OK) {
        return fail_open("out of memory");
    }
    if (exchange_edit(&out->request, result, mem, &left) != SS_OK) {
        return fail_open("out of memory");
    }
    report_dry_run(&left, result->route.kind, mem);
    support_note(&(tried_t){
        .outcome = "dry run, not sent", .request = &left, .result = result });

    return TRANSFER_DRY_RUN;
}

static transfer_t
check(state_t *state, outgoing_t *out, const ss_mem_t *mem)
{
    const ss_engine_t *engine = setup()->engine;
    ss_result_t result = { .verdict = SS_PASS };
    const char *why;

    read_context(&out->request);
    account_learn(state, &out->request, mem);

    if ((ss_wants_body(engine, &out->request)
         && read_body(state, out, mem) != SS_OK)
        || ss_check(engine, &out->request, mem, &result) != SS_OK) {
        return fail_open("out of memory");
    }

    if (result.verdict == SS_VERDICT_REJECTED) {
        tell(state, &result, mem);
        report_rejection(state->error_buffer, &result);
        support_note(&(tried_t){ .outcome = "rejected, not sent",
                                 .request = &out->request,
                                 .result = &result });
        return TRANSFER_REJECT;
    }

    if (setup()->dry_run) {
        tell(state, &result, mem);
        return dry_run(state, out, &result, mem);
    }

    /* what could not be done is not to be told as done */
    why = apply(state, out, &result, mem);
    if (why != NULL) {
        return fail_open(why);
    }
    tell(state, &result, mem);
    if (out->request.body_state == SS_BODY_UNREAD
        && sending_sends(&state->sending) == SENDS_FIELDS) {
        /* its secrets are not to be told when they come back */
        (void) read_body(state, out, mem);
    }
    watch_begin(state, &out->request, &result);

    return TRANSFER_GO;
}

/* libcurl refuses it, and curl says why; in a dry run neither is asked. */
static transfer_t
malformed(void)
{
    if (!setup()->dry_run) {
        return TRANSFER_GO;
    }

    report_line("a URL cannot be parsed; curl would end with exit code %d",
                (int) CURLE_URL_MALFORMAT);
    setup_note_reason();

    return TRANSFER_MALFORMED;
}

static transfer_t
elsewhere(const outgoing_t *out, const ss_mem_t *mem)
{
    support_note_elsewhere();

    if (!setup()->dry_run) {
        return TRANSFER_GO;
    }

    if (out->request.scheme.len > 0) {
        report_dry_run(&out->request, SS_KIND_OTHER, mem);
    }

    return TRANSFER_DRY_RUN;
}

static transfer_t
begin(state_t *state)
{
    ss_arena_t arena;
    ss_mem_t mem;
    outgoing_t out;
    transfer_t result;

    ss_arena_init(&arena);
    mem = ss_arena_mem(&arena);

    switch (request_read(state, setup()->engine, &mem, &out)) {
    case READ_OK:
        result = check(state, &out, &mem);
        break;
    case READ_MALFORMED:
        result = malformed();
        break;
    case READ_NOT_OURS:
        result = elsewhere(&out, &mem);
        break;
    default:
        result = fail_open("out of memory");
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
    if (state->repeated && setup()->dry_run) {
        return (transfer_t) state->outcome;
    }

    /* an answer that is asked for again is of no use */
    if (!state->repeated) {
        watch_tell(state);
    }
    apply_undo(state);
    watch_forget(state);
    state_note_begin(state);
    if (state->connect_only != 0) {
        return setup()->dry_run ? TRANSFER_DRY_RUN : TRANSFER_GO;
    }
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

void
transfer_forget(state_t *state)
{
    state->checked = 0;
}
