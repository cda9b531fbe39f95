package dev.duplexvoice.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.grpc.support.TcpProxy;
import dev.duplexvoice.telemetry.ServiceEvent;
import dev.duplexvoice.telemetry.TelemetryEvent;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import dev.duplexvoice.tts.SpeechSynthesizerContract.Reader;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import dev.duplexvoice.tts.WordTiming;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is particular to a voice at a worker. */
@Timeout(60)
class RemoteSynthesizerTest {
    private static final int FRAME = 960;

    private Loopback loopback;
    private SteppedVoice voices;
    private RemoteSynthesizer voice;

    @BeforeEach
    void start() {
        loopback = new Loopback(builder -> builder.maxSessions(3));
        voices = loopback.voices;
        voice = remote().build();
    }

    private RemoteSynthesizer.Builder remote() {
        return RemoteSynthesizer.builder(loopback.target()).voice("a").backoff(Duration.ofMillis(1));
    }

    @AfterEach
    void stop() {
        voice.close();
        loopback.close();
    }

    private Reader reader(String text) {
        return new Reader(voice, text);
    }

    private static void assertFails(String status, ThrowingCallable reading) {
        assertThatThrownBy(reading).isInstanceOfSatisfying(VoiceException.class, e -> {
            assertThat(e.code()).isEqualTo(VoiceException.Code.SYNTHESIS);
            assertThat(e).hasMessageContaining(status);
        });
    }

    @Test
    void shouldGiveTheVoicesOwnSamplesAndWordTimes() throws InterruptedException {
        try (Reader reader = reader("I think, therefore *I* am.")) {
            assertThat(reader.all(700)).isEqualTo(SteppedVoice.samples(0, 5 * SteppedVoice.WORD));
            assertThat(reader.stream.words())
                    .startsWith(new WordTiming(0, SteppedVoice.WORD, 0, 1))
                    .hasSize(5)
                    .endsWith(new WordTiming(4L * SteppedVoice.WORD, 5L * SteppedVoice.WORD, 23, 25));
        }
        // A clause is not cut again, and nothing of it left out.
        assertThat(voices.requests).extracting(SynthesisRequest::text).containsExactly("I think, therefore *I* am.");
    }

    @Test
    void shouldHaveItsWorkerSpeakAtTheRateAndPitchOfTheRequest() throws InterruptedException {
        try (Reader reader = new Reader(voice, new SynthesisRequest("One.", 2f, 0.5f))) {
            reader.all(500);
        }
        assertThat(voices.requests).containsExactly(new SynthesisRequest("One.", 2f, 0.5f));
    }

    @Test
    void shouldUseASessionAgainForTheNextText() throws InterruptedException {
        for (int i = 0; i < 5; i++) {
            try (Reader reader = reader("One.")) {
                reader.all(2_000);
            }
        }
        assertThat(loopback.worker.stats().sessions()).isLessThanOrEqualTo(2);
        voice.close();
        Loopback.await("its sessions are ended", () -> loopback.worker.stats().sessions() == 0);
    }

    @Test
    void shouldSpreadItsSessionsOverItsConnections() throws InterruptedException {
        voice.close();
        Loopback.await("there is room", () -> loopback.worker.stats().sessions() == 0);
        try (TcpProxy proxy = new TcpProxy(loopback.worker.port());
                RemoteSynthesizer pooled = RemoteSynthesizer.builder("127.0.0.1:" + proxy.port())
                        .connections(3)
                        .spareSessions(0)
                        .build()) {
            for (int i = 0; i < 6; i++) {
                try (Reader reader = new Reader(pooled, "One.")) {
                    assertThat(reader.all(2_000)).isEqualTo(SteppedVoice.samples(0, SteppedVoice.WORD));
                }
                Loopback.await(
                        "its session is ended", () -> loopback.worker.stats().sessions() == 0);
            }
            assertThat(proxy.connections()).isEqualTo(3);
        }
    }

