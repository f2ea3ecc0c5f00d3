/*
 * sequences.c: options set, requests sent, handles reset, duplicated and freed
 * in an order by lot, within what libcurl documents. With and without the
 * library that is tested, a server gets the same from it.
 *
 *   sequences FIRST COUNT LOG
 *
 * runs COUNT sequences, numbered from FIRST on. The requests go to LOG, what
 * libcurl returned to stdout. SS_TRACE prints the steps, SS_STEPS ends after
 * so many.
 */

#include "sequences.h"

#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define STEPS 40

slot_t slots[SLOTS];
unsigned seed;
unsigned step;

static struct curl_slist *connect_to;
static uint64_t state;
static unsigned drawn[8];
static size_t used;

unsigned
pick(unsigned count)
{
    return drawn[used++ % 8] % count;
}

static void
draw(void)
{
    for (size_t i = 0; i < 8; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        drawn[i] = (unsigned) (state >> 32);
    }
    used = 0;
}

/* --- callbacks ------------------------------------------------------------ */

static slot_t *
other(const slot_t *slot)
{
    for (size_t i = 0; i < SLOTS; i++) {
        if (&slots[i] != slot && slots[i].handle != NULL && !slots[i].added
            && !slots[i].performing) {
            return &slots[i];
        }
    }

    return NULL;
}

/* What a program may do while a transfer is under way. */
static void
act_inside(slot_t *slot)
{
    int what = slot->inside;
    slot_t *beside = other(slot);
    CURL *copy;

    slot->inside = 0;
    switch (what) {
    case 1: /* the rest goes to nobody's stdout */
        curl_easy_reset(slot->handle);
        slot->attached = false;
        slot->body = BODY_NONE;
        slot->size = -1;
        prepare(slot);
        break;
    case 2:
        copy = curl_easy_duphandle(slot->handle);
        curl_easy_setopt(copy, CURLOPT_URL, ELSEWHERE "/dup-inside");
        if (slot->body != BODY_COPIED || slot->size <= 0) {
            curl_easy_setopt(copy, CURLOPT_HTTPGET, 1L);
        }
        curl_easy_setopt(copy, CURLOPT_CURLU, NULL);
        curl_easy_setopt(copy, CURLOPT_URL, ELSEWHERE "/dup-inside");
        printf("%u dup inside %d\n", step,
               copy != NULL ? (int) curl_easy_perform(copy) : -1);
        curl_easy_cleanup(copy);
        break;
    case 3:
        if (beside != NULL) {
            send_to(beside, ELSEWHERE "/nested");
        }
        break;
    case 4:
        printf("%u self %d\n", step,
               curl_easy_perform(slot->handle) != CURLE_OK);
        break;
    case 5:
        curl_easy_setopt(slot->handle, CURLOPT_HTTPHEADER, NULL);
        curl_easy_setopt(slot->handle, CURLOPT_CUSTOMREQUEST, "PATCH");
        break;
    case 6:
        curl_easy_setopt(slot->handle, CURLOPT_HTTPGET, 1L);
        curl_easy_setopt(slot->handle, CURLOPT_POSTFIELDS, NULL);
        slot->body = BODY_NONE;
        curl_easy_setopt(slot->handle, CURLOPT_POSTFIELDSIZE, -1L);
        slot->size = -1;
        break;
    case 7:
        prepare(slot);
        break;
    case 8:
        curl_easy_pause(slot->handle, CURLPAUSE_CONT);
        break;
    default:
        break;
    }
}

static size_t
on_write(char *data, size_t size, size_t count, void *user)
{
    (void) data;
    act_inside(user);

    return size * count;
}

static size_t
on_header(char *data, size_t size, size_t count, void *user)
{
    slot_t *slot = user;

    if (size * count == 2 && slot->inside != 8) {
        act_inside(slot);
    }
    (void) data;

    return size * count;
}

static int
on_progress(void *user, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    slot_t *slot = user;

    if (b + d > 0 && slot->inside == 8) {
        act_inside(slot);
    }
    (void) a;
    (void) c;

    return 0;
}

