"""The charts, drawn from plain frames."""
