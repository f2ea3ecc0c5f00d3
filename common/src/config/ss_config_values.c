/*
 * ss_config_values.c: shapes and single values of a rules file.
 */

#include "config/ss_config.h"

#include "text/ss_letters.h"
#include "http/ss_placeholder.h"
#include "text/ss_suggest.h"

/* --- shapes ------------------------------------------------------------- */

bool
ss_config_is(ss_config_t *config, const ss_node_t *node, ss_node_type_t type)
{
    static const char *const wanted[] = { "a single value", "a list",
                                          "a map of keys and values" };

    if (node->type == type) {
        return true;
    }

    COMPLAIN(config, node, SS_STR("this must be "), ss_cstr(wanted[type]));

    return false;
}

static bool
is_empty(ss_config_t *config, const ss_node_t *node)
{
    if (node->text.len > 0
        && !(node->plain && ss_eq(node->text, SS_STR("~")))) {
        return false;
    }

    COMPLAIN(config, node, SS_STR("the value is missing"));

    return true;
}

/* A word may be quoted when it is nearly a known one, or at least a name. In
   "{ a, b }", meant as a list, what looks like keys are values. */
static bool
can_quote(const ss_config_t *config, ss_str_t word, const ss_node_t *value)
{
    bool alone = value != NULL && value->type == SS_NODE_SCALAR && value->plain
                 && value->text.len == 0;

    return config->diags->own && !alone && ss_diag_is_name(word);
}

void
ss_config_unknown(ss_config_t *config, const ss_node_t *node,
                  const ss_node_t *value, const char *what,
                  const char *const *words, size_t count)
{
    const char *near = ss_suggest(node->text, words, count);

    if (near != NULL) {
        COMPLAIN(config, node, SS_STR("unknown "), ss_cstr(what), SS_STR(" \""),
                 node->text, SS_STR("\"; did you mean \""), ss_cstr(near),
                 SS_STR("\"?"));
    } else if (can_quote(config, node->text, value)) {
        COMPLAIN(config, node, SS_STR("unknown "), ss_cstr(what), SS_STR(" \""),
                 node->text, SS_STR("\""));
    } else {
        COMPLAIN(config, node, SS_STR("unknown "), ss_cstr(what));
    }
}

static bool
is_word(ss_str_t text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (ss_eq(text, ss_cstr(words[i]))) {
            return true;
        }
    }

    return false;
}

void
ss_config_known(ss_config_t *config, const ss_node_t *map,
                const char *const *words, size_t count)
{
    for (size_t i = 0; i < map->count; i++) {
        if (!is_word(map->keys[i]->text, words, count)) {
            ss_config_unknown(config, map->keys[i], map->values[i], "key",
                              words, count);
        }
    }
}

/* Reads a map's keys in the order of the table, whatever the file's is. */
void
ss_config_keys(ss_config_t *config, const ss_node_t *node, const ss_key_t *keys,
               size_t count, void *target)
{
    const char *names[SS_KEYS_MAX] = { NULL };

    if (!ss_config_is(config, node, SS_NODE_MAP)) {
        return;
    }

    for (size_t i = 0; i < count; i++) {
        names[i] = keys[i].name;
    }

    ss_config_known(config, node, names, count);

    for (size_t i = 0; i < count; i++) {
        const ss_node_t *value = ss_yaml_get(node, keys[i].name);

        if (value != NULL) {
            keys[i].read(config, value, target);
        }
    }
}

void *
ss_config_array(ss_config_t *config, size_t count, size_t size)
{
    void *p = ss_alloc(config->mem, count, size);

    config->nomem |= p == NULL;

    return p;
}

void
ss_config_judge(ss_diags_t *diags, const ss_node_t *root)
{
    diags->own = root == NULL && ss_diag_is_own(diags->keys, diags->text);

    for (size_t i = 0; i < diags->keys->top && !diags->own; i++) {
        diags->own = ss_yaml_get(root, diags->keys->keys[i].name) != NULL;
    }
}

/* --- single values ------------------------------------------------------ */

void
ss_read_string(ss_config_t *config, const ss_node_t *node, void *target)
{
    ss_str_t *string = target;

    if (!ss_config_is(config, node, SS_NODE_SCALAR) || is_empty(config, node)) {
        return;
    }

    for (size_t i = 0; i < node->text.len; i++) {
        if (node->text.data[i] < ' ' || node->text.data[i] == 0x7f) {
            COMPLAIN(config, node,
                     SS_STR("control characters are not allowed here"));
            return;
        }
    }

    *string = node->text;
}

void
ss_read_text(ss_config_t *config, const ss_node_t *node, void *target)
{
    if (node->type == SS_NODE_SCALAR
        && ss_is_configured_placeholder(node->text)) {
        COMPLAIN(config, node, SS_STR(SS_PLACEHOLDER));
        return;
    }

    ss_read_string(config, node, target);
}

void
ss_read_mode(ss_config_t *config, const ss_node_t *node, void *target)
{
    ss_mode_t *mode = target;

    if (!ss_config_is(config, node, SS_NODE_SCALAR)) {
        return;
    }

    *mode = ss_mode_parse(node->text);
    if (*mode == SS_MODE_UNSET) {
        COMPLAIN(config, node, SS_STR("mode must be off, observe or enforce"));
    }
}

void
ss_read_origin(ss_config_t *config, const ss_node_t *node, void *target)
{
    if (!ss_config_is(config, node, SS_NODE_SCALAR)) {
        return;
    }

    if (!ss_origin_parse(node->text, target)) {
        COMPLAIN(config, node,
                 SS_STR("this must be http://host[:port] or "
                        "https://host[:port], without a path"));
    }
}

