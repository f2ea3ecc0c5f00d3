#include "http/ss_origin.h"

static bool
port_parse(ss_str_t text, unsigned *port)
{
    *port = 0;

    if (text.len == 0 || text.len > 5) {
        return false;
    }

    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return false;
        }
        *port = *port * 10 + (text.data[i] - '0');
    }

    return *port >= 1 && *port <= 65535;
}

/* Splits host[:port]; the port is 0 when there is none. */
static bool
authority_parse(ss_str_t authority, ss_str_t *host, unsigned *port)
{
    size_t end = authority.len;

    *port = 0;

    if (authority.len > 0 && authority.data[0] == '[') {
        end = ss_index(authority, ']');
        if (end == authority.len) {
            return false;
        }
        end++;
    } else {
        end = ss_index(authority, ':');
    }

    *host = ss_str(authority.data, end);
    if (end == authority.len) {
        return end > 0;
    }

    return end > 0 && authority.data[end] == ':'
           && port_parse(ss_skip(authority, end + 1), port);
}

static unsigned
default_port(ss_str_t scheme)
{
    return ss_eq_nocase(scheme, SS_STR("https")) ? 443 : 80;
}

static bool
host_valid(ss_str_t host)
{
    for (size_t i = 0; i < host.len; i++) {
        uint8_t c = host.data[i];

        if (c <= ' ' || c >= 0x7f || strchr("/?#@\\\"'<>{}|^`%", c) != NULL) {
            return false;
        }
    }

    return true;
}

bool
ss_origin_parse(ss_str_t text, ss_origin_t *origin)
{
    if (ss_starts_nocase(text, SS_STR("https://"))) {
        origin->scheme = SS_STR("https");
    } else if (ss_starts_nocase(text, SS_STR("http://"))) {
        origin->scheme = SS_STR("http");
    } else {
        return false;
    }

    text = ss_skip(text, origin->scheme.len + 3);
    if (text.len > 0 && text.data[text.len - 1] == '/') {
        text.len--;
    }

    origin->authority = text;
    if (!authority_parse(text, &origin->host, &origin->port)
        || !host_valid(origin->host)) {
        return false;
    }

    if (origin->port == 0) {
        origin->port = default_port(origin->scheme);
    }

    return true;
}

bool
ss_origin_is(const ss_origin_t *origin, ss_str_t scheme, ss_str_t authority)
{
    ss_str_t host;
    unsigned port;

    /* the usual spelling, without taking it apart */
    if (ss_eq(authority, origin->authority)
        && ss_eq_nocase(scheme, origin->scheme)) {
        return true;
    }

    if (!ss_eq_nocase(scheme, origin->scheme)
        || !ss_starts_nocase(authority, origin->host)
        || !authority_parse(authority, &host, &port)) {
        return false;
    }

    return ss_eq_nocase(host, origin->host)
           && (port != 0 ? port : default_port(scheme)) == origin->port;
}

bool
ss_origin_is_insecure(const ss_origin_t *origin, ss_str_t scheme,
                      ss_str_t authority)
{
    ss_str_t host;
    unsigned port;

    if (!ss_eq(origin->scheme, SS_STR("https"))
        || !ss_eq_nocase(scheme, SS_STR("http"))
        || !authority_parse(authority, &host, &port)
        || !ss_eq_nocase(host, origin->host)) {
        return false;
    }

    return port == 0 || port == default_port(scheme) || port == origin->port;
}
