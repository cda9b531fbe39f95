package dev.duplexvoice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplexvoice.audio.AudioFormat;
import dev.duplexvoice.audio.FrameRing;
import dev.duplexvoice.audio.Resampler;
import dev.duplexvoice.spi.VoiceProvider;
import dev.duplexvoice.stt.RecognitionStream;
import dev.duplexvoice.support.ToneVoice;
import dev.duplexvoice.telemetry.ConversationEvent;
import dev.duplexvoice.telemetry.TelemetryEvent;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import dev.duplexvoice.time.EngineClock;
import dev.duplexvoice.vad.IndependentVadBatch;
import dev.duplexvoice.vad.VadBatch;
import dev.duplexvoice.vad.VoiceActivityDetector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The engine under many threads that do anything at any moment: nothing is lost, and nothing stays. */
@Timeout(120)
class ManyThreadsTest {
    private static final int HOSTS = 8;

    private final ExecutorService hosts = Executors.newFixedThreadPool(HOSTS);
    private final Counting counting = new Counting();

    /** Counts what is open. */
    private static final class Counting implements VoiceActivityDetector, VoiceProvider, VoiceTelemetry {
        final AtomicInteger states = new AtomicInteger();
        final AtomicInteger batches = new AtomicInteger();
        final AtomicInteger resamplers = new AtomicInteger();
        final AtomicInteger sessions = new AtomicInteger();
        final AtomicInteger opened = new AtomicInteger();
        volatile boolean closed;
        /** How long each run of a batch keeps the loop busy. */
        volatile long busyNanos;
        /** Holds up whoever runs a batch, once it has told so. */
        volatile CountDownLatch held;

        final CountDownLatch holding = new CountDownLatch(1);

        @Override
        public String name() {
            return "counting";
        }

        @Override
        public int sampleRate() {
            return 16_000;
        }

        @Override
        public int windowSamples() {
            return 512;
        }

        @Override
        public VadBatch newBatch(int capacity) {
            batches.incrementAndGet();
            return new IndependentVadBatch(capacity, 512) {
                @Override
                protected void clear(int caller) {}

                @Override
                protected float advance(int caller, short[] samples, int offset) {
                    CountDownLatch latch = held;
                    if (latch != null) {
                        holding.countDown();
                        await(latch);
                    }
                    long until = System.nanoTime() + busyNanos;
                    while (busyNanos > 0 && System.nanoTime() < until) {
                        Thread.onSpinWait();
                    }
                    return samples[offset] == 0 ? 0.1f : 0.9f;
                }

                @Override
                protected void free() {
                    batches.decrementAndGet();
                }
            };
        }

        @Override
        public void close() {
            closed = true;
        }

        @Override
        public Resampler openResampler(int inputRate, int outputRate) {
            resamplers.incrementAndGet();
            return new Resampler() {
                private boolean closed;

                @Override
                public int inputRate() {
                    return inputRate;
                }

                @Override
                public int outputRate() {
                    return outputRate;
                }

                @Override
                public int process(short[] input, int at, int length, short[] output, int outputAt) {
                    return 0;
                }

                @Override
                public int flush(short[] output, int outputAt) {
                    return 0;
                }

                @Override
                public int maxOutput(int length) {
                    return length * 8;
                }

                @Override
                public void reset() {}

                @Override
                public synchronized void close() {
                    if (!closed) {
                        resamplers.decrementAndGet();
                    }
                    closed = true;
                }
            };
        }

        @Override
        public void on(TelemetryEvent event) {
            if (event instanceof ConversationEvent.Opened) {
                sessions.incrementAndGet();
                opened.incrementAndGet();
            } else if (event instanceof ConversationEvent.Closed) {
                sessions.decrementAndGet();
            }
        }
    }

    private VoiceEngine.Builder builder() {
        return VoiceEngine.builder()
                .detector(counting)
                .providers(List.of(counting))
                .telemetry(counting)
                .loops(2);
    }

    private void assertNothingIsLeft() {
        assertThat(counting.sessions).hasValue(0);
        assertThat(counting.batches).hasValue(0);
        assertThat(counting.resamplers).hasValue(0);
        assertThat(counting.closed).isTrue();
        hosts.shutdownNow();
    }

    private <T> List<T> together(Callable<T> task) throws Exception {
        List<T> results = new ArrayList<>();
        for (Future<T> one : hosts.invokeAll(Collections.nCopies(HOSTS, task))) {
            results.add(one.get(100, TimeUnit.SECONDS));
        }
        return results;
    }

