"""What workers do, by name: each operation takes the served graph and returns an outcome."""
