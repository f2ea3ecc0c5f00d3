/*
 * ss_places.c: where in a document something is, for messages.
 */

#include "json/ss_document.h"

enum { SHOWN = 3, NAME_MAX = 64 };

/* A name is the client's: a long or an odd one is not repeated. */
static ss_str_t
shown(ss_str_t name)
{
    if (name.len == 0 || name.len > NAME_MAX) {
        return SS_STR("(a name)");
    }

    for (size_t i = 0; i < name.len; i++) {
        uint8_t c = name.data[i];

        if (!ss_is_alnum(c) && c != '-' && c != '_' && c != '?') {
            return SS_STR("(a name)");
        }
    }

    return name;
}

static bool
begin_place(ss_check_t *check, ss_places_t *places)
{
    if (places->count++ >= SHOWN) {
        return false;
    }

    if (places->count == 1) {
        ss_buf_init(&places->list, check->mem);
    } else {
        ss_buf_adds(&places->list, ", ");
    }

    return true;
}

void
ss_places_add(ss_check_t *check, ss_places_t *places, const char *where,
              ss_str_t name, const char *behind)
{
    if (begin_place(check, places)) {
        ss_buf_adds(&places->list, where);
        ss_buf_addc(&places->list, '.');
        ss_buf_add(&places->list, shown(name));
        ss_buf_adds(&places->list, behind);
    }
}

void
ss_places_add_identifier(ss_check_t *check, ss_places_t *places,
                         const ss_identifier_t *identifier, const char *behind)
{
    if (identifier->relationship.data != NULL) {
        ss_places_add(check, places, "relationships", identifier->relationship,
                      behind);
    } else if (begin_place(check, places)) {
        /* ".data" of no relationship */
        ss_buf_adds(&places->list, behind + 1);
    }
}

ss_str_t
ss_places_text(ss_check_t *check, const ss_places_t *places, const char *what)
{
    ss_str_t list, text;
    ss_buf_t buf;

    ss_buf_init(&buf, check->mem);
    ss_buf_adds(&buf, what);
    ss_buf_adds(&buf, ": ");
    check->failed |= ss_buf_done(&places->list, &list) != SS_OK;
    ss_buf_add(&buf, list);

    if (places->count > SHOWN) {
        ss_buf_adds(&buf, " and ");
        ss_buf_addu(&buf, places->count - SHOWN);
        ss_buf_adds(&buf, " more");
    }
    check->failed |= ss_buf_done(&buf, &text) != SS_OK;

    return text;
}
