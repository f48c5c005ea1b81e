"""Sets a product's stock: python3 stock.py prd_… 12; needs call.py beside it."""

import sys

from call import call

product, stock = sys.argv[1:]
print(call("PUT", f"/products/{product}/stock", {"stock": int(stock)})["stock"])
