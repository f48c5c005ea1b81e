curl -s "$SYNQRO/v1/quotes?limit=10" \
  -H "Authorization: Bearer $SECRET_KEY"
