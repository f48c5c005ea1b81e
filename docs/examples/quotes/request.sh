curl -s "$SYNQRO/api/storefront/quote?key=$PUBLISHABLE_KEY" \
  -H "Content-Type: application/json" \
  -H "Idempotency-Key: first-request" \
  -d @- > quote.json <<JSON
{"uploads": [{"id": "$UPLOAD", "units": "mm"}], "quantity": 4,
 "description": "Four plates, any colour.",
 "customer": {"name": "Sam Field", "email": "sam@example.com"}}
JSON
cat quote.json

QUOTE=$(grep -o 'qt_[0-9A-Za-z]*' quote.json | head -n 1)
TOKEN=$(grep -o '"token": *"[^"]*"' quote.json | cut -d '"' -f 4)
