package dev.duplexvoice.examples.cli;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.audio.WavFile;
import dev.duplexvoice.examples.WholeFile;
import dev.duplexvoice.examples.conversation.Conversation;
import dev.duplexvoice.examples.conversation.EventJson;
import dev.duplexvoice.examples.conversation.Pacer;
import dev.duplexvoice.examples.demo.Demo;
import dev.duplexvoice.examples.demo.Timeline;
import dev.duplexvoice.examples.report.ConversationRecording;
import dev.duplexvoice.examples.report.HtmlReport;
import dev.duplexvoice.examples.report.Latencies;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code voice demo}. */
@Command(
        name = "demo",
        description = "Hold a full-duplex conversation in real time and leave a report to look at.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Leaves in DIR: report.html, conversation.wav (caller left, reply right) and events.jsonl.",
            "Everything runs on this machine; nothing is downloaded."
        })
final class DemoCommand implements Callable<Integer> {
    @Option(
            names = "--input",
            paramLabel = "F.wav",
            description = "A recording as the caller, instead of the scripted one.")
    private @Nullable Path input;

    @Option(names = "--out", paramLabel = "DIR", description = "Where the results go; default: demo-out.")
    private Path folder = Path.of("demo-out");

    @Option(names = "--json", description = "Print one JSON object when it is over; the timeline goes to stderr.")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        WavFile recording = input == null ? null : AudioInput.read(input);
        prepareFolder();
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter live = json ? spec.commandLine().getErr() : out;
        Timeline timeline = new Timeline(live, System.console() != null && System.getenv("NO_COLOR") == null);
        Instant startedAt = Instant.now();
        Pacer pacer = Pacer.real();
        try (VoiceEngine engine = VoiceEngine.builder().clock(pacer.clock()).build()) {
            Demo demo = new Demo(engine, pacer);
            Conversation.Result result =
                    recording == null ? demo.scripted(timeline::show) : recorded(demo, engine, recording, timeline);
            Map<String, Object> summary = write(engine, result, startedAt);
            if (json) {
                out.println(Json.line(summary));
            } else {
                print(out, result);
            }
        }
        return 0;
    }

    private static Conversation.Result recorded(Demo demo, VoiceEngine engine, WavFile wav, Timeline timeline) {
        int rate = wav.sampleRate() == 22_050 ? 44_100 : wav.sampleRate();
        return demo.recorded(AudioInput.resample(engine, wav.samples(), wav.sampleRate(), rate), rate, timeline::show);
    }

    private void prepareFolder() {
        try {
            Files.createDirectories(folder);
        } catch (FileAlreadyExistsException e) {
            throw new VoiceException(VoiceException.Code.IO, folder + " is a file: give a folder with --out", e);
        } catch (IOException e) {
            throw new VoiceException(
                    VoiceException.Code.IO, folder + " cannot be made: no permission, give another with --out", e);
        }
        WholeFile.requireWritable(folder.resolve("report.html"));
    }

    private Map<String, Object> write(VoiceEngine engine, Conversation.Result result, Instant startedAt)
            throws IOException {
        int rate = result.output().sampleRate();
        short[] caller =
                AudioInput.resample(engine, result.caller(), result.input().sampleRate(), rate);
        WavFile.write(
                folder.resolve(HtmlReport.AUDIO_FILE),
                rate,
                ConverseCommand.fit(caller, result.reply().length),
                result.reply());
        WholeFile.write(folder.resolve("events.jsonl"), ConverseCommand.jsonLines(result.events()));
        List<Map<String, Object>> events =
                result.events().stream().map(EventJson::map).toList();
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("Voice", engine.defaultVoice());
        facts.put("Caller", input == null ? "scripted, voice " + Demo.CALLER_VOICE : input.getFileName() + "");
        facts.put("Detector", engine.detector().name());
        facts.put("Input", result.input().sampleRate() / 1000.0 + " kHz");
        facts.put("Output", rate / 1000.0 + " kHz");
        facts.put("Clock", "real");
        HtmlReport.write(
                new ConversationRecording(
                        input == null ? "Demo conversation" : "Conversation with " + input.getFileName(),
                        startedAt,
                        result.caller(),
                        result.input().sampleRate(),
                        result.reply(),
                        rate,
                        result.probabilities(),
                        result.windowSeconds(),
                        0.5f,
                        events,
                        facts),
                folder.resolve("report.html"));
        Latencies latencies = Latencies.of(events);
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("seconds", Json.decimals((double) result.reply().length / rate, 3));
        summary.put("turns", latencies.replies().size());
        summary.put("first_audio_ms", millis(latencies.firstAudio()));
        summary.put("end_to_end_ms", millis(latencies.endToEnd()));
        summary.put("barge_in_ms", millis(latencies.bargeIn()));
        summary.put("report", folder.resolve("report.html").toString());
        return summary;
    }

    private static List<Object> millis(double[] seconds) {
        return Arrays.stream(seconds)
                .mapToObj(s -> (Object) Json.decimals(s * 1e3, 1))
                .toList();
    }

    private void print(PrintWriter out, Conversation.Result result) {
        Latencies latencies =
                Latencies.of(result.events().stream().map(EventJson::map).toList());
        out.println();
        row(out, "first audio", "after the caller's turn", latencies.firstAudio());
        row(out, "end to end", "from the caller's last sound", latencies.endToEnd());
        row(out, "barge-in", "from detection to silence", latencies.bargeIn());
        out.println();
        out.println("Look at " + folder.resolve("report.html"));
    }

    private static void row(PrintWriter out, String name, String meaning, double[] seconds) {
        if (seconds.length == 0) {
            out.println(String.format(Locale.ROOT, "  %-12s -", name));
            return;
        }
        out.println(String.format(
                Locale.ROOT,
                "  %-12s median %6.1f ms   worst %6.1f ms   %s",
                name,
                Latencies.median(seconds).orElse(0) * 1e3,
                Latencies.percentile(seconds, 100).orElse(0) * 1e3,
                meaning));
    }
}
