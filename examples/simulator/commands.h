/* SPDX-License-Identifier: GPL-2.0-only */
/* The subcommands of thpswap-sim. Each parses its own arguments and returns the exit status. */
#ifndef THPSWAP_SIM_COMMANDS_H
#define THPSWAP_SIM_COMMANDS_H

int run_main(int argc, char **argv);
int reduce_main(int argc, char **argv);
int explore_main(int argc, char **argv);

#endif
