/*
 * ss_case.c: a file of cases. What may stand where is in the tables below, as
 * for rules files.
 */

#include "cases/ss_case.h"

/* While a case is read. */
typedef struct {
    ss_case_t item;
    bool only_said;
} reading_t;

static ss_case_t *
item_of(void *target)
{
    return &((reading_t *) target)->item;
}

/* Is read when all else is. */
static void
read_later(ss_config_t *config, const ss_node_t *node, void *target)
{
    (void) config;
    (void) node;
    (void) target;
}

static void
read_bool(ss_config_t *config, const ss_node_t *node, bool *value)
{
    if (!ss_config_is(config, node, SS_NODE_SCALAR)) {
        return;
    }

    *value = ss_eq(node->text, SS_STR("true"));
    if (!*value && !ss_eq(node->text, SS_STR("false"))) {
        COMPLAIN(config, node, SS_STR("this must be true or false"));
    }
}

static const ss_str_t *
read_texts(ss_config_t *config, const ss_node_t *node, size_t *count)
{
    ss_str_t *texts;

    if (!ss_config_is(config, node, SS_NODE_LIST)) {
        return NULL;
    }

    texts = ss_config_array(config, node->count, sizeof(*texts));
    for (size_t i = 0; texts != NULL && i < node->count; i++) {
        ss_read_string(config, node->items[i], &texts[i]);
    }
    *count = texts != NULL ? node->count : 0;

    return texts;
}

/* --- what is expected --------------------------------------------------- */

static void
read_outcome(ss_config_t *config, const ss_node_t *node, ss_case_find_t *find)
{
    const char *words[SS_REJECTED + 1];

    if (!ss_config_is(config, node, SS_NODE_SCALAR)) {
        return;
    }

    for (ss_outcome_t i = SS_REPORTED; i <= SS_REJECTED; i++) {
        words[i] = ss_outcome_name(i);
        if (ss_eq(node->text, ss_cstr(words[i]))) {
            find->outcomes |= 1u << i;
            return;
        }
    }

    ss_config_unknown(config, node, NULL, "outcome", words, COUNT(words));
}

static void
read_find(ss_config_t *config, const ss_node_t *key, const ss_node_t *node,
          ss_case_find_t *find)
{
    find->rule = ss_rule_find(key->text);
    if (find->rule == NULL) {
        ss_config_unknown_rule(config, key);
        return;
    }

    if (node->type != SS_NODE_LIST) {
        read_outcome(config, node, find);
    }
    for (size_t i = 0; node->type == SS_NODE_LIST && i < node->count; i++) {
        read_outcome(config, node->items[i], find);
    }
}

static void
read_finds(ss_config_t *config, const ss_node_t *node, void *target)
{
    ss_case_t *item = item_of(target);
    ss_case_find_t *finds;

    if (!ss_config_is(config, node, SS_NODE_MAP)) {
        return;
    }

    finds = ss_config_array(config, node->count, sizeof(*finds));
    for (size_t i = 0; finds != NULL && i < node->count; i++) {
        read_find(config, node->keys[i], node->values[i], &finds[i]);
    }

    item->finds = finds;
    item->find_count = finds != NULL ? node->count : 0;
}

static void
read_says(ss_config_t *config, const ss_node_t *node, void *target)
{
    item_of(target)->says =
        read_texts(config, node, &item_of(target)->say_count);
}

static void
read_only(ss_config_t *config, const ss_node_t *node, void *target)
{
    bool only = false;

    read_bool(config, node, &only);
    item_of(target)->only = only;
    ((reading_t *) target)->only_said = true;
}

static void
read_backends(ss_config_t *config, const ss_node_t *node, void *target)
{
    static const char *const words[] = { "core", "gateway", "sscurl" };
    ss_case_t *item = item_of(target);

    item->backends = read_texts(config, node, &item->backend_count);
    for (size_t i = 0; i < item->backend_count; i++) {
        bool known = false;

        for (size_t k = 0; k < COUNT(words); k++) {
            known |= ss_eq(item->backends[i], ss_cstr(words[k]));
        }
        if (!known && item->backends[i].len > 0) {
            ss_config_unknown(config, node->items[i], NULL, "backend", words,
                              COUNT(words));
        }
    }
}

