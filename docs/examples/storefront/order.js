const product = products.find((one) => one.available);
const variant = product.variants.find((one) => one.available);
const shipping = config.ordering.shipping_options[0];
const shown = variant.price + (shipping?.price ?? 0);

// One key for one press: kept until an answer is there, so that trying again is no second order.
sessionStorage.once ??= crypto.getRandomValues(new Uint32Array(4)).join("-");
try {
  const placed = await post("order", {
    items: [{ product_id: product.id, variant_id: variant.id, quantity: 1 }],
    customer: { name: "Sam Field", email: "sam@example.com" },
    shipping_option_id: shipping?.id,
    expected_total: shown.toFixed(money.resolvedOptions().maximumFractionDigits),
    return_url: location.href,
    cancel_url: location.href,
  }, { "Idempotency-Key": sessionStorage.once });
  delete sessionStorage.once;
  sessionStorage[placed.order_id] = placed.order_token;
  location.assign(placed.checkout_url);
} catch (refused) {
  if (refused.code) delete sessionStorage.once; // it was answered: the next press is a new order
  console.log(refused.code, refused.message); // "out_of_stock", with refused.available
  for (const { field, message } of refused.fields ?? []) console.log(field, message);
}
