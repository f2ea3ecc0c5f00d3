/*
 * lint.h: --ss-lint, the requests of a file checked without sending them.
 *
 *     lint.c           reads the file, tells what it is, runs
 *     lint_postman*.c  a Postman collection -> requests
 *     lint_har.c       a HAR -> requests
 *     lint_raw.c       a raw HTTP request file -> requests
 *     lint_request.c   puts a request together, for these
 *     lint_check.c     asks the engine, keeps its findings
 *     lint_report.c    findings -> text, json, sarif, junit
 *
 * Nothing here knows a rule.
 */

#ifndef LINT_H
#define LINT_H

#include <stdio.h>

#include "tools/lint/lint_json.h"
#include "tools/lint/lint_text.h"
#include "tools/lint/lint_vars.h"

/* --- where -------------------------------------------------------------- */

/* A place in the file; spot is 0 where there is no JSON, or the root. */
typedef struct {
    uint32_t offset;
    uint32_t spot;
} place_t;

/* Finds lines and columns, both from 1; columns count characters. */
typedef struct {
    ss_str_t text;
    struct place_mark *marks;
    size_t count;
} places_t;

int places_make(places_t *places, ss_str_t text);
void places_free(places_t *places);
void places_find(const places_t *places, size_t offset, size_t *line,
                 size_t *column);

/* --- what was found ----------------------------------------------------- */

typedef struct {
    const ss_rule_info_t *rule;
    ss_outcome_t outcome;
    ss_str_t place; /* in the request */
    ss_str_t message;
    ss_str_t fix;
    place_t at; /* in the file */
} lint_finding_t;

/* A request that was checked, and its findings[first ...]. */
typedef struct {
    ss_str_t name;
    place_t at;
    size_t first;
    size_t count;
} lint_checked_t;

typedef struct {
    const char *path; /* as it was given */
    const char *file; /* the same as it is shown */
    const char *kind; /* "postman", "har", "raw" */
    ss_str_t text;    /* behind a byte order mark */
    json_doc_t doc;
    places_t places;

    const ss_engine_t *engine;
    ss_str_t account; /* what was asked for */
    ss_str_t team;
    ss_str_t slug; /* stands for an account that is a variable */
    size_t budget; /* of vars_resolve() */

    ss_arena_t arena; /* mem: lasts as long as this */
    ss_mem_t mem;
    ss_arena_t scratch; /* tmp: until the next request */
    ss_mem_t tmp;
    bool nomem; /* an allocation failed */

    lint_finding_t *findings;
    size_t finding_count;
    size_t finding_size;
    lint_checked_t *checked;
    size_t checked_count;
    size_t checked_size;
    size_t elsewhere; /* requests to other hosts */
    size_t errors;    /* findings by severity */
    size_t warnings;
    size_t notes;

    const char *refusal; /* why the file cannot be used; NULL: it can */
    place_t refused_at;
} lint_t;

/* --- the requests of a file --------------------------------------------- */

/* A part of the request, and where it stands in the file. */
typedef struct {
    const char *what; /* the first word of a finding's place: "header" */
    ss_str_t name;    /* the next one; empty: any */
    place_t at;
} part_t;

typedef struct {
    ss_request_t request;
    ss_str_t name;
    place_t at;
    bool literal; /* was sent as it is: there are no variables */
    ss_header_t *headers;
    size_t header_count;
    size_t header_size;
    part_t *parts;
    size_t part_count;
    size_t part_size;
} call_t;

/* Each reads lint->text or lint->doc and gives every request to lint_check();
   or sets lint->refusal. */
void lint_postman(lint_t *lint);
void lint_har(lint_t *lint);
void lint_raw(lint_t *lint);

/* Whether there is a request line where a raw file must have its first. */
bool lint_is_raw(ss_str_t text);

/* Checks a request; its memory, lint->tmp, is given back. */
void lint_check(lint_t *lint, call_t *call);

/* Names a request that has no name: METHOD and path, up to where a URL ends.
   Lives in lint->tmp. */
ss_str_t lint_name(lint_t *lint, const ss_request_t *request);

/* Tells whether one was refused, or memory has run out: stop. */
bool lint_stopped(const lint_t *lint);

/* Finds the account that the rules know, for lint->slug. */
void lint_find_slug(lint_t *lint);

/* --- putting a request together ----------------------------------------- */

void call_part(lint_t *lint, call_t *call, const char *what, ss_str_t name,
               place_t at);
void call_header(lint_t *lint, call_t *call, ss_str_t name, ss_str_t value);
/* The first value of a header, or NULL. */
const ss_str_t *call_find_header(const call_t *call, const char *name);
void call_remove_header(call_t *call, const char *name);
void call_query(lint_t *lint, call_t *call, const char *name, ss_str_t value);

/* Splits a URL; one whose host is a variable is a gateway's. What comes without
   a scheme gets this one; what begins with "/" has no origin. */
void call_url(lint_t *lint, call_t *call, ss_str_t url, const char *scheme);

void call_body(call_t *call, ss_str_t body);
/* A body as text, with variables in it. */
void call_text_body(lint_t *lint, call_t *call, ss_str_t body);
/* One that is not known. */
void call_unknown_body(call_t *call);

/* Puts words in the place of the headers' variables; the body must be known. */
void call_settle_headers(lint_t *lint, call_t *call);

/* A form, part by part. The boundary is BOUNDARY; files have no content. */
#define BOUNDARY "sscurl-lint-boundary"
void form_field(text_t *form, ss_str_t name, ss_str_t value);
void multipart_field(text_t *form, ss_str_t name, ss_str_t value, bool file);
void multipart_end(text_t *form);

/* Stand for what is not known; the second one for ids and numbers. */
#define UNKNOWN "variable"
#define UNKNOWN_ID "1"

/* --- the report --------------------------------------------------------- */

/* Tells the format of this name; -1: there is none. */
int lint_format(const char *words);

/* Writes the findings. Returns 0, or -1 when that failed. */
int lint_report(lint_t *lint, int format, FILE *out);

#endif
