-- Purpose: by how many days a batch has moved the main date of the keys that it shares with what
-- was known. Grain: one row. Parameters: source, load_number (first of the batch), known_at (its
-- arrival).
with opened as (
    select * from {{ ("core." ~ entity) | quoted }}
    where source = $source and load_number >= $load_number and known_to is null
),

closed as (
    select * from {{ ("core." ~ entity) | quoted }}
    where source = $source and load_number < $load_number and known_to >= $known_at
),

moved as (
    select
        concat_ws(' / ', {{ key | list("opened") }}) as example,
        closed.{{ day | quoted }} as known_on,
        opened.{{ day | quoted }} as stated_on,
        opened.{{ day | quoted }} - closed.{{ day | quoted }} as shift_days
    from opened
    inner join closed on {{ key | equal("opened", "closed") }}
),

usual as (
    select cast(quantile_disc(shift_days, 0.5) as bigint) as shift_days
    from moved
    where abs(shift_days) >= 300
),

shifted as (
    select moved.*
    from moved
    cross join usual
    where abs(moved.shift_days - usual.shift_days) <= 3
)

select
    (select shift_days from usual) as shift_days,
    (select count(*) from shifted) as shifted_rows,
    (select count(*) from moved) as changed_rows,
    (
        select coalesce(sum(file.rows_unchanged), 0)
        from ops.file as file
        where file.load_number >= $load_number
    ) as unchanged_rows,
    (select min_by(shifted, shifted.example) from shifted) as example
