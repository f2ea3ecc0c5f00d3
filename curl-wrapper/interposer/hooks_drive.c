/*
 * hooks_drive.c: the functions that make libcurl look at the options of handles
 * that were added to a multi handle.
 *
 * Until then a program may set others, and what was checked is not what leaves:
 * state_is_waiting().
 */

#include "interposer/hooks.h"
#include "interposer/libcurl/real.h"
#include "interposer/handle/weak.h"

EXPORT CURLMcode
curl_multi_perform(CURLM *multi, int *running)
{
    if (!is_ready()) {
        return CURLM_INTERNAL_ERROR;
    }

    weak_use(multi);

    return functions_for(NULL, CALLER)->curl_multi_perform(multi, running);
}

EXPORT CURLMcode
curl_multi_socket_action(CURLM *multi, curl_socket_t socket, int events,
                         int *running)
{
    if (!is_ready()) {
        return CURLM_INTERNAL_ERROR;
    }

    weak_use(multi);

    return functions_for(NULL, CALLER)
        ->curl_multi_socket_action(multi, socket, events, running);
}

EXPORT CURLMcode
curl_multi_socket(CURLM *multi, curl_socket_t socket, int *running)
{
    if (!is_ready()) {
        return CURLM_INTERNAL_ERROR;
    }

    weak_use(multi);

    return functions_for(NULL, CALLER)
        ->curl_multi_socket(multi, socket, running);
}

EXPORT CURLMcode
curl_multi_socket_all(CURLM *multi, int *running)
{
    if (!is_ready()) {
        return CURLM_INTERNAL_ERROR;
    }

    weak_use(multi);

    return functions_for(NULL, CALLER)->curl_multi_socket_all(multi, running);
}