    @Test
    void shouldStopTheWorkersVoiceAtOnceWhenCancelled() throws InterruptedException {
        voices.release(2 * FRAME);
        Reader reader = reader("One two three four.");
        reader.read(FRAME);

        reader.stream.cancel();

        Loopback.await("the worker's stream is freed", () -> voices.streams.get(0).closed);
        assertThat(voices.streams.get(0).given).isEqualTo(2 * FRAME);
        voices.release(Long.MAX_VALUE);
        try (Reader next = reader("Next.")) {
            assertThat(next.all(1_000)).hasSize(SteppedVoice.WORD);
        }
    }

    @Test
    void shouldNotBlockAReaderAndWakeItWhenThereIsAudio() throws InterruptedException {
        voices.release(0);
        Semaphore readable = new Semaphore(0);
        try (SynthesisStream stream = voice.start(SynthesisRequest.of("One."), readable::release)) {
            short[] buffer = new short[2 * FRAME];
            assertThat(stream.read(buffer, 0, buffer.length)).isZero();
            assertThat(readable.tryAcquire()).isFalse();

            Loopback.await("the worker has begun", () -> !voices.streams.isEmpty());
            voices.release(FRAME);

            assertThat(readable.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
            assertThat(stream.read(buffer, 0, buffer.length)).isEqualTo(FRAME);
            assertThat(stream.read(buffer, 0, buffer.length)).isZero();
        }
    }

    @Test
    void shouldStopTheWorkersSynthesisWhenNobodyReads() throws InterruptedException {
        try (Reader slow = reader("word ".repeat(150))) {
            short[] first = slow.read(FRAME);
            try (Reader quick = reader("One two.")) {
                quick.all(1_000);
            }
            long before = -1;
            for (long now = 0; now != before; ) {
                before = now;
                Thread.sleep(200);
                now = voices.streamsOf("word").get(0).given;
            }
            assertThat(before).isLessThan(3 * 48_000);
            assertThat(first.length + slow.all(4_000).length).isEqualTo(150 * SteppedVoice.WORD);
        }
    }

    @Test
    void shouldFailWithStatusAndTargetWhenTheVoiceFailsInMidSentence() throws InterruptedException {
        voices.failOn = "bad";
        voices.failAfter = 2 * FRAME;
        try (Reader reader = reader("A bad text.")) {
            assertFails("worker " + loopback.target() + " failed: INTERNAL: the voice failed", () -> reader.all(100));
        }
        assertThat(voices.streams).as("attempts after audio was heard").hasSize(1);
        Loopback.await("the worker's telemetry was told", () -> synthesized().size() == 1);
        assertThat(synthesized().get(0).outcome()).isEqualTo(TelemetryEvent.Outcome.FAILED);
        assertThat(synthesized().get(0).failure()).hasMessageContaining("the tongue is tied");
    }

    private List<ServiceEvent.Synthesized> synthesized() {
        return loopback.told.stream()
                .filter(ServiceEvent.Synthesized.class::isInstance)
                .map(ServiceEvent.Synthesized.class::cast)
                .toList();
    }

    @Test
    void shouldStartASessionAnewWhenTheWorkerHasForgottenIt() throws InterruptedException {
        Loopback.await("a spare session", () -> loopback.worker.stats().sessions() == 1);
        try (Reader reader = reader("One.")) {
            reader.all(1_000);
        }
        // As the worker does with those that are idle.
        loopback.forgetSessions();

        try (Reader reader = reader("Two.")) {
            assertThat(reader.all(1_000)).hasSize(SteppedVoice.WORD);
        }
    }

    @Test
    void shouldTryAgainBeforeTheFirstAudioWhenTheWorkerIsFull() throws InterruptedException {
        Loopback.await("the spare is there", () -> loopback.worker.stats().sessions() == 1);
        voice.close();
        Loopback.await("the spare is gone", () -> loopback.worker.stats().sessions() == 0);
        loopback.start("1");
        loopback.start("2");
        loopback.start("3");
        voice = remote().spareSessions(0)
                .attempts(10)
                .backoff(Duration.ofMillis(200))
                .build();
        List<TelemetryEvent> told = telling(voice);
        try (Reader reader = reader("One.")) {
            Loopback.await("it is told that it tries again", () -> !told.isEmpty());
            loopback.end("1");

            assertThat(reader.all(1_000)).hasSize(SteppedVoice.WORD);
        }
        assertThat(told)
                .allSatisfy(event -> assertThat(event).isInstanceOfSatisfying(ServiceEvent.Retried.class, retried -> {
                    assertThat(retried.component()).isEqualTo("tts");
                    assertThat(retried.reason()).isEqualTo("RESOURCE_EXHAUSTED");
                }));
        Loopback.await("its session is gone", () -> loopback.worker.stats().sessions() == 2);
        loopback.start("1");
        voice.close();
        voice = remote().spareSessions(0).attempts(2).build();
        List<TelemetryEvent> once = telling(voice);
        try (Reader reader = reader("Two.")) {
            assertFails("RESOURCE_EXHAUSTED: max_concurrent_sessions=3", () -> reader.all(100));
        }
        assertThat(once).as("two attempts are one retry").hasSize(1);
    }

    private static List<TelemetryEvent> telling(RemoteSynthesizer voice) {
        List<TelemetryEvent> told = new CopyOnWriteArrayList<>();
        voice.telemetry(new VoiceTelemetry() {
            @Override
            public void on(TelemetryEvent event) {
                told.add(event);
            }
        });
        return told;
    }

    @Test
    void shouldNotTryAgainWhenTheWorkerHasNoSuchVoice() {
        voice.close();
        voice = remote().voice("zoe").build();
        try (Reader reader = reader("One.")) {
            assertFails("NOT_FOUND: model_id=zoe: this worker has [a, b]", () -> reader.all(100));
        }
    }

    @Test
    void shouldFailWhenThereIsNoWorker() {
        voice.close();
        loopback.worker.close();
        voice = remote().build();
        try (Reader reader = reader("One.")) {
            assertFails("UNAVAILABLE", () -> reader.all(100));
        }
    }

    @Test
    void shouldSpeakAsSoonAsTheWorkerIsBack() throws InterruptedException {
        voice.close();
        voice = remote().attempts(1).build();
        loopback.worker.close();
        // So often that gRPC by itself would wait for seconds before it looks again.
        for (int i = 0; i < 6; i++) {
            try (Reader reader = reader("One.")) {
                assertFails("UNAVAILABLE", () -> reader.all(100));
            }
        }
        try (SpeechWorker again = SpeechWorker.builder(loopback.engine)
                        .port(loopback.worker.port())
                        .start();
                Reader reader = reader("Two.")) {
            assertThat(reader.all(1_000)).hasSize(SteppedVoice.WORD);
            assertThat(again.stats().sessions()).isPositive();
            voice.close();
        }
    }

    @Test
    void shouldFailWhenTheWorkerHangs() {
        voice.close();
        AtomicInteger attempts = new AtomicInteger();
        ClientInterceptor counting = new ClientInterceptor() {
            @Override
            public <Q, A> ClientCall<Q, A> interceptCall(
                    MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
                if (method.getFullMethodName().endsWith("/Synthesize")) {
                    attempts.incrementAndGet();
                }
                return next.newCall(method, options);
            }
        };
        voice = remote().stallTimeout(Duration.ofMillis(100))
                .attempts(2)
                .intercept(counting)
                .build();
        voices.release(0);
        try (Reader reader = reader("One.")) {
            assertFails("DEADLINE_EXCEEDED: no audio for 100 ms", () -> reader.all(100));
        }
        assertThat(attempts).hasValue(2);
    }

    @Test
    void shouldFailAtTheDeadlineOfTheCall() {
        voice.close();
        voice = remote().callDeadline(Duration.ofMillis(200)).build();
        voices.release(FRAME);
        try (Reader reader = reader("One.")) {
            assertFails("DEADLINE_EXCEEDED", () -> reader.all(100));
        }
    }

    @Test
    void shouldNameWhatCannotBeConfigured() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RemoteSynthesizer.builder(" "))
                .withMessageContaining("target= ");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> remote().sampleRate(44_100))
                .withMessageContaining("sampleRate=44100: must be 8000");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> remote().stallTimeout(Duration.ZERO))
                .withMessageContaining("stallTimeout=0ms: must be 10 to");
    }
}
