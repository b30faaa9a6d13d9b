#!/bin/bash
# batch-verify FILE KEY.pem: checks the signature of a batch (JSON Lines) with openssl alone, a second implementation of what
# "linli exchange check" says of signatures. With jq lines may be spaced as they like; without it (or with NO_JQ=1) they must be
# in canonical form, as every installation writes them. Exit 0: as its sender signed it.
set -euo pipefail
file=$1 key=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [ -z "${NO_JQ:-}" ] && command -v jq >/dev/null; then
	jq -cS . "$file" >"$work/lines"
else
	cp "$file" "$work/lines"
fi
sed '$d' "$work/lines" >"$work/body"
tail -n 1 "$work/lines" >"$work/last"
field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" "$work/last"; }

digest=$(openssl dgst -sha256 -r "$work/body" | cut -d ' ' -f 1)
[ "$digest" = "$(field digest)" ] || { echo "digest: the lines are not those that were signed" >&2; exit 1; }
# What is signed is the last line without its signature, which stands at its end.
tr -d '\n' <"$work/last" | sed 's/,"signature":"[^"]*"}$/}/' >"$work/message"
field signature | openssl base64 -d -A >"$work/signature"
openssl pkeyutl -verify -pubin -inkey "$key" -rawin -in "$work/message" -sigfile "$work/signature" >/dev/null ||
	{ echo "signature: not made with this key" >&2; exit 1; }
echo "good: batch $(field batch), signed with $(field key)"
