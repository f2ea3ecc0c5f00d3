
/*
 * ngx_http_scopestack.h: what the files of the module share.
 *
 * read -> ss_check() -> apply, report: the module has no opinion about rules.
 */


#ifndef _NGX_HTTP_SCOPESTACK_H_INCLUDED_
#define _NGX_HTTP_SCOPESTACK_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "scopestack.h"


enum {
    NGX_HTTP_SCOPESTACK_EXPLAIN_OFF,
    NGX_HTTP_SCOPESTACK_EXPLAIN_HEADER,
    NGX_HTTP_SCOPESTACK_EXPLAIN_BODY
};


/* what of a request changes, and values of variables are made of */

enum {
    NGX_HTTP_SCOPESTACK_TARGET = 0x01,
    NGX_HTTP_SCOPESTACK_HEADERS = 0x02,
    NGX_HTTP_SCOPESTACK_BODY = 0x04,
    NGX_HTTP_SCOPESTACK_LINE = 0x08         /* the one for the log */
};


typedef struct ngx_http_scopestack_explain_s  ngx_http_scopestack_explain_t;
typedef struct ngx_http_scopestack_lookup_s  ngx_http_scopestack_lookup_t;
typedef struct ngx_http_scopestack_zone_s  ngx_http_scopestack_zone_t;


/* the longest account that the zone keeps */
#define NGX_HTTP_SCOPESTACK_ACCOUNT  144


typedef struct {
    ngx_array_t                 engines;  /* ngx_http_scopestack_engine_t */
    ss_engine_t                *builtin;
    ngx_http_scopestack_zone_t  *zone;    /* NULL: none */
    ngx_array_t                 flushed;  /* variables that edits change */
} ngx_http_scopestack_main_conf_t;


typedef struct {
    ngx_uint_t                  mode;     /* ss_mode_t */
    ngx_uint_t                  explain;
    size_t                      max_body; /* 0: as the rules file says */
    ss_engine_t                *engine;
    ngx_http_complex_value_t   *account;
    ngx_http_complex_value_t   *team;
    ngx_str_t                   lookup;   /* empty: none */
    ngx_str_t                   lookup_place;  /* what tells it from others */
    ngx_msec_t                  lookup_wait;
    ngx_str_t                   lookup_file;  /* where it says so */
    ngx_uint_t                  lookup_line;
} ngx_http_scopestack_loc_conf_t;


/* one a main request, whatever internal redirects it goes through */

typedef struct {
    ss_mem_t                    mem;
    ss_request_t                request;
    ss_result_t                 result;
    ngx_http_scopestack_explain_t  *explain;  /* once explained, or on the way */
    ngx_http_scopestack_lookup_t  *lookup;    /* once it has begun */
    ngx_http_log_handler_pt     log_handler;  /* nginx's own, once wrapped */
    unsigned                    strip:1;      /* the client sent our headers */
    unsigned                    body_read:1;
    unsigned                    checked:1;
    unsigned                    holding:1;    /* an answer, to explain it */
    unsigned                    masked:1;     /* headers will be, for the log */
} ngx_http_scopestack_ctx_t;


ngx_int_t ngx_http_scopestack_rewrite_handler(ngx_http_request_t *r);
ngx_int_t ngx_http_scopestack_precontent_handler(ngx_http_request_t *r);

/* returns NULL without one, or, to create, without memory */
ngx_http_scopestack_ctx_t *ngx_http_scopestack_get_ctx(ngx_http_request_t *r);
ngx_http_scopestack_ctx_t *ngx_http_scopestack_make_ctx(ngx_http_request_t *r);

/* an nginx pool as the core's allocator */
ss_mem_t ngx_http_scopestack_mem(ngx_pool_t *pool);

/* fill in ctx->request; NGX_OK, NGX_ERROR */
ngx_int_t ngx_http_scopestack_read(ngx_http_request_t *r,
    ngx_http_scopestack_ctx_t *ctx);
