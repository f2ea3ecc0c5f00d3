
/*
 * Why the service refused: the answer is looked at, and what is likely to be
 * wrong is told in a header, or in the body. Whatever goes wrong here leaves
 * the answer as it came.
 */


#include "ngx_http_scopestack.h"
#include "ngx_http_scopestack_explain.h"


/* what would no longer be true of a body with more in it */

static ngx_str_t  ngx_http_scopestack_digests[] = {
    ngx_string("Content-MD5"),
    ngx_string("Digest"),
    ngx_string("Content-Digest"),
    ngx_string("Repr-Digest"),
    ngx_null_string
};


/*
 * the answer is the service's own, if perhaps with a page of nginx's for it, and
 * not one to a team whose mode is off
 */

ngx_uint_t
ngx_http_scopestack_wants_explanation(ngx_http_request_t *r,
    ngx_http_scopestack_ctx_t *ctx)
{
    ss_str_t                         type;
    ngx_http_upstream_t             *u;
    ngx_http_scopestack_loc_conf_t  *slcf;

    u = r->upstream;

    if (u == NULL
        || !ctx->checked
        || ctx->result.mode == SS_MODE_OFF
        || u->headers_in.status_n != r->headers_out.status)
    {
        return 0;
    }

    ngx_memzero(&type, sizeof(ss_str_t));
    if (u->headers_in.content_type) {
        type = ngx_http_scopestack_str(&u->headers_in.content_type->value);
    }

    if (!ss_wants_explanation(ctx->result.route.kind, r->headers_out.status,
                              type))
    {
        return 0;
    }

    slcf = ngx_http_get_module_loc_conf(r, ngx_http_scopestack_module);

    return slcf->explain != NGX_HTTP_SCOPESTACK_EXPLAIN_OFF;
}


static ngx_int_t
ngx_http_scopestack_read_answer(ngx_http_request_t *r,
    ngx_http_scopestack_explain_t *e, ss_response_t *response)
{
    size_t            n;
    ngx_uint_t        i;
    ss_header_t      *header;
    ngx_list_part_t  *part, *first;
    ngx_table_elt_t  *h;

    ngx_memzero(response, sizeof(ss_response_t));
    response->status = (unsigned) r->headers_out.status;

    if (r->err_status) {
        /* the body is a page of the operator's */
        return NGX_OK;
    }

    if (e->buf) {
        response->body.data = e->buf->pos;
        response->body.len = e->buf->last - e->buf->pos;
        response->body_complete = e->complete;
    }

    first = &r->upstream->headers_in.headers.part;

    n = 0;
    for (part = first; part; part = part->next) {
        n += part->nelts;
    }

    header = ngx_palloc(r->pool, (n + 1) * sizeof(ss_header_t));
    if (header == NULL) {
        return NGX_ERROR;
    }

    response->headers = header;
    response->header_count = n;

    for (part = first; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            header->name = ngx_http_scopestack_str(&h[i].key);
            header->value = ngx_http_scopestack_str(&h[i].value);
            header++;
        }
    }

    return NGX_OK;
}


/* the request as it left: headers and target are nginx's by now, the body is
   what the check saw or put in its place */

