
/*
 * The core's edits into nginx's request.
 *
 * Whatever needs memory is made first; only then is the request changed, so
 * that a failure leaves it as it was.
 */


#include "ngx_http_scopestack.h"


#if (NGX_HTTP_HEADERS)
#define NGX_HTTP_SCOPESTACK_KNOWN  4
#else
#define NGX_HTTP_SCOPESTACK_KNOWN  3
#endif

/* which of the known headers is Content-Length */
#define NGX_HTTP_SCOPESTACK_LENGTH  2


typedef struct {
    ngx_uint_t                  method;
    ngx_str_t                   method_name;
    ngx_str_t                   target;   /* raw path and query */
    ngx_str_t                   uri;      /* decoded path */
    ngx_str_t                   args;
    ngx_list_t                  headers;
    ngx_http_request_body_t    *body;
    size_t                      body_len;
    unsigned                    new_target:1;
    unsigned                    new_headers:1;
    unsigned                    new_body:1;
    ngx_table_elt_t            *known[NGX_HTTP_SCOPESTACK_KNOWN];
} ngx_http_scopestack_change_t;


/* request headers that edits change and nginx keeps a pointer to */

static struct {
    ngx_str_t                   name;
    ngx_uint_t                  offset;
} ngx_http_scopestack_known_headers[NGX_HTTP_SCOPESTACK_KNOWN] = {
    { ngx_string("Authorization"),
      offsetof(ngx_http_headers_in_t, authorization) },
    { ngx_string("Content-Type"),
      offsetof(ngx_http_headers_in_t, content_type) },
    { ngx_string("Content-Length"),
      offsetof(ngx_http_headers_in_t, content_length) },
#if (NGX_HTTP_HEADERS)
    { ngx_string("Accept"),
      offsetof(ngx_http_headers_in_t, accept) },
#endif
};


static ngx_table_elt_t **
ngx_http_scopestack_known(ngx_http_request_t *r, ngx_uint_t k)
{
    return (ngx_table_elt_t **) ((char *) &r->headers_in
                              + ngx_http_scopestack_known_headers[k].offset);
}


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


static ngx_str_t
ngx_http_scopestack_ngx_str(ss_str_t str)
{
    ngx_str_t  s;

    s.data = (u_char *) (uintptr_t) str.data;
    s.len = str.len;

    return s;
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
ngx_http_scopestack_prepare_target(ngx_http_request_t *r,
    ngx_http_scopestack_change_t *ch, ngx_http_scopestack_ctx_t *ctx)
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

    p = ngx_pnalloc(r->pool, path.len + 1 + query.len + path.len);
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

    if (ngx_strlchr(ch->target.data, ch->target.data + path.len, '%')) {
        src = ch->target.data;
        ngx_unescape_uri(&p, &src, path.len, 0);
    } else {
        p = ngx_cpymem(p, path.data, path.len);
    }

    ch->uri.len = p - ch->uri.data;

    return NGX_OK;
}


static ngx_int_t
ngx_http_scopestack_push_header(ngx_http_scopestack_change_t *ch,
    ngx_pool_t *pool, ngx_str_t name, ngx_str_t value)
{
    ngx_str_t        *known;
    ngx_uint_t        k;
    ngx_table_elt_t  *h;

    h = ngx_list_push(&ch->headers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(h, sizeof(ngx_table_elt_t));

    h->key = name;
    h->value = value;

    h->lowcase_key = ngx_pnalloc(pool, name.len);
    if (h->lowcase_key == NULL) {
        return NGX_ERROR;
    }

    h->hash = ngx_hash_strlow(h->lowcase_key, name.data, name.len);

    for (k = 0; k < NGX_HTTP_SCOPESTACK_KNOWN; k++) {
        known = &ngx_http_scopestack_known_headers[k].name;

        if (known->len == name.len
            && ngx_strncmp(known->data, name.data, name.len) == 0)
        {
            ch->known[k] = h;
        }
    }

    return NGX_OK;
}


static const ss_edit_t *
ngx_http_scopestack_header_edit(ss_result_t *result, ngx_str_t *name,
    ngx_uint_t *index)
{
    const ss_edit_t  *edit;

    for (*index = 0; *index < result->edit_count; (*index)++) {
        edit = &result->edits[*index];

        if ((edit->kind == SS_EDIT_HEADER_SET
             || edit->kind == SS_EDIT_HEADER_REMOVE)
            && edit->name.len == name->len
            && ngx_strncasecmp(name->data, (u_char *) (uintptr_t)
                               edit->name.data, name->len)
               == 0)
        {
            return edit;
        }
    }

    return NULL;
}


/*
 * Elements of the old list stay where they are: nginx points into it from
 * everywhere, and names of HTTP/2 are not even ours to write to.
 */

static ngx_int_t
ngx_http_scopestack_copy_headers(ngx_http_request_t *r,
    ngx_http_scopestack_change_t *ch, ss_result_t *result, uint32_t *done)
{
    ngx_uint_t        i, k, n;
    const ss_edit_t  *edit;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h, *copy;

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (ngx_http_scopestack_own_header(&h[i].key)) {
                continue;
            }

            edit = ngx_http_scopestack_header_edit(result, &h[i].key, &k);

            if (edit && (edit->kind == SS_EDIT_HEADER_REMOVE
                         || (*done & 1u << k)))
            {
                continue;
            }

            copy = ngx_list_push(&ch->headers);
            if (copy == NULL) {
                return NGX_ERROR;
            }

            *copy = h[i];

            for (n = 0; n < NGX_HTTP_SCOPESTACK_KNOWN; n++) {
                if (*ngx_http_scopestack_known(r, n) == &h[i]) {
                    ch->known[n] = copy;
                }
            }

            if (edit) {
                copy->value = ngx_http_scopestack_ngx_str(edit->value);
#if (nginx_version >= 1023000)
                copy->next = NULL;
#endif
                *done |= 1u << k;
            }
        }
    }

    return NGX_OK;
}


