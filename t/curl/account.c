/*
 * account.c: programs that send the same token several times. The arguments are
 * the name of one, the port that every name leads to, and the token;
 * account.t looks at what arrives.
 */

#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define URL "http://api.scopestack.test/v1/projects"

#define SET(handle, option, value)                                             \
    (void) curl_easy_setopt(handle, CURLOPT_##option, value)

static struct curl_slist *connect_to, *headers;
static int sockets;

static size_t
discard(char *data, size_t size, size_t count, void *unused)
{
    (void) data;
    (void) unused;

    return size * count;
}

static void
prepare(CURL *handle)
{
    SET(handle, CONNECT_TO, connect_to);
    SET(handle, HTTPHEADER, headers);
    SET(handle, WRITEFUNCTION, discard);
    SET(handle, URL, URL);
}

static CURL *
new_handle(void)
{
    CURL *handle = curl_easy_init();

    prepare(handle);

    return handle;
}

static void
once(void)
{
    CURL *handle = new_handle();

    curl_easy_perform(handle);
    curl_easy_cleanup(handle);
}

static void
easy(void)
{
    CURL *handle = new_handle();

    curl_easy_perform(handle);
    curl_easy_perform(handle);
    curl_easy_cleanup(handle);
}

static void *
in_thread(void *unused)
{
    easy();

    return unused;
}

/* One of them asks, and the others wait for it. */
static void
threads(void)
{
    pthread_t ids[8];

    for (int i = 0; i < 8; i++) {
        pthread_create(&ids[i], NULL, in_thread, NULL);
    }
    for (int i = 0; i < 8; i++) {
        pthread_join(ids[i], NULL);
    }
}

static void
multi(void)
{
    CURLM *all = curl_multi_init();
    CURL *handles[4];
    int running = 1;

    for (int i = 0; i < 4; i++) {
        handles[i] = new_handle();
        curl_multi_add_handle(all, handles[i]);
    }
    while (running > 0) {
        curl_multi_perform(all, &running);
        curl_multi_poll(all, NULL, 0, 100, NULL);
    }
    for (int i = 0; i < 4; i++) {
        curl_multi_remove_handle(all, handles[i]);
        curl_easy_cleanup(handles[i]);
    }
    curl_multi_cleanup(all);
}

/* A copy has the connection of its original, which has ended. */
static void
copy(void)
{
    CURL *handle = new_handle(), *other;

    SET(handle, INTERFACE, "lo");
    SET(handle, INTERFACE, "127.0.0.1");
    SET(handle, PROXYUSERPWD, "a:b");
    SET(handle, PROXYUSERNAME, "c");
    SET(handle, PROXYUSERPWD, NULL);
    other = curl_easy_duphandle(handle);
    curl_easy_cleanup(handle);
    curl_easy_perform(other);
    curl_easy_cleanup(other);
}

/* What was said before is forgotten: nobody is at that port. */
static void
reset(void)
{
    CURL *handle = curl_easy_init();
    char key[] = "no key";
    struct curl_blob blob = { key, sizeof(key), CURL_BLOB_COPY };

    SET(handle, PROXY, "http://127.0.0.1:1");
    SET(handle, SSLKEY_BLOB, &blob);
    curl_easy_reset(handle);
    SET(handle, SSLKEY_BLOB, &blob);
    memset(key, 0, sizeof(key));
    prepare(handle);
    curl_easy_perform(handle);
    curl_easy_cleanup(handle);
}

static curl_socket_t
open_socket(void *count, curlsocktype purpose, struct curl_sockaddr *address)
{
    (void) purpose;
    ++*(int *) count;

    return socket(address->family, address->socktype, address->protocol);
}

/* The program decides where sockets come from, the lookup's too. */
static void
callbacks(void)
{
    CURL *handle = new_handle();

    SET(handle, OPENSOCKETFUNCTION, open_socket);
    SET(handle, OPENSOCKETDATA, &sockets);
    curl_easy_perform(handle);
    curl_easy_cleanup(handle);
    if (sockets != 2) {
        printf("%d sockets\n", sockets);
    }
}

static curl_socket_t
open_and_ask(void *done, curlsocktype purpose, struct curl_sockaddr *address)
{
    (void) purpose;
    if (!*(int *) done) {
        *(int *) done = 1;
        once();
    }

    return socket(address->family, address->socktype, address->protocol);
}

/* A callback that makes calls of its own in the midst of the lookup: they are
   not to wait for it. */
static void
nested(void)
{
    CURL *handle = new_handle();
    int done = 0;

    SET(handle, OPENSOCKETFUNCTION, open_and_ask);
    SET(handle, OPENSOCKETDATA, &done);
    curl_easy_perform(handle);
    curl_easy_cleanup(handle);
}

/* What a share has in it stays the program's. */
static void
shared(void)
{
    CURLSH *share = curl_share_init();
    struct curl_slist *cookies = NULL;
    CURL *handle = new_handle();

    curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_COOKIE);
    curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_CONNECT);
    SET(handle, SHARE, share);
    curl_easy_perform(handle);
    curl_easy_getinfo(handle, CURLINFO_COOKIELIST, &cookies);
    if (cookies != NULL) {
        printf("a cookie: %s\n", cookies->data);
    }
    curl_slist_free_all(cookies);
    curl_easy_cleanup(handle);
    curl_share_cleanup(share);
}

int
main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(void);
    } programs[] = {
        { "easy", easy },     { "threads", threads },     { "multi", multi },
        { "copy", copy },     { "reset", reset },         { "nested", nested },
        { "shared", shared }, { "callbacks", callbacks },
    };
    char to[64], token[128];

    if (argc < 4) {
        return 1;
    }

    snprintf(to, sizeof(to), "::127.0.0.1:%s", argv[2]);
    snprintf(token, sizeof(token), "Authorization: Bearer %s", argv[3]);
    connect_to = curl_slist_append(NULL, to);
    headers = curl_slist_append(NULL, token);
    curl_global_init(CURL_GLOBAL_ALL);

    for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
        if (strcmp(argv[1], programs[i].name) == 0) {
            programs[i].run();
        }
    }

    curl_slist_free_all(connect_to);
    curl_slist_free_all(headers);
    curl_global_cleanup();

    return 0;
}
