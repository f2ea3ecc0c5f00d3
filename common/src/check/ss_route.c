/*
 * ss_route.c: where a request belongs, and whether its body matters.
 */

#include "check/ss_check.h"

/* A gateway is also asked by the service's names, on whatever scheme it
   listens; and on whatever port, unless the port is a part of the name. */
static bool
named_at_gateway(const ss_origin_t *origin, ss_str_t authority)
{
    unsigned usual = ss_eq(origin->scheme, SS_STR("https")) ? 443 : 80;
    ss_origin_t plain;

    /* nearly all that is asked of a gateway has its own name */
    if (!ss_starts_nocase(authority, origin->host)) {
        return false;
    }

    if (authority.len == origin->host.len
        || (origin->port == usual && authority.data[origin->host.len] == ':')) {
        return true;
    }

    plain = *origin;
    plain.scheme = SS_STR("http");
    return ss_origin_is(origin, origin->scheme, authority)
           || ss_origin_is(&plain, plain.scheme, authority);
}

static ss_at_t
at_of(bool api, bool auth)
{
    return api && auth ? SS_AT_BOTH
           : api       ? SS_AT_API
           : auth      ? SS_AT_AUTH
                       : SS_AT_GATEWAY;
}

/* At a gateway's, how its client came there says nothing of the service. */
static ss_served_t
served_at_gateway(const ss_engine_t *engine, const ss_request_t *request,
                  ss_at_t *at)
{
    *at = at_of(named_at_gateway(&engine->api, request->authority),
                named_at_gateway(&engine->auth, request->authority));

    return SS_SERVED;
}

ss_served_t
ss_check_at(const ss_engine_t *engine, const ss_request_t *request, ss_at_t *at)
{
    ss_str_t scheme = request->scheme, authority = request->authority;

    if (request->at_gateway) {
        return served_at_gateway(engine, request, at);
    }

    *at = at_of(ss_origin_is(&engine->api, scheme, authority),
                ss_origin_is(&engine->auth, scheme, authority));
    if (*at != SS_AT_GATEWAY) {
        return SS_SERVED;
    }

    for (size_t i = 0; i < engine->gateway_count; i++) {
        if (ss_origin_is(&engine->gateways[i], scheme, authority)) {
            return SS_SERVED;
        }
    }

    *at = at_of(ss_origin_is_insecure(&engine->api, scheme, authority),
                ss_origin_is_insecure(&engine->auth, scheme, authority));

    return *at != SS_AT_GATEWAY ? SS_SERVED_INSECURE : SS_NOT_SERVED;
}

int
ss_engine_serves(const ss_engine_t *engine, ss_str_t scheme, ss_str_t authority)
{
    ss_request_t request = { .scheme = scheme, .authority = authority };
    ss_at_t at;

    return (int) ss_check_at(engine, &request, &at);
}

bool
ss_at_is_api(ss_at_t at)
{
    return at == SS_AT_API || at == SS_AT_GATEWAY;
}

ss_kind_t
ss_kind_for(const ss_profile_t *profile, const ss_path_t *path, ss_str_t method,
            ss_at_t at)
{
    ss_kind_t kind = ss_path_kind(path, method);
    ss_action_t action = profile->action[SS_INDEX_path_version_missing];

    if (kind == SS_KIND_OTHER && action == SS_ACTION_REPAIR
        && ss_at_is_api(at)) {
        return ss_path_kind_unversioned(path, method);
    }

    return kind;
}

const ss_origin_t *
ss_origin_for(const ss_engine_t *engine, ss_kind_t kind, ss_at_t at)
{
    /* a host that was named is meant; moving it is host-mismatch's repair */
    if (at == SS_AT_API || at == SS_AT_AUTH) {
        return at == SS_AT_API ? &engine->api : &engine->auth;
    }

    switch (kind) {
    case SS_KIND_TOKEN:
    case SS_KIND_AUTHORIZE:
    case SS_KIND_OAUTH_OTHER:
        return &engine->auth;
    default:
        return &engine->api;
    }
}

void
ss_route_set(const ss_engine_t *engine, ss_kind_t kind, ss_at_t at,
             ss_route_t *route)
{
    const ss_origin_t *origin = ss_origin_for(engine, kind, at);

    *route = (ss_route_t){ kind, origin->scheme, origin->authority };
}

void
ss_route(const ss_engine_t *engine, const ss_request_t *request,
         ss_route_t *route)
{
    ss_path_t path;
    ss_at_t at;

    ss_path_parse(request->path, &path);
    ss_check_at(engine, request, &at);
    ss_route_set(engine, ss_path_kind(&path, request->method), at, route);
}

bool
ss_is_preflight(const ss_request_t *request)
{
    return ss_eq(request->method, SS_STR("OPTIONS"));
}

static bool
is_write(ss_str_t method)
{
    return ss_eq(method, SS_STR("POST")) || ss_eq(method, SS_STR("PATCH"))
           || ss_eq(method, SS_STR("PUT"));
}

int
ss_wants_body(const ss_engine_t *engine, const ss_request_t *request)
{
    const ss_profile_t *profile;
    const ss_team_t *team;
    ss_path_t path;
    ss_kind_t kind;
    ss_at_t at;

    /* most requests end here */
    if (request->body_state == SS_BODY_NONE) {
        return 0;
    }

    ss_path_parse(request->path, &path);
    kind = ss_path_kind(&path, request->method);

    /* a token request is anything that gets there by mistake, GET too */
    if (kind != SS_KIND_TOKEN && !is_write(request->method)) {
        return 0;
    }

    if (ss_is_preflight(request) || !ss_check_at(engine, request, &at)) {
        return 0;
    }

    profile = ss_profile_for(engine, request, SS_STR(""), &team);

    kind = ss_kind_for(profile, &path, request->method, at);

    /* whose it is may only be told by the body */
    if (kind == SS_KIND_TOKEN && ss_teams_need_client_id(engine)) {
        return 1;
    }

    return ss_mode_for(engine, request, team) != SS_MODE_OFF
           && profile->reads_body[kind];
}
