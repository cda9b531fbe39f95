package dev.duplexvoice.benchmarks.vocoder;

import dev.duplexvoice.benchmarks.cli.BarChart;
import dev.duplexvoice.benchmarks.cli.BarChart.Bar;
import java.util.List;
import java.util.Locale;

/** Bars of our time as a share of ONNX Runtime's: a large generator takes twenty times as long as a small one. */
final class VocoderChart {
    private static final int LEFT = 190;

    private VocoderChart() {}

    static String svg(VocoderReport report) {
        BarChart chart = new BarChart("Decoders of neural voices beside ONNX Runtime", LEFT);
        List<Figures> decoders = report.decoders();
        chart.section(
                format(
                        "A sentence of %.0f s, one thread, %s: grey is ONNX Runtime, light ours, dark our first samples",
                        decoders.get(0).audioSeconds(), decoders.get(0).simd()),
                Math.max(
                        1,
                        decoders.stream().mapToDouble(Figures::totalRatio).max().orElse(1)));
        for (Figures one : decoders) {
            chart.label(one.decoder());
            chart.bar(Bar.THEIRS, 1);
            chart.text(1, format("%.0f ms", one.ortMillis()));
            chart.label("ours");
            chart.bar(Bar.REST, one.totalRatio());
            chart.bar(Bar.OURS, 1 / one.sooner());
            chart.text(one.totalRatio(), format("%.0f ms; first after %.1f ms", one.totalMillis(), one.firstMillis()));
            chart.gap();
        }
        chart.axis();
        return chart.svg();
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