static ngx_int_t
ngx_http_scopestack_read_left(ngx_http_request_t *r,
    ngx_http_scopestack_ctx_t *ctx, ss_request_t *request)
{
    size_t                     i;
    ngx_http_scopestack_ctx_t  left;

    ngx_memzero(&left, sizeof(ngx_http_scopestack_ctx_t));
    left.mem = ctx->mem;

    if (ngx_http_scopestack_read(r, &left) != NGX_OK) {
        return NGX_ERROR;
    }

    *request = left.request;

    request->known_account = ctx->request.known_account;
    request->body_state = ctx->request.body_state;
    request->body = ctx->request.body;

    for (i = 0; i < ctx->result.edit_count; i++) {
        if (ctx->result.edits[i].kind == SS_EDIT_BODY) {
            request->body_state = SS_BODY_COMPLETE;
            request->body = ctx->result.edits[i].value;
        }
    }

    if (ctx->result.route.host.len) {
        request->scheme = ctx->result.route.scheme;
        request->authority = ctx->result.route.host;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_scopestack_push_explain(ngx_http_request_t *r,
    ngx_http_scopestack_ctx_t *ctx)
{
    ss_str_t          value;
    ngx_table_elt_t  *h;

    if (ss_explanation_header(&ctx->explain->explanation, &ctx->mem, &value)
        != SS_OK)
    {
        return NGX_ERROR;
    }

    h = ngx_list_push(&r->headers_out.headers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(h, sizeof(ngx_table_elt_t));

    h->hash = 1;
    ngx_str_set(&h->key, "ScopeStack-Explain");
    h->value.data = (u_char *) (uintptr_t) value.data;
    h->value.len = value.len;

    return NGX_OK;
}


static void
ngx_http_scopestack_clear_digests(ngx_http_request_t *r)
{
    ngx_str_t        *name;
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    for (part = &r->headers_out.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            for (name = ngx_http_scopestack_digests; name->len; name++) {
                if (h[i].key.len == name->len
                    && ngx_strncasecmp(h[i].key.data, name->data, name->len)
                       == 0)
                {
                    h[i].hash = 0;
                }
            }
        }
    }
}


/* what is true of the service's own body alone */

static void
ngx_http_scopestack_clear_body_headers(ngx_http_request_t *r)
{
    ngx_http_clear_content_length(r);
    ngx_http_clear_accept_ranges(r);
    ngx_http_clear_last_modified(r);
    ngx_http_clear_etag(r);
    ngx_http_scopestack_clear_digests(r);
}


/* puts the explanation into the body where the core knows how */

static ngx_int_t
ngx_http_scopestack_replace_body(ngx_http_request_t *r,
    ngx_http_scopestack_ctx_t *ctx, ss_response_t *response)
{
    ss_str_t    body;
    ngx_buf_t  *b;

    if (ss_explanation_body(&ctx->explain->explanation, response, &ctx->mem,
                            &body)
        != SS_OK)
    {
        return NGX_ERROR;
    }

    if (body.data == NULL) {
        return NGX_OK;
    }

    b = ctx->explain->buf;
    b->start = (u_char *) (uintptr_t) body.data;
    b->pos = b->start;
    b->last = b->start + body.len;
    b->end = b->last;

    ngx_http_scopestack_clear_body_headers(r);

    r->headers_out.content_length_n = body.len;

    return NGX_OK;
}


static ngx_int_t
ngx_http_scopestack_try_explain(ngx_http_request_t *r,
    ngx_http_scopestack_ctx_t *ctx)
{
    ss_str_t                         ids;
    ss_request_t                     request;
    ss_response_t                    response;
    ngx_http_scopestack_explain_t   *e;
    ngx_http_scopestack_loc_conf_t  *slcf;

    e = ctx->explain;
    slcf = ngx_http_get_module_loc_conf(r, ngx_http_scopestack_module);

    if (ngx_http_scopestack_read_answer(r, e, &response) != NGX_OK
        || ngx_http_scopestack_read_left(r, ctx, &request) != NGX_OK
        || ss_explain(slcf->engine, &request, &ctx->result, &response,
                      &ctx->mem, &e->explanation)
           != SS_OK
        || ss_explanation_ids(&e->explanation, ',', &ctx->mem, &ids) != SS_OK)
    {
        return NGX_ERROR;
    }

    if (e->explanation.cause_count == 0) {
        return NGX_OK;
    }

    ngx_log_error(NGX_LOG_INFO, r->connection->log, 0,
                  "scopestack: answer %ui explained: %*s",
                  r->headers_out.status, ids.len, ids.data);

    if (ngx_http_scopestack_push_explain(r, ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    if (slcf->explain != NGX_HTTP_SCOPESTACK_EXPLAIN_BODY) {
        return NGX_OK;
    }

    if (e->complete) {
        return ngx_http_scopestack_replace_body(r, ctx, &response);
    }

    if (r->method == NGX_HTTP_HEAD
        && r->headers_out.status >= NGX_HTTP_BAD_REQUEST)
    {
        /* a GET might have got another body than the one that these are of */
        ngx_http_scopestack_clear_body_headers(r);
    }

    return NGX_OK;
}


void
ngx_http_scopestack_explain(ngx_http_request_t *r,
    ngx_http_scopestack_ctx_t *ctx)
{
    if (ngx_http_scopestack_try_explain(r, ctx) != NGX_OK) {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "scopestack: the answer could not be explained, "
                      "it is passed on as it came");
    }
}


ngx_int_t
ngx_http_scopestack_get_causes(ngx_http_request_t *r,
    ngx_http_scopestack_ctx_t *ctx, ss_mem_t *mem, ss_str_t *value)
{
    if (ctx->explain == NULL) {
        value->len = 0;
        return NGX_OK;
    }

    return ss_explanation_ids(&ctx->explain->explanation, ',', mem, value)
           == SS_OK ? NGX_OK : NGX_ERROR;
}
