#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>

void
fuzz_hold(bool holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "does not hold: %s\n", what);
        abort();
    }
}

ss_str_t
fuzz_part(ss_str_t *input, unsigned char separator)
{
    size_t at = ss_index(*input, separator);
    ss_str_t part = ss_str(input->data, at);

    *input = ss_skip(*input, at < input->len ? at + 1 : at);

    return part;
}

/* --- the rules ---------------------------------------------------------- */

static const char head[] =
    "version: 1\n"
    "service: { account: acme }\n"
    "credentials:\n"
    "  - { name: one, client_id: app-I0, client_secret_sha256: "
    /* of "S0" */
    "f87980c88a93c33c01a3fa5fbbacdf984c0441d0c1b51fdc4620c5935cb78716 }\n"
    "  - { name: two, client_id: other-O1 }\n"
    "teams:\n"
    "  - { name: t, match: { header: X-Team, value: t }, account: team }\n";

static const ss_engine_t *
engine(void)
{
    static ss_engine_t *made;
    static test_mem_t mem;

    if (made == NULL) {
        made = test_engine(&mem, repairing_rules(&mem, head));
    }

    return made;
}

/* --- what must hold ----------------------------------------------------- */

static bool
same_finding(const ss_finding_t *a, const ss_finding_t *b)
{
    return a->rule == b->rule && ss_eq(a->message, b->message)
           && ss_eq(a->place, b->place);
}

static void
hold_clean(const ss_result_t *first, const ss_result_t *again)
{
    fuzz_hold(again->edit_count == 0, "what leaves needs no edits");

    for (size_t i = 0; i < first->finding_count; i++) {
        for (size_t k = 0; k < again->finding_count; k++) {
            fuzz_hold(
                first->findings[i].outcome != SS_REPAIRED
                    || !same_finding(&first->findings[i], &again->findings[k]),
                "what was repaired is not found again");
        }
    }
}

static void
hold_observed(const ss_result_t *enforced, const ss_result_t *observed)
{
    fuzz_hold(observed->edit_count == 0, "observing changes nothing");
    fuzz_hold(observed->finding_count == enforced->finding_count,
              "observing finds as much");

    for (size_t i = 0; i < observed->finding_count; i++) {
        fuzz_hold(same_finding(&observed->findings[i], &enforced->findings[i]),
                  "observing finds the same");
    }
}

static void
hold_text(ss_str_t text, const char *what)
{
    for (size_t i = 0; i < text.len; i++) {
        fuzz_hold(text.data[i] == '\n'
                      || (text.data[i] >= 0x20 && text.data[i] != 0x7f),
                  what);
    }
}

static void
hold_texts(const ss_result_t *result, const ss_mem_t *mem)
{
    ss_str_t text;

    fuzz_hold(ss_result_header(result, mem, &text) == SS_OK && text.len < 1024,
              "the header is short");
    hold_text(text, "the header has no control characters");
    fuzz_hold(ss_result_json(result, mem, &text) == SS_OK, "JSON");
    hold_text(text, "the JSON has no control characters");
    fuzz_hold(ss_result_text(result, "x: ", mem, &text) == SS_OK, "text");
    hold_text(text, "the text has no control characters");
}

void
fuzz_request(test_mem_t *mem, const ss_request_t *request)
{
    ss_mem_t m = test_mem(mem);
    ss_request_t leaves, observe = exact_request(mem, request);
    ss_result_t first, again, observed;

    fuzz_hold(ss_check(engine(), &observe, &m, &first) == SS_OK, "the check");
    fuzz_hold(first.edit_count == 0 || first.verdict == SS_VERDICT_REPAIRED,
              "edits are repairs");
    hold_texts(&first, &m);

    leaves = apply_edits(mem, request, &first);
    fuzz_hold(ss_check(engine(), &leaves, &m, &again) == SS_OK, "the check");
    hold_clean(&first, &again);

    observe.mode = SS_MODE_OBSERVE;
    fuzz_hold(ss_check(engine(), &observe, &m, &observed) == SS_OK,
              "the check");
    hold_observed(&first, &observed);
}
