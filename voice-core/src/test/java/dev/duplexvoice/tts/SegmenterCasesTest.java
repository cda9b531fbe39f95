package dev.duplexvoice.tts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code segments.txt}: texts, and the pieces that they make, given at once and character by character. */
class SegmenterCasesTest {

    private static Stream<String> cases() throws IOException {
        try (InputStream file = Objects.requireNonNull(SegmenterCasesTest.class.getResourceAsStream("segments.txt"))) {
            List<String> lines = new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("//"))
                    .toList();
            return Stream.iterate(0, i -> i + 2)
                    .limit(lines.size() / 2)
                    .map(i -> lines.get(i) + "\n" + lines.get(i + 1));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldCutAsWritten(String written) {
        String[] lines = written.split("\n");
        String text = lines[0].substring(2).replace("\\n", "\n");
        List<String> pieces = lines[1].length() < 3
                ? List.of()
                : Arrays.asList(lines[1].substring(2).split(" \u00a6 "));
        SegmenterOptions options = lines[0].startsWith("S") ? SegmenterOptions.SENTENCES : SegmenterOptions.SPEECH;
        for (int chunk : new int[] {1, 3, Integer.MAX_VALUE}) {
            List<TextSegment> segments = segments(text, options, chunk);

            assertThat(segments.stream().map(TextSegment::text).toList())
                    .as("%s at a time: %s", chunk, text)
                    .isEqualTo(pieces);
            TextSegmenterTest.checkSpans(text, segments);
        }
    }

    static List<TextSegment> segments(String text, SegmenterOptions options, int chunk) {
        TextSegmenter segmenter = new TextSegmenter(options);
        List<TextSegment> segments = new ArrayList<>();
        for (int at = 0; at < text.length(); at += Math.min(chunk, text.length() - at)) {
            segmenter.append(text.substring(at, at + Math.min(chunk, text.length() - at)));
            drain(segmenter, segments);
        }
        segmenter.finish();
        drain(segmenter, segments);
        return segments;
    }

    static void drain(TextSegmenter segmenter, List<TextSegment> segments) {
        for (TextSegment segment = segmenter.poll(); segment != null; segment = segmenter.poll()) {
            segments.add(segment);
        }
    }
}
