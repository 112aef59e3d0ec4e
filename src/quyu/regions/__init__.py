"""The regions room: what the strategy of clause nine asks of each region, measured."""
