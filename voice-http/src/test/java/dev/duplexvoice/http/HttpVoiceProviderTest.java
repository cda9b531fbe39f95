package dev.duplexvoice.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.model.VoicePack;
import dev.duplexvoice.spi.VoiceProvider;
import dev.duplexvoice.tts.SpeechSynthesizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpVoiceProviderTest {
    private static final short[] SPEECH = RawServer.ramp(0, 1_000);
    private static final HttpVoiceProvider BARE = new HttpVoiceProvider(Map.<String, String>of()::get);

    private static RawServer speaking() throws Exception {
        return new RawServer((connection, request) -> connection.whole("audio/pcm", RawServer.pcm(SPEECH)));
    }

    @Test
    void shouldBeFoundByTheEngine() throws Exception {
        assertThat(ServiceLoader.load(VoiceProvider.class).stream().map(ServiceLoader.Provider::type))
                .contains(HttpVoiceProvider.class);
        try (RawServer server = speaking();
                VoiceEngine engine = VoiceEngine.create();
                SpeechSynthesizer voice =
                        engine.openVoice(server.address() + "/v1?model=kokoro&voice=af_sky&key_env=")) {
            assertThat(Listened.all((HttpVoice) voice, "Hello.")).isEqualTo(SPEECH);
        }
    }

    @Test
    void shouldTakeEverySettingFromTheAddress() throws Exception {
        try (RawServer server = speaking();
                SpeechSynthesizer voice = BARE.openVoice(server.address()
                        + "/tts/v1?model=kokoro&voice=af_sky%2Baf_bella&rate=16000&format=pcm&language=en&instructions=Be+kind%26calm"
                        + "&extra.lang_code=a&allow_plain_http=true&connect_timeout=2s&first_byte_timeout=1500ms&stall_timeout=3s"
                        + "&max_requests=3&max_text_length=99&retries=0")) {
            assertThat(voice.voice()).isEqualTo("af_sky+af_bella");
            assertThat(voice.sampleRate()).isEqualTo(16_000);
            assertThat(voice.maxTextLength()).isEqualTo(99);
            Listened.all((HttpVoice) voice, "Hello.");
            RawServer.Request request = server.requests.get(0);
            assertThat(request.head()).startsWith("POST /tts/v1/audio/speech HTTP/1.1");
            assertThat(request.body())
                    .contains("\"voice\":\"af_sky+af_bella\"")
                    .contains("\"language\":\"en\"")
                    .contains("\"instructions\":\"Be kind&calm\"")
                    .contains("\"lang_code\":\"a\"");
        }
    }

    @Test
    void shouldFindTheKeyWhereItIs(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("key"), "of-the-file");
        Map<String, String> environment = new HashMap<>(Map.of("VOICE_HTTP_KEY", "of-all", "MY_KEY", "of-mine"));
        HttpVoiceProvider provider = new HttpVoiceProvider(environment::get);
        try (RawServer server = speaking()) {
            String address = server.address() + "?model=m&voice=v";
            for (String where : List.of("", "&key_env=MY_KEY", "&key_file=" + file, "&key_env=")) {
                speakOnce(provider, address + where);
            }
            environment.put("VOICE_HTTP_KEY_FILE", file.toString());
            speakOnce(provider, address);
            assertThat(server.requests)
                    .extracting(request -> request.header("Authorization"))
                    .containsExactly("Bearer of-all", "Bearer of-mine", "Bearer of-the-file", "", "Bearer of-the-file");
        }
    }

    private static void speakOnce(HttpVoiceProvider provider, String address) {
        try (SpeechSynthesizer voice = provider.openVoice(address)) {
            Listened.all((HttpVoice) voice, "Hello.");
        }
    }

    private static VoicePack pack(Path folder, Map<String, String> settings) {
        return new VoicePack("sky", "http", folder, List.of("en"), 22_050, "Apache-2.0", Map.of(), Set.of(), settings);
    }

    @Test
    void shouldOpenAPack(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("secret"), "of-the-pack");
        try (RawServer server = speaking();
                SpeechSynthesizer voice = BARE.openPack(pack(
                        folder,
                        Map.of("url", server.address(), "model", "m", "voice", "af_sky", "key_file", "secret")))) {
            assertThat(BARE.packFamilies()).containsExactly("http");
            assertThat(voice.voice()).isEqualTo("sky");
            assertThat(voice.sampleRate()).isEqualTo(22_050);
            assertThat(Listened.all((HttpVoice) voice, "Hello.")).isEqualTo(SPEECH);
            assertThat(server.requests.get(0).header("Authorization")).isEqualTo("Bearer of-the-pack");
        }
        assertThatThrownBy(() -> BARE.openPack(pack(folder, Map.of("model", "m", "voice", "v"))))
                .isInstanceOf(VoiceException.class)
                .hasMessage("voice pack sky: url is missing: give the server's address in its settings");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://127.0.0.1 | model is missing: an address ends in ?model=…&voice=…, a voice pack has them in its settings",
                "http://127.0.0.1?model=m&voice= | voice is missing: an address ends in ?model=…&voice=…, a voice pack has them in its settings",
                "http://127.0.0.1?model=m&voice=v&rate=48k | rate=48k: must be a whole number",
                "http://127.0.0.1?model=m&voice=v&rate=4000 | rate=4000: must be 8000 to 48000 Hz",
                "http://127.0.0.1?model=m&voice=v&format=mp3 | format=mp3: must be pcm or wav",
                "http://127.0.0.1?model=m&voice=v&stall_timeout=5 | stall_timeout=5: must be like 500ms or 5s",
                "http://127.0.0.1?model=m&voice=v&stall_timeout=0s | stall_timeout=PT0S: must be 1 ms to 10 minutes",
                "http://127.0.0.1?model=m&voice=v&retries=11 | retries=11: must be 0 to 10",
                "http://127.0.0.1?model=m&voice=v&allow_plain_http=yes | allow_plain_http=yes: must be true or false",
                "http://127.0.0.1?model=m&voice=v&extra.input=x | extra=input: is a field that every request has already",
                "http://127.0.0.1?model=%zz&voice=v | a parameter of the voice's address has a % without two digits",
                "http:///v1?model=m&voice=v | the address of a server names no host",
                "http://127.0.0.1:99999?model=m&voice=v | the address of a server has the port 99999: must be 1 to 65535",
                "http://127.0.0.1:0?model=m&voice=v | the address of a server has the port 0: must be 1 to 65535",
                "http://127.0.0.1:99999999999?model=m&voice=v | the address of a server has the port 99999999999: must be 1 to 65535",
                "http://127.0.0.1/a b?model=m&voice=v | the address of a server cannot be read: its character 19 must be written as % and two digits, or is not wanted there",
                "https://api.example.com/#x?model=m&voice=v | the address of a server has neither ? nor # in it",
                "http://8.8.8.8?model=m&voice=v | the server 8.8.8.8 is not in a private network: use https, or allow plain http to it"
            })
    void shouldSayWhatIsWrongWithAnAddress(String address, String message) {
        assertThatThrownBy(() -> BARE.openVoice(address))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://user:hunter2@127.0.0.1?model=m&voice=v",
                "https://hunter2@example.com/v1?model=m&voice=v",
                "http://127.0.0.1?model=m&voice=v&key=hunter2",
                "http://127.0.0.1?model=m&voice=v&api_key=hunter2",
                "http://127.0.0.1 hunter2?model=m&voice=v",
            })
    void shouldRefuseAKeyInAnAddressAndNotRepeatIt(String address) {
        assertThatThrownBy(() -> BARE.openVoice(address)).hasMessageNotContaining("hunter2");
    }

    @Test
    void shouldSendAKeyInTheClearOnlyWhereItCannotBeReadOrIsAllowedTo() {
        HttpVoiceProvider provider = new HttpVoiceProvider(Map.of("VOICE_HTTP_KEY", "hunter2")::get);
        String parameters = "?model=m&voice=v";
        for (String here :
                List.of("http://127.0.0.1", "http://localhost:8880", "http://[::1]:1/v1", "https://10.0.0.1")) {
            provider.openVoice(here + parameters).close();
        }
        for (String near :
                List.of("http://10.0.0.1", "http://192.168.1.2:8880", "http://[fd00::1]", "http://169.254.1.1")) {
            assertThatThrownBy(() -> provider.openVoice(near + parameters))
                    .hasMessageContaining("is not on this machine, and the key would be readable on the way");
            provider.openVoice(near + parameters + "&key_env=").close();
            provider.openVoice(near + parameters + "&allow_plain_http=true").close();
        }
        assertThatThrownBy(() -> BARE.openVoice("http://no-such-host.invalid" + parameters))
                .isInstanceOfSatisfying(
                        VoiceException.class, e -> assertThat(e.code()).isEqualTo(VoiceException.Code.NOT_FOUND));
    }

    @Test
    void shouldOpenAddressesAndNothingElse() {
        assertThat(BARE.opens("http://h")).isTrue();
        assertThat(BARE.opens("HTTPS://h")).isTrue();
        assertThat(BARE.opens("rms")).isFalse();
        assertThat(BARE.opens("ftp://h")).isFalse();
        assertThat(BARE.voices()).isEmpty();
        assertThatThrownBy(() -> BARE.openVoice("rms"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("voice=rms: must be an address that begins with http:// or https://");
    }
}
