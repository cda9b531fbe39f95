package dev.duplexvoice.grpc.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerEntryTest {
    /** As a peer in Python writes it, with a field that we do not know. */
    private static final String GOOD =
            "{\"name\": \"tts-cosy@0\", \"addr\": \"grpc://10.0.0.7:7001\", \"capabilities\": "
                    + "{\"streaming\": true, \"zero_shot\": true, \"lora\": false, \"cpu_ok\": false, \"languages\": [\"en\", \"zh\"], "
                    + "\"emotive_zero_prompt\": true, \"max_concurrent_sessions\": 3, \"new_one\": {}}, "
                    + "\"resident_models\": [\"cosy-en\"], \"metrics\": {\"rtf\": 0.28, \"queue_depth\": 2, \"temperature\": -7}, "
                    + "\"last_heartbeat_ts\": 1759788123.42, \"region\": \"eu\"}";

    private static final WorkerInfo COSY = new WorkerInfo(
            "tts-cosy@0",
            new WorkerAddress("10.0.0.7", 7001),
            new WorkerCapabilities(
                    EnumSet.of(Capability.STREAMING, Capability.ZERO_SHOT, Capability.EMOTIVE_ZERO_PROMPT),
                    new LinkedHashSet<>(List.of("en", "zh")),
                    3),
            Set.of("cosy-en"),
            new WorkerMetrics(0.28, 2),
            null);

    @Test
    void shouldReadAnEntryAndIgnoreUnknownFields() {
        assertThat(WorkerEntry.read(GOOD)).isEqualTo(new WorkerEntry(COSY, 1759788123.42));
    }

    @Test
    void shouldReadWhatItWrites() {
        WorkerEntry entry = new WorkerEntry(COSY, 1_700_000_000);

        assertThat(WorkerEntry.read(entry.write())).isEqualTo(entry);
        assertThat(entry.write())
                .isEqualTo(
                        "{\"name\":\"tts-cosy@0\",\"addr\":\"grpc://10.0.0.7:7001\",\"capabilities\":{\"streaming\":true,"
                                + "\"zero_shot\":true,\"lora\":false,\"cpu_ok\":false,\"emotive_zero_prompt\":true,"
                                + "\"languages\":[\"en\",\"zh\"],\"max_concurrent_sessions\":3},\"resident_models\":[\"cosy-en\"],"
                                + "\"metrics\":{\"rtf\":0.28,\"queue_depth\":2.0},\"last_heartbeat_ts\":1700000000}");
    }

    @Test
    void shouldKnowNothingOfMetricsThatAreNotThere() {
        WorkerEntry entry = WorkerEntry.read(GOOD.replace("\"rtf\": 0.28, \"queue_depth\": 2,", "\"rtf\": null,"));

        assertThat(entry.worker().metrics()).isEqualTo(WorkerMetrics.UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"name", "addr", "capabilities", "languages", "resident_models", "metrics", "last_heartbeat_ts"})
    void shouldRefuseAnEntryWithoutAField(String field) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WorkerEntry.read(GOOD.replace("\"" + field + "\"", "\"x_" + field + "\"")))
                .withMessage(field + " is missing");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"tts-cosy@0\" | 7 | name=7",
                "\"tts-cosy@0\" | \"\" | name=",
                "\"tts-cosy@0\" | \"a b\" | name=a b",
                "\"tts-cosy@0\" | \"a\\u0000b\" | name=",
                "\"tts-cosy@0\" | \"a\\u202eb\" | name=",
                "\"grpc://10.0.0.7:7001\" | \"http://10.0.0.7\" | addr=http://10.0.0.7",
                "\"grpc://10.0.0.7:7001\" | [\"grpc://10.0.0.7:7001\"] | addr=",
                "\"streaming\": true | \"streaming\": \"yes\" | streaming=",
                "\"streaming\": true | \"streaming\": 1 | streaming=1",
                "[\"en\", \"zh\"] | \"en\" | languages=",
                "[\"en\", \"zh\"] | [\"en\", 7] | languages=7",
                "[\"en\", \"zh\"] | [\"\"] | languages=",
                "\"max_concurrent_sessions\": 3 | \"max_concurrent_sessions\": -1 | max_concurrent_sessions=-1",
                "\"max_concurrent_sessions\": 3 | \"max_concurrent_sessions\": 1.5 | max_concurrent_sessions=1.5",
                "\"max_concurrent_sessions\": 3 | \"max_concurrent_sessions\": 99999999999 | max_concurrent_sessions=",
                "[\"cosy-en\"] | {\"cosy-en\": true} | resident_models=",
                "[\"cosy-en\"] | [null] | resident_models=",
                "0.28 | NaN | entry is not JSON",
                "0.28 | Infinity | entry is not JSON",
                "0.28 | 1e999 | rtf=",
                "0.28 | -1 | rtf=-1",
                "0.28 | \"0.28\" | rtf=",
                "\"queue_depth\": 2 | \"queue_depth\": {} | queue_depth=",
                "1759788123.42 | \"now\" | last_heartbeat_ts=",
                "1759788123.42 | -5 | last_heartbeat_ts=",
                "\"region\": \"eu\" | \"name\": \"twice\" | entry is not JSON",
                "\"region\": \"eu\"} | \"region\": \"eu\"} {} | entry is not JSON",
                "\"region\": \"eu\"} | \"region\": \"eu\" | entry is not JSON"
            })
    void shouldRefuseAHostileEntryAndNameTheField(String part, String hostile, String message) {
        assertThat(GOOD).contains(part);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WorkerEntry.read(GOOD.replace(part, hostile)))
                .withMessageContaining(message)
                .satisfies(e -> assertThat(e.getMessage().chars().noneMatch(c -> c < ' ' || c == 0x202e))
                        .isTrue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "7", "[]", "\"text\"", "{}", "{\"name\":"})
    void shouldRefuseWhatIsNoEntry(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> WorkerEntry.read(text));
    }

    @Test
    void shouldRefuseEntriesThatAreTooLargeOrTooDeep() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WorkerEntry.read(GOOD.replace("eu", "x".repeat(1_000_000))));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WorkerEntry.read(GOOD.replace("\"eu\"", "[".repeat(10_000) + "]".repeat(10_000))));
        assertThatIllegalArgumentException().isThrownBy(() -> WorkerEntry.read(GOOD.replace("-7", "9".repeat(1_000))));
    }

    @Test
    void shouldTakeOrRefuseWhateverIsThere() {
        Random random = new Random(3);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder mutated = new StringBuilder(GOOD);
            for (int change = random.nextInt(4); change >= 0; change--) {
                int at = random.nextInt(mutated.length());
                switch (random.nextInt(3)) {
                    case 0 -> mutated.setCharAt(at, (char) random.nextInt(0x180));
                    case 1 -> mutated.deleteCharAt(at);
                    default -> mutated.insert(at, "{}[],:\"\\0-".charAt(random.nextInt(10)));
                }
            }
            String text = mutated.toString();
            assertThatCode(() -> {
                        try {
                            WorkerEntry.read(text);
                        } catch (IllegalArgumentException e) {
                            assertThat(e.getMessage()).isNotBlank();
                        }
                    })
                    .as(text)
                    .doesNotThrowAnyException();
        }
    }
}
