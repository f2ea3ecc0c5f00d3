
/*
 * The zone: what GET /v1/me said of the callers, shared by the workers.
 *
 * An entry is as large as any other: the memory is bounded by the zone's size.
 * When it is full the oldest entry without an account goes, and only where
 * there is none, the account that was not asked for the longest: however many
 * refused tokens come, they push out one account at most. No token gets into
 * it, only a SHA-256. The lock is held for a look into a tree and no longer.
 */


#include "ngx_http_scopestack_lookup.h"


#define NGX_HTTP_SCOPESTACK_DIGEST   32

/* it fills one of the allocator's chunks of 256 bytes */

typedef struct {
    ngx_rbtree_node_t    node;
    ngx_queue_t          queue;
    time_t               expires;  /* until then the account is good */
    time_t               retry;    /* until then nobody else looks it up */
    u_char               digest[NGX_HTTP_SCOPESTACK_DIGEST];
    ngx_pid_t            asks;     /* the worker that does, or 0 */
    u_char               len;      /* 0: not known */
    u_char               account[NGX_HTTP_SCOPESTACK_ACCOUNT];
} ngx_http_scopestack_entry_t;


typedef struct {
    ngx_rbtree_t         rbtree;
    ngx_rbtree_node_t    sentinel;
    ngx_queue_t          known;    /* the one asked for last comes first */
    ngx_queue_t          unknown;  /* those without an account, likewise */
} ngx_http_scopestack_shared_t;


struct ngx_http_scopestack_zone_s {
    ngx_http_scopestack_shared_t  *sh;
    ngx_slab_pool_t               *shpool;
    time_t                         valid;
    time_t                         retry;
};


/* of a clock that nobody sets, the same to all workers, also behind a reload */

static ngx_inline time_t
ngx_http_scopestack_now(void)
{
    return (time_t) (ngx_current_msec / 1000);
}


static ngx_int_t
ngx_http_scopestack_compare(ngx_rbtree_node_t *a, ngx_rbtree_node_t *b)
{
    if (a->key != b->key) {
        return a->key < b->key ? -1 : 1;
    }

    return ngx_memcmp(((ngx_http_scopestack_entry_t *) a)->digest,
                      ((ngx_http_scopestack_entry_t *) b)->digest,
                      NGX_HTTP_SCOPESTACK_DIGEST);
}


static void
ngx_http_scopestack_insert_value(ngx_rbtree_node_t *temp,
    ngx_rbtree_node_t *node, ngx_rbtree_node_t *sentinel)
{
    ngx_rbtree_node_t  **p;

    for ( ;; ) {
        p = ngx_http_scopestack_compare(node, temp) < 0 ? &temp->left
                                                        : &temp->right;
        if (*p == sentinel) {
            break;
        }

        temp = *p;
    }

    *p = node;
    node->parent = temp;
    node->left = sentinel;
    node->right = sentinel;
    ngx_rbt_red(node);
}


/* the key as the core writes it, in hexadecimal digits */

static void
ngx_http_scopestack_set_digest(ngx_http_scopestack_entry_t *key, u_char *hex)
{
    ngx_uint_t  i;

    for (i = 0; i < NGX_HTTP_SCOPESTACK_DIGEST; i++) {
        key->digest[i] = (u_char) ngx_hextoi(hex + 2 * i, 2);
    }

    ngx_memcpy(&key->node.key, key->digest, sizeof(ngx_rbtree_key_t));
}


static ngx_http_scopestack_entry_t *
ngx_http_scopestack_find(ngx_http_scopestack_zone_t *zone,
    ngx_http_scopestack_entry_t *key)
{
    ngx_int_t           rc;
    ngx_rbtree_node_t  *node, *sentinel;

    node = zone->sh->rbtree.root;
    sentinel = zone->sh->rbtree.sentinel;

    while (node != sentinel) {
        rc = ngx_http_scopestack_compare(&key->node, node);

        if (rc == 0) {
            return (ngx_http_scopestack_entry_t *) node;
        }

        node = rc < 0 ? node->left : node->right;
    }

    return NULL;
}


static void
ngx_http_scopestack_enqueue(ngx_http_scopestack_zone_t *zone,
    ngx_http_scopestack_entry_t *e)
{
    ngx_queue_insert_head(e->len ? &zone->sh->known : &zone->sh->unknown,
                          &e->queue);
}


static void
ngx_http_scopestack_touch(ngx_http_scopestack_zone_t *zone,
    ngx_http_scopestack_entry_t *e)
{
    ngx_queue_remove(&e->queue);
    ngx_http_scopestack_enqueue(zone, e);
}


