
/*
 * How an account is asked for: by a subrequest to a location of the operator's,
 * with the caller's token and nothing else of the request.
 *
 * The subrequest is one in the background, as those of mirror are: the request
 * need not wait for its end.
 */


#include "ngx_http_scopestack_lookup.h"


/* the largest answer that is looked at */
#define NGX_HTTP_SCOPESTACK_ANSWER  65536


static ngx_int_t ngx_http_scopestack_lookup_done(ngx_http_request_t *sr,
    void *data, ngx_int_t rc);


static ngx_http_output_body_filter_pt  ngx_http_next_body_filter;


/* what the subrequest has of its own, made before it begins */

typedef struct {
    ngx_http_headers_in_t        headers;
    ngx_http_request_body_t     *body;
    ngx_http_variable_value_t   *variables;
} ngx_http_scopestack_own_t;


static ngx_table_elt_t *
ngx_http_scopestack_push_in(ngx_list_t *list, ngx_str_t *name,
    u_char *lowcase, ngx_str_t *value)
{
    ngx_table_elt_t  *h;

    h = ngx_list_push(list);
    if (h == NULL) {
        return NULL;
    }

    ngx_memzero(h, sizeof(ngx_table_elt_t));

    h->key = *name;
    h->lowcase_key = lowcase;
    h->hash = ngx_hash_key(lowcase, name->len);
    h->value = *value;

    return h;
}


static ngx_str_t  ngx_http_scopestack_authorization =
    ngx_string("Authorization");
static ngx_str_t  ngx_http_scopestack_accept = ngx_string("Accept");
static ngx_str_t  ngx_http_scopestack_jsonapi =
    ngx_string("application/vnd.api+json");


/* nothing of the caller's but the token */

