curl -s -X PATCH "$SYNQRO/v1/products/$PRODUCT" \
  -H "Authorization: Bearer $SECRET_KEY" \
  -H "Content-Type: application/json" \
  -d '{"low_stock_threshold": 2}'
