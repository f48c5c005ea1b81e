// The request is sent: its private link can be copied, in frames that may not use the clipboard too.
const button = document.getElementById("copy");
button.hidden = false;
button.addEventListener("click", async () => {
  const { link, done } = button.dataset;
  try {
    await navigator.clipboard.writeText(link);
  } catch {
    const field = Object.assign(document.createElement("textarea"), { value: link, className: "vh" });
    button.after(field);
    field.select();
    document.execCommand("copy");
    field.remove();
    button.focus();
  }
  button.lastElementChild.textContent = document.getElementById("copied").textContent = done;
});