/* drops the last entry of a queue; with a time, only if it has expired by
   then */

static ngx_int_t
ngx_http_scopestack_evict(ngx_http_scopestack_zone_t *zone,
    ngx_queue_t *queue, time_t now)
{
    ngx_queue_t                  *q;
    ngx_http_scopestack_entry_t  *e;

    if (ngx_queue_empty(queue)) {
        return NGX_DECLINED;
    }

    q = ngx_queue_last(queue);
    e = ngx_queue_data(q, ngx_http_scopestack_entry_t, queue);

    if (now && (now < e->expires || now < e->retry)) {
        return NGX_DECLINED;
    }

    ngx_queue_remove(q);
    ngx_rbtree_delete(&zone->sh->rbtree, &e->node);
    ngx_slab_free_locked(zone->shpool, e);

    return NGX_OK;
}


static ngx_http_scopestack_entry_t *
ngx_http_scopestack_insert(ngx_http_scopestack_zone_t *zone,
    ngx_http_scopestack_entry_t *key)
{
    time_t                        now;
    ngx_http_scopestack_entry_t  *e;

    /* two for one: so those that expired go, and never many at once */

    now = ngx_http_scopestack_now();

    (void) ngx_http_scopestack_evict(zone, &zone->sh->unknown, now);
    (void) ngx_http_scopestack_evict(zone, &zone->sh->known, now);

    e = ngx_slab_alloc_locked(zone->shpool,
                              sizeof(ngx_http_scopestack_entry_t));

    if (e == NULL
        && (ngx_http_scopestack_evict(zone, &zone->sh->unknown, 0) == NGX_OK
            || ngx_http_scopestack_evict(zone, &zone->sh->known, 0) == NGX_OK))
    {
        e = ngx_slab_alloc_locked(zone->shpool,
                                  sizeof(ngx_http_scopestack_entry_t));
    }

    if (e == NULL) {
        return NULL;
    }

    *e = *key;

    ngx_rbtree_insert(&zone->sh->rbtree, &e->node);
    ngx_http_scopestack_enqueue(zone, e);

    return e;
}


/* a worker that was killed has taken its lookups with it */

static ngx_inline ngx_uint_t
ngx_http_scopestack_has_died(ngx_pid_t pid)
{
    return pid && pid != ngx_pid && kill(pid, 0) == -1 && ngx_errno == ESRCH;
}


ngx_int_t
ngx_http_scopestack_zone_get(ngx_http_scopestack_zone_t *zone, u_char *hex,
    u_char *account, size_t *len)
{
    time_t                        now;
    ngx_int_t                     rc;
    ngx_http_scopestack_entry_t   key, *e;

    ngx_memzero(&key, sizeof(ngx_http_scopestack_entry_t));
    ngx_http_scopestack_set_digest(&key, hex);

    now = ngx_http_scopestack_now();
    rc = NGX_OK;
    *len = 0;

    ngx_shmtx_lock(&zone->shpool->mutex);

    e = ngx_http_scopestack_find(zone, &key);

    if (e) {
        ngx_http_scopestack_touch(zone, e);
    } else {
        e = ngx_http_scopestack_insert(zone, &key);
    }

    if (e) {

        /* while one asks anew, what it was is good for the others */

        if (now >= e->expires
            && (now >= e->retry || ngx_http_scopestack_has_died(e->asks)))
        {
            e->retry = now + zone->retry;
            e->asks = ngx_pid;
            rc = NGX_AGAIN;

        } else if (e->asks && e->len == 0) {
            rc = NGX_BUSY;
        }

        *len = e->len;
        ngx_memcpy(account, e->account, e->len);
    }

    ngx_shmtx_unlock(&zone->shpool->mutex);

    return rc;
}


void
ngx_http_scopestack_zone_put(ngx_http_scopestack_zone_t *zone, u_char *hex,
    ss_str_t account, ngx_uint_t at_once)
{
    time_t                        now;
    ngx_http_scopestack_entry_t   key, *e;

    ngx_memzero(&key, sizeof(ngx_http_scopestack_entry_t));
    ngx_http_scopestack_set_digest(&key, hex);

    if (account.len > NGX_HTTP_SCOPESTACK_ACCOUNT) {
        account.len = 0;
    }

    now = ngx_http_scopestack_now();

    ngx_shmtx_lock(&zone->shpool->mutex);

    e = ngx_http_scopestack_find(zone, &key);
    if (e == NULL) {
        e = ngx_http_scopestack_insert(zone, &key);
    }

    if (e) {
        e->expires = account.len ? now + zone->valid : 0;
        e->retry = account.len || at_once ? 0 : now + zone->retry;
        e->len = (u_char) account.len;
        e->asks = 0;

        if (account.len) {
            ngx_memcpy(e->account, account.data, account.len);
        }

        ngx_http_scopestack_touch(zone, e);
    }

    ngx_shmtx_unlock(&zone->shpool->mutex);
}


