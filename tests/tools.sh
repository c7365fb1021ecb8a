#!/usr/bin/env bash
# Other people's programs that tests/papers.rs reads our files with: poppler, LibreOffice, Chromium, openpyxl, python-docx, axe-core.
# Whatever cannot be had is said on standard error, and the tests skip what needs it; with COREFUND_TOOLS=required or CI=1 that fails.
set -uo pipefail
cd "$(dirname "$0")/.."
tools=target/tools
mkdir -p "$tools"
missing=0
say() { printf 'tools.sh: %s\n' "$*" >&2; }
lack() { say "NOT AVAILABLE: $*"; missing=1; }

wanted=()
command -v pdftotext >/dev/null || wanted+=(poppler-utils)
command -v soffice >/dev/null || wanted+=(libreoffice-calc libreoffice-writer)
command -v chromium >/dev/null || command -v google-chrome >/dev/null || wanted+=(chromium)
command -v python3 >/dev/null || wanted+=(python3 python3-venv)
if [ ${#wanted[@]} -gt 0 ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    (apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${wanted[@]}") >"$tools/apt.log" 2>&1 || say "apt-get failed, see $tools/apt.log"
  fi
fi
command -v pdftotext >/dev/null || lack "pdftotext (poppler)"
command -v soffice >/dev/null || lack "soffice (LibreOffice)"
command -v chromium >/dev/null || command -v google-chrome >/dev/null || lack "chromium"

if [ ! -x "$tools/venv/bin/python" ] || ! "$tools/venv/bin/python" -c 'import openpyxl, docx' 2>/dev/null; then
  python3 -m venv "$tools/venv" >"$tools/pip.log" 2>&1 && "$tools/venv/bin/pip" install --quiet openpyxl python-docx >>"$tools/pip.log" 2>&1
fi
"$tools/venv/bin/python" -c 'import openpyxl, docx' 2>/dev/null || lack "openpyxl and python-docx"

if [ ! -d "$tools/node_modules/axe-core" ] || [ ! -d "$tools/node_modules/playwright-core" ]; then
  if command -v npm >/dev/null; then
    (cd "$tools" && { [ -f package.json ] || printf '{"private":true}\n' >package.json; } && npm install --silent --no-audit --no-fund axe-core playwright-core) >"$tools/npm.log" 2>&1
  fi
fi
{ command -v node && [ -d "$tools/node_modules/axe-core" ] && [ -d "$tools/node_modules/playwright-core" ]; } >/dev/null || lack "node with axe-core and playwright-core"

touch "$tools/asked"
if [ "$missing" = 1 ] && { [ "${CI:-}" = 1 ] || [ "${CI:-}" = true ] || [ "${COREFUND_TOOLS:-}" = required ]; }; then exit 1; fi
exit 0
