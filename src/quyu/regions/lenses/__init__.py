"""The three strategy lenses of clause nine."""
