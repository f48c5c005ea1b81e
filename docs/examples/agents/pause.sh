curl -s -X POST "$SYNQRO/v1/agents/$AGENT/pause" \
  -H "Authorization: Bearer $SECRET_KEY"
