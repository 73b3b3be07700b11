#!/bin/sh
# Makes the virtual environment and installs a hashed requirements file into it: by uv when it can be had, by pip otherwise.
set -eu
python=$1 venv=$2 requirements=$3
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "Closebook needs Python 3.11 or later; $("$python" --version) was found. Set PYTHON=… to another one." >&2
    exit 1
}
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
if "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "uv==0.13.9"; then
    install="$venv/bin/uv pip install --quiet --compile-bytecode --python $venv/bin/python"
else
    install="$venv/bin/python -m pip install --quiet --disable-pip-version-check"
fi
# The file names every package, so nothing is left to resolve.
$install --no-deps --require-hashes -r "$requirements"
$install --no-deps -e .
