// A button beside each block of code copies it; without script the block can be selected.
const said = document.querySelector("#docs-said");
for (const button of document.querySelectorAll(".sample [data-copy]")) {
  const words = button.querySelector("span"), before = words.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const code = button.closest("figure").querySelector("pre");
    try {
      await navigator.clipboard.writeText(code.textContent);
    } catch { // no secure page, or no leave: the old way
      getSelection().selectAllChildren(code);
      document.execCommand("copy");
    }
    said.textContent = words.textContent = button.dataset.copied;
    setTimeout(() => { words.textContent = before; said.textContent = ""; }, 2000);
  });
}