/* A server waits for as many bytes as were announced, and libcurl sends all
   that it is given. */
static int
on_debug(CURL *handle, curl_infotype type, char *data, size_t size, void *user)
{
    slot_t *slot = user;
    char *length;

    (void) handle;
    if (type == CURLINFO_HEADER_OUT) {
        length = memmem(data, size, "Content-Length: ", 16);
        slot->left = length != NULL ? atol(length + 16) : STREAM;
    }

    return 0;
}

static size_t
on_read(char *buffer, size_t size, size_t count, void *user)
{
    slot_t *slot = user;
    size_t n = size * count;

    n = n < (size_t) slot->left ? n : (size_t) slot->left;
    memset(buffer, 'R', n);
    slot->left -= (long) n;

    return n;
}

static int
on_seek(void *user, curl_off_t offset, int origin)
{
    slot_t *slot = user;

    (void) origin;
    slot->left = STREAM - (long) offset;

    return CURL_SEEKFUNC_OK;
}

void
prepare(slot_t *slot)
{
    CURL *h = slot->handle;

    curl_easy_setopt(h, CURLOPT_CONNECT_TO, connect_to);
    curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, on_write);
    curl_easy_setopt(h, CURLOPT_WRITEDATA, slot);
    curl_easy_setopt(h, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(h, CURLOPT_HEADERDATA, slot);
    curl_easy_setopt(h, CURLOPT_READFUNCTION, on_read);
    curl_easy_setopt(h, CURLOPT_READDATA, slot);
    curl_easy_setopt(h, CURLOPT_SEEKFUNCTION, on_seek);
    curl_easy_setopt(h, CURLOPT_SEEKDATA, slot);
    curl_easy_setopt(h, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(h, CURLOPT_XFERINFODATA, slot);
    curl_easy_setopt(h, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(h, CURLOPT_DEBUGFUNCTION, on_debug);
    curl_easy_setopt(h, CURLOPT_DEBUGDATA, slot);
    curl_easy_setopt(h, CURLOPT_VERBOSE, 1L);
    curl_easy_setopt(h, CURLOPT_TIMEOUT_MS, 5000L);
    curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
}

/* --- sequences ------------------------------------------------------------ */

void
clear(slot_t *slot)
{
    curl_easy_cleanup(slot->handle);
    curl_mime_free(slot->mime);
    curl_formfree(slot->form);
    curl_url_cleanup(slot->url);
    *slot = (slot_t){ .size = -1 };
}

static unsigned
steps(void)
{
    const char *text = getenv("SS_STEPS");

    return text != NULL ? (unsigned) atoi(text) : STEPS;
}

static void
run_sequence(void)
{
    unsigned count = steps();

    state = (seed + 1) * UINT64_C(0x9E3779B97F4A7C15);
    for (int i = 0; i < 4; i++) {
        draw();
    }

    for (step = 0; step < count; step++) {
        slot_t *slot;

        draw();
        slot = &slots[pick(SLOTS)];
        if (slot->handle == NULL) {
            *slot = (slot_t){ .handle = curl_easy_init(), .size = -1 };
            prepare(slot);
        }
        take_step(slot);
    }

    for (size_t i = 0; i < SLOTS; i++) {
        clear(&slots[i]);
    }
}

int
main(int argc, char **argv)
{
    char to[64];
    int port, pid;

    if (argc < 4) {
        return 2;
    }

    pid = serve(argv[3], &port);
    snprintf(to, sizeof(to), "::127.0.0.1:%d", port);
    connect_to = curl_slist_append(NULL, to);
    curl_global_init(CURL_GLOBAL_ALL);

    for (int i = 0; i < atoi(argv[2]); i++) {
        seed = (unsigned) (atoi(argv[1]) + i);
        printf("sequence %u\n", seed);
        fflush(stdout);
        run_sequence();
    }

    curl_slist_free_all(connect_to);
    curl_global_cleanup();
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);

    return 0;
}
