curl -s -X POST "$SYNQRO/v1/webhooks/$ENDPOINT/test" \
  -H "Authorization: Bearer $SECRET_KEY"