static void
read_status(ss_config_t *config, const ss_node_t *node, void *target)
{
    ss_read_status(config, node, &((ss_case_t *) target)->status);
}

static void
read_code(ss_config_t *config, const ss_node_t *node, void *target)
{
    ss_read_string(config, node, &((ss_case_t *) target)->code);
}

static void
read_answer(ss_config_t *config, const ss_node_t *node, void *target)
{
    static const ss_key_t keys[] = {
        { "status", read_status },
        { "code", read_code },
    };

    ss_config_keys(config, node, keys, COUNT(keys), item_of(target));
    if (node->type == SS_NODE_MAP && ss_yaml_get(node, "status") == NULL) {
        COMPLAIN(config, node, SS_STR("an answer needs a status"));
    }
}

/* --- requests ----------------------------------------------------------- */

static void
read_leaves(ss_config_t *config, const ss_node_t *node, void *target)
{
    static const ss_key_t keys[] = {
        { "request", ss_read_target },
        { "headers", ss_read_headers },
        { "body", ss_read_body },
        { "body_hex", ss_read_body_hex },
    };
    static const unsigned bits[] = { SS_CASE_TARGET, SS_CASE_HEADERS,
                                     SS_CASE_BODY, SS_CASE_BODY };
    ss_case_t *item = item_of(target);

    ss_config_keys(config, node, keys, COUNT(keys), &item->leaves);
    ss_check_bodies(config, node);

    for (size_t i = 0; i < COUNT(keys); i++) {
        if (ss_yaml_get(node, keys[i].name) != NULL) {
            item->compared |= bits[i];
        }
    }

    /* nothing differs: all of it leaves as it came */
    if (node->count == 0) {
        item->compared = SS_CASE_ALL;
    }
}

#define READ_REQUEST(name, reader)                                             \
    static void name(ss_config_t *config, const ss_node_t *node, void *target) \
    {                                                                          \
        reader(config, node, &item_of(target)->request);                       \
    }
READ_REQUEST(read_request, ss_read_target)
READ_REQUEST(read_headers, ss_read_headers)
READ_REQUEST(read_body, ss_read_body)
READ_REQUEST(read_body_hex, ss_read_body_hex)
READ_REQUEST(read_body_repeat, ss_read_body_repeat)

static void
read_address(ss_config_t *config, const ss_node_t *node, void *target)
{
    ss_read_string(config, node, &item_of(target)->request.address);
}

static void
read_name(ss_config_t *config, const ss_node_t *node, void *target)
{
    ss_read_string(config, node, &item_of(target)->name);
}

static void
read_response(ss_config_t *config, const ss_node_t *node, void *target)
{
    ss_read_response(config, node, item_of(target));
}

static void
read_explains(ss_config_t *config, const ss_node_t *node, void *target)
{
    ss_read_explains(config, node, item_of(target));
}

/* --- a case ------------------------------------------------------------- */

static const ss_key_t case_keys[] = {
    { "name", read_name },         { "config", read_later },
    { "request", read_request },   { "headers", read_headers },
    { "address", read_address },   { "body", read_body },
    { "body_hex", read_body_hex }, { "body_repeat", read_body_repeat },
    { "finds", read_finds },       { "says", read_says },
    { "leaves", read_later },      { "answer", read_answer },
    { "only", read_only },         { "backends", read_backends },
    { "response", read_response }, { "explains", read_explains },
};

static void
need(ss_config_t *config, const ss_node_t *node, const char *key)
{
    if (node->type == SS_NODE_MAP && ss_yaml_get(node, key) == NULL) {
        COMPLAIN(config, node, SS_STR("a case needs "), ss_cstr(key));
    }
}

