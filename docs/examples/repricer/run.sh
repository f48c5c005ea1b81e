curl -s -X POST "$SYNQRO/v1/repricer/rules/$RULE/run" \
  -H "Authorization: Bearer $SECRET_KEY" \
  -H "Idempotency-Key: first-run" > run.json
cat run.json

RUN=$(grep -o 'run_[0-9A-Z]\{26\}' run.json | head -n 1)
CHANGE=$(grep -o 'chg_[0-9A-Z]*' run.json | head -n 1)
