"""How cells are written: names for numbers, codes, dates, amounts, yes and no."""

import polars as pl

from generator.organisation import Organisation


def names(values: pl.Expr, known: tuple[str, ...]) -> pl.Expr:
    """Turn numbers into names."""
    return values.replace_strict(dict(enumerate(known)), return_dtype=pl.String)


def code(column: str, prefix: str, width: int = 6) -> pl.Expr:
    """Turn a number into a code such as K000012; null where it is negative."""
    text = pl.concat_str(pl.lit(prefix), (pl.col(column) + 1).cast(pl.String).str.zfill(width))
    return pl.when(pl.col(column) >= 0).then(text)


def slashed(column: pl.Expr) -> pl.Expr:
    """Write days as 2026/11/3."""
    return column.cast(pl.Int32).cast(pl.Date).dt.strftime("%Y/%-m/%-d")


def minutes(day: pl.Expr, minute: pl.Expr) -> pl.Expr:
    """Write days and minutes as 2026-11-03 10:22:00."""
    instant = day.cast(pl.Int32).cast(pl.Date).cast(pl.Datetime("us")) + pl.duration(minutes=minute)
    return instant.dt.strftime("%Y-%m-%d %H:%M:%S")


def yes(column: pl.Expr) -> pl.Expr:
    """Write 是 or 否."""
    return pl.when(column).then(pl.lit("是")).otherwise(pl.lit("否"))


def with_rep(
    frame: pl.DataFrame, organisation: Organisation, day: str, key: str = "account"
) -> pl.DataFrame:
    """Add 工号 of the rep who works the account (or other key) on a day."""
    team, keys, days = (frame[name].to_numpy() for name in ("team", key, day))
    reps = organisation.reps_of(team, keys, days)
    return frame.with_columns(pl.Series("rep", [organisation.code(int(rep)) for rep in reps]))


def ten_thousands(cents: pl.Expr) -> pl.Expr:
    """Write cents exactly as 万元 with six decimals."""
    return pl.concat_str(
        (cents // 1_000_000).cast(pl.String),
        pl.lit("."),
        (cents % 1_000_000).cast(pl.String).str.zfill(6),
    )
