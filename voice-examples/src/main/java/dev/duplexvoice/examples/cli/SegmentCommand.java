package dev.duplexvoice.examples.cli;

import dev.duplexvoice.tts.SegmenterOptions;
import dev.duplexvoice.tts.TextSegment;
import dev.duplexvoice.tts.TextSegmenter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code voice segment}. */
@Command(
        name = "segment",
        description = "Cut the text on stdin into the clauses that are spoken, one a line.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "The clauses are the same for any --chunk. Markdown and emoji are not spoken.",
            "Example: echo \"Well, of course, **I** can. Ready?\" | voice segment --chunk 1"
        })
final class SegmentCommand implements Callable<Integer> {
    private static final int DEFAULT_CHUNK = 8_192;

    @Option(names = "--sentences", description = "Whole sentences, no early first clause; only white space is changed.")
    private boolean sentences;

    @Option(names = "--chunk", paramLabel = "N", description = "Feed N characters at a time, 1 or more.")
    private int chunk = DEFAULT_CHUNK;

    @Option(names = "--json", description = "One JSON object a line: text, and begin and end in what was read.")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        if (chunk < 1) {
            throw new IllegalArgumentException(
                    "--chunk=" + chunk + ": give the characters to feed at a time, 1 or more");
        }
        TextSegmenter segmenter = new TextSegmenter(sentences ? SegmenterOptions.SENTENCES : SegmenterOptions.SPEECH);
        Reader text = new InputStreamReader(System.in, StandardCharsets.UTF_8);
        char[] read = new char[Math.min(chunk, DEFAULT_CHUNK)];
        int fill = 0;
        for (int n = text.read(read, 0, read.length); n >= 0; n = text.read(read, fill, read.length - fill)) {
            fill += n;
            if (fill == read.length) {
                segmenter.append(new String(read));
                fill = 0;
                print(segmenter);
            }
        }
        segmenter.append(new String(read, 0, fill));
        segmenter.finish();
        print(segmenter);
        return 0;
    }

    private void print(TextSegmenter segmenter) {
        PrintWriter out = spec.commandLine().getOut();
        for (TextSegment clause = segmenter.poll(); clause != null; clause = segmenter.poll()) {
            if (json) {
                Map<String, Object> line = new LinkedHashMap<>();
                line.put("text", clause.text());
                line.put("begin", clause.begin());
                line.put("end", clause.end());
                out.println(Json.line(line));
            } else {
                out.println(clause.text());
            }
        }
    }
}