ngx_int_t ngx_http_scopestack_read_body(ngx_http_request_t *r,
    ngx_http_scopestack_ctx_t *ctx, size_t max);

/* the part of ctx->request that says where a request belongs */
ngx_int_t ngx_http_scopestack_read_target(ngx_http_request_t *r,
    ss_request_t *request);

/* all edits or none; NGX_OK, NGX_ERROR with the request as it was */
ngx_int_t ngx_http_scopestack_apply(ngx_http_request_t *r,
    ngx_http_scopestack_ctx_t *ctx);

/* is the name one of ScopeStack-Gateway, ScopeStack-Explain? */
ngx_uint_t ngx_http_scopestack_own_header(ngx_str_t *name);

/* copies of our headers that the upstream sent: of a list, or, where the module
   is on, of the trailers; a filter takes them out of early hints */
void ngx_http_scopestack_strip(ngx_list_t *list);
void ngx_http_scopestack_strip_trailers(ngx_http_request_t *r);
void ngx_http_scopestack_strip_init(void);

void ngx_http_scopestack_log(ngx_http_request_t *r,
    ngx_http_scopestack_ctx_t *ctx);
ngx_int_t ngx_http_scopestack_reject(ngx_http_request_t *r,
    ngx_http_scopestack_ctx_t *ctx);
ngx_int_t ngx_http_scopestack_add_headers(ngx_http_request_t *r,
    ngx_http_scopestack_ctx_t *ctx);

/* hooks in the filters that explain answers: behind add_headers() */
void ngx_http_scopestack_explain_init(void);

/* the ids of the causes; empty: not explained. NGX_OK, NGX_ERROR */
ngx_int_t ngx_http_scopestack_get_causes(ngx_http_request_t *r,
    ngx_http_scopestack_ctx_t *ctx, ss_mem_t *mem, ss_str_t *value);

/*
 * The account of the caller, where the rules want it and a lookup is set:
 * NGX_OK, ctx->request.known_account is what is known of it; NGX_AGAIN: it is
 * waited for, and the phases run again when it is there or the time is over.
 */
ngx_int_t ngx_http_scopestack_lookup(ngx_http_request_t *r,
    ngx_http_scopestack_ctx_t *ctx);

/* hooks in the filter that takes the answers of lookups */
void ngx_http_scopestack_lookup_init(void);

char *ngx_http_scopestack_set_zone(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_scopestack_set_lookup(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_scopestack_merge_lookup(ngx_conf_t *cf,
    ngx_http_scopestack_loc_conf_t *prev,
    ngx_http_scopestack_loc_conf_t *conf);

/* keep secrets of the query out of nginx's own logs */
ngx_int_t ngx_http_scopestack_mask_request(ngx_http_request_t *r);

ngx_int_t ngx_http_scopestack_add_variables(ngx_conf_t *cf);

/* nginx has kept values of variables: those that are made of what is about to
   change are made anew when they are read next */
void ngx_http_scopestack_flush(ngx_http_request_t *r, ngx_uint_t of);

/* the same for what the location's regex has captured of the path, where it
   matches the one that is about to come as well */
void ngx_http_scopestack_recapture(ngx_http_request_t *r, ngx_str_t *uri);

/* the module's "init module": NGX_OK, NGX_ERROR */
ngx_int_t ngx_http_scopestack_init_flush(ngx_cycle_t *cycle);


extern ngx_module_t  ngx_http_scopestack_module;


/* NULL without memory */

static ngx_inline void *
ngx_http_scopestack_alloc(ngx_http_scopestack_ctx_t *ctx, size_t size)
{
    return ctx->mem.alloc(ctx->mem.ctx, size);
}


static ngx_inline ss_str_t
ngx_http_scopestack_str(ngx_str_t *s)
{
    ss_str_t  str;

    str.data = s->data;
    str.len = s->len;

    return str;
}


#endif /* _NGX_HTTP_SCOPESTACK_H_INCLUDED_ */
