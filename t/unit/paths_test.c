/*
 * Paths put together from the words that rules look for, in any order and
 * spelling, under rules files in which any rule about paths may be off. What
 * leaves is compared with a model of the service that shares no code with the
 * rules. SS_SEED and SS_COUNT make others, or more.
 */

#include "check.h"

#include <stdlib.h>
#include <strings.h>

#include "random_request.h"

enum { ROUNDS = 60000, ENGINES = 64, WORDS_MAX = 10 };

/* --- random paths ------------------------------------------------------- */

static random_t dice;

static uint32_t
roll(uint32_t sides)
{
    return random_roll(&dice, sides);
}

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define PICK(list) list[roll(COUNT(list))]

static const char *const words[] = {
    "v1",
    "v1",
    "v1",
    "v1",
    "v1",
    "v1",
    "v1",
    "acme",
    "acme",
    "acme",
    "ac%6De",
    "other",
    "api",
    "api",
    "API",
    "undefined",
    "{slug}",
    ":slug",
    "%7Bx%7D",
    "null",
    "clients",
    "clients",
    "projects",
    "tags",
    "surveys",
    "me",
    "mes",
    "accounts",
    "novelty",
    "12",
    "12",
    "calculate",
    "Clients",
    "x%20y",
    "document-templates",
    ".well-known",
    "api-docs",
    "assets",
    "docs",
    "mcp",
    "oauth",
    "rails",
    "swagger",
    "webhooks",
    "Docs",
    "%64ocs",
    "OAUTH",
    "%6dcp",
    "token",
    "upload",
    "authorize",
    "v2",
    "V1",

    "api-docs2",
    "%FF",
    "contacts",
    "account-slug",
};

static const char *const methods[] = { "GET",    "GET",   "POST", "PUT",
                                       "DELETE", "PATCH", "HEAD", "OPTIONS" };

static const char *const hosts[] = { "api.test", "api.test", "app.test",
                                     "gw.test" };

static const char *
slashes(void)
{
    return roll(8) > 0 ? "/" : roll(3) > 0 ? "//" : "///";
}

static const char *const heads[] = { "acme", "acme",   "acme",      "other",
                                     "api",  "api",    "undefined", "{slug}",
                                     "none", "docs",   "oauth",     ":slug",
                                     "v1",   "clients" };

static const char *const tails[] = {
    "clients", "projects", "tags", "me",    "mes", "accounts",
    "novelty", "acme",     "mcp",  "oauth", "api", "surveys"
};

/* Words in any order, or some before a version and some behind it. */
static ss_str_t
random_path(test_mem_t *mem)
{
    bool any = roll(4) == 0;
    uint32_t before = any ? 1 + roll(5) : roll(3);
    ss_mem_t m = test_mem(mem);
    ss_buf_t buf;

    ss_buf_init(&buf, &m);
    for (uint32_t n = before; n > 0; n--) {
        ss_buf_adds(&buf, slashes());
        ss_buf_adds(&buf, any ? PICK(words) : PICK(heads));
    }
    if (!any) {
        ss_buf_adds(&buf, roll(8) > 0 ? slashes() : "");
        ss_buf_adds(&buf, roll(8) > 0 ? "v1" : "");
        ss_buf_adds(&buf, slashes());
        ss_buf_adds(&buf, PICK(tails));
    }
    for (uint32_t n = roll(3); n > 0; n--) {
        ss_buf_adds(&buf, slashes());
        ss_buf_adds(&buf, PICK(words));
    }

    return built(&buf);
}

/* --- rules files -------------------------------------------------------- */

static const char *const rules[] = {
    "path-double-slash",        "account-slug-doubled",
    "path-api-prefix",          "path-version-missing",
    "account-slug-placeholder", "account-slug-unwanted",
    "account-slug-missing",     "host-mismatch",
};

/* no account, a usual one, and one that is called as something else is */
static const char *const accounts[] = { NULL, "acme", "acme", "api", "none" };

static ss_engine_t *
random_engine(test_mem_t *mem, const char *account)
{
    static const char *const actions[] = { "repair", "repair", "repair",
                                           "report", "off" };
    ss_mem_t m = test_mem(mem);
    ss_buf_t buf;

    ss_buf_init(&buf, &m);
    ss_buf_adds(&buf, "version: 1\nservice:\n  api_url: http://api.test\n"
                      "  auth_url: http://app.test\n"
                      "  gateways: [http://gw.test]\n");
    if (account != NULL) {
        ss_buf_adds(&buf, "  account: ");
        ss_buf_adds(&buf, account);
        ss_buf_adds(&buf, "\n");
    }
    ss_buf_adds(&buf, "rules:\n");
    for (size_t i = 0; i < COUNT(rules); i++) {
        ss_buf_adds(&buf, "  ");
        ss_buf_adds(&buf, rules[i]);
        ss_buf_adds(&buf, ": ");
        ss_buf_adds(&buf, PICK(actions));
        ss_buf_adds(&buf, "\n");
    }

    return test_engine(mem, built(&buf));
}

