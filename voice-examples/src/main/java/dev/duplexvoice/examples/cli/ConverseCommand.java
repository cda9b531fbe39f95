package dev.duplexvoice.examples.cli;

import dev.duplexvoice.SessionEvent;
import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.audio.WavFile;
import dev.duplexvoice.examples.WholeFile;
import dev.duplexvoice.examples.conversation.Conversation;
import dev.duplexvoice.examples.conversation.EventJson;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code voice converse}. */
@Command(
        name = "converse",
        description = "Hold one session with a recorded caller.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Without --events and --json the events are printed as JSON lines.",
            "Example: voice converse call.wav -o both.wav --clock virtual"
        })
final class ConverseCommand implements Callable<Integer> {

    @Mixin
    private RecordedCall recorded = new RecordedCall();

    @Option(names = "-o", paramLabel = "F.wav", description = "Write both sides here, caller left, reply right.")
    private @Nullable Path output;

    @Option(names = "--events", paramLabel = "F.jsonl", description = "Write the events here.")
    private @Nullable Path eventsFile;

    @Option(names = "--json", description = "Print one JSON object when it is over.")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        WavFile wav = AudioInput.read(recorded.file());
        SessionOptions.Builder options = recorded.options();
        recorded.requireOutputs(output, eventsFile);
        boolean lines = eventsFile == null && !json;
        PrintWriter out = spec.commandLine().getOut();
        Consumer<SessionEvent> live = lines ? event -> out.println(EventJson.line(event)) : event -> {};
        recorded.hold(wav, options, live, (engine, result) -> {
            write(engine, result);
            if (json) {
                out.println(Json.line(summary(result)));
            }
        });
        return 0;
    }

    private void write(VoiceEngine engine, Conversation.Result result) {
        if (output != null) {
            int rate = result.output().sampleRate();
            short[] caller =
                    AudioInput.resample(engine, result.caller(), result.input().sampleRate(), rate);
            WavFile.write(output, rate, fit(caller, result.reply().length), result.reply());
        }
        if (eventsFile != null) {
            WholeFile.write(eventsFile, jsonLines(result.events()));
        }
    }

    /** Rounding in the resampler may leave a sample more or less than the other side has. */
    static short[] fit(short[] samples, int length) {
        return samples.length == length ? samples : Arrays.copyOf(samples, length);
    }

    static String jsonLines(List<SessionEvent> events) {
        return events.stream().map(EventJson::line).collect(Collectors.joining("\n", "", "\n"));
    }

    private Map<String, Object> summary(Conversation.Result result) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("input", recorded.file().toString());
        fields.put("seconds", RecordedCall.seconds(result));
        RecordedCall.count(result.events(), fields);
        return fields;
    }
}
