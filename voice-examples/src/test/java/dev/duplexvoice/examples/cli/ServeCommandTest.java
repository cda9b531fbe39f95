package dev.duplexvoice.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code voice serve} refuses; what it does else is seen of a process of its own. */
class ServeCommandTest {
    @TempDir
    private Path folder;

    private void assertRefused(String message, Object... options) {
        Object[] arguments = new Object[options.length + 1];
        arguments[0] = "serve";
        System.arraycopy(options, 0, arguments, 1, options.length);
        Cli result = Cli.run(arguments);

        assertThat(result.code).as(result.err).isEqualTo(2);
        assertThat(result.err.lines()).as(result.err).hasSize(1);
        assertThat(result.err).startsWith("voice: ").contains(message).doesNotContain("internal error", "geheim");
        assertThat(result.out).isEmpty();
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("voice-server") || name.startsWith("voice-socket"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    'server:<nl><tab>port: 80'        | :2: a tab indents this line, which YAML does not allow; use spaces
                    'server.port: 1<nl>server.port: 2' | :2: server.port is there twice, first in line 1; keep one
                    'server.port: eighty'           | :1: server.port=eighty: must be a whole number from 0 to 65535
                    'server.port: [80]'             | :1: server.port: must be 0 to 65535, and not a list
                    'server: 80'                    | :1: server=80: there is no such key
                    'limits.sessions: 0'            | :1: limits.sessions=0: must be a whole number from 1 to 1000000
                    'websocket.lead: 10ms'          | :1: websocket.lead=10ms: must be a duration from 20ms to 500ms
                    'security.tls.key: k.pem'       | :1: security.tls.certificate is missing: TLS needs both
                    'security.tls: {certificate: /none/c.pem, key: /none/k.pem}' | security.tls: tls.certificate=/none/c.pem: there is no such file
                    'security.tokens.a: geheim'     | :1: security.tokens.a: there is no such key
                    'security.tokens.a.token: geheim' | :1: security.tokens.a.token: there is no such key
                    'security.tokens.a.env: geheim-1' | :1: security.tokens.a.env: must be the name of a variable that holds the secret
                    'security.tokens.a.file: /none/t' | security.tokens.a.file=/none/t: cannot be read
                    'security.sessionKeys.a: {env: A, file: b}' | security.sessionKeys.a: has both file and env; keep one
                    'server.host: 0.0.0.0'          | server.host=0.0.0.0: other machines reach it and nobody needs a token
                    'routing: {workers: ["grpc://h:1"], redis: "redis://u:geheim@h"}' | routing.redis and routing.workers: give one of them
                    'server.port: 9000<nl>admin.port: 9000' | :2: admin.port=9000: is that of the server; leave it out, or give another
                    'models.detectorModel: d.onnx'  | models.detectorModel: needs models.detector
                    'log: {folder: /dev/null/logs}' | log.folder=/dev/null/logs: cannot be written to; let this user write there
                    """)
    void shouldNameFileLineKeyAndRemedyWhenASettingIsWrong(String yaml, String message) throws IOException {
        Path file = Files.writeString(
                folder.resolve("voice.yaml"), yaml.replace("<nl>", "\n").replace("<tab>", "\t"));

        assertRefused((message.startsWith(":") ? file : "") + message, "--config", file);
    }

    @Test
    void shouldNameTheOptionThatIsWrong() {
        assertRefused("command line: server.port=x: must be a whole number from 0 to 65535", "--port", "x");
        assertRefused("command line: server.host=a b: must be a host name or an address", "--host", "a b");
        assertRefused(folder.resolve("none.yaml") + ": there is no such file", "--config", folder.resolve("none.yaml"));
        assertRefused("responder=parrot: use echo or script:F.json", "--responder", "parrot");
        assertRefused("Unknown option: '--prot=1'", "--prot=1");
        assertRefused("server.host=0.0.0.0: other machines reach it", "--host", "0.0.0.0");
    }
}
