curl -s -X PATCH "$SYNQRO/v1/repricer/rules/$RULE" \
  -H "Authorization: Bearer $SECRET_KEY" \
  -H "Content-Type: application/json" \
  -d '{"mode": "live"}'
