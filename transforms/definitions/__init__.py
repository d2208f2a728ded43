"""The definitions of the metrics, by what they are about."""
