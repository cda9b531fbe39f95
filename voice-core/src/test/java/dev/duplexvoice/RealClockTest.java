package dev.duplexvoice;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.duplexvoice.audio.FrameRing;
import dev.duplexvoice.support.ToneVoice;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import dev.duplexvoice.tts.WordTiming;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The engine with its threads. */
class RealClockTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final Queue<SessionEvent> events = new ConcurrentLinkedQueue<>();

    private static VoiceEngine engine() {
        return VoiceEngine.builder().providers(List.of()).loops(2).build();
    }

    private SessionOptions.Builder options(ToneVoice voice, SessionListener listener) {
        SessionOptions.Builder options =
                SessionOptions.builder().externalSpeech().processing(OutputProcessing.NONE);
        return options.synthesizer(voice).listener(event -> {
            events.add(event);
            listener.on(event);
        });
    }

    @Test
    void shouldSpeakAndEndWhenItHasThreads() throws Exception {
        CountDownLatch finished = new CountDownLatch(1);
        ToneVoice voice = new ToneVoice();
        List<Thread> threads;
        DuplexSession other;
        try (VoiceEngine engine = engine()) {
            DuplexSession session = engine.open(options(voice, event -> {
                        if (event instanceof SessionEvent.ReplyFinished) {
                            finished.countDown();
                        }
                    })
                    .build());
            session.say("one two.");
            short[] spoken = new short[2 * 9_600];
            short[] frame = new short[960];
            FrameRing.FrameHeader header = new FrameRing.FrameHeader();
            for (int at = 0; at < spoken.length; at += 960) {
                assertThat(session.readAudio(frame, header, LONG)).isEqualTo(960);
                System.arraycopy(frame, 0, spoken, at, header.flags());
            }
            assertThat(spoken).isEqualTo(ToneVoice.samples(0, 2 * 9_600));
            assertThat(finished.await(30, TimeUnit.SECONDS)).isTrue();

            other = engine.open(options(voice, event -> {}).build());
            threads = Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().startsWith("voice-"))
                    .toList();
            assertThat(threads).hasSizeGreaterThanOrEqualTo(4).allMatch(Thread::isDaemon);
            session.close();
            assertThat(session.closed().toCompletableFuture().get(30, TimeUnit.SECONDS))
                    .isEqualTo(CloseReason.CLOSED);
            assertThat(session.readAudio(frame, header, LONG)).isEqualTo(-1);
        }
        assertThat(other.closed().toCompletableFuture().get(30, TimeUnit.SECONDS))
                .isEqualTo(CloseReason.ENGINE_CLOSED);
        for (Thread thread : threads) {
            thread.join(30_000);
            assertThat(thread.isAlive()).as(thread.getName()).isFalse();
        }
    }

    @Test
    void shouldWakeTheReaderWhenTheSessionCloses() throws Exception {
        ExecutorService host = Executors.newSingleThreadExecutor();
        try (VoiceEngine engine = engine()) {
            DuplexSession session =
                    engine.open(options(new ToneVoice(), event -> {}).build());
            Future<Integer> read = host.submit(
                    () -> session.readAudio(new short[960], new FrameRing.FrameHeader(), Duration.ofMinutes(5)));
            session.close();

            assertThat(read.get(30, TimeUnit.SECONDS)).isEqualTo(-1);
        } finally {
            host.shutdownNow();
        }
    }

    @Test
    void shouldSpeakWhenTheLogHangs() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        Queue<String> logged = new ConcurrentLinkedQueue<>();
        AppenderBase<ILoggingEvent> hanging = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                try {
                    release.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                logged.add(event.getMessage());
            }
        };
        Logger log = (Logger) LoggerFactory.getLogger("dev.duplexvoice");
        hanging.setContext(log.getLoggerContext());
        hanging.start();
        log.setAdditive(false);
        log.addAppender(hanging);
        log.setLevel(Level.INFO);
        try (VoiceEngine engine = engine()) {
            DuplexSession session =
                    engine.open(options(new ToneVoice(), event -> {}).build());
            session.say("one.");
            assertThat(session.readAudio(new short[960], new FrameRing.FrameHeader(), LONG))
                    .isEqualTo(960);
            session.close();
            assertThat(session.closed().toCompletableFuture().get(30, TimeUnit.SECONDS))
                    .isEqualTo(CloseReason.CLOSED);
            assertThat(logged).isEmpty();
            release.countDown();
        } finally {
            release.countDown();
            log.detachAppender(hanging);
            log.setAdditive(true);
            log.setLevel(null);
        }
        assertThat(logged).containsExactly("Session opened", "Session closed");
    }

    @Test
    void shouldCancelTheVoiceWhenItHangsInAReadAndTheReplyIsCutOff() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        SpeechSynthesizer hanging = new SpeechSynthesizer() {
            @Override
            public String voice() {
                return "hanging";
            }

            @Override
            public int sampleRate() {
                return 48_000;
            }

            @Override
            public int maxTextLength() {
                return 100;
            }

            @Override
            public SynthesisStream start(SynthesisRequest request, Runnable readable) {
                return new HangingStream(reading, cancelled, closed);
            }

            @Override
            public void close() {}
        };
        try (VoiceEngine engine = engine()) {
            DuplexSession session = engine.open(SessionOptions.builder()
                    .externalSpeech()
                    .synthesizer(hanging)
                    .build());
            session.say("never heard.");
            assertThat(reading.await(30, TimeUnit.SECONDS)).isTrue();
            session.interrupt();

            assertThat(cancelled.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** Reads until it is cancelled. */
    private record HangingStream(CountDownLatch reading, CountDownLatch cancelled, CountDownLatch closed)
            implements SynthesisStream {
        @Override
        public int read(short[] buffer, int offset, int length) {
            reading.countDown();
            try {
                cancelled.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return END;
        }

        @Override
        public List<WordTiming> words() {
            return List.of();
        }

        @Override
        public void cancel() {
            cancelled.countDown();
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }

    @Test
    void shouldReturnWhenThereIsNoFrameInTime() {
        try (VoiceEngine engine = engine()) {
            DuplexSession session =
                    engine.open(options(new ToneVoice(), event -> {}).build());

            assertThat(session.readAudio(new short[960], new FrameRing.FrameHeader(), Duration.ofMillis(5)))
                    .isZero();
        }
    }

    @Test
    void shouldReadWhenTheTimeIsLongerThanNanosecondsCount() {
        try (VoiceEngine engine = engine()) {
            DuplexSession session =
                    engine.open(options(new ToneVoice(), event -> {}).build());
            short[] frame = new short[960];
            FrameRing.FrameHeader header = new FrameRing.FrameHeader();

            assertThat(session.readAudio(frame, header, Duration.ofSeconds(Long.MIN_VALUE)))
                    .isZero();
            session.say("one.");
            assertThat(session.readAudio(frame, header, Duration.ofSeconds(Long.MAX_VALUE)))
                    .isEqualTo(960);
        }
    }

    @Test
    void shouldAccountForWhatWasHeardWhenRepliesAreCutOffAtAnyMoment() throws Exception {
        int rounds = 25;
        CountDownLatch cut = new CountDownLatch(rounds);
        ToneVoice voice = new ToneVoice();
        ExecutorService host = Executors.newSingleThreadExecutor();
        DuplexSession[] opened = new DuplexSession[1];
        CountDownLatch ready = new CountDownLatch(1);
        try (VoiceEngine engine = engine()) {
            DuplexSession session = engine.open(
                    options(voice, event -> react(event, ready, opened, cut)).build());
            opened[0] = session;
            ready.countDown();
            Future<Long> heard = host.submit(() -> {
                short[] frame = new short[960];
                FrameRing.FrameHeader header = new FrameRing.FrameHeader();
                long samples = 0;
                while (session.readAudio(frame, header, LONG) > 0) {
                    samples += header.flags();
                }
                return samples;
            });
            session.say("one two three four five six seven eight nine ten.");
            assertThat(cut.await(60, TimeUnit.SECONDS)).isTrue();
            session.close();
            session.closed().toCompletableFuture().get(30, TimeUnit.SECONDS);

            long told = events.stream()
                    .filter(SessionEvent.ReplyFinished.class::isInstance)
                    .mapToLong(event ->
                            ((SessionEvent.ReplyFinished) event).position().toNanos() * 48 / 1_000_000)
                    .sum();
            assertThat(heard.get(30, TimeUnit.SECONDS)).isEqualTo(told);
            assertThat(voice.closed).hasValueGreaterThanOrEqualTo(rounds);
        } finally {
            host.shutdownNow();
        }
    }

    /** Cuts each reply off as soon as it sounds, and says the next. */
    private static void react(SessionEvent event, CountDownLatch ready, DuplexSession[] session, CountDownLatch cut) {
        try {
            if (event instanceof SessionEvent.FirstAudio && ready.await(30, TimeUnit.SECONDS) && cut.getCount() > 0) {
                session[0].say(
                        "one two three four five six seven eight nine ten.",
                        new SayOptions(SayOptions.When.INTERRUPT, true));
                cut.countDown();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void shouldNotLoseSessionsWhenManyAreOpenedAndClosedByManyThreads() throws Exception {
        ExecutorService hosts = Executors.newFixedThreadPool(4);
        try (VoiceEngine engine = engine()) {
            ToneVoice voice = new ToneVoice();
            List<Future<CloseReason>> closed = hosts.invokeAll(Collections.nCopies(60, () -> {
                DuplexSession session = engine.open(options(voice, event -> {}).build());
                session.say("one.");
                short[] chunk = new short[320];
                Arrays.fill(chunk, (short) 1);
                session.offerAudio(chunk);
                session.close();
                return session.closed().toCompletableFuture().get(30, TimeUnit.SECONDS);
            }));
            for (Future<CloseReason> one : closed) {
                assertThat(one.get()).isEqualTo(CloseReason.CLOSED);
            }
        } finally {
            hosts.shutdownNow();
        }
        assertThat(events.stream().filter(SessionEvent.Closed.class::isInstance))
                .hasSize(60);
    }
}
