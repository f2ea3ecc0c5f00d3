#include "interposer/libcurl/quirks.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "interposer/libcurl/real.h"

/* --- by the release ------------------------------------------------------- */

static unsigned release;

/* 0xXXYYZZ, from what curl_version() returns; 0: there is no number. */
static unsigned
release_of(const char *text)
{
    unsigned major = 0, minor = 0, patch = 0;

    if (sscanf(text, "libcurl/%3u.%3u.%3u", &major, &minor, &patch) < 2) {
        return 0;
    }

    return major << 16 | (minor & 255) << 8 | (patch & 255);
}

static void
find_release(void)
{
    release = release_of(real.curl_version());
}

static bool
is_before(unsigned number)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, find_release);

    return release < number;
}

bool
quirk_upload_stays(void)
{
    return is_before(0x080100);
}

bool
quirk_keeps_empty_query(void)
{
    return !is_before(0x081500);
}

bool
quirk_ends_in_callback(void)
{
    return is_before(0x081600);
}

/* --- by trying it --------------------------------------------------------- */

/* Above CURL_MAX_INPUT_LENGTH. */
#define TOO_LONG 8000001

static bool curlu_unsets_url;
static bool keeps_refused;

static CURL *
handle_with_url(void)
{
    CURL *handle = real.curl_easy_init();

    if (handle != NULL) {
        real.curl_easy_setopt(handle, CURLOPT_URL, "http://localhost/");
    }

    return handle;
}

static bool
end_with_url(CURL *handle)
{
    const char *url = NULL;
    bool has;

    real.curl_easy_getinfo(handle, CURLINFO_EFFECTIVE_URL, &url);
    has = url != NULL && *url != '\0';
    real.curl_easy_cleanup(handle);

    return has;
}

static void
try_curlu(void)
{
    CURL *handle = handle_with_url();

    if (handle != NULL) {
        real.curl_easy_setopt(handle, CURLOPT_CURLU, NULL);
        curlu_unsets_url = !end_with_url(handle);
    }
}

static void
try_refused(void)
{
    char *text = malloc(TOO_LONG + 1);
    CURL *handle = text != NULL ? handle_with_url() : NULL;

    if (handle != NULL) {
        memset(text, 'a', TOO_LONG);
        text[TOO_LONG] = '\0';
        real.curl_easy_setopt(handle, CURLOPT_URL, text);
        keeps_refused = end_with_url(handle);
    }
    free(text);
}

bool
quirk_curlu_unsets_url(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, try_curlu);

    return curlu_unsets_url;
}

bool
quirk_keeps_refused(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, try_refused);

    return keeps_refused;
}
