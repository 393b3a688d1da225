"use strict";
for (const figure of document.querySelectorAll("[data-chart]")) {
  const chart = JSON.parse(figure.dataset.chart);
  const svg = figure.querySelector("svg");
  const slider = figure.querySelector("input");
  const marks = figure.querySelector(".marks");
  const where = figure.querySelector(".where");
  const outputs = figure.querySelectorAll("output");
  if (chart.x.length < 2) continue;

  const show = () => {
    const at = slider.valueAsNumber;
    marks.setAttribute("visibility", "visible");
    marks.firstElementChild.setAttribute("transform", `translate(${chart.x[at]} 0)`);
    where.textContent = chart.label[at];
    const words = [chart.label[at]];
    chart.y.forEach((y, i) => {
      const dot = marks.children[i + 1];
      dot.setAttribute("visibility", y[at] === null ? "hidden" : "inherit");
      dot.setAttribute("cx", chart.x[at]);
      dot.setAttribute("cy", y[at] ?? 0);
      outputs[i].textContent = chart.text[i][at];
      words.push(`${chart.name[i]} ${chart.text[i][at]}`);
    });
    slider.setAttribute("aria-valuetext", words.join(", "));
  };
  const follow = event => {
    const box = svg.getBoundingClientRect();
    const x = (event.clientX - box.left) / box.width * chart.width;
    let nearest = 0;
    chart.x.forEach((place, i) => {
      if (Math.abs(place - x) < Math.abs(chart.x[nearest] - x)) nearest = i;
    });
    slider.valueAsNumber = nearest;
    show();
  };

  slider.hidden = false;
  slider.addEventListener("input", show);
  slider.addEventListener("focus", show);
  svg.addEventListener("pointermove", follow);
  svg.addEventListener("pointerdown", follow);
  show();
}

let closed = [];
addEventListener("beforeprint", () => {
  closed = [...document.querySelectorAll("details:not([open])")];
  for (const one of closed) one.open = true;
});
addEventListener("afterprint", () => {
  for (const one of closed) one.open = false;
});
