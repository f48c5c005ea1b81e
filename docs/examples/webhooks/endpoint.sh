curl -s "$SYNQRO/v1/webhooks" \
  -H "Authorization: Bearer $SECRET_KEY" \
  -H "Content-Type: application/json" \
  -H "Idempotency-Key: orders-endpoint" \
  -d '{"url": "https://hooks.northlight.example/synqro", "events": ["order.created", "order.refunded"]}'
