#!/usr/bin/env bash
# Tests what needs a PostgreSQL, each file with a server of its own on a free port. Uses the programs in the directory that
# POSTGRES_BIN names, those that are installed, or Debian's, which it installs when there are none.
set -euo pipefail
cd "$(dirname "$0")/.."

installed() {
  local found
  found=$(command -v initdb || true)
  # Debian keeps them out of the way, by version.
  if [ -z "$found" ]; then found=$(ls -d /usr/lib/postgresql/*/bin/initdb 2>/dev/null | sort -V | tail -n 1); fi
  if [ -n "$found" ]; then dirname "$(readlink -f "$found")"; fi
}

bin=${POSTGRES_BIN:-$(installed)}
if [ -z "$bin" ]; then
  if ! command -v apt-get >/dev/null 2>&1; then
    echo 'No PostgreSQL here: install one, or name the directory of its programs in POSTGRES_BIN.' >&2
    exit 1
  fi
  root=()
  if [ "$(id -u)" -ne 0 ]; then root=(sudo); fi
  "${root[@]}" apt-get update -qq
  DEBIAN_FRONTEND=noninteractive "${root[@]}" apt-get install -y -qq --no-install-recommends postgresql >/dev/null
  bin=$(installed)
fi
export POSTGRES_BIN=$bin

pnpm exec vitest run --config vitest.postgres.config.ts "$@"
