
/*
 * nginx's request into the core's.
 */


#include "ngx_http_scopestack.h"


static ngx_int_t ngx_http_scopestack_copy_chain(ngx_http_request_t *r,
    u_char *p);


ngx_uint_t
ngx_http_scopestack_own_header(ngx_str_t *name)
{
    return name->len == sizeof("ScopeStack-Gateway") - 1
           && (ngx_strncasecmp(name->data, (u_char *) "ScopeStack-Gateway",
                               name->len)
               == 0
               || ngx_strncasecmp(name->data, (u_char *) "ScopeStack-Explain",
                                  name->len)
                  == 0);
}


/* the target as the client wrote it, or, behind a rewrite, as nginx would */

static ngx_int_t
ngx_http_scopestack_raw_target(ngx_http_request_t *r, ngx_str_t *target)
{
    size_t   escape;
    u_char  *p;

    if (r->valid_unparsed_uri) {
        *target = r->unparsed_uri;
        return NGX_OK;
    }

    if (r->uri.data == NULL) {
        /* a request that was never read whole, on its way to the log */
        ngx_str_null(target);
        return NGX_OK;
    }

    escape = 2 * ngx_escape_uri(NULL, r->uri.data, r->uri.len, NGX_ESCAPE_URI);

    target->len = r->uri.len + escape + (r->args.len ? r->args.len + 1 : 0);
    target->data = ngx_pnalloc(r->pool, target->len);
    if (target->data == NULL) {
        return NGX_ERROR;
    }

    p = (u_char *) ngx_escape_uri(target->data, r->uri.data, r->uri.len,
                                  NGX_ESCAPE_URI);

    if (r->args.len) {
        *p++ = '?';
        ngx_memcpy(p, r->args.data, r->args.len);
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_scopestack_read_target(ngx_http_request_t *r, ss_request_t *request)
{
    u_char     *query;
    ngx_str_t   target;

    if (ngx_http_scopestack_raw_target(r, &target) != NGX_OK) {
        return NGX_ERROR;
    }

    request->method = ngx_http_scopestack_str(&r->method_name);

#if (NGX_HTTP_SSL)
    if (r->connection->ssl) {
        request->scheme = SS_STR("https");
    } else
#endif
    {
        request->scheme = SS_STR("http");
    }

    if (r->headers_in.host) {
        request->authority = ngx_http_scopestack_str(
                                                 &r->headers_in.host->value);
    } else {
        request->authority = ngx_http_scopestack_str(&r->headers_in.server);
    }

    request->at_gateway = 1;
    request->path = ngx_http_scopestack_str(&target);

    query = target.len ? memchr(target.data, '?', target.len) : NULL;
    if (query) {
        request->path.len = query - target.data;
        request->has_query = 1;
        request->query.data = query + 1;
        request->query.len = target.data + target.len - (query + 1);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_scopestack_read_headers(ngx_http_request_t *r,
    ngx_http_scopestack_ctx_t *ctx)
{
    size_t            n;
    ngx_uint_t        i;
    ss_header_t      *header;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    n = 0;
    for (part = &r->headers_in.headers.part; part; part = part->next) {
        n += part->nelts;
    }

    ctx->strip = 0;

    header = ngx_http_scopestack_alloc(ctx, (n + 1) * sizeof(ss_header_t));
    if (header == NULL) {
        return NGX_ERROR;
    }

    ctx->request.headers = header;

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (ngx_http_scopestack_own_header(&h[i].key)) {
                ctx->strip = 1;
                continue;
            }

            header->name = ngx_http_scopestack_str(&h[i].key);
            header->value = ngx_http_scopestack_str(&h[i].value);
            header++;
            ctx->request.header_count++;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_scopestack_read_value(ngx_http_request_t *r,
    ngx_http_complex_value_t *cv, ss_str_t *value)
{
    ngx_str_t  str;

    if (cv == NULL) {
        return NGX_OK;
    }

    if (ngx_http_complex_value(r, cv, &str) != NGX_OK) {
        return NGX_ERROR;
    }

    *value = ngx_http_scopestack_str(&str);

    return NGX_OK;
}


ngx_int_t
ngx_http_scopestack_read(ngx_http_request_t *r, ngx_http_scopestack_ctx_t *ctx)
{
    ss_str_t                         account;
    ss_request_t                    *request;
    ngx_http_scopestack_loc_conf_t  *slcf;

    slcf = ngx_http_get_module_loc_conf(r, ngx_http_scopestack_module);
    request = &ctx->request;

    /* it may be read before, and be another by now: an error_page stands for a
       request whose body could not be read */

    account = request->known_account;
    ngx_memzero(request, sizeof(ss_request_t));
    request->known_account = account;

    request->place_mode = (ss_mode_t) slcf->mode;
    request->address = ngx_http_scopestack_str(&r->connection->addr_text);

    /* there is one for all that nginx can tell before it reads it */
    request->body_state = (r->headers_in.content_length_n > 0
                           || r->headers_in.chunked)
                          ? SS_BODY_UNREAD : SS_BODY_NONE;

    if (ngx_http_scopestack_read_target(r, request) != NGX_OK
        || ngx_http_scopestack_read_headers(r, ctx) != NGX_OK
        || ngx_http_scopestack_read_value(r, slcf->account, &request->account)
           != NGX_OK
        || ngx_http_scopestack_read_value(r, slcf->team, &request->team)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


/* the body may be in memory, in a temporary file, or partly in each */

static ngx_int_t
ngx_http_scopestack_copy_chain(ngx_http_request_t *r, u_char *p)
{
    size_t        size;
    ssize_t       n;
    ngx_buf_t    *b;
    ngx_chain_t  *cl;

    for (cl = r->request_body->bufs; cl; cl = cl->next) {
        b = cl->buf;

        if (!b->in_file) {
            /* the one that only says "last" has no memory at all */
            if (b->pos != b->last) {
                p = ngx_cpymem(p, b->pos, b->last - b->pos);
            }
            continue;
        }

        size = (size_t) (b->file_last - b->file_pos);

        n = ngx_read_file(b->file, p, size, b->file_pos);
        if (n < 0 || (size_t) n != size) {
            return NGX_ERROR;
        }

        p += size;
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_scopestack_read_body(ngx_http_request_t *r,
    ngx_http_scopestack_ctx_t *ctx, size_t max)
{
    off_t         size;
    u_char       *p;
    ngx_buf_t    *b;
    ngx_chain_t  *cl;

    size = 0;

    for (cl = r->request_body ? r->request_body->bufs : NULL;
         cl;
         cl = cl->next)
    {
        b = cl->buf;
        size += b->in_file ? b->file_last - b->file_pos : b->last - b->pos;
    }

    if (size == 0) {
        ctx->request.body_state = SS_BODY_NONE;
        return NGX_OK;
    }

    /* a rest is left where reading it failed, and an error_page goes on */

    if (size > (off_t) max || r->request_body->rest != 0) {
        ctx->request.body_state = SS_BODY_TOO_LARGE;
        return NGX_OK;
    }

    ctx->request.body_state = SS_BODY_COMPLETE;
    ctx->request.body.len = (size_t) size;

    cl = r->request_body->bufs;

    if (cl->next == NULL && !cl->buf->in_file) {
        ctx->request.body.data = cl->buf->pos;
        return NGX_OK;
    }

    p = ngx_pnalloc(r->pool, (size_t) size);
    if (p == NULL) {
        return NGX_ERROR;
    }

    ctx->request.body.data = p;

    if (ngx_http_scopestack_copy_chain(r, p) != NGX_OK) {
        /* it can still be sent on, if not looked into */
        ctx->request.body_state = SS_BODY_TOO_LARGE;
        ctx->request.body.len = 0;
    }

    return NGX_OK;
}
