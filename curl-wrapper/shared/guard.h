/*
 * guard.h: what launcher and interposer agree on.
 *
 * The launcher puts GUARD in the place of curl's first word, and that word into
 * ENV_WORD. A curl that was not hooked does not know such an option, and ends
 * before it sends anything; what it says then has no word of the user's in it.
 * The interposer puts the word back. GUARD is filled up with "-" to the length
 * of the word.
 */

#ifndef GUARD_H
#define GUARD_H

#define GUARD "--ss-guard"
#define ENV_WORD "SCOPESTACK_WORD"

/* Set by the launcher: words of "quiet", "dry-run" and the format's name. */
#define ENV_OPTIONS "SCOPESTACK_OPTIONS"

/* Set by the launcher for --ss-lint: where the findings go. */
#define ENV_OUTPUT "SCOPESTACK_OUTPUT"

/* Set by the launcher for --ss-report: where the report goes. */
#define ENV_REPORT "SCOPESTACK_REPORT"

#define EXIT_REJECTED 120
#define EXIT_UNUSABLE 121

/* The tools of the launcher, in the interposer's library:
   int scopestack_tool(const char *name, const char *argument) */
#define TOOL_SYMBOL "scopestack_tool"

/* --ss-doctor, with the curl to run, why it cannot be hooked or NULL, and
   curl's words: int scopestack_doctor(const char *curl, const char *refusal,
   int argc, char **argv) */
#define DOCTOR_SYMBOL "scopestack_doctor"

#endif
