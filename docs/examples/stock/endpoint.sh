curl -s "$SYNQRO/v1/webhooks" \
  -H "Authorization: Bearer $SECRET_KEY" \
  -H "Content-Type: application/json" \
  -H "Idempotency-Key: books-endpoint" \
  -d '{"url": "http://127.0.0.1:9000/hooks", "events": ["stock.low", "settlement.completed"]}' > books.json
cat books.json

export SYNQRO_WEBHOOK_SECRET=$(grep -o 'whsec_[0-9A-Za-z+/=]*' books.json)
