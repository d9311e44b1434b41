"""Run the command line as `python -m si_graph`."""

from si_graph.cli.main import run

if __name__ == "__main__":
    run()
