/*
 * ss_route.c: where a request belongs, and whether its body matters.
 */

#include "ss_check.h"

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

bool
ss_check_at(const ss_engine_t *engine, const ss_request_t *request, ss_at_t *at)
{
    ss_str_t scheme = request->scheme, authority = request->authority;
    bool api, auth;

    if (request->at_gateway) {
        api = named_at_gateway(&engine->api, authority);
        auth = named_at_gateway(&engine->auth, authority);
    } else {
        api = ss_origin_is(&engine->api, scheme, authority);
        auth = ss_origin_is(&engine->auth, scheme, authority);
    }

    *at = api && auth ? SS_AT_BOTH
          : api       ? SS_AT_API
          : auth      ? SS_AT_AUTH
                      : SS_AT_GATEWAY;

    if (*at != SS_AT_GATEWAY || request->at_gateway) {
        return true;
    }

    for (size_t i = 0; i < engine->gateway_count; i++) {
        if (ss_origin_is(&engine->gateways[i], scheme, authority)) {
            return true;
        }
    }

    return false;
}

int
ss_engine_serves(const ss_engine_t *engine, ss_str_t scheme, ss_str_t authority)
{
    ss_request_t request = { .scheme = scheme, .authority = authority };
    ss_at_t at;

    return ss_check_at(engine, &request, &at);
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

    /* whose it is may only be told by the body */
    if (kind == SS_KIND_TOKEN && ss_teams_need_client_id(engine)) {
        return 1;
    }

    return ss_mode_for(engine, request, team) != SS_MODE_OFF
           && profile->reads_body[kind];
}
