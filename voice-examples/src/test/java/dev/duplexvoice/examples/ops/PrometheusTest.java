package dev.duplexvoice.examples.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything that is asked of Prometheus, asked of a real one that scrapes a real endpoint: one of the test's own which exposes the
 * whole catalogue, or the one that {@code VOICE_TEST_METRICS_URL} names, of a server that holds conversations meanwhile. What that has
 * had no reason to expose yet, such as a GPU or an error, may be missing, and what is computed of it.
 */
class PrometheusTest {
    private static final String OTHER = System.getenv("VOICE_TEST_METRICS_URL");

    private static Exposition own;
    private static PrometheusServer prometheus;

    @BeforeAll
    static void start(@TempDir Path folder) {
        own = new Exposition();
        prometheus = new PrometheusServer(folder, OTHER == null ? own.uri() : URI.create(OTHER));
        // What needs most time: two scrapes for a rate, and rules that are made of rules that are made of these.
        prometheus.awaitData("slo:error_budget_left:ratio_rate30d");
        prometheus.awaitData("ALERTS");
    }

    @AfterAll
    static void stop() {
        if (prometheus != null) {
            prometheus.close();
        }
        own.close();
    }

    @Test
    void shouldReadTheEndpointWhenItIsATarget() {
        for (String job : List.of("orchestrator", "tts-workers")) {
            JsonNode up = prometheus.query("up{job=\"" + job + "\"}");
            assertThat(up).hasSize(1);
            assertThat(up.path(0).path("value").path(1).asText()).isEqualTo("1");
        }
    }

    @Test
    void shouldShowDataWhenADashboardIsOpened() {
        assertThat(prometheus.withoutData(Dashboards.queries())).isEmpty();
    }

    @Test
    void shouldExposeAllThatIsAskedForWhenTheEndpointIsTheTestsOwn() {
        assumeThat(OTHER).isNull();
        Set<String> asked = new HashSet<>();
        Dashboards.queries().forEach(query -> asked.addAll(Rules.metrics(query.filled())));
        assertThat(prometheus.metrics()).containsAll(asked);
    }

    @Test
    void shouldAnswerWhenOperatorsAskWhatTheyAlwaysAsked() {
        List<String> queries = Exposition.resource("operators.promql")
                .lines()
                .filter(line -> !line.startsWith("#"))
                .toList();
        assertThat(queries).hasSizeGreaterThan(20);
        Set<String> there = prometheus.metrics();
        for (String query : queries) {
            // Those that compare give nothing unless it is so; all others have an answer.
            boolean compares = query.matches(".* (>|<|==) [0-9.]+");
            boolean answered = prometheus.hasData(query);
            assertThat(answered || compares || !there.containsAll(Rules.metrics(query)))
                    .as(query)
                    .isTrue();
        }
    }

    @Test
    void shouldComputeAllRulesWhenTheyAreDue() {
        List<String> names = new ArrayList<>();
        for (JsonNode group : prometheus.get("/api/v1/rules", "rules").path("groups")) {
            for (JsonNode rule : group.path("rules")) {
                names.add(rule.path("name").asText());
                assertThat(rule.path("health").asText())
                        .as(rule.path("name").asText() + " "
                                + rule.path("lastError").asText())
                        .isEqualTo("ok");
            }
        }
        assertThat(names).hasSize(Rules.all().size());
    }

    @Test
    void shouldNoticeWhenATargetDoesNotAnswer() {
        assertThat(prometheus.hasData("ALERTS{alertname=\"ServiceDown\",job=\"redis\"}"))
                .isTrue();
        assertThat(prometheus.hasData("ALERTS{alertname=\"ServiceDown\",job=\"orchestrator\"}"))
                .isFalse();
    }
}
