synqro product create --store "$STORE" --title "Ripple vase" --price 28.00 --stock 12 --json
