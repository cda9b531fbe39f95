package dev.duplexvoice.examples.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ContextTest {
    @Test
    void shouldShowWhatAPlainReadingOfTheRulesShows() {
        Random random = new Random(4);
        for (int i = 0; i < 500; i++) {
            int before = random.nextInt(4);
            int after = random.nextInt(4);
            boolean[] found = new boolean[1 + random.nextInt(40)];
            for (int k = 0; k < found.length; k++) {
                found[k] = random.nextInt(8) == 0;
            }
            assertThat(shown(found, before, after)).isEqualTo(expected(found, before, after));
        }
    }

    private static List<String> shown(boolean[] found, int before, int after) {
        List<String> shown = new ArrayList<>();
        Context context = new Context(before, after, new LineSink() {
            @Override
            public void line(Kind kind, byte[] bytes, int from, int to, String source, long number) {
                shown.add((kind == Kind.CONTEXT ? "-" : ":") + number + new String(bytes, from, to - from));
            }

            @Override
            public void gap() {
                shown.add("--");
            }
        });
        context.begin();
        for (int i = 0; i < found.length; i++) {
            byte[] line = ("line" + i).getBytes(java.nio.charset.StandardCharsets.UTF_8);
            context.line(found[i], LineSink.Kind.RECORD, line, 4, line.length, "a", i + 1);
        }
        return shown;
    }

    private static List<String> expected(boolean[] found, int before, int after) {
        List<String> expected = new ArrayList<>();
        int last = -1;
        for (int i = 0; i < found.length; i++) {
            boolean near = false;
            for (int k = Math.max(0, i - after); k <= Math.min(found.length - 1, i + before); k++) {
                near |= found[k];
            }
            if (near) {
                if (last >= 0 && i > last + 1 && before + after > 0) {
                    expected.add("--");
                }
                expected.add((found[i] ? ":" : "-") + (i + 1) + i);
                last = i;
            }
        }
        return expected;
    }
}
