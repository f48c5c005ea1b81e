ORDER=$(grep -o 'ord_[0-9A-Za-z]*' order.json | head -n 1)
curl -s "$SYNQRO/v1/orders/$ORDER/ship" \
  -H "Authorization: Bearer $SECRET_KEY" \
  -H "Content-Type: application/json" \
  -H "Idempotency-Key: first-parcel" \
  -d '{"carrier": "Royal Mail", "tracking_number": "AB123456785GB"}'
