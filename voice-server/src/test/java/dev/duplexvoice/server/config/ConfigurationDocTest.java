package dev.duplexvoice.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The page of all keys is what {@code voice config docs} prints; write it anew with that. */
class ConfigurationDocTest {
    @Test
    void shouldDocumentEveryKey() throws IOException {
        assertThat(Files.readString(Path.of("../docs/configuration.md"))).endsWith(ConfigText.markdown());
    }
}
