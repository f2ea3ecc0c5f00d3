/*
 * guard.h: what launcher and interposer agree on.
 *
 * The launcher puts GUARD before curl's first word. A curl that was not hooked
 * does not know such an option, and ends before it sends anything; the
 * interposer takes it off again.
 */

#ifndef GUARD_H
#define GUARD_H

#define GUARD "--ss-guard="

/* Set by the launcher: words of "quiet", "json" and "dry-run". */
#define ENV_OPTIONS "SCOPESTACK_OPTIONS"

#define EXIT_REJECTED 120
#define EXIT_UNUSABLE 121

/* The tools of the launcher, in the interposer's library:
   int scopestack_tool(const char *name, const char *argument) */
#define TOOL_SYMBOL "scopestack_tool"

#endif
