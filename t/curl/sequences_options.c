/*
 * sequences_options.c: the steps of a sequence that set options.
 */

#include "sequences.h"

#include <stdlib.h>
#include <string.h>

/* --- bodies --------------------------------------------------------------- */

static const char *const bodies[] = {
    "grant_type=password&redirect_uri=x&client_id=a&client_secret=b"
    "&username=u&password=p",
    "{\"grant_type\":\"client_credentials\",\"client_id\":\"a\","
    "\"client_secret\":\"b\"}",
    "grant_type=client-credentials&client_id=a&client_secret=b",
    "{\"data\":{\"type\":\"clients\",\"attributes\":{\"a_b\":1}}}",
    "x=1",
    "",
};

void
size_to(slot_t *slot, long size)
{
    if (pick(2)) {
        SET(slot, POSTFIELDSIZE, size);
    } else {
        SET(slot, POSTFIELDSIZE_LARGE, (curl_off_t) size);
    }

    /* libcurl drops a copy that is shorter */
    if (slot->body == BODY_COPIED && slot->size < size) {
        slot->body = BODY_NONE;
    }
    slot->size = size;
}

static void
no_body(slot_t *slot)
{
    slot->body = BODY_NONE;
    size_to(slot, pick(2) ? STREAM : -1);
}

void
step_borrow(slot_t *slot)
{
    const char *body = bodies[pick(COUNT(bodies))];

    SET(slot, POSTFIELDS, body);
    slot->body = BODY_BORROWED;
    slot->length = (long) strlen(body);
    slot->terminated = true;
    size_to(slot, pick(2) ? -1 : slot->length);
}

void
step_copy(slot_t *slot)
{
    const char *body = bodies[pick(COUNT(bodies))];
    char *text = strdup(body);
    long length = (long) strlen(body);

    size_to(slot, pick(3) == 0 ? -1 : length);
    SET(slot, COPYPOSTFIELDS, text);
    memset(text, 'X', strlen(text));
    free(text);
    slot->body = BODY_COPIED;
    slot->length = length;
    slot->terminated = slot->size == -1;
}

void
step_no_fields(slot_t *slot)
{
    if (pick(2)) {
        SET(slot, POSTFIELDS, NULL);
    } else {
        SET(slot, COPYPOSTFIELDS, NULL);
    }
    no_body(slot);
}

/* Sizes that the body has, and those that make libcurl drop it. */
void
step_size(slot_t *slot)
{
    printf("%u size %d\n", step,
           (int) SET(slot, POSTFIELDSIZE, -2L - (long) pick(5)));

    switch (pick(4)) {
    case 0:
        if (slot->body != BODY_NONE) {
            long shorter = slot->length / 2;

            size_to(slot, shorter);
            if (slot->body == BODY_NONE) {
                no_body(slot);
            }
        }
        break;
    case 1:
        if (slot->body == BODY_NONE || slot->terminated) {
            size_to(slot, -1);
        }
        break;
    case 2:
        if (slot->body == BODY_COPIED && slot->size < STREAM) {
            size_to(slot, STREAM);
        }
        break;
    default:
        if (slot->body != BODY_NONE) {
            size_to(slot, slot->length);
            if (slot->body == BODY_NONE) {
                no_body(slot);
            }
        }
        break;
    }
}

static curl_mime *
make_mime(CURL *handle)
{
    static const char *const parts[][2] = {
        { "grant_type", "client_credentials" },
        { "client_id", "a" },
        { "client_secret", "b" },
    };
    curl_mime *mime = curl_mime_init(handle);
    unsigned kind = pick(6);

    for (size_t i = 0; i < COUNT(parts); i++) {
        curl_mimepart *part = curl_mime_addpart(mime);

        curl_mime_name(part, parts[i][0]);
        curl_mime_data(part, parts[i][1], CURL_ZERO_TERMINATED);
        if (kind == i) {
            curl_mime_filename(part, "a-file");
        }
        if (kind == 4) {
            curl_mime_encoder(part, "base64");
        }
    }

    return mime;
}

