#!/bin/sh
# Builds Kubo, the IPFS daemon, from its Go module into a folder: tools/kubo.sh FOLDER
set -eu
version=v0.43.1
folder=$(mkdir -p "$1" && cd "$1" && pwd)
[ -x "$folder/ipfs" ] && exit 0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
# A module of its own instead of `go install`: a proxy that does not list versions can still serve this one.
printf 'module kubo\n\ngo 1.25\n\nrequire github.com/ipfs/kubo %s\n' "$version" >go.mod
echo "Building Kubo $version (once; several minutes) ..."
go build -mod=mod -o "$folder/ipfs" github.com/ipfs/kubo/cmd/ipfs
"$folder/ipfs" version
