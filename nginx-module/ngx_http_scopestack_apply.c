
/*
 * The core's edits into nginx's request.
 *
 * Whatever needs memory is made first; only then is the request changed, so
 * that a failure leaves it as it was.
 */


#include "ngx_http_scopestack_apply.h"


static const ss_edit_t *
ngx_http_scopestack_find_edit(ss_result_t *result, ss_edit_kind_t kind)
{
    size_t  i;

    for (i = 0; i < result->edit_count; i++) {
        if (result->edits[i].kind == kind) {
            return &result->edits[i];
        }
    }

    return NULL;
}


static void
ngx_http_scopestack_prepare_method(ngx_http_scopestack_change_t *ch,
    ss_result_t *result)
{
    const ss_edit_t  *edit;

    edit = ngx_http_scopestack_find_edit(result, SS_EDIT_METHOD);
    if (edit == NULL) {
        return;
    }

    ch->method_name = ngx_http_scopestack_ngx_str(edit->value);

    ch->method = NGX_HTTP_UNKNOWN;
    if (ch->method_name.len == 4
        && ngx_strncmp(ch->method_name.data, "POST", 4) == 0)
    {
        ch->method = NGX_HTTP_POST;
    }
}


static ngx_int_t
ngx_http_scopestack_prepare_target(ngx_http_scopestack_change_t *ch,
    ngx_http_scopestack_ctx_t *ctx)
{
    u_char           *p, *src;
    ss_str_t          path, query;
    const ss_edit_t  *edit;

    path = ctx->request.path;
    query = ctx->request.query;

    edit = ngx_http_scopestack_find_edit(&ctx->result, SS_EDIT_PATH);
    if (edit) {
        path = edit->value;
        ch->new_target = 1;
    }

    edit = ngx_http_scopestack_find_edit(&ctx->result, SS_EDIT_QUERY);
    if (edit) {
        query = edit->value;
        ch->new_target = 1;
    }

    if (!ch->new_target) {
        return NGX_OK;
    }

    /* the raw target and, behind it, the decoded path */

    p = ngx_http_scopestack_alloc(ctx, path.len + 1 + query.len + path.len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    ch->target.data = p;
    p = ngx_cpymem(p, path.data, path.len);

    if (query.len || (ctx->request.has_query && edit == NULL)) {
        *p++ = '?';
        ch->args.data = p;
        ch->args.len = query.len;
        p = ngx_cpymem(p, query.data, query.len);
    }

    ch->target.len = p - ch->target.data;

    ch->uri.data = p;

    if (memchr(ch->target.data, '%', path.len)) {
        src = ch->target.data;
        ngx_unescape_uri(&p, &src, path.len, 0);
    } else {
        p = ngx_cpymem(p, path.data, path.len);
    }

    ch->uri.len = p - ch->uri.data;

    return NGX_OK;
}


static ngx_inline ngx_uint_t
ngx_http_scopestack_has_body(ngx_http_request_t *r)
{
    return r->headers_in.content_length_n > 0 || r->headers_in.chunked;
}


static ngx_int_t
ngx_http_scopestack_prepare_body(ngx_http_request_t *r,
    ngx_http_scopestack_change_t *ch, ss_result_t *result)
{
    ngx_buf_t        *b;
    ngx_str_t         text;
    ngx_chain_t      *cl;
    const ss_edit_t  *edit;

    edit = ngx_http_scopestack_find_edit(result, SS_EDIT_BODY);

    if (edit == NULL
        && (ch->method != NGX_HTTP_POST
            || ngx_http_scopestack_has_body(r)
            || (r->request_body && r->request_body->bufs)))
    {
        return NGX_OK;
    }

    if (r->request_body == NULL && ngx_http_scopestack_has_body(r)) {
        /* what is still to come of it would get into ours */
        return NGX_ERROR;
    }

    /* a GET that becomes a POST has a body, if an empty one */

    ngx_str_null(&text);
    if (edit) {
        text = ngx_http_scopestack_ngx_str(edit->value);
    }

    ch->body = ngx_palloc(r->pool, sizeof(ngx_http_request_body_t));
    if (ch->body == NULL) {
        return NGX_ERROR;
    }

    /* what is left of reading the old one stays as it is */

    if (r->request_body) {
        *ch->body = *r->request_body;
    } else {
        ngx_memzero(ch->body, sizeof(ngx_http_request_body_t));
    }

    ch->body->temp_file = NULL;
    ch->body->bufs = NULL;
    ch->body->buf = NULL;

    if (text.len) {
        b = ngx_calloc_buf(r->pool);
        cl = ngx_alloc_chain_link(r->pool);
        if (b == NULL || cl == NULL) {
            return NGX_ERROR;
        }

        b->start = text.data;
        b->pos = text.data;
        b->last = text.data + text.len;
        b->end = b->last;
        b->memory = 1;
        b->last_buf = 1;

        cl->buf = b;
        cl->next = NULL;

        ch->body->bufs = cl;
        ch->body->buf = b;
    }

    ch->body_len = text.len;
    ch->new_body = 1;

    return NGX_OK;
}


static ngx_uint_t
ngx_http_scopestack_changes(ngx_http_scopestack_change_t *ch)
{
    ngx_uint_t  of;

    of = 0;

    if (ch->new_target) {
        of |= NGX_HTTP_SCOPESTACK_TARGET;
    }

    if (ch->new_headers) {
        of |= NGX_HTTP_SCOPESTACK_HEADERS;
    }

    if (ch->new_body) {
        of |= NGX_HTTP_SCOPESTACK_BODY;
    }

    return of;
}


static void
ngx_http_scopestack_commit(ngx_http_request_t *r,
    ngx_http_scopestack_change_t *ch)
{
    ngx_http_scopestack_flush(r, ngx_http_scopestack_changes(ch));

    if (ch->method_name.len) {
        r->method = ch->method;
        r->method_name = ch->method_name;
    }

    if (ch->new_target) {

        /*
         * proxy_pass without a URI sends the raw target while it is valid:
         * so what no rule touched keeps its bytes; after a rewrite nginx
         * makes the target of uri and args
         */

        if (r->valid_unparsed_uri) {
            r->unparsed_uri = ch->target;
        }

        /* the new path need not begin as the location does: a URI part of
           proxy_pass has nothing to replace any more, as behind "rewrite" */
        r->valid_location = 0;

        ngx_http_scopestack_recapture(r, &ch->uri);

        r->uri = ch->uri;
        r->args = ch->args;
        r->quoted_uri = 1;
        ngx_http_set_exten(r);
    }

    if (ch->new_headers) {
        ngx_http_scopestack_commit_headers(r, &ch->headers);
    }

    if (ch->new_body) {
        r->request_body = ch->body;
        r->headers_in.content_length_n = ch->body_len;
        r->headers_in.chunked = 0;
    }
}


ngx_int_t
ngx_http_scopestack_apply(ngx_http_request_t *r,
    ngx_http_scopestack_ctx_t *ctx)
{
    ngx_http_scopestack_change_t  ch;

    ngx_memzero(&ch, sizeof(ngx_http_scopestack_change_t));

    ngx_http_scopestack_prepare_method(&ch, &ctx->result);

    if (ngx_http_scopestack_prepare_target(&ch, ctx) != NGX_OK
        || ngx_http_scopestack_prepare_body(r, &ch, &ctx->result) != NGX_OK
        || ngx_http_scopestack_prepare_headers(r, &ch, ctx) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_http_scopestack_commit(r, &ch);

    return NGX_OK;
}
