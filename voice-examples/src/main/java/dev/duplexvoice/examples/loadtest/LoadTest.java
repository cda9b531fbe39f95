package dev.duplexvoice.examples.loadtest;

import dev.duplexvoice.DuplexSession;
import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.SessionState;
import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.audio.AudioFormat;
import dev.duplexvoice.dialog.Responder;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/**
 * Holds many conversations on the real clock and measures the loops that run them. The detector is the embedded one; replies
 * come out of memory, so that the loop is measured and not a synthesizer.
 */
public final class LoadTest {
    private static final AudioFormat OUTPUT = AudioFormat.CANONICAL;
    private static final int PROGRESS_SECONDS = 10;
    private static final int LONGEST_REPLY_SECONDS = 15;
    private static final int QUIET_SECONDS = 2;

    private final List<short[]> recordings;
    private final PreparedVoice voice;
    private final Map<String, String> settings;
    private final Consumer<String> progress;

    /**
     * @param recordings what the callers say, see {@link Callers}
     * @param voice what they hear
     * @param settings session options that are not to have their default, by their keys
     * @param progress told a line now and then
     */
    public LoadTest(
            List<short[]> recordings, PreparedVoice voice, Map<String, String> settings, Consumer<String> progress) {
        this.recordings = List.copyOf(recordings);
        this.voice = voice;
        this.settings = Map.copyOf(settings);
        this.progress = progress;
    }

    /**
     * Runs it; takes about its warm-up and its seconds.
     *
     * @throws VoiceException if so many sessions cannot even be opened
     */
    public LoadResult run(LoadPlan plan) {
        return hold(plan, true, Run::measure);
    }

    /**
     * Runs it and measures only what it takes of the processors: the engine tells nobody but whom the plan's telemetry wants told, and not
     * this program, which costs something, too.
     *
     * @param group of the threads that are counted; this is one of them
     * @param both where it waits for what it is compared with
     * @throws VoiceException if so many sessions cannot even be opened
     */
    CpuRun cpu(LoadPlan plan, ThreadGroup group, CyclicBarrier both) {
        return hold(plan, false, run -> run.measureCpu(new ThreadCosts(group), both));
    }

    private interface Measurement<T> {
        T of(Run run) throws InterruptedException;
    }

