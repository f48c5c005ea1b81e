curl -s -X POST "$SYNQRO/v1/repricer/changes/$CHANGE/undo" \
  -H "Authorization: Bearer $SECRET_KEY"