void
ss_read_account(ss_config_t *config, const ss_node_t *node, void *target)
{
    ss_profile_t *profile = target;
    const char *problem;

    if (!ss_config_is(config, node, SS_NODE_SCALAR)) {
        return;
    }

    profile->account_auto = ss_eq(node->text, SS_STR("auto"));
    if (profile->account_auto) {
        profile->account = SS_STR("");
        return;
    }

    problem = ss_account_problem(node->text);
    if (problem != NULL) {
        COMPLAIN(config, node, ss_cstr(problem));
        return;
    }

    profile->account = node->text;
}

static size_t
unit_of(uint8_t c)
{
    switch (ss_lower(c)) {
    case 'k':
        return 1024;
    case 'm':
        return 1024 * 1024;
    default:
        return c >= '0' && c <= '9' ? 1 : 0;
    }
}

#define BODY_LIMIT_MAX (64u * 1024 * 1024)

static bool
size_parse(ss_str_t text, size_t *size)
{
    size_t unit = text.len > 0 ? unit_of(text.data[text.len - 1]) : 0;

    text.len -= unit > 1;
    *size = 0;

    if (unit == 0 || text.len == 0 || text.len > 9) {
        return false;
    }

    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return false;
        }
        *size = *size * 10 + (text.data[i] - '0');
    }

    *size *= unit;

    return *size >= 1 && *size <= BODY_LIMIT_MAX;
}

void
ss_read_size(ss_config_t *config, const ss_node_t *node, void *target)
{
    size_t size;

    if (!ss_config_is(config, node, SS_NODE_SCALAR)) {
        return;
    }

    if (!size_parse(node->text, &size)) {
        COMPLAIN(config, node,
                 SS_STR("this must be a size from 1 to 64m, "
                        "such as 512k or 1m"));
        return;
    }

    *(size_t *) target = size;
}

static ss_str_t
number_text(ss_config_t *config, unsigned number)
{
    ss_buf_t buf;
    ss_str_t text;

    ss_buf_init(&buf, config->mem);
    ss_buf_addu(&buf, number);
    config->nomem |= ss_buf_done(&buf, &text) != SS_OK;

    return text;
}

/* Rules files are copied, too: with such a character in it the right id would
   be taken for a wrong one, and repaired. */
void
ss_read_client_id(ss_config_t *config, const ss_node_t *node, void *target)
{
    ss_credential_t *credential = target;
    ss_str_t rest;

    ss_read_text(config, node, &credential->client_id);

    rest = credential->client_id;
    for (unsigned at = 1; rest.len > 0; at++) {
        ss_letter_t letter = ss_letter_next(&rest);

        if (letter.hidden != NULL || letter.as_is.len > 1) {
            COMPLAIN(
                config, node, SS_STR("no client_id has "),
                ss_cstr(letter.hidden != NULL ? letter.hidden->name
                                              : "a letter that is not ASCII"),
                SS_STR(", as this one at character "), number_text(config, at),
                SS_STR("; copy it from ScopeStack itself"));
            return;
        }
    }
}

void
ss_read_digest(ss_config_t *config, const ss_node_t *node, void *target)
{
    ss_credential_t *credential = target;
    ss_str_t hex = node->text;

    if (!ss_config_is(config, node, SS_NODE_SCALAR)) {
        return;
    }

    for (size_t i = 0; i < 32 && hex.len == 64; i++) {
        int c = ss_hex_pair(hex, 2 * i);

        if (c < 0) {
            break;
        }
        credential->secret_sha256[i] = (uint8_t) c;
        credential->has_secret = i == 31;
    }

    if (!credential->has_secret) {
        COMPLAIN(config, node,
                 SS_STR("client_secret_sha256 must be 64 hex digits; `sscurl "
                        "--ss-hash` prints them"));
    }
}

void
ss_read_action(ss_config_t *config, const ss_node_t *node, void *target)
{
    static const char *const words[] = { "off", "report", "repair", "reject" };
    ss_action_t *action = target;

    if (!ss_config_is(config, node, SS_NODE_SCALAR)) {
        return;
    }

    for (size_t i = 0; i < COUNT(words); i++) {
        if (ss_eq(node->text, ss_cstr(words[i]))) {
            *action = (ss_action_t) i;
            return;
        }
    }

    COMPLAIN(config, node,
             SS_STR("an action must be off, report, repair or reject"));
}

void
ss_read_parameter(ss_config_t *config, const ss_node_t *node,
                  const ss_parameter_t *parameter, unsigned *value)
{
    unsigned number;

    if (!ss_config_is(config, node, SS_NODE_SCALAR)) {
        return;
    }

    /* YAML may take 010 for 8 */
    if (ss_whole_number(node->text, &number)
        && (node->text.data[0] != '0' || node->text.len == 1)
        && number >= parameter->minimum && number <= parameter->maximum) {
        *value = number;
        return;
    }

    COMPLAIN(config, node, ss_cstr(parameter->name),
             SS_STR(" must be a whole number from "),
             number_text(config, parameter->minimum), SS_STR(" to "),
             number_text(config, parameter->maximum));
}

void
ss_read_address(ss_config_t *config, const ss_node_t *node, void *target)
{
    if (ss_config_is(config, node, SS_NODE_SCALAR)
        && !ss_cidr_parse(node->text, target)) {
        COMPLAIN(config, node,
                 SS_STR("address must be an IP address or a "
                        "network such as 10.1.0.0/16"));
    }
}
