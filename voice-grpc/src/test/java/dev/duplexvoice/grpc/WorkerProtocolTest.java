package dev.duplexvoice.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.ByteString;
import dev.duplexvoice.grpc.proto.tts.AudioFrame;
import dev.duplexvoice.grpc.proto.tts.ControlCommand;
import dev.duplexvoice.grpc.proto.tts.ControlRequest;
import dev.duplexvoice.grpc.proto.tts.GetCapabilitiesRequest;
import dev.duplexvoice.grpc.proto.tts.GetCapabilitiesResponse;
import dev.duplexvoice.grpc.proto.tts.ListModelsRequest;
import dev.duplexvoice.grpc.proto.tts.LoadModelRequest;
import dev.duplexvoice.grpc.proto.tts.ModelInfo;
import dev.duplexvoice.grpc.proto.tts.StartSessionRequest;
import dev.duplexvoice.grpc.proto.tts.TTSServiceGrpc;
import dev.duplexvoice.grpc.proto.tts.TextChunk;
import dev.duplexvoice.grpc.proto.tts.UnloadModelRequest;
import dev.duplexvoice.grpc.proto.tts.UnloadModelResponse;
import dev.duplexvoice.grpc.proto.tts.WordTime;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The protocol as a client sees it, over the network of this machine. */
@Timeout(60)
class WorkerProtocolTest {
    private static final int FRAME = 960;

    private Loopback loopback;
    private SteppedVoice voices;

    @BeforeEach
    void start() {
        loopback = new Loopback(builder -> builder.maxSessions(3).maxText(5_000));
        voices = loopback.voices;
    }

    @AfterEach
    void stop() {
        loopback.close();
    }

