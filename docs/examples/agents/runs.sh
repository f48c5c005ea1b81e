curl -s "$SYNQRO/v1/agents/$AGENT/runs?limit=10" \
  -H "Authorization: Bearer $SECRET_KEY"
