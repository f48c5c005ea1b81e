curl -s "$SYNQRO/v1/quotes/$QUOTE/send" \
  -H "Authorization: Bearer $SECRET_KEY" \
  -H "Content-Type: application/json" \
  -H "Idempotency-Key: first-price" \
  -d '{"lines": [{"description": "Plate, PETG", "quantity": 4, "unit_price": 15.75}],
       "shipping": 5.90, "lead_time_days": 6, "message": "Printed flat, so the edges stay sharp."}'
