#include "http/ss_param_list.h"

int
ss_params_append(ss_params_t *params, const ss_param_t *param,
                 const ss_mem_t *mem)
{
    if (params->count == params->size) {
        size_t size = params->size == 0 ? 16 : params->size * 2;
        ss_param_t *items = mem->alloc(mem->ctx, size * sizeof(*items));

        if (items == NULL) {
            return SS_ERR_NOMEM;
        }
        if (params->count > 0) {
            memcpy(items, params->items, params->count * sizeof(*items));
        }
        params->items = items;
        params->size = size;
    }

    params->items[params->count++] = *param;

    return SS_OK;
}

int
ss_params_push(ss_params_t *params, const ss_param_t *param,
               const ss_mem_t *mem)
{
    if (params->count == SS_PARAMS_MAX) {
        params->too_many = true;
        return SS_OK;
    }

    return ss_params_append(params, param, mem);
}
