
/*
 * The context of a request, and its memory: blocks that the worker keeps.
 *
 * The pool of a proxied request is full to the last hundred bytes without us.
 * Whatever we took there would cost another block of it, to be allocated and
 * freed for each request. So a request borrows one of ours, still warm from
 * the one before; it goes back when the request's pool is destroyed. What it
 * has no room for comes from the pool.
 */


#include "ngx_http_scopestack.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(addr, size)
#define ASAN_UNPOISON_MEMORY_REGION(addr, size)
#endif


/* with what malloc() puts before it, a page */
#define NGX_HTTP_SCOPESTACK_BLOCK  (4096 - 2 * sizeof(void *))

/* as many are kept, for as many requests at a time: 256 KiB */
#define NGX_HTTP_SCOPESTACK_KEEP   64


typedef struct {
    u_char                     *last;
    u_char                     *end;
    ngx_pool_t                 *pool;
    ngx_http_scopestack_ctx_t   ctx;
} ngx_http_scopestack_block_t;


/* of this worker, which has one thread */

static ngx_http_scopestack_block_t
                          *ngx_http_scopestack_kept[NGX_HTTP_SCOPESTACK_KEEP];
static ngx_uint_t          ngx_http_scopestack_nkept;


static void *
ngx_http_scopestack_block_alloc(void *data, size_t size)
{
    u_char                       *p;
    ngx_http_scopestack_block_t  *block;

    block = data;

    p = ngx_align_ptr(block->last, NGX_ALIGNMENT);

    if (p <= block->end && (size_t) (block->end - p) >= size) {
        block->last = p + size;
        return p;
    }

    return ngx_palloc(block->pool, size);
}


/* a cleanup handler, by which the context is found again too */

static void
ngx_http_scopestack_release(void *data)
{
    ngx_http_scopestack_block_t  *block;

    block = (ngx_http_scopestack_block_t *)
                ((u_char *) data - offsetof(ngx_http_scopestack_block_t, ctx));

    if (ngx_http_scopestack_nkept == NGX_HTTP_SCOPESTACK_KEEP) {
        ngx_free(block);
        return;
    }

    ASAN_POISON_MEMORY_REGION(block, NGX_HTTP_SCOPESTACK_BLOCK);

    ngx_http_scopestack_kept[ngx_http_scopestack_nkept++] = block;
}


static ngx_http_scopestack_block_t *
ngx_http_scopestack_borrow(ngx_log_t *log)
{
    ngx_http_scopestack_block_t  *block;

    if (ngx_http_scopestack_nkept == 0) {
        return ngx_alloc(NGX_HTTP_SCOPESTACK_BLOCK, log);
    }

    block = ngx_http_scopestack_kept[--ngx_http_scopestack_nkept];

    ASAN_UNPOISON_MEMORY_REGION(block, NGX_HTTP_SCOPESTACK_BLOCK);

    return block;
}


static ngx_http_scopestack_ctx_t *
ngx_http_scopestack_new_ctx(ngx_pool_t *pool)
{
    ngx_pool_cleanup_t           *cln;
    ngx_http_scopestack_block_t  *block;

    cln = ngx_pool_cleanup_add(pool, 0);
    if (cln == NULL) {
        return NULL;
    }

    block = ngx_http_scopestack_borrow(pool->log);
    if (block == NULL) {
        return NULL;
    }

    block->last = (u_char *) block + sizeof(ngx_http_scopestack_block_t);
    block->end = (u_char *) block + NGX_HTTP_SCOPESTACK_BLOCK;
    block->pool = pool;

    ngx_memzero(&block->ctx, sizeof(ngx_http_scopestack_ctx_t));
    block->ctx.mem.alloc = ngx_http_scopestack_block_alloc;
    block->ctx.mem.ctx = block;

    cln->data = &block->ctx;
    cln->handler = ngx_http_scopestack_release;

    return &block->ctx;
}


static ngx_http_scopestack_ctx_t *
ngx_http_scopestack_find_ctx(ngx_pool_t *pool)
{
    ngx_pool_cleanup_t  *cln;

    for (cln = pool->cleanup; cln; cln = cln->next) {
        if (cln->handler == ngx_http_scopestack_release) {
            return cln->data;
        }
    }

    return NULL;
}


ngx_http_scopestack_ctx_t *
ngx_http_scopestack_get_ctx(ngx_http_request_t *r)
{
    ngx_http_scopestack_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_scopestack_module);

    if (ctx || (!r->internal && !r->filter_finalize)) {
        return ctx;
    }

    /* an internal redirect has cleared all contexts */

    ctx = ngx_http_scopestack_find_ctx(r->pool);
    if (ctx) {
        ngx_http_set_ctx(r, ctx, ngx_http_scopestack_module);
    }

    return ctx;
}


ngx_http_scopestack_ctx_t *
ngx_http_scopestack_make_ctx(ngx_http_request_t *r)
{
    ngx_http_scopestack_ctx_t  *ctx;

    ctx = ngx_http_scopestack_get_ctx(r);
    if (ctx) {
        return ctx;
    }

    ctx = ngx_http_scopestack_new_ctx(r->pool);
    if (ctx) {
        ngx_http_set_ctx(r, ctx, ngx_http_scopestack_module);
    }

    return ctx;
}


static void *
ngx_http_scopestack_palloc(void *ctx, size_t size)
{
    return ngx_palloc(ctx, size);
}


ss_mem_t
ngx_http_scopestack_mem(ngx_pool_t *pool)
{
    ss_mem_t  mem;

    mem.alloc = ngx_http_scopestack_palloc;
    mem.ctx = pool;

    return mem;
}
