/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * libthpswap: the policy of a swap-in fault on a PMD swap entry.
 *
 * A fault handler asks these questions, in this order, and does what the answers
 * say. Each answer is a pure, total function of the facts passed in, and has a header
 * of its own, as it has a file in lib/:
 *
 *   thpswap_choose_source()    source.h      map the cached folio, read the range, or split?
 *   thpswap_explain_fallback() fallback.h    no PMD-sized folio could be had: what now?
 *   thpswap_validate()         validation.h  is the locked folio the one to map?
 *   thpswap_decide_mapping()   mapping.h     exclusive, writable, dirty, ...?
 *   thpswap_should_free_swap() free_swap.h   drop the swap cache now?
 *   thpswap_should_free_unmapped()           and if the fault ends without a mapping?
 *   thpswap_fold_result()      result.h      what does the fault return?
 *
 * and the PTE path, which meets what a split leaves behind, one more:
 *
 *   thpswap_decide_batch()     batch.h       how many PTEs are mapped at once?
 *
 * N is the number of base pages that one PMD maps. Facts left out of an initialiser are
 * false or zero.
 *
 * S: steps of the posted handler, R: known bugs of this logic, D: defects of the posted
 * handler; all of them are in NUMBERS.md beside this file.
 */
#ifndef THPSWAP_THPSWAP_H
#define THPSWAP_THPSWAP_H

#include <thpswap/env.h>

#ifdef __cplusplus
extern "C" {
#endif

#include <thpswap/verdict.h>

#include <thpswap/source.h>
#include <thpswap/fallback.h>
#include <thpswap/validation.h>
#include <thpswap/mapping.h>
#include <thpswap/free_swap.h>
#include <thpswap/result.h>
#include <thpswap/batch.h>
#include <thpswap/names.h>

#ifdef __cplusplus
}
#endif

#endif
