-- purpose: to leave the memory that rows took which have been put together
drop table {{ table | quoted }}
