package dev.duplexvoice.onnx.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ChunkPlanTest {
    private static final int LONGEST = 384;

    private record Run(int begin, int end, int spokenBegin, int spokenEnd) {
        int length() {
            return end - begin;
        }

        int spoken() {
            return spokenEnd - spokenBegin;
        }
    }

    private static List<Run> runs(int frames, int context, double load) {
        ChunkPlan plan = new ChunkPlan(frames, context, LONGEST);
        List<Run> runs = new ArrayList<>();
        while (plan.advance(load)) {
            runs.add(new Run(plan.begin(), plan.end(), plan.spokenBegin(), plan.spokenEnd()));
        }
        return runs;
    }

    @Test
    void shouldSpeakEveryFrameOnceAndWithItsContext() {
        Random random = new Random(11);
        for (int i = 0; i < 20_000; i++) {
            int frames = 1 + random.nextInt(i % 2 == 0 ? 200 : 3_000);
            int context = random.nextInt(40);
            double load = Math.pow(10, random.nextDouble() * 4 - 3);
            int spoken = 0;
            for (Run run : runs(frames, context, load)) {
                String which = run + " of " + frames + ", context " + context + ", load " + load;
                assertThat(run.spokenBegin).as(which).isEqualTo(spoken);
                assertThat(run.spoken()).as(which).isPositive();
                assertThat(run.begin).as(which).isBetween(0, Math.max(0, run.spokenBegin - context));
                assertThat(run.end).as(which).isBetween(Math.min(frames, run.spokenEnd + context), frames);
                assertThat(run.length()).as(which).isLessThanOrEqualTo(ChunkPlan.largest(context, LONGEST));
                spoken = run.spokenEnd;
            }
            assertThat(spoken).isEqualTo(frames);
        }
    }

    @Test
    void shouldMeetFewShapesWhenTextsDiffer() {
        Set<Integer> shapes = new HashSet<>();
        for (int frames = 100; frames < 10_000; frames++) {
            runs(frames, 11, 0.05).forEach(run -> shapes.add(run.length()));
        }
        // Only where the second run is the last one can its length be anything.
        assertThat(shapes).hasSizeLessThan(128);
        shapes.removeIf(length -> length % ChunkPlan.STEP == 0);
        assertThat(shapes).allSatisfy(length -> assertThat(length).isLessThan(LONGEST));
    }

    @Test
    void shouldBeginShortAndGrowWhenDecodingIsFast() {
        List<Run> runs = runs(625, 11, 0.03);
        assertThat(runs.get(0).length()).isEqualTo(32);
        assertThat(runs).hasSize(3);
        assertThat(runs.get(1).length()).isEqualTo(LONGEST);
    }

    @Test
    void shouldDecodeAtMostATenthMoreThanTenSecondsHave() {
        assertThat(runs(625, 11, 0.03).stream().mapToInt(Run::length).sum()).isLessThan(688); // 16 kHz
        assertThat(runs(861, 11, 0.06).stream().mapToInt(Run::length).sum()).isLessThan(947); // 22.05 kHz
    }

    @Test
    void shouldNotLetTheOutputStarveWhenDecodingIsSlow() {
        for (double load = 0.01; load <= 0.6; load += 0.01) {
            double ahead = 0; // frames that were made and not heard yet
            List<Run> runs = runs(2_000, 11, load);
            for (Run run : runs) {
                if (run.spokenBegin > 0) {
                    ahead -= run.length() * load;
                    assertThat(ahead).as("before %s at load %s", run, load).isNotNegative();
                }
                ahead += run.spoken();
            }
        }
    }

    @Test
    void shouldStillBeginWithAPartWhenDecodingIsTooSlow() {
        assertThat(runs(300, 11, 5).get(0).length()).isEqualTo(LONGEST / 3);
    }

    @Test
    void shouldTakeAShortUtteranceAtOnce() {
        assertThat(runs(30, 11, 0.05)).containsExactly(new Run(0, 30, 0, 30));
        assertThat(runs(1, 11, 0.05)).containsExactly(new Run(0, 1, 0, 1));
    }
}
