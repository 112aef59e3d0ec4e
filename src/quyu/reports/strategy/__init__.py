"""What the reports say of the regional strategy: lenses, gaps, partners, targets."""
