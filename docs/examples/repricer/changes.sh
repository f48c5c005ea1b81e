curl -s "$SYNQRO/v1/repricer/changes?limit=10" \
  -H "Authorization: Bearer $SECRET_KEY"
