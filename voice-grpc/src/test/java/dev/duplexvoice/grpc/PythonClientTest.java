package dev.duplexvoice.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client in another language, made of the messages that existing peers speak. */
@Timeout(180)
class PythonClientTest {
    @TempDir
    private Path folder;

    @Test
    void shouldServeAClientThatSpeaksTheWholeProtocol() throws Exception {
        Python python = new Python(folder);
        python.resource("tts.proto");
        python.resource("client.py");
        python.generate("tts.proto");

        try (Loopback loopback = new Loopback(worker -> worker.maxSessions(7))) {
            String printed = python.run("client.py", loopback.target());

            int word = 2 * SteppedVoice.WORD;
            assertThat(printed.lines())
                    .containsExactly(
                            "streaming True",
                            "max_concurrent_sessions 7",
                            "metrics active_sessions,active_syntheses,queue_depth,rtf",
                            "load True",
                            "models a:False,b:True",
                            "unload True",
                            "start True",
                            "start_again ALREADY_EXISTS",
                            "rates [48000]",
                            "durations [20]",
                            "in_order True",
                            "finals 1",
                            "final_is_last True",
                            "no_empty_frame True",
                            "bytes " + 4 * word,
                            "first 1",
                            "PAUSE True True",
                            "RESUME True True",
                            "RELOAD True True",
                            "STOP True True",
                            "stopped True",
                            "again 1 " + word,
                            "no_session NOT_FOUND",
                            "no_id INVALID_ARGUMENT",
                            "end True",
                            "end_again NOT_FOUND");
            assertThat(loopback.worker.stats().sessions()).isZero();
        }
    }
}