/* --- a model of the service --------------------------------------------- */

/* The segments of a path, decoded. */
typedef struct {
    char word[WORDS_MAX][32];
    size_t count;
} model_t;

static void
split(ss_str_t path, model_t *model)
{
    size_t n = 0;

    memset(model, 0, sizeof(*model));
    for (size_t i = 0; i < path.len; i++) {
        char *word = model->word[model->count];
        char hex[3] = { 0 };

        if (path.data[i] == '/') {
            model->count += n > 0;
            n = 0;
        } else if (path.data[i] == '%') {
            memcpy(hex, path.data + i + 1, 2);
            word[n++] = (char) strtol(hex, NULL, 16);
            i += 2;
        } else {
            word[n++] = (char) path.data[i];
        }
        assert_true(n < 32 && model->count < WORDS_MAX);
    }
    model->count += n > 0;
}

static bool
is(const model_t *model, size_t i, const char *word)
{
    return i < model->count && !strcmp(model->word[i], word);
}

static bool
is_one_of(const model_t *model, size_t i, const char *const *list, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        if (i < model->count && !strcasecmp(model->word[i], list[k])) {
            return true;
        }
    }

    return false;
}

static bool
is_reserved(const model_t *model, size_t i)
{
    static const char *const list[] = {
        ".well-known", "api-docs", "assets",  "docs",     "mcp",
        "oauth",       "rails",    "swagger", "webhooks",
    };

    return is_one_of(model, i, list, COUNT(list));
}

static bool
is_placeholder(const model_t *model, size_t i)
{
    static const char *const list[] = { "undefined", "{slug}", ":slug",
                                        "{x}",       "null",   "account-slug",
                                        "none" };

    return is_one_of(model, i, list, COUNT(list));
}

static bool
is_resource(const model_t *model, size_t i)
{
    return is(model, i, "clients") || is(model, i, "projects")
           || is(model, i, "tags") || is(model, i, "surveys")
           || is(model, i, "document-templates");
}

/* Where "v1" stands; model->count: nowhere near the beginning. Two segments
   before it are a slug twice, or api. */
static size_t
version_of(const model_t *model)
{
    for (size_t i = 0; i < 3 && i < model->count; i++) {
        if (is(model, i, "v1")) {
            return i < 2 || is(model, 1, model->word[0]) || is(model, 1, "api")
                       ? i
                       : model->count;
        }
    }

    return model->count;
}

/* Tells whether the service is sure not to have a path of its API. */
static bool
is_sure_404(const model_t *model, const char *account)
{
    size_t v1 = version_of(model);
    bool me = (is(model, v1 + 1, "me") || is(model, v1 + 1, "mes"))
              && model->count == v1 + 2;

    if (v1 == model->count) {
        return is_resource(model, 1);
    }

    if (account != NULL && is(model, v1 + 1, account)) {
        return true;
    }

    if (v1 == 0) {
        return is_resource(model, 1);
    }

    if (v1 > 1 || me) {
        return true;
    }

    return (account == NULL || !is(model, 0, account))
           && (is(model, 0, "api")
               || (is_placeholder(model, 0) && !is(model, 2, "me")
                   && !is(model, 2, "mes") && !is(model, 2, "accounts")
                   && model->count > 2));
}

/* Tells whether a path has a reserved word where it makes it another one. */
static bool
is_not_api(const model_t *model)
{
    size_t v1 = version_of(model);

    for (size_t i = 0; i < v1; i++) {
        if (is_reserved(model, i)) {
            return true;
        }
    }

    return is_reserved(model, v1 + 1);
}

/* What is asked of the service stands behind the version: the same words, but
   that mes is called me. */
static bool
asks_the_same(const model_t *one, const model_t *other)
{
    size_t i = one->count, k = other->count;

    while (i > version_of(one) + 1
           || (version_of(one) == one->count && i > 1)) {
        if (k == 0) {
            return false;
        }
        i--;
        k--;
        if (strcmp(one->word[i], other->word[k]) != 0
            && !(is(one, i, "mes") && is(other, k, "me"))) {
            return false;
        }
    }

    return version_of(other) == k - 1;
}

/* --- properties --------------------------------------------------------- */

typedef struct {
    const ss_engine_t *engine;
    const char *account;
    uint32_t seed;
    ss_request_t request;
    ss_request_t leaves;
    ss_result_t first;
    ss_result_t again;
} trial_t;

static void
hold(const trial_t *trial, bool holds, const char *what)
{
    if (!holds) {
        fail_msg("seed %u: %s: account %s: %.*s %.*s %.*s -> %.*s", trial->seed,
                 what, trial->account != NULL ? trial->account : "-",
                 SS_FMT(trial->request.method),
                 SS_FMT(trial->request.authority), SS_FMT(trial->request.path),
                 SS_FMT(trial->leaves.path));
    }
}

