package dev.duplexvoice.examples.cli;

import dev.duplexvoice.SessionEvent;
import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.audio.WavFile;
import dev.duplexvoice.examples.WholeFile;
import dev.duplexvoice.examples.conversation.Conversation;
import dev.duplexvoice.examples.conversation.EventJson;
import dev.duplexvoice.recording.Replay;
import dev.duplexvoice.recording.ReplayListener;
import dev.duplexvoice.recording.SessionRecording;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code voice record}. */
@Command(
        name = "record",
        description = "Hold one session with a recorded caller, and record the session for voice replay.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "The recording holds the caller's voice and words; only its owner can read it.",
            "Without --events and --json the events are printed as JSON lines.",
            "Example: voice record call.wav -o call.dvrec --clock virtual"
        })
final class RecordCommand implements Callable<Integer> {
    @Mixin
    private RecordedCall recorded = new RecordedCall();

    @Option(names = "-o", paramLabel = "OUT.dvrec", required = true, description = "Record here; replaces the file.")
    private Path output = Path.of("");

    @Option(names = "--events", paramLabel = "F.jsonl", description = "Write the events here.")
    private @Nullable Path eventsFile;

    @Option(
            names = "--audio-out",
            paramLabel = "F.wav",
            description = "Write the replies here, as voice replay -o does.")
    private @Nullable Path audio;

    @Option(names = "--json", description = "Print one JSON object when it is over.")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        WavFile wav = AudioInput.read(recorded.file());
        SessionOptions.Builder options = recorded.options();
        recorded.requireOutputs(output, eventsFile, audio);
        replace(output);
        options.recording(output);
        boolean lines = eventsFile == null && !json;
        PrintWriter out = spec.commandLine().getOut();
        Consumer<SessionEvent> live = lines ? event -> out.println(EventJson.line(event)) : event -> {};
        recorded.hold(wav, options, live, (engine, result) -> {
            if (audio != null) {
                WavFile.write(
                        audio, result.output().sampleRate(), Arrays.copyOf(result.reply(), result.replySamples()));
            }
            if (eventsFile != null) {
                WholeFile.write(eventsFile, ConverseCommand.jsonLines(result.events()));
            }
            requireWhole();
            if (json) {
                out.println(Json.line(summary(result)));
            }
        });
        return 0;
    }

    private static void replace(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new VoiceException(VoiceException.Code.IO, file + " cannot be replaced: " + e.getMessage(), e);
        }
    }

    /** A recording that ended early is told of by an event, or, if only its end is missing, by nothing but the file. */
    private void requireWhole() {
        Replay replay = SessionRecording.open(output).replay(new ReplayListener() {});
        if (replay.end() != Replay.End.COMPLETE) {
            throw new VoiceException(
                    VoiceException.Code.IO,
                    output + " is not whole: " + replay.message() + "; is there room on its disk?");
        }
    }

    private Map<String, Object> summary(Conversation.Result result) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("input", recorded.file().toString());
        fields.put("recording", output.toString());
        fields.put("bytes", output.toFile().length());
        fields.put("seconds", RecordedCall.seconds(result));
        RecordedCall.count(result.events(), fields);
        return fields;
    }
}
