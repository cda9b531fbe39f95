package dev.duplexvoice.packs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.duplexvoice.VoiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogTest {
    private static final String OWN = """
            models:
              - id: own
                family: vits
                languages: [en-US]
                sample_rate: 22050
                licence: MIT
                note: mine
                files:
                  - {role: model, path: own.onnx, size: 10, url: "https://example.com/own.onnx"}
            """;

    @TempDir
    private Path folder;

    @Test
    void shouldNameOfficialSourcesWithDigestsOverTls() {
        ModelCatalog catalog = ModelCatalog.builtIn();

        assertThat(catalog.entries()).extracting(CatalogEntry::id).contains("silero-vad", "en_US-lessac-medium");
        assertThat(catalog.entries()).allSatisfy(entry -> {
            assertThat(entry.note()).as(entry.id()).isNotBlank();
            assertThat(entry.files()).isNotEmpty().allSatisfy(file -> {
                assertThat(file.sha256()).matches("[0-9a-f]{64}");
                assertThat(file.url().getScheme()).isEqualTo("https");
                assertThat(file.url().getHost()).isIn("raw.githubusercontent.com", "huggingface.co");
                assertThat(file.url().getPath()).endsWith("/" + file.path());
            });
            if (entry.description().family().equals("vits")) {
                assertThat(entry.files()).extracting(CatalogFile::role).containsExactly("model", "config");
                assertThat(entry.files().get(0).path()).isEqualTo(entry.id() + ".onnx");
                assertThat(entry.files().get(1).path()).isEqualTo(entry.id() + ".onnx.json");
            }
        });
    }

    @ParameterizedTest
    @CsvSource({"silero-vad, vad/silero_vad.onnx", "silero-vad-16k, vad/silero_vad_16k_op15.onnx"})
    void shouldMeanTheOfficialFiles(String id, String fixture) throws Exception {
        String fixtures = System.getenv("VOICE_FIXTURES");
        Assumptions.assumeTrue(fixtures != null, "VOICE_FIXTURES is not set: no fixtures, test skipped");
        Path file = Path.of(fixtures, fixture);

        CatalogFile known = ModelCatalog.builtIn().find(id).files().get(0);

        assertThat(known.size()).isEqualTo(Files.size(file));
        assertThat(known.sha256()).isEqualTo(Digests.sha256(file));
    }

    @Test
    void shouldAddAFileOfOnesOwnWhichCounts() throws Exception {
        Path file = Files.writeString(
                folder.resolve("c.yaml"),
                OWN + OWN.substring(OWN.indexOf("  - id")).replace("id: own", "id: silero-vad"));

        ModelCatalog catalog = ModelCatalog.builtIn().with(ModelCatalog.read(file));

        assertThat(catalog.find("own").note()).isEqualTo("mine");
        assertThat(catalog.find("own").files().get(0).sha256()).isNull();
        assertThat(catalog.find("silero-vad").description().family()).isEqualTo("vits");
        assertThat(catalog.entries()).hasSize(ModelCatalog.builtIn().entries().size() + 1);
        assertThat(catalog.find("nothing")).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "models:      | model:       | :1: model is not a known key; use models",
                "id: own      | id: .own     | :2: models[0].id=.own: give letters",
                "note: mine   | notes: x     | :7: models[0].notes is not a known key",
                "size: 10     | size: ten    | :9: models[0].files[0].size=ten: must be a whole number",
                "https:       | ftp:         | :9: models[0].files[0].url=ftp://example.com/own.onnx: give an address",
                "'size: 10,'  | 'size: 10, sha256: 00,' | :9: models[0].files[0].sha256=00: must be 64",
                "path: own    | path: ../own | :9: models[0].files[0].path=../own.onnx: leaves the pack's folder",
            })
    void shouldNameWhatIsWrongInAFileOfOnesOwn(String from, String to, String expected) throws Exception {
        assertThat(OWN).contains(from);
        Path file = Files.writeString(folder.resolve("c.yaml"), OWN.replace(from, to));

        assertThatExceptionOfType(VoiceException.class)
                .isThrownBy(() -> ModelCatalog.read(file))
                .withMessageContaining(file + expected)
                .satisfies(e -> assertThat(e.code()).isEqualTo(VoiceException.Code.INVALID_ARGUMENT));
    }

    @Test
    void shouldTellWhenTheFileIsNotThereOrHasAnIdTwice() throws Exception {
        assertThatExceptionOfType(VoiceException.class)
                .isThrownBy(() -> ModelCatalog.read(folder.resolve("none.yaml")))
                .withMessageContaining("none.yaml: cannot be read: it is not there");
        Path twice = Files.writeString(folder.resolve("c.yaml"), OWN + OWN.substring(OWN.indexOf("  - id")));
        assertThatExceptionOfType(VoiceException.class)
                .isThrownBy(() -> ModelCatalog.read(twice))
                .withMessageContaining("models[1].id=own: is there twice");
    }

    @ParameterizedTest
    @CsvSource({
        "https://example.com/, https://example.com:65536/, 'url=https://example.com:65536/own.onnx: give an address'",
        "https://example.com/, https://example.com:0/, 'url=https://example.com:0/own.onnx: give an address'",
        "path: own.onnx, path: own.part, 'path=own.part: ends as what is still arriving does'",
        "path: own.onnx, path: own.part.etag, 'path=own.part.etag: ends as what is still arriving does'",
    })
    void shouldRefuseWhatCannotBePulled(String from, String to, String message) throws Exception {
        Path file = Files.writeString(folder.resolve("c.yaml"), OWN.replace(from, to));

        assertThatExceptionOfType(VoiceException.class)
                .isThrownBy(() -> ModelCatalog.read(file))
                .withMessageContaining(message);
    }
}
