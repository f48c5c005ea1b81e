curl -s -X POST "$SYNQRO/v1/repricer/rules/$RULE/run" \
  -H "Authorization: Bearer $SECRET_KEY" \
  -H "Idempotency-Key: first-run" > run.json
cat run.json

CHANGE=$(grep -o 'chg_[0-9A-Z]*' run.json | head -n 1)
