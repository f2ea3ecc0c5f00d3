#include "interposer/request/redirect.h"

#include <string.h>

#include "interposer/libcurl/real.h"
#include "interposer/request/request.h"
#include "shared/say.h"
#include "settings/settings.h"

/* The request that is about to be sent has a body. */
static bool
sends_body(state_t *state)
{
    const char *method = NULL;

    real.curl_easy_getinfo(state->handle, CURLINFO_EFFECTIVE_METHOD, &method);

    return method == NULL
           || (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0);
}

/* What leaves by https must not follow the service to http. */
static bool
is_trusted(const state_t *state, const char *url)
{
    int served = request_url_is_ours(setup()->engine, url);

    return served == 1 || (served == 2 && state->insecure);
}

/* The first request goes where it was checked to go; CURLOPT_PORT, say, is not
   in its URL. Redirects may lead anywhere. */
static bool
goes_elsewhere(state_t *state)
{
    const char *url = NULL;
    long redirects = 0;

    real.curl_easy_getinfo(state->handle, CURLINFO_REDIRECT_COUNT, &redirects);
    real.curl_easy_getinfo(state->handle, CURLINFO_EFFECTIVE_URL, &url);

    return redirects > 0 && url != NULL && !is_trusted(state, url);
}

/* Gives back what can be, while a transfer is under way. */
static void
give_back(state_t *state)
{
    real.curl_easy_setopt(state->handle, CURLOPT_HTTPHEADER, state->headers);
    if (state->edited_target) {
        real.curl_easy_setopt(state->handle, CURLOPT_REQUEST_TARGET,
                              state->target);
    }
}

int
redirect_before_request(void *data, char *remote_ip, char *local_ip,
                        int remote_port, int local_port)
{
    state_t *state = data;

    if (goes_elsewhere(state)) {
        give_back(state);

        if (state->moved_in && sends_body(state)) {
            report_line("redirected to another host, or to http, where the "
                        "credentials that are now in the body would not have "
                        "gone; stopped");
            return CURL_PREREQFUNC_ABORT;
        }
    }

    return state->prereq != NULL ? state->prereq(
               state->prereq_data, remote_ip, local_ip, remote_port, local_port)
                                 : CURL_PREREQFUNC_OK;
}
