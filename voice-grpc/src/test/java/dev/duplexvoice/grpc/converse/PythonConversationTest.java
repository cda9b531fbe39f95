package dev.duplexvoice.grpc.converse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.grpc.Python;
import dev.duplexvoice.grpc.SpeechWorker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A host in another language, generated from the messages that the server is generated from. */
@Timeout(180)
class PythonConversationTest {
    private static final Path PROTO = Path.of("src/main/proto/duplexvoice/v1/duplex_voice.proto");

    @TempDir
    private Path folder;

    @Test
    void shouldHoldAConversation() throws Exception {
        Python python = new Python(folder);
        Files.copy(PROTO, folder.resolve("duplex_voice.proto"));
        python.resource("conversation.py");
        python.generate("duplex_voice.proto");

        try (VoiceEngine engine = VoiceEngine.builder()
                        .providers(List.of())
                        .detector("energy", null)
                        .build();
                SpeechWorker worker = SpeechWorker.builder(engine)
                        .port(0)
                        .service(ConverseService.builder(engine)
                                .configure((caller, options) -> options.synthesizer(new NumberedVoice()))
                                .build())
                        .start()) {
            List<String> printed = python.run("conversation.py", "127.0.0.1:" + worker.port())
                    .lines()
                    .toList();

            // After the third word was sent, and how long after it is up to the machine.
            assertThat(printed)
                    .filteredOn(line -> line.startsWith("heard "))
                    .singleElement()
                    .asString()
                    .startsWith("heard True One two three")
                    .hasSizeLessThan(900);
            assertThat(printed)
                    .filteredOn(line -> !line.startsWith("heard "))
                    .containsExactly(
                            "opened 16000 48000",
                            "turn 1 Count.",
                            "flush True",
                            "closed closed",
                            "in_order True",
                            "frames [1920]",
                            "status OK",
                            "refused INVALID_ARGUMENT vad.treshold=1");
            assertThat(engine.sessions()).isZero();
        }
    }
}
