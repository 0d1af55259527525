/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What are the values of the enums called, in traces and tables?
 *
 * S: steps of the posted handler, R: known bugs of this logic, D: defects of the posted
 * handler; all of them are in NUMBERS.md beside this file.
 */
#ifndef THPSWAP_NAMES_H
#define THPSWAP_NAMES_H

#include <thpswap/env.h>
#include <thpswap/fallback.h>
#include <thpswap/source.h>
#include <thpswap/verdict.h>

/*@ terminates \true;
    exits     \false;
    assigns   \result \from revision;
    ensures   readable:       \valid_read(\result);
*/
/**
 * thpswap_revision_name() - What is this revision called?
 * @revision: any value
 *
 * Return: its name in lower case, "?" if there is none.
 */
const char *thpswap_revision_name(enum thpswap_revision revision);

/*@ terminates \true;
    exits     \false;
    assigns   \result \from action;
    ensures   readable:       \valid_read(\result);
*/
/**
 * thpswap_action_name() - What is this action called?
 * @action: any value
 *
 * Return: its name in lower case, "?" if there is none.
 */
const char *thpswap_action_name(enum thpswap_action action);

/*@ terminates \true;
    exits     \false;
    assigns   \result \from reason;
    ensures   readable:       \valid_read(\result);
*/
/**
 * thpswap_reason_name() - What is this reason called?
 * @reason: any value
 *
 * Return: its name in lower case, "?" if there is none.
 */
const char *thpswap_reason_name(enum thpswap_reason reason);

/*@ terminates \true;
    exits     \false;
    assigns   \result \from cached;
    ensures   readable:       \valid_read(\result);
*/
/**
 * thpswap_cached_name() - What is this state of the swap cache called?
 * @cached: any value
 *
 * Return: its name in lower case, "?" if there is none.
 */
const char *thpswap_cached_name(enum thpswap_cached cached);

/*@ terminates \true;
    exits     \false;
    assigns   \result \from cause;
    ensures   readable:       \valid_read(\result);
*/
/**
 * thpswap_no_folio_name() - What is this cause called?
 * @cause: any value
 *
 * Return: its name in lower case, "?" if there is none.
 */
const char *thpswap_no_folio_name(enum thpswap_no_folio cause);

#endif
