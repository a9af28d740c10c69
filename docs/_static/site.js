// A field above the tables of differences shows only the rows with the words that are typed.
document.addEventListener("DOMContentLoaded", () => {
  const heading = document.querySelector("#differences-from-imbalanced-learn > h1");
  if (!heading) return;
  const field = Object.assign(document.createElement("input"), { type: "search" });
  field.placeholder = "Filter, such as SMOTENC or duplicates";
  field.setAttribute("aria-label", "Filter the differences");
  field.className = "form-control";
  heading.after(field);
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/);
    for (const section of document.querySelectorAll("#differences-from-imbalanced-learn section")) {
      const rows = [...section.querySelectorAll("tbody tr")];
      for (const row of rows) {
        const text = row.textContent.toLowerCase();
        row.hidden = !words.every((word) => text.includes(word));
      }
      section.hidden = rows.every((row) => row.hidden);
    }
  });
});

// The buttons that open a part of the navigation have an icon only; screen readers need a name.
document.addEventListener("DOMContentLoaded", () => {
  for (const button of document.querySelectorAll("details > summary:has(.toctree-toggle)")) {
    const link = button.closest("li").querySelector("a");
    button.setAttribute("aria-label", `Pages below ${link.textContent.trim()}`);
  }
});
