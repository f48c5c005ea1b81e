// The product page: prices and stock follow the options, plus and minus work.
const form = document.getElementById("buy");
const variants = JSON.parse(form.dataset.variants);
const count = document.querySelector('[name="quantity"]');
const buy = document.querySelector('button[form="buy"]');
const steps = document.querySelectorAll("[data-step]");
const { currency, locale, digits } = form.dataset;
const money = new Intl.NumberFormat(locale, { style: "currency", currency, minimumFractionDigits: digits, maximumFractionDigits: digits });
const fields = [...new Set([...form.elements].map((e) => e.name).filter((n) => /^o\d+$/.test(n)))];
const chosen = () => fields.map((name) => new FormData(form).get(name));
const fits = (variant, wanted) => variant.o.every((value, i) => wanted[i] === value);

function show() {
  const wanted = chosen();
  const variant = variants.find((v) => fits(v, wanted));
  for (const input of form.querySelectorAll("input[type=radio], option")) {
    const at = fields.indexOf(input.name || input.parentElement.name);
    const other = wanted.with(at, input.value);
    const out = variants.every((v) => !fits(v, other) || v.n === 0);
    input.parentElement.querySelector?.(".vh")?.toggleAttribute("hidden", !out);
    // The last way out of a dead end stays open: what is chosen can be chosen.
    if (input.type === "radio" && fields.length > 1) input.parentElement.classList.toggle("out", out);
    else input.disabled = out && !input.checked;
  }
  if (!variant) return;
  document.getElementById("price").textContent = variant.s;
  document.getElementById("left").textContent = variant.m;
  if (!count) return;
  const out = variant.n === 0;
  for (const button of [buy, ...steps]) button.ariaDisabled = out ? "true" : null;
  const most = Math.max(1, Math.min(variant.n ?? Infinity, form.dataset.most));
  count.max = most;
  const n = Math.min(Math.max(1, Math.trunc(count.value) || 1), most);
  document.getElementById("total").textContent = n > 1 ? money.format(variant.p * n / 10 ** digits) : "";
  if (!out) for (const button of steps) button.ariaDisabled = String(button.dataset.step < 0 ? n <= 1 : n >= most);
}
for (const button of steps) button.addEventListener("click", () => {
  const next = (Math.trunc(count.value) || 1) + Number(button.dataset.step);
  if (next >= 1 && next <= count.max) count.value = next;
  show();
});
form.addEventListener("change", show);
form.addEventListener("submit", (event) => { if (buy.ariaDisabled === "true") event.preventDefault(); });
count?.addEventListener("change", () => { count.value = Math.min(Math.max(1, Math.trunc(count.value) || 1), count.max); show(); });
show();
