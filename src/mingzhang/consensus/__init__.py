"""Engines, and the one application that runs under each of them."""
