synqro store create --name "Northlight Prints" --email maker@northlight.example \
  --password "one layer at a time" --currency EUR --json > store.json
cat store.json

STORE=$(grep -o '"test_store_id": *"[^"]*"' store.json | cut -d '"' -f 4)
