"""Datasets: columns, rows, chain, slices."""
