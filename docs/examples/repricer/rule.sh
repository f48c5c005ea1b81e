curl -s "$SYNQRO/v1/repricer/rules" \
  -H "Authorization: Bearer $SECRET_KEY" \
  -H "Content-Type: application/json" \
  -H "Idempotency-Key: last-three" \
  -d '{"name": "The last three cost more", "currency": "EUR", "scope": {"all": true},
       "strategy": {"type": "stock", "bands": [{"max_available": 3, "adjust_percent": 10}]},
       "bounds": {"min": 19, "max": 39.99}, "rounding": {"ending": 99}}' > rule.json
cat rule.json

RULE=$(grep -o 'rule_[0-9A-Z]*' rule.json | head -n 1)
