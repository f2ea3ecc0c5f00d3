/*
 * sequences_steps.c: the steps of a sequence that send, copy and free.
 */

#include "sequences.h"

#include <stdlib.h>
#include <string.h>

/* --- requests ------------------------------------------------------------- */

static const char *const places[] = {
    TOKEN,
    TOKEN,
    TOKEN "?x=1",
    API "/v1/clients?limit=5",
    API "/acme/v1/wrong",
    API "/v1/away",
    API "/v1/projects/1?",
    ELSEWHERE "/a",
    ELSEWHERE "/b?c=d",
    ELSEWHERE "/wrong?",
    ELSEWHERE "/oauth/token",
};

static bool
is_service(const char *url)
{
    return strncmp(url, ELSEWHERE, strlen(ELSEWHERE)) != 0;
}

static void
name(slot_t *slot)
{
    char tag[32];

    snprintf(tag, sizeof(tag), "seq/%u.%u", seed, step);
    SET(slot, USERAGENT, tag);
}

static void
perform(slot_t *slot)
{
    CURLcode rc;

    name(slot);
    slot->performing = true;
    slot->left = STREAM;
    rc = curl_easy_perform(slot->handle);
    slot->performing = false;
    printf("%u rc %d\n", step, (int) rc);
}

/* What a program asks back; of an edited request it is the edited one's. */
static void
ask_back(slot_t *slot)
{
    const char *method = NULL, *url = NULL;

    curl_easy_getinfo(slot->handle, CURLINFO_EFFECTIVE_METHOD, &method);
    curl_easy_getinfo(slot->handle, CURLINFO_EFFECTIVE_URL, &url);
    printf("%u was %s %s\n", step, method, url);
}

void
send_to(slot_t *slot, const char *url)
{
    SET(slot, URL, url);
    perform(slot);
    if (!is_service(url)) {
        ask_back(slot);
    }
}

static void
step_send(slot_t *slot)
{
    send_to(slot, places[pick(COUNT(places))]);
}

static void
step_again(slot_t *slot)
{
    perform(slot);
}

static void
step_elsewhere(slot_t *slot)
{
    send_to(slot, ELSEWHERE "/later");
}

static void
step_inside(slot_t *slot)
{
    slot->inside = 1 + (int) pick(8);
    send_to(slot, places[pick(COUNT(places))]);
    slot->inside = 0;
}

/* CURLOPT_CURLU stands above CURLOPT_URL, and may be changed in place. */
static void
step_curlu(slot_t *slot)
{
    const char *first = places[pick(COUNT(places))];

    if (slot->url == NULL) {
        slot->url = curl_url();
    }
    if (pick(2)) {
        SET(slot, URL, NULL);
    }
    curl_url_set(slot->url, CURLUPART_URL, first, 0);
    SET(slot, CURLU, slot->url);
    perform(slot);
    curl_url_set(slot->url, CURLUPART_URL, ELSEWHERE "/curlu", 0);
    perform(slot);
    if (pick(2)) {
        SET(slot, CURLU, NULL);
    }
    if (pick(2)) {
        perform(slot);
    }
    SET(slot, CURLU, NULL);
}

/* --- several at once ------------------------------------------------------ */

static void
drive(CURLM *multi)
{
    int running = 1;

    for (int i = 0; running && i < 10000; i++) {
        curl_multi_perform(multi, &running);
        if (running) {
            curl_multi_poll(multi, NULL, 0, 10, NULL);
        }
    }
}

static void
print_results(CURLM *multi)
{
    int results[SLOTS] = { -1, -1, -1 }, left;
    CURLMsg *message;

    while ((message = curl_multi_info_read(multi, &left)) != NULL) {
        for (size_t i = 0; i < SLOTS; i++) {
            if (slots[i].handle == message->easy_handle) {
                results[i] = (int) message->data.result;
            }
        }
    }
    printf("%u multi %d %d %d\n", step, results[0], results[1], results[2]);
}

