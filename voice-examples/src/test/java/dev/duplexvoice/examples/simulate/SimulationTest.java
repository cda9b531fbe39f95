package dev.duplexvoice.examples.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.SessionEvent;
import dev.duplexvoice.examples.conversation.EventJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulationTest {
    private static final String OPTIONS = """
            "options": {"endpointing.minDelay": "500ms", "vad.minSilence": "500ms",
                        "interruption.pauseAfter": "500ms", "interruption.confirmAfter": "500ms"}""";

    @TempDir
    private Path folder;

    private List<String> run(String scenario) throws IOException {
        List<String> lines = new ArrayList<>();
        Path file = Files.writeString(folder.resolve("s.json"), scenario);
        Simulation.run(Scenario.read(file), (SessionEvent event) -> lines.add(EventJson.line(event)));
        return lines;
    }

    @Test
    void shouldKeepTheTimesOfTheWorkedExampleWhenSimulated() throws IOException {
        List<String> lines = run("{" + OPTIONS + """
                ,
                 "user":  [{"from": 0.5, "to": 2.5, "text": "Hello, how are you?", "sttDelay": 0.2}],
                 "reply": [{"to": "Hello, how are you?", "text": "I'm doing well, thank you!", "ttft": 0.1, "duration": 0.3}],
                 "tts":   [{"audio": 2.0, "ttfb": 0.2, "duration": 0.3}]}
                """);
        assertThat(lines)
                .anySatisfy(line -> assertThat(line).startsWith("{\"t\":2.700,\"type\":\"transcript\""))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("{\"t\":3.000,\"type\":\"state\"")
                        .contains("thinking"))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("{\"t\":3.500,\"type\":\"state\"")
                        .contains("\"to\":\"speaking\""))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("{\"t\":5.500,\"type\":\"state\"")
                        .contains("\"to\":\"listening\""));
    }

    @Test
    void shouldCutTheReplyOffWhenTheCallerGoesOnSpeaking() throws IOException {
        List<String> lines = run("{" + OPTIONS + """
                ,
                 "user":  [{"from": 0.5, "to": 2.5, "text": "Tell me a story.", "sttDelay": 0.2},
                           {"from": 5.0, "to": 6.0, "text": "Stop!", "sttDelay": 0.2}],
                 "reply": [{"to": "Tell me a story.", "text": "Here is a long story for you.", "ttft": 0.1, "duration": 0.3}],
                 "tts":   [{"audio": 10.0, "ttfb": 0.2, "duration": 0.3}]}
                """);
        assertThat(lines)
                .anySatisfy(line -> assertThat(line)
                        .startsWith("{\"t\":5.500,\"type\":\"interrupted\"")
                        .contains("\"position\":2.000"))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("{\"t\":5.500,\"type\":\"reply_finished\"")
                        .contains("\"interrupted\":true"))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("{\"t\":6.500,\"type\":\"turn_ended\"")
                        .contains("Stop!"));
    }

    @Test
    void shouldAnswerNothingWhenThereIsOnlyNoise() throws IOException {
        List<String> lines = run("{\"user\": [{\"from\": 1.0, \"to\": 2.0}]}");
        assertThat(lines).noneSatisfy(line -> assertThat(line).contains("reply_started"));
        assertThat(lines.get(lines.size() - 1)).contains("\"type\":\"closed\"");
    }
}
