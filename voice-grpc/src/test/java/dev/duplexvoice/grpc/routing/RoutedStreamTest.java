package dev.duplexvoice.grpc.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.grpc.registry.Affinities;
import dev.duplexvoice.grpc.registry.StaticWorkerRegistry;
import dev.duplexvoice.grpc.registry.WorkerInfo;
import dev.duplexvoice.telemetry.TraceContext;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import dev.duplexvoice.tts.WordTiming;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a routed stream does with workers of which each answers as it is told. */
@Timeout(60)
class RoutedStreamTest {
    private static final String TEXT = "one two";

    private final Map<String, Status> answers = new HashMap<>();
    private final List<String> asked = new ArrayList<>();
    /** What affinities were asked and told. */
    private final List<String> told = new ArrayList<>();

    private final List<TraceContext> traces = new ArrayList<>();
    private final Set<String> uncallable = new HashSet<>();
    private final Set<String> unreachable = ConcurrentHashMap.newKeySet();
    private final List<Worker.Stream> streams = new ArrayList<>();
    private final Semaphore readable = new Semaphore(0);
    private final short[] buffer = new short[10_000];
    private final StaticWorkerRegistry registry = StaticWorkerRegistry.of(List.of(
            Workers.plain("a"), Workers.plain("b"), Workers.plain("c"), Workers.plain("d"), Workers.plain("e")));
    private Router router = router(null);
    private RoutedVoice voice = voice(3);

    private Router router(CompletableFuture<Void> known) {
        Router.Builder builder = Router.builder(registry)
                .health(worker -> unreachable.contains(worker.name())
                        ? WorkerHealth.State.UNREACHABLE
                        : WorkerHealth.State.SERVING);
        return known == null
                ? builder.build()
                : builder.affinities(new Slow(known, told)).build();
    }

    private RoutedVoice voice(int maxFailovers) {
        return RoutedVoice.builder(router)
                .maxFailovers(maxFailovers)
                .connect(Worker::new)
                .build();
    }

    /** Where sessions were is known once that is complete. */
    private record Slow(CompletableFuture<Void> known, List<String> told) implements Affinities {
        @Override
        public String known(String session) {
            return null;
        }

        @Override
        public CompletionStage<String> find(String session) {
            told.add("find " + session);
            return known.thenApply(ignored -> null);
        }

        @Override
        public void remember(String session, String worker) {
            told.add("remember " + session);
        }

        @Override
        public void forget(String session) {
            told.add("forget " + session);
        }
    }

    /** Speaks as it is told: OK all of it, no status nothing, and another status nothing but that. */
    private final class Worker implements SpeechSynthesizer {
        private final String name;

        Worker(WorkerInfo worker) {
            name = worker.name();
        }

        @Override
        public String voice() {
            return name;
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
        public SynthesisStream start(SynthesisRequest request, Runnable ready) {
            asked.add(name);
            if (uncallable.contains(name)) {
                throw new IllegalArgumentException("target=" + name + ": no channel can be made to it");
            }
            traces.add(TraceContext.current());
            Stream stream = new Stream(answers.get(name), request.text().length());
            streams.add(stream);
            return stream;
        }

        @Override
        public void close() {}

        final class Stream implements SynthesisStream {
            private final Status answer;
            private int left;
            boolean closed;

            Stream(Status answer, int left) {
                this.answer = answer;
                this.left = left;
            }

            @Override
            public int read(short[] to, int offset, int length) {
                if (answer == null) {
                    return 0;
                }
                if (!answer.isOk()) {
                    throw new VoiceException(
                            VoiceException.Code.SYNTHESIS, "failed: " + answer.getCode(), answer.asRuntimeException());
                }
                int samples = Math.min(left, length);
                left -= samples;
                return samples == 0 ? END : samples;
            }

            @Override
            public List<WordTiming> words() {
                return List.of();
            }

            @Override
            public void cancel() {}

            @Override
            public void close() {
                closed = true;
            }
        }
    }

    @AfterEach
    void shouldHaveGivenAllBack() {
        voice.close();
        assertThat(router.status()).allMatch(worker -> worker.inFlight() == 0);
        assertThat(streams).allMatch(stream -> stream.closed);
    }

    private void all(Status status) {
        registry.workers().forEach(worker -> answers.put(worker.name(), status));
    }

    private SynthesisStream start() {
        return start(voice);
    }

    private SynthesisStream start(SpeechSynthesizer of) {
        return of.start(SynthesisRequest.of(TEXT), readable::release);
    }

    private int read(SynthesisStream stream) {
        return stream.read(buffer, 0, buffer.length);
    }

