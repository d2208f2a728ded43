"""Pure Polars: frames (and frozen parameters) in, frames out."""
