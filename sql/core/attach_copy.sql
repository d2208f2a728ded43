-- Purpose: a copy of the warehouse that is written aside. Grain: none.
attach '{{ path }}' as readers
