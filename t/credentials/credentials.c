/*
 * credentials.c: how many mixed-up credentials are found out, and how many
 * alarms are false; TAP on stdout.
 *
 *     credentials SEED COUNT
 *
 * makes COUNT mutations of registered ids and secrets, and as many requests
 * that have no look-alikes in them.
 */

#include <stdio.h>
#include <stdlib.h>

#include "mutate.h"
#include "sent.h"
#include "http/ss_params.h"

/* Clients are registered anew for each batch: many secrets, few at a time. */
enum { CLIENTS = 100, BATCH = 1000, PLACES = 16, FORCED = 200 };

/* One in so many is sent in all ways. */
enum { COMPARED = 20 };

/* In a thousand; what is promised. */
enum { RECALL_MIN = 990, ALARMS_MAX = 1 };

typedef struct {
    char name[16];
    ss_str_t id;
    ss_str_t secret;
} client_t;

/* What of a client is got wrong. */
typedef enum { ID, SECRET, BOTH, HALVES } half_t;

/* Of one sort of requests: how many there were, and how many were found. */
typedef struct {
    unsigned tried;
    unsigned found;
} tally_t;

static client_t clients[CLIENTS];
static const ss_engine_t *engine;
static ss_arena_t registered; /* what these live in */
static unsigned tests;
static unsigned failed;

/* What one request takes; the hundred thousand of them share one block, as
   blocks of their own would be most of the time. */
static union {
    uint8_t bytes[256 * 1024];
    max_align_t align;
} block;
static size_t taken;

static void *
take(void *unused, size_t size)
{
    uint8_t *p = block.bytes + taken;

    (void) unused;

    size = (size + 15) / 16 * 16;
    if (size > sizeof(block) - taken) {
        return NULL;
    }
    taken += size;

    return p;
}

static const ss_mem_t mem = { take, NULL };

static void
ok(bool good, const char *what)
{
    failed += !good;
    printf("%sok %u - %s\n", good ? "" : "not ", ++tests, what);
}

static double
percent(const tally_t *tally)
{
    return tally->tried == 0 ? 0 : 100.0 * tally->found / tally->tried;
}

/* --- who is registered -------------------------------------------------- */

enum { ANY_PLACES = 1000 };

static ss_str_t
rules_file(const ss_mem_t *m)
{
    ss_str_t yaml;
    ss_buf_t buf;

    ss_buf_init(&buf, m);
    ss_buf_adds(&buf, "version: 1\n"
                      "rules: { credential-confusable: repair }\n"
                      "credentials:\n");
    for (unsigned i = 0; i < CLIENTS; i++) {
        char hex[65];

        ss_secret_hash(clients[i].secret, hex);
        ss_buf_adds(&buf, "  - { name: ");
        ss_buf_adds(&buf, clients[i].name);
        ss_buf_adds(&buf, ", client_id: \"");
        ss_buf_add(&buf, clients[i].id);
        ss_buf_adds(&buf, "\", client_secret_sha256: \"");
        ss_buf_adds(&buf, hex);
        ss_buf_adds(&buf, "\" }\n");
    }
    if (ss_buf_done(&buf, &yaml) != SS_OK) {
        abort();
    }

    return yaml;
}

/* Registers other clients, whose secrets have so many places. */
static void
register_clients(random_t *random, size_t places)
{
    ss_mem_t m = ss_arena_mem(&registered);
    ss_engine_t *made;
    ss_str_t errors;

    ss_arena_release(&registered);
    for (unsigned i = 0; i < CLIENTS; i++) {
        snprintf(clients[i].name, sizeof(clients[i].name), "client-%u", i);
        clients[i].id = credential(random, &m);
        clients[i].secret = places == ANY_PLACES
                                ? credential(random, &m)
                                : credential_with(random, places, &m);
    }

    if (ss_engine_create(&made, rules_file(&m), "clients", &m, &errors)
        != SS_OK) {
        abort();
    }
    engine = made;
}

/* --- one request -------------------------------------------------------- */

static ss_result_t
check(sent_t how, ss_str_t id, ss_str_t secret)
{
    ss_request_t request = sent(how, id, secret, &mem);
    ss_result_t result;

    if (ss_check(engine, &request, &mem, &result) != SS_OK) {
        abort();
    }

    return result;
}

static bool
contains(ss_str_t text, const char *part)
{
    for (size_t i = 0; i < text.len; i++) {
        if (ss_starts(ss_skip(text, i), ss_cstr(part))) {
            return true;
        }
    }

    return false;
}

