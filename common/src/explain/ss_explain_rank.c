/*
 * ss_explain_rank.c: which causes are told, in which order, and in how many
 * words.
 */

#include "explain/ss_explain_rank.h"

/* Of more errors with one cause no more than these are quoted. */
#define QUOTES_MAX 3

/* --- several errors, one cause ------------------------------------------ */

/* Adds a word to a list, unless it is its last one: the service tells errors of
   one attribute in a row. */
static bool
append(ss_explain_t *explain, ss_str_t *list, ss_str_t word, ss_str_t separator)
{
    if (word.len == 0 || ss_eq(*list, word)
        || (ss_ends(*list, word)
            && ss_ends(ss_str(list->data, list->len - word.len), separator))) {
        return false;
    }

    *list = list->len == 0 ? word : SS_SAY(explain, *list, separator, word);

    return true;
}

static ss_str_t
says_now(ss_explain_t *explain, const ss_candidate_t *candidate)
{
    const ss_telling_t *telling = &candidate->telling;

    return SS_SAY(
        explain, telling->subject,
        telling->subject.len > 0 ? SS_STR(": ") : SS_STR(""), telling->message,
        telling->quote.len > 0 ? SS_STR("; the service says: ") : SS_STR(""),
        telling->quote, candidate->more ? SS_STR("; and more") : SS_STR(""));
}

static void
merge(ss_explain_t *explain, ss_candidate_t *ranked,
      const ss_candidate_t *candidate)
{
    const ss_telling_t *other = &candidate->telling;
    ss_telling_t *telling = &ranked->telling;

    if (!ss_eq(telling->message, other->message)) {
        ranked->before = SS_SAY(explain, ranked->before,
                                says_now(explain, ranked), SS_STR("; "));
        telling->subject = other->subject;
        telling->message = other->message;
        telling->quote = other->quote;
        ranked->quotes = other->quote.len > 0;
        ranked->more = false;
        return;
    }

    append(explain, &telling->subject, other->subject, SS_STR(", "));
    if (ranked->quotes < QUOTES_MAX) {
        ranked->quotes +=
            append(explain, &telling->quote, other->quote, SS_STR("; "));
    } else {
        ranked->more |= other->quote.len > 0;
    }
}

ss_str_t
ss_rank_says(ss_explain_t *explain, const ss_candidate_t *candidate)
{
    return SS_SAY(explain, candidate->before, says_now(explain, candidate));
}

/* --- the order ---------------------------------------------------------- */

static ss_candidate_t *
find_cause(ss_ranking_t *ranking, const ss_cause_def_t *def)
{
    for (size_t i = 0; i < ranking->count; i++) {
        if (ranking->items[i].def == def) {
            return &ranking->items[i];
        }
    }

    return NULL;
}

static void
take_out(ss_ranking_t *ranking, size_t i)
{
    ranking->count--;
    memmove(&ranking->items[i], &ranking->items[i + 1],
            (ranking->count - i) * sizeof(ranking->items[0]));
}

/* A finding is told once, by the cause that it goes with best. Returns false
   when it is told as well already. */
static bool
claim_finding(ss_ranking_t *ranking, const ss_candidate_t *candidate)
{
    for (size_t i = 0; candidate->finding != NULL && i < ranking->count; i++) {
        const ss_candidate_t *item = &ranking->items[i];

        if (item->finding != candidate->finding) {
            continue;
        }
        if (item->telling.weight >= candidate->telling.weight) {
            return false;
        }
        take_out(ranking, i);
    }

    return true;
}

static void
insert(ss_ranking_t *ranking, const ss_candidate_t *candidate)
{
    size_t i = ranking->count;

    for (; i > 0
           && ranking->items[i - 1].telling.weight < candidate->telling.weight;
         i--) {
        ranking->items[i] = ranking->items[i - 1];
    }
    ranking->items[i] = *candidate;

    if (ranking->count < SS_CAUSES_MAX) {
        ranking->count++;
    }
}

void
ss_rank(ss_explain_t *explain, ss_ranking_t *ranking,
        const ss_candidate_t *candidate)
{
    ss_candidate_t *same = find_cause(ranking, candidate->def);
    ss_candidate_t one = *candidate;

    if (same != NULL && same->telling.weight >= one.telling.weight) {
        merge(explain, same, candidate);
        return;
    }

    one.quotes = one.telling.quote.len > 0;
    if (same != NULL) {
        one = *same;
        one.telling.weight = candidate->telling.weight;
        merge(explain, &one, candidate);
        take_out(ranking, (size_t) (same - ranking->items));
    } else if (!claim_finding(ranking, candidate)) {
        return;
    }

    insert(ranking, &one);
}

size_t
ss_rank_reported(const ss_ranking_t *ranking)
{
    unsigned least = SS_FALLBACK;
    size_t count = 0;

    if (ranking->count > 0 && ranking->items[0].telling.weight >= SS_CERTAIN) {
        least = SS_LIKELY;
    } else if (ranking->count > 0
               && ranking->items[0].telling.weight > SS_FALLBACK) {
        least = SS_FALLBACK + 1;
    }

    while (count < ranking->count
           && ranking->items[count].telling.weight >= least) {
        count++;
    }

    return count;
}
