"""The ready graph on disk: built once, verified on opening, rebuilt when it no longer fits."""
