"""Finds files and parses them into quads, safely: with limits, and without the network."""
