#include "interposer/account/account.h"

#include <stdio.h>
#include <string.h>

#include "interposer/account/cache.h"
#include "interposer/libcurl/lock.h"
#include "interposer/account/lookup.h"
#include "interposer/request/request.h"
#include "shared/say.h"
#include "settings/settings.h"

/* What to ask, and under which key to keep the answer. */
typedef struct {
    char url[512];
    char key[65];
    ss_str_t authorization;
} question_t;

/* --- what to ask ---------------------------------------------------------- */

static bool
make_url(const ss_request_t *request, question_t *question)
{
    ss_str_t scheme, authority;
    int n;

    ss_account_origin(setup()->engine, request, &scheme, &authority);
    n = snprintf(question->url, sizeof(question->url), "%.*s://%.*s/v1/me",
                 (int) scheme.len, (const char *) scheme.data,
                 (int) authority.len, (const char *) authority.data);

    return n > 0 && n < (int) sizeof(question->url);
}

static bool
make_question(const ss_request_t *request, const ss_mem_t *mem,
              question_t *question)
{
    const ss_engine_t *engine = setup()->engine;

    /* who sends a token by http, where https is the service's way, is not
       helped to send it once more */
    return ss_wants_account(engine, request, mem, &question->authorization)
           && ss_engine_serves(engine, request->scheme, request->authority) == 1
           && make_url(request, question)
           && ss_account_key(question->authorization, text_of(question->url),
                             mem, question->key)
                  == SS_OK;
}

/* --- what this process knows ---------------------------------------------- */

#define ENTRIES 32

typedef struct {
    char key[65];
    bool asking; /* somebody is, until it expires at the latest */
    cached_t cached;
} entry_t;

static entry_t entries[ENTRIES];
static unsigned oldest;
static pthread_cond_t answered = PTHREAD_COND_INITIALIZER;

static entry_t *
find(const char *key)
{
    for (unsigned i = 0; i < ENTRIES; i++) {
        if (strcmp(entries[i].key, key) == 0) {
            return &entries[i];
        }
    }

    return NULL;
}

static bool
is_good(const entry_t *entry)
{
    return entry != NULL && time(NULL) < entry->cached.expires;
}

/* One whose time is over goes first, then one without an account, but none that
   somebody waits for. */
static entry_t *
find_room(void)
{
    for (unsigned i = 0; i < ENTRIES; i++) {
        if (!is_good(&entries[i])) {
            return &entries[i];
        }
    }

    for (unsigned i = 0; i < ENTRIES; i++) {
        if (entries[i].cached.slug[0] == '\0' && !entries[i].asking) {
            return &entries[i];
        }
    }

    return &entries[oldest++ % ENTRIES];
}

static entry_t *
take(const char *key)
{
    entry_t *entry = find(key);

    if (entry == NULL) {
        entry = find_room();
        memcpy(entry->key, key, sizeof(entry->key));
    }

    return entry;
}

/* Gives what is known; false: it is for the caller to find out, and tell by
   end(). Another thread that does already is waited for, so that there is one
   lookup for each token, but not longer than that may take. */
static bool
begin(const char *key, cached_t *cached)
{
    struct timespec until = { .tv_sec = time(NULL) + LOOKUP_TOTAL + 1 };
    entry_t *entry;
    bool known;

    lock_take(LOCK_ACCOUNT);
    while (is_good(entry = find(key)) && entry->asking
           && lock_wait(LOCK_ACCOUNT, &answered, &until) == 0) {
    }

    known = is_good(entry) && !entry->asking;
    if (known) {
        *cached = entry->cached;
    } else {
        entry = take(key);
        entry->asking = true;
        entry->cached = (cached_t){ .expires = until.tv_sec };
    }
    lock_release(LOCK_ACCOUNT);

    return known;
}

static void
end(const char *key, const cached_t *cached)
{
    entry_t *entry;

    lock_take(LOCK_ACCOUNT);
    entry = take(key);
    entry->asking = false;
    entry->cached = *cached;
    pthread_cond_broadcast(&answered);
    lock_release(LOCK_ACCOUNT);
}

void
account_forked(void)
{
    /* who waits, and who was asking, are the other process's */
    answered = (pthread_cond_t) PTHREAD_COND_INITIALIZER;
    for (unsigned i = 0; i < ENTRIES; i++) {
        if (entries[i].asking) {
            entries[i] = (entry_t){ .asking = false };
        }
    }
}

/* --- finding out ---------------------------------------------------------- */

static void
keep(ss_str_t slug, cached_t *cached)
{
    memcpy(cached->slug, slug.data, slug.len);
    cached->slug[slug.len] = '\0';
    cached->expires = time(NULL) + CACHE_VALID;
}

static void
ask(const state_t *state, const question_t *question, const ss_mem_t *mem,
    cached_t *cached)
{
    ss_str_t slug = { NULL, 0 };
    const char *why = lookup_account(&state->connection, question->url,
                                     question->authorization, mem, &slug);

    if (why == NULL && slug.len <= CACHE_SLUG_MAX) {
        keep(slug, cached);
    } else {
        *cached = (cached_t){ .expires = time(NULL) + CACHE_RETRY };
        if (!setup()->quiet) {
            report_line("no account found: GET %s: %s", question->url,
                        why != NULL ? why : "the account-slug is too long");
        }
    }
    cache_write(question->key, cached);
}

/* Other processes ask for the same token: one of them does, the others read
   what it has written. */
static void
ask_or_read(const state_t *state, const question_t *question,
            const ss_mem_t *mem, cached_t *cached)
{
    int held = cache_lock(question->key, LOOKUP_TOTAL);

    if (!cache_read(question->key, cached)) {
        ask(state, question, mem, cached);
    }
    cache_unlock(held);
}

static void
find_out(const state_t *state, const question_t *question, const ss_mem_t *mem,
         cached_t *cached)
{
    if (begin(question->key, cached)) {
        return;
    }

    if (!cache_read(question->key, cached)) {
        *cached = (cached_t){ .expires = 0 };
        if (!setup()->dry_run) {
            ask_or_read(state, question, mem, cached);
        }
    }
    end(question->key, cached);
}

void
account_learn(const state_t *state, ss_request_t *request, const ss_mem_t *mem)
{
    /* a callback of the program's may begin a transfer in the midst of it. A
       preloaded library has its place from the start, and asks no loader */
    static _Thread_local bool asking __attribute__((tls_model("initial-exec")));
    question_t question;
    cached_t cached;
    size_t len;
    uint8_t *slug;

    if (asking || !make_question(request, mem, &question)) {
        return;
    }

    asking = true;
    find_out(state, &question, mem, &cached);
    asking = false;

    len = strlen(cached.slug);
    slug = mem->alloc(mem->ctx, len + 1);
    if (slug != NULL) {
        memcpy(slug, cached.slug, len + 1);
        request->known_account = (ss_str_t){ slug, len };
    }
}
