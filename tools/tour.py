"""The first ten minutes by themselves: a sample shop's year is planned, applied and proved in the embedded
company.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def closebook(*arguments: str) -> None:
    """Run a command as a person would, printing it first; leave with its code when it fails."""
    print(f"\n$ closebook {' '.join(arguments)}", flush=True)
    code = subprocess.run([sys.executable, "-m", "closebook", *arguments], check=False).returncode
    if code:
        sys.exit(code)


def main() -> None:
    """Make the sample once, then show plan, proof and profit and loss."""
    home = Path(os.environ["CLOSEBOOK_HOME"])
    if (home / "sample" / "tour-done").exists():
        closebook("tieout", "Sample shop")
        return
    closebook("init", "--company", "My company")
    closebook("sample")
    files = sorted(str(path) for path in (home / "sample").glob("*.csv"))
    print(f"\n$ closebook sync 'Sample shop' {home}/sample/*.csv --yes", flush=True)
    command = [sys.executable, "-m", "closebook", "sync", "Sample shop", *files, "--yes"]
    code = subprocess.run(command, check=False).returncode
    if code:
        sys.exit(code)
    closebook("tieout", "Sample shop")
    closebook("prove", "--company", "Sample company")
    period = ("--from", "2025-01-01", "--to", "2025-12-31")
    closebook("statement", "profit-and-loss", "--company", "Sample company", *period)
    (home / "sample" / "tour-done").write_text("The sample was synced; delete this file to do it again.\n")


if __name__ == "__main__":
    main()
