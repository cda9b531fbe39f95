package dev.duplexvoice.benchmarks.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplexvoice.VoiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the scheduler promises, in virtual time; all figures are the same in every run. */
class SimulationTest {
    /** Launch 0.5 ms, 0.5 us a frame: 23,000 streams in real time. */
    private static final KernelTimes FAST = KernelTimes.linear(500, 0.5);

    private static final List<Simulation> LOADS = Simulation.loads(FAST, 1_000, 10);

    private static Simulation load(int fromEnd) {
        return LOADS.get(LOADS.size() - fromEnd);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100, 1_000, 10_000})
    void shouldGiveFirstSamplesAfterABatchOrTwo(int sessions) {
        Outcome outcome =
                Simulation.of("", FAST, sessions, 0, sessions == 1 ? 30 : 5).run(Policy.TOLD);
        assertThat(outcome.first().count()).isPositive();
        assertThat(outcome.firstMillis(99)).isLessThan(2);
        assertThat(outcome.gaps()).isZero();
        assertThat(outcome.late()).isZero();
    }

    @Test
    void shouldSendAReplyThatIsAloneWithoutWaiting() {
        Outcome outcome = Simulation.of("", FAST, 1, 0, 60).run(Policy.TOLD);
        // 16 frames; figures are 3 % too high at most.
        assertThat(outcome.firstMillis(100)).isBetween(0.508, 0.508 * 1.04);
    }

    @ParameterizedTest
    @EnumSource(
            value = Policy.class,
            names = {"TOLD", "DERIVED"})
    void shouldLetNobodyStarveWhileTheDeviceHasRoom(Policy policy) {
        Outcome outcome = load(3).run(policy);
        assertThat(outcome.speaking()).isBetween(450.0, 550.0);
        assertThat(outcome.gaps()).isZero();
        assertThat(outcome.firstMillis(99)).isLessThan(20);
    }

    @Test
    void shouldBearABurstBetterThanWhoServesByArrival() {
        Outcome ours = load(2).run(Policy.TOLD);
        Outcome byArrival = load(2).run(Policy.FIFO);
        assertThat(byArrival.gaps()).as("the burst is one").isGreaterThan(500);
        assertThat(ours.gapMillis()).isLessThan(byArrival.gapMillis() / 2);
        assertThat(ours.gaps()).isLessThan(byArrival.gaps() / 2);
        assertThat(ours.firstMillis(99)).isLessThan(byArrival.firstMillis(99));
    }

    @Test
    void shouldMakeNewRepliesWaitAndNotAllStutterWhenItIsTooMuch() {
        Outcome ours = load(1).run(Policy.TOLD);
        Outcome byArrival = load(1).run(Policy.FIFO);
        assertThat(byArrival.gapMillis()).as("it is too much").isGreaterThan(100_000);
        assertThat(ours.gapMillis()).isLessThan(byArrival.gapMillis() / 4);
        assertThat(ours.late()).isPositive();
        // Nobody waits for ever: two seconds, what is under way, and those who have waited for as long.
        assertThat(ours.waits().max()).isLessThan(2_500_000_000L);
        assertThat(ours.longestGapMillis()).isLessThan(500);
        assertThat(ours.speaking()).as("and the device makes as much").isGreaterThan(0.95 * byArrival.speaking());
    }

    @Test
    void shouldFindTheSameInEveryRun() {
        assertThat(load(2).run(Policy.TOLD)).usingRecursiveComparison().isEqualTo(load(2).run(Policy.TOLD));
    }

    @Test
    void shouldTakeWhatADeviceTook(@TempDir Path folder) throws IOException {
        Path file =
                Files.writeString(folder.resolve("times.csv"), "frames,microseconds\n100,600\n16,500\n\n1600,1100\n");
        KernelTimes times = KernelTimes.table(file);
        assertThat(times.nanos(1)).isEqualTo(500_000);
        assertThat(times.nanos(16)).isEqualTo(500_000);
        assertThat(times.nanos(58)).isEqualTo(550_000);
        assertThat(times.nanos(850)).isEqualTo(850_000);
        assertThat(times.nanos(3_200)).isEqualTo(2_200_000);

        Files.writeString(file, "frames,microseconds\n16,500\n32,-1\n");
        assertThatThrownBy(() -> KernelTimes.table(file))
                .isInstanceOf(VoiceException.class)
                .hasMessageContaining("times.csv line 3: must be frames,microseconds");
        Files.writeString(file, "\n");
        assertThatThrownBy(() -> KernelTimes.table(file))
                .isInstanceOf(VoiceException.class)
                .hasMessageContaining("is empty");
        assertThatThrownBy(() -> KernelTimes.table(folder.resolve("none.csv")))
                .isInstanceOf(VoiceException.class)
                .hasMessageContaining("none.csv cannot be read");
    }
}
