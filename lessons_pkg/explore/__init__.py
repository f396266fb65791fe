"""Explorers: small pictures to play with, the same on the built page and in Jupyter."""
