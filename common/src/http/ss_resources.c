#include "http/ss_resources.h"

/* As clients of the service call them; sorted. What is missing here is only
   not recognised. */
static const char *const resources[] = {
    "clients",
    "crm-opportunities",
    "document-templates",
    "language-fields",
    "line-of-businesses",
    "payment-terms",
    "phases",
    "presales-engineers",
    "products",
    "project-approvals",
    "project-contacts",
    "project-documents",
    "project-governances",
    "project-locations",
    "project-phases",
    "project-resources",
    "project-services",
    "project-subservices",
    "project-variables",
    "projects",
    "questionnaires",
    "rate-tables",
    "resources",
    "sales-executives",
    "service-categories",
    "services",
    "subservices",
    "surveys",
    "tags",
    "users",
    "vendors",
};

bool
ss_is_resource(ss_str_t segment)
{
    for (size_t i = 0; i < sizeof(resources) / sizeof(resources[0]); i++) {
        if (ss_eq(segment, ss_cstr(resources[i]))) {
            return true;
        }
    }

    return false;
}
