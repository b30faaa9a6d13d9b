#!/bin/sh
# Takes one webhook over TLS with openssl alone, answers 204 and prints what verify.sh says of it. PORT, CERT and KEY; WHSEC and WHPK are read
# from the file KEYS when the call is there.
set -eu
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT
here=$(dirname "$0")
: > "$dir/in"
{ until grep -q '"data"' "$dir/in"; do sleep 0.1; done; printf 'HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n'; sleep 1; } |
  openssl s_server -quiet -accept "$PORT" -cert "$CERT" -key "$KEY" -naccept 1 > "$dir/in" 2> "$dir/err" || true
head() { tr -d '\r' < "$dir/in" | sed -n "s/^$1: //Ip" | sed 1q; }
. "$KEYS"
export WHSEC WHPK
ID=$(head webhook-id) TS=$(head webhook-timestamp) SIG=$(head webhook-signature)
export ID TS SIG
tr -d '\r' < "$dir/in" | sed '1,/^$/d' | tr -d '\n' > "$dir/body"
sh "$here/verify.sh" < "$dir/body"
