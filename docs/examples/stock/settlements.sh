curl -s "$SYNQRO/v1/settlements?limit=10" \
  -H "Authorization: Bearer $SECRET_KEY" > settlements.json
cat settlements.json

SETTLEMENT=$(grep -o 'set_[0-9A-Za-z]*' settlements.json | head -n 1)