    private static void assertRefused(Status.Code code, String message, ThrowingCallable request) {
        assertThatThrownBy(request).isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
            assertThat(e.getStatus().getCode()).isEqualTo(code);
            assertThat(e.getStatus().getDescription()).contains(message);
        });
    }

    @Test
    void shouldSpeakEverySampleOnceInFramesOf20Milliseconds() throws InterruptedException {
        loopback.start("s");
        Loopback.Speaking speaking = loopback.say("s", "One two three.");

        assertThat(speaking.end()).isEqualTo(Status.OK);
        List<AudioFrame> frames = speaking.frames;
        assertThat(Loopback.samples(frames)).isEqualTo(SteppedVoice.samples(0, 3 * SteppedVoice.WORD));
        assertThat(frames)
                .extracting(AudioFrame::getSequenceNumber)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, frames.size()).boxed().toList());
        assertThat(frames).allSatisfy(frame -> {
            assertThat(frame.getSessionId()).isEqualTo("s");
            assertThat(frame.getSampleRate()).isEqualTo(48_000);
            assertThat(frame.getFrameDurationMs()).isEqualTo(20);
        });
        assertThat(frames.subList(0, frames.size() - 1)).allSatisfy(frame -> {
            assertThat(frame.getIsFinal()).isFalse();
            assertThat(frame.getAudioData().size()).isEqualTo(2 * FRAME);
        });
        assertThat(frames.get(frames.size() - 1).getIsFinal()).isTrue();
    }

    @Test
    void shouldSendTheFirstFrameWhileTheSentenceIsStillSynthesised() throws InterruptedException {
        voices.release(2 * FRAME);
        loopback.start("s");
        Loopback.Speaking speaking = loopback.say("s", "One two three.");

        assertThat(Loopback.samples(speaking.take(2))).isEqualTo(SteppedVoice.samples(0, 2 * FRAME));

        voices.release(Long.MAX_VALUE);
        speaking.end();
        assertThat(Loopback.samples(speaking.frames)).hasSize(3 * SteppedVoice.WORD);
    }

    @Test
    void shouldSpeakAClauseWhileTextStillComes() throws InterruptedException {
        loopback.start("s");
        Loopback.Speaking speaking = loopback.speak(Integer.MAX_VALUE);
        speaking.send("s", "One two. Th", false);
        List<AudioFrame> first = speaking.take(20);
        speaking.send("s", "ree four.", true);

        assertThat(speaking.end()).isEqualTo(Status.OK);
        assertThat(first).hasSize(20);
        assertThat(voices.requests).extracting(request -> request.text()).containsExactly("One two.", "Three four.");
        short[] two = SteppedVoice.samples(0, 2 * SteppedVoice.WORD);
        short[] twice = Arrays.copyOf(two, 2 * two.length);
        System.arraycopy(two, 0, twice, two.length, two.length);
        assertThat(Loopback.samples(speaking.frames)).isEqualTo(twice);
    }

    @Test
    void shouldSpeakTextThatWaitsInVainForMore() throws InterruptedException {
        loopback.start("s");
        Loopback.Speaking speaking = loopback.speak(Integer.MAX_VALUE);
        speaking.send("s", "Let me see", false);

        assertThat(Loopback.samples(speaking.take(30))).isEqualTo(SteppedVoice.samples(0, 3 * SteppedVoice.WORD));
        speaking.close();
        assertThat(speaking.end()).isEqualTo(Status.OK);
    }

    @Test
    void shouldGiveTheWholeTextToAVoiceThatWantsIt() throws InterruptedException {
        voices.wholeReplies = true;
        loopback.start("s");
        Loopback.Speaking speaking = loopback.speak(Integer.MAX_VALUE);
        speaking.send("s", "One *two*. Three,", false);
        speaking.send("s", " four. Five.", true);

        assertThat(speaking.end()).isEqualTo(Status.OK);
        assertThat(voices.requests)
                .extracting(request -> request.text())
                .containsExactly("One two. Three, four. Five.");
    }

    @Test
    void shouldTellWordsInSamplesAndCharactersOfTheWholeText() throws InterruptedException {
        loopback.start("s");
        String text = "One **two**. Three";
        Loopback.Speaking speaking = loopback.say("s", text);
        speaking.end();

        List<WordTime> words = speaking.frames.stream()
                .flatMap(frame -> frame.getWordsList().stream())
                .toList();
        assertThat(words)
                .extracting(word ->
                        text.substring(word.getTextBegin(), word.getTextEnd()).strip())
                .containsExactly("One", "two**", "Three");
        assertThat(words)
                .extracting(WordTime::getStartSample)
                .containsExactly(0L, (long) SteppedVoice.WORD, 2L * SteppedVoice.WORD);
        assertThat(speaking.frames.get(0).getWordsCount())
                .as("known with the first frame")
                .isEqualTo(2);
    }

    @Test
    void shouldSpeakAtTheRateAndPitchAndSampleRateThatWereAskedFor() throws InterruptedException {
        loopback.stub()
                .startSession(StartSessionRequest.newBuilder()
                        .setSessionId("s")
                        .setModelId("b")
                        .putOptions("rate", "1.5")
                        .putOptions("pitch", "0.75")
                        .putOptions("sample_rate", "16000")
                        .putOptions("colour", "blue")
                        .build());
        Loopback.Speaking speaking = loopback.say("s", "One.");
        speaking.end();

        assertThat(voices.requests).singleElement().satisfies(request -> {
            assertThat(request.rate()).isEqualTo(1.5f);
            assertThat(request.pitch()).isEqualTo(0.75f);
        });
        assertThat(speaking.frames.get(0).getSampleRate()).isEqualTo(16_000);
        assertThat(speaking.frames.get(0).getAudioData().size()).isEqualTo(2 * 320);
        short[] expected = new short[SteppedVoice.WORD / 3];
        IntStream.range(0, expected.length).forEach(i -> expected[i] = SteppedVoice.sample(3L * i));
        assertThat(Loopback.samples(speaking.frames)).isEqualTo(expected);
        assertThat(voices.opened).containsExactly("b");
    }

    @Test
    void shouldNotSynthesiseForAClientThatDoesNotRead() throws InterruptedException {
        loopback.start("s");
        Loopback.Speaking slow = loopback.speak(1);
        // 150 words, 30 s of audio, 2.9 MB.
        slow.send("s", "word ".repeat(150), true);
        slow.take(1);
        Loopback.Speaking quick = loopback.speak(Integer.MAX_VALUE);
        loopback.start("q");
        quick.send("q", "One two.", true);

        assertThat(quick.end()).as("another session of the same connection").isEqualTo(Status.OK);
        long given = settled(() -> voices.streamsOf("word").get(0).given);
        // The windows of HTTP/2 and the transport's queue, not the text's length.
        assertThat(2 * given).isLessThan(65_536 + 65_536 + 32_768);

        slow.request(Integer.MAX_VALUE - 1);
        assertThat(slow.end()).isEqualTo(Status.OK);
        assertThat(Loopback.samples(slow.frames)).hasSize(150 * SteppedVoice.WORD);
    }

    /** What a value comes to when nothing changes it any more for a while. */
    private static long settled(LongSupplier value) throws InterruptedException {
        long before = -1;
        for (int same = 0; same < 20; ) {
            Thread.sleep(10);
            long now = value.getAsLong();
            same = now == before ? same + 1 : 0;
            before = now;
        }
        return before;
    }

    @Test
    void shouldPauseAndGoOnAtTheNextSample() throws InterruptedException {
        voices.release(3 * FRAME);
        loopback.start("s");
        Loopback.Speaking speaking = loopback.say("s", "One two three.");
        speaking.take(3);

        assertThat(loopback.control("s", ControlCommand.PAUSE)).satisfies(response -> {
            assertThat(response.getSuccess()).isTrue();
            assertThat(response.getMessage()).matches("paused after frame 3, in \\d+ us");
            assertThat(response.getTimestampMs()).isPositive();
        });
        voices.release(Long.MAX_VALUE);
        settled(() -> voices.streams.get(0).given);
        assertThat(speaking.drain()).as("frames after the reply").isZero();

        assertThat(loopback.control("s", ControlCommand.RESUME).getSuccess()).isTrue();
        assertThat(speaking.end()).isEqualTo(Status.OK);
        assertThat(Loopback.samples(speaking.frames)).isEqualTo(SteppedVoice.samples(0, 3 * SteppedVoice.WORD));
        assertThat(voices.streams).as("one synthesis, kept hot").hasSize(1);
    }

    @Test
    void shouldStopWithAnEndMarkerAndSpeakAgain() throws InterruptedException {
        voices.release(3 * FRAME);
        loopback.start("s");
        Loopback.Speaking speaking = loopback.say("s", "One two three.");
        speaking.take(3);

        assertThat(loopback.control("s", ControlCommand.STOP).getSuccess()).isTrue();

        assertThat(speaking.end()).isEqualTo(Status.OK);
        AudioFrame last = speaking.frames.get(speaking.frames.size() - 1);
        assertThat(last.getIsFinal()).isTrue();
        assertThat(last.getSequenceNumber()).isEqualTo(4);
        Loopback.await("the voice is freed", () -> voices.streams.get(0).closed);
        assertThat(voices.streams.get(0).given).isLessThanOrEqualTo(3 * FRAME);

        voices.release(Long.MAX_VALUE);
        Loopback.Speaking again = loopback.say("s", "Four.");
        assertThat(again.end()).isEqualTo(Status.OK);
        assertThat(again.frames.get(0).getSequenceNumber()).isEqualTo(1);
        assertThat(Loopback.samples(again.frames)).hasSize(SteppedVoice.WORD);
    }

    @Test
    void shouldStopWhatIsPaused() throws InterruptedException {
        voices.release(FRAME);
        loopback.start("s");
        Loopback.Speaking speaking = loopback.say("s", "One two three.");
        speaking.take(1);
        loopback.control("s", ControlCommand.PAUSE);
        loopback.control("s", ControlCommand.STOP);

        assertThat(speaking.end()).isEqualTo(Status.OK);
        assertThat(loopback.control("s", ControlCommand.PAUSE)).satisfies(response -> {
            assertThat(response.getSuccess()).isFalse();
            assertThat(response.getMessage()).contains("over already");
        });
        assertThat(loopback.control("s", ControlCommand.STOP).getSuccess()).isTrue();
    }

    @Test
    void shouldKeepSessionsOfOneModelApart() throws InterruptedException {
        loopback.start("one", "a");
        loopback.start("two", "a");
        voices.release(2 * FRAME);
        Loopback.Speaking one = loopback.say("one", "One two three.");
        Loopback.Speaking two = loopback.say("two", "Four five six.");
        one.take(2);
        two.take(2);
        loopback.control("one", ControlCommand.PAUSE);
        voices.release(Long.MAX_VALUE);

        assertThat(two.end()).isEqualTo(Status.OK);
        assertThat(Loopback.samples(two.frames)).isEqualTo(SteppedVoice.samples(0, 3 * SteppedVoice.WORD));
        assertThat(one.drain()).isZero();
        loopback.end("two");
        loopback.control("one", ControlCommand.RESUME);
        assertThat(one.end()).isEqualTo(Status.OK);
        assertThat(Loopback.samples(one.frames)).isEqualTo(SteppedVoice.samples(0, 3 * SteppedVoice.WORD));
        assertThat(voices.opened).containsExactly("a");
    }

    @Test
    void shouldStopTheVoiceWhenTheClientCancels() throws InterruptedException {
        voices.release(3 * FRAME);
        loopback.start("s");
        Loopback.Speaking speaking = loopback.say("s", "One two three.");
        speaking.take(3);

        speaking.cancel();

        Loopback.await("the voice is freed", () -> voices.streams.get(0).closed);
        assertThat(voices.streams.get(0).given).isLessThanOrEqualTo(3 * FRAME);
        Loopback.await("no synthesis", () -> loopback.worker.stats().syntheses() == 0);
        voices.release(Long.MAX_VALUE);
        assertThat(loopback.say("s", "Again.").end()).isEqualTo(Status.OK);
    }

    @Test
    void shouldStopTheVoiceAtTheDeadline() throws InterruptedException {
        voices.release(FRAME);
        loopback.start("s");
        Loopback.Speaking speaking = new Loopback.Speaking(Integer.MAX_VALUE);
        TTSServiceGrpc.newStub(loopback.channel)
                .withDeadlineAfter(300, TimeUnit.MILLISECONDS)
                .synthesize(speaking);
        speaking.send("s", "One two three.", true);

        assertThat(speaking.end().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        Loopback.await("the voice is freed", () -> voices.streams.get(0).closed);
    }

    @Test
    void shouldGiveTheVoiceBackWhenItsLastSessionEnds() throws InterruptedException {
        loopback.start("s", "a");
        voices.release(FRAME);
        Loopback.Speaking speaking = loopback.say("s", "One two.");
        speaking.take(1);
        assertThat(loopback.engine.voiceModels().stats().models().get(0).holders())
                .containsExactly("session s");

        loopback.end("s");

        assertThat(speaking.end()).isEqualTo(Status.OK);
        assertThat(speaking.frames.get(speaking.frames.size() - 1).getIsFinal()).isTrue();
        Loopback.await(
                "no lease",
                () -> loopback.engine.voiceModels().stats().models().get(0).leases() == 0);
        assertThat(loopback.worker.stats().sessions()).isZero();
    }

    @Test
    void shouldTellOfAVoiceThatFailedAndSpeakTheNextText() throws InterruptedException {
        voices.failOn = "bad";
        voices.failAfter = 2 * FRAME;
        loopback.start("s");
        Loopback.Speaking speaking = loopback.say("s", "A bad text.");

        Status status = speaking.end();
        assertThat(status.getCode()).isEqualTo(Status.Code.INTERNAL);
        assertThat(status.getDescription()).contains("the tongue is tied");
        assertThat(loopback.say("s", "Good.").end()).isEqualTo(Status.OK);
    }

    @Test
    void shouldNameWhatIsWrongWithASession() {
        loopback.start("s");

        assertRefused(Status.Code.ALREADY_EXISTS, "session_id=s is in use", () -> loopback.start("s"));
        assertRefused(Status.Code.INVALID_ARGUMENT, "session_id is missing", () -> loopback.start(""));
        assertRefused(Status.Code.INVALID_ARGUMENT, "session_id=a?b", () -> loopback.start("a\nb"));
        assertRefused(Status.Code.NOT_FOUND, "model_id=c: this worker has [a, b]", () -> loopback.start("t", "c"));
        assertRefused(Status.Code.NOT_FOUND, "model_id=/etc/passwd", () -> loopback.start("t", "/etc/passwd"));
        assertRefused(Status.Code.NOT_FOUND, "session_id=t", () -> loopback.end("t"));
        assertRefused(Status.Code.NOT_FOUND, "session_id=t", () -> loopback.control("t", ControlCommand.STOP));
        assertRefused(Status.Code.INVALID_ARGUMENT, "session_id is missing", () -> loopback.end(""));
        assertRefused(
                Status.Code.FAILED_PRECONDITION,
                "session_id=s has not synthesised anything yet",
                () -> loopback.control("s", ControlCommand.PAUSE));
        assertRefused(
                Status.Code.INVALID_ARGUMENT,
                "command=9: must be",
                () -> loopback.stub()
                        .control(ControlRequest.newBuilder()
                                .setSessionId("s")
                                .setCommandValue(9)
                                .build()));
        for (String option : List.of("rate=3", "rate=fast", "pitch=NaN", "sample_rate=44100", "segmentation=words")) {
            String[] keyAndValue = option.split("=");
            assertRefused(
                    Status.Code.INVALID_ARGUMENT,
                    option + ": must be",
                    () -> loopback.stub()
                            .startSession(StartSessionRequest.newBuilder()
                                    .setSessionId("t")
                                    .putOptions(keyAndValue[0], keyAndValue[1])
                                    .build()));
        }
        assertThat(loopback.worker.stats().sessions()).isEqualTo(1);
    }

    @Test
    void shouldTakeNoMoreSessionsThanItsLimit() {
        loopback.start("1");
        loopback.start("2");
        loopback.start("3");

        assertRefused(Status.Code.RESOURCE_EXHAUSTED, "max_concurrent_sessions=3", () -> loopback.start("4"));
        loopback.end("2");
        loopback.start("4");
    }

    @Test
    void shouldNameWhatIsWrongWithText() throws InterruptedException {
        loopback.start("s");
        loopback.start("t");

        assertFails(Status.Code.INVALID_ARGUMENT, "session_id is missing", chunk("", "Text", 1));
        assertFails(Status.Code.NOT_FOUND, "session_id=nobody", chunk("nobody", "Text", 1));
        assertFails(Status.Code.INVALID_ARGUMENT, "sequence_number=-1", chunk("s", "Text", -1));
        assertFails(Status.Code.RESOURCE_EXHAUSTED, "text.length=5001: at most 5000", chunk("s", "a".repeat(5_001), 1));
        assertFails(Status.Code.RESOURCE_EXHAUSTED, "1048576", chunk("s", "a".repeat(10 << 20), 1));
        assertFails(
                Status.Code.INVALID_ARGUMENT,
                "this Synthesize is of session s",
                chunk("s", "One", 1),
                chunk("t", "", 2));
        assertFails(Status.Code.INVALID_ARGUMENT, "no text");
        voices.release(0);
        assertFails(
                Status.Code.FAILED_PRECONDITION,
                "text after is_final",
                chunk("s", "One.", 1).toBuilder().setIsFinal(true).build(),
                chunk("s", "Two.", 2));
        Loopback.Speaking first = loopback.say("s", "One.");
        Loopback.await("it speaks", () -> loopback.worker.stats().syntheses() == 1);
        assertFails(Status.Code.FAILED_PRECONDITION, "session_id=s synthesises already", chunk("s", "Two.", 1));
        voices.release(Long.MAX_VALUE);
        assertThat(first.end()).isEqualTo(Status.OK);
        assertThat(loopback.worker.stats().syntheses()).isZero();
    }

    private static TextChunk chunk(String session, String text, long sequence) {
        return TextChunk.newBuilder()
                .setSessionId(session)
                .setText(text)
                .setSequenceNumber(sequence)
                .build();
    }

    private void assertFails(Status.Code code, String message, TextChunk... chunks) throws InterruptedException {
        Loopback.Speaking speaking = loopback.speak(Integer.MAX_VALUE);
        for (TextChunk chunk : chunks) {
            speaking.send(chunk);
        }
        if (chunks.length == 0) {
            speaking.close();
        }
        Status status = speaking.end();
        assertThat(status.getCode()).as(status.toString()).isEqualTo(code);
        assertThat(status.getDescription()).contains(message);
    }

    @Test
    void shouldSpeakNothingForATextWithoutWords() throws InterruptedException {
        loopback.start("s");
        Loopback.Speaking speaking = loopback.say("s", "  \n ");

        assertThat(speaking.end()).isEqualTo(Status.OK);
        assertThat(speaking.frames).singleElement().satisfies(frame -> {
            assertThat(frame.getIsFinal()).isTrue();
            assertThat(frame.getAudioData()).isEqualTo(ByteString.EMPTY);
        });
    }

    @Test
    void shouldListLoadAndUnloadModels() {
        assertThat(models()).allMatch(model -> !model.getIsLoaded());

        assertThat(loopback.stub()
                        .loadModel(LoadModelRequest.newBuilder().setModelId("b").build())
                        .getSuccess())
                .isTrue();
        assertThat(models())
                .extracting(ModelInfo::getModelId, ModelInfo::getIsLoaded)
                .containsExactly(tuple("a", false), tuple("b", true));
        assertThat(models().get(1).getMetadataMap())
                .containsEntry("leases", "1")
                .containsEntry("state", "READY");
        assertThat(models().get(1).getLanguagesList()).containsExactly("en-US");

        loopback.start("s", "b");
        assertThat(unload("b")).satisfies(refused -> {
            assertThat(refused.getSuccess()).isFalse();
            assertThat(refused.getMessage()).contains("session s");
        });
        loopback.end("s");
        assertThat(unload("b").getMessage()).isEqualTo("unloaded");
        assertThat(unload("b").getMessage()).isEqualTo("was not in memory");
        assertThat(voices.closedVoices).hasValue(1);
        assertRefused(Status.Code.NOT_FOUND, "model_id=c: this worker has", () -> unload("c"));
        assertRefused(Status.Code.INVALID_ARGUMENT, "model_id is missing", () -> unload(""));
        assertThat(loopback.stub()
                        .loadModel(LoadModelRequest.newBuilder()
                                .setModelId("a")
                                .setPreloadOnly(true)
                                .build())
                        .getSuccess())
                .isTrue();
        assertThat(models().get(0).getMetadataMap()).containsEntry("leases", "0");
    }

    @Test
    void shouldKeepWhatLoadModelKeepsWhenUnloadModelIsRefused() {
        loopback.stub().loadModel(LoadModelRequest.newBuilder().setModelId("b").build());
        loopback.start("s", "b");
        assertThat(unload("b").getSuccess()).isFalse();

        loopback.end("s");

        assertThat(models().get(1).getMetadataMap()).containsEntry("leases", "1");
        assertThat(unload("b").getMessage()).isEqualTo("unloaded");
    }

    private List<ModelInfo> models() {
        return loopback.stub()
                .listModels(ListModelsRequest.getDefaultInstance())
                .getModelsList();
    }

    private UnloadModelResponse unload(String model) {
        return loopback.stub()
                .unloadModel(UnloadModelRequest.newBuilder().setModelId(model).build());
    }

    @Test
    void shouldMeasureWhatItTells() throws InterruptedException {
        GetCapabilitiesResponse before = capabilities();
        assertThat(before.getMetricsMap()).containsEntry("rtf", 0.0).containsEntry("active_sessions", 0.0);
        assertThat(before.getCapabilities().getMaxConcurrentSessions()).isEqualTo(3);
        assertThat(before.getCapabilities().getStreaming()).isTrue();
        assertThat(before.getCapabilities().getLanguagesList()).containsExactly("en-US");
        assertThat(before.getResidentModelsList()).isEmpty();

        loopback.start("s");
        loopback.say("s", "One two three four five.").end();
        voices.release(FRAME);
        Loopback.Speaking running = loopback.say("s", "More.");
        running.take(1);

        GetCapabilitiesResponse after = capabilities();
        assertThat(after.getMetricsMap().get("rtf")).isBetween(1e-9, 1.0);
        assertThat(after.getMetricsMap())
                .containsEntry("active_sessions", 1.0)
                .containsEntry("active_syntheses", 1.0)
                .containsEntry("queue_depth", 0.0);
        assertThat(after.getResidentModelsList()).containsExactly("a");
    }

    private GetCapabilitiesResponse capabilities() {
        return loopback.stub().getCapabilities(GetCapabilitiesRequest.getDefaultInstance());
    }

    @Test
    void shouldForgetASessionWhoseClientDidNotWaitForIt() throws InterruptedException {
        CountDownLatch mayLoad = voices.holdLoads();
        try {
            assertThatThrownBy(() -> TTSServiceGrpc.newBlockingStub(loopback.channel)
                            .withDeadlineAfter(300, TimeUnit.MILLISECONDS)
                            .startSession(StartSessionRequest.newBuilder()
                                    .setSessionId("s")
                                    .build()))
                    .hasMessageContaining("DEADLINE_EXCEEDED");
            Loopback.await("the place is free", () -> loopback.worker.stats().sessions() == 0);
        } finally {
            mayLoad.countDown();
        }
        loopback.start("s");
        assertThat(loopback.engine.voiceModels().stats().models().get(0).leases())
                .isEqualTo(1);
    }

    @Test
    void shouldSayThatASessionIsStillBeingStarted() throws InterruptedException {
        CountDownLatch mayLoad = voices.holdLoads();
        try {
            TTSServiceGrpc.newFutureStub(loopback.channel)
                    .startSession(
                            StartSessionRequest.newBuilder().setSessionId("s").build());
            Loopback.await("it has a place", () -> loopback.worker.stats().sessions() == 1);

            assertFails(Status.Code.FAILED_PRECONDITION, "is still being started", chunk("s", "Text", 1));
        } finally {
            mayLoad.countDown();
        }
    }
}
