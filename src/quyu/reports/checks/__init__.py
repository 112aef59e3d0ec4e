"""Published tables computed again."""
