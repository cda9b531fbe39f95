package dev.duplexvoice.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.logging.LogLevel;
import dev.duplexvoice.server.Scope;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerConfigTest {
    @TempDir
    Path folder;

    private Path file(String yaml) throws IOException {
        return Files.writeString(folder.resolve("voice.yaml"), yaml);
    }

    private ServerConfig load(String yaml, Map<String, String> environment) throws IOException {
        return ServerConfig.load(file(yaml), environment);
    }

    private List<String> problems(String yaml) throws IOException {
        Path file = file(yaml);
        return problems(file, Map.of());
    }

    private List<String> problems(Path file, Map<String, String> environment) {
        ConfigException e = catchThrowableOfType(ConfigException.class, () -> ServerConfig.load(file, environment));
        assertThat(e).isNotNull();
        return e.problems().stream()
                .map(problem -> problem.toString().replace(folder + "/", ""))
                .toList();
    }

    @Test
    void shouldHaveADefaultForEveryKeyThatItAlsoAccepts() {
        ServerConfig config = ServerConfig.defaults();
        for (ConfigKey<?> key : ServerKeys.list()) {
            if (!key.defaultText().isEmpty()) {
                assertThat(config.get(key)).as(key.name()).isNotNull();
            }
            assertThat(key.meaning()).as(key.name()).matches("(?s)[A-Z].+\\.");
            assertThat(key.range()).as(key.name()).isNotBlank();
        }
        assertThat(config.get(ServerKeys.PORT)).isEqualTo(8080);
        assertThat(config.get(ServerKeys.HOST_NAME)).isEqualTo("127.0.0.1");
    }

    @Test
    void shouldKnowEveryOptionOfASession() {
        assertThat(SessionKeys.all().keySet())
                .containsExactlyInAnyOrderElementsOf(SessionOptions.keys().keySet());
    }

    /** The ranges of sessions' options are written down a second time, for people; the options themselves decide. */
    @Test
    void shouldTellTheRangesThatSessionsHave() {
        for (ConfigKey<String> key : SessionKeys.all().values()) {
            Matcher range = Pattern.compile("(-?[0-9.]+)(ms|s|m|h)? to (-?[0-9.]+)(ms|s|m|h)?( .*)?")
                    .matcher(key.range());
            if (range.matches()) {
                String unit = range.group(4) == null ? "" : range.group(4);
                assertThat(key.parse(range.group(1) + (range.group(2) == null ? "" : range.group(2))))
                        .isNotNull();
                assertThat(key.parse(range.group(3) + unit)).isNotNull();
                String beyond = Integer.toString((int) Double.parseDouble(range.group(3)) + 1);
                assertThatThrownBy(() -> key.parse(beyond + unit))
                        .as(key + "=" + beyond)
                        .hasMessageContaining("must be");
            }
        }
    }

    @Test
    void shouldReadGroupsAndDottedNamesAlike() throws IOException {
        ServerConfig nested = load("server:\n  port: 9000\nvad:\n  minSilence: 400ms\n", Map.of());
        ServerConfig dotted = load("server.port: 9000\nvad.minSilence: 400ms\n", Map.of());

        assertThat(nested.changed(dotted)).isEmpty();
        assertThat(nested.get(ServerKeys.PORT)).isEqualTo(9000);
        SessionOptions.Builder options = SessionOptions.builder();
        nested.applyTo(options);
        assertThat(options.build().vad().minSilence()).isEqualTo(Duration.ofMillis(400));
    }

    @Test
    void shouldLetTheEnvironmentGoBeforeTheFileAndTheCommandLineBeforeBoth() throws IOException {
        Path file = file("server.port: 9000\n");

        assertThat(ServerConfig.load(file, Map.of()).get(ServerKeys.PORT)).isEqualTo(9000);
        Map<String, String> environment = Map.of("VOICE_SERVER_PORT", "9001");
        assertThat(ServerConfig.load(file, environment).get(ServerKeys.PORT)).isEqualTo(9001);
        assertThat(ServerConfig.load(file, environment, Map.of("server.port", "9002"))
                        .get(ServerKeys.PORT))
                .isEqualTo(9002);
        assertThat(ServerConfig.load(file, environment).settings().get("server.port"))
                .isEqualTo(new ServerConfig.Setting("9001", "VOICE_SERVER_PORT", 0));
    }

    @Test
    void shouldNameVariablesAfterKeys() {
        assertThat(ServerKeys.RESUME_WITHIN.variable()).isEqualTo("VOICE_WEBSOCKET_RESUME_WITHIN");
        assertThat(ServerKeys.LOG_SPOKEN_TEXT.variable()).isEqualTo("VOICE_LOG_SPOKEN_TEXT");
        assertThat(ServerKeys.list().stream().map(ConfigKey::variable)).doesNotHaveDuplicates();
    }

    @Test
    void shouldTakeTheNamesOfOtherServersVariables() {
        ServerConfig config = ServerConfig.load(
                null,
                Map.of(
                        "LOG_LEVEL", "WARNING",
                        "LOG_TO_FILE", "true",
                        "LOG_FILE_PATH", "logs/bot.log",
                        "LOG_MAX_BYTES", "10485760",
                        "LOG_BACKUP_COUNT", "7",
                        "METRICS_ENABLED", "false",
                        "METRICS_COLLECTION_INTERVAL", "30",
                        "DASHBOARD_ENABLED", "true",
                        "DASHBOARD_PORT", "5000",
                        "DASHBOARD_HOST", "0.0.0.0"));

        assertThat(config.get(ServerKeys.LOG_LEVEL)).isEqualTo(LogLevel.WARNING);
        assertThat(config.get(ServerKeys.LOG_FILES)).isTrue();
        assertThat(config.get(ServerKeys.LOG_FOLDER)).contains(Path.of("logs"));
        assertThat(config.get(ServerKeys.LOG_MAX_BYTES)).isEqualTo(10L << 20);
        assertThat(config.get(ServerKeys.LOG_BACKUPS)).isEqualTo(7);
        assertThat(config.get(ServerKeys.METRICS)).isFalse();
        assertThat(config.get(ServerKeys.METRICS_INTERVAL)).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.get(ServerKeys.CONSOLE)).isTrue();
        assertThat(config.get(ServerKeys.ADMIN_PORT)).contains("5000");
        assertThat(config.get(ServerKeys.ADMIN_HOST)).isEqualTo("0.0.0.0");
        assertThat(ServerConfig.load(null, Map.of("DEBUG_MODE", "true", "VERBOSE_LOGGING", "true"))
                        .get(ServerKeys.LOG_DEBUG))
                .isTrue();
        assertThat(ServerConfig.load(null, Map.of("VERBOSE_LOGGING", "true")).get(ServerKeys.LOG_LEVEL))
                .isEqualTo(LogLevel.DEBUG);
        assertThat(ServerConfig.load(null, Map.of("VERBOSE_LOGGING", "false", "LOG_LEVEL", "error"))
                        .get(ServerKeys.LOG_LEVEL))
                .isEqualTo(LogLevel.ERROR);
    }

    @Test
    void shouldReadTokensKeysAndLevels() throws IOException {
        ServerConfig config = load("""
                security:
                  tokens:
                    shop: {file: /run/secrets/shop}
                    ops: {env: OPS_TOKEN, scopes: [observe, admin]}
                  sessionKeys:
                    k2: {file: k2.key}
                    k1: {file: k1.key}
                log:
                  levels:
                    dev.duplexvoice.server: debug
                """, Map.of());

        assertThat(config.tokens())
                .containsExactly(
                        new ServerConfig.Secret(
                                "shop", Path.of("/run/secrets/shop"), null, Set.of(Scope.TALK, Scope.SPEAK)),
                        new ServerConfig.Secret("ops", null, "OPS_TOKEN", Set.of(Scope.OBSERVE, Scope.ADMIN)));
        assertThat(config.sessionKeys()).extracting(ServerConfig.Secret::name).containsExactly("k2", "k1");
        assertThat(config.loggerLevels()).containsExactly(Map.entry("dev.duplexvoice.server", LogLevel.DEBUG));
    }

    @Test
    void shouldTellEverythingThatIsWrongWithItsLine() throws IOException {
        assertThat(problems("server:\n  port: eighty\n  hots: 0.0.0.0\nvad.threshold: 2\nlog.level: loud\n"))
                .containsExactly(
                        "voice.yaml:2: server.port=eighty: must be a whole number from 0 to 65535",
                        "voice.yaml:3: server.hots=0.0.0.0: there is no such key; did you mean server.host?",
                        "voice.yaml:4: vad.threshold=2.0: must be 0.01 to 0.99",
                        "voice.yaml:5: log.level=loud: must be debug, info, warning, error or critical");
    }

    @Test
    void shouldTellOfTabsDuplicatesAndWrongTypes() throws IOException {
        assertThat(problems("server:\n\tport: 80\n"))
                .containsExactly("voice.yaml:2: a tab indents this line, which YAML does not allow; use spaces");
        assertThat(problems("server:\n  port: 80\n  port: 81\n"))
                .containsExactly("voice.yaml:3: server.port is there twice, first in line 2; keep one");
        assertThat(problems("server:\n  port: 80\nserver.port: 81\n"))
                .containsExactly("voice.yaml:3: server.port is there twice, first in line 2; keep one");
        assertThat(problems("server:\n  port: [80, 81]\n"))
                .containsExactly("voice.yaml:2: server.port: must be 0 to 65535, and not a list");
        assertThat(problems("server:\n  port: {a: 1}\n"))
                .containsExactly("voice.yaml:2: server.port.a=1: there is no such key; did you mean server.port?");
        assertThat(problems("server:\n  port:\n"))
                .containsExactly("voice.yaml:2: server.port has no value; give one or leave the line out");
        assertThat(problems("just words\n"))
                .containsExactly("voice.yaml:1: holds no keys; write 'key: value', one a line");
        assertThat(problems("server: {port: 80\n")).first().asString().matches("voice.yaml:2: is no YAML: .*");
        assertThat(problems("endpointing.maxDelay: 1s\nendpointing.minDelay: 2s\n"))
                .singleElement()
                .asString()
                .matches("voice.yaml:[12]: endpointing.*=.*");
        assertThat(problems("security.tls.key: k.pem\n"))
                .containsExactly("voice.yaml:1: security.tls.certificate is missing: TLS needs both");
        assertThat(problems("security.tokens.a.scopes: [talk]\n"))
                .containsExactly("voice.yaml:1: security.tokens.a.scopes: has no token; add file or env beside it");
    }

    @Test
    void shouldTellOfFilesThatCannotBeRead() throws IOException {
        assertThat(problems(folder.resolve("none.yaml"), Map.of())).containsExactly("none.yaml: there is no such file");
        Path latin = folder.resolve("latin.yaml");
        Files.write(latin, "a: \u00fc\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(problems(latin, Map.of())).containsExactly("latin.yaml: is not UTF-8; save it as UTF-8");
        assertThat(problems(Files.createDirectory(folder.resolve("d")), Map.of()))
                .containsExactly("d: is a folder; give a YAML file");
    }

    @Test
    void shouldNameTheVariableThatIsWrong() {
        assertThatThrownBy(() -> ServerConfig.load(null, Map.of("VOICE_SERVER_PORT", "x")))
                .isInstanceOf(ConfigException.class)
                .hasMessage("VOICE_SERVER_PORT: server.port=x: must be a whole number from 0 to 65535");
        assertThatThrownBy(() -> ServerConfig.load(null, Map.of("VERBOSE_LOGGING", "much")))
                .hasMessage("VERBOSE_LOGGING: VERBOSE_LOGGING=much: must be true or false");
    }

    @Test
    void shouldNotRepeatPasswords() throws IOException {
        assertThat(problems("routing.rediss: redis://me:geheim@host\n"))
                .singleElement()
                .asString()
                .doesNotContain("geheim");
    }

    @ParameterizedTest
    @CsvSource({
        "websocket.lead, 20ms, 500ms, 501ms",
        "websocket.resumeWithin, 0s, 10m, 601s",
        "limits.load, 0.05, 1, 1.01",
        "server.port, 0, 65535, 65536",
        "websocket.maxText, 1KiB, 16MiB, 17MiB",
        "limits.sessions, 1, 1000000, 0",
        "admin.port, 0, 65535, 65536"
    })
    void shouldTakeWhatIsInRangeAndNothingElse(String key, String least, String most, String beyond) {
        ConfigKey<?> known = ServerConfig.key(key);
        assertThat(known).isNotNull();
        assertThat(known.parse(least)).isNotNull();
        assertThat(known.parse(most)).isNotNull();
        assertThatThrownBy(() -> known.parse(beyond)).hasMessageStartingWith(key + "=" + beyond + ": must be ");
    }

    @Test
    void shouldPrintWhatReadsAsTheSame() throws IOException {
        ServerConfig config = load(
                "server.port: 9000\nsecurity.origins: ['https://a.example', 'https://b.example']\n"
                        + "log.levels.io.netty: error\nmodels.voice: \"it's one\"\n",
                Map.of());
        String yaml = ConfigText.yaml(config);

        Path again = Files.writeString(folder.resolve("again.yaml"), yaml);
        assertThat(ServerConfig.load(again, Map.of()).changed(config)).isEmpty();
        assertThat(yaml)
                .contains("server.port: 9000  # " + folder.resolve("voice.yaml") + ":1\n")
                .contains("server.host: 127.0.0.1  # default\n");
    }

    @Test
    void shouldCountLiveKeysAtOnceAndTellOfTheOthers() throws IOException {
        Path file = file("log.level: info\nserver.port: 9000\n");
        List<ServerConfig> told = new ArrayList<>();
        ConfigWatcher watcher =
                new ConfigWatcher(file, Map.of(), Map.of(), ServerConfig.load(file, Map.of()), told::add);

        watcher.look();
        assertThat(told).isEmpty();
        file("log.level: debug\nserver.port: 9001\nvad.minSilence: 250ms\n");
        watcher.look();
        assertThat(told).singleElement().satisfies(config -> {
            assertThat(config.get(ServerKeys.LOG_LEVEL)).isEqualTo(LogLevel.DEBUG);
            assertThat(config.settings()).containsKey("vad.minSilence");
            assertThat(config.get(ServerKeys.PORT)).isEqualTo(9000);
        });
        file("log.level: deb\n");
        watcher.look();
        Files.delete(file);
        watcher.look();
        assertThat(told).hasSize(1);
        file("vad.minSilence: 250ms\n");
        watcher.look();
        assertThat(told).hasSize(2);
        assertThat(told.get(1).get(ServerKeys.LOG_LEVEL)).isEqualTo(LogLevel.INFO);
    }
}
