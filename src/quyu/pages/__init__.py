"""What a reader sees: tables, charts and texts, a file per notebook or topic."""
