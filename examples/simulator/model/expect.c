// SPDX-License-Identifier: GPL-2.0-only
/* What the entry of each page has to say, whatever happened to it on the way. */
#include <string.h>

#include "expect.h"
#include "alloc.h"

void expect_uffd_wp(struct region *region, const pmd_t *entry, bool expected)
{
	const bool all = entry == &region->pmd;

	for (unsigned int i = 0; region->bits && i < world->pmd_nr; i++)
		if (all || entry == &region->pte[i])
			region->bits[i].uffd_wp = expected;
}

void expect_clean(struct region *region)
{
	for (unsigned int i = 0; region->bits && i < world->pmd_nr; i++)
		region->bits[i].soft_dirty = false;
}

void expect_nothing(struct region *region, unsigned int page)
{
	region->expected[page] = 0;
	if (region->bits)
		region->bits[page] = (struct expected_bits){ 0 };
}

void expect_the_same(struct region *child, const struct region *parent)
{
	memcpy(child->expected, parent->expected, world->pmd_nr * sizeof(*child->expected));
	if (!parent->bits)
		return;
	if (!child->bits)
		child->bits = sim_alloc(world->pmd_nr * sizeof(*child->bits));
	memcpy(child->bits, parent->bits, world->pmd_nr * sizeof(*child->bits));
}

void expect_moved(struct region *to, struct region *from, unsigned int page)
{
	to->expected[page] = from->expected[page];
	if (from->bits) {
		if (!to->bits)
			to->bits = sim_alloc(world->pmd_nr * sizeof(*to->bits));
		to->bits[page] = from->bits[page];
	}
	expect_nothing(from, page);
}
