/* SPDX-License-Identifier: GPL-2.0-only */
/* What the actors of a scenario can do, on the memory of the stage. */
#ifndef THPSWAP_SIM_ACTORS_H
#define THPSWAP_SIM_ACTORS_H

void read_first(void);
void read_second(void);
void write_first(void);
void write_second(void);
void write_all(void);
void child_reads_second(void);
void child_writes(void);
void dontneed_all(void);
void dontneed_part(void);
void munmap_part(void);
void mprotect_second(void);
void fork_process(void);
void exit_process(void);
void exit_child(void);
void reclaim(void);
void reclaim_twice(void);
void drop_from_cache(void);
void finish_writeback(void);
void deferred_split(void);
void poison_second(void);
void enable_zswap(void);
void exhaust_memory(void);
void fill_memcg(void);
void reuse_slots(void);
void map_and_reuse_slots(void);
void fill_swap_cache(void);
void reclaim_first_slot(void);
void write_protect(void);
void track_soft_dirty(void);
void gup_reference(void);
void move_and_read(void);
void forbid_thp(void);

#endif
