package dev.duplexvoice.examples.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

class DensityChartTest {

    private static LoadResult result(int sessions, double p99) {
        Percentiles lateness = new Percentiles(1_000, p99 / 4, p99, p99 * 3, p99 * 10);
        Percentiles silence = new Percentiles(10, 20, 39, 39, 40);
        double cores = sessions / 1_000.0;
        return new LoadResult(
                new LoadPlan(sessions, 10, 0, 0, 1, 2, false, 1, TelemetryKind.NONE),
                lateness,
                silence,
                silence,
                lateness,
                sessions * 500L,
                0,
                100,
                0,
                0,
                0,
                new Counts(100, 10, 10, 5, 2, 3, 0),
                new LoadResult.Cores(cores, cores * 0.8, cores * 0.15, cores * 0.05),
                1,
                Double.NaN,
                new LoadResult.PerSession(50_000, 90_000, 100_000),
                1 << 28,
                1 << 28,
                new Told(0, 0, 0, 0));
    }

    private static Document parsed(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void shouldDrawALineForEachFigureWhenThereAreRuns() throws Exception {
        List<LoadResult> runs = List.of(result(64, 0.3), result(32, 0.2), result(128, 6));
        Document svg = parsed(DensityChart.svg(runs, 64));

        assertThat(svg.getElementsByTagName("polyline").getLength()).isEqualTo(8);
        assertThat(svg.getElementsByTagName("circle").getLength()).isEqualTo(8 * 3);
        assertThat(svg.getDocumentElement().getTextContent())
                .contains("64 sessions hold p99 below 2 ms", "tick lateness, ms", "CPU, cores", "p99.9", "max");
    }

    @Test
    void shouldDrawWhenThereIsOneRunAndItDoesNotHold() throws Exception {
        Document svg = parsed(DensityChart.svg(List.of(result(1, 9)), 0));

        assertThat(svg.getDocumentElement().getTextContent()).contains("no number of sessions");
    }

    @Test
    void shouldHoldOnlyWhenNothingWentWrong() {
        assertThat(result(10, 1.99).holds()).isTrue();
        assertThat(result(10, 2).holds()).isFalse();
    }
}
