"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);

// ---- Download the data of a figure ----

const csvField = (value) => {
  const text = value === null ? "" : String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};
for (const button of document.querySelectorAll("button[data-csv]")) {
  button.addEventListener("click", () => {
    const columns = data.figures[button.dataset.csv];
    const names = Object.keys(columns);
    const lines = [names.map(csvField).join(",")];
    for (let row = 0; row < columns[names[0]].length; row++) {
      lines.push(names.map((name) => csvField(columns[name][row])).join(","));
    }
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([lines.join("\n") + "\n"], { type: "text/csv" }));
    link.download = `${button.dataset.csv}.csv`;
    link.click();
    URL.revokeObjectURL(link.href);
  });
}

// ---- A hint above each box whose content is wider ----

const hints = [...document.querySelectorAll(".hint")];
const showHints = () => {
  for (const hint of hints) {
    const box = hint.nextElementSibling;
    hint.hidden = box.scrollWidth <= box.clientWidth + 1;
  }
};
addEventListener("resize", showHints);
showHints();

// ---- Predicted, corrected or calibrated probabilities ----

const probabilities = byId("probabilities");
if (probabilities) {
  const show = () => {
    for (const { value } of probabilities.options) {
      byId(`table-${value}`).hidden = value !== probabilities.value;
    }
    showHints();
  };
  probabilities.addEventListener("change", show);
  show();
}

// ---- The confusion matrix at a threshold ----

const unpack = ({ type, data: text }) => {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return new { f4: Float32Array, u2: Uint16Array, u4: Uint32Array }[type](bytes.buffer);
};
const cumulativeSums = (steps) => {
  const out = new Float64Array(steps.length + 1);
  for (let i = 0; i < steps.length; i++) out[i + 1] = out[i] + steps[i];
  return out;
};
const percent = (part, whole) => (whole ? `${((100 * part) / whole).toFixed(1)}%` : "–");

if (byId("slider")) {
  const slider = byId("slider"), chooser = byId("candidate"), number = byId("threshold-value");
  const unpacked = new Map();
  const candidate = () => {
    const chosen = chooser.value;
    if (!unpacked.has(chosen)) {
      const packed = data.thresholds[chosen];
      unpacked.set(chosen, {
        scores: unpack(packed.scores),
        predicted: cumulativeSums(unpack(packed.predicted)),
        truePositives: cumulativeSums(unpack(packed.true_positives)),
        own: packed.own,
      });
    }
    return unpacked.get(chosen);
  };
  const cost = (nPredicted, tp) =>
    Number(byId("cost-fp").value) * (nPredicted - tp) +
    Number(byId("cost-fn").value) * (candidate().truePositives.at(-1) - tp);
  const show = () => {
    const { scores, predicted, truePositives } = candidate();
    const at = Number(slider.value), n = predicted.at(-1), positives = truePositives.at(-1);
    const nPredicted = predicted[at], tp = truePositives[at], fp = nPredicted - tp;
    const precision = nPredicted ? tp / nPredicted : NaN, recall = tp / positives;
    const results = {
      tp, fp, fn: positives - tp, tn: n - positives - fp,
      precision: percent(tp, nPredicted), recall: percent(tp, positives),
      specificity: percent(n - positives - fp, n - positives), predicted: percent(nPredicted, n),
      f1: tp ? ((2 * precision * recall) / (precision + recall)).toFixed(3) : "0.000",
      cost: (cost(nPredicted, tp) / n).toPrecision(4),
    };
    for (const [name, value] of Object.entries(results)) {
      byId(`out-${name}`).textContent = typeof value === "number" ? value.toLocaleString("en") : value;
    }
    const threshold = at ? `threshold ${scores[at - 1].toPrecision(6)}` : "above every score";
    slider.setAttribute("aria-valuetext", `${threshold}: ${nPredicted} rows predicted positive`);
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
  const own = () => go(nearest(candidate().own[0], candidate().predicted));
  const cheapest = () => {
    const { predicted, truePositives } = candidate();
    let best = 0;
    for (let at = 1; at < predicted.length; at++) {
      if (cost(predicted[at], truePositives[at]) < cost(predicted[best], truePositives[best])) best = at;
    }
    go(best);
  };
  // Equal costs are the default: the user has given none.
  const hasCosts = byId("cost-fp").value !== byId("cost-fn").value;
  const choose = () => { slider.max = String(candidate().scores.length); (hasCosts ? cheapest : own)(); };
  chooser.addEventListener("change", choose);
  slider.addEventListener("input", show);
  for (const id of ["cost-fp", "cost-fn"]) byId(id).addEventListener("input", show);
  number.addEventListener("input", () => {
    const wanted = Number(number.value), { scores } = candidate();
    let low = 0, high = scores.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (scores[middle] >= wanted) low = middle + 1; else high = middle;
    }
    go(low);
  });
  byId("own").addEventListener("click", own);
  byId("cheapest").addEventListener("click", cheapest);
  choose();
}
