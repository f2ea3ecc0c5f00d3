/*
 * ss_document_parse.c: one pass over a document, which keeps the places of what
 * rules ask about.
 */

#include "json/ss_document.h"
#include "text/ss_utf8.h"

typedef struct {
    ss_scan_t scan;
    ss_document_t *doc;
    const ss_mem_t *mem;
    ss_to_t to;
    bool nomem;
} reader_t;

/* Room for one item more; its own size is not kept: lists double. */
static void *
grow(reader_t *r, void *items, size_t count, size_t size)
{
    void *larger;

    if (count % 8 != 0 || (count & (count - 1)) != 0) {
        return items;
    }

    larger = ss_alloc(r->mem, count == 0 ? 8 : count * 2, size);
    if (larger == NULL) {
        r->nomem = true;
        return NULL;
    }
    if (count > 0) {
        memcpy(larger, items, count * size);
    }

    return larger;
}

static bool
next_name(reader_t *r, ss_str_t *name)
{
    return !r->nomem && ss_scan_next(&r->scan, name) == SS_SCAN_NAME;
}

/* The value whose first token was this one, as a whole. */
static ss_value_t
whole(reader_t *r, ss_scan_kind_t kind, ss_str_t token)
{
    ss_scan_skip(&r->scan, kind);

    if (kind == SS_SCAN_OBJECT || kind == SS_SCAN_ARRAY) {
        token.len = (size_t) (r->scan.at - token.data);
    }

    return (ss_value_t){ kind, token };
}

static ss_value_t
next_value(reader_t *r)
{
    ss_str_t token;
    ss_scan_kind_t kind = ss_scan_next(&r->scan, &token);

    return whole(r, kind, token);
}

/* -0 is the id 0, which is not what its text says. */
static ss_value_t
next_id(reader_t *r)
{
    ss_value_t id = next_value(r);

    if (id.kind == SS_SCAN_INTEGER && ss_eq(id.text, SS_STR("-0"))) {
        id.kind = SS_SCAN_REAL;
    }

    return id;
}

static void
add_name(reader_t *r, ss_str_t name, bool related)
{
    ss_document_t *doc = r->doc;
    ss_field_name_t *names =
        grow(r, doc->names, doc->name_count, sizeof(*names));

    if (names != NULL) {
        doc->names = names;
        names[doc->name_count++] = (ss_field_name_t){ name, related };
    }
}

static void
add_identifier(reader_t *r, ss_identifier_t identifier)
{
    ss_document_t *doc = r->doc;
    ss_identifier_t *identifiers;

    if (doc->identifier_count == SS_IDENTIFIERS_MAX) {
        doc->too_many = true;
        return;
    }

    identifiers =
        grow(r, doc->identifiers, doc->identifier_count, sizeof(*identifiers));
    if (identifiers != NULL) {
        doc->identifiers = identifiers;
        identifiers[doc->identifier_count++] = identifier;
    }
}

static void
read_identifier(reader_t *r, ss_scan_kind_t kind, ss_str_t relationship)
{
    ss_identifier_t identifier = { .relationship = relationship,
                                   .is_object = kind == SS_SCAN_OBJECT };
    ss_str_t name;

    if (!identifier.is_object) {
        ss_scan_skip(&r->scan, kind);
        add_identifier(r, identifier);
        return;
    }

    while (next_name(r, &name)) {
        if (ss_scan_is(name, SS_STR("type"))) {
            identifier.type = next_value(r);
        } else if (ss_scan_is(name, SS_STR("id"))) {
            identifier.id = next_id(r);
        } else {
            next_value(r);
            identifier.has_others = true;
        }
    }

    add_identifier(r, identifier);
}

/* Reads the data of a relationship: an identifier, a list of them, or what has
   no business there. */
static ss_value_t
read_linkage(reader_t *r, ss_scan_kind_t kind, ss_str_t token,
             ss_str_t relationship)
{
    ss_str_t element;

    if (kind == SS_SCAN_OBJECT) {
        read_identifier(r, kind, relationship);
    } else if (kind == SS_SCAN_ARRAY) {
        ss_scan_kind_t next;

        while (!r->nomem
               && (next = ss_scan_next(&r->scan, &element)) != SS_SCAN_ARRAY_END
               && next != SS_SCAN_FAILED) {
            read_identifier(r, next, relationship);
        }
    }

    return (ss_value_t){ kind, token };
}

