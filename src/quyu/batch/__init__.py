"""The batch: notebooks run many at a time, resumed, published, accounted for."""
