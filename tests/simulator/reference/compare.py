#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""compare.py NAME REFERENCE OTHER: the first difference of two reports in one line, exit 1."""
import json
import sys


def differences(expected, found, where=""):
    if isinstance(expected, dict) and isinstance(found, dict):
        for key, value in expected.items():
            if key in found:
                yield from differences(value, found[key], "%s.%s" % (where, key))
            else:
                yield "%s.%s" % (where, key), value, "nothing"
        if where.endswith(("splits_by_reason", "per_process")):
            for key in sorted(set(found) - set(expected)):
                yield "%s.%s" % (where, key), "nothing", found[key]
    elif expected != found:
        yield where, expected, found


def by_policy(path):
    with open(path, encoding="utf-8") as report:
        return {policy["policy"]: policy for policy in json.load(report)["policies"]}


def main(name, reference, other):
    for where, expected, found in differences(by_policy(reference), by_policy(other)):
        print("%s: %s: reference.py %s, thpswap-sim %s" % (name, where[1:], expected, found),
              file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
