package dev.duplexvoice.packs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.duplexvoice.model.VoicePack;
import dev.duplexvoice.spi.VoicePackSource;
import dev.duplexvoice.time.VirtualClock;
import java.io.File;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class VoicePacksTest {
    private static final Duration POLL = Duration.ofSeconds(1);

    @TempDir
    private Path root;

    private final VirtualClock clock = new VirtualClock();

    private VoicePacks packs(Path... folders) {
        return VoicePacks.builder()
                .folders(List.of(folders))
                .clock(clock)
                .pollInterval(POLL)
                .build();
    }

    private static List<String> ids(VoicePacks packs) {
        return packs.packs().stream().map(VoicePack::id).toList();
    }

    @Test
    void shouldTellAllThatTheMetadataSays() throws Exception {
        Path folder = PackWriter.write(root, "anna", "anna-1");

        VoicePack pack = packs(root).packs().get(0);

        assertThat(pack.id()).isEqualTo("anna-1");
        assertThat(pack.family()).isEqualTo("test");
        assertThat(pack.folder()).isEqualTo(folder);
        assertThat(pack.languages()).containsExactly("en-US", "en-GB");
        assertThat(pack.sampleRate()).isEqualTo(16_000);
        assertThat(pack.licence()).isEqualTo("MIT");
        assertThat(pack.files()).containsExactly(Map.entry("model", folder.resolve("voice.bin")));
        assertThat(pack.capabilities()).containsExactly("streaming");
        assertThat(pack.settings()).containsExactly(Map.entry("speaker", "3"));
    }

    @Test
    void shouldGiveDetectorsNotAsVoices() throws Exception {
        Path folder = PackWriter.write(root, "ears", "ears");
        String metadata = PackWriter.metadata("ears").replace("languages: [en-US, en-GB]", "kind: detector");
        Files.writeString(folder.resolve("metadata.yaml"), metadata);

        VoicePacks packs = packs(root);

        assertThat(packs.packs()).isEmpty();
        assertThat(packs.problems()).isEmpty();
        assertThat(packs.find("ears").file("model")).isEqualTo(folder.resolve("voice.bin"));
        assertThat(packs.find("ears").file("config")).isNull();
    }

    @Test
    void shouldNoticeWhatComesChangesAndGoesWithinTheInterval() throws Exception {
        VoicePacks packs = packs(root);
        assertThat(ids(packs)).isEmpty();

        Path folder = PackWriter.write(root, "anna", "anna");
        assertThat(ids(packs)).isEmpty();
        clock.advance(POLL.minusNanos(1));
        assertThat(ids(packs)).isEmpty();
        clock.advance(Duration.ofNanos(1));
        assertThat(ids(packs)).containsExactly("anna");

        Files.writeString(folder.resolve("metadata.yaml"), PackWriter.metadata("annabel"));
        clock.advance(POLL);
        assertThat(ids(packs)).containsExactly("annabel");

        Files.write(folder.resolve("voice.bin"), new byte[4]); // being copied
        clock.advance(POLL);
        assertThat(ids(packs)).isEmpty();
        assertThat(packs.problems()).hasSize(1);
        Files.write(folder.resolve("voice.bin"), PackWriter.MODEL);
        clock.advance(POLL);
        assertThat(ids(packs)).containsExactly("annabel");
        assertThat(packs.problems()).isEmpty();

        PackWriter.delete(folder);
        clock.advance(POLL);
        assertThat(ids(packs)).isEmpty();
        assertThat(packs.problems()).isEmpty();
    }

    @Test
    void shouldLookAtOnceWhenRefreshed() throws Exception {
        VoicePacks packs = packs(root);
        assertThat(ids(packs)).isEmpty();
        PackWriter.write(root, "anna", "anna");

        packs.refresh();

        assertThat(ids(packs)).containsExactly("anna");
    }

    @Test
    void shouldCountTheFirstWhenTwoHaveAnId() throws Exception {
        Path one = Files.createDirectory(root.resolve("one"));
        Path two = Files.createDirectory(root.resolve("two"));
        Path second = PackWriter.write(two, "b", "anna");
        Path first = PackWriter.write(one, "c", "anna");
        PackWriter.write(one, "d", "dora");

        VoicePacks packs = packs(one, two);

        assertThat(packs.installed()).extracting(InstalledPack::folder).containsExactly(first, one.resolve("test/d"));
        assertThat(packs.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.file()).isEqualTo(second.resolve("metadata.yaml"));
            assertThat(problem.message())
                    .isEqualTo("id=anna: " + first + " has it already, which counts; rename or remove one");
        });
        PackWriter.delete(first);
        clock.advance(POLL);
        assertThat(packs.find("anna").folder()).isEqualTo(second);
    }

    @Test
    void shouldFindADamagedFileWhenItIsVerified() throws Exception {
        Path folder = PackWriter.write(root, "anna", "anna");
        VoicePacks packs = packs(root);
        assertThat(packs.verify(packs.find("anna"))).hasSize(1).allMatch(FileCheck::isRight);

        Files.write(folder.resolve("voice.bin"), new byte[] {1, 2, 4});
        Files.setLastModifiedTime(folder.resolve("voice.bin"), java.nio.file.attribute.FileTime.fromMillis(1_000));
        clock.advance(POLL);

        assertThat(ids(packs)).containsExactly("anna"); // the size is right, and no more is looked at
        assertThat(packs.verify(packs.find("anna"))).singleElement().satisfies(check -> {
            assertThat(check.isRight()).isFalse();
            assertThat(check.problem())
                    .startsWith(folder.resolve("voice.bin") + ": sha256=" + check.found())
                    .contains("must be " + PackWriter.SHA256, "pull the pack again");
        });
        InstalledPack pack = packs.find("anna");
        Files.delete(folder.resolve("voice.bin"));
        assertThat(packs.verify(pack))
                .singleElement()
                .satisfies(check -> assertThat(check.problem()).contains("cannot be read: it is not there"));
    }

    @Test
    void shouldNotReadAFileAgainThatWasVerifiedAndHasNotChanged() throws Exception {
        Path folder = PackWriter.write(root, "anna", "anna");
        Path file = folder.resolve("voice.bin");
        VoicePacks packs = packs(root);
        InstalledPack pack = packs.find("anna");
        var time = Files.getLastModifiedTime(file);
        assertThat(packs.verify(pack)).allMatch(FileCheck::isRight);

        Files.write(file, new byte[] {1, 2, 4});
        Files.setLastModifiedTime(file, time);

        assertThat(packs.verify(pack))
                .allMatch(FileCheck::isRight); // looks the same: the answer is the one from before
        assertThat(packs(root).verify(pack)).noneMatch(FileCheck::isRight);
    }

    @Test
    void shouldLogAProblemOnce() throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger(VoicePacks.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        Level level = logger.getLevel();
        logger.setLevel(Level.WARN);
        logger.setAdditive(false);
        try {
            Path folder = Files.createDirectories(root.resolve("test/empty"));
            VoicePacks packs = packs(root);
            for (int i = 0; i < 3; i++) {
                packs.packs();
                clock.advance(POLL);
            }
            assertThat(log.list).hasSize(1);
            assertThat(log.list.get(0).getFormattedMessage())
                    .isEqualTo("voice pack left out: " + folder.resolve("metadata.yaml")
                            + ": cannot be read: it is not there; check that it is there and may be read");

            PackWriter.delete(folder);
            packs.packs();
            Files.createDirectories(folder);
            clock.advance(POLL);
            packs.packs();
            assertThat(log.list).hasSize(2); // it has come back
        } finally {
            logger.setLevel(level);
            logger.setAdditive(true);
            logger.detachAppender(log);
        }
    }

    @Test
    void shouldLookWhereTheFirstWhoSaysSoSays() {
        Map<String, String> env = Map.of("VOICE_PACKS", "/c" + File.pathSeparator + "/d", "XDG_DATA_HOME", "/data");
        Map<String, String> none = Map.of();

        var both = PackFolders.find(Map.of("voice.packs", "/a" + File.pathSeparator + "/b")::get, env::get);
        assertThat(both).extracting(PackFolders.Root::path).containsExactly(Path.of("/a"), Path.of("/b"));
        assertThat(PackFolders.target(both)).isEqualTo(Path.of("/a"));

        var named = PackFolders.find(none::get, env::get);
        assertThat(named).extracting(PackFolders.Root::path).containsExactly(Path.of("/c"), Path.of("/d"));

        var usual = PackFolders.find(none::get, Map.of("XDG_DATA_HOME", "/data")::get);
        Path here = Path.of("voicepacks").toAbsolutePath();
        assertThat(usual)
                .extracting(PackFolders.Root::path)
                .containsExactly(here, Path.of("/data/duplexvoice/voicepacks"));
        assertThat(PackFolders.target(usual)).isEqualTo(Path.of("/data/duplexvoice/voicepacks"));

        var empty =
                PackFolders.find(none::get, Map.of("VOICE_PACKS", File.pathSeparator, "XDG_DATA_HOME", "/data")::get);
        assertThat(empty).isEqualTo(usual);

        var home = PackFolders.find(Map.of("user.home", "/home/me")::get, Map.of("XDG_DATA_HOME", "relative")::get);
        assertThat(PackFolders.target(home)).isEqualTo(Path.of("/home/me/.local/share/duplexvoice/voicepacks"));
    }

    @Test
    void shouldTellOfAFolderThatWasNamedAndIsNotThere() {
        Path missing = root.resolve("missing");
        VoicePacks packs = packs(missing);

        assertThat(packs.packs()).isEmpty();
        assertThat(packs.problems())
                .extracting(PackProblem::toString)
                .containsExactly(
                        missing + ": folder=" + missing + ": there is no such folder; make it or name another");
    }

    @Test
    void shouldRefuseOptionsThatMakeNoSense() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VoicePacks.builder().folders(List.of()))
                .withMessageContaining("folders=[]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VoicePacks.builder().pollInterval(Duration.ofMillis(-1)))
                .withMessageContaining("pollInterval=");
    }

    @Test
    void shouldTakeWhatTheReadmeShows() throws Exception {
        String readme = Files.readString(Path.of("../README.md"));
        int from = readme.indexOf("```yaml\nid: ") + "```yaml\n".length();
        String metadata = readme.substring(from, readme.indexOf("```", from));
        Path folder = Files.createDirectories(root.resolve("vits/our-voice"));
        Files.writeString(folder.resolve("metadata.yaml"), metadata);
        for (var size : Map.of("our-voice.onnx", 63_201_294L, "our-voice.onnx.json", 4_885L)
                .entrySet()) {
            try (var file = new RandomAccessFile(folder.resolve(size.getKey()).toFile(), "rw")) {
                file.setLength(size.getValue()); // holes: no room is taken
            }
        }

        VoicePacks packs = packs(root);

        assertThat(packs.problems()).isEmpty();
        assertThat(ids(packs)).containsExactly("our-voice");
    }

    @Test
    void shouldBeFoundByTheServiceLoader() {
        assertThat(ServiceLoader.load(VoicePackSource.class)).hasAtLeastOneElementOfType(VoicePacks.class);
    }
}
