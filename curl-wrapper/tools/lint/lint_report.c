/*
 * lint_report.c: the findings of a file in the forms that people and other
 * programs read.
 */

#include <stdlib.h>
#include <string.h>

#include "tools/lint/lint.h"

typedef struct {
    lint_t *lint;
    FILE *out;
} out_t;

static void
put(const out_t *out, ss_str_t text)
{
    fwrite(text.data, 1, text.len, out->out);
}

static void
find_place(const lint_t *lint, place_t at, size_t *line, size_t *column)
{
    places_find(&lint->places, at.offset, line, column);
}

static size_t
request_count(const lint_t *lint)
{
    return lint->checked_count + lint->elsewhere;
}

static const char *
plural(size_t n)
{
    return n == 1 ? "" : "s";
}

/* --- text --------------------------------------------------------------- */

static void
put_finding(const out_t *out, const lint_finding_t *finding, ss_str_t name)
{
    size_t line, column;

    find_place(out->lint, finding->at, &line, &column);

    fprintf(out->out, "%s:%zu:%zu: %s: ", out->lint->file, line, column,
            ss_severity_name(finding->rule->severity));
    put(out, finding->place);
    fputs(": ", out->out);
    put(out, finding->message);
    fprintf(out->out, " [%s, %s]\n  request: ", finding->rule->id,
            ss_outcome_name(finding->outcome));
    put(out, name);
    fputs("\n  to do: ", out->out);
    put(out, finding->fix);
    fputs("\n", out->out);
}

static void
put_sum(const out_t *out)
{
    const lint_t *lint = out->lint;

    fprintf(out->out,
            "%s: %zu request%s checked, %zu to other hosts; "
            "%zu finding%s\n",
            lint->file, lint->checked_count, plural(lint->checked_count),
            lint->elsewhere, lint->finding_count, plural(lint->finding_count));
}

static int
report_text(const out_t *out)
{
    const lint_t *lint = out->lint;

    for (size_t i = 0; i < lint->checked_count; i++) {
        const lint_checked_t *checked = &lint->checked[i];

        for (size_t k = 0; k < checked->count; k++) {
            put_finding(out, &lint->findings[checked->first + k],
                        checked->name);
        }
    }
    put_sum(out);

    return 0;
}

/* --- JSON --------------------------------------------------------------- */

static json_t *
string_of(ss_str_t text)
{
    return json_stringn((const char *) text.data, text.len);
}

static json_t *
integer_of(size_t n)
{
    return json_integer((json_int_t) n);
}

/* A file's name is any bytes. */
static json_t *
file_name(const lint_t *lint)
{
    ss_str_t text;

    return ss_printable(str_of(lint->file), &lint->mem, &text) == SS_OK
               ? string_of(text)
               : NULL;
}

static ss_str_t
doc_of(const lint_t *lint, const ss_rule_info_t *rule)
{
    return ss_rule_doc(rule, &lint->mem);
}

static json_t *
json_finding(const lint_t *lint, const lint_finding_t *finding, ss_str_t name)
{
    size_t line, column;
    json_t *object;

    find_place(lint, finding->at, &line, &column);

    object = json_pack(
        "{s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "rule",
        finding->rule->id, "outcome", ss_outcome_name(finding->outcome),
        "severity", ss_severity_name(finding->rule->severity), "place",
        string_of(finding->place), "message", string_of(finding->message),
        "fix", string_of(finding->fix), "doc",
        string_of(doc_of(lint, finding->rule)), "request", string_of(name),
        "line", integer_of(line), "column", integer_of(column));

    if (lint->doc.json != NULL) {
        json_object_set_new(
            object, "pointer",
            string_of(json_pointer(&lint->doc, finding->at.spot, &lint->mem)));
    }

    return object;
}

/* Calls make for each finding; what it makes are the items of the array. */
static json_t *
json_findings(const lint_t *lint,
              json_t *(*make)(const lint_t *, const lint_finding_t *, ss_str_t))
{
    json_t *array = json_array();

    for (size_t i = 0; i < lint->checked_count; i++) {
        const lint_checked_t *checked = &lint->checked[i];

        for (size_t k = 0; k < checked->count; k++) {
            if (json_array_append_new(
                    array, make(lint, &lint->findings[checked->first + k],
                                checked->name))
                != 0) {
                json_decref(array);
                return NULL;
            }
        }
    }

    return array;
}

/* Takes object. */
static int
dump(const out_t *out, json_t *object, size_t flags)
{
    int rc = object != NULL ? json_dumpf(object, out->out, flags) : -1;

    json_decref(object);
    fputs("\n", out->out);

    return rc;
}