/* Tells whether a rule has found something at a parameter, and said so. */
static bool
has_finding(const ss_result_t *result, const char *rule, const char *param,
            const char *says)
{
    for (size_t i = 0; i < result->finding_count; i++) {
        const ss_finding_t *finding = &result->findings[i];

        if (!strcmp(finding->rule->id, rule) && contains(finding->place, param)
            && contains(finding->message, says)) {
            return true;
        }
    }

    return false;
}

/* Escapes stay in a parameter that nobody changes. */
static bool
leaves(const ss_result_t *result, ss_str_t body)
{
    for (size_t i = 0; i < result->edit_count; i++) {
        if (result->edits[i].kind == SS_EDIT_BODY) {
            return ss_eq(ss_form_decode(result->edits[i].value, &mem), body);
        }
    }

    return false;
}

/* Tells whether it was found out what is wrong with a parameter: whose it is;
   or that there is a hidden character, without which it is right. */
static bool
is_found(const ss_result_t *result, const client_t *client, const char *param,
         ss_str_t right)
{
    char says[40];

    snprintf(says, sizeof(says), "registered as \"%s\"", client->name);

    return has_finding(result, "credential-confusable", param, says)
           || (has_finding(result, "credential-hidden-character", param, "")
               && leaves(result, right));
}

/* --- recall ------------------------------------------------------------- */

typedef struct {
    random_t *random;
    tally_t all;
    tally_t by_class[MUTATE_COUNT];
    tally_t by_places[PLACES];
    unsigned unmended;
    unsigned unlike[SENT_COUNT];
} recall_t;

static void
count_found(tally_t *tally, bool found)
{
    tally->tried++;
    tally->found += found;
}

/* What of a client was got wrong, and what is right. */
typedef struct {
    const client_t *client;
    ss_str_t id, secret;
    ss_str_t right;
} mistake_t;

static bool
is_found_in(const mistake_t *mistake, const ss_result_t *result)
{
    const client_t *client = mistake->client;

    return (ss_eq(mistake->id, client->id)
            || is_found(result, client, "client_id", mistake->right))
           && (ss_eq(mistake->secret, client->secret)
               || is_found(result, client, "secret", mistake->right));
}

/* Sends it in all the other ways, and counts those that show something else.
   Basic is not looked through for plain quotes. */
static void
compare_ways(recall_t *recall, mutation_t how, const mistake_t *mistake,
             bool found)
{
    for (unsigned i = 0; i < SENT_COUNT; i++) {
        ss_result_t result;

        if (i == SENT_BASIC && (how == MUTATE_QUOTES || how == MUTATE_MIXED)) {
            continue;
        }

        result = check((sent_t) i, mistake->id, mistake->secret);
        if (is_found_in(mistake, &result) != found
            || leaves(&result, mistake->right) != found) {
            recall->unlike[i]++;
        }
    }
}

/* Gets the id, the secret or both of a client wrong. */
static void
try_mutation(recall_t *recall, mutation_t how, const client_t *client,
             half_t half)
{
    mistake_t mistake = { client, client->id, client->secret, { NULL, 0 } };
    size_t places = credential_places(client->secret);
    ss_result_t result;
    bool found;

    taken = 0;
    if (half != SECRET) {
        mistake.id = mutate(recall->random, how, client->id, &mem);
    }
    if (half != ID) {
        mistake.secret = mutate(recall->random, how, client->secret, &mem);
    }
    if (ss_eq(mistake.id, client->id)
        && ss_eq(mistake.secret, client->secret)) {
        return;
    }

    mistake.right = sent_form(client->id, client->secret, &mem);
    result = check(SENT_FORM, mistake.id, mistake.secret);
    found = is_found_in(&mistake, &result);

    count_found(&recall->all, found);
    count_found(&recall->by_class[how], found);
    if (!ss_eq(mistake.secret, client->secret)) {
        count_found(&recall->by_places[places < PLACES ? places : PLACES - 1],
                    found);
    }
    recall->unmended +=
        found && !(result.edit_count == 1 && leaves(&result, mistake.right));

    if (recall->all.tried % COMPARED == 0) {
        compare_ways(recall, how, &mistake, found);
    }
}

static bool
ways_are_alike(const recall_t *recall)
{
    unsigned unlike = 0;

    for (unsigned i = 0; i < SENT_COUNT; i++) {
        if (recall->unlike[i] > 0) {
            printf("# %s: %u unlike a form\n", sent_names[i],
                   recall->unlike[i]);
        }
        unlike += recall->unlike[i];
    }

    return unlike == 0;
}