static ngx_int_t
ngx_http_scopestack_init_zone(ngx_shm_zone_t *shm_zone, void *data)
{
    ngx_http_scopestack_zone_t  *old = data;
    ngx_http_scopestack_zone_t  *zone;

    zone = shm_zone->data;
    zone->shpool = (ngx_slab_pool_t *) shm_zone->shm.addr;

    if (old) {
        zone->sh = old->sh;
        return NGX_OK;
    }

    if (shm_zone->shm.exists) {
        zone->sh = zone->shpool->data;
        return NGX_OK;
    }

    zone->sh = ngx_slab_calloc(zone->shpool,
                               sizeof(ngx_http_scopestack_shared_t));
    if (zone->sh == NULL) {
        return NGX_ERROR;
    }

    zone->shpool->data = zone->sh;

    /* a full zone is as it should be: no line in the log */
    zone->shpool->log_nomem = 0;

    ngx_rbtree_init(&zone->sh->rbtree, &zone->sh->sentinel,
                    ngx_http_scopestack_insert_value);
    ngx_queue_init(&zone->sh->known);
    ngx_queue_init(&zone->sh->unknown);

    return NGX_OK;
}


/* name:size [valid=time] [retry=time] */

static char *
ngx_http_scopestack_zone_times(ngx_conf_t *cf,
    ngx_http_scopestack_zone_t *zone)
{
    time_t      time;
    ngx_str_t  *value, s;
    ngx_uint_t  i;

    value = cf->args->elts;

    for (i = 2; i < cf->args->nelts; i++) {

        s.data = value[i].data + sizeof("valid=") - 1;
        s.len = value[i].len - (sizeof("valid=") - 1);

        if (value[i].len > sizeof("valid=") - 1
            && (time = ngx_parse_time(&s, 1)) > 0
            && time <= NGX_MAX_INT32_VALUE)
        {
            if (ngx_strncmp(value[i].data, "valid=", 6) == 0) {
                zone->valid = time;
                continue;
            }

            if (ngx_strncmp(value[i].data, "retry=", 6) == 0) {
                zone->retry = time;
                continue;
            }
        }

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid parameter \"%V\": "
                           "valid=time or retry=time", &value[i]);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


char *
ngx_http_scopestack_set_zone(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    u_char                           *p;
    ssize_t                           size;
    ngx_str_t                        *value, name, s;
    ngx_shm_zone_t                   *shm_zone;
    ngx_http_scopestack_zone_t       *zone;
    ngx_http_scopestack_main_conf_t  *smcf = conf;

    if (smcf->zone) {
        return "is duplicate";
    }

    value = cf->args->elts;

    p = (u_char *) ngx_strchr(value[1].data, ':');
    if (p == NULL || p == value[1].data) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid zone \"%V\": name:size", &value[1]);
        return NGX_CONF_ERROR;
    }

    name.data = value[1].data;
    name.len = p - name.data;

    s.data = p + 1;
    s.len = value[1].data + value[1].len - s.data;

    size = ngx_parse_size(&s);

    if (size == NGX_ERROR) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid zone size \"%V\"", &value[1]);
        return NGX_CONF_ERROR;
    }

    if (size < (ssize_t) (8 * ngx_pagesize)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "zone \"%V\" is too small: at least %uz bytes",
                           &value[1], (size_t) (8 * ngx_pagesize));
        return NGX_CONF_ERROR;
    }

    zone = ngx_pcalloc(cf->pool, sizeof(ngx_http_scopestack_zone_t));
    if (zone == NULL) {
        return NGX_CONF_ERROR;
    }

    zone->valid = 600;
    zone->retry = 30;

    shm_zone = ngx_shared_memory_add(cf, &name, size,
                                     &ngx_http_scopestack_module);
    if (shm_zone == NULL) {
        return NGX_CONF_ERROR;
    }

    shm_zone->init = ngx_http_scopestack_init_zone;
    shm_zone->data = zone;
    smcf->zone = zone;

    return ngx_http_scopestack_zone_times(cf, zone);
}
