"""Neighbours: weights, autocorrelation, clusters, pull."""
