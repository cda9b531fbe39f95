package dev.duplexvoice.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.grpc.proto.tts.ControlCommand;
import dev.duplexvoice.grpc.proto.tts.GetCapabilitiesRequest;
import dev.duplexvoice.grpc.proto.tts.ListModelsRequest;
import dev.duplexvoice.grpc.proto.tts.LoadModelRequest;
import dev.duplexvoice.grpc.proto.tts.ModelInfo;
import dev.duplexvoice.model.VoicePack;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What RELOAD does with voice packs that come, go and are replaced while sessions speak. */
@Timeout(60)
class WorkerReloadTest {
    @TempDir
    private Path folder;

    private Loopback loopback;

    @BeforeEach
    void start() {
        loopback = new Loopback();
        loopback.start("s");
    }

    @AfterEach
    void stop() {
        loopback.close();
    }

    /** A pack with this in its only file. */
    private VoicePack install(String id, String content) throws IOException {
        Path file = Files.writeString(folder.resolve(id + ".onnx"), content);
        VoicePack pack = new VoicePack(
                id,
                SteppedVoice.FAMILY,
                folder,
                List.of("de-DE"),
                SteppedVoice.RATE,
                "MIT",
                Map.of("model", file),
                Set.of("zero_shot"),
                Map.of());
        loopback.voices.installed.removeIf(other -> other.id().equals(id));
        loopback.voices.installed.add(pack);
        return pack;
    }

    private String reload() {
        var response = loopback.control("s", ControlCommand.RELOAD);
        assertThat(response.getSuccess()).isTrue();
        return response.getMessage();
    }

    private ModelInfo model(String id) {
        return loopback.stub().listModels(ListModelsRequest.getDefaultInstance()).getModelsList().stream()
                .filter(model -> model.getModelId().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void shouldFindPacksThatComeAndGo() throws Exception {
        assertThat(reload()).startsWith("there is no configuration to read anew; 2 voices, in ");
        VoicePack pack = install("p", "one");

        assertThat(reload()).contains("; 3 voices, new: p, in ");
        loopback.start("t", "p");
        assertThat(loopback.say("t", "One.").end()).isEqualTo(Status.OK);
        assertThat(loopback.stub()
                        .getCapabilities(GetCapabilitiesRequest.getDefaultInstance())
                        .getCapabilities()
                        .getZeroShot())
                .isTrue();
        loopback.voices.installed.remove(pack);

        assertThat(reload()).contains("; 2 voices, gone: p, in ");
        assertThat(loopback.say("t", "Two.").end()).as("the session goes on").isEqualTo(Status.OK);
        loopback.end("t");
        Loopback.await("it goes with its last session", () -> loopback.voices.closedVoices.get() == 1);
        assertThat(loopback.voices.opened).containsExactly("a", "p");
    }

    @Test
    void shouldLoadAReplacedVoiceAnewThatNobodySpeaksWith() throws Exception {
        install("p", "one");
        install("q", "one");
        reload();
        loopback.start("t", "p");
        loopback.end("t");
        install("p", "another");
        install("q", "another");

        assertThat(reload()).contains("; 4 voices, replaced: p (loaded anew), q (was not in memory), in ");

        assertThat(loopback.voices.opened).containsExactly("a", "p", "p");
        Loopback.await("the old one is closed", () -> loopback.voices.closedVoices.get() == 1);
        assertThat(reload()).contains("; 4 voices, in ");
    }

    @Test
    void shouldGiveNewSessionsTheNewVoiceWhileOthersGoOnWithTheOld() throws Exception {
        install("p", "one");
        reload();
        loopback.stub().loadModel(LoadModelRequest.newBuilder().setModelId("p").build());
        loopback.start("t", "p");
        install("p", "another");

        assertThat(reload()).contains("; 3 voices, replaced: p (loaded anew), in ");

        assertThat(loopback.voices.opened).containsExactly("a", "p", "p");
        loopback.start("u", "p");
        assertThat(loopback.say("u", "One.").end()).isEqualTo(Status.OK);
        assertThat(loopback.say("t", "One.").end()).isEqualTo(Status.OK);
        assertThat(loopback.voices.streams).extracting(stream -> stream.load).containsExactly(3, 2);
        assertThat(model("p").getMetadataMap().get("leases"))
                .as("of LoadModel, which has the new one now, and of the new session")
                .isEqualTo("2");
        assertThat(loopback.voices.closedVoices).hasValue(0);
        loopback.end("t");

        Loopback.await("the old one goes", () -> loopback.voices.closedVoices.get() == 1);
        assertThat(loopback.stub()
                        .getCapabilities(GetCapabilitiesRequest.getDefaultInstance())
                        .getResidentModelsList())
                .containsExactlyInAnyOrder("a", "p");
    }

    @Test
    void shouldKeepTheOldVoiceWhenTheNewOneCannotBeLoaded() throws Exception {
        install("p", "one");
        reload();
        loopback.start("t", "p");
        install("p", "torn");
        loopback.voices.failLoads = true;

        assertThat(reload()).contains("replaced: p (stays the old one: model=p: the load failed: ", "torn file");

        loopback.start("u", "p");
        assertThat(loopback.say("u", "One.").end()).isEqualTo(Status.OK);
        loopback.voices.failLoads = false;
        assertThat(reload()).as("it is tried again").contains("replaced: p (loaded anew)");
        assertThat(reload()).contains("; 3 voices, in ");
    }

    @Test
    void shouldLoadAVoiceAnewThatComesBackWhileASessionHasTheOldOne() throws Exception {
        VoicePack pack = install("p", "one");
        reload();
        loopback.start("t", "p");
        loopback.voices.installed.remove(pack);
        assertThat(reload()).contains("gone: p");
        install("p", "another");

        assertThat(reload()).contains("new: p");
        loopback.start("u", "p");

        assertThat(loopback.say("u", "One.").end()).isEqualTo(Status.OK);
        assertThat(loopback.say("t", "One.").end()).isEqualTo(Status.OK);
        assertThat(loopback.voices.streams).extracting(stream -> stream.load).containsExactly(3, 2);
    }
}
