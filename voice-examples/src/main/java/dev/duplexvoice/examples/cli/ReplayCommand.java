package dev.duplexvoice.examples.cli;

import dev.duplexvoice.SessionEvent;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.audio.WavFile;
import dev.duplexvoice.examples.WholeFile;
import dev.duplexvoice.examples.conversation.EventJson;
import dev.duplexvoice.examples.conversation.ReplayedConversation;
import dev.duplexvoice.recording.Replay;
import dev.duplexvoice.recording.SessionRecording;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code voice replay}. */
@Command(
        name = "replay",
        description = "Run a recorded session again: the same events and the same audio, byte for byte.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Without --events and --json the events are printed as JSON lines.",
            "A recording that a crash has cut is replayed as far as it goes, and stderr says so.",
            "Example: voice replay call.dvrec -o replies.wav"
        })
final class ReplayCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "F.dvrec", description = "The recording.")
    private Path file = Path.of("");

    @Option(names = "-o", paramLabel = "F.wav", description = "Write the replies that the host took here.")
    private @Nullable Path output;

    @Option(names = "--events", paramLabel = "F.jsonl", description = "Write the events here.")
    private @Nullable Path eventsFile;

    @Option(names = "--json", description = "Print one JSON object when it is over.")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        SessionRecording recording = SessionRecording.open(file);
        requireOutput(output);
        requireOutput(eventsFile);
        if (output != null && eventsFile != null) {
            WholeFile.requireOther(output, eventsFile);
        }
        boolean lines = eventsFile == null && !json;
        PrintWriter out = spec.commandLine().getOut();
        Consumer<SessionEvent> live = lines ? event -> out.println(EventJson.line(event)) : event -> {};
        ReplayedConversation again = ReplayedConversation.run(recording, output != null, live);
        if (output != null) {
            WavFile.write(output, recording.output().sampleRate(), again.reply());
        }
        if (eventsFile != null) {
            WholeFile.write(eventsFile, ConverseCommand.jsonLines(again.events()));
        }
        if (json) {
            out.println(Json.line(summary(recording, again)));
        }
        tellEnd(again.replay());
        return 0;
    }

    private void requireOutput(@Nullable Path result) {
        if (result != null) {
            WholeFile.requireWritable(result);
            WholeFile.requireOther(file, result);
        }
    }

    private void tellEnd(Replay replay) {
        if (replay.end() == Replay.End.COMPLETE) {
            return;
        }
        String told = file + ": " + replay.message() + "; replayed " + seconds(replay) + " s, " + replay.events()
                + " events and " + replay.frames() + " frames of it";
        if (!replay.isFaithful()) {
            throw new VoiceException(VoiceException.Code.IO, told);
        }
        spec.commandLine().getErr().println("voice: " + told);
    }

    private static BigDecimal seconds(Replay replay) {
        return Json.decimals(replay.length().toNanos() / 1e9, 3);
    }

    private Map<String, Object> summary(SessionRecording recording, ReplayedConversation again) {
        Replay replay = again.replay();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("recording", file.toString());
        fields.put("session_id", recording.sessionId());
        fields.put("made_by", recording.madeBy());
        fields.put("end", replay.end().name().toLowerCase(Locale.ROOT));
        if (replay.message() != null) {
            fields.put("message", replay.message());
        }
        fields.put("seconds", seconds(replay));
        fields.put("records", replay.records());
        fields.put("events", replay.events());
        fields.put("frames", replay.frames());
        RecordedCall.count(again.events(), fields);
        return fields;
    }
}
