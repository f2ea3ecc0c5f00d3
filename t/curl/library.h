/*
 * library.h: what the programs of library.t share.
 */

#ifndef LIBRARY_H
#define LIBRARY_H

#include <curl/curl.h>
#include <stdio.h>

/* what is deprecated is still to work */
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

#define API "http://api.scopestack.test"
#define TOKEN "http://app.scopestack.test/oauth/token"
#define ELSEWHERE "http://elsewhere.test"
#define GOOD "grant_type=client_credentials&client_id=a&client_secret=b"
#define BAD GOOD "&redirect_uri=x"

#define SET(handle, option, value)                                             \
    (curl_easy_setopt(handle, CURLOPT_##option, value) == CURLE_OK             \
         ? (void) 0                                                            \
         : (void) printf("setopt %s fails\n", #option))

typedef struct {
    const char *name; /* NULL ends a list */
    void (*run)(void);
} program_t;

extern const program_t handle_programs[];
extern const program_t body_programs[];
extern const program_t multi_programs[];
extern const program_t lifetime_programs[];
extern const program_t answer_programs[];
extern const program_t sending_programs[];

/* Makes a handle connect to the recorder and print nothing. */
void prepare(CURL *handle);

/* A new one that does. */
CURL *new_handle(const char *url);

/* Performs, and prints what libcurl returned. */
void perform(CURL *handle);

/* The same, at another place. */
void visit(CURL *handle, const char *url);

/* A token request in parts. */
curl_mime *token_mime(CURL *handle);

#endif
