curl -s "$SYNQRO/api/storefront/quote?key=$PUBLISHABLE_KEY&token=$TOKEN" > quote.json
cat quote.json

VERSION=$(grep -o '"version": *[0-9]*' quote.json | grep -o '[0-9]*$')
