package dev.duplexvoice.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class VirtualClockTest {
    private final VirtualClock clock = new VirtualClock();
    private final List<String> log = new ArrayList<>();

    private Runnable note(String what) {
        return () -> log.add(clock.nanoTime() / 1_000_000 + " " + what);
    }

    /** Runs every so often. */
    private VirtualClock.Driven loop(String name, long everyMillis) {
        return new VirtualClock.Driven() {
            private long due;

            @Override
            public long nextDue() {
                return due;
            }

            @Override
            public void run(long now) {
                assertThat(now).isEqualTo(clock.nanoTime());
                due += everyMillis * 1_000_000;
                note(name).run();
            }
        };
    }

    @Test
    void shouldStandStillWhenNobodyDrivesIt() {
        clock.schedule(Duration.ZERO, note("never"));
        clock.execute(note("never"));

        assertThat(clock.nanoTime()).isZero();
        assertThat(log).isEmpty();
    }

    @Test
    void shouldRunTasksInTimeOrderWhenTheyWereScheduledInAnother() {
        clock.schedule(Duration.ofMillis(30), note("c"));
        clock.schedule(Duration.ofMillis(10), note("a"));
        clock.schedule(Duration.ofMillis(20), note("b"));
        clock.schedule(Duration.ofMillis(40), note("too late"));
        clock.advance(Duration.ofMillis(30));

        assertThat(log).containsExactly("10 a", "20 b", "30 c");
        assertThat(clock.nanoTime()).isEqualTo(30_000_000);
    }

    @Test
    void shouldRunTasksThenTheirWorkThenLoopsWhenAllAreDueAtOnce() {
        clock.attach(loop("loop1", 10));
        clock.attach(loop("loop2", 10));
        clock.execute(note("ready"));
        clock.schedule(Duration.ZERO, () -> {
            note("first").run();
            clock.execute(note("caused"));
            clock.schedule(Duration.ZERO, note("scheduled at once"));
        });
        clock.schedule(Duration.ofMillis(-5), note("second"));
        clock.advance(Duration.ZERO);

        assertThat(log)
                .containsExactly(
                        "0 first", "0 second", "0 scheduled at once", "0 ready", "0 caused", "0 loop1", "0 loop2");
    }

    @Test
    void shouldFinishAnInstantWhenALoopCausesMoreWork() {
        clock.attach(new VirtualClock.Driven() {
            private int runs;

            @Override
            public long nextDue() {
                return runs < 3 ? 0 : Long.MAX_VALUE;
            }

            @Override
            public void run(long now) {
                int run = ++runs;
                note("run " + run).run();
                clock.execute(note("after " + run));
            }
        });
        clock.runUntil(5_000_000);

        assertThat(log).containsExactly("0 run 1", "0 after 1", "0 run 2", "0 after 2", "0 run 3", "0 after 3");
    }

    @Test
    void shouldVisitEveryInstantWhenItMovesFar() {
        clock.attach(loop("loop", 20));
        clock.schedule(Duration.ofMillis(20), note("task"));
        clock.schedule(Duration.ofMillis(25), note("task"));
        clock.runUntil(40_000_000);

        assertThat(log).containsExactly("0 loop", "20 task", "20 loop", "25 task", "40 loop");
    }

    @Test
    void shouldDriveALoopNoMoreWhenItIsDetached() {
        VirtualClock.Driven loop = loop("loop", 10);
        clock.attach(loop);
        clock.advance(Duration.ZERO);
        clock.detach(loop);
        clock.advance(Duration.ofSeconds(1));

        assertThat(log).containsExactly("0 loop");
    }

    @Test
    void shouldRefuseToGoBack() {
        clock.runUntil(10);

        assertThatThrownBy(() -> clock.runUntil(9))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("nanos=9: the clock is at 10 and cannot go back");
        assertThatThrownBy(() -> clock.advance(Duration.ofNanos(-1))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldNotGoBackWhenATaskDrivesItFurther() {
        clock.schedule(Duration.ofMillis(10), () -> clock.advance(Duration.ofMillis(50)));
        clock.schedule(Duration.ofMillis(70), note("later"));
        clock.advance(Duration.ofMillis(20));

        assertThat(clock.nanoTime()).isEqualTo(60_000_000);
        clock.advance(Duration.ofMillis(10));
        assertThat(log).containsExactly("70 later");
    }

    @Test
    void shouldCountDelaysFromTheRunningTask() {
        clock.schedule(Duration.ofMillis(10), () -> clock.schedule(Duration.ofMillis(5), note("inner")));
        clock.advance(Duration.ofMillis(100));

        assertThat(log).containsExactly("15 inner");
        assertThat(clock.nanoTime()).isEqualTo(100_000_000);
    }
}
