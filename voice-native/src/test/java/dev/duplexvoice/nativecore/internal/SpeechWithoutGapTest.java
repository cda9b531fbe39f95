package dev.duplexvoice.nativecore.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.DuplexSession;
import dev.duplexvoice.SessionEvent;
import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.audio.AudioFormat;
import dev.duplexvoice.audio.FrameRing;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The embedded voice on the real clock, its text coming at 20 tokens a second. */
class SpeechWithoutGapTest {
    private static final String TEXT =
            "Well, let me think about that. The shop opens at nine in the morning. Anything else?";

    @ParameterizedTest
    @ValueSource(ints = {8_000, 48_000})
    void shouldNotStarveWhileTextComesInTokens(int rate) {
        AtomicInteger starved = new AtomicInteger();
        AtomicReference<SessionEvent.ReplyFinished> finished = new AtomicReference<>();
        VoiceTelemetry telemetry = new VoiceTelemetry() {
            @Override
            public void frameStarved(String sessionId) {
                starved.incrementAndGet();
            }
        };
        List<Integer> spoken = new ArrayList<>();
        int frameSamples = rate / 50;
        try (VoiceEngine engine = VoiceEngine.builder().telemetry(telemetry).build();
                DuplexSession session = engine.open(SessionOptions.builder()
                        .externalSpeech()
                        .output(new AudioFormat(rate))
                        .set("output.loudness", "-20")
                        .responder((turn, reply) -> {
                            for (String token : TEXT.split("(?<= )")) {
                                reply.write(token);
                                // What is tested is the pace of a language model beside that of the ear.
                                Thread.sleep(50);
                            }
                        })
                        .listener(event -> {
                            if (event instanceof SessionEvent.ReplyFinished reply) {
                                finished.set(reply);
                            }
                        })
                        .build())) {
            session.speechStarted();
            session.speechEnded(Duration.ofSeconds(3));
            short[] frame = new short[frameSamples];
            FrameRing.FrameHeader header = new FrameRing.FrameHeader();
            while (finished.get() == null) {
                if (session.readAudio(frame, header, Duration.ofMillis(100)) > 0) {
                    spoken.add(header.flags());
                }
            }
        }
        assertThat(starved).hasValue(0);
        assertThat(finished.get().heard()).isEqualTo(TEXT);
        // Nothing was padded but the end.
        assertThat(spoken.subList(0, spoken.size() - 1)).containsOnly(frameSamples);
        long samples = spoken.stream().mapToLong(Integer::longValue).sum();
        assertThat(finished.get().position()).isEqualTo(Duration.ofNanos(samples * 1_000_000_000L / rate));
    }
}
