
/*
 * Edits of request headers.
 *
 * Most edits set one header, and are done in its element. Where elements have
 * to go, or there is no room for more, the list is made anew: nginx points
 * into it from everywhere, so that nothing can be moved in it. Names are never
 * written to: those of HTTP/2 are not ours.
 */


#include "ngx_http_scopestack_apply.h"


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
    { ngx_string("Transfer-Encoding"),
      offsetof(ngx_http_headers_in_t, transfer_encoding) },
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


/* nearly all names come in their usual spelling */

static ngx_uint_t
ngx_http_scopestack_same_name(ngx_str_t *a, ngx_str_t *b)
{
    return a->len == b->len
           && (ngx_memcmp(a->data, b->data, a->len) == 0
               || ngx_strncasecmp(a->data, b->data, a->len) == 0);
}


static ngx_http_scopestack_set_t *
ngx_http_scopestack_find_set(ngx_http_scopestack_headers_t *hs,
    ngx_str_t *name)
{
    ngx_uint_t  i;

    for (i = 0; i < hs->nsets; i++) {
        if (ngx_http_scopestack_same_name(&hs->sets[i].name, name)) {
            return &hs->sets[i];
        }
    }

    return NULL;
}


/* what is to be done, as a list of names */

static ngx_int_t
ngx_http_scopestack_collect_sets(ngx_http_request_t *r,
    ngx_http_scopestack_change_t *ch, ngx_http_scopestack_ctx_t *ctx)
{
    size_t                      i;
    u_char                     *p;
    ss_result_t                *result;
    const ss_edit_t            *edit;
    ngx_http_scopestack_set_t  *set;

    result = &ctx->result;

    set = ngx_http_scopestack_alloc(ctx, (result->edit_count + 2)
                                         * sizeof(ngx_http_scopestack_set_t));
    if (set == NULL) {
        return NGX_ERROR;
    }

    ch->headers.sets = set;

    for (i = 0; i < result->edit_count; i++) {
        edit = &result->edits[i];

        if (edit->kind != SS_EDIT_HEADER_SET
            && edit->kind != SS_EDIT_HEADER_REMOVE)
        {
            continue;
        }

        set->name = ngx_http_scopestack_ngx_str(edit->name);
        set->value = ngx_http_scopestack_ngx_str(edit->value);
        set->h = NULL;
        set->remove = (edit->kind == SS_EDIT_HEADER_REMOVE);
        set++;
    }

    if (ch->new_body) {
        p = ngx_http_scopestack_alloc(ctx, NGX_SIZE_T_LEN);
        if (p == NULL) {
            return NGX_ERROR;
        }

        ngx_str_set(&set->name, "Content-Length");
        set->value.data = p;
        set->value.len = ngx_sprintf(p, "%uz", ch->body_len) - p;
        set->h = NULL;
        set->remove = 0;
        set++;
    }

    if (ch->new_body && r->headers_in.transfer_encoding) {
        ngx_str_set(&set->name, "Transfer-Encoding");
        ngx_str_null(&set->value);
        set->h = NULL;
        set->remove = 1;
        set++;
    }

    ch->headers.nsets = set - ch->headers.sets;

    return NGX_OK;
}


static void
ngx_http_scopestack_locate(ngx_http_request_t *r,
    ngx_http_scopestack_headers_t *hs)
{
    ngx_uint_t                  i;
    ngx_list_part_t            *part;
    ngx_table_elt_t            *h;
    ngx_http_scopestack_set_t  *set;

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            set = ngx_http_scopestack_find_set(hs, &h[i].key);
            if (set == NULL) {
                continue;
            }

            if (set->remove || set->h) {
                hs->rebuild = 1;
            }

            if (set->h == NULL) {
                set->h = &h[i];
            }
        }
    }
}


/* makes the elements of headers that the request does not have */

static ngx_int_t
ngx_http_scopestack_make_added(ngx_http_request_t *r,
    ngx_http_scopestack_headers_t *hs)
{
    ngx_uint_t                  i, n;
    ngx_list_t                 *list;
    ngx_table_elt_t            *h;
    ngx_http_scopestack_set_t  *set;

    n = 0;
    for (i = 0; i < hs->nsets; i++) {
        n += !hs->sets[i].remove && hs->sets[i].h == NULL;
    }

    if (n == 0) {
        return NGX_OK;
    }

    /* pushing them must not need memory; without a header line, as in HTTP/0.9,
       nginx has not made a list at all */

    list = &r->headers_in.headers;
    if (list->last == NULL || list->nalloc - list->last->nelts < n) {
        hs->rebuild = 1;
    }

    h = ngx_pcalloc(r->pool, n * sizeof(ngx_table_elt_t));
    if (h == NULL) {
        return NGX_ERROR;
    }

    hs->added = h;

    for (i = 0; i < hs->nsets; i++) {
        set = &hs->sets[i];

        if (set->remove || set->h) {
            continue;
        }

        h->key = set->name;
        h->value = set->value;

        h->lowcase_key = ngx_pnalloc(r->pool, h->key.len);
        if (h->lowcase_key == NULL) {
            return NGX_ERROR;
        }

        h->hash = ngx_hash_strlow(h->lowcase_key, h->key.data, h->key.len);
        h++;
    }

    return NGX_OK;
}


