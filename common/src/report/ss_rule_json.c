/*
 * ss_rule_json.c: what a rule is, for other programs.
 */

#include "json/ss_json.h"

static void
add_string(ss_buf_t *buf, const char *before, const char *value)
{
    ss_buf_adds(buf, before);
    ss_json_quote(buf, ss_cstr(value));
}

static void
add_kinds(ss_buf_t *buf, unsigned kinds)
{
    const char *separator = ",\"kinds\":[";

    for (ss_kind_t kind = 0; kind < SS_KIND_COUNT; kind++) {
        if (kinds & 1u << kind) {
            add_string(buf, separator, ss_kind_name(kind));
            separator = ",";
        }
    }
    ss_buf_addc(buf, ']');
}

static void
add_parameters(ss_buf_t *buf, const ss_parameter_t *parameters)
{
    ss_buf_adds(buf, ",\"parameters\":[");

    for (size_t i = 0; i < SS_PARAMETERS_MAX && parameters[i].name != NULL;
         i++) {
        ss_buf_adds(buf, i > 0 ? "," : "");
        add_string(buf, "{\"name\":", parameters[i].name);
        add_string(buf, ",\"summary\":", parameters[i].summary);
        ss_buf_adds(buf, ",\"minimum\":");
        ss_buf_addu(buf, parameters[i].minimum);
        ss_buf_adds(buf, ",\"maximum\":");
        ss_buf_addu(buf, parameters[i].maximum);
        ss_buf_adds(buf, ",\"default\":");
        ss_buf_addu(buf, parameters[i].value);
        ss_buf_addc(buf, '}');
    }

    ss_buf_addc(buf, ']');
}

int
ss_rule_json(const ss_rule_info_t *rule, const ss_mem_t *mem, ss_str_t *text)
{
    ss_str_t doc = ss_rule_doc(rule, mem);
    ss_buf_t buf;

    ss_buf_init(&buf, mem);
    buf.failed = doc.data == NULL;

    add_string(&buf, "{\"id\":", rule->id);
    add_string(&buf, ",\"summary\":", rule->summary);
    add_string(&buf, ",\"fix\":", rule->fix);
    add_string(&buf, ",\"severity\":", ss_severity_name(rule->severity));
    add_string(&buf, ",\"default\":", ss_action_name(rule->action));
    add_string(&buf, ",\"repair\":", ss_repair_name(rule->repair));
    add_kinds(&buf, rule->kinds);
    add_parameters(&buf, rule->parameters);
    ss_buf_adds(&buf, ",\"doc\":");
    ss_json_quote(&buf, doc);
    ss_buf_addc(&buf, '}');

    return ss_buf_done(&buf, text);
}
