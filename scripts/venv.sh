#!/bin/sh
# Make .venv and install a lock file into it: venv.sh PYTHON REQUIREMENTS
# With uv where there is one, else with the standard library's venv and pip.
# The lock names everything, so nothing is looked up beside it: pip 23 would ask for newer versions of "name[extra]".
set -eu
python=$1
requirements=$2

if ! command -v "$python" >/dev/null 2>&1; then
    echo "dailyten needs Python 3.11 or newer, and '$python' is not installed." >&2
    echo "On Debian or Ubuntu: apt-get install python3 python3-venv" >&2
    exit 1
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "dailyten needs Python 3.11 or newer; '$python' is $("$python" --version 2>&1)." >&2
    echo "Name another one: make today PYTHON=python3.12" >&2
    exit 1
fi

if command -v uv >/dev/null 2>&1; then
    [ -x .venv/bin/python ] || uv venv --quiet --python "$python" .venv
    uv pip install --quiet --python .venv/bin/python --no-deps --require-hashes -r "$requirements"
    uv pip install --quiet --python .venv/bin/python --no-deps -e .
    exit 0
fi

if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
    echo "Neither uv nor Python's own venv works here: the package python3-venv is missing." >&2
    echo "On Debian or Ubuntu: apt-get install python3-venv   (or install uv)" >&2
    exit 1
fi
[ -x .venv/bin/python ] || "$python" -m venv .venv
echo "Installing what dailyten stands on into .venv (once, about a minute) ..."
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r "$requirements"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
