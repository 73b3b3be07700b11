"""``python -m closebook`` is the command ``closebook``."""

from closebook.cli.main import main

if __name__ == "__main__":
    main()
