curl -s "$SYNQRO/api/storefront/quote/accept?key=$PUBLISHABLE_KEY" \
  -H "Content-Type: application/json" \
  -H "Idempotency-Key: accept-1" \
  -d "{\"token\": \"$TOKEN\", \"version\": $VERSION}" > accepted.json
cat accepted.json

CHECKOUT=$(grep -o '"checkout_url": *"[^"]*"' accepted.json | cut -d '"' -f 4)
