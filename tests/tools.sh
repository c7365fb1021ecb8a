#!/bin/sh
# The programs of others that the tests use. One function a tool, each of which does nothing when the tool is there.
# Usage: tests/tools.sh [NAME…]   without a name, all; prints "NAME PATH" for each tool that is there, "NAME missing REASON" for each that cannot be had.
set -u
tools="$(dirname "$0")/../target/tools"
mkdir -p "$tools" && tools="$(cd "$tools" && pwd)"
python="$tools/python"

# One set-up at a time: tests run beside one another.
if command -v flock >/dev/null 2>&1; then exec 9>"$tools/lock" && flock 9; fi

say() { if [ -n "$2" ] && [ -x "$2" ]; then echo "$1 $2"; else echo "$1 missing $3"; fi; }

apt_install() { # program package
  command -v "$1" >/dev/null 2>&1 && return
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    [ -e "$tools/apt-updated" ] || { apt-get update -qq >>"$tools/log" 2>&1; touch "$tools/apt-updated"; }
    DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends $2 >>"$tools/log" 2>&1
  fi
}

pip_install() { # module package…
  module="$1"; shift
  [ -x "$python/bin/python" ] || python3 -m venv "$python" >>"$tools/log" 2>&1
  "$python/bin/python" -c "import $module" >/dev/null 2>&1 || "$python/bin/python" -m pip install -q --disable-pip-version-check "$@" >>"$tools/log" 2>&1
}

get_hledger() { apt_install hledger hledger; say hledger "$(command -v hledger)" "apt-get install hledger"; }
get_ledger() { apt_install ledger ledger; say ledger "$(command -v ledger)" "apt-get install ledger"; }
# The published schema of IATI 2.03, which a package carries that is too old to be installed.
get_iati() {
  schema="$tools/pyIATI-0.4.1/iati/resources/standard/2-03/schemas/iati-activities-schema.xsd"
  if ! [ -f "$schema" ]; then
    [ -x "$python/bin/python" ] || python3 -m venv "$python" >>"$tools/log" 2>&1
    "$python/bin/pip" download -q --disable-pip-version-check --no-deps --no-binary :all: -d "$tools" pyIATI==0.4.1 >>"$tools/log" 2>&1
    tar -xzf "$tools"/py[iI][aA][tT][iI]-0.4.1.tar.gz -C "$tools" >>"$tools/log" 2>&1
  fi
  [ -f "$schema" ] && echo "iati $schema" || echo "iati missing pip download pyIATI"
}
get_duckdb() { pip_install duckdb duckdb; "$python/bin/python" -c "import duckdb" 2>/dev/null && say duckdb "$python/bin/python" "" || echo "duckdb missing pip install duckdb"; }
get_minisign() { apt_install minisign minisign; say minisign "$(command -v minisign)" "apt-get install minisign"; }
get_xmllint() { apt_install xmllint libxml2-utils; say xmllint "$(command -v xmllint)" "apt-get install libxml2-utils"; }
get_bash() { say bash "$(command -v bash)" "apt-get install bash"; }
get_zsh() { apt_install zsh zsh; say zsh "$(command -v zsh)" "apt-get install zsh"; }
get_fish() { apt_install fish fish; say fish "$(command -v fish)" "apt-get install fish"; }
get_groff() { apt_install groff groff; say groff "$(command -v groff)" "apt-get install groff"; }
get_sqlite3() { apt_install sqlite3 sqlite3; say sqlite3 "$(command -v sqlite3)" "apt-get install sqlite3"; }
get_beancount() { pip_install beancount beancount; say beancount "$python/bin/bean-check" "pip install beancount"; }
get_frictionless() { pip_install frictionless frictionless; say frictionless "$python/bin/frictionless" "pip install frictionless"; }
get_pandas() { pip_install pandas pandas; "$python/bin/python" -c "import pandas" 2>/dev/null && say pandas "$python/bin/python" "" || echo "pandas missing pip install pandas"; }

get_poppler() { apt_install pdftotext poppler-utils; say poppler "$(command -v pdftotext)" "apt-get install poppler-utils"; }
get_libreoffice() { apt_install soffice "libreoffice-calc libreoffice-writer"; say libreoffice "$(command -v soffice)" "apt-get install libreoffice-calc libreoffice-writer"; }
get_office() { pip_install openpyxl openpyxl python-docx; "$python/bin/python" -c "import openpyxl, docx" 2>/dev/null && say office "$python/bin/python" "" || echo "office missing pip install openpyxl python-docx"; }
get_qpdf() { apt_install qpdf qpdf; say qpdf "$(command -v qpdf)" "apt-get install qpdf"; }
get_pikepdf() { pip_install pikepdf pikepdf; "$python/bin/python" -c "import pikepdf" 2>/dev/null && say pikepdf "$python/bin/python" "" || echo "pikepdf missing pip install pikepdf"; }
get_chromium() {
  command -v google-chrome >/dev/null 2>&1 || apt_install /usr/bin/chromium chromium
  if command -v npm >/dev/null 2>&1 && ! { [ -d "$tools/node_modules/axe-core" ] && [ -d "$tools/node_modules/playwright-core" ]; }; then
    (cd "$tools" && { [ -f package.json ] || printf '{"private":true}\n' >package.json; } && npm install --silent --no-audit --no-fund axe-core playwright-core) >>"$tools/log" 2>&1
  fi
  [ -d "$tools/node_modules/axe-core" ] && say chromium "$(command -v /usr/bin/chromium || command -v google-chrome)" "apt-get install chromium" || echo "chromium missing npm install axe-core playwright-core"
}

[ $# -gt 0 ] || set -- bash zsh fish groff sqlite3 hledger ledger minisign iati duckdb xmllint beancount frictionless pandas poppler qpdf pikepdf libreoffice office chromium
for tool in "$@"; do "get_$tool" 9>&-; done
