/*
 * filter[name]=Acme Inc, as clients write it that put a value into a URL
 * without encoding it. Some servers and proxies refuse such bytes, others cut
 * the URL there.
 */

#include "check/ss_rule.h"
#include "text/ss_utf8.h"

/* What is wrong with a piece of the query, and not cured by encoding it. */
enum { STRAY = 1, NO_TEXT = 2 };

static const struct {
    unsigned wrong;
    const char *message;
    const char *fix;
} troubles[] = {
    { STRAY, "a \"%\" that begins no escape", "write %25 for a percent sign" },
    { NO_TEXT, "bytes that are no UTF-8 text, encoded or not",
      "encode text as UTF-8: %C3%BC for u with two dots, not %FC" },
};

/* Most bytes are text whatever stands beside them. */
static bool
may_be_no_text(uint8_t c)
{
    return c >= 0x80 || c == '\0';
}

/* Looks at escapes only, as clean queries have them. */
static unsigned
look_at_escapes(ss_str_t raw)
{
    unsigned wrong = 0;

    for (size_t i = ss_index(raw, '%'); i < raw.len;
         i += 1 + ss_index(ss_skip(raw, i + 1), '%')) {
        int c = ss_hex_pair(raw, i + 1);

        if (c < 0) {
            wrong |= STRAY;
        } else if (may_be_no_text((uint8_t) c)) {
            wrong |= NO_TEXT;
        }
    }

    return wrong;
}

static unsigned
look_at_bytes(ss_str_t raw)
{
    for (size_t i = 0; i < raw.len; i++) {
        if (may_be_no_text(raw.data[i])) {
            return NO_TEXT;
        }
    }

    return 0;
}

/* Rails answers 400 to what is none. */
static bool
is_text(ss_str_t text)
{
    while (text.len > 0) {
        size_t n = ss_utf8_length(text);

        if (n == 0 || text.data[0] == '\0') {
            return false;
        }
        text = ss_skip(text, n);
    }

    return true;
}

static unsigned
look(const ss_param_t *param, bool unsafe)
{
    unsigned wrong = look_at_escapes(param->raw);

    if (unsafe) {
        wrong |= look_at_bytes(param->raw);
    }

    return (wrong & NO_TEXT) != 0 && is_text(param->name)
                   && is_text(param->value)
               ? wrong & ~(unsigned) NO_TEXT
               : wrong;
}

static void
report(ss_check_t *check, unsigned wrong)
{
    for (size_t i = 0; i < sizeof(troubles) / sizeof(troubles[0]); i++) {
        if ((wrong & troubles[i].wrong) != 0) {
            ss_found(check, (ss_problem_t){
                                .place = SS_STR("query"),
                                .message = ss_cstr(troubles[i].message),
                                .fix = ss_cstr(troubles[i].fix),
                                .no_repair = true,
                            });
        }
    }
}

/* Of a piece that is no text, only what is text by itself is encoded: the
   others are wrong either way. */
static bool
to_encode(uint8_t c, bool text)
{
    return ss_query_unsafe(c) && (text || !may_be_no_text(c));
}

static bool
has_unsafe(const ss_param_t *param)
{
    bool text = (look(param, true) & NO_TEXT) == 0;

    for (size_t i = 0; i < param->raw.len; i++) {
        if (to_encode(param->raw.data[i], text)) {
            return true;
        }
    }

    return false;
}

static void
encode(ss_check_t *check, ss_param_t *param)
{
    bool text = (look(param, true) & NO_TEXT) == 0;
    ss_str_t raw = param->raw;
    ss_buf_t buf;

    ss_buf_init(&buf, check->mem);
    for (size_t i = param->blanks; i < raw.len; i++) {
        if (to_encode(raw.data[i], text)) {
            ss_percent_encode(&buf, raw.data[i]);
        } else {
            ss_buf_addc(&buf, raw.data[i]);
        }
    }

    ss_query_respell(check, param, &buf);
}

static void
check_query(ss_check_t *check)
{
    ss_params_t *query = ss_query(check);
    bool unsafe = (check->query_has & SS_QUERY_UNSAFE) != 0;
    unsigned wrong = 0;
    size_t first = 0;

    for (size_t i = 0; i < query->count; i++) {
        wrong |= look(&query->items[i], unsafe);
    }
    report(check, wrong);

    while (unsafe && first < query->count
           && !has_unsafe(&query->items[first])) {
        first++;
    }

    if (!unsafe || first == query->count
        || !ss_found(check,
                     (ss_problem_t){
                         .place = SS_STR("query"),
                         .message = SS_STR("bytes that must be percent-encoded "
                                           "stand there as they are"),
                     })) {
        return;
    }

    for (size_t i = first; i < query->count; i++) {
        if (has_unsafe(&query->items[i])) {
            encode(check, &query->items[i]);
        }
    }
}

const ss_rule_t ss_rule_filter_unencoded = {
    .info = {
        .id = "filter-unencoded",
        .summary = "blanks, quotes, braces, control characters or bytes above "
                   "ASCII in the query, not percent-encoded; bytes that are "
                   "no UTF-8",
        .fix = "encode names and values: encodeURIComponent() in JavaScript, "
               "params= in Python's requests, --data-urlencode with -G in curl",
        .severity = SS_WARNING,
        .action = SS_ACTION_REPAIR,
        .repair = SS_REPAIR_LOSSLESS,
        .kinds = SS_BIT(API),
    },
    .query = SS_QUERY_UNSAFE | SS_QUERY_PERCENT,
    .status = 400,
    .check = check_query,
};