/* copies those that stay into a list of one part that has room for all */

static ngx_int_t
ngx_http_scopestack_rebuild(ngx_http_request_t *r,
    ngx_http_scopestack_headers_t *hs, size_t n)
{
    ngx_uint_t                  i, k;
    ngx_list_part_t            *part;
    ngx_table_elt_t            *h, *copy;
    ngx_http_scopestack_set_t  *set;

    if (ngx_list_init(&hs->list, r->pool, n + hs->nsets,
                      sizeof(ngx_table_elt_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (ngx_http_scopestack_own_header(&h[i].key)) {
                continue;
            }

            set = ngx_http_scopestack_find_set(hs, &h[i].key);

            if (set && (set->remove || set->h != &h[i])) {
                continue;
            }

            copy = ngx_list_push(&hs->list);
            if (copy == NULL) {
                return NGX_ERROR;
            }

            *copy = h[i];

            for (k = 0; k < NGX_HTTP_SCOPESTACK_KNOWN; k++) {
                if (*ngx_http_scopestack_known(r, k) == &h[i]) {
                    hs->known[k] = copy;
                }
            }

            if (set) {
                set->h = copy;
#if (nginx_version >= 1023000)
                copy->next = NULL;
#endif
            }
        }
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_scopestack_prepare_headers(ngx_http_request_t *r,
    ngx_http_scopestack_change_t *ch, ngx_http_scopestack_ctx_t *ctx)
{
    ngx_http_scopestack_headers_t  *hs;

    hs = &ch->headers;

    if (ngx_http_scopestack_collect_sets(r, ch, ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    if (!ctx->strip && hs->nsets == 0) {
        return NGX_OK;
    }

    hs->rebuild = ctx->strip;

    ngx_http_scopestack_locate(r, hs);

    if (ngx_http_scopestack_make_added(r, hs) != NGX_OK) {
        return NGX_ERROR;
    }

    if (hs->rebuild
        && ngx_http_scopestack_rebuild(r, hs, ctx->request.header_count)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    ch->new_headers = 1;

    return NGX_OK;
}


/* nginx's own pointers follow their elements into the new list */

static void
ngx_http_scopestack_relink(ngx_http_request_t *r,
    ngx_http_scopestack_headers_t *hs)
{
    ngx_uint_t  k;

    for (k = 0; k < NGX_HTTP_SCOPESTACK_KNOWN; k++) {
        *ngx_http_scopestack_known(r, k) = hs->known[k];
    }

    r->headers_in.headers = hs->list;

    /* the list holds a pointer into itself */
    r->headers_in.headers.last = &r->headers_in.headers.part;
}


static void
ngx_http_scopestack_push_added(ngx_http_request_t *r, ngx_table_elt_t *added)
{
    ngx_uint_t        k;
    ngx_table_elt_t  *h;

    h = ngx_list_push(&r->headers_in.headers);
    *h = *added;

    for (k = 0; k < NGX_HTTP_SCOPESTACK_KNOWN; k++) {
        if (ngx_http_scopestack_same_name(&h->key,
                                  &ngx_http_scopestack_known_headers[k].name))
        {
            *ngx_http_scopestack_known(r, k) = h;
        }
    }
}


void
ngx_http_scopestack_commit_headers(ngx_http_request_t *r,
    ngx_http_scopestack_headers_t *hs)
{
    ngx_uint_t                  i;
    ngx_table_elt_t            *added;
    ngx_http_scopestack_set_t  *set;

    if (hs->rebuild) {
        ngx_http_scopestack_relink(r, hs);
    }

    added = hs->added;

    for (i = 0; i < hs->nsets; i++) {
        set = &hs->sets[i];

        if (set->remove) {
            continue;
        }

        if (set->h) {
            set->h->value = set->value;
            continue;
        }

        ngx_http_scopestack_push_added(r, added++);
    }
}
