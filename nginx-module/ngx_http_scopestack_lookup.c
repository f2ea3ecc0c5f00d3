
/*
 * Whose account is it? Where the account is "auto", GET /v1/me says so: asked
 * with the caller's token by a subrequest to a location of the operator's,
 * once for each token, and kept in the zone.
 *
 * A request waits for the lookup that it has started itself, for as long as
 * that location's timeouts let it, and for no other. Without an answer it goes
 * on without an account.
 */


#include "ngx_http_scopestack.h"


struct ngx_http_scopestack_lookup_s {
    ngx_http_scopestack_ctx_t   *ctx;
    ngx_http_scopestack_zone_t  *zone;
    ngx_buf_t                   *answer;
    u_char                       key[65];
    unsigned                     done:1;
    unsigned                     too_large:1;
};


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
    ngx_http_headers_in_t *headers)
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
                                      &r->headers_in.authorization->value);

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
    ngx_http_scopestack_own_t *own)
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

    return ngx_http_scopestack_lookup_headers(r, &own->headers);
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


static ngx_int_t
ngx_http_scopestack_lookup_done(ngx_http_request_t *sr, void *data,
    ngx_int_t rc)
{
    ngx_http_scopestack_lookup_t *lookup = data;

    ss_str_t     account;
    ngx_uint_t   gone;

    if (lookup->done) {
        return rc;
    }

    lookup->done = 1;

    /* a status of 499 alone may be anybody's */
    gone = sr->connection->error;

    if (ngx_http_scopestack_lookup_answer(sr, rc, lookup, &account)
        == NGX_OK)
    {
        lookup->ctx->request.known_account = account;

    } else if (!gone) {
        ngx_http_scopestack_lookup_log(sr, rc);
    }

    /* whoever went away has not shown that the lookup fails */

    ngx_http_scopestack_zone_put(lookup->zone, lookup->key, account, gone);

    /* anything else would answer the main request */

    return gone ? rc : NGX_OK;
}


static ngx_int_t
ngx_http_scopestack_lookup_start(ngx_http_request_t *r, ngx_str_t *uri,
    ngx_http_scopestack_lookup_t *lookup)
{
    ngx_http_request_t          *sr;
    ngx_http_scopestack_own_t    own;
    ngx_http_post_subrequest_t  *ps;

    ps = ngx_palloc(r->pool, sizeof(ngx_http_post_subrequest_t));
    if (ps == NULL || ngx_http_scopestack_lookup_own(r, &own) != NGX_OK) {
        return NGX_ERROR;
    }

    ps->handler = ngx_http_scopestack_lookup_done;
    ps->data = lookup;

    if (ngx_http_subrequest(r, uri, NULL, &sr, ps,
                            NGX_HTTP_SUBREQUEST_IN_MEMORY
                            |NGX_HTTP_SUBREQUEST_WAITED)
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


static ngx_int_t
ngx_http_scopestack_lookup_begin(ngx_http_request_t *r,
    ngx_http_scopestack_ctx_t *ctx, ngx_str_t *uri)
{
    size_t                            len;
    u_char                           *account;
    ngx_int_t                         rc;
    ngx_http_scopestack_lookup_t     *lookup;
    ngx_http_scopestack_main_conf_t  *smcf;

    smcf = ngx_http_get_module_main_conf(r, ngx_http_scopestack_module);

    lookup = ngx_pcalloc(r->pool, sizeof(ngx_http_scopestack_lookup_t));
    account = ngx_pnalloc(r->pool, NGX_HTTP_SCOPESTACK_ACCOUNT);

    if (lookup == NULL
        || account == NULL
        || !ss_account_key(&ctx->request, (char *) lookup->key))
    {
        return NGX_OK;
    }

    lookup->ctx = ctx;
    lookup->zone = smcf->zone;

    rc = ngx_http_scopestack_zone_get(smcf->zone, lookup->key, account, &len);

    if (rc == NGX_AGAIN) {

        if (ngx_http_scopestack_lookup_start(r, uri, lookup) == NGX_OK) {
            ctx->lookup = lookup;
            return NGX_AGAIN;
        }

        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "scopestack: the lookup of the account could not begin");
    }

    ctx->request.known_account.data = account;
    ctx->request.known_account.len = len;

    return NGX_OK;
}


ngx_int_t
ngx_http_scopestack_lookup(ngx_http_request_t *r,
    ngx_http_scopestack_ctx_t *ctx)
{
    ngx_http_scopestack_loc_conf_t  *slcf;

    if (ctx->lookup) {
        return ctx->lookup->done ? NGX_OK : NGX_AGAIN;
    }

    slcf = ngx_http_get_module_loc_conf(r, ngx_http_scopestack_module);

    if (r->headers_in.authorization == NULL
        || !ss_wants_account(slcf->engine, &ctx->request))
    {
        return NGX_OK;
    }

    return ngx_http_scopestack_lookup_begin(r, ctx, &slcf->lookup);
}


char *
ngx_http_scopestack_set_lookup(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_scopestack_loc_conf_t *slcf = conf;

    ngx_str_t  *value;

    if (slcf->lookup.data != NULL) {
        return "is duplicate";
    }

    value = cf->args->elts;

    slcf->lookup = value[1];
    slcf->lookup_file = cf->conf_file->file.name;
    slcf->lookup_line = cf->conf_file->line;

    if (ngx_strcmp(value[1].data, "off") == 0) {
        slcf->lookup.len = 0;
        return NGX_CONF_OK;
    }

    if (value[1].data[0] != '/' || strpbrk((char *) value[1].data, "?$") != NULL) {
        return "wants a path, without query and variables, or \"off\"";
    }

    return NGX_CONF_OK;
}


char *
ngx_http_scopestack_merge_lookup(ngx_conf_t *cf,
    ngx_http_scopestack_loc_conf_t *prev, ngx_http_scopestack_loc_conf_t *conf)
{
    ngx_http_scopestack_main_conf_t  *smcf;

    if (conf->lookup.data == NULL) {
        conf->lookup = prev->lookup;
        conf->lookup_file = prev->lookup_file;
        conf->lookup_line = prev->lookup_line;
    }

    smcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_scopestack_module);

    if (conf->lookup.len == 0 || smcf->zone) {
        return NGX_CONF_OK;
    }

    /* the zone might have come behind it: known at the end of http only */

    ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                  "scopestack_lookup needs a scopestack_zone in %V:%ui",
                  &conf->lookup_file, conf->lookup_line);

    return NGX_CONF_ERROR;
}


void
ngx_http_scopestack_lookup_init(void)
{
    ngx_http_next_body_filter = ngx_http_top_body_filter;
    ngx_http_top_body_filter = ngx_http_scopestack_lookup_body_filter;
}
