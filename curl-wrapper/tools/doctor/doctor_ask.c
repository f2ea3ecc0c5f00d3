/*
 * doctor_ask.c: a request of --ss-doctor, and what the rules make of it.
 */

#include "tools/doctor/doctor.h"
#include "shared/text.h"
#include "settings/settings.h"

static ss_request_t
request_for(const char *method, const char *path)
{
    return (ss_request_t){
        .method = text_of(method),
        .path = text_of(path),
        .at_gateway = 1,
        .mode = setup()->mode,
        .account = setup()->account,
        .team = setup()->team,
    };
}

ss_route_t
doctor_route(const char *path)
{
    ss_request_t request = request_for("GET", path);
    ss_route_t route;

    ss_route(setup()->engine, &request, &route);

    return route;
}

int
doctor_check_me(const doctor_t *doctor, const char *accept, ss_str_t known,
                ss_result_t *result)
{
    ss_request_t request = request_for("GET", "/v1/me");
    ss_route_t route = doctor_route("/v1/me");
    ss_header_t *headers =
        doctor->mem->alloc(doctor->mem->ctx, 2 * sizeof(*headers));

    if (headers == NULL) {
        return SS_ERR_NOMEM;
    }

    headers[0] = (ss_header_t){ text_of("Accept"), text_of(accept) };
    headers[1] =
        (ss_header_t){ text_of("Authorization"), doctor->words.authorization };
    request.at_gateway = 0;
    request.known_account = known;
    request.scheme = route.scheme;
    request.authority = route.host;
    request.headers = headers;
    request.header_count = doctor->words.authorization.len > 0 ? 2 : 1;

    return ss_check(setup()->engine, &request, doctor->mem, result);
}

int
doctor_ask(const doctor_t *doctor, const char *path, const char *const *more,
           ss_str_t authorization, doctor_answer_t *answer)
{
    ss_route_t route = doctor_route(path);
    const char *url =
        say("%.*s://%.*s%s", (int) route.scheme.len,
            (const char *) route.scheme.data, (int) route.host.len,
            (const char *) route.host.data, path);
    doctor_run_t run = { doctor->curl, &doctor->words, url, more,
                         authorization };

    /* a request for another place would be worse than none */
    return url[0] != '\0' ? doctor_run(&run, doctor->mem, answer)
                          : SS_ERR_NOMEM;
}
