package dev.duplexvoice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplexvoice.audio.FrameRing;
import dev.duplexvoice.support.ToneVoice;
import dev.duplexvoice.time.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadPoolExecutor;
import org.junit.jupiter.api.Test;

class AudioSinkTest {
    private final VirtualClock clock = new VirtualClock();
    private final List<SessionEvent> events = new ArrayList<>();
    private final List<String> calls = new ArrayList<>();
    private final List<Short> samples = new ArrayList<>();

    private final class Sink implements AudioSink {
        @Override
        public void frame(short[] frame, int length, long position) {
            calls.add(clock.nanoTime() / 1_000_000 + " frame " + position);
            for (int i = 0; i < length; i++) {
                samples.add(frame[i]);
            }
        }

        @Override
        public void flush() {
            calls.add(clock.nanoTime() / 1_000_000 + " flush");
        }

        @Override
        public void closed(CloseReason reason) {
            calls.add("closed " + reason.label());
        }
    }

    private DuplexSession open(VoiceEngine engine, AudioSink sink) {
        return engine.open(SessionOptions.builder()
                .externalSpeech()
                .synthesizer(new ToneVoice(clock))
                .processing(OutputProcessing.NONE)
                .audioSink(sink)
                .listener(events::add)
                .build());
    }

    private VoiceEngine engine() {
        return VoiceEngine.builder().clock(clock).providers(List.of()).build();
    }

    @Test
    void shouldBeGivenEachFrameWhenItIsPutOut() {
        try (VoiceEngine engine = engine()) {
            DuplexSession session = open(engine, new Sink());
            session.say("Hi.");
            clock.advance(Duration.ofSeconds(1));

            assertThat(calls).hasSize(10).startsWith("20 frame 960", "40 frame 1920");
            short[] heard = new short[samples.size()];
            for (int i = 0; i < heard.length; i++) {
                heard[i] = samples.get(i);
            }
            assertThat(heard).isEqualTo(ToneVoice.samples(0, 9_600));
            session.close();
            clock.advance(Duration.ZERO);
            assertThat(calls).last().isEqualTo("closed closed");
        }
    }

    @Test
    void shouldBeToldToFlushBetweenWhatWasCutOffAndWhatFollows() {
        try (VoiceEngine engine = engine();
                DuplexSession session = open(engine, new Sink())) {
            session.say("one two three.");
            clock.advance(Duration.ofMillis(130));
            session.interrupt();
            session.say("Next.");
            clock.advance(Duration.ofMillis(100));

            assertThat(calls)
                    .containsExactly(
                            "20 frame 960",
                            "40 frame 1920",
                            "60 frame 2880",
                            "80 frame 3840",
                            "100 frame 4800",
                            "120 frame 5760",
                            "130 flush",
                            "140 frame 6720",
                            "160 frame 7680",
                            "180 frame 8640",
                            "200 frame 9600",
                            "220 frame 10560");
        }
    }

    /** Takes frames only when it says so. */
    private final class Slow implements AudioSink {
        private boolean takes;
        private Runnable ready;

        @Override
        public void start(Runnable wake) {
            calls.add("start");
            ready = wake;
        }

        @Override
        public boolean isReady() {
            return takes;
        }

        @Override
        public void frame(short[] frame, int length, long position) {
            calls.add(clock.nanoTime() / 1_000_000 + " frame " + position);
        }

        @Override
        public void flush(long position) {
            calls.add(clock.nanoTime() / 1_000_000 + " flush " + position);
        }

        @Override
        public void closed(CloseReason reason) {
            calls.add("closed " + reason.label());
        }

        void takes(boolean value) {
            takes = value;
            if (value) {
                ready.run();
            }
        }
    }

    @Test
    void shouldLetTheReplyWaitWhileTheSinkIsNotReady() {
        try (VoiceEngine engine = engine()) {
            Slow sink = new Slow();
            DuplexSession session = open(engine, sink);
            session.say("one two.");
            clock.advance(Duration.ofSeconds(3));

            assertThat(calls).containsExactly("start");
            assertThat(session.state()).isEqualTo(SessionState.SPEAKING);
            sink.takes(true);
            clock.advance(Duration.ofSeconds(1));
            assertThat(calls).hasSize(1 + 20);
            assertThat(events.stream().filter(SessionEvent.ReplyFinished.class::isInstance))
                    .hasSize(1);
        }
    }