static void
read_relationship(reader_t *r, ss_str_t name)
{
    ss_document_t *doc = r->doc;
    ss_relationship_t relationship = { .name = name }, *related;
    ss_str_t token, member;
    ss_scan_kind_t kind = ss_scan_next(&r->scan, &token);

    relationship.value = (ss_value_t){ kind, token };
    if (kind != SS_SCAN_OBJECT) {
        ss_scan_skip(&r->scan, kind);
    }

    while (kind == SS_SCAN_OBJECT && next_name(r, &member)) {
        if (ss_scan_is(member, SS_STR("data"))) {
            ss_scan_kind_t first = ss_scan_next(&r->scan, &token);

            relationship.data = read_linkage(r, first, token, name);
        } else if (ss_scan_is(member, SS_STR("links"))) {
            relationship.links = next_value(r);
        } else {
            next_value(r);
        }
    }

    related = grow(r, doc->related, doc->related_count, sizeof(*related));
    if (related != NULL) {
        doc->related = related;
        related[doc->related_count++] = relationship;
    }
}

/* Reads data.attributes or data.relationships. */
static ss_value_t
read_fields(reader_t *r, bool related)
{
    ss_str_t token, name;
    ss_scan_kind_t kind = ss_scan_next(&r->scan, &token);

    if (kind != SS_SCAN_OBJECT) {
        return whole(r, kind, token);
    }

    while (next_name(r, &name)) {
        add_name(r, name, related);
        if (related) {
            read_relationship(r, name);
        } else {
            next_value(r);
        }
    }

    return (ss_value_t){ kind, token };
}

static void
read_member(reader_t *r, ss_str_t name)
{
    ss_document_t *doc = r->doc;

    if (ss_scan_is(name, SS_STR("type"))) {
        doc->type = next_value(r);
    } else if (ss_scan_is(name, SS_STR("id"))) {
        doc->id = next_id(r);
    } else if (ss_scan_is(name, SS_STR("attributes"))) {
        doc->attributes = read_fields(r, false);
    } else if (ss_scan_is(name, SS_STR("relationships"))) {
        doc->relationships = read_fields(r, true);
    } else if (ss_scan_is(name, SS_STR("links"))) {
        doc->links = next_value(r);
        doc->has_others = true;
    } else {
        next_value(r);
        doc->has_others = true;
    }
}

static void
read_resource(reader_t *r)
{
    ss_document_t *doc = r->doc;
    const uint8_t *before = NULL;
    ss_str_t name;

    while (next_name(r, &name)) {
        const uint8_t *start = name.data - 1;
        bool had_id = doc->id.kind != SS_SCAN_END;

        if (had_id && doc->id_place.behind == NULL) {
            doc->id_place.behind = start;
        }

        read_member(r, name);
        doc->member_count++;

        if (!had_id && doc->id.kind != SS_SCAN_END) {
            doc->id_place =
                (ss_member_place_t){ before, start, r->scan.at, NULL };
        }
        before = r->scan.at;
    }
}

static ss_value_t
read_data(reader_t *r)
{
    ss_str_t token;
    ss_scan_kind_t kind = ss_scan_next(&r->scan, &token);

    if (r->to == SS_TO_LINKAGE) {
        return read_linkage(r, kind, token, ss_str(NULL, 0));
    }

    if (kind != SS_SCAN_OBJECT) {
        return whole(r, kind, token);
    }

    read_resource(r);

    return (ss_value_t){ kind, token };
}

static void
read_top(reader_t *r)
{
    ss_document_t *doc = r->doc;
    ss_str_t name, token;

    doc->top = ss_scan_next(&r->scan, &token);
    if (doc->top != SS_SCAN_OBJECT) {
        ss_scan_skip(&r->scan, doc->top);
    }

    while (doc->top == SS_SCAN_OBJECT && next_name(r, &name)) {
        if (ss_scan_is(name, SS_STR("data"))) {
            doc->data = read_data(r);
        } else {
            next_value(r);
        }
    }

    /* nothing may follow */
    ss_scan_next(&r->scan, &token);
    doc->error = r->scan.error;
    doc->error_at = r->scan.at;
    doc->too_many |= doc->error == SS_SCAN_TOO_MANY;
}

int
ss_document_parse(ss_document_t *doc, ss_str_t body, ss_to_t to,
                  const ss_mem_t *mem)
{
    reader_t r; /* the scanner in it is large, and makes itself ready */
    ss_str_t text = ss_utf8_without_bom(body);

    r.doc = doc;
    r.mem = mem;
    r.to = to;
    r.nomem = false;
    doc->bom = text.len < body.len;
    ss_scan_init(&r.scan, text);
    read_top(&r);

    return r.nomem ? SS_ERR_NOMEM : SS_OK;
}
