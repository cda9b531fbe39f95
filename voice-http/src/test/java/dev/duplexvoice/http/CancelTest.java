package dev.duplexvoice.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** A stream that nobody wants any more, and one whose reader is slow. */
class CancelTest {
    private static final byte[] CHUNK = RawServer.pcm(RawServer.ramp(0, 4_800));

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void shouldCloseTheConnectionWhenCancelledBeforeTheAnswer() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        try (RawServer server = new RawServer((connection, request) -> {
                    asked.countDown();
                    connection.awaitClosed();
                    closed.countDown();
                });
                HttpVoice voice = server.voice().build();
                Listened listened = new Listened(voice, "Hello.")) {
            await(asked);
            assertThat(listened.stream.read(new short[10], 0, 10)).isZero();
            listened.stream.cancel();
            await(closed);
            assertThat(listened.readable.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
            assertThat(listened.next()).isNull();
        }
    }

    @Test
    void shouldCloseTheConnectionWhenCancelledInMidStream() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        try (RawServer server = new RawServer((connection, request) -> {
                    connection.beginChunked("audio/pcm");
                    connection.writeUntilClosed(CHUNK);
                    closed.countDown();
                });
                HttpVoice voice = server.voice().build();
                Listened listened = new Listened(voice, "Hello.")) {
            listened.take(1_000);
            listened.stream.cancel();
            assertThat(listened.next())
                    .as("what was there is not given any more")
                    .isNull();
            await(closed);
        }
    }

    @Test
    void shouldCloseTheConnectionWhenClosedWhileTheServerStalls() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        try (RawServer server = new RawServer((connection, request) -> {
                    connection.beginChunked("audio/pcm");
                    connection.chunk(CHUNK);
                    connection.awaitClosed();
                    closed.countDown();
                });
                HttpVoice voice = server.voice().build();
                Listened listened = new Listened(voice, "Hello.")) {
            listened.take(4_800);
            listened.stream.close();
            await(closed);
        }
    }

    @Test
    void shouldMakeNoRequestWhenCancelledWhileItWaitsForItsTurn() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (RawServer server = new RawServer((connection, request) -> {
                    asked.countDown();
                    go.await();
                    connection.whole("audio/pcm", CHUNK);
                });
                HttpVoice voice = server.voice().maxRequests(1).build();
                Listened first = new Listened(voice, "First.");
                Listened second = new Listened(voice, "Second.");
                Listened third = new Listened(voice, "Third.")) {
            await(asked);
            second.stream.cancel();
            go.countDown();
            assertThat(first.rest()).hasSize(4_800);
            assertThat(third.rest()).hasSize(4_800);
            assertThat(second.next()).isNull();
            assertThat(server.requests).hasSize(2);
        }
    }

    @Test
    void shouldFailWhenItsTurnDoesNotCome() throws Exception {
        ManualTimers timers = new ManualTimers();
        try (RawServer server = new RawServer((connection, request) -> {
                    connection.beginChunked("audio/pcm");
                    connection.chunk(CHUNK);
                    connection.awaitClosed();
                });
                HttpVoice voice = server.voice()
                        .maxRequests(1)
                        .stallTimeout(Duration.ofMinutes(1))
                        .timing(timers, new Random(1))
                        .build();
                Listened first = new Listened(voice, "First.");
                Listened second = new Listened(voice, "Second.")) {
            first.take(4_800);
            timers.awaitScheduled(3);
            timers.advance(Duration.ofSeconds(10));
            assertThatThrownBy(second::next)
                    .isInstanceOf(VoiceException.class)
                    .hasMessageContaining("has as many requests under way as are allowed");
            // Twice: the pause may count from a moment after the first one began.
            timers.advance(Duration.ofMinutes(1));
            timers.advance(Duration.ofMinutes(1));
            assertThatThrownBy(first::next).hasMessageContaining(" sent nothing more for 60000 ms");
        }
    }

    @Test
    void shouldNotAskAgainWhenCancelledBetweenTwoAttempts() throws Exception {
        ManualTimers timers = new ManualTimers();
        try (RawServer server = new RawServer((connection, request) -> connection.json("500 Oops", "", ""));
                HttpVoice voice = server.voice().timing(timers, new Random(1)).build();
                Listened listened = new Listened(voice, "Hello.")) {
            timers.awaitScheduled(2);
            listened.stream.cancel();
            timers.advance(Duration.ofMinutes(1));
            assertThat(listened.next()).isNull();
            assertThat(server.requests).hasSize(1);
            // The place was given back: another text is asked for.
            try (Listened other = new Listened(voice, "Other.")) {
                timers.awaitScheduled(4);
                assertThat(other.stream.read(new short[1], 0, 1)).isZero();
                assertThat(server.requests).hasSize(2);
            }
        }
    }

    @Test
    void shouldStopTheServerAndNotFillMemoryWhenTheReaderIsSlow() throws Exception {
        int chunks = 2_000; // 19 MB, more than sockets hold
        AtomicLong written = new AtomicLong();
        ManualTimers timers = new ManualTimers();
        try (RawServer server = new RawServer((connection, request) -> {
                    connection.beginChunked("audio/pcm");
                    for (int i = 0; i < chunks; i++) {
                        connection.chunk(CHUNK);
                        written.incrementAndGet();
                    }
                    connection.endChunked();
                });
                HttpVoice voice = server.voice()
                        .maxBuffered(Duration.ofSeconds(1))
                        .timing(timers, new Random(1))
                        .build();
                Listened listened = new Listened(voice, "Hello.")) {
            listened.take(1);
            long before = -1;
            while (before != written.get()) {
                before = written.get();
                TimeUnit.MILLISECONDS.sleep(500);
            }
            assertThat(written.get()).isLessThan(chunks);
            // A server that may not send is not one that stalls.
            for (int i = 0; i < 3; i++) {
                timers.advance(Duration.ofHours(1));
            }
            long samples = 1;
            for (short[] piece = listened.next(); piece != null; piece = listened.next()) {
                for (short sample : piece) {
                    assertThat(sample).isEqualTo((short) (samples++ % 4_800 + 1));
                }
            }
            assertThat(samples).isEqualTo(4_800L * chunks);
        }
    }

    @Test
    void shouldBearCancelAndCloseFromOtherThreadsWhileItIsRead() throws Exception {
        Random random = new Random(5);
        try (RawServer server = new RawServer((connection, request) -> {
                    connection.beginChunked("audio/pcm");
                    for (int i = 0; i < 20; i++) {
                        connection.chunk(CHUNK);
                    }
                    connection.endChunked();
                });
                HttpVoice voice =
                        server.voice().maxBuffered(Duration.ofMillis(100)).build()) {
            for (int round = 0; round < 200; round++) {
                AtomicReference<Throwable> thrown = new AtomicReference<>();
                SynthesisStream stream = voice.start(SynthesisRequest.of("Hello."), () -> {});
                Thread reader = new Thread(() -> {
                    short[] piece = new short[480];
                    try {
                        while (stream.read(piece, 0, piece.length) >= 0) {
                            Thread.onSpinWait();
                        }
                    } catch (IllegalStateException closed) {
                        // as it should be
                    } catch (RuntimeException | Error e) {
                        thrown.set(e);
                    }
                });
                reader.start();
                for (int spins = random.nextInt(20_000); spins > 0; spins--) {
                    Thread.onSpinWait();
                }
                Thread canceller = new Thread(stream::cancel);
                canceller.start();
                stream.close();
                canceller.join();
                reader.join();
                assertThat(thrown.get()).isNull();
            }
            assertThat(Listened.all(voice, "Still there.")).hasSize(20 * 4_800);
        }
    }
}
