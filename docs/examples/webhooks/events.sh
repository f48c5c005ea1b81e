curl -s "$SYNQRO/v1/events?type=order.created&limit=10" \
  -H "Authorization: Bearer $SECRET_KEY"