/* What all cases of a file share. */
typedef struct {
    bool only;
    const ss_case_rules_t *rules; /* the rules file that they are for */
    ss_case_rules_t own;          /* with the `config` of the file over it */
} shared_t;

static ss_case_t
read_case(ss_config_t *config, const ss_node_t *node, const shared_t *shared)
{
    reading_t reading = { .item = { .line = node->line } };
    const ss_node_t *leaves = ss_yaml_get(node, "leaves");
    const ss_node_t *rules = ss_yaml_get(node, "config");
    ss_case_t *item = &reading.item;
    ss_case_rules_t own = shared->own;

    ss_config_keys(config, node, case_keys, COUNT(case_keys), &reading);
    need(config, node, "name");
    need(config, node, "request");
    need(config, node,
         ss_yaml_get(node, "response") != NULL ? "explains" : "finds");
    if (ss_yaml_get(node, "explains") != NULL) {
        need(config, node, "response");
    }
    ss_check_bodies(config, node);

    /* where nothing is expected there is nothing else to be let pass */
    item->only =
        (reading.only_said ? item->only : shared->only)
        || (item->find_count == 0 && ss_yaml_get(node, "finds") != NULL);

    item->leaves = item->request;
    if (leaves != NULL) {
        read_leaves(config, leaves, &reading);
    }
    item->compared = item->only ? SS_CASE_ALL : item->compared;

    /* in place of the file's, not over it */
    if (rules != NULL) {
        ss_case_config(config, rules, shared->rules, &own);
    }
    item->engine = own.engine;
    item->config = own.text;

    return *item;
}

/* --- the file ----------------------------------------------------------- */

static void
read_file_rule(ss_config_t *config, const ss_node_t *node, void *target)
{
    if (!ss_config_is(config, node, SS_NODE_SCALAR)) {
        return;
    }

    ((ss_cases_t *) target)->rule = node->text;
    if (ss_rule_find(node->text) == NULL) {
        ss_config_unknown_rule(config, node);
    }
}

static const ss_key_t file_keys[] = {
    { "rule", read_file_rule }, { "only", read_later },
    { "config", read_later },   { "shared", read_later },
    { "cases", read_later },
};

static void
read_cases(ss_config_t *config, const ss_node_t *list, const shared_t *shared,
           ss_cases_t *cases)
{
    ss_case_t *items;

    if (!ss_config_is(config, list, SS_NODE_LIST)) {
        return;
    }
    if (list->count == 0) {
        COMPLAIN(config, list, SS_STR("there are no cases"));
        return;
    }

    items = ss_config_array(config, list->count, sizeof(*items));
    for (size_t i = 0; items != NULL && i < list->count; i++) {
        items[i] = read_case(config, list->items[i], shared);
    }
    cases->items = items;
    cases->count = list->count;
}

static void
read_root(ss_config_t *config, const ss_node_t *root, ss_cases_t *cases,
          const ss_case_rules_t *rules)
{
    const ss_node_t *only = ss_yaml_get(root, "only");
    const ss_node_t *list = ss_yaml_get(root, "cases");
    shared_t shared = { .rules = rules, .own = *rules };

    ss_config_keys(config, root, file_keys, COUNT(file_keys), cases);
    if (root->type != SS_NODE_MAP) {
        return;
    }

    if (only != NULL) {
        read_bool(config, only, &shared.only);
    }
    if (ss_yaml_get(root, "config") != NULL) {
        ss_case_config(config, ss_yaml_get(root, "config"), rules, &shared.own);
    }

    if (list != NULL) {
        read_cases(config, list, &shared, cases);
    } else {
        COMPLAIN(config, root, SS_STR("a file of cases has the key cases"));
    }
}

