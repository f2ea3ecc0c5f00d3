#include "interposer/handle/connection.h"

#include <stdlib.h>
#include <string.h>

/* --- which options -------------------------------------------------------- */

typedef enum {
    NOT_OURS,
    NUMBER,
    STRING, /* copied */
    LIST,   /* borrowed, as by libcurl */
    BLOB,   /* copied, but for bytes that libcurl borrows */
    FUNCTION,
    DATA /* of a function */
} kind_t;

#define AT(name) [CURLOPT_##name % 10000]

/* By number. Those without a name are younger than libcurl 7.80, or deprecated
   in later ones. Missing for a reason: PORT, which would go before the port of
   our own URL, LOCALPORT, which our connection would leave occupied behind it,
   SHARE, and what is kept in files (ALTSVC, HSTS). */
static const unsigned char kinds[] = {
    /* the way */
    AT(PROXY) = STRING, AT(PRE_PROXY) = STRING, AT(PROXYPORT) = NUMBER,
    AT(PROXYTYPE) = NUMBER, AT(NOPROXY) = STRING, AT(HTTPPROXYTUNNEL) = NUMBER,
    AT(PROXYHEADER) = LIST, AT(PROXYAUTH) = NUMBER, AT(PROXYUSERPWD) = STRING,
    AT(PROXYUSERNAME) = STRING, AT(PROXYPASSWORD) = STRING,
    AT(PROXY_SERVICE_NAME) = STRING, AT(SOCKS5_AUTH) = NUMBER,
    AT(SOCKS5_GSSAPI_NEC) = NUMBER, [179] = STRING, /* SOCKS5_GSSAPI_SERVICE */
    AT(GSSAPI_DELEGATION) = NUMBER,
    AT(HAPROXYPROTOCOL) = NUMBER, [323] = STRING, /* HAPROXY_CLIENT_IP */

    /* names and addresses */
    AT(RESOLVE) = LIST, AT(CONNECT_TO) = LIST, AT(INTERFACE) = STRING,
    AT(IPRESOLVE) = NUMBER, AT(ADDRESS_SCOPE) = NUMBER,
    AT(UNIX_SOCKET_PATH) = STRING, AT(ABSTRACT_UNIX_SOCKET) = STRING,
    AT(DNS_SERVERS) = STRING, AT(DNS_INTERFACE) = STRING,
    AT(DNS_LOCAL_IP4) = STRING, AT(DNS_LOCAL_IP6) = STRING,
    AT(DNS_SHUFFLE_ADDRESSES) = NUMBER, AT(DOH_URL) = STRING,
    AT(DOH_SSL_VERIFYPEER) = NUMBER, AT(DOH_SSL_VERIFYHOST) = NUMBER,
    AT(DOH_SSL_VERIFYSTATUS) = NUMBER, AT(HAPPY_EYEBALLS_TIMEOUT_MS) = NUMBER,
    AT(RESOLVER_START_FUNCTION) = FUNCTION, AT(RESOLVER_START_DATA) = DATA,

    /* sockets and protocols */
    AT(SOCKOPTFUNCTION) = FUNCTION, AT(SOCKOPTDATA) = DATA,
    AT(OPENSOCKETFUNCTION) = FUNCTION, AT(OPENSOCKETDATA) = DATA,
    AT(CLOSESOCKETFUNCTION) = FUNCTION, AT(CLOSESOCKETDATA) = DATA,
    AT(TCP_NODELAY) = NUMBER, AT(TCP_FASTOPEN) = NUMBER, AT(NOSIGNAL) = NUMBER,
    AT(HTTP_VERSION) = NUMBER,
    AT(USERAGENT) = STRING, [181] = NUMBER, /* PROTOCOLS */
    [318] = STRING,                         /* PROTOCOLS_STR */

    /* TLS */
    AT(SSLENGINE) = STRING, AT(SSLENGINE_DEFAULT) = NUMBER,
    AT(SSLCERT) = STRING, AT(SSLCERTTYPE) = STRING, AT(SSLCERT_BLOB) = BLOB,
    AT(SSLKEY) = STRING, AT(SSLKEYTYPE) = STRING, AT(SSLKEY_BLOB) = BLOB,
    AT(KEYPASSWD) = STRING, AT(CAINFO) = STRING, AT(CAINFO_BLOB) = BLOB,
    AT(CAPATH) = STRING, AT(CRLFILE) = STRING, AT(ISSUERCERT) = STRING,
    AT(ISSUERCERT_BLOB) = BLOB, AT(PINNEDPUBLICKEY) = STRING,
    AT(SSLVERSION) = NUMBER, AT(SSL_CIPHER_LIST) = STRING,
    AT(TLS13_CIPHERS) = STRING, AT(SSL_EC_CURVES) = STRING,
    AT(SSL_ENABLE_ALPN) = NUMBER, AT(SSL_OPTIONS) = NUMBER,
    AT(SSL_SESSIONID_CACHE) = NUMBER, AT(SSL_VERIFYPEER) = NUMBER,
    AT(SSL_VERIFYHOST) = NUMBER, AT(SSL_VERIFYSTATUS) = NUMBER,
    AT(SSL_CTX_FUNCTION) = FUNCTION,
    AT(SSL_CTX_DATA) = DATA, [204] = STRING, /* TLSAUTH_USERNAME */
    [205] = STRING,                          /* TLSAUTH_PASSWORD */
    [206] = STRING,                          /* TLSAUTH_TYPE */
    [233] = NUMBER,                          /* SSL_FALSESTART */
    [325] = STRING,                          /* ECH */
    [328] = STRING,                          /* SSL_SIGNATURE_ALGORITHMS */

    /* TLS with a proxy */
    AT(PROXY_SSLCERT) = STRING, AT(PROXY_SSLCERTTYPE) = STRING,
    AT(PROXY_SSLCERT_BLOB) = BLOB, AT(PROXY_SSLKEY) = STRING,
    AT(PROXY_SSLKEYTYPE) = STRING, AT(PROXY_SSLKEY_BLOB) = BLOB,
    AT(PROXY_KEYPASSWD) = STRING, AT(PROXY_CAINFO) = STRING,
    AT(PROXY_CAINFO_BLOB) = BLOB, AT(PROXY_CAPATH) = STRING,
    AT(PROXY_CRLFILE) = STRING, AT(PROXY_ISSUERCERT) = STRING,
    AT(PROXY_ISSUERCERT_BLOB) = BLOB, AT(PROXY_PINNEDPUBLICKEY) = STRING,
    AT(PROXY_SSLVERSION) = NUMBER, AT(PROXY_SSL_CIPHER_LIST) = STRING,
    AT(PROXY_TLS13_CIPHERS) = STRING, AT(PROXY_SSL_OPTIONS) = NUMBER,
    AT(PROXY_SSL_VERIFYPEER) = NUMBER,
    AT(PROXY_SSL_VERIFYHOST) = NUMBER, [251] = STRING, /* PROXY_TLSAUTH_USERNAME
                                                        */
    [252] = STRING, /* PROXY_TLSAUTH_PASSWORD */
    [253] = STRING, /* PROXY_TLSAUTH_TYPE */
};

