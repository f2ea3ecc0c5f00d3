/*
 * ss_fields.c: the headers that rules look at.
 */

#include "check/ss_check.h"

static const ss_str_t names[SS_H_COUNT] = {
#define NAME(id, name) [id] = { (const uint8_t *) (name), sizeof(name) - 1 }
    NAME(SS_H_ACCEPT, "Accept"),
    NAME(SS_H_AUTHORIZATION, "Authorization"),
    NAME(SS_H_CONTENT_TYPE, "Content-Type"),
    NAME(SS_H_CONTENT_ENCODING, "Content-Encoding"),
#undef NAME
};

ss_str_t
ss_field_name(ss_header_id_t id)
{
    return names[id];
}

/* No two of the names are of one length, and few other headers have it. */
static ss_header_id_t
id_of_length(size_t len)
{
    switch (len) {
    case sizeof("Accept") - 1:
        return SS_H_ACCEPT;
    case sizeof("Authorization") - 1:
        return SS_H_AUTHORIZATION;
    case sizeof("Content-Type") - 1:
        return SS_H_CONTENT_TYPE;
    case sizeof("Content-Encoding") - 1:
        return SS_H_CONTENT_ENCODING;
    default:
        return SS_H_COUNT;
    }
}

void
ss_fields_index(ss_check_t *check)
{
    const ss_request_t *request = check->request;

    for (size_t i = 0; i < request->header_count; i++) {
        const ss_header_t *header = &request->headers[i];
        ss_header_id_t id = id_of_length(header->name.len);

        if (id < SS_H_COUNT && ss_eq_nocase(header->name, names[id])
            && check->header[id].count++ == 0) {
            check->header[id].value = header->value;
        }
    }
}

bool
ss_next_header(const ss_check_t *check, ss_header_id_t id, size_t *at,
               ss_str_t *value)
{
    const ss_field_t *field = &check->header[id];
    const ss_request_t *request = check->request;

    /* the common case needs no second look at the request */
    if (field->changed || field->count < 2) {
        *value = field->value;
        return (*at)++ < field->count;
    }

    while (*at < request->header_count) {
        const ss_header_t *header = &request->headers[(*at)++];

        if (ss_eq_nocase(header->name, names[id])) {
            *value = header->value;
            return true;
        }
    }

    return false;
}
