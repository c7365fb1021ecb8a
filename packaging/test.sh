#!/usr/bin/env bash
# Installs what packaging/build.sh made and runs it: the Debian package into an empty root with dpkg, where nothing else is, and the tar file into a folder.
set -euo pipefail
cd "$(dirname "$0")/.."
out=$PWD/target/packaging/out
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
fail() { echo "packaging/test.sh: $*" >&2; exit 1; }
say() { printf '%s\n' "$*"; }

# Into an empty root: dpkg itself, with a data base of its own.
deb=$(ls "$out"/corefund_*_amd64.deb)
mkdir -p "$root/deb/var/lib/dpkg/info" "$root/deb/var/lib/dpkg/updates" "$root/deb/tmp"
touch "$root/deb/var/lib/dpkg/status"
dpkg --root="$root/deb" --log=/dev/null --force-not-root -i "$deb" >/dev/null
# Alone in the root, with the two devices that random numbers come from; where that is not allowed, beside it.
alone=no
mkdir "$root/deb/dev"
if [ "$(id -u)" = 0 ] && mknod -m 666 "$root/deb/dev/urandom" c 1 9 2>/dev/null && mknod -m 666 "$root/deb/dev/random" c 1 8 && chroot "$root/deb" /usr/bin/corefund --version >/dev/null; then alone=yes; fi
folder=/tmp; [ $alone = yes ] || folder=$root/deb/tmp
in_root() { if [ $alone = yes ]; then chroot "$root/deb" /usr/bin/corefund "$@"; else "$root/deb/usr/bin/corefund" "$@"; fi; }
in_root init --ledger "$folder/ledger.db" >/dev/null
in_root pledge China 50000 --year 2017 --date 2017-03-17 --authority 'SOM-21 report, para 9' --ledger "$folder/ledger.db" >/dev/null
in_root receive China 30000 --date 2017-04-10 --ledger "$folder/ledger.db" | grep -q '20,000.00 outstanding' || fail "the receipt is not what it should be"
in_root statement 2017 --ledger "$folder/ledger.db" --output "$folder/statement.pdf"
[ "$(head -c 5 "$root/deb/tmp/statement.pdf")" = %PDF- ] || fail "no PDF"
in_root demo "$folder/demo.db" >/dev/null
in_root verify --ledger "$folder/demo.db" | grep -q 'everything holds' || fail "the demo does not verify"
say "the package runs (alone in an empty root: $alone): $(in_root --version)"

# The pages and the scripts that go with it.
pages=$(find "$root/deb/usr/share/man/man1" -name 'corefund*.1.gz' | wc -l)
[ "$pages" -gt 40 ] || fail "only $pages manual pages"
find "$root/deb/usr/share/man/man1" -name '*.gz' -exec gzip -t {} +
command -v mandoc >/dev/null && zcat "$root/deb/usr/share/man/man1/corefund-receive.1.gz" | mandoc -W error -T lint
bash -n "$root/deb/usr/share/bash-completion/completions/corefund"
command -v zsh >/dev/null && zsh -n "$root/deb/usr/share/zsh/vendor-completions/_corefund"
command -v fish >/dev/null && fish -n "$root/deb/usr/share/fish/vendor_completions.d/corefund.fish"
say "$pages manual pages, completions of bash, zsh and fish"

# It goes without a trace.
dpkg --root="$root/deb" --log=/dev/null --force-not-root -P corefund >/dev/null
[ ! -e "$root/deb/usr/bin/corefund" ] && [ ! -e "$root/deb/usr/share/doc/corefund" ] || fail "something was left behind"
say "removed without a trace; the ledger stays: $(ls "$root/deb/tmp" | tr '\n' ' ')"

mkdir "$root/tar"
tar --extract --file "$(ls "$out"/corefund-*-linux-x86_64.tar.gz)" -C "$root/tar"
"$root"/tar/corefund-*/bin/corefund --version >/dev/null
say "the tar file runs: $(cd "$root/tar" && ls -d */bin/corefund)"

if command -v lintian >/dev/null; then lintian --fail-on error --info "$deb"; else say "lintian is not here, not asked (apt-get install lintian)"; fi
