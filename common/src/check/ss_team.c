/*
 * ss_team.c: whose rules apply to a request, and what account.
 */

#include <arpa/inet.h>

#include "check/ss_check.h"
#include "http/ss_placeholder.h"

bool
ss_cidr_parse(ss_str_t text, ss_cidr_t *cidr)
{
    char address[INET6_ADDRSTRLEN];
    size_t slash = ss_index(text, '/');
    ss_str_t bits = ss_skip(text, slash < text.len ? slash + 1 : slash);
    unsigned max, prefix = 0;

    *cidr = (ss_cidr_t){ .family = 0 };

    if (slash >= sizeof(address) || bits.len > 3) {
        return false;
    }
    memcpy(address, text.data, slash);
    address[slash] = '\0';

    if (inet_pton(AF_INET, address, cidr->bytes) == 1) {
        cidr->family = 4;
    } else if (inet_pton(AF_INET6, address, cidr->bytes) == 1) {
        cidr->family = 6;
    } else {
        return false;
    }

    max = cidr->family == 4 ? 32 : 128;
    for (size_t i = 0; i < bits.len; i++) {
        if (bits.data[i] < '0' || bits.data[i] > '9') {
            return false;
        }
        prefix = prefix * 10 + (bits.data[i] - '0');
    }

    cidr->prefix = slash < text.len ? prefix : max;

    return cidr->prefix <= max && (slash == text.len || bits.len > 0);
}

/* A dual-stack socket shows an IPv4 client as ::ffff:a.b.c.d (RFC 4291,
   2.5.5.2). */
static void
unmap(ss_cidr_t *address)
{
    static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

    if (address->family == 6 && !memcmp(address->bytes, mapped, 12)) {
        memmove(address->bytes, address->bytes + 12, 4);
        address->family = 4;
    }
}

bool
ss_cidr_holds(const ss_cidr_t *cidr, ss_str_t address)
{
    unsigned whole = cidr->prefix / 8, rest = cidr->prefix % 8;
    unsigned mask = 0xFF00u >> rest & 0xFF;
    ss_cidr_t other;

    if (ss_index(address, '/') < address.len
        || !ss_cidr_parse(address, &other)) {
        return false;
    }

    unmap(&other);
    if (other.family != cidr->family
        || memcmp(cidr->bytes, other.bytes, whole) != 0) {
        return false;
    }

    return rest == 0 || ((cidr->bytes[whole] ^ other.bytes[whole]) & mask) == 0;
}

const ss_header_t *
ss_request_header(const ss_request_t *request, ss_str_t name)
{
    for (size_t i = 0; i < request->header_count; i++) {
        if (ss_eq_nocase(request->headers[i].name, name)) {
            return &request->headers[i];
        }
    }

    return NULL;
}

static bool
contains_nocase(ss_str_t text, ss_str_t part)
{
    for (size_t i = 0; i + part.len <= text.len; i++) {
        if (ss_lower(text.data[i]) == ss_lower(part.data[0])
            && ss_starts_nocase(ss_skip(text, i), part)) {
            return true;
        }
    }

    return false;
}

static bool
matches(const ss_match_t *match, const ss_request_t *request,
        ss_str_t client_id)
{
    const ss_header_t *header;

    if (match->header.len > 0) {
        header = ss_request_header(request, match->header);
        if (header == NULL || !ss_eq(header->value, match->value)) {
            return false;
        }
    }

    if (match->user_agent.len > 0) {
        header = ss_request_header(request, SS_STR("User-Agent"));
        if (header == NULL
            || !contains_nocase(header->value, match->user_agent)) {
            return false;
        }
    }

    if (match->client_id.len > 0 && !ss_eq(match->client_id, client_id)) {
        return false;
    }

    if (match->address.family != 0
        && !ss_cidr_holds(&match->address, request->address)) {
        return false;
    }

    return match->any;
}

int
ss_engine_has_team(const ss_engine_t *engine, ss_str_t name)
{
    for (size_t i = 0; i < engine->team_count; i++) {
        if (ss_eq(engine->teams[i].name, name)) {
            return 1;
        }
    }

    return 0;
}

const ss_profile_t *
ss_profile_for(const ss_engine_t *engine, const ss_request_t *request,
               ss_str_t client_id, const ss_team_t **team)
{
    /* what an unset variable leaves names no team */
    bool named = request->team.len > 0 && !ss_is_placeholder(request->team);

    for (size_t i = 0; i < engine->team_count; i++) {
        *team = &engine->teams[i];

        if (named ? ss_eq(request->team, (*team)->name)
                  : matches(&(*team)->match, request, client_id)) {
            return &(*team)->profile;
        }
    }

    *team = NULL;

    return &engine->base;
}

bool
ss_teams_need_client_id(const ss_engine_t *engine)
{
    for (size_t i = 0; i < engine->team_count; i++) {
        if (engine->teams[i].match.client_id.len > 0) {
            return true;
        }
    }

    return false;
}

ss_mode_t
ss_mode_for(const ss_engine_t *engine, const ss_request_t *request,
            const ss_team_t *team)
{
    ss_mode_t mode = engine->base.mode;

    if (request->mode != SS_MODE_UNSET) {
        return request->mode;
    }

    if (request->place_mode != SS_MODE_UNSET) {
        mode = request->place_mode;
    }

    if (team == NULL || !team->mode_said) {
        return mode;
    }

    /* a place caps what a team may ask for */
    return request->place_mode != SS_MODE_UNSET && mode < team->profile.mode
               ? mode
               : team->profile.mode;
}

/* Tells whether the place says an account; a variable may be unset. */
static bool
is_said(const ss_request_t *request)
{
    return ss_account_valid(request->account)
           && !ss_is_unset_account(request->account);
}

bool
ss_account_is_auto(const ss_profile_t *profile, const ss_request_t *request)
{
    return is_said(request) ? ss_eq(request->account, SS_STR("auto"))
                            : profile->account_auto;
}

ss_str_t
ss_account_for(const ss_profile_t *profile, const ss_request_t *request)
{
    if (ss_account_is_auto(profile, request)) {
        return ss_account_valid(request->known_account) ? request->known_account
                                                        : SS_STR("");
    }

    return is_said(request) ? request->account : profile->account;
}
