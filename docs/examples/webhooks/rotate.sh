curl -s -X POST "$SYNQRO/v1/webhooks/$ENDPOINT/rotate_secret" \
  -H "Authorization: Bearer $SECRET_KEY" \
  -H "Idempotency-Key: rotate-2026-11"
