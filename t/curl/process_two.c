/*
 * process_two.c: a program with libcurl, and a plug-in with another one. The
 * arguments say who is first, "own" or "plug-in", and where the plug-in is and
 * where names lead to. Prints what is returned. With "again" the plug-in is
 * closed and loaded again, by a program that has no libcurl itself.
 */

#include <curl/curl.h>
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

int transfer(const char *to, const char *path);

#ifndef PLUGIN_ONLY
static void
load(const char *file, const char *to)
{
    void *plugin = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    int (*call)(const char *, const char *) = NULL;

    if (plugin != NULL) {
        *(void **) &call = dlsym(plugin, "transfer");
    }
    if (call != NULL) {
        printf("%d\n", call(to, "plug-in"));
        dlclose(plugin);
    }
}

int
main(int argc, char **argv)
{
    if (argc < 4) {
        return 2;
    }

#ifdef AGAIN
    for (int i = 0; i < 3; i++) {
        load(argv[2], argv[3]);
    }
#else
    if (strcmp(argv[1], "own") == 0) {
        printf("%d\n", transfer(argv[3], "own"));
        load(argv[2], argv[3]);
    } else {
        load(argv[2], argv[3]);
        printf("%d\n", transfer(argv[3], "own"));
    }
    printf("%d\n", transfer(argv[3], "own"));
#endif

    return 0;
}
#endif

#ifndef AGAIN
static size_t
discard(char *data, size_t size, size_t count, void *unused)
{
    (void) data;
    (void) unused;

    return size * count;
}

static void
set(CURL *handle, const char *to, const char *path)
{
    static char url[256];

    snprintf(url, sizeof(url), "http://api.scopestack.test/v1/%s", path);
    curl_easy_setopt(handle, CURLOPT_CONNECT_TO, curl_slist_append(NULL, to));
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, discard);
    curl_easy_setopt(handle, CURLOPT_URL, url);
}

/* Every function that is hooked. */
int
transfer(const char *to, const char *path)
{
    CURL *handle = curl_easy_init(), *copy;
    curl_mime *mime = curl_mime_init(handle);
    curl_mimepart *part = curl_mime_addpart(mime);
    CURLM *multi = curl_multi_init();
    int running = 1, rc;

    curl_mime_name(part, "name");
    curl_mime_data(part, "data", CURL_ZERO_TERMINATED);
    curl_mime_filename(part, "file");
    curl_easy_setopt(handle, CURLOPT_MIMEPOST, mime);
    curl_easy_reset(handle);
    set(handle, to, path);
    rc = (int) curl_easy_perform(handle);

    copy = curl_easy_duphandle(handle);
    curl_multi_add_handle(multi, copy);
    while (running > 0) {
        curl_multi_perform(multi, &running);
    }
    curl_multi_remove_handle(multi, copy);
    curl_multi_cleanup(multi);
    curl_mime_free(mime);
    curl_easy_cleanup(copy);
    curl_easy_cleanup(handle);

    return rc;
}
#endif
