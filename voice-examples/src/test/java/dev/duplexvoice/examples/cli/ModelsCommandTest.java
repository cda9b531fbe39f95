package dev.duplexvoice.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelsCommandTest {
    private static final byte[] MODEL = "a model".getBytes(StandardCharsets.UTF_8);
    private static final byte[] CONFIG = "a config".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path folder;

    private final Map<String, byte[]> served = new ConcurrentHashMap<>();
    private HttpServer server;
    private Path packs;
    private Path catalogue;

    @BeforeEach
    void serve() throws Exception {
        packs = folder.resolve("packs");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] body = served.get(exchange.getRequestURI().getPath());
            exchange.sendResponseHeaders(body == null ? 404 : 200, body == null ? -1 : body.length);
            if (body != null) {
                exchange.getResponseBody().write(body);
            }
            exchange.close();
        });
        server.start();
        served.put("/m.onnx", MODEL);
        served.put("/m.json", CONFIG);
        catalogue = Files.writeString(folder.resolve("own.yaml"), """
                models:
                  - id: own-voice
                    family: vits
                    languages: [en-US]
                    sample_rate: 22050
                    licence: MIT
                    note: made here
                    files:
                      - {role: model, path: m.onnx, size: 7, sha256: %s, url: "http://localhost:%d/m.onnx"}
                      - {role: config, path: m.json, size: 8, url: "http://localhost:%d/m.json"}
                """.formatted(
                        sha256(MODEL),
                        server.getAddress().getPort(),
                        server.getAddress().getPort()));
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private Cli pull(String... more) {
        return Cli.run(arguments("pull", "own-voice", "--catalogue", catalogue, more));
    }

    private Object[] arguments(Object command, Object one, Object two, Object three, String... more) {
        List<Object> all = new java.util.ArrayList<>(List.of("models", command, one, "--dir", packs, two, three));
        all.addAll(List.of(more));
        return all.toArray();
    }

    private static JsonNode json(Cli result) throws IOException {
        assertThat(result.out.lines()).as(result.out).hasSize(1);
        return new ObjectMapper().readTree(result.out);
    }

    private static JsonNode model(JsonNode json, String id) {
        for (JsonNode model : json.get("models")) {
            if (model.get("id").asText().equals(id)) {
                return model;
            }
        }
        throw new AssertionError(id + " is not in " + json);
    }

    @Test
    void shouldListPullAndVerify() throws Exception {
        JsonNode before = json(Cli.run("models", "list", "--dir", folder, "--catalogue", catalogue, "--json"));
        assertThat(model(before, "own-voice").get("state").asText()).isEqualTo("available");
        assertThat(model(before, "silero-vad").get("kind").asText()).isEqualTo("detector");

        Cli pulled = pull();
        assertThat(pulled.code).as(pulled.err).isZero();
        assertThat(pulled.out).isEqualTo(packs.resolve("vits/own-voice") + System.lineSeparator());
        assertThat(pulled.err)
                .contains("m.onnx: complete, SHA-256 right")
                .contains("m.json: only its size was checked", sha256(CONFIG))
                .contains("VOICE_PACKS=" + packs + " voice say TEXT --voice own-voice")
                .contains("own-voice: MIT; made here");

        JsonNode after = json(Cli.run("models", "list", "--dir", packs, "--catalogue", catalogue, "--json"));
        assertThat(model(after, "own-voice").get("state").asText()).isEqualTo("installed");
        assertThat(model(after, "own-voice").get("files").get("config").asText())
                .isEqualTo(packs.resolve("vits/own-voice/m.json").toString());
        assertThat(after.get("problems")).isEmpty();

        Cli verified = Cli.run("models", "verify", "--dir", packs);
        assertThat(verified.code).as(verified.err).isZero();
        assertThat(verified.out.lines()).hasSize(2).allMatch(line -> line.startsWith("ok     own-voice  "));
        assertThat(verified.err).isEmpty();
    }

    @Test
    void shouldNameTheFileThatIsWrong() throws Exception {
        pull();
        Path model = packs.resolve("vits/own-voice/m.onnx");
        Files.writeString(model, "b model");

        Cli verified = Cli.run("models", "verify", "own-voice", "--dir", packs);
        assertThat(verified.code).isEqualTo(1);
        assertThat(verified.out).contains("WRONG  own-voice  " + model);
        assertThat(verified.err.lines()).hasSize(1);
        assertThat(verified.err).startsWith("voice: " + model + ": sha256=").contains("must be " + sha256(MODEL));

        JsonNode json = json(Cli.run("models", "verify", "--dir", packs, "--json"));
        assertThat(json.get("ok").asBoolean()).isFalse();
        assertThat(json.get("files").get(0).get("ok").asBoolean()).isFalse();
        assertThat(json.get("files").get(1).get("ok").asBoolean()).isTrue();

        Files.writeString(model, "shorter");
        Files.writeString(model, "short");
        Cli broken = Cli.run("models", "verify", "--dir", packs);
        assertThat(broken.code).isEqualTo(1);
        assertThat(broken.err).contains("files[0].size=7: m.onnx has 5 bytes");
        JsonNode list = json(Cli.run("models", "list", "--dir", packs, "--catalogue", catalogue, "--json"));
        assertThat(model(list, "own-voice").get("state").asText()).isEqualTo("broken");
        assertThat(list.get("problems").get(0).get("message").asText()).contains("files[0].size=7");

        assertThat(pull().code).isZero();
        assertThat(Cli.run("models", "verify", "--dir", packs).code).isZero();
    }

    @Test
    void shouldFailAndSayWhyWhenAFileIsNotThere() throws Exception {
        served.remove("/m.json");

        Cli failed = pull("--json");

        assertThat(failed.code).isEqualTo(1);
        assertThat(failed.err).contains("/m.json: HTTP status 404, it is not there");
        JsonNode model = model(json(failed), "own-voice");
        assertThat(model.get("state").asText()).isEqualTo("failed");
        assertThat(model.get("error").asText()).contains("HTTP status 404");

        served.put("/m.json", CONFIG);
        JsonNode pulled = model(json(pull("--json")), "own-voice");
        assertThat(pulled.get("state").asText()).isEqualTo("pulled");
        assertThat(pulled.get("digests").asText()).isEqualTo("trusted");
        assertThat(model(json(pull("--json", "--offline")), "own-voice")
                        .get("state")
                        .asText())
                .isEqualTo("present");
    }

    @Test
    void shouldLeaveAloneWhatAnotherFolderHas() {
        pull();
        Path first = folder.resolve("first");
        System.setProperty("voice.packs", first + File.pathSeparator + packs);
        try {
            Cli again = Cli.run("models", "pull", "own-voice", "--catalogue", catalogue);

            assertThat(again.out.strip())
                    .isEqualTo(packs.resolve("vits/own-voice").toString());
            assertThat(again.err).contains("was there, and is right").doesNotContain("VOICE_PACKS=");
            assertThat(first).doesNotExist();
        } finally {
            System.clearProperty("voice.packs");
        }
    }

    @Test
    void shouldUseAPulledDetector() throws Exception {
        served.put(
                "/mirror/snakers4/silero-vad/7e30209a3e901f9842f81b225f3e93d8199902b1/src/silero_vad/data/silero_vad.onnx",
                Files.readAllBytes(Cli.fixture("vad/silero_vad.onnx")));
        String mirror = "http://localhost:" + server.getAddress().getPort() + "/mirror";

        Cli pulled = Cli.run("models", "pull", "silero-vad", "--dir", packs, "--mirror", mirror);

        assertThat(pulled.code).as(pulled.err).isZero();
        Cli heard = Cli.run("vad", Cli.fixture("audio/jfk.wav"), "--model", pulled.out.strip());
        assertThat(heard.out).isEqualTo(Files.readString(Cli.fixture("vad/jfk.segments.csv")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "                                   | 2 | which of list, pull and verify?",
                "sing                               | 2 | sing",
                "pull                               | 2 | 'ID'",
                "pull nothing                       | 2 | nothing: no such model is in the catalogue; use one of silero-vad,",
                "pull silero-vad --mirror x         | 2 | --mirror=x: must be an address",
                "pull silero-vad --mirror http://h:65536 | 2 | --mirror=http://h:65536: must be an address",
                "pull silero-vad --proxy x          | 2 | --proxy=x: must be http://",
                "pull silero-vad --timeout 0        | 2 | --timeout=0: must be 1 to 3600",
                "pull silero-vad --offline          | 1 | silero-vad is not installed",
                "pull silero-vad --catalogue no.yaml | 1 | no.yaml: cannot be read: it is not there",
                "list --catalogue ''                | 2 | --catalogue",
                "verify nothing                     | 1 | nothing: no such pack is installed",
            })
    void shouldSayInOneLineWhatIsWrong(String arguments, int code, String expected) {
        String[] words = arguments == null ? new String[0] : arguments.split(" ");
        Object[] all = new Object[words.length + 1 + (words.length > 0 && !words[0].equals("sing") ? 2 : 0)];
        all[0] = "models";
        for (int i = 0; i < words.length; i++) {
            all[i + 1] = words[i].equals("''") ? "" : words[i];
        }
        if (all.length > words.length + 1) {
            all[all.length - 2] = "--dir";
            all[all.length - 1] = folder;
        }

        Cli result = Cli.run(all);

        assertThat(result.code).as(result.err).isEqualTo(code);
        assertThat(result.err.lines()).as(result.err).hasSize(1);
        assertThat(result.err).startsWith("voice: ").contains(expected).doesNotContain("Exception");
        assertThat(result.out).isEmpty();
    }

    @Test
    void shouldSayThatNothingIsInstalled() {
        Cli result = Cli.run("models", "verify", "--dir", folder);

        assertThat(result.code).isZero();
        assertThat(result.err).startsWith("voice: nothing is installed in [" + folder + "]");
    }
}
