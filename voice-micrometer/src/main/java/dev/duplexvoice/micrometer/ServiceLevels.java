package dev.duplexvoice.micrometer;

import dev.duplexvoice.micrometer.internal.GoodAndBad;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * What is promised to callers, and how it is kept, counted in this process since it started: without a monitoring system, and for whoever
 * has none. Fed by {@link VoiceMetrics}. Thread-safe.
 */
public final class ServiceLevels {
    /** The time over which the budget of errors is spent. */
    public static final Duration BUDGET_WINDOW = Duration.ofDays(30);

    /** The windows of {@link Level#burnRates}, as alerts use them. */
    public static final List<Duration> BURN_WINDOWS = List.of(
            Duration.ofMinutes(5),
            Duration.ofMinutes(30),
            Duration.ofHours(1),
            Duration.ofHours(6),
            Duration.ofDays(3));

    private final Map<Objective, GoodAndBad> counted = new EnumMap<>(Objective.class);
    private final LongSupplier clock;
    private final double firstAudioMillis;

    /** What is promised. */
    public enum Objective {
        /** From a reply's first text at the voice to its first audio: 95 % within 500 ms, 300 ms with a GPU. */
        FIRST_AUDIO(0.95),
        /** From the detector's trigger to silence: 95 % within 50 ms. */
        BARGE_IN(0.95),
        /** How late a frame is: 95 % within 10 ms. */
        FRAME_JITTER(0.95),
        /** From the end of the turn to the reply's first audio: 95 % within 400 ms. */
        END_TO_END(0.95),
        /** Seconds computed for a second of audio: 95 % below 0.3. */
        REAL_TIME_FACTOR(0.95),
        /** Sessions that were opened and not ended by a defect: 99.5 %. */
        AVAILABILITY(0.995),
        /** Replies without an error: 99.5 %. */
        ERRORS(0.995);

        private final double target;

        Objective(double target) {
            this.target = target;
        }

        /** The share that is to be good. */
        public double target() {
            return target;
        }

        /** Its name in texts: {@code first_audio}. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * How an objective is kept.
     *
     * @param threshold what is good: at most so many milliseconds, or such a real-time factor; NaN where something is good or is not
     * @param target the share that is to be good
     * @param total what was counted within {@link #BUDGET_WINDOW}
     * @param actual the share that was; 1 if nothing was counted
     * @param budgetLeft the share of the errors allowed that is left, 1 if there were none, negative if there were more
     * @param burnRates how fast the budget is spent, by window: at 1 it lasts just as long as {@link #BUDGET_WINDOW}
     */
    public record Level(
            Objective objective,
            double threshold,
            double target,
            long total,
            double actual,
            double budgetLeft,
            Map<Duration, Double> burnRates) {

        /** Whether the promise is kept. */
        public boolean isMet() {
            return actual >= target;
        }
    }

    ServiceLevels(LongSupplier clock, double firstAudioMillis) {
        this.clock = clock;
        this.firstAudioMillis = firstAudioMillis;
        for (Objective objective : Objective.values()) {
            counted.put(objective, new GoodAndBad());
        }
    }

    /** What is good at most; NaN if that is no question of how much. */
    public double threshold(Objective objective) {
        return switch (objective) {
            case FIRST_AUDIO -> firstAudioMillis;
            case BARGE_IN -> 50;
            case FRAME_JITTER -> 10;
            case END_TO_END -> 400;
            case REAL_TIME_FACTOR -> 0.3;
            case AVAILABILITY, ERRORS -> Double.NaN;
        };
    }

    void judge(Objective objective, double value) {
        boolean good = value <= threshold(objective);
        count(objective, good ? 1 : 0, good ? 0 : 1);
    }

    void count(Objective objective, long good, long bad) {
        of(objective).add(clock.getAsLong(), good, bad);
    }

    private GoodAndBad of(Objective objective) {
        GoodAndBad of = counted.get(objective);
        if (of == null) {
            throw new AssertionError(objective);
        }
        return of;
    }

    /** All objectives as they are kept now. */
    public List<Level> levels() {
        long now = clock.getAsLong();
        List<Level> levels = new ArrayList<>();
        for (Objective objective : Objective.values()) {
            GoodAndBad of = of(objective);
            double allowed = 1 - objective.target();
            GoodAndBad.Counts all = of.within(now, BUDGET_WINDOW);
            Map<Duration, Double> burnRates = new LinkedHashMap<>();
            for (Duration window : BURN_WINDOWS) {
                burnRates.put(window, badShare(of.within(now, window)) / allowed);
            }
            double bad = badShare(all);
            levels.add(new Level(
                    objective,
                    threshold(objective),
                    objective.target(),
                    all.total(),
                    1 - bad,
                    1 - bad / allowed,
                    burnRates));
        }
        return List.copyOf(levels);
    }

    private static double badShare(GoodAndBad.Counts counts) {
        return counts.total() == 0 ? 0 : (double) counts.bad() / counts.total();
    }
}
