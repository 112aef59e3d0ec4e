"""Whether the provinces grow alike."""
