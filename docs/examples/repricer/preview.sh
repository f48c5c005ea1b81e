curl -s -X POST "$SYNQRO/v1/repricer/rules/$RULE/preview" \
  -H "Authorization: Bearer $SECRET_KEY"