    /** A session in which anything happens, closed by anyone. */
    private static void live(VoiceEngine engine, ToneVoice voice, Random random) throws Exception {
        int closing = random.nextInt(5);
        DuplexSession[] self = new DuplexSession[1];
        CountDownLatch known = new CountDownLatch(1);
        SessionOptions.Builder options = SessionOptions.builder().synthesizer(voice);
        options.input(new AudioFormat(random.nextBoolean() ? 16_000 : 48_000));
        options.responder((turn, reply) -> reply.write("one two three."));
        options.listener(event -> {
            if (closing == 0 && event instanceof SessionEvent.FirstAudio) {
                await(known);
                self[0].close();
            }
        });
        DuplexSession session = engine.open(options.build());
        self[0] = session;
        known.countDown();
        short[] chunk = new short[1 + random.nextInt(2_000)];
        chunk[0] = (short) random.nextInt(2);
        short[] frame = new short[960];
        FrameRing.FrameHeader header = new FrameRing.FrameHeader();
        try {
            if (random.nextBoolean()) {
                session.say("one.");
            }
            for (int i = random.nextInt(20); i > 0; i--) {
                session.offerAudio(chunk);
                if (random.nextInt(3) == 0) {
                    session.readAudio(frame, header, Duration.ofMillis(random.nextInt(4)));
                }
                if (random.nextInt(6) == 0) {
                    session.interrupt();
                }
            }
        } catch (IllegalStateException e) {
            assertThat(closing).isZero();
            assertThat(e).hasMessageContaining("is closed");
        }
        session.close();
        session.closed().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void shouldLeaveNothingWhenManyThreadsDoAnything() throws Exception {
        ToneVoice voice = new ToneVoice();
        voice.samplesPerWord = 2_000;
        AtomicInteger seeds = new AtomicInteger();
        try (VoiceEngine engine = builder().build()) {
            together(() -> {
                for (int i = 0; i < 40; i++) {
                    live(engine, voice, new Random(seeds.incrementAndGet()));
                }
                return null;
            });
            assertThat(engine.loops())
                    .hasSize(2)
                    .allMatch(loop -> loop.lateness().count() > 0);
            engine.drain(Duration.ZERO).toCompletableFuture().get(30, TimeUnit.SECONDS);
            assertThat(engine.sessions()).isZero();
            assertThat(engine.loops()).allMatch(loop -> loop.sessions() == 0);
        }
        assertThat(counting.opened).hasValue(HOSTS * 40);
        assertThat(voice.closed).hasValue(voice.opened.get());
        assertNothingIsLeft();
    }

    @Test
    void shouldLeaveNothingWhenTheEngineClosesWhileOthersOpen() throws Exception {
        ToneVoice voice = new ToneVoice();
        AtomicInteger streams = new AtomicInteger();
        for (int round = 0; round < 20; round++) {
            VoiceEngine engine = builder().build();
            CountDownLatch started = new CountDownLatch(HOSTS - 1);
            AtomicInteger number = new AtomicInteger();
            together(() -> {
                if (number.getAndIncrement() == 0) {
                    started.await();
                    Thread.sleep(0, ThreadLocalRandom.current().nextInt(900_000));
                    engine.close();
                    return null;
                }
                started.countDown();
                List<DuplexSession> mine = new ArrayList<>();
                assertThatThrownBy(() -> {
                            while (true) {
                                mine.add(engine.open(SessionOptions.builder()
                                        .synthesizer(voice)
                                        .output(new AudioFormat(24_000))
                                        .recognizer((rate, sink) -> recognition(streams))
                                        .build()));
                            }
                        })
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("the engine is closed: build a new one");
                for (DuplexSession session : mine) {
                    assertThat(session.closed().toCompletableFuture().get(60, TimeUnit.SECONDS))
                            .isEqualTo(CloseReason.ENGINE_CLOSED);
                }
                return null;
            });
            assertThat(engine.sessions()).isZero();
        }
        assertThat(streams).hasValue(0);
        assertNothingIsLeft();
    }

    private static RecognitionStream recognition(AtomicInteger open) {
        open.incrementAndGet();
        return new RecognitionStream() {
            @Override
            public void close() {
                open.decrementAndGet();
            }
        };
    }

    @Test
    void shouldNeverExceedTheCapWhenManyOpenTogether() throws Exception {
        int cap = 37;
        try (VoiceEngine engine = builder().maxSessions(cap).build()) {
            ToneVoice voice = new ToneVoice();
            List<Integer> taken = together(() -> {
                int mine = 0;
                for (int i = 0; i < 20; i++) {
                    try {
                        engine.open(SessionOptions.builder().synthesizer(voice).build());
                        mine++;
                    } catch (VoiceException e) {
                        assertThat(e.code()).isEqualTo(VoiceException.Code.OVERLOADED);
                    }
                    assertThat(engine.sessions()).isLessThanOrEqualTo(cap);
                }
                return mine;
            });
            assertThat(taken.stream().mapToInt(Integer::intValue).sum()).isEqualTo(cap);
            assertThat(engine.sessions()).isEqualTo(cap);
            assertThat(engine.loops().stream().map(LoopStats::sessions)).containsExactlyInAnyOrder(18, 19);
        }
        assertNothingIsLeft();
    }

    @Test
    void shouldRefuseWhenTheLoopsWorkTooMuch() throws Exception {
        try (VoiceEngine engine = builder().loops(1).maxLoad(0.4).build()) {
            ToneVoice voice = new ToneVoice();
            SessionOptions options = SessionOptions.builder().synthesizer(voice).build();
            DuplexSession session = engine.open(options);
            // Each window of 32 ms takes 30 ms.
            counting.busyNanos = 30_000_000;
            short[] window = new short[512];
            VoiceException refused = null;
            while (refused == null) {
                session.offerAudio(window);
                Thread.sleep(30);
                try {
                    engine.open(options).close();
                } catch (VoiceException e) {
                    refused = e;
                }
            }
            assertThat(refused.code()).isEqualTo(VoiceException.Code.OVERLOADED);
            assertThat(refused).hasMessageMatching("maxLoad=0\\.40, load=[01]\\.\\d\\d: the audio loops worked .*");

            counting.busyNanos = 0;
            while (engine.loops().get(0).load() > 0.4) {
                Thread.sleep(20);
            }
            engine.open(options).close();
        }
        assertNothingIsLeft();
    }

    @Test
    void shouldFreeTheSessionWhenItsOpenerGaveUp() throws Exception {
        try (VoiceEngine engine = builder().loops(1).build()) {
            ToneVoice voice = new ToneVoice();
            SessionOptions options = SessionOptions.builder()
                    .synthesizer(voice)
                    .output(new AudioFormat(24_000))
                    .build();
            DuplexSession session = engine.open(options);
            counting.held = new CountDownLatch(1);
            session.offerAudio(new short[512]);
            counting.holding.await();
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> engine.open(options))
                    .isInstanceOf(VoiceException.class)
                    .hasMessage("interrupted while opening a session");
            assertThat(Thread.interrupted()).isTrue();
            counting.held.countDown();
            session.close();
            engine.drain(Duration.ofMinutes(1)).toCompletableFuture().get(60, TimeUnit.SECONDS);
            assertThat(engine.sessions()).isZero();
        }
        assertNothingIsLeft();
    }

