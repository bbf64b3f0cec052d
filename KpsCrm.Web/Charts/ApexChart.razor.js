// Turns a ChartModel into ApexCharts options. One chart per element, made once; later models update it, one after the other.
const charts = new WeakMap();
const alive = new Set();
let library;

export function draw(element, libraryUrl, json) {
  const state = charts.get(element) ?? start(element);
  state.work = state.work.then(() => library ??= load(libraryUrl)).then(() => paint(state, JSON.parse(json))).catch(e => console.error(e));
  return state.work;
}

export function destroy(element) {
  const state = charts.get(element);
  if (!state) return;
  charts.delete(element);
  alive.delete(state);
  state.gone = true;
  state.chart?.destroy();
}

export async function downloadPng(element, name) {
  const { imgURI } = await charts.get(element).chart.dataURI({ scale: 2 });
  save(imgURI, `${name}.png`);
}

export function downloadText(name, text) {
  const url = URL.createObjectURL(new Blob(["\ufeff", text], { type: "text/csv" }));
  save(url, name);
  URL.revokeObjectURL(url);
}

function save(href, name) {
  Object.assign(document.createElement("a"), { href, download: name }).click();
}

function load(url) {
  return new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement("script"), { src: url, onload: resolve, onerror: () => reject(new Error("The chart library could not be loaded.")) });
    document.head.append(script);
  });
}

function start(element) {
  const state = { element, work: Promise.resolve() };
  charts.set(element, state);
  alive.add(state);
  element.addEventListener("pointermove", e => state.pointer = { clientX: e.clientX, clientY: e.clientY });
  element.addEventListener("pointerleave", () => state.pointer = null);
  return state;
}

async function paint(state, model) {
  if (state.gone) return;
  state.model = model;
  for (const point of model.points) point.label = plain(point.label);
  const options = optionsOf(state);
  // 4.7.0 never takes new numbers for a donut with updateOptions; updateSeries does, but keeps the names and colours.
  const look = model.kind === "Donut" ? JSON.stringify([options.labels, options.colors, options.legend.position]) : "";
  if (state.chart && look !== state.look) {
    state.chart.destroy();
    state.chart = null;
  }
  state.look = look;
  if (!state.chart) {
    state.chart = new ApexCharts(state.element, options);
    await state.chart.render();
  } else if (look) {
    await state.chart.updateSeries(options.series, false);
  } else {
    await state.chart.updateOptions(options, false, true, false);
  }
  keepHover(state);
}

// The update draws the shapes anew; whoever was reading a tooltip gets it back.
function keepHover({ pointer }) {
  if (pointer) document.elementFromPoint(pointer.clientX, pointer.clientY)?.dispatchEvent(new MouseEvent("mousemove", { ...pointer, bubbles: true }));
}

const theme = new MutationObserver(() => {
  for (const state of alive)
    if (state.chart) state.work = state.work.then(() => paint(state, state.model)).catch(e => console.error(e));
});
theme.observe(document.documentElement, { attributeFilter: ["data-theme"] });

const color = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const count = new Intl.NumberFormat("en-US");
const short = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });
const full = (value, format) => (format === "Dollars" ? "$" : "") + count.format(Math.round(value));
const brief = (value, format) => (format === "Dollars" ? "$" : "") + short.format(value);

