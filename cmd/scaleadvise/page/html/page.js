// Sliders, the copy button, and the panel of a phone. The page works without this file.
"use strict";

// A slider multiplies the number in its field by a tenth to ten, and keeps what stands behind it.
function slide(range) {
  const field = document.getElementById(range.dataset.for);
  const start = () => {
    const text = field.value || field.placeholder;
    const found = /^([\d.,]+)(.*)$/.exec(text.trim());
    const number = found ? parseFloat(found[1].replaceAll(",", "")) : NaN;
    return Number.isFinite(number) && number > 0 && !/^\s*(\.\.|±|-)/.test(found[2]) ? { number, rest: found[2] } : null;
  };
  let base = null;
  range.hidden = start() === null;
  field.addEventListener("input", (event) => {
    if (event.isTrusted) { base = null; range.value = 0; range.hidden = start() === null; }
  });
  range.addEventListener("input", (event) => {
    base ??= start();
    if (!base) return;
    let value = base.number * Math.pow(10, range.value / 50);
    value = Number(value.toPrecision(2));
    if (Number.isInteger(base.number) && base.number >= 1) value = Math.max(1, Math.round(value));
    field.value = String(value) + base.rest;
  });
  range.addEventListener("change", () => { base = null; range.value = 0; });
}

function copy(button) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = "Copied";
  });
}

function wire(root) {
  root.querySelectorAll("[data-copy]").forEach(copy);
}

document.querySelectorAll(".slide").forEach(slide);
wire(document);
document.body.addEventListener("htmx:afterSwap", () => wire(document.getElementById("answer")));
// The pinned plan is in the address; the form keeps it too, so that nothing is lost.
const panel = document.querySelector(".panel > details");
if (panel && matchMedia("(max-width: 899px)").matches && location.search) panel.open = false;
