package dev.duplexvoice.examples.cli;

import dev.duplexvoice.examples.logs.CountSink;
import dev.duplexvoice.examples.logs.LogFiles;
import dev.duplexvoice.examples.logs.LogSearch;
import dev.duplexvoice.examples.logs.RecordFilter;
import dev.duplexvoice.examples.logs.Summary;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code voice logs count}. */
@Command(
        name = "count",
        description = "How many records there are of each value of a field, the most frequent first.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Any field: level, logger, error_type, message, data.voice; in text lines also",
            "what is written as name=value. Records without it are counted on stderr.",
            "Examples:",
            "  voice logs count --by error_type logs --last 1d",
            "  voice logs count --by message --level ERROR orchestrator.log"
        })
final class LogsCountCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "Files, folders, globs, or - for stdin.")
    private List<String> files = new ArrayList<>();

    @Option(names = "--by", paramLabel = "FIELD", required = true, description = "The field.")
    private String by = "";

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Mixin
    private LogsSelection selection = new LogsSelection();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        LogsDisplay.check(spec);
        if (by.isBlank()) {
            throw new IllegalArgumentException("--by is empty: give a field such as error_type");
        }
        RecordFilter filter = selection.filter(Instant.now());
        CountSink sink = new CountSink(filter, by);
        LogFiles sources = selection.find(spec, files);
        Summary summary = LogSearch.of(filter).run(sources.sources(), sink);
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        if (json) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("by", by);
            result.put("counts", sink.counts().sorted());
            result.put("without", sink.without());
            result.put("others", sink.counts().others());
            result.putAll(summary.fields());
            out.println(Json.line(result));
        } else {
            out.print(sink.counts().table());
            out.flush();
            if (sink.without() > 0) {
                err.println("voice: records without " + by + ": " + sink.without() + sink.hint());
            }
        }
        return LogsDisplay.tell(err, summary, sources);
    }
}
