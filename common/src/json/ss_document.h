/*
 * ss_document.h: the JSON:API document of a request, as rules ask for it.
 *
 * Read at most once in a check, when the first rule asks; what is read are
 * places in the body. Changes are splices: all bytes that no rule changes stay.
 */

#ifndef SS_DOCUMENT_H
#define SS_DOCUMENT_H

#include "check/ss_rule.h"
#include "json/ss_scan.h"

/* More resource identifiers than these are not looked at. */
#define SS_IDENTIFIERS_MAX 10000

/* What a path says about the document that is sent to it. */
typedef enum {
    SS_TO_OTHER,      /* nothing: a related resource, an action, /v1/me */
    SS_TO_COLLECTION, /* POST /{slug}/v1/{collection} */
    SS_TO_RESOURCE,   /* PATCH /{slug}/v1/{collection}/{id} */
    SS_TO_LINKAGE     /* /{slug}/v1/{collection}/{id}/relationships/{name} */
} ss_to_t;

typedef struct {
    ss_to_t to;
    ss_str_t collection; /* for the first two kinds */
    ss_str_t id;         /* for a resource */
} ss_target_t;

typedef struct {
    ss_scan_kind_t kind; /* SS_SCAN_END: not there */
    ss_str_t text; /* in the body; of strings what stands between the quotes */
} ss_value_t;

typedef struct {
    ss_str_t name;
    bool related; /* of data.relationships, not of data.attributes */
} ss_field_name_t;

typedef struct {
    ss_str_t name;
    ss_value_t value;
    ss_value_t data;
    ss_value_t links;
} ss_relationship_t;

/* What stands in a linkage: {"type": ..., "id": ...}. */
typedef struct {
    ss_str_t relationship; /* its name; .data is NULL: data itself */
    bool is_object;
    bool has_others; /* members */
    ss_value_t type;
    ss_value_t id;
} ss_identifier_t;

/* Where a member stands, with what it takes along when it goes: a comma. */
typedef struct {
    const uint8_t *before; /* the end of the member before it, or NULL */
    const uint8_t *start;
    const uint8_t *end;
    const uint8_t *behind; /* the beginning of the next one, or NULL */
} ss_member_place_t;

typedef struct {
    const uint8_t *at;
    size_t len;
    ss_str_t text;
} ss_splice_t;

typedef struct ss_document {
    ss_scan_error_t error;
    const uint8_t *error_at;
    bool too_many; /* names or identifiers: nothing else is known */
    bool bom;      /* before the document, which RFC 8259, 8.1 forbids */

    ss_scan_kind_t top;
    ss_value_t data;
    ss_value_t type;
    ss_value_t id;
    ss_value_t links;
    ss_value_t attributes;
    ss_value_t relationships;
    bool has_others; /* members of data than type, id and these two */
    ss_field_name_t *names;
    size_t name_count;
    ss_relationship_t *related;
    size_t related_count;
    ss_identifier_t *identifiers;
    size_t identifier_count;

    /* the changes */
    ss_splice_t *splices;
    size_t splice_count;
    ss_str_t added;      /* members of data, without a comma at the end */
    size_t member_count; /* of data, as it came, less those dropped */
    ss_member_place_t id_place;
} ss_document_t;

/* What a body is, as far as its Content-Type goes. */
typedef enum {
    SS_NO_JSON,
    SS_SAYS_JSON,   /* it is not known whole, and its Content-Type says JSON */
    SS_JSON_OBJECT, /* well-formed, a byte order mark aside */
    SS_JSON_DATA    /* the same with a top-level member data */
} ss_body_is_t;

/* Tells what the body of a POST, PATCH or PUT is. */
ss_body_is_t ss_body_is(ss_check_t *check);

/* Tells whether a Content-Type says JSON, or JSON:API with or without
   parameters. */
bool ss_says_json(ss_str_t content_type);

/* Tells whether the body is what JavaScript makes of an object that was not
   turned into JSON: "[object Object]". */
bool ss_is_object_text(ss_str_t body);

ss_target_t ss_document_target(const ss_check_t *check);

/* Reads the body of a request to there into *doc, which is zeroed. SS_OK, also
   when it is malformed; SS_ERR_NOMEM. */
int ss_document_parse(ss_document_t *doc, ss_str_t body, ss_to_t to,
                      const ss_mem_t *mem);

/* The document of a POST, PATCH or PUT, well-formed or not, whatever its
   Content-Type; NULL: the body is none, or not there to look at. */
ss_document_t *ss_document_read(ss_check_t *check);

/* The same of a POST or PATCH, where the Content-Type, as it is by now, says
   that it is JSON or nothing, and where it could be read as a whole. */
ss_document_t *ss_document(ss_check_t *check);

/* The same, when it is well-formed and its data is an object, or, where a
   linkage goes, whatever may stand there. */
ss_document_t *ss_document_data(ss_check_t *check);

/* The same, where the path says that the document is to have a type, and an id
   or none: those of a collection or a resource; *target is then set. */
ss_document_t *ss_document_resource(ss_check_t *check, ss_target_t *target);

/* Tells whether data is a resource but for its type and id: it has attributes
   or relationships, objects, and no other member. What has less is a refused
   request, and with type and id it would be an empty record. */
bool ss_document_is_filled(const ss_document_t *doc);

/* Tells whether the value is there and says something: not null, not "". */
bool ss_value_given(ss_value_t value);

/* Tells whether the value is this string. */
bool ss_value_is(ss_value_t value, ss_str_t text);

/* Changes. A text stands where the value stood, quoted. */
void ss_document_set(ss_check_t *check, ss_value_t value, ss_str_t text);
/* Puts quotes around a number. */
void ss_document_quote(ss_check_t *check, ss_value_t value);
/* Adds a string to data. */
void ss_document_add(ss_check_t *check, ss_str_t name, ss_str_t text);
void ss_document_drop_id(ss_check_t *check);
/* Any other: of len bytes from at on. */
void ss_document_splice(ss_check_t *check, const uint8_t *at, size_t len,
                        ss_str_t text);

/* Tells whether there are changes, and puts the body together. SS_OK,
   SS_ERR_NOMEM. */
bool ss_document_changed(const ss_document_t *doc);
int ss_document_write(ss_document_t *doc, ss_str_t body, const ss_mem_t *mem,
                      ss_str_t *text);

/* Places in a document, the first few of them for a message. */
typedef struct {
    size_t count;
    ss_buf_t list;
} ss_places_t;

/* Adds "where.name" and what follows it. A name that is no plain word is not
   shown. */
void ss_places_add(ss_check_t *check, ss_places_t *places, const char *where,
                   ss_str_t name, const char *behind);
void ss_places_add_identifier(ss_check_t *check, ss_places_t *places,
                              const ss_identifier_t *identifier,
                              const char *behind);
/* "what: place, place and 3 more" */
ss_str_t ss_places_text(ss_check_t *check, const ss_places_t *places,
                        const char *what);

#endif
