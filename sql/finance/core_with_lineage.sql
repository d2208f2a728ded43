-- grain: one row a version of the entity that is current at the instant, with its line in its file
select
    versions.* exclude (file_id, load_number, known_to),
    loads.file_name
from core.{{ entity }} as versions
left join ops.file as loads
    on versions.load_number = loads.load_number
where
    versions.known_from <= $known_at
    and (versions.known_to is null or versions.known_to > $known_at)
