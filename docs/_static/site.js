// The buttons that open a part of the navigation have an icon only; screen readers need a name.
document.addEventListener("DOMContentLoaded", () => {
  for (const button of document.querySelectorAll("details > summary:has(.toctree-toggle)")) {
    const link = button.closest("li").querySelector("a");
    button.setAttribute("aria-label", `Pages below ${link.textContent.trim()}`);
  }
});
