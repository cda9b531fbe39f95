package dev.duplexvoice.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.grpc.SpeechWorker;
import dev.duplexvoice.http.HttpVoiceProvider;
import dev.duplexvoice.nativecore.NativeVoiceProvider;
import dev.duplexvoice.packs.VoicePacks;
import dev.duplexvoice.server.VoiceServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every jar, or the folder that becomes it, says under which licence it is and what is in it of others. */
class NoticesTest {
    @ParameterizedTest
    @ValueSource(
            classes = {
                VoiceEngine.class,
                NativeVoiceProvider.class,
                HttpVoiceProvider.class,
                VoicePacks.class,
                SpeechWorker.class,
                VoiceServer.class,
                HelloVoice.class
            })
    void shouldCarryLicenceAndNotice(Class<?> inTheJar) throws IOException {
        URL jar = inTheJar.getProtectionDomain().getCodeSource().getLocation();
        try (URLClassLoader only = new URLClassLoader(new URL[] {jar}, null)) {
            for (String name : new String[] {"LICENSE", "NOTICE"}) {
                try (InputStream in = only.getResourceAsStream("META-INF/" + name)) {
                    assertThat(in).as("%s in %s", name, jar).isNotNull();
                    assertThat(in).hasBinaryContent(Files.readAllBytes(Path.of("..", name)));
                }
            }
        }
    }
}