static bool
has_repaired(const ss_result_t *result, const char *id)
{
    for (size_t i = 0; i < result->finding_count; i++) {
        if (result->findings[i].outcome == SS_REPAIRED
            && !strcmp(result->findings[i].rule->id, id)) {
            return true;
        }
    }

    return false;
}

/* A guess is to end where the service is known to have something. */
static bool
is_known(const model_t *model)
{
    return version_of(model) == 1
               ? model->count > 2
               : is(model, 0, "v1")
                     && (is(model, 1, "me") || is(model, 1, "mes")
                         || is(model, 1, "accounts"));
}

static bool
is_path_rule(const char *id)
{
    return !strncmp(id, "path-", 5) || !strncmp(id, "account-slug-", 13);
}

static bool
repaired_path(const ss_result_t *result)
{
    for (size_t i = 0; i < result->finding_count; i++) {
        if (result->findings[i].outcome == SS_REPAIRED
            && is_path_rule(result->findings[i].rule->id)) {
            return true;
        }
    }

    return false;
}

static bool
found_again(const ss_result_t *first, const ss_result_t *again)
{
    for (size_t i = 0; i < first->finding_count; i++) {
        for (size_t k = 0; k < again->finding_count; k++) {
            if (first->findings[i].outcome == SS_REPAIRED
                && first->findings[i].rule == again->findings[k].rule) {
                return true;
            }
        }
    }

    return again->edit_count > 0;
}

static void
hold_all(const trial_t *trial)
{
    bool moved = !ss_eq(trial->request.path, trial->leaves.path);
    ss_kind_t kind = trial->first.route.kind;
    model_t before, after;

    split(trial->request.path, &before);
    split(trial->leaves.path, &after);

    hold(trial, !found_again(&trial->first, &trial->again), "it leaves clean");
    hold(trial, moved == repaired_path(&trial->first), "a repair is an edit");
    hold(trial,
         ss_eq(trial->request.method, trial->leaves.method)
             || kind == SS_KIND_TOKEN,
         "the method stays");

    if (kind == SS_KIND_OTHER || kind == SS_KIND_MCP
        || kind == SS_KIND_AUTHORIZE
        || ss_eq(trial->request.method, SS_STR("OPTIONS"))) {
        hold(trial, trial->first.edit_count == 0, "it is not ours");
    }
    if (version_of(&before) < before.count && is_not_api(&before)) {
        hold(trial, kind == SS_KIND_OTHER, "a reserved word");
    }
    if (moved && kind != SS_KIND_TOKEN && kind != SS_KIND_OAUTH_OTHER) {
        hold(trial, !is_sure_404(&after, trial->account), "no repair to a 404");
        hold(trial,
             !has_repaired(&trial->first, "path-api-prefix")
                 || is_known(&after),
             "a guess ends well");
        hold(trial, asks_the_same(&before, &after), "it asks for the same");
        hold(trial, !is_not_api(&after), "no repair to a reserved word");
    }
}

static bool
try_one(trial_t *trial, test_mem_t *mem)
{
    static const ss_header_t headers[] = {
        { { (const uint8_t *) "Authorization", 13 },
          { (const uint8_t *) "Bearer abc", 10 } },
    };
    ss_mem_t m = test_mem(mem);

    trial->request = (ss_request_t){
        .method = ss_cstr(PICK(methods)),
        .scheme = SS_STR("http"),
        .authority = ss_cstr(PICK(hosts)),
        .path = exact(mem, random_path(mem)),
        .headers = headers,
        .header_count = 1,
        .at_gateway = roll(4) == 0,
    };

    assert_int_equal(
        ss_check(trial->engine, &trial->request, &m, &trial->first), SS_OK);
    trial->leaves = apply_edits(mem, &trial->request, &trial->first);
    assert_int_equal(ss_check(trial->engine, &trial->leaves, &m, &trial->again),
                     SS_OK);
    hold_all(trial);

    return repaired_path(&trial->first);
}

static uint32_t
number_of(const char *variable, uint32_t usual)
{
    const char *text = getenv(variable);

    return text != NULL ? (uint32_t) strtoul(text, NULL, 10) : usual;
}

static void
test_paths(void **unused)
{
    uint32_t first = number_of("SS_SEED", 1);
    uint32_t count = number_of("SS_COUNT", ROUNDS), repaired = 0;
    test_mem_t kept = TEST_MEM;
    trial_t trials[ENGINES];

    (void) unused;

    dice = random_seed(first);
    for (size_t i = 0; i < ENGINES; i++) {
        trials[i].account = accounts[i % COUNT(accounts)];
        trials[i].engine = random_engine(&kept, trials[i].account);
    }

    for (uint32_t seed = first; seed < first + count; seed++) {
        test_mem_t mem = TEST_MEM;
        trial_t *trial = &trials[seed % ENGINES];

        dice = random_seed(seed);
        trial->seed = seed;
        repaired += try_one(trial, &mem);
        test_mem_release(&mem);
    }

    /* or nothing was tried */
    assert_in_range(repaired, count / 10, count);
    test_mem_release(&kept);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_paths),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
