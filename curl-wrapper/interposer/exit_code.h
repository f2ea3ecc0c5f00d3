/*
 * exit_code.h: what the exit code of a launched curl is to tell.
 */

#ifndef EXIT_CODE_H
#define EXIT_CODE_H

#include <stdbool.h>

/* Remember what the exit code is to tell. */
void setup_note_rejection(void);
void setup_note_dry_run(void);

/* The reason of curl's exit code has been reported. */
void setup_note_reason(void);

/* Reports an exit code whose reason a dry run keeps curl from printing. */
void exit_code_report(int status);

/* Puts the exit code that tells it in the place of curl's; false: curl's
   stays. */
bool exit_code_replace(int *status);

#endif