static ngx_int_t
ngx_http_scopestack_lookup_headers(ngx_http_request_t *r,
    ngx_http_headers_in_t *headers, ngx_str_t *authorization)
{
    ngx_table_elt_t  *accept;

    ngx_memzero(headers, sizeof(ngx_http_headers_in_t));

    headers->server = r->headers_in.server;
    headers->content_length_n = -1;
    headers->keep_alive_n = -1;

    if (ngx_list_init(&headers->headers, r->pool, 2, sizeof(ngx_table_elt_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    headers->authorization = ngx_http_scopestack_push_in(&headers->headers,
                                      &ngx_http_scopestack_authorization,
                                      (u_char *) "authorization",
                                      authorization);

    accept = ngx_http_scopestack_push_in(&headers->headers,
                                         &ngx_http_scopestack_accept,
                                         (u_char *) "accept",
                                         &ngx_http_scopestack_jsonapi);

    if (headers->authorization == NULL || accept == NULL) {
        return NGX_ERROR;
    }

#if (NGX_HTTP_HEADERS)
    headers->accept = accept;
#endif

    return NGX_OK;
}


static ngx_int_t
ngx_http_scopestack_lookup_own(ngx_http_request_t *r,
    ngx_http_scopestack_own_t *own, ngx_str_t *authorization)
{
    ngx_http_core_main_conf_t  *cmcf;

    /* the request's body is not to be read for it, nor closed by it */

    own->body = ngx_pcalloc(r->pool, sizeof(ngx_http_request_body_t));
    if (own->body == NULL) {
        return NGX_ERROR;
    }

    /* values made of these headers must not be taken for the request's */

    cmcf = ngx_http_get_module_main_conf(r, ngx_http_core_module);

    own->variables = ngx_pcalloc(r->pool,
                                 cmcf->variables.nelts
                                 * sizeof(ngx_http_variable_value_t));
    if (own->variables == NULL) {
        return NGX_ERROR;
    }

    return ngx_http_scopestack_lookup_headers(r, &own->headers,
                                              authorization);
}


/* A cache knows no tokens: what it has may be about another caller, and what it
   is given now would be told to others. */

static ngx_uint_t
ngx_http_scopestack_lookup_cached(ngx_http_request_t *sr)
{
#if (NGX_HTTP_CACHE)
    return sr->upstream && sr->upstream->cache_status;
#else
    return 0;
#endif
}


static ngx_int_t
ngx_http_scopestack_lookup_answer(ngx_http_request_t *sr, ngx_int_t rc,
    ngx_http_scopestack_lookup_t *lookup, ss_str_t *account)
{
    ss_str_t  body;

    ngx_memzero(account, sizeof(ss_str_t));

    if (rc != NGX_OK
        || sr->headers_out.status != NGX_HTTP_OK
        || lookup->answer == NULL
        || lookup->too_large
        || ngx_http_scopestack_lookup_cached(sr))
    {
        return NGX_DECLINED;
    }

    body.data = lookup->answer->pos;
    body.len = lookup->answer->last - lookup->answer->pos;

    if (ss_account_of(body, &lookup->ctx->mem, account) != SS_OK
        || account->len == 0
        || account->len > NGX_HTTP_SCOPESTACK_ACCOUNT)
    {
        account->len = 0;
        return NGX_DECLINED;
    }

    return NGX_OK;
}


/*
 * Takes the answer of a lookup out of the filters. nginx would keep it in
 * memory for us as well, but ends the main request when it is too large.
 */

static ngx_int_t
ngx_http_scopestack_lookup_body_filter(ngx_http_request_t *r, ngx_chain_t *in)
{
    size_t                         n;
    ngx_buf_t                     *b, *answer;
    ngx_http_scopestack_lookup_t  *lookup;

    if (r == r->main
        || r->post_subrequest == NULL
        || r->post_subrequest->handler != ngx_http_scopestack_lookup_done)
    {
        return ngx_http_next_body_filter(r, in);
    }

    lookup = r->post_subrequest->data;

    if (lookup->answer == NULL) {
        lookup->answer = ngx_create_temp_buf(r->pool,
                                             NGX_HTTP_SCOPESTACK_ANSWER);
        lookup->too_large = (lookup->answer == NULL);
    }

    answer = lookup->answer;

    for ( /* void */ ; in; in = in->next) {
        b = in->buf;

        if (ngx_buf_in_memory(b) && answer) {
            n = ngx_min(b->last - b->pos, answer->end - answer->last);
            answer->last = ngx_cpymem(answer->last, b->pos, n);
            b->pos += n;
        }

        lookup->too_large |= (ngx_buf_size(b) != 0);

        b->pos = b->last;
        b->file_pos = b->file_last;
    }

    return NGX_OK;
}


static void
ngx_http_scopestack_lookup_log(ngx_http_request_t *sr, ngx_int_t rc)
{
    ngx_uint_t  status;

    if (ngx_http_scopestack_lookup_cached(sr)) {
        ngx_log_error(NGX_LOG_ERR, sr->connection->log, 0,
                      "scopestack: no account taken from the lookup, its "
                      "location has a cache that would mix callers up; set "
                      "\"proxy_cache off\" there");
        return;
    }

    status = rc >= NGX_HTTP_SPECIAL_RESPONSE ? (ngx_uint_t) rc
                                             : sr->headers_out.status;

    ngx_log_error(NGX_LOG_WARN, sr->connection->log, 0,
                  "scopestack: no account found, the lookup ended "
                  "with status %ui", status);
}


/*
 * An upstream begins by stopping the timer of the client's connection, which
 * has been read by then. A main request that goes on meanwhile may be reading
 * its body: it would wait for the rest of it for ever.
 */

static void
ngx_http_scopestack_restart_timer(ngx_http_request_t *r)
{
    ngx_connection_t          *c;
    ngx_http_core_loc_conf_t  *clcf;

    c = r->connection;

    if (r->request_body == NULL
        || r->request_body->rest <= 0
        || c->read->timer_set
        || c->error)
    {
        return;
    }

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);
    ngx_add_timer(c->read, clcf->client_body_timeout);
}


static ngx_int_t
ngx_http_scopestack_lookup_done(ngx_http_request_t *sr, void *data,
    ngx_int_t rc)
{
    ngx_http_scopestack_lookup_t *lookup = data;

    ss_str_t     account;
    ngx_uint_t   gone;

    if (!lookup->asking) {
        return rc;
    }

    lookup->asking = 0;

    ngx_http_scopestack_restart_timer(sr->main);

    /* a status of 499 alone may be anybody's */
    gone = sr->connection->error;

    if (ngx_http_scopestack_lookup_answer(sr, rc, lookup, &account) != NGX_OK
        && !gone)
    {
        ngx_http_scopestack_lookup_log(sr, rc);
    }

    if (!lookup->settled) {
        lookup->ctx->request.known_account = account;
    }

    /* whoever went away has not shown that the lookup fails */

    ngx_http_scopestack_zone_put(lookup->zone, lookup->key, account, gone);

    lookup->settled = 1;
    ngx_http_scopestack_lookup_wake(lookup);

    /* anything else would answer the main request */

    return gone ? rc : NGX_OK;
}


ngx_int_t
ngx_http_scopestack_lookup_start(ngx_http_request_t *r, ngx_str_t *uri,
    ngx_http_scopestack_lookup_t *lookup)
{
    ngx_http_request_t          *sr;
    ngx_http_scopestack_own_t    own;
    ngx_http_post_subrequest_t  *ps;

    ps = ngx_palloc(r->pool, sizeof(ngx_http_post_subrequest_t));
    if (ps == NULL
        || ngx_http_scopestack_lookup_own(r, &own, &lookup->authorization)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    ps->handler = ngx_http_scopestack_lookup_done;
    ps->data = lookup;

    if (ngx_http_subrequest(r, uri, NULL, &sr, ps,
                            NGX_HTTP_SUBREQUEST_IN_MEMORY
                            |NGX_HTTP_SUBREQUEST_BACKGROUND)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    /* a copy of the structure: the request's own stays as it is */

    sr->headers_in = own.headers;
    sr->headers_in.headers.last = &sr->headers_in.headers.part;
    sr->request_body = own.body;
    sr->variables = own.variables;

    return NGX_OK;
}


void
ngx_http_scopestack_lookup_init(void)
{
    ngx_http_next_body_filter = ngx_http_top_body_filter;
    ngx_http_top_body_filter = ngx_http_scopestack_lookup_body_filter;
}