    @Test
    void shouldAskAsManyWorkersAsAllowedAndTellOfTheLast() {
        all(Status.UNAVAILABLE);
        try (SynthesisStream stream = start()) {
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> read(stream))
                        .hasMessageContaining("character 0 and what follows is not spoken")
                        .hasMessageContaining("maxFailovers=3")
                        .hasMessageContaining("failed: UNAVAILABLE");
            }
        }
        assertThat(asked).hasSize(4).doesNotHaveDuplicates();
        assertThat(router.status().stream().mapToInt(WorkerStatus::failures).sum())
                .isEqualTo(4);
    }

    /** One that shows nothing but that it is current. */
    private static final class Trace extends TraceContext {
        @Override
        protected TraceContext onBegin(Begin work) {
            return NONE;
        }

        @Override
        protected Scope onEnter(String turnId) {
            return () -> {};
        }

        @Override
        protected void onFailed(Throwable cause) {}
    }

    @Test
    void shouldAskEachWorkerWithinTheTraceOfTheText() {
        all(Status.UNAVAILABLE);
        Trace trace = new Trace();
        TraceContext.Scope scope = trace.enter();
        SynthesisStream stream = start();
        scope.close();
        assertThatThrownBy(() -> read(stream)).hasMessageContaining("maxFailovers=3");
        stream.close();

        assertThat(traces).hasSize(4).containsOnly(trace);
        assertThat(TraceContext.current()).isSameAs(TraceContext.NONE);
    }

    @Test
    void shouldGoOnElsewhereWhenAWorkerCannotEvenBeCalled() {
        all(Status.OK);
        registry.replace(List.of(Workers.plain("a"), Workers.plain("b"), Workers.plain("c")));
        uncallable.addAll(List.of("a", "b"));
        for (int i = 0; i < 3; i++) {
            try (SynthesisStream stream = start()) {
                assertThat(read(stream)).isEqualTo(TEXT.length());
            }
        }
        assertThat(asked).contains("a", "b", "c");
        assertThat(router.status()).allSatisfy(worker -> {
            if (!worker.worker().name().equals("c")) {
                assertThat(worker.failures()).isPositive();
            }
        });
    }

    @Test
    void shouldTellWhyWhenNoWorkerCanBeCalled() {
        registry.workers().forEach(worker -> uncallable.add(worker.name()));
        try (SynthesisStream stream = start()) {
            assertThatThrownBy(() -> read(stream))
                    .hasMessageContaining("maxFailovers=3")
                    .hasMessageContaining("no channel can be made to it");
        }
        assertThat(asked).hasSize(4).doesNotHaveDuplicates();
    }

    @Test
    void shouldAskNobodyElseWhenTheTextIsRefused() {
        all(Status.INVALID_ARGUMENT);
        try (SynthesisStream stream = start()) {
            assertThatThrownBy(() -> read(stream)).hasMessageContaining("refused the text");
        }
        assertThat(asked).hasSize(1);
        assertThat(router.status()).allMatch(worker -> worker.failures() == 0);
    }

    @Test
    void shouldAskTheOnlyWorkerOnceMoreUnlessItLetTimeRunOut() {
        registry.replace(List.of(Workers.plain("a")));
        all(Status.UNAVAILABLE);
        try (SynthesisStream stream = start()) {
            assertThatThrownBy(() -> read(stream)).hasMessageContaining("no worker");
        }
        assertThat(asked).containsExactly("a", "a");
        asked.clear();
        all(Status.DEADLINE_EXCEEDED);
        try (SynthesisStream stream = start()) {
            assertThatThrownBy(() -> read(stream)).hasMessageContaining("no worker");
        }
        assertThat(asked).containsExactly("a");
    }

    @Test
    void shouldGoOnElsewhereWhenAWorkerIsSilentAndHealthChecksDoNotReachIt() throws InterruptedException {
        try (SynthesisStream stream = start()) {
            assertThat(read(stream)).isZero();
            assertThat(readable.tryAcquire()).isFalse();
            all(Status.OK);

            unreachable.addAll(asked);

            assertThat(readable.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
            assertThat(read(stream)).isEqualTo(TEXT.length());
            assertThat(read(stream)).isEqualTo(SynthesisStream.END);
        }
        assertThat(asked).hasSize(2).doesNotHaveDuplicates();
        assertThat(streams.get(0).closed).isTrue();
    }

    @Test
    void shouldWakeItsReaderWhenAWorkerIsChosenAndTakeNoneAfterACancel() {
        CompletableFuture<Void> known = new CompletableFuture<>();
        router = router(known);
        voice = voice(3);
        all(Status.OK);
        SynthesisStream cancelled = start(voice.forSession("s1"));
        SynthesisStream stream = start(voice.forSession("s2"));
        assertThat(read(stream)).isZero();
        assertThat(read(cancelled)).isZero();
        cancelled.cancel();
        assertThat(readable.tryAcquire()).isTrue();
        assertThat(read(cancelled)).isEqualTo(SynthesisStream.END);

        known.complete(null);

        assertThat(readable.tryAcquire()).isTrue();
        assertThat(readable.tryAcquire()).isFalse();
        assertThat(read(stream)).isEqualTo(TEXT.length());
        assertThat(asked).hasSize(1);
        stream.close();
        cancelled.close();
    }

    @Test
    void shouldAskNobodyWhereATextOfNoSessionBelongsAndKeepNothingOfIt() {
        router = router(new CompletableFuture<>());
        voice = voice(3);
        all(Status.OK);
        registry.workers().stream().skip(2).forEach(worker -> answers.put(worker.name(), Status.UNAVAILABLE));
        for (int i = 0; i < 5; i++) {
            try (SynthesisStream stream = start()) {
                assertThat(read(stream)).isEqualTo(TEXT.length());
                assertThat(read(stream)).isEqualTo(SynthesisStream.END);
            }
            start().close();
        }

        assertThat(asked).as("workers were lost, too").hasSizeGreaterThan(10);
        assertThat(told).isEmpty();
    }

    @Test
    void shouldLeaveNothingOfASessionThatEndedBeforeItsWorkerWasChosen() {
        CompletableFuture<Void> known = new CompletableFuture<>();
        router = router(known);
        voice = voice(3);
        all(Status.OK);
        SpeechSynthesizer session = voice.forSession("s1");
        SynthesisStream stream = start(session);
        stream.cancel();
        session.close();

        known.complete(null);

        assertThat(asked).isEmpty();
        assertThat(told).contains("find s1").endsWith("forget s1");
        stream.close();
    }
}
