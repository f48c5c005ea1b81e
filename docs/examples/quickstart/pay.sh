curl -s -o paid.html -d action=pay "$CHECKOUT"
