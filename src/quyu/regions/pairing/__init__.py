"""Who could help whom, from complementarity."""
