curl -s -X POST "$SYNQRO/v1/agents/$AGENT/run" \
  -H "Authorization: Bearer $SECRET_KEY" \
  -H "Idempotency-Key: run-now"
