curl -s -O "$SYNQRO/docs/examples/webhooks/verify.py" \
     -O "$SYNQRO/docs/examples/webhooks/receive.py"
python3 receive.py &
RECEIVER=$!