static kind_t
kind_of(CURLoption option)
{
    unsigned number = (unsigned) option % 10000;

    return number < sizeof(kinds) ? (kind_t) kinds[number] : NOT_OURS;
}

/* --- values --------------------------------------------------------------- */

typedef union {
    long number;
    void *pointer;
    void (*function)(void);
} value_t;

struct connection_option {
    CURLoption option;
    value_t value;
};

/* The blob and, where libcurl copies them, its bytes, in one piece. */
static struct curl_blob *
copy_blob(const struct curl_blob *from)
{
    bool whole = (from->flags & CURL_BLOB_COPY) != 0;
    struct curl_blob *to = malloc(sizeof(*to) + (whole ? from->len : 0));

    if (to == NULL) {
        return NULL;
    }

    *to = *from;
    if (whole) {
        to->data = to + 1;
        memcpy(to->data, from->data, from->len);
    }

    return to;
}

static bool
is_copied(kind_t kind)
{
    return kind == STRING || kind == BLOB;
}

/* Makes a value our own; false: no memory. */
static bool
own(kind_t kind, value_t *value)
{
    if (!is_copied(kind) || value->pointer == NULL) {
        return true;
    }

    value->pointer = kind == STRING ? (void *) strdup(value->pointer)
                                    : (void *) copy_blob(value->pointer);

    return value->pointer != NULL;
}

