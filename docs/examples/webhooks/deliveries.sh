curl -s "$SYNQRO/v1/webhooks/$ENDPOINT/deliveries?limit=5" \
  -H "Authorization: Bearer $SECRET_KEY" > deliveries.json
cat deliveries.json

DELIVERY=$(grep -o 'dlv_[0-9A-Za-z]*' deliveries.json | head -n 1)
