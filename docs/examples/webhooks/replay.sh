curl -s -X POST "$SYNQRO/v1/webhooks/deliveries/$DELIVERY/replay" \
  -H "Authorization: Bearer $SECRET_KEY"
