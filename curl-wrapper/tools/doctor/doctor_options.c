/*
 * doctor_options.c: which of curl's options are of the connection, and which
 * of these may have a secret for a value.
 */

#include <string.h>

#include "shared/curl_options.h"
#include "tools/doctor/doctor.h"

/* Options of the connection, but for those whose names begin as below. */
static const char *const connection[] = {
    "abstract-unix-socket",
    "alpn",
    "ca-native",
    "cacert",
    "capath",
    "cert",
    "cert-status",
    "cert-type",
    "ciphers",
    "connect-timeout",
    "connect-to",
    "crlfile",
    "curves",
    "doh-insecure",
    "doh-url",
    "ech",
    "engine",
    "happy-eyeballs-timeout-ms",
    "http1.0",
    "http1.1",
    "http2",
    "http2-prior-knowledge",
    "http3",
    "insecure",
    "interface",
    "ip-tos",
    "ipv4",
    "ipv6",
    "key",
    "key-type",
    "local-port",
    "max-time",
    "mptcp",
    "noproxy",
    "npn",
    "pass",
    "pinnedpubkey",
    "preproxy",
    "resolve",
    "sigalgs",
    "sslv2",
    "unix-socket",
    "user-agent",
    "variable",
};

static const char *const families[] = { "dns-", "haproxy-", "proxy", "socks",
                                        "ssl-", "tcp-",     "tls" };

/* Letters that are of use, or do no harm. */
static const struct {
    char letter;
    const char *name;
} letters[] = {
    { '0', "http1.0" },    { '1', "tlsv1" },      { '2', "sslv2" },
    { '4', "ipv4" },       { '6', "ipv6" },       { ':', "next" },
    { 'A', "user-agent" }, { 'E', "cert" },       { 'H', "header" },
    { 'K', "config" },     { 'S', "show-error" }, { 'U', "proxy-user" },
    { 'k', "insecure" },   { 'm', "max-time" },   { 'p', "proxytunnel" },
    { 'q', "disable" },    { 's', "silent" },     { 'x', "proxy" },
};

/* Those whose values may be secrets, or have passwords in them; with all that
   begins as the families do. */
static const char *const hidden[] = {
    "cert", "doh-url", "header", "key", "pass", "preproxy", "variable",
};

static const char *const hidden_families[] = { "proxy", "socks", "tlspassword",
                                               "tlsuser" };

/* They change nothing here; -q does as the first word. */
static const char *const idle[] = { "disable", "show-error", "silent" };

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static bool
has(const char *const *list, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(list[i], name) == 0) {
            return true;
        }
    }

    return false;
}

static bool
has_family(const char *const *list, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (text_begins(name, list[i])) {
            return true;
        }
    }

    return false;
}

/* An option's own name, where its value has variables. */
static const char *
unexpanded(const char *name)
{
    static const char expand[] = "expand-";

    return text_begins(name, expand) ? name + sizeof(expand) - 1 : name;
}

bool
doctor_option_counts(const char *name)
{
    name = unexpanded(name);

    return has(connection, COUNT(connection), name)
           || has_family(families, COUNT(families), name);
}

bool
doctor_option_hides(const char *name)
{
    name = unexpanded(name);

    return has(hidden, COUNT(hidden), name)
           || has_family(hidden_families, COUNT(hidden_families), name);
}

bool
doctor_option_is_idle(const char *name)
{
    return has(idle, COUNT(idle), name);
}

const char *
doctor_option_name(char letter)
{
    for (size_t i = 0; i < COUNT(letters); i++) {
        if (letters[i].letter == letter) {
            return letters[i].name;
        }
    }

    return NULL;
}
