package dev.duplexvoice.grpc.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisOptionsTest {

    @Test
    void shouldReadAUri() {
        RedisOptions options = RedisOptions.of("rediss://voice:p%40ss%2B+word@redis.example:6380/3");

        assertThat(options).hasToString("rediss://redis.example:6380/3");
        assertThat(options.user()).isEqualTo("voice");
        assertThat(options.password()).isEqualTo("p@ss++word".toCharArray());
        assertThat(options.tls()).isTrue();
    }

    @Test
    void shouldFillInWhatIsLeftOut() {
        assertThat(RedisOptions.of("redis://localhost")).hasToString("redis://localhost:6379/0");
        assertThat(RedisOptions.of("redis://[::1]")).hasToString("redis://[::1]:6379/0");
        assertThat(RedisOptions.of("redis://:secret@localhost").user()).isNull();
        assertThat(RedisOptions.of("redis://localhost").password()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost:6379",
                "http://:secret@localhost",
                "redis://",
                "redis://secret@localhost",
                "redis://:secret@localhost/x",
                "redis://:secret@localhost/0?x=secret",
                "redis://:secret@localhost:99999",
                "redis://:sec ret@localhost",
                "redis:///0"
            })
    void shouldRefuseOthersAndQuoteNothingOfThem(String uri) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisOptions.of(uri))
                .satisfies(e -> assertThat(e.getMessage() + e.getCause()).doesNotContain("secret", "sec ret"));
    }

    @Test
    void shouldRefuseCertificatesWithoutTlsAndOddTimes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RedisOptions.of("redis://localhost").withTrustedCertificates(Path.of("/")))
                .withMessageContaining("rediss://");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> RedisOptions.of("rediss://localhost").withTrustedCertificates(Path.of("/no/such/file")))
                .withMessageContaining("/no/such/file");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> RedisOptions.of("redis://localhost").withTimeouts(Duration.ZERO, Duration.ofSeconds(1)))
                .withMessageContaining("connectTimeout=PT0S");
    }
}
