// SPDX-License-Identifier: GPL-2.0-only
// do_swap_page() asks this of every page in the swap cache. A tail page has no index of its
// own: 6.1 copies it for a foreign one, and who holds the page misses later writes (R02).
// target: mm/ksm.c
// expect: page_to_pgoff\(page\) == linear_page_index\(vma, address\)

@@
expression vma, address;
struct page *page;
identifier copy =~ "^ksm_might_need_to_copy$";
@@
  copy(...)
  {
  <...
- page->index == linear_page_index(vma, address)
+ page_to_pgoff(page) == linear_page_index(vma, address)
  ...>
  }
