const config = await call("config");
if (!config.payments_ready) console.log("This shop can't take payments yet.");
if (!config.ordering.enabled) console.log(config.ordering.closed_message);

const products = [...config.products];
let cursor = config.next_cursor;
while (cursor) {
  const page = await call(`products?cursor=${encodeURIComponent(cursor)}&limit=50`);
  products.push(...page.data);
  cursor = page.next_cursor;
}

const money = new Intl.NumberFormat(config.store.locale, {
  style: "currency", currency: config.store.currency,
});
for (const product of products) console.log(product.title, money.format(product.price));
