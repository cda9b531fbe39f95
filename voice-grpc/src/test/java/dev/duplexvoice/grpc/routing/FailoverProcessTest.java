package dev.duplexvoice.grpc.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.SessionState;
import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.grpc.registry.StaticWorkerRegistry;
import dev.duplexvoice.grpc.registry.WorkerInfo;
import dev.duplexvoice.grpc.support.Eventually;
import dev.duplexvoice.grpc.support.LiveSession;
import dev.duplexvoice.grpc.support.NumberVoice;
import dev.duplexvoice.grpc.support.WorkerProcess;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SpeechSynthesizerContract.Reader;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Twenty live sessions, and worker processes that die or hang while they speak.
 *
 * <p>On a machine that does much else a worker may be slow to answer, which must not count as lost here. So all waiting is five times as
 * long as it is by default, unless {@code -Dvoice.quiet=true} says that what is printed is to be measured.
 */
@Timeout(180)
class FailoverProcessTest {
    private static final int SESSIONS = 20;
    private static final int WORDS = 60;
    /** Words that are more than waits on the way. */
    private static final int LONG = 200;

    private static final int PATIENCE = Boolean.getBoolean("voice.quiet") ? 1 : 5;

    private static final String TEXT = NumberVoice.count(WORDS);
    private static final int FRAME = 960;
    /** A gap that long is none of the text's: silences in it are of half a frame. */
    private static final long GAP_NANOS = 60_000_000;

    private final List<WorkerProcess> processes = new ArrayList<>();
    private final Map<String, ManagedChannel> channels = new ConcurrentHashMap<>();
    private final List<LiveSession> talks = new ArrayList<>();
    private StaticWorkerRegistry registry;
    private VoiceEngine engine;
    private GrpcWorkerHealth health;
    private Router router;
    private RoutedVoice voice;

    @BeforeEach
    void start() throws IOException {
        for (int i = 0; i < 3; i++) {
            processes.add(WorkerProcess.start());
        }
        registry = StaticWorkerRegistry.at(
                processes.stream().map(WorkerProcess::address).toArray(String[]::new));
        health = new GrpcWorkerHealth(registry, this::channel, Duration.ofMillis(500), Duration.ofSeconds(PATIENCE));
        router = Router.builder(registry).health(health).build();
        voice = RoutedVoice.builder(router)
                .workers(remote -> remote.stallTimeout(Duration.ofSeconds(2 * PATIENCE)))
                .build();
        engine = VoiceEngine.builder()
                .providers(List.of(new NumberVoice(NumberVoice.Words.AHEAD)))
                .build();
        for (int i = 0; i < SESSIONS; i++) {
            talks.add(new LiveSession(engine, voice.forSession("s" + i)));
        }
    }

    private ManagedChannel channel(WorkerInfo worker) {
        return channels.computeIfAbsent(
                worker.address().authority(),
                target -> NettyChannelBuilder.forTarget(target).usePlaintext().build());
    }

    @AfterEach
    void stop() {
        talks.forEach(talk -> talk.close());
        engine.close();
        voice.close();
        health.close();
        channels.values().forEach(ManagedChannel::shutdownNow);
        processes.forEach(WorkerProcess::close);
    }

    private void listenUntil(String what, BooleanSupplier so) {
        Eventually.eventually(what, () -> {
            talks.forEach(LiveSession::listen);
            return so.getAsBoolean();
        });
    }

    /** All speak, and one worker is dealt with while it speaks; which sessions it had. */
    private Set<LiveSession> speakAndSignal(String signal) throws IOException, InterruptedException {
        talks.forEach(talk -> talk.say(TEXT));
        listenUntil(
                "all are in mid-sentence",
                () -> talks.stream().allMatch(talk -> talk.heard().size() > 8));
        WorkerProcess victim = processes.get(0);
        Set<LiveSession> hit = talks.stream()
                .filter(talk -> isOn(victim, "s" + talks.indexOf(talk)))
                .collect(Collectors.toSet());
        assertThat(hit).isNotEmpty().hasSizeLessThan(SESSIONS);
        victim.signal(signal);
        listenUntil(
                "all have finished",
                () -> talks.stream().allMatch(talk -> !talk.finished().isEmpty()));
        return hit;
    }

    private boolean isOn(WorkerProcess worker, String session) {
        try (Route route = router.route(RouteRequest.of(session))) {
            return route.worker().address().authority().equals(worker.authority());
        }
    }

    private void assertEverybodyHeardEverything() {
        for (LiveSession talk : talks) {
            assertThat(talk.failures()).isEmpty();
            assertThat(talk.heard()).isEqualTo(NumberVoice.all(WORDS));
            assertThat(talk.finished())
                    .singleElement()
                    .satisfies(reply -> assertThat(reply.heard()).isEqualTo(TEXT));
        }
    }

    private static void report(String what, Set<LiveSession> hit) {
        long[] gaps =
                hit.stream().mapToLong(talk -> talk.longestGapNanos()).sorted().toArray();
        System.out.printf(
                "failover after %s: %d of %d sessions, longest pause heard p50 %d ms, p95 %d ms; without one: %d%n",
                what,
                gaps.length,
                SESSIONS,
                gaps[(gaps.length - 1) / 2] / 1_000_000,
                gaps[(int) Math.ceil(0.95 * gaps.length) - 1] / 1_000_000,
                Arrays.stream(gaps).filter(gap -> gap < GAP_NANOS).count());
    }

