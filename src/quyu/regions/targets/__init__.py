"""Official targets against published figures."""