static void
step_multi(slot_t *slot)
{
    CURLM *multi = curl_multi_init();
    bool late = pick(4) == 0, careless = pick(4) == 0;
    for (size_t i = 0; i < SLOTS; i++) {
        slot_t *s = &slots[i];

        if (s->handle != NULL && (s == slot || pick(2))) {
            SET(s, URL, places[pick(COUNT(places))]);
            name(s);
            s->left = STREAM;
            s->added = curl_multi_add_handle(multi, s->handle) == CURLM_OK;
            s->performing = true;
        }
    }
    if (late) {
        SET(slot, URL, pick(2) ? ELSEWHERE "/late" : TOKEN);
    }
    if (late && pick(2)) {
        step_switch(slot);
        step_headers(slot);
    }
    drive(multi);
    print_results(multi);

    for (size_t i = 0; i < SLOTS; i++) {
        if (slots[i].added && !careless) {
            curl_multi_remove_handle(multi, slots[i].handle);
        }
        slots[i].added = slots[i].performing = false;
    }
    curl_multi_cleanup(multi);
}

/* --- handles -------------------------------------------------------------- */

static void
step_reset(slot_t *slot)
{
    curl_easy_reset(slot->handle);
    slot->attached = false;
    slot->body = BODY_NONE;
    slot->size = -1;
    prepare(slot);
}

/* Memory that was given back is somebody else's. */
static void
spoil(void)
{
    void *blocks[40];

    for (size_t i = 0; i < COUNT(blocks); i++) {
        blocks[i] = malloc(10 + i * 8);
        memset(blocks[i], 'J', 10 + i * 8);
    }
    for (size_t i = 0; i < COUNT(blocks); i++) {
        free(blocks[i]);
    }
}

static void
step_duplicate(slot_t *slot)
{
    slot_t *to = &slots[((size_t) (slot - slots) + 1) % SLOTS];

    clear(to);
    *to = (slot_t){ .handle = curl_easy_duphandle(slot->handle),
                    .body = slot->body,
                    .length = slot->length,
                    .size = slot->size };
    printf("%u copy %d\n", step, to->handle != NULL);
    if (to->handle == NULL) {
        return;
    }

    prepare(to);
    to->terminated = slot->body != BODY_COPIED && slot->terminated;
    /* libcurl's pointer to the original's */
    if (to->body == BODY_COPIED && (to->size == 0 || to->size == -1)) {
        SET(to, POSTFIELDS, "");
        to->body = BODY_BORROWED;
        to->length = 0;
        to->terminated = true;
        size_to(to, -1);
    }
    if (to->body == BODY_COPIED) {
        to->length = to->size;
    }
    /* what it borrows goes with the original */
    SET(to, CURLU, NULL);
    if (slot->form != NULL) {
        SET(to, HTTPPOST, NULL);
        SET(to, HTTPGET, 1L);
    }
    if (pick(2)) {
        clear(slot);
        spoil();
    }
}

static void
step_free(slot_t *slot)
{
    clear(slot);
    spoil();
}

/* The form goes, and the handle stays. */
static void
step_free_form(slot_t *slot)
{
    curl_mime_free(slot->mime);
    slot->mime = NULL;
}

/* How often each is taken. */
static const struct {
    void (*take)(slot_t *slot);
    unsigned often;
} kinds[] = {
    { step_send, 14 },     { step_again, 4 },       { step_elsewhere, 8 },
    { step_inside, 5 },    { step_curlu, 2 },       { step_multi, 5 },
    { step_borrow, 5 },    { step_copy, 8 },        { step_no_fields, 2 },
    { step_size, 4 },      { step_mime, 4 },        { step_refused, 1 },
    { step_form, 2 },      { step_switch, 10 },     { step_method, 3 },
    { step_headers, 4 },   { step_credentials, 4 }, { step_place, 4 },
    { step_reset, 2 },     { step_duplicate, 5 },   { step_free, 1 },
    { step_free_form, 1 },
};

void
take_step(slot_t *slot)
{
    unsigned sum = 0, n;
    size_t i = 0;

    for (size_t k = 0; k < COUNT(kinds); k++) {
        sum += kinds[k].often;
    }

    n = pick(sum);
    while (n >= kinds[i].often) {
        n -= kinds[i++].often;
    }
    if (getenv("SS_TRACE") != NULL) {
        fprintf(stderr, "%u: slot %d, step %d\n", step, (int) (slot - slots),
                (int) i);
    }
    kinds[i].take(slot);
}
