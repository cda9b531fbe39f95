package dev.duplexvoice.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TelemetryDispatcherTest {
    private final List<TelemetryEvent> told = Collections.synchronizedList(new ArrayList<>());

    private static TelemetryEvent event(long at) {
        return new ServiceEvent.CacheRequested(at, "phrases", true);
    }

    /** Takes no event before it is released. */
    private static final class Blocking implements VoiceTelemetry {
        final CountDownLatch entered = new CountDownLatch(1);
        final Semaphore released = new Semaphore(0);
        final List<TelemetryEvent> told = Collections.synchronizedList(new ArrayList<>());

        @Override
        public void on(TelemetryEvent event) {
            entered.countDown();
            released.acquireUninterruptibly();
            told.add(event);
        }
    }

    private final class Recording implements VoiceTelemetry {
        @Override
        public void on(TelemetryEvent event) {
            told.add(event);
        }
    }

    @Test
    void shouldTellAllInTheirOrderWhenClosed() {
        List<TelemetryEvent> expected = new ArrayList<>();
        try (TelemetryDispatcher dispatcher = new TelemetryDispatcher(new Recording(), false)) {
            for (int i = 0; i < 1_000; i++) {
                expected.add(event(i));
                dispatcher.on(event(i));
            }
        }
        assertThat(told).isEqualTo(expected);
    }

    @Test
    void shouldLetEventsWaitForEachOtherWhenTheTelemetryIsPatient() throws InterruptedException {
        for (Duration patience : List.of(Duration.ofDays(1), Duration.ZERO, Duration.ofDays(-1))) {
            CountDownLatch first = new CountDownLatch(1);
            Set<Thread> others = Thread.getAllStackTraces().keySet();
            told.clear();
            try (TelemetryDispatcher dispatcher = new TelemetryDispatcher(
                    new VoiceTelemetry() {
                        @Override
                        public void on(TelemetryEvent event) {
                            told.add(event);
                            first.countDown();
                        }

                        @Override
                        public Duration patience() {
                            return patience;
                        }
                    },
                    false)) {
                Set<Thread> lanes = new HashSet<>(Thread.getAllStackTraces().keySet());
                lanes.removeAll(others);
                lanes.removeIf(thread -> !thread.getName().startsWith("voice-telemetry-"));
                assertThat(lanes).hasSize(1);
                Thread lane = lanes.iterator().next();
                dispatcher.on(event(1));
                assertThat(first.await(30, TimeUnit.SECONDS))
                        .as("the first of a burst")
                        .isTrue();
                // A nap, and otherwise a rest until somebody wakes it.
                Thread.State expected =
                        patience.compareTo(Duration.ZERO) > 0 ? Thread.State.TIMED_WAITING : Thread.State.WAITING;
                for (int i = 0; i < 3_000 && lane.getState() != expected; i++) {
                    Thread.sleep(1);
                }
                assertThat(lane.getState()).isEqualTo(expected);
                dispatcher.on(event(2));
            }
            assertThat(told).as("closed, it tells what waits").containsExactly(event(1), event(2));
        }
    }

    @Test
    void shouldTellEachOnAThreadOfItsOwnWhenOneBlocks() throws InterruptedException {
        Blocking blocking = new Blocking();
        CountDownLatch last = new CountDownLatch(1);
        try (TelemetryDispatcher dispatcher = new TelemetryDispatcher(
                VoiceTelemetry.of(blocking, new VoiceTelemetry() {
                    @Override
                    public void on(TelemetryEvent event) {
                        told.add(event);
                        if (event.at() == 2) {
                            last.countDown();
                        }
                    }
                }),
                false)) {
            dispatcher.on(event(1));
            assertThat(blocking.entered.await(10, TimeUnit.SECONDS)).isTrue();
            dispatcher.on(event(2));

            assertThat(last.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(told).containsExactly(event(1), event(2));
            assertThat(blocking.told).isEmpty();
            blocking.released.release(2);
        }
        assertThat(blocking.told).containsExactly(event(1), event(2));
    }

    @Test
    void shouldLeaveOutAndSaySoWhenATelemetryBlocksForLong() throws InterruptedException {
        Blocking blocking = new Blocking();
        int all = TelemetryDispatcher.CAPACITY + 101;
        try (TelemetryDispatcher dispatcher = new TelemetryDispatcher(blocking, false)) {
            dispatcher.on(event(0));
            assertThat(blocking.entered.await(10, TimeUnit.SECONDS)).isTrue();
            for (int i = 1; i < all; i++) {
                dispatcher.on(event(i));
            }
            assertThat(dispatcher.lost()).isEqualTo(100);
            blocking.released.release(all);
        }
        assertThat(blocking.told)
                .hasSize(TelemetryDispatcher.CAPACITY + 2)
                .startsWith(event(0), new ServiceEvent.EventsLost(1, 100), event(1))
                .endsWith(event(TelemetryDispatcher.CAPACITY));
    }

    @Test
    void shouldNotWaitForeverWhenATelemetryBlocksAtTheEnd() throws InterruptedException {
        CountDownLatch interrupted = new CountDownLatch(1);
        TelemetryDispatcher dispatcher = new TelemetryDispatcher(
                new VoiceTelemetry() {
                    @Override
                    public void on(TelemetryEvent event) {
                        try {
                            new CountDownLatch(1).await();
                        } catch (InterruptedException e) {
                            interrupted.countDown();
                        }
                    }
                },
                false);
        dispatcher.on(event(1));
        dispatcher.close();

        assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void shouldTellAtOnceOnTheCallingThreadWhenInline() {
        List<Thread> threads = new ArrayList<>();
        TelemetryDispatcher dispatcher = new TelemetryDispatcher(
                new VoiceTelemetry() {
                    @Override
                    public void on(TelemetryEvent event) {
                        threads.add(Thread.currentThread());
                    }
                },
                true);
        dispatcher.on(event(1));

        assertThat(threads).containsExactly(Thread.currentThread());
    }

    @Test
    void shouldGoOnWhenATelemetryThrows() {
        try (TelemetryDispatcher dispatcher = new TelemetryDispatcher(
                new VoiceTelemetry() {
                    @Override
                    public void on(TelemetryEvent event) {
                        told.add(event);
                        throw new AssertionError("down");
                    }
                },
                false)) {
            dispatcher.on(event(1));
            dispatcher.on(event(2));
        }
        assertThat(told).containsExactly(event(1), event(2));
    }
}
