/*
 * ss_resources.h: the resources of the API that are known by name.
 */

#ifndef SS_RESOURCES_H
#define SS_RESOURCES_H

#include "text/ss_str.h"

/* Tells whether a path segment names a collection that stands behind
   /{account-slug}/v1/; also the type of its documents. */
bool ss_is_resource(ss_str_t segment);

#endif
