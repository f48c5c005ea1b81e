// A box that takes files lights up while files are over it. Dropping works without: the box is the input.
const box = (event) => event.target.closest?.(".drop");
document.addEventListener("dragover", (event) => { if (event.dataTransfer?.types.includes("Files")) box(event)?.classList.add("over"); });
for (const end of ["dragleave", "drop", "dragend"]) document.addEventListener(end, (event) => box(event)?.classList.remove("over"));
