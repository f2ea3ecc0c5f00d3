/*
 * ss_check.h: the parts of a check, between the files that make them up.
 */

#ifndef SS_CHECK_H
#define SS_CHECK_H

#include "check/ss_engine.h"

/* Tells whether a request is a CORS preflight: never changed, whatever it is
   for. */
bool ss_is_preflight(const ss_request_t *request);

/* The origin that a request of a kind belongs to. */
const ss_origin_t *ss_origin_for(const ss_engine_t *engine, ss_kind_t kind,
                                 ss_at_t at);
void ss_route_set(const ss_engine_t *engine, ss_kind_t kind, ss_at_t at,
                  ss_route_t *route);

/* Fills in check->header from the request. */
void ss_fields_index(ss_check_t *check);

/* What a query may have in it: SS_QUERY_... */
uint32_t ss_query_look(ss_str_t query);

/* The usual spelling of a header's name. */
ss_str_t ss_field_name(ss_header_id_t id);

/* As ss_engine_serves() tells it. */
typedef enum { SS_NOT_SERVED, SS_SERVED, SS_SERVED_INSECURE } ss_served_t;

/* Which of the service's origins a request is addressed to. */
ss_served_t ss_check_at(const ss_engine_t *engine, const ss_request_t *request,
                        ss_at_t *at);

/* The kind of a request in the eyes of a profile: a path of the API that lacks
   its version is one of the API where that is repaired. */
ss_kind_t ss_kind_for(const ss_profile_t *profile, const ss_path_t *path,
                      ss_str_t method, ss_at_t at);

/* The profile and team (NULL: none) for a request. client_id is empty when it
   is not known. */
const ss_profile_t *ss_profile_for(const ss_engine_t *engine,
                                   const ss_request_t *request,
                                   ss_str_t client_id, const ss_team_t **team);

/* Tells whether a team asks for the client_id. */
bool ss_teams_need_client_id(const ss_engine_t *engine);

/* The mode in force. */
ss_mode_t ss_mode_for(const ss_engine_t *engine, const ss_request_t *request,
                      const ss_team_t *team);

/* Tells whether the account is to be asked of the service: what the place says
   goes before what the file says. */
bool ss_account_is_auto(const ss_profile_t *profile,
                        const ss_request_t *request);

/* The account in force; empty: none is known. */
ss_str_t ss_account_for(const ss_profile_t *profile,
                        const ss_request_t *request);

/* Turns what the rules changed into edits. SS_OK, SS_ERR_NOMEM. */
int ss_check_edits(ss_check_t *check, ss_result_t *result);

/* The header of this name in the request, first one; NULL: none. */
const ss_header_t *ss_request_header(const ss_request_t *request,
                                     ss_str_t name);

#endif
