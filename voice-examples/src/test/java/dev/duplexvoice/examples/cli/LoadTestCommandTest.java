package dev.duplexvoice.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.duplexvoice.audio.WavFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class LoadTestCommandTest {
    @TempDir
    private Path folder;

    private static List<String> names(JsonNode node) {
        return node.properties().stream().map(field -> field.getKey()).toList();
    }

    @Test
    void shouldTellItsFiguresWhenItHoldsAFewSessions() throws IOException {
        Cli result = Cli.run("loadtest", "--sessions", 16, "--seconds", 5, "--warmup", 1, "--json");

        assertThat(result.out.lines()).as(result.err).hasSize(1);
        JsonNode json = new ObjectMapper().readTree(result.out);
        // Only a machine that stands still for more than a second drops anything: then the command must say so.
        assertThat(result.code)
                .as(result.err)
                .isEqualTo(json.get("dropped_input").asInt() == 0 ? 0 : 1);
        assertThat(names(json))
                .startsWith(
                        "sessions",
                        "seconds",
                        "lateness_ms",
                        "silence_ms",
                        "heap_bytes_per_frame",
                        "cpu_cores",
                        "bytes_per_session");
        assertThat(names(json.get("lateness_ms"))).containsExactly("p50", "p99", "p999", "max");
        assertThat(names(json.get("silence_ms"))).containsExactly("p50", "p99", "max");
        assertThat(json.get("sessions").asInt()).isEqualTo(16);
        assertThat(json.get("seconds").asInt()).isEqualTo(5);
        assertThat(json.get("ticks").asInt()).isBetween(1, 16 * 300);
        assertThat(json.get("turns").asInt()).isPositive();
        assertThat(json.get("replies").asInt()).isPositive();
        assertThat(json.get("interruptions").asInt()).isPositive();
        assertThat(json.get("errors").asInt()).isZero();
        assertThat(json.get("lateness_ms").get("max").asDouble()).isPositive();
        assertThat(json.get("silence_ms").get("p50").asDouble()).isNotNegative();
        assertThat(json.get("cpu_cores").asDouble()).isPositive();
        assertThat(json.get("heap_bytes_per_frame").asDouble()).isNotNegative();
    }

    @Test
    void shouldPrintATableWhenTheCallersAreRecordings() {
        WavFile.write(folder.resolve("a.wav"), 48_000, new short[48_000]);
        Cli result = Cli.run("loadtest", "--sessions", 2, "--seconds", 1, "--warmup", 0, "--audio", folder);

        assertThat(result.code).as(result.err).isZero();
        assertThat(result.out)
                .contains("tick lateness", "0 turns", "0 errors", "barge-in to silence     none")
                .doesNotContain("NaN");
    }

    @Test
    void shouldRunSessionsWithTheOptionsThatAreSet() {
        WavFile.write(folder.resolve("a.wav"), 48_000, new short[48_000]);
        Cli result = Cli.run(
                "loadtest",
                "--sessions",
                2,
                "--seconds",
                2,
                "--warmup",
                0,
                "--set",
                "limits.duration=1s",
                "--audio",
                folder);

        assertThat(result.code).isEqualTo(1);
        assertThat(result.err).contains("ended");
    }

    @ParameterizedTest
    @CsvSource({
        "--sessions, 0, sessions=0",
        "--sessions, -5, sessions=-5",
        "--sessions, many, many",
        "--seconds, -1, seconds=-1",
        "--seconds, 0, seconds=0",
        "--warmup, -1, warmup=-1",
        "--loops, 0, loops=0",
        "--feeders, 0, feeders=0",
        "--set, output.fade=1h, output.fade=",
        "--set, output.tone=1, output.tone",
        "--telemetry, some, some",
        "--hurry, 1, --hurry"
    })
    void shouldBeWrongUsageWhenAValueIsOutOfRange(String option, String value, String told) {
        Cli result = Cli.run("loadtest", option, value);

        assertThat(result.code).as(result.err).isEqualTo(2);
        assertThat(result.err.lines()).hasSize(1);
        assertThat(result.err).startsWith("voice: ").contains(told);
        assertThat(result.out).isEmpty();
    }

    @Test
    void shouldTellTheCpuTimeOfBothSidesAndLogAsBeforeAfterwards() throws IOException {
        Logger log = LoggerFactory.getLogger("dev.duplexvoice.loadtest");
        List<Boolean> before = List.of(log.isErrorEnabled(), log.isInfoEnabled());
        Cli result = Cli.run(
                "loadtest",
                "--compare-telemetry",
                "--sessions",
                16,
                "--seconds",
                6,
                "--warmup",
                1,
                "--rounds",
                2,
                "--call",
                5,
                "--json");

        assertThat(result.out.lines()).as(result.err).hasSize(1);
        JsonNode json = new ObjectMapper().readTree(result.out);
        assertThat(json.get("runs").findValuesAsText("telemetry")).containsExactly("none", "all", "none", "all");
        double none = 0;
        double with = 0;
        for (JsonNode run : json.get("runs")) {
            double cpu = run.get("cpu_seconds").asDouble();
            assertThat(cpu).isPositive();
            assertThat(run.get("turns").asInt()).isPositive();
            boolean telling = run.get("telemetry").asText().equals("all");
            assertThat(run.get("spans").asInt() > 0).isEqualTo(telling);
            assertThat(run.get("log_lines").asInt() > 0).isEqualTo(telling);
            assertThat(run.get("scrapes").asInt() > 0).isEqualTo(telling);
            with += telling ? cpu : 0;
            none += telling ? 0 : cpu;
        }
        assertThat(json.get("ratio").asDouble()).isEqualTo(with / none, within(0.01));
        assertThat(json.get("ratio_min").asDouble())
                .isLessThanOrEqualTo(json.get("ratio_max").asDouble());
        assertThat(List.of(log.isErrorEnabled(), log.isInfoEnabled())).isEqualTo(before);
    }

    @Test
    void shouldBeWrongUsageWhenThereIsNothingToCompare() {
        Cli none = Cli.run("loadtest", "--compare-telemetry", "--telemetry", "none");
        assertThat(none.code).isEqualTo(2);
        assertThat(none.err).contains("telemetry=none", "metrics or all").hasLineCount(1);
        Cli rounds = Cli.run("loadtest", "--compare-telemetry", "--rounds", 0);
        assertThat(rounds.code).isEqualTo(2);
        assertThat(rounds.err).contains("rounds=0").hasLineCount(1);
        assertThat(Cli.run("loadtest", "--compare-telemetry", "--find").code).isEqualTo(2);
    }

    @Test
    void shouldBeWrongUsageWhenOneRunIsToBeDrawn() {
        Cli result = Cli.run("loadtest", "--sessions", 1, "--svg", folder.resolve("x.svg"));

        assertThat(result.code).isEqualTo(2);
        assertThat(result.err).contains("x.svg", "--find");
    }

    @Test
    void shouldSayWhatIsWrongWhenTheRecordingsCannotBeUsed() throws IOException {
        Path text = Files.writeString(folder.resolve("text.wav"), "this is not audio at all");
        Cli missing = Cli.run("loadtest", "--audio", folder.resolve("none"));
        assertThat(missing.code).isEqualTo(1);
        assertThat(missing.err).contains("none", "no such file").hasLineCount(1);
        assertThat(Cli.run("loadtest", "--audio", text).err).contains("is not a WAV file");
        Path empty = Files.createDirectory(folder.resolve("empty"));
        Cli result = Cli.run("loadtest", "--audio", empty);
        assertThat(result.code).isEqualTo(1);
        assertThat(result.err.lines()).hasSize(1);
        assertThat(result.err).contains("empty", "no WAV files");
    }
}
