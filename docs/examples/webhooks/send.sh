#!/bin/sh
# Sends a signed event to your own endpoint: sh send.sh http://127.0.0.1:9000/hooks < event.json
body=$(mktemp) && cat > "$body"
id=evt_$(openssl rand -hex 12)
sent_at=$(date +%s)
key=$(printf %s "${SYNQRO_WEBHOOK_SECRET#whsec_}" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \n')
signature=$({ printf '%s.%s.' "$id" "$sent_at"; cat "$body"; } |
  openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | openssl base64 -A)
curl -s -w '%{http_code}\n' "$1" --data-binary "@$body" \
  -H "Content-Type: application/json" \
  -H "webhook-id: $id" -H "webhook-timestamp: $sent_at" -H "webhook-signature: v1,$signature"
rm "$body"
