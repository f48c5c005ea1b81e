curl -s "$SYNQRO/api/storefront/order?key=$PUBLISHABLE_KEY" \
  -H "Content-Type: application/json" \
  -H "Idempotency-Key: first-order" \
  -d @- > order.json <<JSON
{"product_id": "$PRODUCT", "quantity": 1,
 "customer": {"name": "Sam Field", "email": "sam@example.com"}}
JSON
cat order.json

CHECKOUT=$(grep -o '"checkout_url": *"[^"]*"' order.json | cut -d '"' -f 4)
