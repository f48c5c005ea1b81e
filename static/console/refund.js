// All pieces go back on the shelf with all of the money and none with a part of it, until
// somebody says otherwise.
const number = (text) => Number(text.trim().replace(",", "."));
document.addEventListener("input", ({ target }) => {
  const form = target.closest("#refund");
  if (!form || target.name === "note") return;
  if (target.name !== "amount") { target.dataset.own = ""; return; }
  const whole = number(target.value) === Number(form.dataset.whole);
  for (const piece of form.querySelectorAll("[data-all]:not([data-own])")) piece.value = whole ? piece.dataset.all : 0;
});
