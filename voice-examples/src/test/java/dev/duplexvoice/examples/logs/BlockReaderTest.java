package dev.duplexvoice.examples.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BlockReaderTest {
    /** Gives a few bytes at a time, and may fail. */
    private static final class Drip extends InputStream {
        private final InputStream in;
        private final Random random = new Random(5);
        private final int most;
        private int left;

        Drip(byte[] bytes, int most, int failsAfter) {
            this.in = new ByteArrayInputStream(bytes);
            this.most = most;
            this.left = failsAfter;
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            if (left <= 0) {
                throw new IOException("broken");
            }
            int n = in.read(to, offset, Math.min(Math.min(length, left), 1 + random.nextInt(most)));
            left -= Math.max(0, n);
            return n;
        }

        @Override
        public int available() {
            return random.nextInt(3);
        }
    }

    private final BlockPool pool = new BlockPool(1);

    private List<String> read(BlockReader reader) throws IOException, InterruptedException {
        List<String> lines = new ArrayList<>();
        for (Block block = reader.next(); block != null; block = reader.next()) {
            for (int i = 0; i < block.dropped(); i++) {
                lines.add("dropped");
            }
            new String(block.bytes(), 0, block.length(), StandardCharsets.UTF_8)
                    .lines()
                    .forEach(lines::add);
            block.release().run();
        }
        return lines;
    }

    @Test
    void shouldGiveTheSameLinesInWhateverPiecesTheyCome() throws IOException, InterruptedException {
        Random random = new Random(9);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            lines.add(i + "x".repeat(random.nextInt(i % 50 == 0 ? 2 * BlockPool.SIZE : 3_000)));
        }
        byte[] bytes = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
        for (int most : new int[] {100, 5_000, 10_000_000}) {
            assertThat(read(new BlockReader("a", new Drip(bytes, most, Integer.MAX_VALUE), pool)))
                    .isEqualTo(lines);
        }
    }

    @Test
    void shouldLeaveOutALineThatIsTooLongAndGoOn() throws IOException, InterruptedException {
        String text = "a\n" + "b".repeat(BlockReader.LONGEST_LINE + 100) + "\nc\n" + "d".repeat(10_000_000) + "\ne";
        assertThat(read(new BlockReader(
                        "a", new Drip(text.getBytes(StandardCharsets.UTF_8), 1 << 20, Integer.MAX_VALUE), pool)))
                .containsExactly("a", "dropped", "c", "d".repeat(10_000_000), "e");
    }

    @Test
    void shouldGiveWhatWasReadBeforeAFailure() throws InterruptedException, IOException {
        BlockReader reader =
                new BlockReader("a", new Drip("one\ntwo\nthr".getBytes(StandardCharsets.UTF_8), 100, 11), pool);
        List<String> lines = new ArrayList<>();
        String failure = "";
        for (int i = 0; i < 5; i++) {
            try {
                Block block = reader.next();
                if (block != null) {
                    new String(block.bytes(), 0, block.length(), StandardCharsets.UTF_8)
                            .lines()
                            .forEach(lines::add);
                    block.release().run();
                }
            } catch (IOException e) {
                failure += e.getMessage();
            }
        }
        assertThat(lines).containsExactly("one", "two", "thr");
        assertThat(failure).isEqualTo("broken");
    }
}
