-- Purpose: the loads that the warehouse holds. Grain: one row per load.
select file.load_number
from ops.file as file
