// Copies the text of the element that a [data-copy] button names, and says so on the button.
"use strict";

for (const button of document.querySelectorAll("[data-copy]")) {
  const words = button.textContent;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = button.dataset.done;
    window.setTimeout(() => { button.textContent = words; }, 2000);
  });
}
