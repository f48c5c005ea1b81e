curl -s "$SYNQRO/api/storefront/quote/message?key=$PUBLISHABLE_KEY" \
  -H "Content-Type: application/json" \
  -H "Idempotency-Key: first-message" \
  -d "{\"token\": \"$TOKEN\", \"text\": \"Grey would be fine.\"}"
