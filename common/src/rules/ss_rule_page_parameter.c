/*
 * limit=10, per_page=10, page=2: other APIs' words. The service does not know
 * them, ignores them, and sends a page of its own choice.
 */

#include "check/ss_rule.h"

typedef enum { SIZE, NUMBER, OFFSET, MEANINGS } meaning_t;

#define TEXT(lit)                                                              \
    {                                                                          \
        (const uint8_t *) (lit), sizeof(lit) - 1                               \
    }

/* What the service has for it. */
static const ss_str_t right[] = { TEXT("page[size]"), TEXT("page[number]") };

static const struct {
    ss_str_t name;
    meaning_t meaning;
} words[] = {
    { TEXT("limit"), SIZE },         { TEXT("per_page"), SIZE },
    { TEXT("per-page"), SIZE },      { TEXT("perPage"), SIZE },
    { TEXT("page_size"), SIZE },     { TEXT("page-size"), SIZE },
    { TEXT("pageSize"), SIZE },      { TEXT("page"), NUMBER },
    { TEXT("page_number"), NUMBER }, { TEXT("page-number"), NUMBER },
    { TEXT("pageNumber"), NUMBER },  { TEXT("offset"), OFFSET },
};
#undef TEXT

/* The parameters of a query that mean the same. */
typedef struct {
    ss_param_t *first;
    ss_str_t name; /* of the first one */
    size_t count;
} found_t;

static void
sort_out(ss_param_t *param, found_t found[MEANINGS])
{
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        found_t *same = &found[words[i].meaning];

        if (ss_eq(param->name, words[i].name) && same->count++ == 0) {
            same->first = param;
            same->name = words[i].name;
        }
    }
}

static bool
has_name(const ss_params_t *query, ss_str_t name)
{
    for (size_t i = 0; i < query->count; i++) {
        if (ss_eq(query->items[i].name, name)) {
            return true;
        }
    }

    return false;
}

/* Brackets are written as the query has them; without any, as everybody does.
 */
static bool
encodes_brackets(const ss_params_t *query)
{
    for (size_t i = 0; i < query->count; i++) {
        ss_str_t raw = query->items[i].raw;
        size_t equals = ss_index(raw, '=');

        for (size_t at = ss_index(raw, '%'); at < equals; at++) {
            if (ss_starts_nocase(ss_skip(raw, at), SS_STR("%5B"))) {
                return true;
            }
        }
    }

    return false;
}

static void
respell(ss_check_t *check, ss_param_t *param, ss_str_t name)
{
    bool encode = encodes_brackets(&check->params);
    ss_buf_t buf;

    ss_buf_init(&buf, check->mem);
    if (encode) {
        ss_form_encode(&buf, name);
    } else {
        ss_buf_add(&buf, name);
    }
    ss_buf_addc(&buf, '=');
    ss_buf_add(&buf, param->value);
    ss_query_respell(check, param, &buf);
}

static bool
counts_from_one(ss_str_t value)
{
    unsigned number;

    return ss_whole_number(value, &number) && number > 0;
}

static void
check_word(ss_check_t *check, const found_t *found, ss_str_t name, bool skips)
{
    if (found->count == 0) {
        return;
    }

    if (ss_found(
            check,
            (ss_problem_t){
                .place = SS_TEXT(check, SS_STR("parameter "), found->name),
                .message = SS_TEXT(
                    check, SS_STR("the service ignores it and has "), name),
                .no_repair = found->count > 1 || skips
                             || has_name(&check->params, name)
                             || !counts_from_one(found->first->value),
            })) {
        respell(check, found->first, name);
    }
}

static void
check_pages(ss_check_t *check)
{
    ss_params_t *query = ss_query(check);
    found_t found[MEANINGS] = { { .count = 0 } };
    bool skips;

    if (!ss_eq(check->method, SS_STR("GET"))
        && !ss_eq(check->method, SS_STR("HEAD"))) {
        return;
    }

    for (size_t i = 0; i < query->count; i++) {
        if (!ss_ends(query->items[i].name, SS_STR("]"))) {
            sort_out(&query->items[i], found);
        }
    }

    /* who counts in rows would get the first ones again and again */
    skips = found[OFFSET].count > 0;

    check_word(check, &found[SIZE], right[SIZE], skips);
    check_word(check, &found[NUMBER], right[NUMBER], skips);

    if (skips) {
        ss_found(check, (ss_problem_t){
                            .place = SS_STR("parameter offset"),
                            .message = SS_STR("the service ignores it and "
                                              "counts pages, not rows"),
                            .no_repair = true,
                        });
    }
}

const ss_rule_t ss_rule_page_parameter = {
    .info = {
        .id = "page-parameter",
        .summary = "limit=, per_page=, page= instead of page[size], "
                   "page[number]",
        .fix = "ask for pages by page[size]=N and page[number]=N, the first "
               "one is 1; meta.page-count says how many there are",
        .severity = SS_WARNING,
        .action = SS_ACTION_REPAIR,
        .repair = SS_REPAIR_GUESS,
        .kinds = SS_BIT(API),
    },
    .query = SS_QUERY_NAME('l') | SS_QUERY_NAME('o') | SS_QUERY_NAME('p'),
    .status = 400,
    .check = check_pages,
};
