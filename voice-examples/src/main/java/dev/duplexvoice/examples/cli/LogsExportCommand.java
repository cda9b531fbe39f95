package dev.duplexvoice.examples.cli;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.examples.logs.CsvSink;
import dev.duplexvoice.examples.logs.JsonSink;
import dev.duplexvoice.examples.logs.LineSink;
import dev.duplexvoice.examples.logs.LogFiles;
import dev.duplexvoice.examples.logs.LogSearch;
import dev.duplexvoice.examples.logs.Output;
import dev.duplexvoice.examples.logs.RecordFilter;
import dev.duplexvoice.examples.logs.Summary;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code voice logs export}. */
@Command(
        name = "export",
        description = "Records as CSV for spreadsheets, or as one JSON array.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "CSV has timestamp, level, logger, session_id, message, duration_ms, error_type",
            "and error_message, or what --fields names. A value that a spreadsheet would",
            "take for a formula gets a ' before it.",
            "Examples:",
            "  voice logs export --csv logs --session session-abc123 -o timeline.csv",
            "  voice logs export --csv --fields timestamp,data.voice,duration_ms server.log",
            "  docker logs orchestrator 2>&1 | voice logs export --json - > all.json"
        })
final class LogsExportCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "Files, folders, globs, or - for stdin.")
    private List<String> files = new ArrayList<>();

    @Option(names = "--csv", description = "CSV, a line of names first; this is the default.")
    private boolean csv;

    @Option(names = "--json", description = "One JSON array of the records, with all their fields.")
    private boolean json;

    @Option(names = "--fields", paramLabel = "A,B,…", split = ",", description = "The columns of the CSV.")
    private List<String> fields = new ArrayList<>();

    @Option(names = "--session", paramLabel = "ID", description = "Of this session only.")
    private @Nullable String session;

    @Option(names = "-o", paramLabel = "F", description = "Write to this file, which is replaced.")
    private @Nullable Path to;

    @Mixin
    private LogsSelection selection = new LogsSelection();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        LogsDisplay.check(spec);
        if (csv && json || json && !fields.isEmpty()) {
            throw new IllegalArgumentException(
                    csv ? "--csv and --json: give one of them" : "--fields: only CSV has columns; leave --json out");
        }
        if (fields.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException(
                    "--fields=" + String.join(",", fields) + ": a name is empty; give names such as timestamp,message");
        }
        RecordFilter filter = selection.filter(Instant.now());
        if (session != null) {
            filter.session(LogsOfSession.id(session));
        }
        LogFiles sources = selection.find(spec, files);
        Summary summary = to == null ? write(filter, sources, spec.commandLine().getOut()) : write(filter, sources, to);
        return LogsDisplay.tell(spec.commandLine().getErr(), summary, sources);
    }

    private Summary write(RecordFilter filter, LogFiles sources, Path file) {
        Path real = file.toAbsolutePath().normalize();
        if (sources.sources().stream()
                .anyMatch(source -> source.file() != null
                        && source.file().toAbsolutePath().normalize().equals(real))) {
            throw new IllegalArgumentException("-o=" + file + ": is one of the logs that are read; give another file");
        }
        try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(file, StandardCharsets.UTF_8))) {
            Summary summary = write(filter, sources, out);
            if (out.checkError()) {
                throw new VoiceException(
                        VoiceException.Code.IO, file + " cannot be written to its end: is the disk full?");
            }
            return summary;
        } catch (IOException e) {
            throw new VoiceException(
                    VoiceException.Code.IO, file + " cannot be written: give a file in a folder that takes one", e);
        }
    }

    private Summary write(RecordFilter filter, LogFiles sources, PrintWriter to) {
        Output out = new Output(to);
        LineSink sink = json
                ? new JsonSink(out, filter, JsonSink.Form.ARRAY, Map::of)
                : new CsvSink(out, filter, fields.isEmpty() ? CsvSink.USUAL : fields);
        return LogSearch.of(filter).run(sources.sources(), sink);
    }
}