    private <T> T hold(LoadPlan plan, boolean listening, Measurement<T> measurement) {
        LoadTelemetry telemetry = new LoadTelemetry();
        try (Observation observation = Observation.begin(plan.telemetry());
                VoiceEngine engine = VoiceEngine.builder()
                        .loops(plan.loops())
                        .telemetry(
                                listening
                                        ? VoiceTelemetry.of(telemetry, observation.telemetry())
                                        : observation.telemetry())
                        .build()) {
            Run run = new Run(plan, engine, telemetry, observation);
            try {
                return measurement.of(run);
            } finally {
                run.feeders.forEach(Feeder::requestStop);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VoiceException(VoiceException.Code.INTERNAL, "the load test was interrupted", e);
        }
    }

    /** The state of one run. */
    private final class Run {
        private final LoadPlan plan;
        private final VoiceEngine engine;
        private final LoadTelemetry telemetry;
        private final Observation observation;
        private final EventCounts events = new EventCounts();
        private final ThreadCosts costs = new ThreadCosts();
        private final List<Call> calls = new ArrayList<>();
        private final List<Feeder> feeders = new ArrayList<>();
        private final SessionOptions options;
        private long hungUp;
        private final Histogram lateness = Nanos.histogram();

        Run(LoadPlan plan, VoiceEngine engine, LoadTelemetry telemetry, Observation observation) {
            this.plan = plan;
            this.engine = engine;
            this.telemetry = telemetry;
            this.observation = observation;
            AtomicInteger next = new AtomicInteger();
            Responder responder = (turn, reply) ->
                    reply.write(PreparedVoice.REPLIES.get(next.getAndIncrement() % PreparedVoice.REPLIES.size()));
            SessionOptions.Builder builder = SessionOptions.builder()
                    .input(new AudioFormat(Callers.RATE))
                    .output(OUTPUT)
                    .synthesizer(voice)
                    .responder(observation.watched(responder))
                    .listener(events)
                    // A long run is not to be ended by what protects a host.
                    .set("limits.idle", "24h")
                    .set("limits.duration", "24h")
                    .set("limits.turns", String.valueOf(Integer.MAX_VALUE));
            settings.forEach(builder::set);
            this.options = builder.build();
        }

        CpuRun measureCpu(ThreadCosts threads, CyclicBarrier both) throws InterruptedException {
            engine.detector();
            open();
            Together.meet(both);
            startFeeders();
            sleepUntil(System.nanoTime() + TimeUnit.SECONDS.toNanos(plan.warmup()));
            Together.meet(both);
            Counts counted = events.counts();
            long dropped = dropped();
            ThreadCosts.Spent start = threads.sample();
            for (int second = 1; second <= plan.seconds(); second++) {
                sleepUntil(start.wall() + TimeUnit.SECONDS.toNanos(second));
                hangUp(second);
                threads.sample();
            }
            ThreadCosts.Spent spent = threads.sample().since(start);
            Together.meet(both);
            return new CpuRun(
                    plan.telemetry(),
                    spent.threads() / 1e9,
                    (spent.loops() + spent.workers() + spent.feeders()) / 1e9,
                    spent.process() / 1e9,
                    spent.bytes(),
                    spent.wall() / 1e9,
                    events.counts().minus(counted),
                    observation.told(),
                    dropped() - dropped,
                    calls.stream().filter(Call::ended).count());
        }

        LoadResult measure() throws InterruptedException {
            engine.detector();
            Memory before = Memory.settled();
            open();
            startFeeders();
            sleepUntil(System.nanoTime() + TimeUnit.SECONDS.toNanos(plan.warmup()));

            Histogram warm = Nanos.histogram();
            telemetry.lateness.drainTo(warm);
            Counts counted = events.counts();
            long framesOut = telemetry.framesOut.sum();
            long blocked = telemetry.blocked.sum();
            long dropped = dropped();
            setMeasuring(true);
            ThreadCosts.Spent start = costs.sample();
            long rssEarly = watch(start.wall());
            ThreadCosts.Spent spent = costs.sample().since(start);
            setMeasuring(false);
            telemetry.lateness.drainTo(lateness);
            long rssLate = Memory.resident();
            counted = events.counts().minus(counted);
            framesOut = telemetry.framesOut.sum() - framesOut;
            blocked = telemetry.blocked.sum() - blocked;
            dropped = dropped() - dropped;
            long ended = calls.stream().filter(Call::ended).count();

            double quiet = plan.quiet() ? quietBytesPerFrame() : Double.NaN;
            Memory after = Memory.settled();
            Histogram lastFrames = Nanos.histogram();
            Histogram feederLateness = Nanos.histogram();
            for (Feeder feeder : feeders) {
                feeder.stop();
                lastFrames.add(feeder.lastFrames());
                feederLateness.add(feeder.lateness());
            }
            long ticks = lateness.getTotalCount();
            long due = spent.wall() * plan.sessions() / (AudioFormat.FRAME_MILLIS * 1_000_000L);
            return new LoadResult(
                    plan,
                    Percentiles.of(lateness),
                    Percentiles.of(telemetry.silence()),
                    Percentiles.of(lastFrames),
                    Percentiles.of(feederLateness),
                    ticks,
                    // The edges of the measurement cut through a tick of every session.
                    Math.max(0, due - ticks - plan.sessions()),
                    framesOut,
                    dropped,
                    blocked,
                    ended,
                    counted,
                    new LoadResult.Cores(
                            spent.cores(spent.process()),
                            spent.cores(spent.loops()),
                            spent.cores(spent.feeders()),
                            spent.cores(spent.workers())),
                    (double) spent.loopBytes() / Math.max(1, ticks),
                    quiet,
                    new LoadResult.PerSession(
                            perSession(before.heap(), after.heap()),
                            perSession(before.direct(), after.direct()),
                            perSession(before.beside(), after.beside())),
                    rssEarly,
                    rssLate,
                    observation.told());
        }

        private long perSession(long before, long after) {
            return Math.max(0, after - before) / plan.sessions();
        }

        private void open() {
            Random random = new Random(plan.seed());
            for (int i = 0; i < plan.sessions(); i++) {
                short[] recording = recordings.get(i % recordings.size());
                int at = random.nextInt(recording.length / Callers.CHUNK) * Callers.CHUNK;
                DuplexSession session = engine.open(options);
                Call call =
                        new Call(session, recording, at, random.nextInt(Feeder.SLOTS), random.nextInt(Feeder.SLOTS));
                calls.add(call);
                telemetry.calls.put(session.id(), call);
            }
        }

        private void startFeeders() {
            for (int i = 0; i < plan.feeders(); i++) {
                List<Call> served = new ArrayList<>();
                for (int at = i; at < calls.size(); at += plan.feeders()) {
                    served.add(calls.get(at));
                }
                feeders.add(new Feeder(i + 1, served, OUTPUT));
            }
            feeders.forEach(Feeder::start);
        }

        private void setMeasuring(boolean on) {
            telemetry.measure(on);
            feeders.forEach(feeder -> feeder.measure(on));
        }

        /** Waits for the end of the measurement, with a look at all threads every second. Returns what was resident early. */
        private long watch(long start) throws InterruptedException {
            long early = 0;
            for (int second = 1; second <= plan.seconds(); second++) {
                sleepUntil(start + TimeUnit.SECONDS.toNanos(second));
                costs.sample();
                hangUp(second);
                if (early == 0 && second * 10 >= plan.seconds()) {
                    early = Memory.resident();
                }
                if (second % PROGRESS_SECONDS == 0 && second < plan.seconds()) {
                    telemetry.lateness.drainTo(lateness);
                    tellProgress(second);
                }
            }
            return early;
        }

        /** Every {@code plan.callSeconds()} each line has another caller, one line after the other. */
        private void hangUp(int second) {
            long due = plan.callSeconds() == 0 ? 0 : (long) plan.sessions() * second / plan.callSeconds();
            for (; hungUp < due; hungUp++) {
                Call call = calls.get((int) (hungUp % calls.size()));
                DuplexSession following = engine.open(options);
                telemetry.calls.put(following.id(), call);
                telemetry.calls.remove(call.session().id());
                call.next(following);
            }
        }

        private void tellProgress(int second) {
            Counts counts = events.counts();
            progress.accept(String.format(
                    Locale.ROOT,
                    "%d sessions, %d of %d s: lateness p99 %.3f ms, max %.1f ms; %d turns, %d interruptions, %d errors;"
                            + " %d MiB resident",
                    plan.sessions(),
                    second,
                    plan.seconds(),
                    lateness.getValueAtPercentile(99) / 1e6,
                    lateness.getMaxValue() / 1e6,
                    counts.turns(),
                    counts.interruptions(),
                    counts.errors(),
                    Memory.resident() >> 20));
        }

        private long dropped() {
            return calls.stream().mapToLong(Call::dropped).sum();
        }

        private double quietBytesPerFrame() throws InterruptedException {
            feeders.forEach(Feeder::silence);
            long latest = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_REPLY_SECONDS);
            // What is being said ends, is answered, and the answer is played.
            sleepUntil(System.nanoTime() + TimeUnit.SECONDS.toNanos(2));
            while (!isQuiet() && System.nanoTime() < latest) {
                Thread.sleep(100);
            }
            if (!isQuiet()) {
                return Double.NaN;
            }
            Histogram quiet = Nanos.histogram();
            telemetry.lateness.drainTo(Nanos.histogram());
            ThreadCosts.Spent start = costs.sample();
            Thread.sleep(Duration.ofSeconds(QUIET_SECONDS).toMillis());
            ThreadCosts.Spent spent = costs.sample().since(start);
            telemetry.lateness.drainTo(quiet);
            return (double) spent.loopBytes() / Math.max(1, quiet.getTotalCount());
        }

        private boolean isQuiet() {
            return calls.stream()
                    .map(call -> call.session().state())
                    .allMatch(state -> state == SessionState.LISTENING || state == SessionState.TERMINATED);
        }
    }

    private static void sleepUntil(long nanoTime) throws InterruptedException {
        for (long left = nanoTime - System.nanoTime(); left > 0; left = nanoTime - System.nanoTime()) {
            TimeUnit.NANOSECONDS.sleep(left);
        }
    }
}
