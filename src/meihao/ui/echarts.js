// What the charts use of ECharts and nothing more: `manage.py frontend` makes one file of it, static/vendor/echarts.min.js.
import { LineChart } from "echarts/charts";
import { GridComponent, MarkLineComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([LineChart, GridComponent, MarkLineComponent, SVGRenderer]);

export { init };
