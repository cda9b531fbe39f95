package dev.duplexvoice.internal.vocoder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.time.VirtualClock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JobQueueTest {
    private static final long LONGEST_WAIT = 1_000;
    private static final long NOBODY = Long.MIN_VALUE / 2;

    private final EchoDevice device = new EchoDevice(new VirtualClock());
    private final JobQueue queue = new JobQueue(LONGEST_WAIT);

    private VocoderJob job(boolean first, long arrived, long deadline) {
        VocoderJob job = new VocoderJob(device.new Echo());
        job.first = first;
        job.arrived = arrived;
        job.deadline = deadline;
        return job;
    }

    private VocoderJob add(boolean first, long arrived, long deadline) {
        VocoderJob job = job(first, arrived, deadline);
        queue.add(job);
        return job;
    }

    private VocoderJob take(long now, long endangered) {
        VocoderJob next = queue.next(now, endangered);
        queue.remove(next);
        return next;
    }

    @Test
    void shouldLetThoseWhoHearNothingGoBeforeThoseWhoCanWaitAndBehindThoseWhoCannot() {
        VocoderJob late = add(false, 0, 900);
        VocoderJob soon = add(false, 1, 300);
        VocoderJob silent = add(true, 2, 10);
        VocoderJob silentToo = add(true, 3, 11);

        assertThat(queue.hasFirst()).isTrue();
        assertThat(queue.oldest()).isSameAs(late);
        assertThat(queue.nextDeadline()).isEqualTo(300);
        assertThat(take(10, 301)).isSameAs(soon);
        assertThat(take(10, 301)).isSameAs(silent);
        assertThat(take(10, 301)).isSameAs(silentToo);
        assertThat(queue.hasFirst()).isFalse();
        assertThat(take(10, 301)).isSameAs(late);
        assertThat(queue.next(10, 301)).isNull();
        assertThat(queue.oldest()).isNull();
        assertThat(queue.nextDeadline()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void shouldLetNobodyGoBeforeOneWhoHearsNothingAndHasWaitedForLong() {
        VocoderJob silent = add(true, 0, 10);
        VocoderJob endangered = add(false, 900, 950);
        assertThat(queue.next(999, 2_000)).isSameAs(endangered);
        assertThat(queue.next(1_000, 2_000)).isSameAs(silent);
    }

    @Test
    void shouldKeepItsOrderWhateverIsTakenOut() {
        Random random = new Random(3);
        List<VocoderJob> there = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            if (there.isEmpty() || random.nextInt(5) < 3) {
                there.add(add(random.nextInt(3) == 0, i, i + random.nextInt(500)));
            } else {
                queue.remove(there.remove(random.nextInt(there.size())));
            }
            assertThat(queue.size()).isEqualTo(there.size());
            assertThat(queue.oldest()).isSameAs(there.isEmpty() ? null : oldest(there));
            assertThat(queue.next(0, NOBODY)).isSameAs(next(there, true));
            assertThat(queue.next(0, Long.MAX_VALUE / 2)).isSameAs(next(there, false));
        }
    }

    private static VocoderJob oldest(List<VocoderJob> jobs) {
        return jobs.stream().min(Comparator.comparingLong(job -> job.number)).orElseThrow();
    }

    private static VocoderJob next(List<VocoderJob> jobs, boolean firstBefore) {
        return jobs.stream()
                .min(Comparator.comparing((VocoderJob job) -> job.first != firstBefore)
                        .thenComparingLong(job -> job.deadline)
                        .thenComparingLong(job -> job.number))
                .orElse(null);
    }
}
