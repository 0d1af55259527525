/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef THPSWAP_SIM_NUMBERS_H
#define THPSWAP_SIM_NUMBERS_H

#include <stddef.h>
#include <stdint.h>

/*
 * strtoull() also takes blanks, signs and 0x, and is too slow for a trace. These
 * stop at the first byte that does not fit, at the latest at the newline behind
 * every line. Return: the byte behind the digits; NULL if there is none or the
 * value needs more than 64 bits.
 */
static inline const char *parse_decimal(const char *p, uint64_t *value)
{
	const char *begin = p;
	uint64_t sum = 0;
	unsigned int digit;

	while ((digit = (unsigned int)*p - '0') <= 9) {
		/* 19 digits always fit. */
		if (p - begin >= 19 && (sum > UINT64_MAX / 10 || sum * 10 > UINT64_MAX - digit))
			return NULL;
		sum = sum * 10 + digit;
		p++;
	}
	*value = sum;
	return p == begin ? NULL : p;
}

static inline unsigned int hex_digit(char c)
{
	unsigned int decimal = (unsigned int)c - '0';
	unsigned int letter = ((unsigned int)c | 0x20) - 'a';

	if (decimal <= 9)
		return decimal;
	return letter <= 5 ? letter + 10 : 16;
}

static inline const char *parse_hex(const char *p, uint64_t *value)
{
	const char *begin = p;
	uint64_t sum = 0;
	unsigned int digit;

	while ((digit = hex_digit(*p)) < 16) {
		if (sum >> 60)
			return NULL;
		sum = sum << 4 | digit;
		p++;
	}
	*value = sum;
	return p == begin ? NULL : p;
}

#endif
