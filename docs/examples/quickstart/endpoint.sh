curl -s "$SYNQRO/v1/webhooks" \
  -H "Authorization: Bearer $SECRET_KEY" \
  -H "Content-Type: application/json" \
  -H "Idempotency-Key: first-endpoint" \
  -d '{"url": "http://127.0.0.1:9000/hooks", "events": ["*"]}' > endpoint.json
cat endpoint.json

ENDPOINT=$(grep -o 'whk_[0-9A-Za-z]*' endpoint.json | head -n 1)
export SYNQRO_WEBHOOK_SECRET=$(grep -o 'whsec_[0-9A-Za-z+/=]*' endpoint.json)
