/*
 * ss_explain_rank.h: the most likely causes, in their order.
 */

#ifndef SS_EXPLAIN_RANK_H
#define SS_EXPLAIN_RANK_H

#include "explain/ss_cause.h"

typedef struct {
    const ss_cause_def_t *def;
    const ss_finding_t *finding; /* that says so, or NULL */
    ss_str_t before;             /* other details of the same cause */
    size_t quotes;               /* in telling.quote */
    bool more;                   /* which are left out */
    ss_telling_t telling;
} ss_candidate_t;

/* One more than are reported: room to put a new one in. */
typedef struct {
    ss_candidate_t items[SS_CAUSES_MAX + 1];
    size_t count;
} ss_ranking_t;

/* Puts a candidate in: behind all that are as likely, or to what is known of
   the same cause already. */
void ss_rank(ss_explain_t *explain, ss_ranking_t *ranking,
             const ss_candidate_t *candidate);

/* How many of them are reported: what is certain leaves no room for guesses,
   and a fallback is for when there is nothing else. */
size_t ss_rank_reported(const ss_ranking_t *ranking);

/* What a candidate says, in one sentence. */
ss_str_t ss_rank_says(ss_explain_t *explain, const ss_candidate_t *candidate);

#endif