    @Test
    void shouldBeToldOfAFlushAndOfTheEndThoughItIsNotReady() {
        try (VoiceEngine engine = engine()) {
            Slow sink = new Slow();
            DuplexSession session = open(engine, sink);
            session.say("one two three.");
            clock.advance(Duration.ofMillis(500));
            session.interrupt();
            clock.advance(Duration.ofMillis(10));
            assertThat(calls).hasSize(2).last().asString().matches("500 flush \\d+");
            long flushed = Long.parseLong(calls.get(1).split(" ")[2]);

            session.say("Next.");
            clock.advance(Duration.ofSeconds(1));
            assertThat(calls).hasSize(2);
            sink.takes(true);
            clock.advance(Duration.ofSeconds(1));
            assertThat(calls).hasSize(2 + 10).allSatisfy(call -> {
                if (call.contains("frame")) {
                    assertThat(Long.parseLong(call.split(" ")[2])).isGreaterThanOrEqualTo(flushed);
                }
            });
            sink.takes(false);
            session.close();
            clock.advance(Duration.ZERO);
            assertThat(calls).last().isEqualTo("closed closed");
        }
    }

    @Test
    void shouldGiveEachFrameToASinkThatCannotTellWhetherItIsReady() {
        AudioSink broken = new AudioSink() {
            @Override
            public boolean isReady() {
                throw new IllegalStateException("who knows");
            }

            @Override
            public void frame(short[] frame, int length, long position) {
                calls.add("frame");
            }
        };
        try (VoiceEngine engine = engine();
                DuplexSession session = open(engine, broken)) {
            session.say("one.");
            clock.advance(Duration.ofSeconds(1));

            assertThat(calls).hasSize(10);
            assertThat(events.stream().filter(SessionEvent.Failed.class::isInstance))
                    .hasSize(1);
        }
    }

    @Test
    void shouldTellOnceWhenTheSinkThrows() {
        AudioSink broken = (frame, length, position) -> {
            throw new IllegalStateException("no device");
        };
        try (VoiceEngine engine = engine();
                DuplexSession session = open(engine, broken)) {
            session.say("one two three.");
            clock.advance(Duration.ofSeconds(1));

            assertThat(session.state()).isEqualTo(SessionState.LISTENING);
            assertThat(events.stream()
                            .filter(SessionEvent.Failed.class::isInstance)
                            .map(SessionEvent.Failed.class::cast))
                    .singleElement()
                    .satisfies(failed -> {
                        assertThat(failed.code()).isEqualTo(VoiceException.Code.LISTENER);
                        assertThat(failed.message()).endsWith("threw java.lang.IllegalStateException: no device");
                    });
        }
    }

    @Test
    void shouldRefuseToBePolledAsWell() {
        try (VoiceEngine engine = engine();
                DuplexSession session = open(engine, new Sink())) {
            assertThatThrownBy(() -> session.pollAudio(new short[960], new FrameRing.FrameHeader()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("session s1: its audioSink is given the output; open it without one to poll or read");
        }
    }

    /** Whether a thread waits for the tasks of a pool that takes no more. */
    private static boolean awaitsAPoolsEnd(Thread thread) {
        return Arrays.stream(thread.getStackTrace())
                .anyMatch(frame -> frame.getClassName().equals(ThreadPoolExecutor.class.getName())
                        && frame.getMethodName().equals("awaitTermination"));
    }

    @Test
    void shouldBeToldTheEndWhenTheEngineClosesMeanwhile() {
        Thread closing = Thread.currentThread();
        for (int i = 0; i < 10; i++) {
            CountDownLatch told = new CountDownLatch(1);
            VoiceEngine engine = VoiceEngine.builder().providers(List.of()).build();
            engine.open(SessionOptions.builder()
                    .externalSpeech()
                    .synthesizer(new ToneVoice())
                    .listener(event -> {
                        // So that the engine has gone on to the end of its workers.
                        while (event instanceof SessionEvent.Closed
                                && !awaitsAPoolsEnd(closing)
                                && !Thread.currentThread().isInterrupted()) {
                            Thread.onSpinWait();
                        }
                    })
                    .audioSink(new AudioSink() {
                        @Override
                        public void frame(short[] frame, int length, long position) {}

                        @Override
                        public void closed(CloseReason reason) {
                            told.countDown();
                        }
                    })
                    .build());
            engine.close();

            // All that was to be told was told before the engine was closed.
            assertThat(told.getCount()).isZero();
        }
    }

    @Test
    void shouldHoldUpOnlyItsOwnSessionWhenItBlocks() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        try (VoiceEngine engine = VoiceEngine.builder().providers(List.of()).build()) {
            SessionOptions.Builder options =
                    SessionOptions.builder().externalSpeech().synthesizer(new ToneVoice());
            DuplexSession stuck = engine.open(options.audioSink((frame, length, position) -> {
                        try {
                            release.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    })
                    .build());
            CountDownLatch frames = new CountDownLatch(20);
            DuplexSession fine = engine.open(options.audioSink((frame, length, position) -> frames.countDown())
                    .build());
            stuck.say("one two three four five six seven.");
            fine.say("one two three four five six seven.");

            frames.await();
            assertThat(stuck.state()).isEqualTo(SessionState.SPEAKING);
            release.countDown();
        }
    }
}
