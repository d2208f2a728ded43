"""The 5-Why worksheet: written beside a pack, filled in by people, read by a source of its own."""
