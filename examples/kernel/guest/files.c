// SPDX-License-Identifier: GPL-2.0-only
/* Small files of proc, sysfs, debugfs and cgroupfs: read and written whole. */
#include "guest.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

bool write_file(const char *path, const char *text)
{
	const int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	const ssize_t written = write(fd, text, strlen(text));
	const int error = errno;

	close(fd);
	errno = error;
	return written == (ssize_t)strlen(text);
}

char *read_file(const char *path)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;

	size_t room = 1 << 14;
	size_t used = 0;
	char *text = malloc(room);

	for (;;) {
		const ssize_t got = read(fd, text + used, room - used - 1);

		if (got <= 0)
			break;
		used += (size_t)got;
		if (room - used < PAGE_BYTES)
			text = realloc(text, room *= 2);
	}
	text[used] = '\0';
	close(fd);
	return text;
}

long read_number(const char *path)
{
	char *const text = read_file(path);
	if (!text)
		return -1;
	const long number = strtol(text, NULL, 10);

	free(text);
	return number;
}

long find_number(const char *text, const char *word)
{
	const size_t length = strlen(word);

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!strncmp(line, word, length) && strchr(" \t:", line[length]) && line[length])
			return strtol(line + length + (line[length] == ':'), NULL, 10);
	}
	return -1;
}
