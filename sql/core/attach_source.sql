-- Purpose: the warehouse to be copied, read only. Grain: none.
attach '{{ path }}' as source (read_only)