static int
report_json(const out_t *out)
{
    const lint_t *lint = out->lint;

    return dump(out,
                json_pack("{s:o, s:s, s:o, s:o, s:o, s:o}", "file",
                          file_name(lint), "format", lint->kind, "requests",
                          integer_of(request_count(lint)), "checked",
                          integer_of(lint->checked_count), "elsewhere",
                          integer_of(lint->elsewhere), "findings",
                          json_findings(lint, json_finding)),
                JSON_COMPACT);
}

/* --- SARIF 2.1.0 -------------------------------------------------------- */

static const char *
sarif_level(const ss_rule_info_t *rule)
{
    static const char *const levels[] = {
        [SS_ERROR] = "error", [SS_WARNING] = "warning", [SS_INFO] = "note"
    };

    return levels[rule->severity];
}

static json_t *
sarif_text(ss_str_t text)
{
    return json_pack("{s:o}", "text", string_of(text));
}

static json_t *
sarif_rules(const lint_t *lint)
{
    json_t *rules = json_array();

    for (size_t i = 0; i < ss_rule_count(); i++) {
        const ss_rule_info_t *rule = ss_rule_at(i);

        json_array_append_new(
            rules,
            json_pack("{s:s, s:o, s:o, s:o, s:{s:s}}", "id", rule->id,
                      "shortDescription", sarif_text(str_of(rule->summary)),
                      "help", sarif_text(str_of(rule->fix)), "helpUri",
                      string_of(doc_of(lint, rule)), "defaultConfiguration",
                      "level", sarif_level(rule)));
    }

    return json_array_size(rules) == ss_rule_count() ? rules : NULL;
}

/* A file's name as a URI reference; "a:b" would have the scheme a. */
static json_t *
sarif_uri(const lint_t *lint)
{
    ss_str_t name = str_of(lint->file);
    text_t uri = text_new(&lint->mem);

    if (str_find(name, ":") < str_find(name, "/")) {
        text_adds(&uri, "./");
    }
    text_add_escaped(&uri, name, "\"#%<>?[\\]^`{|}");

    return string_of(text_done(&uri));
}

static json_t *
sarif_location(const lint_t *lint, place_t at, ss_str_t name)
{
    size_t line, column;

    find_place(lint, at, &line, &column);

    return json_pack("{s:{s:{s:o}, s:{s:o, s:o}}, s:[{s:o}]}",
                     "physicalLocation", "artifactLocation", "uri",
                     sarif_uri(lint), "region", "startLine", integer_of(line),
                     "startColumn", integer_of(column), "logicalLocations",
                     "name", string_of(name));
}

static ss_str_t
sarif_message(const lint_t *lint, const lint_finding_t *finding)
{
    ss_str_t what =
        join3(&lint->mem, finding->place, SS_STR(": "), finding->message);

    return join3(&lint->mem, what, SS_STR(". To do: "), finding->fix);
}

static json_t *
sarif_result(const lint_t *lint, const lint_finding_t *finding, ss_str_t name)
{
    return json_pack("{s:s, s:s, s:o, s:[o], s:{s:s}}", "ruleId",
                     finding->rule->id, "level", sarif_level(finding->rule),
                     "message", sarif_text(sarif_message(lint, finding)),
                     "locations", sarif_location(lint, finding->at, name),
                     "properties", "outcome",
                     ss_outcome_name(finding->outcome));
}

static json_t *
sarif_run(const lint_t *lint)
{
    return json_pack(
        "{s:{s:{s:s, s:s, s:o}}, s:s, s:[{s:b}], s:o, s:{s:o, s:o, s:o}}",
        "tool", "driver", "name", "sscurl", "version", SS_VERSION, "rules",
        sarif_rules(lint), "columnKind", "unicodeCodePoints", "invocations",
        "executionSuccessful", 1, "results", json_findings(lint, sarif_result),
        "properties", "requests", integer_of(request_count(lint)), "checked",
        integer_of(lint->checked_count), "elsewhere",
        integer_of(lint->elsewhere));
}

static int
report_sarif(const out_t *out)
{
    return dump(out,
                json_pack("{s:s, s:s, s:[o]}", "$schema",
                          "https://json.schemastore.org/sarif-2.1.0.json",
                          "version", "2.1.0", "runs", sarif_run(out->lint)),
                JSON_INDENT(2));
}

/* --- JUnit -------------------------------------------------------------- */

static const struct {
    const char *bytes;
    const char *written;
} escapes[] = {
    { "&", "&amp;" },
    { "<", "&lt;" },
    { ">", "&gt;" },
    { "\"", "&quot;" },
    { "'", "&apos;" },
    { "\n", "&#10;" },
    /* the two characters of UTF-8 that are none of XML's */
    { "\xef\xbf\xbe", "?" },
    { "\xef\xbf\xbf", "?" },
};

#define ESCAPE_COUNT (sizeof(escapes) / sizeof(escapes[0]))