static ngx_uint_t
ngx_http_scopestack_edits_headers(ss_result_t *result)
{
    return ngx_http_scopestack_find_edit(result, SS_EDIT_HEADER_SET)
           || ngx_http_scopestack_find_edit(result, SS_EDIT_HEADER_REMOVE);
}


static ngx_int_t
ngx_http_scopestack_set_length(ngx_http_request_t *r,
    ngx_http_scopestack_change_t *ch)
{
    u_char           *p;
    ngx_str_t         name, value;
    ngx_table_elt_t  *length;

    p = ngx_pnalloc(r->pool, NGX_SIZE_T_LEN);
    if (p == NULL) {
        return NGX_ERROR;
    }

    value.data = p;
    value.len = ngx_sprintf(p, "%uz", ch->body_len) - p;

    length = ch->known[NGX_HTTP_SCOPESTACK_LENGTH];
    if (length) {
        length->value = value;
        return NGX_OK;
    }

    ngx_str_set(&name, "Content-Length");

    return ngx_http_scopestack_push_header(ch, r->pool, name, value);
}


static ngx_int_t
ngx_http_scopestack_prepare_headers(ngx_http_request_t *r,
    ngx_http_scopestack_change_t *ch, ngx_http_scopestack_ctx_t *ctx)
{
    size_t            i, n;
    uint32_t          done;
    const ss_edit_t  *edit;

    if (!ctx->strip && !ch->new_body
        && !ngx_http_scopestack_edits_headers(&ctx->result))
    {
        return NGX_OK;
    }

    /* those there are, those of the edits, and a Content-Length */

    n = ctx->request.header_count + ctx->result.edit_count + 2;

    if (ngx_list_init(&ch->headers, r->pool, n, sizeof(ngx_table_elt_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    done = 0;

    if (ngx_http_scopestack_copy_headers(r, ch, &ctx->result, &done)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    for (i = 0; i < ctx->result.edit_count; i++) {
        edit = &ctx->result.edits[i];

        if (edit->kind == SS_EDIT_HEADER_SET && !(done & 1u << i)
            && ngx_http_scopestack_push_header(ch, r->pool,
                                     ngx_http_scopestack_ngx_str(edit->name),
                                     ngx_http_scopestack_ngx_str(edit->value))
               != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    if (ch->new_body && ngx_http_scopestack_set_length(r, ch) != NGX_OK) {
        return NGX_ERROR;
    }

    ch->new_headers = 1;

    return NGX_OK;
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
            || r->headers_in.content_length_n > 0
            || r->headers_in.chunked
            || (r->request_body && r->request_body->bufs)))
    {
        return NGX_OK;
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


static void
ngx_http_scopestack_commit_headers(ngx_http_request_t *r,
    ngx_http_scopestack_change_t *ch)
{
    ngx_uint_t  k;

    for (k = 0; k < NGX_HTTP_SCOPESTACK_KNOWN; k++) {
        *ngx_http_scopestack_known(r, k) = ch->known[k];
    }

    r->headers_in.headers = ch->headers;

    /* the list holds a pointer into itself */
    r->headers_in.headers.last = &r->headers_in.headers.part;
}


static void
ngx_http_scopestack_commit(ngx_http_request_t *r,
    ngx_http_scopestack_change_t *ch)
{
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

        r->uri = ch->uri;
        r->args = ch->args;
        r->quoted_uri = 1;
        ngx_http_set_exten(r);
    }

    if (ch->new_headers) {
        ngx_http_scopestack_commit_headers(r, ch);
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

    if (ngx_http_scopestack_prepare_target(r, &ch, ctx) != NGX_OK
        || ngx_http_scopestack_prepare_body(r, &ch, &ctx->result) != NGX_OK
        || ngx_http_scopestack_prepare_headers(r, &ch, ctx) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_http_scopestack_commit(r, &ch);

    return NGX_OK;
}