static void
disown(const connection_option_t *option)
{
    if (is_copied(kind_of(option->option))) {
        free(option->value.pointer);
    }
}

static bool
grow(connection_t *connection)
{
    size_t room = connection->room > 0 ? connection->room * 2 : 32;
    connection_option_t *larger =
        realloc(connection->options, room * sizeof(*larger));

    if (larger == NULL) {
        return false;
    }
    connection->options = larger;
    connection->room = room;

    return true;
}

/* --- noting --------------------------------------------------------------- */

static void
forget(connection_t *connection, CURLoption option)
{
    connection_option_t *options = connection->options;

    for (size_t i = 0; i < connection->count; i++) {
        if (options[i].option == option) {
            disown(&options[i]);
            connection->count--;
            memmove(&options[i], &options[i + 1],
                    (connection->count - i) * sizeof(*options));
            return;
        }
    }
}

/* The one that was set last stands last: PROXYUSERPWD and PROXYUSERNAME, say,
   are about the same. */
static void
note(connection_t *connection, CURLoption option, value_t value)
{
    kind_t kind = kind_of(option);

    if (kind == NOT_OURS) {
        return;
    }

    forget(connection, option);
    if ((connection->count == connection->room && !grow(connection))
        || !own(kind, &value)) {
        connection->lost = true;
        return;
    }
    connection->options[connection->count++] =
        (connection_option_t){ option, value };
}

void
connection_note_long(connection_t *connection, CURLoption option, long value)
{
    switch ((int) option) {
    case CURLOPT_CONNECTTIMEOUT:
        connection->connect_ms = value * 1000;
        break;
    case CURLOPT_CONNECTTIMEOUT_MS:
        connection->connect_ms = value;
        break;
    case CURLOPT_TIMEOUT:
        connection->total_ms = value * 1000;
        break;
    case CURLOPT_TIMEOUT_MS:
        connection->total_ms = value;
        break;
    default:
        note(connection, option, (value_t){ .number = value });
        break;
    }
}

void
connection_note_pointer(connection_t *connection, CURLoption option,
                        void *value)
{
    note(connection, option, (value_t){ .pointer = value });
}

void
connection_note_function(connection_t *connection, CURLoption option,
                         void (*value)(void))
{
    note(connection, option, (value_t){ .function = value });
}

/* --- using ---------------------------------------------------------------- */

static CURLcode
set(CURL *handle, const connection_option_t *option)
{
    switch (kind_of(option->option)) {
    case NUMBER:
        return real.curl_easy_setopt(handle, option->option,
                                     option->value.number);
    case FUNCTION:
        return real.curl_easy_setopt(handle, option->option,
                                     option->value.function);
    default:
        return real.curl_easy_setopt(handle, option->option,
                                     option->value.pointer);
    }
}

bool
connection_apply(const connection_t *connection, CURL *handle)
{
    for (size_t i = 0; i < connection->count; i++) {
        if (set(handle, &connection->options[i]) != CURLE_OK) {
            return false;
        }
    }

    return !connection->lost;
}

const char *
connection_text(const connection_t *connection, CURLoption option)
{
    for (size_t i = 0; i < connection->count; i++) {
        if (connection->options[i].option == option
            && kind_of(option) == STRING) {
            return connection->options[i].value.pointer;
        }
    }

    return NULL;
}

connection_t
connection_copy(const connection_t *from)
{
    connection_t copy = { .connect_ms = from->connect_ms,
                          .total_ms = from->total_ms,
                          .lost = from->lost };

    for (size_t i = 0; i < from->count; i++) {
        note(&copy, from->options[i].option, from->options[i].value);
    }

    return copy;
}

void
connection_free(connection_t *connection)
{
    for (size_t i = 0; i < connection->count; i++) {
        disown(&connection->options[i]);
    }
    free(connection->options);
    *connection = (connection_t){ .options = NULL };
}