/* Texts have no control characters; see ss_printable(). */
static void
put_xml(const out_t *out, ss_str_t text)
{
    while (text.len > 0) {
        size_t i = 0;

        while (i < ESCAPE_COUNT && !str_begins(text, escapes[i].bytes)) {
            i++;
        }

        if (i == ESCAPE_COUNT) {
            fputc(*text.data, out->out);
            text = str_skip(text, 1);
        } else {
            fputs(escapes[i].written, out->out);
            text = str_skip(text, strlen(escapes[i].bytes));
        }
    }
}

static void
put_attribute(const out_t *out, const char *name, ss_str_t value)
{
    fprintf(out->out, " %s=\"", name);
    put_xml(out, value);
    fputs("\"", out->out);
}

static void
put_file_attribute(const out_t *out, const char *name)
{
    ss_str_t text;

    if (ss_printable(str_of(out->lint->file), &out->lint->mem, &text)
        == SS_OK) {
        put_attribute(out, name, text);
    }
}

static const lint_finding_t *
gravest(const lint_t *lint, const lint_checked_t *checked)
{
    const lint_finding_t *worst = &lint->findings[checked->first];

    for (size_t i = 1; i < checked->count; i++) {
        const lint_finding_t *one = &lint->findings[checked->first + i];

        worst = one->rule->severity < worst->rule->severity ? one : worst;
    }

    return worst;
}

static void
put_failure_line(const out_t *out, const lint_finding_t *finding)
{
    size_t line, column;

    find_place(out->lint, finding->at, &line, &column);

    fprintf(out->out, "%zu:%zu: %s: ", line, column,
            ss_severity_name(finding->rule->severity));
    put_xml(out, finding->place);
    fputs(": ", out->out);
    put_xml(out, finding->message);
    fprintf(out->out, " [%s, %s]\n  to do: ", finding->rule->id,
            ss_outcome_name(finding->outcome));
    put_xml(out, finding->fix);
    fputs("\n", out->out);
}

/* One for a request: readers look at the first only. */
static void
put_failure(const out_t *out, const lint_checked_t *checked)
{
    const lint_finding_t *worst = gravest(out->lint, checked);

    fprintf(out->out, "      <failure");
    put_attribute(out, "message", worst->message);
    put_attribute(out, "type", str_of(ss_severity_name(worst->rule->severity)));
    fputs(">", out->out);

    for (size_t i = 0; i < checked->count; i++) {
        put_failure_line(out, &out->lint->findings[checked->first + i]);
    }

    fputs("</failure>\n", out->out);
}

static void
put_testcase(const out_t *out, const lint_checked_t *checked)
{
    size_t line, column;

    find_place(out->lint, checked->at, &line, &column);

    fputs("    <testcase", out->out);
    put_attribute(out, "name", checked->name);
    put_file_attribute(out, "classname");
    put_file_attribute(out, "file");
    fprintf(out->out, " line=\"%zu\"", line);

    if (checked->count == 0) {
        fputs("/>\n", out->out);
        return;
    }

    fputs(">\n", out->out);
    put_failure(out, checked);
    fputs("    </testcase>\n", out->out);
}

static size_t
failed_count(const lint_t *lint)
{
    size_t count = 0;

    for (size_t i = 0; i < lint->checked_count; i++) {
        count += lint->checked[i].count > 0;
    }

    return count;
}

static int
report_junit(const out_t *out)
{
    const lint_t *lint = out->lint;
    size_t failed = failed_count(lint);

    fprintf(out->out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<testsuites name=\"sscurl\" tests=\"%zu\" failures=\"%zu\" "
            "errors=\"0\">\n  <testsuite",
            lint->checked_count, failed);
    put_file_attribute(out, "name");
    fprintf(out->out,
            " tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"0\">\n"
            "    <properties>\n"
            "      <property name=\"elsewhere\" value=\"%zu\"/>\n"
            "    </properties>\n",
            lint->checked_count, failed, lint->elsewhere);

    for (size_t i = 0; i < lint->checked_count; i++) {
        put_testcase(out, &lint->checked[i]);
    }

    fputs("  </testsuite>\n</testsuites>\n", out->out);

    return 0;
}

/* --- which -------------------------------------------------------------- */

static const struct {
    const char *name;
    int (*report)(const out_t *out);
} formats[] = {
    { "json", report_json },
    { "sarif", report_sarif },
    { "junit", report_junit },
    { "", report_text }, /* in whatever words */
};

int
lint_format(const char *words)
{
    int i = 0;

    while (strstr(words, formats[i].name) == NULL) {
        i++;
    }

    return i;
}

int
lint_report(lint_t *lint, int format, FILE *out)
{
    return formats[format].report(&(out_t){ lint, out });
}
