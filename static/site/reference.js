// Narrows the list of operations to those whose words hold what is typed.
const search = document.querySelector(".ref-search"), input = search.querySelector("input");
const none = search.querySelector("[role=status]"), parts = [...document.querySelectorAll(".ref-part")];
search.hidden = false;
input.addEventListener("input", () => {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  for (const part of parts) {
    let here = 0;
    for (const row of part.querySelectorAll("li")) {
      const text = `${part.querySelector("h2").textContent} ${row.textContent}`.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      here += !row.hidden;
    }
    part.hidden = !here;
    found += here;
  }
  none.textContent = found ? "" : none.dataset.none;
});
