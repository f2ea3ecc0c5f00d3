/*
 * redirect.h: what we changed is for the service alone, and redirects may lead
 * anywhere.
 */

#ifndef REDIRECT_H
#define REDIRECT_H

#include "interposer/handle/state.h"

/*
 * libcurl's prereq callback, data is the handle's state: runs before each
 * request of a transfer is sent, so also before each one that follows a
 * redirect. Headers can be given back then; a body cannot, and when we have put
 * credentials into it, it must not go where they would not have gone.
 *
 * Returns what the program's own callback returns, or CURL_PREREQFUNC_ABORT.
 */
int redirect_before_request(void *data, char *remote_ip, char *local_ip,
                            int remote_port, int local_port);

#endif
