#!/usr/bin/env bash
# Builds what browsers are shown and drives it in headless Chromium. Uses the one CHROMIUM names, one that is installed, or
# Debian's, which it installs when there is none.
set -euo pipefail
cd "$(dirname "$0")/.."

chromium=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)}
if [ -z "$chromium" ]; then
  if ! command -v apt-get >/dev/null 2>&1; then
    echo 'No Chromium here: install one, or name it in CHROMIUM.' >&2
    exit 1
  fi
  root=()
  if [ "$(id -u)" -ne 0 ]; then root=(sudo); fi
  "${root[@]}" apt-get update -qq
  DEBIAN_FRONTEND=noninteractive "${root[@]}" apt-get install -y -qq --no-install-recommends chromium >/dev/null
  chromium=$(command -v chromium)
fi
export CHROMIUM=$chromium

pnpm --filter @lumojit/example-ai-sdk build:web
pnpm exec vitest run --config vitest.browser.config.ts "$@"
