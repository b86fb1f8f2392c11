// Draws each [data-chart] from its JSON with ECharts, in the colours of tokens.css. Nothing moves.
"use strict";

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const font = { fontFamily: token("sans"), fontSize: 12, color: token("ink-3") };

function series(line, at, chart) {
  const colour = at === 0 ? token("accent") : token("data-grey");
  const last = line.values.length - 1;
  return {
    type: "line", name: line.name, data: line.values, symbol: "circle", symbolSize: 7, connectNulls: false,
    lineStyle: { width: 2, color: colour, type: line.dashed ? "dashed" : "solid" },
    itemStyle: { color: token("paper"), borderColor: colour, borderWidth: 2 },
    label: {
      show: true, position: at === 0 ? "top" : "bottom", ...font, textBorderColor: token("paper"), textBorderWidth: 3,
      formatter: (point) => line.shown[point.dataIndex] + (point.dataIndex === last && chart.lines.length > 1 ? ` ${line.name}` : ""),
    },
    markLine: at > 0 ? undefined : {
      symbol: "none", silent: true, lineStyle: { color: token("ink"), width: 1.5, type: "solid" },
      data: chart.limits.map((limit) => ({ yAxis: limit.value, label: { formatter: limit.words, position: "end", ...font, color: token("ink") } })),
    },
  };
}

function options(chart) {
  return {
    animation: false, textStyle: font,
    grid: { left: 4, right: chart.limits.length ? 96 : 28, top: 28, bottom: 4, containLabel: true },
    xAxis: { type: "category", data: chart.labels, axisLine: { show: false }, axisTick: { show: false }, axisLabel: font, boundaryGap: true },
    yAxis: {
      type: "value", min: chart.floor, max: chart.ceiling ?? undefined, axisLine: { show: false }, axisTick: { show: false },
      axisLabel: { ...font, formatter: `{value}${chart.unit}` }, splitLine: { lineStyle: { color: token("rule") } },
    },
    series: chart.lines.map((line, at) => series(line, at, chart)),
  };
}

for (const place of document.querySelectorAll("[data-chart]")) {
  const chart = JSON.parse(document.getElementById(place.dataset.chart).textContent);
  const drawn = echarts.init(place, null, { renderer: "svg" });
  drawn.setOption(options(chart));
  new ResizeObserver(() => drawn.resize()).observe(place);
}
