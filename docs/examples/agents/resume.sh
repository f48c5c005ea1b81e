curl -s -X POST "$SYNQRO/v1/agents/$AGENT/resume" \
  -H "Authorization: Bearer $SECRET_KEY"