static void
tell_recall(const recall_t *recall)
{
    printf("# %u mutations, recall %.3f %%\n", recall->all.tried,
           percent(&recall->all));
    for (unsigned i = 0; i < MUTATE_COUNT; i++) {
        printf("#   %-18s %6u  %7.3f %%\n", mutation_names[i],
               recall->by_class[i].tried, percent(&recall->by_class[i]));
    }

    printf("# secrets, by how many of I, l, 1, O and 0 they have\n");
    for (unsigned i = 0; i < PLACES; i++) {
        printf("#   %2u%s %6u  %7.3f %%\n", i, i + 1 < PLACES ? " " : "+",
               recall->by_places[i].tried, percent(&recall->by_places[i]));
    }
}

/* A kind of mistake that is seldom made must not get lost among the others. */
static bool
is_promised(const tally_t *tally)
{
    return tally->tried > 0
           && tally->found * 1000ull >= tally->tried * (RECALL_MIN + 0ull);
}

static bool
each_is_promised(const recall_t *recall)
{
    for (unsigned i = 0; i < MUTATE_COUNT; i++) {
        if (!is_promised(&recall->by_class[i])) {
            return false;
        }
    }

    return true;
}

static void
test_recall(random_t *random, unsigned count)
{
    recall_t recall = { .random = random };

    for (unsigned i = 0; recall.all.tried < count; i++) {
        if (i % BATCH == 0) {
            register_clients(random, ANY_PLACES);
        }
        try_mutation(&recall, (mutation_t) (i % MUTATE_COUNT),
                     &clients[random_roll(random, CLIENTS)],
                     (half_t) random_roll(random, HALVES));
    }

    ok(is_promised(&recall.all), "recall");
    ok(each_is_promised(&recall), "recall of each kind");
    ok(recall.unmended == 0, "what was found leaves as registered");
    ok(ways_are_alike(&recall), "the same in all ways to send it");
    tell_recall(&recall);
}

/* Few secrets have so many places; what then, for the reader to know. */
static void
tell_limits(random_t *random)
{
    printf("# secrets made to have many, %u for each: several swaps, a font\n",
           FORCED);
    for (unsigned places = 6; places <= 14; places += 2) {
        recall_t recall = { .random = random };

        for (unsigned i = 0; i < FORCED; i++) {
            if (i % CLIENTS == 0) {
                register_clients(random, places);
            }
            try_mutation(&recall, MUTATE_SEVERAL, &clients[i % CLIENTS],
                         SECRET);
            try_mutation(&recall, MUTATE_FONT, &clients[i % CLIENTS], SECRET);
        }
        printf("#   %2u         %7.3f %%  %7.3f %%\n", places,
               percent(&recall.by_class[MUTATE_SEVERAL]),
               percent(&recall.by_class[MUTATE_FONT]));
    }
}

/* --- false alarms ------------------------------------------------------- */

/* Tells whether an alarm is raised of values that look like no others. */
static bool
is_alarmed(random_t *random, other_t how)
{
    const client_t *client = &clients[random_roll(random, CLIENTS)];
    ss_str_t id = client->id, secret = client->secret;
    bool of_secret = random_roll(random, 2);

    taken = 0;
    *(of_secret ? &secret : &id) =
        other(random, how, of_secret ? secret : id, &mem);

    return check(SENT_FORM, id, secret).finding_count > 0;
}

static void
test_alarms(random_t *random, unsigned count)
{
    tally_t all = { 0, 0 }, by_sort[OTHER_COUNT] = { { 0, 0 } };

    for (unsigned i = 0; i < count; i++) {
        other_t how = (other_t) (i % OTHER_COUNT);
        bool alarmed;

        if (i % BATCH == 0) {
            register_clients(random, ANY_PLACES);
        }
        alarmed = is_alarmed(random, how);
        count_found(&all, alarmed);
        count_found(&by_sort[how], alarmed);
    }

    ok(all.found * 1000ull <= all.tried * (ALARMS_MAX + 0ull), "false alarms");

    printf("# %u others, false alarms %.3f %%\n", all.tried, percent(&all));
    for (unsigned i = 0; i < OTHER_COUNT; i++) {
        printf("#   %-18s %6u  %7.3f %%\n", other_names[i], by_sort[i].tried,
               percent(&by_sort[i]));
    }
}

int
main(int argc, char **argv)
{
    unsigned seed = argc > 2 ? (unsigned) strtoul(argv[1], NULL, 10) : 1;
    unsigned count = argc > 2 ? (unsigned) strtoul(argv[2], NULL, 10) : 100000;
    random_t random = random_seed(seed);

    ss_arena_init(&registered);
    test_recall(&random, count);
    test_alarms(&random, count);
    tell_limits(&random);
    ss_arena_release(&registered);
    printf("1..%u\n", tests);

    return failed != 0;
}
