package dev.duplexvoice.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class VoiceMetricTest {

    private static String row(VoiceMetric metric) {
        String buckets = Arrays.stream(metric.buckets())
                // As the contract writes them: 1.0 where there are fractions, 50 where not.
                .mapToObj(bound -> hasFractions(metric) && !isLateness(metric) ? Double.toString(bound) : plain(bound))
                .collect(Collectors.joining(";"));
        return metric.metricName() + "," + metric.kind().name().toLowerCase(Locale.ROOT) + ","
                + String.join(";", metric.labels()) + "," + buckets;
    }

    private static boolean hasFractions(VoiceMetric metric) {
        return Arrays.stream(metric.buckets()).anyMatch(bound -> bound != Math.rint(bound));
    }

    private static boolean isLateness(VoiceMetric metric) {
        return metric == VoiceMetric.AUDIO_LOOP_LATENESS_MS;
    }

    private static String plain(double bound) {
        return bound == Math.rint(bound) ? Long.toString((long) bound) : Double.toString(bound);
    }

    static List<String> contract() throws IOException {
        try (InputStream in = VoiceMetric.class.getResourceAsStream("metrics.csv")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .skip(1)
                    .toList();
        }
    }

    @Test
    void shouldHaveEveryRowOfTheContract() throws IOException {
        List<String> rows =
                Arrays.stream(VoiceMetric.values()).map(VoiceMetricTest::row).toList();

        assertThat(contract()).hasSize(54);
        assertThat(rows).containsAll(contract()).doesNotHaveDuplicates();
    }

    @Test
    void shouldBeNamedAsPrometheusNamesItsKinds() {
        assertThat(VoiceMetric.values()).allSatisfy(metric -> {
            assertThat(metric.metricName()).matches("[a-z][a-z0-9_]*");
            assertThat(metric.metricName().endsWith("_total")).isEqualTo(metric.kind() == VoiceMetric.Kind.COUNTER);
            assertThat(metric.labels()).doesNotContain("session_id");
            assertThat(metric.help()).isNotBlank();
            double[] sorted = metric.buckets();
            Arrays.sort(sorted);
            assertThat(metric.buckets()).isEqualTo(sorted);
        });
    }
}
