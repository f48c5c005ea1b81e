printf 'solid plate\nfacet normal 0 0 1\nouter loop\nvertex 0 0 0\nvertex 60 0 0\nvertex 0 40 0\nendloop\nendfacet\nendsolid plate\n' > plate.stl

curl -s "$SYNQRO/api/storefront/upload?key=$PUBLISHABLE_KEY" \
  -F file=@plate.stl > upload.json
cat upload.json

UPLOAD=$(grep -o 'up_[0-9A-Za-z]*' upload.json | head -n 1)
