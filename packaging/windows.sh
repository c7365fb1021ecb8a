#!/usr/bin/env bash
# Builds the program for Windows on Linux, and tries it where wine is at hand. Into target/packaging/out.
# Needs: rustup target add x86_64-pc-windows-gnu, and the linker and C compiler of mingw-w64 (gcc-mingw-w64-x86-64).
# Usage: packaging/windows.sh [check]        with check, the sources are compiled for Windows and nothing is built
set -euo pipefail
cd "$(dirname "$0")/.."

work=target/packaging
target=x86_64-pc-windows-gnu
if [ "${1:-}" = check ]; then
  exec cargo check --locked --target "$target" --target-dir "$work"
fi
cargo build --release --locked --target "$target" --target-dir "$work"
mkdir -p "$work/out"
cp "$work/$target/release/corefund.exe" "$work/out/"

wine=$(command -v wine64 || command -v wine || echo /usr/lib/wine/wine64)
if ! [ -x "$wine" ]; then echo "wine is not here: built, and not tried"; exit 0; fi
program=$PWD/$work/out/corefund.exe
folder=$(mktemp -d)
trap 'wineserver -k 2>/dev/null || true; rm -rf "$folder"' EXIT
export WINEPREFIX=$folder/prefix WINEDEBUG=-all
cd "$folder"
corefund() { "$wine" "$program" "$@"; }
# Before version 9, wine lacks a library that every program of Rust asks for random numbers.
if ! corefund --version; then echo "this wine does not start it: built, and not tried"; exit 0; fi
corefund init --quiet
corefund announce China 50000 --year 2017 --date 2017-03-17 --authority 'SOM-21 report, para 9' --quiet
corefund confirm P-2017-001 --date 2017-04-03 --authority 'Note verbale of 3 April 2017' --quiet
corefund receive China 30000 --date 2017-04-10 --quiet
corefund receive China 3000 --date 2017-04-11 --quiet
corefund undo --quiet
corefund statement 2017 --output statement.pdf
corefund export audit --year 2017 --output package >/dev/null
corefund backup backup.db >/dev/null
corefund restore backup.db --to restored.db >/dev/null
for what in ledger.db package restored.db; do corefund verify "$what" | grep -q 'everything holds'; done
head -c 4 statement.pdf | grep -q '%PDF'
echo "built, and tried: a ledger, a statement, a package, a backup, all of which verify"