    /** Of one text, without a session's buffer. */
    private final class Reading {
        final CountDownLatch begun = new CountDownLatch(1);
        final String id;
        short[] audio = new short[0];
        long longestWait;

        Reading(String id) {
            this.id = id;
        }

        void all(CountDownLatch goOn) {
            try (SpeechSynthesizer session = voice.forSession(id);
                    Reader reader = new Reader(session, NumberVoice.count(LONG))) {
                short[] all = new short[NumberVoice.RATE * LONG / 5];
                int length = 0;
                while (true) {
                    long before = System.nanoTime();
                    short[] more = reader.read(FRAME);
                    if (more.length == 0) {
                        audio = Arrays.copyOf(all, length);
                        return;
                    }
                    if (begun.getCount() == 0) {
                        longestWait = Math.max(longestWait, System.nanoTime() - before);
                    }
                    System.arraycopy(more, 0, all, length, more.length);
                    length += more.length;
                    if (length > NumberVoice.RATE && begun.getCount() > 0) {
                        begun.countDown();
                        goOn.await();
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void readAndSignal(String signal) throws IOException, InterruptedException {
        List<Reading> readings = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        CountDownLatch goOn = new CountDownLatch(1);
        for (int i = 0; i < SESSIONS; i++) {
            Reading reading = new Reading("r" + i);
            readings.add(reading);
            Thread thread = new Thread(() -> reading.all(goOn));
            threads.add(thread);
            thread.start();
        }
        for (Reading reading : readings) {
            assertThat(reading.begun.await(60, TimeUnit.SECONDS)).isTrue();
        }
        WorkerProcess victim = processes.get(0);
        List<Reading> hit =
                readings.stream().filter(reading -> isOn(victim, reading.id)).toList();
        assertThat(hit).isNotEmpty();
        victim.signal(signal);
        goOn.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        for (Reading reading : readings) {
            assertThat(NumberVoice.heard(reading.audio)).isEqualTo(NumberVoice.all(LONG));
        }
        long[] waits =
                hit.stream().mapToLong(reading -> reading.longestWait).sorted().toArray();
        System.out.printf(
                "failover after %s: %d of %d streams, until audio comes again p50 %d ms, p95 %d ms%n",
                signal,
                waits.length,
                SESSIONS,
                waits[(waits.length - 1) / 2] / 1_000_000,
                waits[(int) Math.ceil(0.95 * waits.length) - 1] / 1_000_000);
    }

    @Test
    void shouldGiveEveryWordOnceToReadersWithoutABufferWhenAWorkerIsKilled() throws IOException, InterruptedException {
        readAndSignal("KILL");
    }

    @Test
    void shouldGiveEveryWordOnceToReadersWithoutABufferWhenAWorkerHangs() throws IOException, InterruptedException {
        readAndSignal("STOP");
    }

    @Test
    void shouldSpeakOnElsewhereWhenAWorkerIsKilled() throws IOException, InterruptedException {
        Set<LiveSession> hit = speakAndSignal("KILL");

        assertEverybodyHeardEverything();
        report("kill -9", hit);
    }

    @Test
    void shouldSpeakOnElsewhereWhenAWorkerHangs() throws IOException, InterruptedException {
        Set<LiveSession> hit = speakAndSignal("STOP");

        assertEverybodyHeardEverything();
        report("SIGSTOP", hit);
    }

    @Test
    void shouldFailOnceWhenAllAreKilledAndLiveOn() throws IOException, InterruptedException {
        talks.forEach(talk -> talk.say(TEXT));
        listenUntil(
                "all are in mid-sentence",
                () -> talks.stream().allMatch(talk -> talk.heard().size() > 8));
        for (WorkerProcess process : processes) {
            process.signal("KILL");
        }
        listenUntil(
                "all have finished",
                () -> talks.stream().allMatch(talk -> !talk.finished().isEmpty()));
        for (LiveSession talk : talks) {
            assertThat(talk.failures()).singleElement().asString().contains("SYNTHESIS", "is not spoken");
            assertThat(talk.heard()).hasSizeLessThan(WORDS);
            assertThat(TEXT).startsWith(talk.finished().get(0).heard());
            assertThat(talk.session().state()).isNotEqualTo(SessionState.TERMINATED);
        }

        processes.add(WorkerProcess.start());
        registry.replace(
                StaticWorkerRegistry.at(processes.get(processes.size() - 1).address())
                        .workers());
        talks.forEach(talk -> talk.say("7, 8, 9."));
        listenUntil(
                "all have spoken",
                () -> talks.stream().allMatch(talk -> !talk.finished().isEmpty()));
        for (LiveSession talk : talks) {
            assertThat(talk.heard()).extracting(NumberVoice.Heard::number).containsExactly(7, 8, 9);
            assertThat(talk.finished().get(0).heard()).isEqualTo("7, 8, 9.");
        }
    }
}
