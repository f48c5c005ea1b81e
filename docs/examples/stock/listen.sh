curl -s -O "$SYNQRO/docs/examples/webhooks/verify.py" -O "$SYNQRO/docs/examples/api/call.py" \
     -O "$SYNQRO/docs/examples/stock/book.py" -O "$SYNQRO/docs/examples/stock/listen.py"
SYNQRO_SECRET_KEY=$SECRET_KEY python3 listen.py &
RECEIVER=$!
