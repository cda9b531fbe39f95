package dev.duplexvoice.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.audio.WavFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
    @TempDir
    private Path folder;

    private static void assertOneLine(Cli result, int code, String... parts) {
        assertThat(result.code).as(result.err).isEqualTo(code);
        assertThat(result.err.lines()).as(result.err).hasSize(1);
        assertThat(result.err).startsWith("voice: ").contains(parts).doesNotContain("Exception", "internal error");
        assertThat(result.out).isEmpty();
    }

    @Test
    void shouldTellTheVersionThatWasBuilt() throws IOException {
        String pom = Files.readString(Path.of("pom.xml"));
        String built = pom.substring(pom.indexOf("<version>") + 9, pom.indexOf("</version>"));

        Cli version = Cli.run("--version");

        assertThat(version.code).isZero();
        assertThat(version.out.strip()).isEqualTo("Duplex Voice " + built);
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "say", "segment", "vad", "converse", "simulate", "loadtest", "models", "worker"})
    void shouldExplainItselfWhenAskedForHelp(String command) {
        Cli help = Cli.run(command, "--help");
        assertThat(help.code).isZero();
        assertThat(help.out).startsWith("Usage: voice " + command).contains("--help");
    }

    @Test
    void shouldBeWrongUsageWhenTheCommandOrAnOptionIsUnknown() {
        assertOneLine(Cli.run("sing"), 2, "sing", "no such command", "demo");
        assertOneLine(Cli.run("say", "Hello", "--volume", "11"), 2, "--volume");
        assertOneLine(Cli.run("say"), 2, "TEXT");
        assertOneLine(Cli.run("converse", "x.wav", "--clock", "sundial"), 2, "sundial", "use real or virtual");
    }

    @ParameterizedTest
    @ValueSource(strings = {"vad", "converse"})
    void shouldSayWhatIsWrongWhenTheRecordingCannotBeUsed(String command) throws IOException {
        assertOneLine(Cli.run(command, folder.resolve("none.wav")), 1, "none.wav", "no such file");
        assertOneLine(Cli.run(command, folder), 1, "directory");
        assertOneLine(Cli.run(command, Files.createFile(folder.resolve("empty.wav"))), 1, "empty.wav", "is empty");
        Path text = Files.writeString(folder.resolve("text.wav"), "this is not audio at all");
        assertOneLine(Cli.run(command, text), 1, "is not a WAV file");
        Path good = folder.resolve("good.wav");
        WavFile.write(good, 16_000, new short[1_600]);
        byte[] bytes = Files.readAllBytes(good);
        Path truncated = Files.write(folder.resolve("cut.wav"), Arrays.copyOf(bytes, 100));
        assertOneLine(Cli.run(command, truncated), 1, "truncated");
        Path odd = folder.resolve("odd.wav");
        WavFile.write(odd, 11_025, new short[1_600]);
        assertOneLine(Cli.run(command, odd), 1, "11025", "use 8000");
        Path muLaw = Files.write(folder.resolve("mulaw.wav"), withCoding(bytes, 7, 8));
        assertOneLine(Cli.run(command, muLaw), 1, "mu-law");
    }

    @Test
    void shouldConvertWhenTheRecordingIsStereoOrOfOtherWidth() throws IOException {
        Path stereo = folder.resolve("stereo.wav");
        WavFile.write(stereo, 48_000, new short[48_000], new short[48_000]);
        assertThat(Cli.run("vad", stereo).code).isZero();
        for (int[] kind : new int[][] {{1, 8}, {1, 24}, {1, 32}, {3, 32}, {3, 64}}) {
            Path file = Files.write(folder.resolve("k" + kind[0] + kind[1] + ".wav"), wav(kind[0], kind[1], 16_000));
            Cli result = Cli.run("vad", file);
            assertThat(result.code).as(result.err).isZero();
            assertThat(result.out).isEqualTo("start,end\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"...", "?!", "\ud83d\ude00 \ud83c\udf89"})
    void shouldSayThatThereIsNothingWhenTheTextHasNoWords(String text) {
        assertOneLine(Cli.run("say", text), 1, "nothing to say");
    }

    @Test
    void shouldTellWhatTheVoiceLeftOut() {
        Cli said = Cli.run("say", "Hello 你好 friend. 再见。 It is **$5**, привет!", "--json");
        assertThat(said.code).isZero();
        assertThat(said.out).endsWith(",\"unspoken\":[\"你好\",\"再见。\",\"привет!\"]}\n");
        assertThat(said.err).hasLineCount(1).contains("voice rms", "'你好 再见。 привет!'", "choose another --voice");

        Cli nothing = Cli.run("say", "你好", "--voice", "kal16", "--json");
        assertOneLine(nothing, 1, "nothing to say", "voice kal16", "'你好'", "--voice");
        assertThat(nothing.out).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--rate", "--pitch"})
    void shouldBeWrongUsageWhenTheProsodyIsOutOfRange(String option) {
        for (String value : List.of("0.49", "2.01", "-1", "0", "NaN", "Infinity")) {
            assertOneLine(Cli.run("say", "Hello", option, value), 2, option + "=", "must be 0.5 to 2");
        }
        assertOneLine(Cli.run("say", "Hello", option, "fast"), 2, option, "fast");
        assertOneLine(Cli.run("say", "Hello", option), 2, option);
    }

    @Test
    void shouldSpeakFasterAndHigherWhenToldSo() {
        double plain = audioMillis();
        assertThat(audioMillis("--rate", "2")).isBetween(plain * 0.4, plain * 0.6);
        assertThat(audioMillis("--rate", "0.5")).isBetween(plain * 1.8, plain * 2.2);
        assertThat(audioMillis("--pitch", "1.5")).isBetween(plain * 0.95, plain * 1.05);
    }

    private static double audioMillis(String... options) {
        Object[] args = Stream.concat(
                        Stream.of("say", "One two three four five six seven.", "--json"), Stream.of(options))
                .toArray();
        Cli said = Cli.run(args);
        assertThat(said.code).as(said.err).isZero();
        return Double.parseDouble(said.out.replaceAll(".*\"audio_ms\":\\s*([0-9.]+).*\\s*", "$1"));
    }

    @Test
    void shouldRaiseThePitchWhenToldSo() throws IOException {
        Path plain = folder.resolve("plain.wav");
        Path high = folder.resolve("high.wav");
        assertThat(Cli.run("say", "Hello there.", "--voice", "kal16", "-o", plain).code)
                .isZero();
        assertThat(Cli.run("say", "Hello there.", "--voice", "kal16", "--pitch", "1.5", "-o", high).code)
                .isZero();
        assertThat(Files.readAllBytes(high)).isNotEqualTo(Files.readAllBytes(plain));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   "})
    void shouldBeWrongUsageWhenTheTextIsEmpty(String text) {
        assertOneLine(Cli.run("say", text), 2, "TEXT is empty", "give a word");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "vad ''| F.wav",
                "vad F.wav --model ''| --model",
                "vad-eval ''| DIR",
                "vad-eval DIR --svg ''| --svg",
                "say Hello -o ''| -o",
                "converse ''| F.wav",
                "converse F.wav --events ''| --events",
                "converse F.wav --responder script:''| --responder=script:",
                "record F.wav -o ''| -o",
                "replay ''| F.dvrec",
                "simulate ''| S.json",
                "demo --input ''| --input",
                "demo --out ''| --out",
                "loadtest --audio ''| --audio",
            })
    void shouldNameTheOptionWhenAPathIsEmpty(String command, String option) throws IOException {
        WavFile.write(folder.resolve("F.wav"), 16_000, new short[1_600]);
        Object[] args = Arrays.stream(command.split(" "))
                .map(word -> word.replace("''", ""))
                .map(word -> word.equals("F.wav") ? folder.resolve(word) : word)
                .toArray();
        assertOneLine(Cli.run(args), 2, option, "empty", "give a file");
    }

    @Test
    void shouldBeTheHelpWhenTheCommandIsHelp() {
        Cli help = Cli.run("help");
        assertThat(help.code).isZero();
        assertThat(help.out).isEqualTo(Cli.run("--help").out).contains("vad-eval");
        assertThat(Cli.run("help", "vad").out).isEqualTo(Cli.run("vad", "--help").out);
        assertOneLine(Cli.run("help", "sing"), 2, "sing");
    }

    @Test
    void shouldNameTheLaunchersCommandsWhenTheCommandIsUnknown() {
        assertOneLine(Cli.run("sing"), 2, "demo", ", test", ", bench", "help");
        assertOneLine(Cli.run("bench"), 2, "./voice bench");
    }

    @Test
    void shouldSayThatThereIsNoRecognizerWhenAnOptionNeedsOne() throws IOException {
        Path wav = folder.resolve("F.wav");
        WavFile.write(wav, 16_000, new short[1_600]);
        for (String option : List.of("interruption.minWords=2", "interruption.backchannels=yes,hm")) {
            assertOneLine(Cli.run("converse", wav, "--set", option), 2, option.split("=")[0], "has no recognizer");
        }
    }

    @Test
    void shouldRefuseTheDeviceWhenTheEnvironmentNamesNone() throws Exception {
        Path wav = folder.resolve("F.wav");
        WavFile.write(wav, 16_000, new short[1_600]);
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                VoiceCommand.class.getName(),
                "vad",
                wav.toString());
        builder.environment().put("VOICE_VAD_DEVICE", "foo");
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        Process process = builder.redirectErrorStream(true).start();
        String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(told).isEqualTo(2);
        // A newer Java adds what it thinks of native code.
        List<String> lines = told.lines()
                .filter(line -> !line.isBlank() && !line.startsWith("WARNING:"))
                .toList();
        assertThat(lines).singleElement().asString().startsWith("voice: VOICE_VAD_DEVICE=foo");
    }

    @Test
    void shouldRefuseWhenTheTextIsAMegabyte() {
        assertOneLine(Cli.run("say", "word ".repeat(200_000)), 1, "1000000", "split");
    }

    @Test
    void shouldNameTheVoicesWhenThereIsNoSuchVoice() {
        assertOneLine(Cli.run("say", "Hello", "--voice", "elvis"), 2, "elvis", "rms");
    }

    @Test
    void shouldLeaveNothingWhenTheOutputCannotBeWritten() throws IOException {
        assertOneLine(Cli.run("say", "Hello", "-o", folder.resolve("none/x.wav")), 1, "folder is not there");
        assertOneLine(Cli.run("say", "Hello", "-o", folder), 1, "directory");
        try (var files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void shouldNotDestroyTheRecordingWhenItIsAlsoTheOutput() throws IOException {
        Path wav = folder.resolve("call.wav");
        WavFile.write(wav, 16_000, new short[1_600]);
        byte[] before = Files.readAllBytes(wav);
        assertOneLine(Cli.run("converse", wav, "-o", wav, "--clock", "virtual"), 1, "two different files");
        Path link = Files.createSymbolicLink(folder.resolve("link.wav"), wav);
        assertOneLine(Cli.run("converse", wav, "-o", link, "--clock", "virtual"), 1, "two different files");
        assertThat(Files.readAllBytes(wav)).isEqualTo(before);
    }

    @Test
    void shouldWriteThroughALinkWhenTheOutputIsOne() throws IOException {
        Path wav = Files.createFile(folder.resolve("real.wav"));
        Path link = Files.createSymbolicLink(folder.resolve("link.wav"), wav);
        assertThat(Cli.run("say", "Hello", "-o", link).code).isZero();
        assertThat(link).isSymbolicLink();
        assertThat(WavFile.read(wav).samples()).isNotEmpty();
    }

    @Test
    void shouldReportItsFiguresWhenAskedForJson() {
        Path file = folder.resolve("hello.wav");
        Cli result = Cli.run("say", "Welcome to the realtime duplex voice demo.", "--json", "-o", file);
        assertThat(result.code).isZero();
        assertThat(result.out.strip())
                .matches("\\{\"model\":\"rms\",\"sample_rate\":16000,\"first_audio_ms\":[0-9.]+,"
                        + "\"synthesis_ms\":[0-9.]+,\"audio_ms\":[0-9.]+,\"rtf\":[0-9.]+,\"unspoken\":\\[]}");
        WavFile wav = WavFile.read(file);
        assertThat(wav.sampleRate()).isEqualTo(16_000);
        assertThat(wav.samples().length).isBetween(2 * 16_000, 5 * 16_000);
        int peak = 0;
        for (short sample : wav.samples()) {
            peak = Math.max(peak, Math.abs(sample));
        }
        assertThat(peak).isGreaterThan(3_000);
    }

    @Test
    void shouldSayWhereWhenTheScenarioIsWrong() throws IOException {
        assertOneLine(Cli.run("simulate", folder.resolve("none.json")), 1, "no such file");
        assertOneLine(scenario("{\"user\": [{\"from\": 1}]}"), 1, "user[0]", "to");
        assertOneLine(scenario("{\"usr\": []}"), 1, "usr");
        assertOneLine(scenario("{"), 1, "line 1");
        assertOneLine(scenario("[]"), 1, "line 1, column 1", "an object", "not an array");
        assertOneLine(scenario("{\"user\": [null]}"), 1, "null");
        assertOneLine(scenario("{\"options\": {\"vad.threshold\": null}}"), 1, "null");
        assertOneLine(scenario("{\"say\": [{\"at\": 1, \"text\": null}], \"tts\": [{\"audio\": 1}]}"), 1, "null");
        assertOneLine(scenario("{\"user\": [{\"from\": 3, \"to\": 2}]}"), 1, "user[0]", "from=3.0");
        assertOneLine(
                scenario("{\"options\": {\"vad.magic\": \"1\"}}"),
                2,
                "scenario.json: options",
                "vad.magic",
                "vad.minSilence");
        assertOneLine(
                scenario("{\"options\": {\"vad.minSilence\": \"soon\"}}"),
                2,
                "scenario.json: options",
                "soon",
                "500ms");
        assertOneLine(scenario("{\"say\": [{\"at\": 1, \"text\": \"Hi\"}]}"), 1, "tts is empty");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"user\": [ | : line 1, column 10: the array is not closed",
                "{\"user\": [{\"from\": 1 | : line 1, column 11: the object is not closed",
                "{\"user\": [{\"fr | : line 1, column 11: a text or name behind here is not closed",
                "{\"user\": [{\"from\": NaN, \"to\": 2}]} | : line 1, column 20: NaN is no value: write a number",
                "{\"user\": [{\"from\": soon, \"to\": 2}]} | : line 1, column 20: soon is no value",
                "{\"user\": [{\"from\": 1 \"to\": 2}]} | : line 1, column 22: \" is not expected here",
                "{\"user\": []]} | : line 1, column 12: ] is not expected here",
                "{\"user\": []} {} | : line 1, column 14: the scenario has ended",
                "{\"user\": [], \"user\": []} | user is there twice",
                "{\"user\": [{\"from\": 1, \"from\": 1, \"to\": 2}]} | from is there twice",
                "{\"user\": [{\"to\": 2}]} | user[0]: from is missing",
                "{\"user\": [{\"from\": \"1\", \"to\": 2}]} | user[0].from: write a number of seconds",
                "{\"user\": [{\"from\": \"\", \"to\": 2}]} | user[0].from: write a number of seconds",
                "{\"user\": [{\"from\": null, \"to\": 2}]} | column 20: from is null: write a number of seconds",
                "{\"user\": {}} | user: write an array",
                "{\"user\": [1]} | user[0]: write an object",
                "{\"user\": [{\"from\": 1, \"to\": 2, \"form\": 1}]} | user[0]: there is no form; use one of from, sttDelay, text, to",
                "{\"streaming\": \"yes\"} | streaming: write true or false",
                "{\"options\": []} | options: write an object of option names",
                "7 | a scenario is an object",
                "null | a scenario is an object",
                "'' | is empty",
                "'  ' | is empty",
            })
    void shouldSayInItsOwnWordsWhenTheScenarioIsNoJsonOfOne(String json, String told) throws IOException {
        assertOneLine(scenario(json), 1, "scenario.json", told);
    }

    @Test
    void shouldCountLinesWhenTheScenarioHasMany() throws IOException {
        assertOneLine(scenario("{\n  \"user\": [\n    {\"from\": NaN}]}"), 1, "line 3, column 14: NaN");
        assertOneLine(scenario("{\"options\": {\"vad.threshold\": 7}}"), 2, "scenario.json: options: ", "7");
    }

    private Cli scenario(String json) throws IOException {
        return Cli.run("simulate", Files.writeString(folder.resolve("scenario.json"), json));
    }

    private static byte[] withCoding(byte[] wav, int coding, int bits) {
        byte[] copy = wav.clone();
        ByteBuffer.wrap(copy)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort(20, (short) coding)
                .putShort(34, (short) bits);
        return copy;
    }

    /** A second of silence. */
    private static byte[] wav(int coding, int bits, int rate) {
        int bytes = rate * bits / 8;
        ByteBuffer file = ByteBuffer.allocate(44 + bytes).order(ByteOrder.LITTLE_ENDIAN);
        file.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(36 + bytes);
        file.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII))
                .putInt(16)
                .putShort((short) coding)
                .putShort((short) 1);
        file.putInt(rate).putInt(bytes).putShort((short) (bits / 8)).putShort((short) bits);
        file.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(bytes);
        if (bits == 8) {
            while (file.hasRemaining()) {
                file.put((byte) 128);
            }
        }
        return file.array();
    }
}
