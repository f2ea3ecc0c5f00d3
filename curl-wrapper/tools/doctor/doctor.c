/*
 * doctor.c: --ss-doctor: which requests are made, and which checks look at the
 * answers.
 */

#include "tools/doctor/doctor.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "shared/guard.h"
#include "shared/text.h"
#include "shared/say.h"
#include "settings/settings.h"

int scopestack_doctor(const char *curl, const char *refusal, int argc,
                      char **argv);

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
    ss_route_t route = doctor_route(path);

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
