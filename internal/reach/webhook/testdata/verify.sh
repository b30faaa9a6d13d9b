#!/bin/sh
# Checks a webhook with openssl alone. WHSEC and WHPK are from the page, ID, TS and SIG the three headers; the body is the standard input.
set -eu
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
{ printf '%s.%s.' "$ID" "$TS"; cat; } > "$dir/said"
age=$(( $(date +%s) - TS )); [ "$age" -lt 300 ] && [ "$age" -gt -300 ] || { echo "too old or too new"; exit 1; }
key=$(printf %s "${WHSEC#whsec_}" | openssl base64 -d -A | od -An -tx1 | tr -d ' \n')
want="v1,$(openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary "$dir/said" | openssl base64 -A)"
{ printf '\060\052\060\005\006\003\053\145\160\003\041\000'; printf %s "${WHPK#whpk_}" | openssl base64 -d -A; } > "$dir/key.der"
v1=no v1a=no
for s in $SIG; do
  case $s in
  v1,*) [ "$s" = "$want" ] && v1=yes ;;
  v1a,*)
    printf %s "${s#v1a,}" | openssl base64 -d -A > "$dir/sig"
    openssl pkeyutl -verify -rawin -pubin -keyform DER -inkey "$dir/key.der" -in "$dir/said" -sigfile "$dir/sig" > /dev/null 2>&1 && v1a=yes ;;
  esac
done
echo "v1 $v1 v1a $v1a"
[ "$v1$v1a" = yesyes ]