void
step_mime(slot_t *slot)
{
    curl_mime *old = slot->mime;

    /* before 8.22 libcurl does not rewind one that it had and gave back */
    if (old != NULL && slot->attached && pick(3) == 0) {
        printf("%u mime again %d\n", step, (int) SET(slot, MIMEPOST, old));
        return;
    }

    slot->mime = pick(4) != 0 ? make_mime(slot->handle) : NULL;
    printf("%u mime %d\n", step, (int) SET(slot, MIMEPOST, slot->mime));
    slot->attached = slot->mime != NULL;
    curl_mime_free(old);
}

/* A form that is another handle's is refused, and the old one is gone. */
void
step_refused(slot_t *slot)
{
    for (size_t i = 0; i < SLOTS; i++) {
        if (&slots[i] != slot && slots[i].mime != NULL) {
            printf("%u refused %d\n", step,
                   (int) SET(slot, MIMEPOST, slots[i].mime));
            slot->attached = false;
        }
    }
    printf("%u port %d\n", step, (int) SET(slot, PORT, 70000L));
}

void
step_form(slot_t *slot)
{
    struct curl_httppost *first = NULL, *last = NULL;

    if (pick(3)) {
        curl_formadd(&first, &last, CURLFORM_COPYNAME, "grant_type",
                     CURLFORM_COPYCONTENTS, "password", CURLFORM_END);
    }
    SET(slot, HTTPPOST, first);
    curl_formfree(slot->form);
    slot->form = first;
}

/* --- switches ------------------------------------------------------------- */

void
step_switch(slot_t *slot)
{
    long on = pick(3) != 0;

    switch (pick(6)) {
    case 0:
        SET(slot, NOBODY, on);
        break;
    case 1:
        SET(slot, POST, on);
        break;
    case 2:
        SET(slot, UPLOAD, on);
        break;
    case 3:
        SET(slot, PUT, on);
        break;
    case 4:
        SET(slot, INFILESIZE, pick(2) ? -1L : (long) STREAM);
        break;
    default:
        SET(slot, HTTPGET, on);
        break;
    }
}

void
step_method(slot_t *slot)
{
    static const char *const methods[] = { "PUT",  "DELETE", "PATCH",
                                           "POST", "GET",    NULL };

    SET(slot, CUSTOMREQUEST, methods[pick(COUNT(methods))]);
}

static struct curl_slist *lists[4];

static void
make_lists(void)
{
    lists[1] = curl_slist_append(NULL, "Authorization: Bearer abc");
    lists[1] = curl_slist_append(lists[1], "Content-Type: application/json");
    lists[2] = curl_slist_append(NULL, "X-A: 1");
    lists[2] = curl_slist_append(lists[2], "Accept:");
    lists[3] = curl_slist_append(NULL, "Transfer-Encoding: chunked");
    lists[3] = curl_slist_append(lists[3], "Expect:");
}

void
step_headers(slot_t *slot)
{
    if (lists[1] == NULL) {
        make_lists();
    }
    SET(slot, HTTPHEADER, lists[pick(3)]);
}

void
step_credentials(slot_t *slot)
{
    const char *user = pick(2) ? "a" : NULL;

    switch (pick(5)) {
    case 0:
        SET(slot, USERPWD, user != NULL ? "a:b" : NULL);
        break;
    case 1:
        SET(slot, USERNAME, user);
        break;
    case 2:
        SET(slot, PASSWORD, user);
        break;
    case 3:
        SET(slot, XOAUTH2_BEARER, user);
        break;
    default:
        SET(slot, HTTPAUTH,
            (long) (user != NULL ? CURLAUTH_BEARER : CURLAUTH_BASIC));
        break;
    }
}

void
step_place(slot_t *slot)
{
    switch (pick(4)) {
    case 0:
        SET(slot, REQUEST_TARGET, pick(2) ? "/v1/clients?a" : NULL);
        break;
    case 1:
        SET(slot, REQUEST_TARGET, NULL);
        break;
    case 2:
        SET(slot, PORT, pick(2) ? 80L : 0L);
        break;
    default:
        SET(slot, FOLLOWLOCATION, (long) pick(2));
        break;
    }
}
