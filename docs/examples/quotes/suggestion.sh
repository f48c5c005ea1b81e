curl -s "$SYNQRO/v1/quotes/$QUOTE/suggestion" \
  -H "Authorization: Bearer $SECRET_KEY"
