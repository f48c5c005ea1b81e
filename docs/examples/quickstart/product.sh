curl -s "$SYNQRO/v1/products" \
  -H "Authorization: Bearer $SECRET_KEY" \
  -H "Content-Type: application/json" \
  -H "Idempotency-Key: first-product" \
  -d '{"title": "Ripple vase", "price": 28.00, "stock": 12}' > product.json
cat product.json

PRODUCT=$(grep -o 'prd_[0-9A-Za-z]*' product.json | head -n 1)
