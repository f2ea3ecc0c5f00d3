/*
 * process_fork.c: forks while other threads use their handles and forms; each
 * child makes a transfer of its own. Arguments: how many children, where names
 * lead to. Prints how many children ended well.
 */

#include <curl/curl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define THREADS 4

static atomic_bool over;
static struct curl_slist *connect_to;

/* A handle and a form, made beforehand: for that libcurl and OpenSSL have locks
   of their own, which they do not look after. */
typedef struct {
    CURL *handle;
    curl_mime *mime;
    curl_mimepart *part;
} used_t;

static used_t
new_used(void)
{
    CURL *handle = curl_easy_init();
    curl_mime *mime = curl_mime_init(handle);

    return (used_t){ handle, mime, curl_mime_addpart(mime) };
}

static void
use(const used_t *used)
{
    curl_mime_name(used->part, "x");
    curl_mime_data(used->part, "y", CURL_ZERO_TERMINATED);
    curl_easy_setopt(used->handle, CURLOPT_MIMEPOST, used->mime);
    curl_easy_reset(used->handle);
}

static void *
hammer(void *data)
{
    const used_t *used = data;

    while (!atomic_load(&over)) {
        use(used);
    }

    return NULL;
}

static int
transfer(void)
{
    CURL *handle;
    used_t used;
    int rc;

    alarm(10);
    used = new_used();
    use(&used);
    handle = used.handle;
    curl_easy_setopt(handle, CURLOPT_CONNECT_TO, connect_to);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, fopen("/dev/null", "w"));
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER,
                     curl_slist_append(NULL, "Authorization: Bearer abc"));
    curl_easy_setopt(handle, CURLOPT_URL,
                     "http://api.scopestack.test/v1/clients");
    rc = (int) curl_easy_perform(handle);
    curl_easy_cleanup(handle);
    curl_mime_free(used.mime);

    return rc;
}

int
main(int argc, char **argv)
{
    int children = argc > 2 ? atoi(argv[1]) : 0, good = 0;
    pthread_t threads[THREADS];
    used_t used[THREADS];

    curl_global_init(CURL_GLOBAL_ALL);
    connect_to = curl_slist_append(NULL, argc > 2 ? argv[2] : "");
    for (int i = 0; i < THREADS; i++) {
        used[i] = new_used();
        pthread_create(&threads[i], NULL, hammer, &used[i]);
    }

    for (int i = 0; i < children; i++) {
        pid_t pid = fork();
        int status = -1;

        if (pid == 0) {
            _exit(transfer());
        }
        waitpid(pid, &status, 0);
        good += status == 0;
    }

    atomic_store(&over, true);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        curl_easy_cleanup(used[i].handle);
        curl_mime_free(used[i].mime);
    }
    printf("%d\n", good);

    return 0;
}
