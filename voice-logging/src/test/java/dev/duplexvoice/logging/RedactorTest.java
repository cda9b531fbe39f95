package dev.duplexvoice.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactorTest {
    private final Redactor redactor = Redactor.standard();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mail jo.doe+x@mail.example.co.uk now|mail [EMAIL] now",
                "<jo@example.com>, (ann@example.org).|<[EMAIL]>, ([EMAIL]).",
                "/users?mail=jo%40example.com&x=1|/users?mail=[EMAIL]&x=1",
                "jörg@münchen.de|[EMAIL]",
                "to jo@example.com.|to [EMAIL].",
                "ssn 123-45-6789, 123\u201145\u20116789|ssn [SSN], [SSN]",
                "ssn=123456789|ssn=[SSN]",
                "key sk-abcdefghijkl1234567890 used|key sk-abc... used",
                "AKIAIOSFODNN7EXAMPLE|AKIAI...",
                "api_key=abcdef1234567890 x|api_key=abcd... x",
                "X-Api-Key: abcdef1234567890abcdef|X-Api-Key: abcd...",
                "{\"apiKey\":\"abcdef1234567890\"}|{\"apiKey\":\"abcd...\"}",
                "{\\\"api_key\\\":\\\"abcdef1234567890\\\"}|{\\\"api_key\\\":\\\"abcd...\\\"}",
                "API key: abcdef1234567890|API key: abcd...",
                "ghp_0123456789abcdefghij0123456789|ghp_01...",
                "Authorization: Bearer abc.def-123|Authorization: Bearer [TOKEN]",
                "sent bearer 0123456789abcdef|sent bearer [TOKEN]",
                "Bearer abc123 and sk-abc123|Bearer [TOKEN] and sk...",
                "Authorization: Basic dXNlcjpwYXNz|Authorization: Basic [TOKEN]",
                "?access_token=abcdefgh&y=2|?access_token=[TOKEN]&y=2",
                "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl!|[TOKEN]!",
                "password=hunter2;x|password=[REDACTED];x",
                "{'password': 'a b c'}|{'password': '[REDACTED]'}",
                "redis://user:s3cret@cache:6379/0|redis://user:[REDACTED]@cache:6379/0",
                "open /voicepacks/xtts/jo/ref/jo.wav now|open /voicepacks/[REDACTED] now",
                "/srv/voicepacks/a/b/ref/my voice.wav|/srv/voicepacks/[REDACTED]",
                "C:\\voicepacks\\a\\b\\ref\\x.wav|C:\\voicepacks\\[REDACTED]",
                "/data/reference-voices/jo.flac|/data/reference-voices/[REDACTED]",
                "ref_audio=/tmp/jo.wav, x|ref_audio=[REDACTED], x",
                "Using reference audio: /tmp/my voice.wav|Using reference audio: [REDACTED]",
                "-----BEGIN RSA PRIVATE KEY-----\\nMII\\n-----END RSA PRIVATE KEY-----.|[PRIVATE KEY].",
            })
    void shouldHide(String text, String written) {
        assertThat(redactor.redact(text)).isEqualTo(written);
        assertThat(redactor.redact(written)).as("hidden once is hidden").isEqualTo(written);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2025-10-05T14:32:15.123456Z 2025-10-05 14:23:45,123 [05/Oct/2025:14:23:45 +0000]",
                "550e8400-e29b-41d4-a716-446655440000 0af7651916cd43dd8448eb211c80319c",
                "session-abc123 s-12-345 call-2025-10-05-0001 voice-agent 7f3c-2",
                "1.7.0 v17.0.15+6 2.0.0-beta.12 pkg@1.2.3-beta.rc pkg@1.2.3 Chrome/120.0.6099.109",
                "worker tts-cosy@0 not reachable at grpc://localhost:7001, redis://localhost:6379/0",
                "at java.base@17.0.15/java.lang.Thread.run(Thread.java:840) Foo@1b2c3d [I@5e2de80c",
                "frames 480 20 1920 in 123-456-789 ms, 10-20-30, 1-2-3 and 192.168.1.100:8080",
                "max_tokens=2500 tokens: 4200 token=17 \"token\":true token=null completion_tokens=99",
                "wrong token: the worker refused it; authorization: required; bearer of news; basic authentication",
                "voice hf_alpha sk-SK disk-usage task-force risk-averse keyboard=qwerty key=3 keys: a, b",
                "/voicepacks/piper/en-us/model.onnx and ./voicepacks/kokoro/metadata.yaml refs/heads/main",
                "sha256=5efe09e69902187827af646e1a6e9d269dee769f9877d17b16b1b46eeaaf019f size=63201294",
                "api_key_prefix=sk-abc... password policy, secret sauce, the private key: must be readable",
                "name=value: must be at least 1 @ 48 kHz, a@b, @Nullable, 50% @home",
            })
    void shouldLeaveAlone(String text) {
        assertThat(redactor.redact(text)).isSameAs(text);
    }

    @Test
    void shouldHideFoldersThatItWasTold() {
        Redactor told = Redactor.hiding(List.of(Path.of("/srv/people")));
        assertThat(told.redact("read /srv/people/jo/one.wav, /srv/peoples/x"))
                .isEqualTo("read [REDACTED], /srv/peoples/x");
    }

    @Test
    void shouldJudgeFieldsByTheirNames() {
        assertThat(redactor.redact("clientSecret", "0123456789abcdef")).isEqualTo("0123...");
        assertThat(redactor.redact("db.password", "x")).isEqualTo("[REDACTED]");
        assertThat(redactor.redact("auth_token", "x1")).isEqualTo("[TOKEN]");
        assertThat(redactor.redact("Cookie", "a=b; c=d")).isEqualTo("[REDACTED]");
        assertThat(redactor.redact("token", "true")).isEqualTo("true");
        assertThat(redactor.redact("tokens", "12345678901")).isEqualTo("12345678901");
    }

    /** Each of a megabyte: what would take a backtracking expression hours. */
    @Test
    @Timeout(600)
    void shouldTakeTimeThatGrowsWithTheLengthWhateverTheTextIs() {
        String[] pieces = {
            "a",
            "@",
            "a@",
            "a@a.",
            "a.a@a.a",
            "%40",
            "a%40",
            "1",
            "-",
            "123-45-",
            "123-",
            "=",
            ":",
            "password=",
            "password='",
            "ssn='",
            "ssn=a",
            "token: ",
            "token:",
            "://",
            "://a:b",
            "eyJ",
            "eyJ-",
            "eyJa.",
            "sk-",
            "sk-a ",
            "AKIA",
            "hf_a-",
            "Bearer ",
            "bearer bearer",
            "basic ",
            "-----BEGIN ",
            "-----BEGIN PRIVATE KEY-----",
            "/",
            "voicepacks/",
            "voicepacks/a/b/",
            "reference-voices/",
            "\\",
            "\\\"",
            "api_key\\\":\\\"",
            "'",
            "\"",
            "key: ",
            "reference audio: ",
            " ",
            "\n",
            "authorization: ",
            "cookie: a",
            "ä",
            "\ud83d\ude00",
            "\u2011",
        };
        Random random = new Random(7);
        for (String piece : pieces) {
            redactor.redact(piece.repeat((1 << 20) / piece.length()));
            String other = pieces[random.nextInt(pieces.length)];
            redactor.redact((piece + other).repeat((1 << 20) / (piece.length() + other.length())));
        }
        StringBuilder mixed = new StringBuilder();
        while (mixed.length() < 1 << 20) {
            String piece = pieces[random.nextInt(pieces.length)];
            // What opens something that nobody closes is hidden with all that follows, and nothing is left to look at.
            if (!piece.contains("PRIVATE") && piece.indexOf('\'') < 0 && piece.indexOf('"') < 0) {
                mixed.append(piece);
            }
        }
        assertThat(redactor.redact(mixed.toString())).isNotEmpty();
    }

    @Test
    void shouldThrowNothingWhateverTheTextIs() {
        Random random = new Random(11);
        String alphabet = "aZ09@%-=:/\\\"' .,_\n\u2011\ud83d\udc00[]{}eyJsk-Bearer refvoicepacks token password";
        for (int i = 0; i < 50_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(60); n > 0; n--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            String once = redactor.redact(text.toString());
            assertThat(once).isNotNull();
        }
    }

    @Test
    void shouldLeaveTenThousandIdsAlone() {
        Random random = new Random(3);
        for (int i = 0; i < 10_000; i++) {
            String id = new UUID(random.nextLong(), random.nextLong()).toString();
            for (String text :
                    List.of(id, "s-" + id, "session=" + id, Long.toHexString(random.nextLong()), id + "-1")) {
                assertThat(redactor.redact(text)).isSameAs(text);
            }
        }
    }
}
