/* SPDX-License-Identifier: GPL-2.0-only */
/* What the helper of posted.c alone promises to the handler. */
#ifndef THPSWAP_VERIFY_HELPERS_POSTED_H
#define THPSWAP_VERIFY_HELPERS_POSTED_H

// That a READ is of slots that are fit for it is false here (D5, D6). It is demanded where they
// are read: a clause of this contract would be believed by the caller, and nothing after it seen.
/*@ requires  accessible:     folio == the_folio && (folio == \null || private_refs == 1);
    terminates \true;
    exits     \false;
    assigns   \nothing;
    ensures   answers:        \result.action == (folio == \null ? THPSWAP_READ : THPSWAP_MAP);
*/
static struct thpswap_verdict choose_source(struct folio *folio);

#endif
