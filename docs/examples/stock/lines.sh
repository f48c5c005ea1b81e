curl -s "$SYNQRO/v1/settlements/$SETTLEMENT/lines?limit=100" \
  -H "Authorization: Bearer $SECRET_KEY"
