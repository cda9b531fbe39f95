package dev.duplexvoice.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimerWheelTest {

    private static final class Timer extends TimerWheel.Entry {
        /** When it is due as the test has it. */
        long due = TimerWheel.NEVER;
    }

    @Test
    void shouldBeEmptyWhenNew() {
        TimerWheel wheel = new TimerWheel(-5);

        assertThat(wheel.next()).isEqualTo(TimerWheel.NEVER);
        assertThat(wheel.poll(Long.MAX_VALUE)).isNull();
    }

    @Test
    void shouldBeExactWhenTimersShareASlot() {
        TimerWheel wheel = new TimerWheel(0);
        Timer one = new Timer();
        Timer two = new Timer();
        wheel.set(one, 1_000_001);
        wheel.set(two, 1_000_000);

        assertThat(wheel.next()).isEqualTo(1_000_000);
        assertThat(wheel.poll(999_999)).isNull();
        assertThat(wheel.poll(1_000_000)).isSameAs(two);
        assertThat(wheel.poll(1_000_000)).isNull();
        assertThat(wheel.next()).isEqualTo(1_000_001);
        assertThat(wheel.poll(1_000_001)).isSameAs(one);
        assertThat(one.at()).isEqualTo(TimerWheel.NEVER);
    }

    @Test
    void shouldBeDueAtOnceWhenTheTimeHasPassed() {
        TimerWheel wheel = new TimerWheel(1_000_000_000);
        Timer late = new Timer();
        Timer later = new Timer();
        wheel.set(later, 2_000_000_000);
        wheel.set(late, 3);

        assertThat(wheel.next()).isEqualTo(3);
        assertThat(wheel.poll(1_000_000_000)).isSameAs(late);
        assertThat(wheel.poll(1_000_000_000)).isNull();
    }

    @Test
    void shouldForgetWhenCancelled() {
        TimerWheel wheel = new TimerWheel(0);
        Timer one = new Timer();
        wheel.set(one, 50);
        wheel.cancel(one);
        wheel.cancel(one);

        assertThat(wheel.next()).isEqualTo(TimerWheel.NEVER);
        assertThat(wheel.poll(100)).isNull();
    }

    @Test
    void shouldNotPassTimeSlotBySlotWhenTheClockJumps() {
        TimerWheel wheel = new TimerWheel(0);
        Timer far = new Timer();
        wheel.set(far, 86_400_000_000_000L * 365 * 100);
        Timer first = new Timer();
        wheel.set(first, 300_000_000_000L);
        long jump = 86_400_000_000_000L * 365 * 50;

        assertThat(wheel.poll(jump)).isSameAs(first);
        assertThat(wheel.poll(jump)).isNull();
        wheel.set(first, jump + 1);
        assertThat(wheel.poll(jump + 1)).isSameAs(first);
        assertThat(wheel.poll(Long.MAX_VALUE)).isSameAs(far);
    }

    @Test
    void shouldAgreeWithASortedListWhenAnythingHappens() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            long now = random.nextInt(4) == 0 ? random.nextLong() >> 2 : 0;
            TimerWheel wheel = new TimerWheel(now);
            List<Timer> timers = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                timers.add(new Timer());
            }
            for (int step = 0; step < 600; step++) {
                Timer timer = timers.get(random.nextInt(timers.size()));
                switch (random.nextInt(5)) {
                    case 0, 1 -> {
                        timer.due = now - 1_000 + (long) Math.exp(random.nextDouble() * 32);
                        wheel.set(timer, timer.due);
                    }
                    case 2 -> {
                        timer.due = TimerWheel.NEVER;
                        wheel.cancel(timer);
                    }
                    default -> {
                        now += (long) Math.exp(random.nextDouble() * 27);
                        passTime(wheel, timers, now);
                    }
                }
            }
        }
    }

    /** As the loop does: it is called when the wheel says so, and never later than a timer is due. */
    private static void passTime(TimerWheel wheel, List<Timer> timers, long now) {
        int calls = 0;
        while (wheel.next() <= now) {
            long at = wheel.next();
            long due = timers.stream().mapToLong(timer -> timer.due).min().orElseThrow();
            assertThat(at).isLessThanOrEqualTo(due);
            Timer polled = (Timer) wheel.poll(at);
            if (polled != null) {
                assertThat(polled.due).isEqualTo(at);
                polled.due = TimerWheel.NEVER;
            }
            assertThat(++calls).isLessThan(1_000);
        }
        assertThat(timers).allMatch(timer -> timer.due > now);
        assertThat(wheel.poll(now)).isNull();
    }
}
