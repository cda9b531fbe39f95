package dev.duplexvoice.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class ManyStreamsTest {
    private static final int STREAMS = 50;
    private static final int SAMPLES = 20_000;

    private static int number(RawServer.Connection connection) {
        return Integer.parseInt(connection.request.body().replaceAll(".*Number ([0-9]+)\\..*", "$1"));
    }

    private static void answer(RawServer.Connection connection) throws Exception {
        answerAllButTheEnd(connection);
        connection.endChunked();
    }

    private static void answerAllButTheEnd(RawServer.Connection connection) throws Exception {
        int number = number(connection);
        connection.beginChunked("audio/pcm");
        for (int at = 0; at < SAMPLES; at += 1_000) {
            connection.chunk(RawServer.pcm(RawServer.ramp(number * 100 + at, 1_000)));
        }
    }

    private static Set<Thread> threads(String name) {
        Set<Thread> threads = new HashSet<>(Thread.getAllStackTraces().keySet());
        threads.removeIf(thread -> !thread.getName().startsWith(name));
        return threads;
    }

    private static void awaitTrue(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            System.gc();
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    /** One thread reads all of them, as a worker of an engine does. */
    private static void readAll(HttpVoice voice) throws InterruptedException {
        Semaphore readable = new Semaphore(0);
        List<SynthesisStream> streams = new ArrayList<>();
        List<List<Short>> heard = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            streams.add(voice.start(SynthesisRequest.of("Number " + i + "."), readable::release));
            heard.add(new ArrayList<>());
        }
        short[] piece = new short[480];
        Set<Integer> running = new HashSet<>();
        for (int i = 0; i < STREAMS; i++) {
            running.add(i);
        }
        while (!running.isEmpty()) {
            boolean idle = true;
            for (int i : List.copyOf(running)) {
                int read = streams.get(i).read(piece, 0, piece.length);
                idle &= read == 0;
                for (int k = 0; k < read; k++) {
                    heard.get(i).add(piece[k]);
                }
                if (read < 0) {
                    running.remove(i);
                    streams.get(i).close();
                }
            }
            if (idle) {
                assertThat(readable.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
            }
        }
        for (int i = 0; i < STREAMS; i++) {
            short[] expected = RawServer.ramp(i * 100, SAMPLES);
            assertThat(heard.get(i)).hasSize(SAMPLES);
            for (int k = 0; k < SAMPLES; k++) {
                assertThat(heard.get(i).get(k)).isEqualTo(expected[k]);
            }
        }
    }

    @Test
    void shouldKeepFiftyStreamsApartOnAHandfulOfThreads() throws Exception {
        CountDownLatch all = new CountDownLatch(STREAMS);
        try (RawServer server = new RawServer((connection, request) -> {
                    all.countDown();
                    all.await(); // all of them are under way at the same time
                    answer(connection);
                });
                HttpVoice voice = server.voice().build()) {
            readAll(voice);
            assertThat(server.accepted).hasValue(STREAMS);
            assertThat(threads("voice-http")).hasSizeLessThanOrEqualTo(5);
        }
    }

    @Test
    void shouldAskForNoMoreAtATimeThanIsAllowed() throws Exception {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        try (RawServer server = new RawServer((connection, request) -> {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    answerAllButTheEnd(connection);
                    running.decrementAndGet(); // before the client can know that it is over
                    connection.endChunked();
                });
                HttpVoice voice = server.voice().maxRequests(4).build()) {
            readAll(voice);
            assertThat(server.requests).hasSize(STREAMS);
            assertThat(most.get()).isLessThanOrEqualTo(4);
        }
    }

    @Test
    void shouldLeaveNoThreadAndNoConnectionWhenVoicesAreClosed() throws Exception {
        Set<Thread> before = threads("HttpClient-");
        try (RawServer server = new RawServer((connection, request) -> answer(connection))) {
            for (int i = 0; i < 20; i++) {
                try (HttpVoice voice = server.voice().build();
                        Listened whole = new Listened(voice, "Number 1.");
                        Listened cut = new Listened(voice, "Number 2.")) {
                    assertThat(whole.rest()).hasSize(SAMPLES);
                    cut.take(10);
                }
            }
            awaitTrue("connections end", () -> server.open.get() == 0);
            awaitTrue("threads end", () -> {
                Set<Thread> left = threads("HttpClient-");
                left.removeAll(before);
                return left.isEmpty();
            });
        }
    }
}
