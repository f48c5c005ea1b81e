SIZE=$(wc -c < plate.stl | tr -d ' ')
NAME=$(printf plate.stl | base64)

# Begin: the answer says where the pieces go.
PIECES=$(curl -s -D - -o /dev/null -X POST "$SYNQRO/api/storefront/upload/tus?key=$PUBLISHABLE_KEY" \
  -H "Tus-Resumable: 1.0.0" -H "Upload-Length: $SIZE" -H "Upload-Metadata: filename $NAME" |
  tr -d '\r' | sed -n 's/^[Ll]ocation: //p')

# A piece at its offset. After a lost connection, HEAD says how much has arrived.
curl -s -o /dev/null -X PATCH "$PIECES" --data-binary @plate.stl \
  -H "Tus-Resumable: 1.0.0" -H "Upload-Offset: 0" -H "Content-Type: application/offset+octet-stream"
curl -s -I "$PIECES" -H "Tus-Resumable: 1.0.0" | grep -i upload-offset
