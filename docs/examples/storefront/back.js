const back = new URLSearchParams(location.search);
const token = sessionStorage[back.get("order_id")];
if (token) {
  const order = await call(`order?token=${token}`);
  console.log(order.number, order.status); // "paid", or "awaiting_payment" for a moment more
  if (back.get("result") === "cancel" && order.can.pay) {
    const { checkout_url } = await post("order/pay", { token });
    console.log("Pay it after all:", checkout_url);
  }
}
