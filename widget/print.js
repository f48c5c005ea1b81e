// The paper of a quote: a button where there is something to press it with.
document.querySelector(".tools").hidden = false;
document.getElementById("print").addEventListener("click", () => print());