function optionsOf(state) {
  const { kind, series, points } = state.model;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const [ink, muted, hair, surface] = ["--ink", "--muted", "--hair", "--surface"].map(color);
  const open = index => { const href = state.model.points[index]?.href; if (href) Blazor.navigateTo(href); };
  const donut = kind === "Donut", lying = kind === "Bars", both = kind === "ColumnsAndLine";
  const pointColors = points.map(p => color(p.color ?? series[0].color));
  const ownColors = points.some(p => p.color);
  const narrow = state.element.clientWidth < 440;
  // Where labels would run into each other, every second or third speaks for its neighbours.
  const every = lying ? 1 : Math.max(1, Math.ceil(points.length * 42 / Math.max(1, state.element.clientWidth - 110)));
  const labels = points.map((p, i) => i % every ? "" : p.label.includes("\n") ? p.label.split("\n") : p.label);
  const axis = { labels: { style: { colors: muted, fontSize: "12px" } } };

  return {
    chart: {
      type: donut ? "donut" : both ? "line" : "bar", height: "100%", width: "100%", fontFamily: "inherit", foreColor: muted, background: "transparent",
      toolbar: { show: false }, zoom: { enabled: false }, selection: { enabled: false }, redrawOnParentResize: true,
      animations: { enabled: !still, speed: 180, animateGradually: { enabled: false }, dynamicAnimation: { enabled: !still, speed: 180 } },
      events: {
        dataPointSelection: (_event, _chart, { dataPointIndex }) => open(dataPointIndex),
        dataPointMouseEnter: event => { event.target.style.cursor = "pointer"; },
      },
    },
    series: donut ? points.map(p => p.values[0]) : series.map((s, i) => ({ name: s.name, type: both ? (i === 0 ? "column" : "line") : undefined, data: points.map(p => both && i === 1 && p.values[0] === 0 ? null : p.values[i]) })),
    ...(donut ? { labels: points.map(p => p.label) } : { xaxis: { categories: labels, axisBorder: { color: hair }, axisTicks: { show: false }, tooltip: { enabled: false }, crosshairs: { show: false },
      labels: { ...axis.labels, rotate: 0, hideOverlappingLabels: false, show: !lying }, min: lying ? 0 : undefined, max: lying ? Math.max(...points.map(p => p.values[0]), 1) * 1.22 : undefined } }),
    yaxis: donut ? undefined : lying ? { axisBorder: { show: false }, labels: { style: { colors: ink, fontSize: "12px" }, maxWidth: 140, offsetY: 2 } }
      : series.map((s, i) => ({ seriesName: s.name, opposite: i > 0, min: 0, forceNiceScale: true, decimalsInFloat: 0, labels: { ...axis.labels, formatter: v => brief(v, s.format) } })),
    colors: donut || ownColors ? pointColors : series.map(s => color(s.color)),
    plotOptions: {
      bar: { horizontal: lying, distributed: ownColors && series.length === 1, borderRadius: 3, borderRadiusApplication: "end", barHeight: "62%", columnWidth: "58%", dataLabels: { position: "top" } },
      pie: { expandOnClick: false, donut: { size: "68%", labels: { show: true, value: { color: ink, fontSize: "20px", fontWeight: 650, offsetY: 2, formatter: v => full(Number(v), series[0].format) },
        total: { show: true, label: series[0].name, color: muted, fontSize: "12px", formatter: w => full(w.globals.seriesTotals.reduce((a, b) => a + b, 0), series[0].format) }, name: { offsetY: -6 } } } },
    },
    fill: { opacity: 1 },
    stroke: { width: donut ? 2 : both ? [0, 2.5] : 0, curve: "straight", colors: donut ? [surface] : undefined },
    markers: { size: both ? [0, 3] : 0, strokeWidth: 0 },
    // In the middle: 4.7.0 draws a label that starts at its place over a bar shorter than itself. Never on columns, where it counts the offset
    // even of labels that are off, and leaves out the last column.
    dataLabels: { enabled: lying, textAnchor: "middle", offsetX: lying ? 26 : 0, formatter: v => brief(v, series[0].format), style: { colors: [ink], fontSize: "12px", fontWeight: 600 }, background: { enabled: false } },
    legend: { show: donut || series.length > 1, position: !donut ? "top" : narrow ? "bottom" : "right", horizontalAlign: "left", fontSize: "13px", labels: { colors: ink }, markers: { size: 5, strokeWidth: 0, offsetX: -4 }, itemMargin: { horizontal: 8, vertical: 3 }, onItemClick: { toggleDataSeries: false },
      formatter: (name, { seriesIndex }) => donut ? `${escapeHtml(name)}  ${count.format(state.model.points[seriesIndex]?.values[0] ?? 0)}` : escapeHtml(name) },
    grid: { borderColor: hair, strokeDashArray: 0, xaxis: { lines: { show: false } }, yaxis: { lines: { show: !lying } }, padding: { left: 8, right: 8, top: lying ? -16 : 0, bottom: 0 } },
    states: { hover: { filter: { type: "none" } }, active: { filter: { type: "none" } } },
    tooltip: { theme: document.documentElement.dataset.theme, shared: !lying && !donut, intersect: false, x: { formatter: (_v, { dataPointIndex } = {}) => escapeHtml(state.model.points[dataPointIndex]?.longLabel ?? "") },
      y: series.map(s => ({ formatter: v => full(v, s.format) })) },
  };
}

// The library writes some labels with innerHTML, and a source or a city is a stranger's word.
function plain(text) {
  return text.replaceAll("<", "‹").replaceAll(">", "›");
}

function escapeHtml(text) {
  return String(text).replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`);
}
