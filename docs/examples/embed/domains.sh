curl -s -X PATCH "$SYNQRO/v1/store" \
  -H "Authorization: Bearer $SECRET_KEY" \
  -H "Content-Type: application/json" \
  -d '{"allowed_domains": ["northlight.example", "*.northlight.example", "localhost:3000"]}'
