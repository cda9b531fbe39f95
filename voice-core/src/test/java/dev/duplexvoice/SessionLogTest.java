package dev.duplexvoice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.support.ToneVoice;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/** Whoever the engine calls for a session logs with that session's ids. */
class SessionLogTest {
    private final BlockingQueue<Map<String, String>> responder = new LinkedBlockingQueue<>();
    private final BlockingQueue<Map<String, String>> listener = new LinkedBlockingQueue<>();
    private final BlockingQueue<Map<String, String>> voice = new LinkedBlockingQueue<>();

    private static void note(BlockingQueue<Map<String, String>> to) {
        Map<String, String> ids = MDC.getCopyOfContextMap();
        to.add(ids == null ? Map.of() : ids);
    }

    private final class NotingVoice implements SpeechSynthesizer {
        private final ToneVoice tone = new ToneVoice();

        @Override
        public String voice() {
            return tone.voice();
        }

        @Override
        public int sampleRate() {
            return tone.sampleRate();
        }

        @Override
        public int maxTextLength() {
            return tone.maxTextLength();
        }

        @Override
        public SynthesisStream start(SynthesisRequest request, Runnable readable) {
            note(voice);
            return tone.start(request, readable);
        }

        @Override
        public void close() {
            tone.close();
        }
    }

    @AfterEach
    void forget() {
        MDC.clear();
    }

    private static Map<String, String> next(BlockingQueue<Map<String, String>> from) throws InterruptedException {
        Map<String, String> ids = from.poll(30, TimeUnit.SECONDS);
        assertThat(ids).isNotNull();
        return ids;
    }

    @Test
    void shouldCarryTheSessionsIdsWhereverTheEngineCalls() throws InterruptedException {
        try (VoiceEngine engine = VoiceEngine.builder().providers(List.of()).build()) {
            for (String request : List.of("r-1", "r-2")) {
                MDC.put("request_id", request);
                MDC.put("span_id", "of-the-opening");
                DuplexSession session = engine.open(SessionOptions.builder()
                        .externalSpeech()
                        .synthesizer(new NotingVoice())
                        .listener(event -> {
                            if (event instanceof SessionEvent.TurnEnded) {
                                note(listener);
                            }
                        })
                        .responder((turn, reply) -> {
                            note(responder);
                            reply.write("one two.");
                        })
                        .set("endpointing.minDelay", "0ms")
                        .build());
                MDC.put("request_id", "another");
                session.speechStarted();
                session.speechEnded(Duration.ZERO);

                Map<String, String> ids = Map.of("request_id", request, "session_id", session.id());
                assertThat(next(listener)).isEqualTo(ids);
                assertThat(next(voice)).isEqualTo(ids);
                assertThat(next(responder))
                        .containsAllEntriesOf(ids)
                        .containsEntry("turn_id", session.id() + "-1")
                        .hasSize(3);
                session.close();
                assertThat(MDC.get("request_id")).isEqualTo("another");
            }
        }
    }
}
