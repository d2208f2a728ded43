"""Writes the exports of an invented equipment maker, deterministic for a seed and an end week."""
