"""Help: every command is named and explains itself, before any of the heavy parts is loaded."""

from __future__ import annotations

import subprocess
import sys

import pytest

from closebook.cli.main import _COMMANDS, run

_HEAVY = "{'django', 'dbos', 'sqlalchemy', 'httpx2'}"


def test_help_names_every_command(capsys):
    assert run(["--help"]) == 0
    shown = capsys.readouterr().out
    assert all(command in shown for command in _COMMANDS)


@pytest.mark.parametrize("command", sorted(_COMMANDS))
def test_each_command_explains_itself(capsys, command):
    assert run([command, "--help"]) == 0
    assert f"closebook {command}" in capsys.readouterr().out


def test_help_loads_no_heavy_part():
    script = (
        "import sys; from closebook.cli.main import run; code = run(['--help']); "
        f"sys.exit(code or 9 * any(name.split('.')[0] in {_HEAVY} for name in sys.modules))"
    )
    assert not subprocess.run([sys.executable, "-c", script], capture_output=True, check=False).returncode
