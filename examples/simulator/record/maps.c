// SPDX-License-Identifier: GPL-2.0-only
#include "maps.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct line {
	struct mapping mapping;
	char rights[5];
	bool has_file;
};

/* Return: false at the end. */
static bool read_line(FILE *maps, struct line *line)
{
	char text[5000];
	uint64_t inode;

	if (!fgets(text, sizeof(text), maps))
		return false;
	if (sscanf(text, "%" SCNx64 "-%" SCNx64 " %4s %*s %*s %" SCNu64, &line->mapping.begin,
		   &line->mapping.end, line->rights, &inode) != 4)
		return false;
	line->has_file = inode != 0;
	return true;
}

static enum map_kind kind_of(const struct line *line)
{
	if (line->rights[3] == 's')
		return MAP_KIND_FILE;
	if (!line->has_file)
		return MAP_KIND_ANON;
	return line->rights[1] == 'w' ? MAP_KIND_PRIVATE : MAP_KIND_FILE;
}

/* Directly above a page without rights, QEMU's guard, lies the stack. */
static bool is_stack(const struct line *line, const struct line *below)
{
	return !line->has_file && line->rights[1] == 'w' && below->rights[0] == '-' &&
	       below->mapping.end == line->mapping.begin;
}

void maps_for_each(void (*found)(const struct mapping *mapping, void *data), void *data)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	struct line below = { .rights = "" };
	struct line line;

	while (maps && read_line(maps, &line) && line.mapping.begin < MAPS_PROGRAM_END) {
		line.mapping.kind = is_stack(&line, &below) ? MAP_KIND_STACK : kind_of(&line);
		/* Nobody can touch the guard itself. */
		if (line.rights[0] != '-')
			found(&line.mapping, data);
		below = line;
	}
	if (maps)
		fclose(maps);
}

bool maps_find(uint64_t address, struct mapping *mapping)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	struct line line;
	bool is_found = false;

	while (maps && !is_found && read_line(maps, &line))
		is_found = line.mapping.begin <= address && address < line.mapping.end;
	if (maps)
		fclose(maps);
	if (!is_found)
		return false;
	*mapping = line.mapping;
	mapping->kind = kind_of(&line);
	return true;
}
