"use strict";
const facts = JSON.parse(document.getElementById("facts").textContent);
const byId = (id) => document.getElementById(id);

// ---- Every picture hands back its data ----

const cell = (value) => {
  const text = value === null ? "" : String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};
for (const button of document.querySelectorAll("button[data-csv]")) {
  button.addEventListener("click", () => {
    const columns = facts.pictures[button.dataset.csv];
    const names = Object.keys(columns);
    const lines = [names.map(cell).join(",")];
    for (let row = 0; row < columns[names[0]].length; row++) {
      lines.push(names.map((name) => cell(columns[name][row])).join(","));
    }
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([lines.join("\n") + "\n"], { type: "text/csv" }));
    link.download = `${button.dataset.csv}.csv`;
    link.click();
    URL.revokeObjectURL(link.href);
  });
}

// ---- Raw or corrected ----

const which = byId("corrected");
if (which) {
  const show = () => {
    byId("table-raw").hidden = which.checked;
    byId("table-corrected").hidden = !which.checked;
  };
  which.addEventListener("change", show);
  show();
}

// ---- A threshold, and what it decides ----

const unpack = ({ type, data }) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  return new { f4: Float32Array, u2: Uint16Array, u4: Uint32Array }[type](bytes.buffer);
};
const sums = (steps) => {
  const out = new Float64Array(steps.length + 1);
  for (let i = 0; i < steps.length; i++) out[i + 1] = out[i] + steps[i];
  return out;
};
const percent = (part, whole) => (whole ? `${((100 * part) / whole).toFixed(1)} %` : "–");

if (byId("slider")) {
  const slider = byId("slider"), chooser = byId("arm"), number = byId("threshold-value");
  const known = new Map();
  const arm = () => {
    const chosen = chooser.value;
    if (!known.has(chosen)) {
      const packed = facts.thresholds[chosen];
      known.set(chosen, {
        scores: unpack(packed.scores), taken: sums(unpack(packed.taken)),
        hits: sums(unpack(packed.hits)), own: packed.own,
      });
    }
    return known.get(chosen);
  };
  const cost = (flagged, hits) =>
    (Number(byId("alarm").value) * (flagged - hits) + Number(byId("miss").value) * (arm().hits.at(-1) - hits));
  const show = () => {
    const { scores, taken, hits } = arm();
    const at = Number(slider.value), n = taken.at(-1), rare = hits.at(-1);
    const flagged = taken[at], found = hits[at], alarms = flagged - found;
    const precision = flagged ? found / flagged : NaN, recall = found / rare;
    const words = {
      tp: found, fp: alarms, fn: rare - found, tn: n - rare - alarms,
      precision: percent(found, flagged), recall: percent(found, rare),
      specificity: percent(n - rare - alarms, n - rare), flagged: percent(flagged, n),
      f1: found ? ((2 * precision * recall) / (precision + recall)).toFixed(3) : "0.000",
      cost: (cost(flagged, found) / n).toPrecision(4),
    };
    for (const [name, value] of Object.entries(words)) {
      byId(`out-${name}`).textContent = typeof value === "number" ? value.toLocaleString("en") : value;
    }
    const said = at ? `score of ${scores[at - 1].toPrecision(6)} or more` : "above every score";
    slider.setAttribute("aria-valuetext", `${said}: ${flagged} rows flagged`);
    if (document.activeElement !== number) number.value = at ? Number(scores[at - 1].toPrecision(7)) : "";
  };
  const go = (at) => { slider.value = String(at); show(); };
  const nearest = (count, values) => {
    let low = 0, high = values.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (values[middle] < count) low = middle + 1; else high = middle;
    }
    return low;
  };
  const own = () => go(nearest(arm().own[0], arm().taken));
  const choose = () => { slider.max = String(arm().scores.length); own(); };
  chooser.addEventListener("change", choose);
  slider.addEventListener("input", show);
  for (const id of ["alarm", "miss"]) byId(id).addEventListener("input", show);
  number.addEventListener("input", () => {
    const wanted = Number(number.value), { scores } = arm();
    let low = 0, high = scores.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (scores[middle] >= wanted) low = middle + 1; else high = middle;
    }
    go(low);
  });
  byId("own").addEventListener("click", own);
  byId("cheapest").addEventListener("click", () => {
    const { taken, hits } = arm();
    let best = 0;
    for (let at = 1; at < taken.length; at++) {
      if (cost(taken[at], hits[at]) < cost(taken[best], hits[best])) best = at;
    }
    go(best);
  });
  choose();
}
