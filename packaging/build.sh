#!/usr/bin/env bash
# Builds what is handed out for Linux on x86-64: a static program, a tar file with it, and a Debian package; all into target/packaging/out.
# Usage: packaging/build.sh        then packaging/test.sh, which installs and runs them
set -euo pipefail
cd "$(dirname "$0")/.."

work=target/packaging
out=$work/out
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}

# musl where the toolchain has it; otherwise glibc, linked in: the program neither loads modules nor resolves names, so nothing is missed.
target=x86_64-unknown-linux-gnu
if rustup target list --installed 2>/dev/null | grep -qx x86_64-unknown-linux-musl && command -v musl-gcc >/dev/null; then target=x86_64-unknown-linux-musl; fi
RUSTFLAGS="-C target-feature=+crt-static" nice cargo build --release --locked --target "$target" --target-dir "$work"
program=$work/$target/release/corefund
if ldd "$program" 2>/dev/null | grep -q '=>'; then echo "$program is not static" >&2; exit 1; fi

# What belongs on a computer beside the program, made by the program.
tree=$work/tree
rm -rf "$tree" "$out"
mkdir -p "$out"
install -D -m 755 "$program" "$tree/usr/bin/corefund"
strip --strip-unneeded "$tree/usr/bin/corefund"
"$program" man "$tree/usr/share/man/man1" >/dev/null
find "$tree/usr/share/man" -name '*.1' -exec gzip -9n {} +
completion() { mkdir -p "$(dirname "$tree/$2")" && "$program" completions "$1" >"$tree/$2"; }
completion bash usr/share/bash-completion/completions/corefund
completion zsh usr/share/zsh/vendor-completions/_corefund
completion fish usr/share/fish/vendor_completions.d/corefund.fish
doc=$tree/usr/share/doc/corefund
install -D -m 644 -t "$doc" README.md packaging/copyright
install -D -m 644 -t "$doc/docs" docs/*.md docs/*.png
install -D -m 644 -t "$doc/docs/pictures" docs/pictures/*.svg
install -D -m 644 -t "$doc/docs/rules" docs/rules/*.toml
install -D -m 644 -t "$doc/docs/samples" docs/samples/*
install -D -m 644 ledger.db.example "$doc/examples/ledger.db.example"
gzip -9nc CHANGELOG.md >"$doc/changelog.gz"
gzip -9n >"$doc/changelog.Debian.gz" <<END
corefund ($version-1) unstable; urgency=medium

  * What is new stands in changelog.gz.

 -- The corefund maintainers <corefund@example.org>  $(LC_ALL=C date -uR -d "@$SOURCE_DATE_EPOCH")
END
install -D -m 644 packaging/lintian-overrides "$tree/usr/share/lintian/overrides/corefund"

# The tar file unpacks into a folder, or over / or ~/.local.
name=corefund-$version-linux-x86_64
tar --create --gzip --file "$out/$name.tar.gz" --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner --mode='go-w' \
  --transform "s,^usr,$name," -C "$tree" usr/bin usr/share/man usr/share/bash-completion usr/share/zsh usr/share/fish usr/share/doc

mkdir -p "$tree/DEBIAN"
sed -e "s/@VERSION@/$version-1/" -e "s/@SIZE@/$(du -sk "$tree/usr" | cut -f1)/" packaging/control >"$tree/DEBIAN/control"
(cd "$tree" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum) >"$tree/DEBIAN/md5sums"
find "$tree" -type d -exec chmod 755 {} + ; find "$tree" -type f ! -path '*/bin/*' -exec chmod 644 {} +
dpkg-deb --root-owner-group --build "$tree" "$out/corefund_${version}-1_amd64.deb" >/dev/null
(cd "$out" && sha256sum ./*.deb ./*.tar.gz | tee SHA256SUMS)
