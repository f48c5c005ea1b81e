curl -s "$SYNQRO/v1/repricer/changes?run_id=$RUN" \
  -H "Authorization: Bearer $SECRET_KEY"
