// SPDX-License-Identifier: GPL-2.0-only
/* The console: what the guest says, and what the kernel says meanwhile. */
#include "guest.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

void say(const char *format, ...)
{
	char line[600];
	va_list arguments;

	va_start(arguments, format);
	const int length = vsnprintf(line, sizeof(line) - 1, format, arguments);
	va_end(arguments);

	const size_t end = (size_t)length < sizeof(line) - 1 ? (size_t)length : sizeof(line) - 2;

	/* In one piece: the kernel writes to the same line. */
	line[end] = '\n';
	if (write(STDOUT_FILENO, line, end + 1) > 0)
		tcdrain(STDOUT_FILENO);
}

static bool complains(const char *message)
{
	static const char *const words[] = {
		"BUG: ",     "WARNING: ",  "INFO: ",	  "Bad swap",  "Unused swap",
		"Bad rss",   "Bad page",   "bad pmd",	  "Bad pmd",   "bad pte",
		"possible ", "Read-error", "Write-error", "I/O error", "Out of memory",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strstr(message, words[i]))
			return true;
	return false;
}

/* A record of /dev/kmsg is "level,sequence,time,flags;message\n..." and one read. */
const char *kernel_complaint(void)
{
	static int kmsg = -1;
	static char found[200];
	char record[8192];
	ssize_t length;

	if (kmsg < 0) {
		kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
		if (kmsg >= 0)
			lseek(kmsg, 0, SEEK_END);
		return NULL;
	}
	found[0] = '\0';
	/* EPIPE: some were overwritten before they were read. */
	while ((length = read(kmsg, record, sizeof(record) - 1)) > 0 || errno == EPIPE) {
		record[length > 0 ? length : 0] = '\0';
		const char *const message = strchr(record, ';');

		if (message && !found[0] && complains(message))
			snprintf(found, sizeof(found), "%.*s", (int)strcspn(message + 1, "\n"),
				 message + 1);
	}
	return found[0] ? found : NULL;
}
