curl -s "$SYNQRO/v1/agents" \
  -H "Authorization: Bearer $SECRET_KEY" > agents.json
cat agents.json

AGENT=$(grep -o '"id":"agt_[0-9A-Z]*","object":"agent","kind":"repricer"' agents.json | grep -o 'agt_[0-9A-Z]*')
