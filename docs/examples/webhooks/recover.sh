curl -s "$SYNQRO/v1/webhooks/$ENDPOINT/recover" \
  -H "Authorization: Bearer $SECRET_KEY" \
  -H "Content-Type: application/json" \
  -d '{"since": "2026-11-23T08:00:00Z"}'
