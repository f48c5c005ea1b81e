curl -s -X PUT "$SYNQRO/v1/products/$PRODUCT/stock" \
  -H "Authorization: Bearer $SECRET_KEY" \
  -H "Content-Type: application/json" \
  -d '{"stock": 3}'