    @Test
    void shouldGoOnWhenTheHostsClockIsBroken() throws Exception {
        AtomicLong leap = new AtomicLong();
        EngineClock broken = () -> System.nanoTime() + leap.get();
        ToneVoice voice = new ToneVoice();
        try (VoiceEngine engine = builder().clock(broken).build()) {
            DuplexSession session = engine.open(SessionOptions.builder()
                    .synthesizer(voice)
                    .set("limits.idle", "24h")
                    .set("limits.duration", "24h")
                    .build());
            session.say("word ".repeat(2_000));
            short[] frame = new short[960];
            FrameRing.FrameHeader header = new FrameRing.FrameHeader();
            long[] leaps = {0, 3_600_000_000_000L, -7_200_000_000_000L, 100_000_000, 0};
            for (long next : leaps) {
                leap.set(next);
                long before = -1;
                for (int i = 0; i < 20; i++) {
                    assertThat(session.readAudio(frame, header, Duration.ofSeconds(30)))
                            .isEqualTo(960);
                    assertThat(header.timestamp()).isGreaterThan(before);
                    before = header.timestamp();
                }
            }
            assertThat(session.state()).isEqualTo(SessionState.SPEAKING);
            session.close();
        }
        assertNothingIsLeft();
    }

    @Test
    void shouldCloseWhenAListenerClosesTheEngine() throws Exception {
        VoiceEngine engine = builder().build();
        CountDownLatch closed = new CountDownLatch(1);
        engine.open(SessionOptions.builder()
                        .synthesizer(new ToneVoice())
                        .listener(event -> {
                            if (event instanceof SessionEvent.ReplyStarted) {
                                engine.close();
                                closed.countDown();
                            }
                        })
                        .build())
                .say("one.");

        assertThat(closed.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(engine.sessions()).isZero();
        assertNothingIsLeft();
    }
}
