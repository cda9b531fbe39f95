package dev.duplexvoice.examples.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Alertmanager with the project's configuration, whose chat and pager are the test's. */
@Tag("tools")
class AlertmanagerTest {
    private final Queue<String> chat = new ConcurrentLinkedQueue<>();
    private final Queue<String> pager = new ConcurrentLinkedQueue<>();
    private HttpServer receivers;
    private ServerProcess alertmanager;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        String program = alertmanager();
        receivers = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        listen("/chat", 200, chat);
        listen("/pager", 202, pager);
        receivers.start();
        String there = "http://127.0.0.1:" + receivers.getAddress().getPort();
        Path url = Files.writeString(folder.resolve("chat-url"), there + "/chat");
        Path key = Files.writeString(folder.resolve("pager-key"), "the-key");
        String config = Files.readString(Program.OPS.resolve("alertmanager/alertmanager.yml"))
                .replace("global:\n", "global:\n  pagerduty_url: " + there + "/pager\n")
                .replace("/etc/prometheus/secrets/chat-url", url.toString())
                .replace("/etc/prometheus/secrets/pager-key", key.toString())
                .replaceAll("(group_wait|group_interval): .*", "$1: 1s");
        int port = ServerProcess.freePort();
        alertmanager = new ServerProcess(
                folder.resolve("log"),
                port,
                List.of(
                        program,
                        "--config.file=" + Files.writeString(folder.resolve("alertmanager.yml"), config),
                        "--storage.path=" + folder.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port,
                        "--cluster.listen-address="));
    }

    private static String alertmanager() {
        // Debian's name; its makers call it alertmanager.
        return Program.of("prometheus-alertmanager", "prometheus-alertmanager").path();
    }

    private void listen(String path, int status, Queue<String> messages) {
        receivers.createContext(path, exchange -> {
            messages.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
    }

    @AfterEach
    void stop() {
        if (alertmanager != null) {
            alertmanager.close();
        }
        if (receivers != null) {
            receivers.stop(0);
        }
    }

    private void raise(String... alerts) {
        alertmanager.post("/api/v2/alerts", "[" + String.join(",", alerts) + "]");
        alertmanager.await("it knows of all", () -> states().size() == alerts.length);
    }

    private static String alert(String name, String severity, String otherLabels) {
        return """
                {"labels": {"alertname": "%s", "severity": "%s"%s},
                 "annotations": {"summary": "%1$s it is", "description": "The story of %1$s.", "runbook_url": "docs/runbooks/worker.md"}}
                """.formatted(name, severity, otherLabels);
    }

    /** Whether each alert is told, or suppressed by another, by its name and its instance. */
    private Map<String, String> states() {
        Map<String, String> states = new TreeMap<>();
        for (JsonNode alert : alertmanager.get("/api/v2/alerts")) {
            JsonNode labels = alert.path("labels");
            String where = labels.path("instance").asText() + labels.path("slo").asText();
            boolean quiet = !alert.path("status").path("inhibitedBy").isEmpty();
            states.put((labels.path("alertname").asText() + " " + where).strip(), quiet ? "quiet" : "told");
        }
        return states;
    }

    @Test
    void shouldCallAndTellWhenItIsCritical() {
        raise(alert("WorkerUnavailable", "critical", ", \"instance\": \"gpu:9091\""));
        alertmanager.await("both are told", () -> !chat.isEmpty() && !pager.isEmpty());
        assertThat(pager.peek())
                .contains(
                        "the-key",
                        "WorkerUnavailable it is",
                        "The story of WorkerUnavailable.",
                        "docs/runbooks/worker.md");
        assertThat(chat.peek())
                .contains(
                        "#voice-alerts",
                        "WorkerUnavailable it is",
                        "The story of WorkerUnavailable.",
                        "docs/runbooks/worker.md");
    }

    @Test
    void shouldTellOnlyWhenItIsAWarning() {
        raise(alert("DiskSpaceLow", "warning", ""), alert("ServiceDown", "critical", ", \"instance\": \"a\""));
        alertmanager.await("both are in the chat", () -> chat.size() >= 2 && !pager.isEmpty());
        assertThat(pager).noneMatch(message -> message.contains("DiskSpaceLow"));
    }

    @Test
    void shouldKeepQuietAboutWhatFollowsWhenTheCauseIsKnown() {
        raise(
                alert("ServiceDown", "critical", ", \"instance\": \"a\""),
                alert("HighMemoryUsage", "warning", ", \"instance\": \"a\""),
                alert("DiskSpaceLow", "warning", ", \"instance\": \"b\""),
                alert("LowSuccessRate", "warning", ""),
                alert("LatencyBudgetBurnsFast", "critical", ", \"slo\": \"fal\""),
                alert("HighFirstAudioLatency", "warning", ", \"slo\": \"fal\", \"instance\": \"b\""),
                alert("HighBargeInLatency", "warning", ", \"slo\": \"barge_in\", \"instance\": \"b\""),
                alert("WorkerUnavailable", "critical", ", \"instance\": \"c\""),
                alert("WorkerConnectionErrors", "warning", ", \"instance\": \"b\""),
                alert("RedisConnectionLost", "critical", ", \"instance\": \"d\""),
                alert("RedisConnectionErrors", "warning", ", \"instance\": \"d\""));
        assertThat(states())
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("ServiceDown a", "told"),
                        Map.entry("HighMemoryUsage a", "quiet"),
                        Map.entry("DiskSpaceLow b", "told"),
                        Map.entry("LowSuccessRate", "told"),
                        Map.entry("LatencyBudgetBurnsFast fal", "told"),
                        Map.entry("HighFirstAudioLatency bfal", "quiet"),
                        Map.entry("HighBargeInLatency bbarge_in", "told"),
                        Map.entry("WorkerUnavailable c", "told"),
                        Map.entry("WorkerConnectionErrors b", "quiet"),
                        Map.entry("RedisConnectionLost d", "told"),
                        Map.entry("RedisConnectionErrors d", "quiet")));
    }
}
