"""``python -m counterpoise``: the command line."""

from counterpoise.cli import main

if __name__ == "__main__":
    main()
