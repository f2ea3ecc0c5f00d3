/*
 * ss_names.c: the words of the rules file and of all output.
 */

#include "text/ss_str.h"

const char *
ss_kind_name(ss_kind_t kind)
{
    static const char *const names[SS_KIND_COUNT] = {
        [SS_KIND_TOKEN] = "token",
        [SS_KIND_AUTHORIZE] = "authorize",
        [SS_KIND_OAUTH_OTHER] = "oauth-other",
        [SS_KIND_API] = "api",
        [SS_KIND_FILE] = "file",
        [SS_KIND_ACTION] = "action",
        [SS_KIND_MCP] = "mcp",
        [SS_KIND_OTHER] = "other",
    };

    return names[kind];
}

const char *
ss_mode_name(ss_mode_t mode)
{
    static const char *const names[] = { "unset", "off", "observe", "enforce" };

    return names[mode];
}

ss_mode_t
ss_mode_parse(ss_str_t word)
{
    for (ss_mode_t mode = SS_MODE_OFF; mode <= SS_MODE_ENFORCE; mode++) {
        if (ss_eq(word, ss_cstr(ss_mode_name(mode)))) {
            return mode;
        }
    }

    return SS_MODE_UNSET;
}

const char *
ss_severity_name(ss_severity_t severity)
{
    static const char *const names[] = { "error", "warning", "info" };

    return names[severity];
}

const char *
ss_action_name(ss_action_t action)
{
    static const char *const names[] = { "off", "report", "repair", "reject" };

    return names[action];
}

const char *
ss_repair_name(ss_repair_t repair)
{
    static const char *const names[] = { "none", "safe", "lossless", "guess" };

    return names[repair];
}

const char *
ss_outcome_name(ss_outcome_t outcome)
{
    static const char *const names[] = { "reported", "would-repair", "repaired",
                                         "would-reject", "rejected" };

    return names[outcome];
}

const char *
ss_verdict_name(ss_verdict_t verdict)
{
    return verdict == SS_PASS ? "pass"
           : verdict == SS_VERDICT_ERROR
               ? "error"
               : ss_outcome_name((ss_outcome_t) (verdict - 1));
}
