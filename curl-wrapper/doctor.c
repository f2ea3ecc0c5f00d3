/*
 * doctor.c: --ss-doctor: the requests that are made, and which checks look at
 * their answers.
 */

#include "doctor.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "guard.h"
#include "report.h"
#include "request.h"
#include "setup.h"

int scopestack_doctor(const char *curl, const char *refusal, int argc,
                      char **argv);

/* --- requests ------------------------------------------------------------- */

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

static ss_route_t
route_of(const char *path)
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
    ss_route_t route = route_of("/v1/me");
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
    ss_route_t route = route_of(path);
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

/* --- here ----------------------------------------------------------------- */

static void
tell_curl(const char *curl, const char *refusal)
{
    doctor_tell("curl", refusal != NULL ? DOCTOR_FAILED : DOCTOR_OK,
                refusal != NULL ? refusal : curl,
                refusal != NULL ? "set SCOPESTACK_CURL to another curl" : NULL);
}

static void
tell_rules(const doctor_t *doctor)
{
    char path[4096];
    bool file = setup_find_file(path, sizeof(path));
    const char *text = say("%s, mode %s", file ? path : "built in",
                           ss_mode_name(doctor->result.mode));

    if (doctor->result.mode == SS_MODE_ENFORCE) {
        doctor_tell("rules", DOCTOR_OK, text, NULL);
    } else {
        doctor_tell("rules", DOCTOR_WARNING, text,
                    "nothing is repaired in this mode; enforce does that");
    }
}

static bool
tell_way(const doctor_t *doctor, const char *which, const char *path,
         const doctor_answer_t *answer)
{
    ss_route_t route = route_of(path);

    return doctor_tell_way(&doctor->words, which, &route, answer);
}

/* --- all of it ------------------------------------------------------------ */

/* The token as sscurl would send it. */
static ss_str_t
authorization_sent(const doctor_t *doctor)
{
    for (size_t i = 0; i < doctor->result.edit_count; i++) {
        const ss_edit_t *edit = &doctor->result.edits[i];

        if (edit->kind == SS_EDIT_HEADER_SET && edit->name.len == 13
            && memcmp(edit->name.data, "Authorization", 13) == 0) {
            return edit->value;
        }
    }

    return doctor->words.authorization;
}

static int
examine(doctor_t *doctor, const char *refusal)
{
    static const char *const token[] = { "--data", "", NULL };
    static const char *const me[] = { "-H", "Accept: " DOCTOR_JSONAPI, NULL };
    bool auth, api;

    if (doctor_check_me(doctor, DOCTOR_JSONAPI, text_of(""), &doctor->result)
        != SS_OK) {
        return SS_ERR_NOMEM;
    }
    doctor->authorization = authorization_sent(doctor);

    tell_curl(doctor->curl, refusal);
    tell_rules(doctor);

    if (doctor_ask(doctor, "/oauth/token", token, text_of(""), &doctor->auth)
        != SS_OK) {
        return SS_ERR_NOMEM;
    }
    auth = tell_way(doctor, "auth", "/oauth/token", &doctor->auth);

    if (doctor_ask(doctor, "/v1/me", me, doctor->authorization, &doctor->api)
        != SS_OK) {
        return SS_ERR_NOMEM;
    }
    api = tell_way(doctor, "api", "/v1/me", &doctor->api);

    doctor_tell_clock(doctor);
    doctor_tell_token_endpoint(doctor, auth);
    doctor_tell_token(doctor, api);
    doctor_tell_account(doctor);

    return doctor_tell_accept(doctor, api);
}

/* Nothing that is opened later may take the place of stdin, stdout or stderr;
   what was closed stays of no use. */
static void
fill_descriptors(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) < 0) {
            (void) !open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
        }
    }
}

static int
run_doctor(doctor_t *doctor, const char *refusal, int argc, char **argv)
{
    /* before anything that takes time: until then the words can be seen */
    if (doctor_words(&doctor->words, argc, argv, doctor->mem) != 0) {
        return 2;
    }

    /* says itself what is wrong with rules or settings */
    if (setup()->engine == NULL) {
        return EXIT_UNUSABLE;
    }

    if (examine(doctor, refusal) != SS_OK) {
        report_line("out of memory");
        return 2;
    }

    return doctor_failed() ? 1 : 0;
}

__attribute__((visibility("default"))) int
scopestack_doctor(const char *curl, const char *refusal, int argc, char **argv)
{
    ss_arena_t arena;
    ss_mem_t mem;
    doctor_t doctor = { .curl = curl, .mem = &mem };
    int rc;

    fill_descriptors();
    ss_arena_init(&arena);
    mem = ss_arena_mem(&arena);
    rc = run_doctor(&doctor, refusal, argc, argv);
    ss_arena_release(&arena);

    return rc;
}
