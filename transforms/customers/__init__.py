"""Customers: scores, types, groups, health, losses and what they are worth (D-10 … D-14)."""
