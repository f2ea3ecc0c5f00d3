/*
 * ss_case_response.c: the response of a case, and what is to explain it.
 */

#include "cases/ss_case.h"

void
ss_check_bodies(ss_config_t *config, const ss_node_t *node)
{
    static const char *const keys[] = { "body", "body_hex", "body_repeat" };
    unsigned bodies = 0;

    for (size_t i = 0; i < COUNT(keys); i++) {
        bodies += ss_yaml_get(node, keys[i]) != NULL;
    }

    if (bodies > 1) {
        COMPLAIN(config, node, SS_STR("more than one body"));
    }
}

void
ss_read_status(ss_config_t *config, const ss_node_t *node, unsigned *status)
{
    unsigned number;

    if (!ss_config_is(config, node, SS_NODE_SCALAR)) {
        return;
    }

    if (node->text.len != 3 || !ss_whole_number(node->text, &number)
        || number < 100) {
        COMPLAIN(config, node, SS_STR("status must be three digits"));
        return;
    }

    *status = number;
}

/* --- the response ------------------------------------------------------- */

/* Headers and bodies are read as those of requests are. */
typedef struct {
    ss_request_t message;
    unsigned status;
    bool partial;
} reading_t;

static void
read_status(ss_config_t *config, const ss_node_t *node, void *target)
{
    ss_read_status(config, node, &((reading_t *) target)->status);
}

static void
read_headers(ss_config_t *config, const ss_node_t *node, void *target)
{
    ss_read_headers(config, node, &((reading_t *) target)->message);
}

static void
read_body(ss_config_t *config, const ss_node_t *node, void *target)
{
    ss_read_body(config, node, &((reading_t *) target)->message);
}

static void
read_body_hex(ss_config_t *config, const ss_node_t *node, void *target)
{
    ss_read_body_hex(config, node, &((reading_t *) target)->message);
}

static void
read_body_repeat(ss_config_t *config, const ss_node_t *node, void *target)
{
    ss_read_body_repeat(config, node, &((reading_t *) target)->message);
}

static void
read_complete(ss_config_t *config, const ss_node_t *node, void *target)
{
    bool no = ss_eq(node->text, SS_STR("false"));

    if (ss_config_is(config, node, SS_NODE_SCALAR) && !no
        && !ss_eq(node->text, SS_STR("true"))) {
        COMPLAIN(config, node, SS_STR("this must be true or false"));
    }
    ((reading_t *) target)->partial = no;
}

void
ss_read_response(ss_config_t *config, const ss_node_t *node, void *target)
{
    static const ss_key_t keys[] = {
        { "status", read_status },
        { "headers", read_headers },
        { "body", read_body },
        { "body_hex", read_body_hex },
        { "body_repeat", read_body_repeat },
        { "complete", read_complete },
    };
    reading_t reading = { .message = { .body = SS_STR("") } };
    ss_case_t *item = target;
    ss_str_t body;

    ss_config_keys(config, node, keys, COUNT(keys), &reading);
    ss_check_bodies(config, node);
    if (node->type == SS_NODE_MAP && ss_yaml_get(node, "status") == NULL) {
        COMPLAIN(config, node, SS_STR("a response needs a status"));
    }

    /* as adapters keep it */
    body = reading.message.body;
    reading.partial |= body.len > SS_EXPLAIN_BODY_MAX;
    body.len = body.len > SS_EXPLAIN_BODY_MAX ? SS_EXPLAIN_BODY_MAX : body.len;

    item->has_response = 1;
    item->response = (ss_response_t){
        .status = reading.status,
        .headers = reading.message.headers,
        .header_count = reading.message.header_count,
        .body = body,
        .body_complete = !reading.partial,
    };
}

/* --- what explains it --------------------------------------------------- */

static const ss_cause_info_t *
read_cause(ss_config_t *config, const ss_node_t *node)
{
    const ss_cause_info_t *cause;

    if (!ss_config_is(config, node, SS_NODE_SCALAR)) {
        return NULL;
    }

    cause = ss_cause_find(node->text);
    if (cause == NULL) {
        COMPLAIN(config, node,
                 SS_STR("there is no such cause; docs/causes "
                        "has all of them"));
    }

    return cause;
}

void
ss_read_explains(ss_config_t *config, const ss_node_t *node, void *target)
{
    ss_case_t *item = target;
    const ss_cause_info_t **causes;

    if (!ss_config_is(config, node, SS_NODE_LIST)) {
        return;
    }

    causes = ss_config_array(config, node->count, sizeof(causes[0]));
    for (size_t i = 0; causes != NULL && i < node->count; i++) {
        causes[i] = read_cause(config, node->items[i]);
    }

    item->explains = causes;
    item->explain_count = causes != NULL ? node->count : 0;
}
