"""How unequal the provinces are."""