/* What may be shown of a line with an error. */
static const ss_diag_key_t shown[] = {
    { "rule", SS_SHOW_WORD },        { "only", SS_SHOW_WORD },
    { "config", SS_SHOW_NONE },      { "shared", SS_SHOW_NONE },
    { "cases", SS_SHOW_NONE },       { "<<", SS_SHOW_NONE },
    { "name", SS_SHOW_NONE },        { "request", SS_SHOW_NONE },
    { "headers", SS_SHOW_NONE },     { "address", SS_SHOW_NONE },
    { "body", SS_SHOW_NONE },        { "body_hex", SS_SHOW_NONE },
    { "body_repeat", SS_SHOW_NONE }, { "finds", SS_SHOW_NONE },
    { "says", SS_SHOW_NONE },        { "leaves", SS_SHOW_NONE },
    { "answer", SS_SHOW_NONE },      { "status", SS_SHOW_NUMBER },
    { "code", SS_SHOW_NONE },        { "backends", SS_SHOW_WORD },
    { "before", SS_SHOW_NONE },      { "text", SS_SHOW_NONE },
    { "times", SS_SHOW_NUMBER },     { "response", SS_SHOW_NONE },
    { "explains", SS_SHOW_WORD },    { "complete", SS_SHOW_WORD },
    { "version", SS_SHOW_NUMBER },   { "mode", SS_SHOW_WORD },
    { "service", SS_SHOW_NONE },     { "limits", SS_SHOW_NONE },
    { "rules", SS_SHOW_NONE },       { "credentials", SS_SHOW_NONE },
    { "teams", SS_SHOW_NONE },       { "action", SS_SHOW_WORD },
};
static const ss_diag_keys_t shown_keys = { shown, COUNT(shown), 5 };

static int
read_text(ss_config_t *config, ss_str_t yaml, ss_cases_t *cases,
          const ss_case_rules_t *rules)
{
    ss_yaml_errors_t errors;
    ss_node_t *root;
    int rc = ss_yaml_parse(yaml, config->mem, &root, &errors);

    if (rc == SS_ERR_NOMEM) {
        return rc;
    }

    ss_config_judge(config->diags, root);
    for (unsigned i = 0; i < errors.count; i++) {
        SS_DIAG(config->diags, errors.items[i].line, errors.items[i].column,
                ss_cstr(errors.items[i].message));
    }

    if (root != NULL) {
        read_root(config, root, cases, rules);
    } else if (rc == SS_OK) {
        SS_DIAG(config->diags, 1, 1, SS_STR("the file is empty"));
    }

    return config->nomem ? SS_ERR_NOMEM : SS_OK;
}

int
ss_cases_read(ss_cases_t *cases, ss_str_t yaml, const char *name,
              ss_str_t rules, const ss_mem_t *mem, ss_str_t *errors)
{
    ss_config_t config = { .mem = mem };
    ss_case_rules_t base;
    ss_diags_t diags;
    int rc;

    *cases = (ss_cases_t){ .name = name, .rule = SS_STR("") };
    *errors = SS_STR("");

    if (yaml.len > SS_CONFIG_MAX) {
        return ss_diag_file(name, SS_TOO_LARGE, mem, errors);
    }

    rc = ss_case_rules(&base, rules, mem);
    if (rc != SS_OK) {
        return rc == SS_ERR_NOMEM
                   ? rc
                   : ss_diag_file(name, "it is for a rules file with errors",
                                  mem, errors);
    }

    ss_diags_init(&diags, name, yaml, &shown_keys, mem);
    config.diags = &diags;

    rc = read_text(&config, yaml, cases, &base);
    if (rc == SS_OK && ss_diags_done(&diags, errors) != SS_OK) {
        rc = SS_ERR_NOMEM;
    }
    if (rc == SS_OK && errors->len > 0) {
        rc = SS_ERR_CONFIG;
    }
    if (rc != SS_OK) {
        *cases = (ss_cases_t){ .name = name, .rule = SS_STR("") };
        *errors = rc == SS_ERR_NOMEM ? SS_STR("") : *errors;
    }

    return rc;
}
