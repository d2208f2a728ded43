-- Purpose: an entity as known at an instant into its published table. Grain: one row per key.
-- Parameters: known_at.
insert into finance_file.{{ entity | quoted }} by name
{% include "finance/core_with_lineage.sql" %}
