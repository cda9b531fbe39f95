package dev.duplexvoice.packs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each thing that can be wrong with a pack is told with file, line, key, value and remedy, and hurts no other pack. */
class BadPackTest {
    @TempDir
    private Path root;

    private Path folder;
    private Path metadata;

    @BeforeEach
    void write() throws Exception {
        PackWriter.write(root, "good", "good");
        folder = PackWriter.write(root, "bad", "bad");
        metadata = folder.resolve("metadata.yaml");
    }

    private List<String> problems() {
        VoicePacks packs = VoicePacks.builder().folders(List.of(root)).build();
        assertThat(packs.installed()).extracting(InstalledPack::id).containsExactly("good");
        String file = metadata.toString();
        return packs.problems().stream()
                .map(PackProblem::toString)
                .map(problem -> problem.startsWith(file) ? problem.substring(file.length()) : problem)
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "id: bad                   | ID: bad                | :1: ID is not a known key; use id, kind, family",
                "id: bad                   | #                      | :2: id is missing: give letters, digits",
                "id: bad                   | id:                    | :1: id is missing",
                "id: bad                   | id: [bad]              | :1: id must be one value, not a list",
                "id: bad                   | id: ../bad             | :1: id=../bad: give letters, digits",
                "id: bad                   | id: 'a b'              | :1: id=a b: give letters, digits",
                "family: test              | family: vits           | :2: family=vits: the pack is in the folder test",
                "family: test              | family: te/st          | :2: family=te/st: name the kind",
                "family: test              | kind: singer           | :2: kind=singer: must be voice",
                "'languages: [en-US, en-GB]' | languages: en-US     | :3: languages must be a list",
                "'languages: [en-US, en-GB]' | languages: [en_US]   | :3: languages=en_US: give a list of languages with hyphens",
                "'languages: [en-US, en-GB]' | languages: []        | :3: languages is missing",
                "'languages: [en-US, en-GB]' | languages: [[en]]    | :3: languages: give a list",
                "sample_rate: 16000        | sample_rate: fast      | :4: sample_rate=fast: must be a whole number from 8000 to 192000",
                "sample_rate: 16000        | sample_rate: 16e3      | :4: sample_rate=16e3: must be a whole number",
                "sample_rate: 16000        | sample_rate: 7999      | :4: sample_rate=7999: must be a whole number from 8000",
                "sample_rate: 16000        | sample_rate: 99999999999999999999 | :4: sample_rate=99999999999999999999: must be",
                "licence: MIT              | licence: ''            | :5: licence=: name the licence",
                "licence: MIT              | license: MIT           | :5: license is not a known key",
                "'capabilities: [streaming]' | capabilities: {a: 1} | :6: capabilities must be a list",
                "'settings: {speaker: 3}'  | settings: 3            | :7: settings must be a mapping, such as settings: {speaker: 3}",
                "'settings: {speaker: 3}'  | 'settings: {speaker: [3]}' | :7: settings.speaker must be one value",
                "'settings: {speaker: 3}'  | 'id: again'            | :7: id is there twice; keep one",
                "'settings: {speaker: 3}'  | '[a]: b'               | :7: has a key that is a list or a mapping",
                "'settings: {speaker: 3}'  | '<<: {a: b}'           | :7: << is not a known key",
                "'settings: {speaker: 3}'  | '---'                  | :7: has a second document (---); keep one",
                "'settings: {speaker: 3}'  | '\t- x'                | is not YAML",
                "'settings: {speaker: 3}'  | 'settings: {speaker: 3' | is not YAML",
                "role: model               | role: Model            | :9: files[0].role=Model: name what the file is for",
                "path: voice.bin           | path: nothing.bin      | :10: files[0].path=nothing.bin: there is no such file",
                "path: voice.bin           | path: ../good/voice.bin | :10: files[0].path=../good/voice.bin: leaves the pack's folder",
                "path: voice.bin           | path: a/../voice.bin   | :10: files[0].path=a/../voice.bin: leaves",
                "path: voice.bin           | path: /etc/passwd      | :10: files[0].path=/etc/passwd: leaves the pack's folder",
                "path: voice.bin           | path: 'a\\b'           | :10: files[0].path=a\\b: has a backslash",
                "path: voice.bin           | path: .                | files[0].path=.: leaves",
                "path: voice.bin           | path: metadata.yaml    | is what describes the pack",
                "size: 3                   | size: 4                | :11: files[0].size=4: voice.bin has 3 bytes; it is incomplete",
                "size: 3                   | size: -1               | :11: files[0].size=-1: must be a whole number from 1",
                "size: 3                   | bytes: 3               | files[0].size is missing: give the file's size in bytes",
                "sha256: 0390              | sha256: xyz            | :12: files[0].sha256=xyz",
                "sha256: 0390              | md5: 0390              | files[0].sha256 is missing: add what sha256sum prints",
            })
    void shouldNameFileKeyValueAndRemedy(String from, String to, String expected) throws Exception {
        String text = PackWriter.metadata("bad");
        assertThat(text).contains(from);
        Files.writeString(metadata, text.replace(from, to));

        assertThat(problems()).anyMatch(problem -> problem.contains(expected), expected);
    }

    @Test
    void shouldTellOfAllThatIsWrongAtOnce() throws Exception {
        Files.writeString(
                metadata, PackWriter.metadata("bad").replace("16000", "1").replace("MIT", "''"));

        assertThat(problems()).hasSize(2);
    }

    @Test
    void shouldTellWhenTheFilesHaveOneRole() throws Exception {
        String text = PackWriter.metadata("bad");
        Files.writeString(metadata, text + text.substring(text.indexOf("  - role")));

        assertThat(problems())
                .containsExactly(":13: files[1].role=model: is there twice; give each file a role of its own");
    }

    @Test
    void shouldTellWhenAPathHasAControlCharacter() throws Exception {
        Files.writeString(metadata, PackWriter.metadata("bad").replace("voice.bin", "\"a\\0b\""));

        assertThat(problems()).singleElement().asString().contains("path=a?b: has a backslash or a control character");
    }

    @Test
    void shouldTellWhenALinkLeadsOut() throws Exception {
        Files.delete(folder.resolve("voice.bin"));
        Files.createSymbolicLink(folder.resolve("voice.bin"), root.resolve("test/good/voice.bin"));

        assertThat(problems())
                .containsExactly(
                        ":10: files[0].path=voice.bin: is a link that leads out of the pack's folder; put the file"
                                + " itself there");
    }

    @Test
    void shouldTakeALinkThatStaysWithin() throws Exception {
        Files.move(folder.resolve("voice.bin"), folder.resolve("v1.bin"));
        Files.createSymbolicLink(folder.resolve("voice.bin"), Path.of("v1.bin"));

        VoicePacks packs = VoicePacks.builder().folders(List.of(root)).build();
        assertThat(packs.problems()).isEmpty();
        assertThat(packs.installed()).hasSize(2);
    }

    @Test
    void shouldTellWhenTheFileIsAFolder() throws Exception {
        Files.delete(folder.resolve("voice.bin"));
        Files.createDirectory(folder.resolve("voice.bin"));

        assertThat(problems()).singleElement().asString().contains("path=voice.bin: is no file that can be read");
    }

    @Test
    void shouldTellTheLineThatIsNotUtf8() throws Exception {
        Files.write(metadata, "id: bad\nlicence: caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));

        assertThat(problems()).containsExactly(":2: byte 21 is not UTF-8; save the file as UTF-8");
    }

    @Test
    void shouldTellWhenItIsEmptyOrNoMappingOrTooLarge() throws Exception {
        Files.writeString(metadata, "");
        assertThat(problems()).singleElement().asString().contains("is empty");
        Files.writeString(metadata, "- a\n- b\n");
        assertThat(problems()).containsExactly(":1: must be lines of key: value");
        Files.writeString(metadata, "#".repeat(256 * 1024 + 1));
        assertThat(problems()).singleElement().asString().contains("is larger than 256 KiB");
    }

    @Test
    void shouldNotBeHurtByDepthOrAliases() throws Exception {
        Files.writeString(metadata, "[".repeat(200_000));
        assertThat(problems()).containsExactly(":1: is nested deeper than 12 levels; nothing here needs that");

        StringBuilder laughs = new StringBuilder("a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha]\n");
        for (int i = 1; i < 10; i++) {
            laughs.append(
                    "a%d: &a%d [%s]\n".formatted(i, i, "*a%d, ".formatted(i - 1).repeat(9)));
        }
        Files.writeString(metadata, laughs);
        assertThat(problems()).containsExactly(":2: uses an alias (*name); write the value out");
    }

    @Test
    void shouldNotFillALogWhenEverythingIsWrong() throws Exception {
        StringBuilder unknown = new StringBuilder();
        for (int i = 0; i < 1_000; i++) {
            unknown.append("key").append(i).append(": 1\n");
        }
        Files.writeString(metadata, unknown.toString());

        assertThat(problems()).hasSize(20);
    }

    @Test
    void shouldQuoteShortlyAndOnOneLine() throws Exception {
        Files.writeString(
                metadata, PackWriter.metadata("bad").replace("id: bad", "id: \"a\\nb" + "c".repeat(500) + "\""));

        assertThat(problems())
                .singleElement()
                .asString()
                .hasSizeLessThan(300)
                .contains("id=a?bccc")
                .doesNotContain("\n");
    }

    @Test
    void shouldTellWhenAPathCannotBeOneHere() throws Exception {
        // Half a character has no bytes in any locale, as an umlaut has none in POSIX.
        Files.writeString(metadata, PackWriter.metadata("bad").replace("voice.bin", "\"a\\uD800b\""));

        assertThat(problems())
                .singleElement()
                .asString()
                .contains("cannot be a path in this locale: set LC_ALL=C.UTF-8; else give a path within");
    }
}
