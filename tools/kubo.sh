#!/bin/sh
# Builds Kubo, the IPFS daemon, from its Go module into a folder: tools/kubo.sh FOLDER
set -eu
module=github.com/ipfs/kubo@v0.42.0
folder=$(mkdir -p "$1" && cd "$1" && pwd)
[ -x "$folder/ipfs" ] && exit 0
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work"
echo "Building $module (once; several minutes) ..."
# Inside its own module, so that its own go.sum pins every dependency; `go install` would also ask for version lists.
go mod download "$module"
cp -R "$(go env GOMODCACHE)/$module" kubo
chmod -R u+w kubo
cd kubo
go build -o "$folder/ipfs" ./cmd/ipfs
"$folder/ipfs" version
