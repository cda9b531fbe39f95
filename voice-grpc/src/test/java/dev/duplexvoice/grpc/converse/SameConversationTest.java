package dev.duplexvoice.grpc.converse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.AudioSink;
import dev.duplexvoice.DuplexSession;
import dev.duplexvoice.SayOptions;
import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.dialog.Reply;
import dev.duplexvoice.grpc.proto.v1.AudioFrame;
import dev.duplexvoice.grpc.proto.v1.ConverseResponse;
import dev.duplexvoice.grpc.proto.v1.Event;
import dev.duplexvoice.grpc.proto.v1.Open;
import dev.duplexvoice.grpc.proto.v1.Say;
import dev.duplexvoice.grpc.proto.v1.Side;
import dev.duplexvoice.stt.RecognitionStream;
import dev.duplexvoice.stt.TranscriptSink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens in a session does not depend on whether its client is in the process or at the other end of a call. */
class SameConversationTest {
    private static final Duration SILENCE = Duration.ofMillis(300);

    /** A client, wherever it is. */
    private interface Peer {
        void say(String text, SayOptions how);

        void speechStarted();

        void speechEnded();

        void transcript(String text, boolean last, long utterance);

        void audio(short[] samples);

        void interrupt();

        void played(long position);

        void close();
    }

    /** What came of a conversation, each part with the time when it came. */
    private record Outcome(List<String> events, List<String> audio) {}

    /** How replies are written: pieces of text, each so many milliseconds after the one before. */
    private record Answer(int everyMillis, String... pieces) {}

    /** @param answers by the text of the turn */
    private record Scenario(
            Map<String, String> options,
            boolean external,
            boolean recognized,
            Map<String, Answer> answers,
            long endsAt,
            Script script) {}

    private interface Script {
        void play(VirtualServer server, Peer peer);
    }

    private static String at(VirtualServer server) {
        return server.clock.nanoTime() / 1_000_000 + " ";
    }

    private static String frame(long position, short[] samples, int length) {
        return "frame " + position + " " + Arrays.hashCode(Arrays.copyOf(samples, length));
    }

    // ------------------------------------------------------------------------------------------ in the process

    private static Outcome inProcess(Scenario scenario) {
        List<String> events = new ArrayList<>();
        List<String> audio = new ArrayList<>();
        try (VirtualServer server = new VirtualServer()) {
            SessionOptions.Builder options = SessionOptions.builder()
                    .synthesizer(server.voice)
                    .listener(event ->
                            events.add(at(server) + EventMessages.of(event).getEvent()))
                    .audioSink(new AudioSink() {
                        @Override
                        public void frame(short[] samples, int length, long position) {
                            audio.add(at(server) + SameConversationTest.frame(position, samples, length));
                        }

                        @Override
                        public void flush(long position) {
                            audio.add(at(server) + "flush " + position);
                        }
                    });
            scenario.options.forEach(options::set);
            if (scenario.external) {
                options.externalSpeech();
            }
            TranscriptSink[] texts = new TranscriptSink[1];
            if (scenario.recognized) {
                options.recognizer((rate, sink) -> {
                    texts[0] = sink;
                    return new RecognitionStream() {};
                });
            }
            options.responder((turn, reply) -> {
                reply.detach();
                answer(server, scenario.answers.getOrDefault(turn.text(), new Answer(0, "Pardon?")), reply);
            });
            DuplexSession session = server.engine.open(options.build());
            scenario.script.play(server, new InProcess(session, texts));
            server.runTo(scenario.endsAt);
            session.close();
            server.settle();
            assertThat(server.engine.sessions()).isZero();
        }
        return new Outcome(events, audio);
    }

    private static void answer(VirtualServer server, Answer answer, Reply reply) {
        for (int i = 0; i < answer.pieces.length; i++) {
            int piece = i;
            later(server, answer, piece, () -> {
                reply.write(answer.pieces[piece]);
                if (piece == answer.pieces.length - 1) {
                    reply.complete();
                }
            });
        }
    }

    private static void later(VirtualServer server, Answer answer, int piece, Runnable write) {
        if (piece == 0) {
            write.run();
        } else {
            server.clock.schedule(Duration.ofMillis((long) piece * answer.everyMillis), write);
        }
    }

    private record InProcess(DuplexSession session, TranscriptSink[] texts) implements Peer {
        @Override
        public void say(String text, SayOptions how) {
            session.say(text, how);
        }

        @Override
        public void speechStarted() {
            session.speechStarted();
        }

        @Override
        public void speechEnded() {
            session.speechEnded(SILENCE);
        }

        @Override
        public void transcript(String text, boolean last, long utterance) {
            texts[0].transcript(text, last, utterance);
        }

        @Override
        public void audio(short[] samples) {
            session.offerAudio(samples);
        }

        @Override
        public void interrupt() {
            session.interrupt();
        }

        @Override
        public void played(long position) {
            session.played(position);
        }

        @Override
        public void close() {
            session.close();
        }
    }

    // ------------------------------------------------------------------------------------------ over gRPC

    private static Outcome remote(Scenario scenario) {
        List<String> events = new ArrayList<>();
        List<String> audio = new ArrayList<>();
        try (VirtualServer server = new VirtualServer()) {
            Talk[] talk = new Talk[1];
            Consumer<ConverseResponse> live = answer -> {
                switch (answer.getResponseCase()) {
                    case EVENT -> events.add(at(server) + answer.getEvent());
                    case AUDIO -> {
                        AudioFrame frame = answer.getAudio();
                        short[] samples = Talk.samples(frame);
                        audio.add(at(server) + frame(frame.getPosition(), samples, samples.length));
                    }
                    case FLUSH ->
                        audio.add(at(server) + "flush " + answer.getFlush().getPosition());
                    case TURN -> {
                        Answer text =
                                scenario.answers.getOrDefault(answer.getTurn().getText(), new Answer(0, "Pardon?"));
                        long id = answer.getTurn().getReplyId();
                        for (int i = 0; i < text.pieces.length; i++) {
                            int piece = i;
                            later(
                                    server,
                                    text,
                                    piece,
                                    () -> talk[0].reply(id, text.pieces[piece], piece == text.pieces.length - 1));
                        }
                    }
                    default -> {}
                }
            };
            talk[0] = new Talk(server.channel, live);
            talk[0].open(open -> {
                open.putAllOptions(scenario.options)
                        .setExternalSpeech(scenario.external)
                        .setResponder(Side.SIDE_CLIENT);
                if (scenario.recognized) {
                    open.setRecognizer(Side.SIDE_CLIENT);
                }
            });
            scenario.script.play(server, new Remote(talk[0]));
            server.runTo(scenario.endsAt);
            talk[0].close();
            server.settle();
            assertThat(server.engine.sessions()).isZero();
            assertThat(talk[0].status().isOk()).isTrue();
        }
        return new Outcome(events, audio);
    }

    private record Remote(Talk talk) implements Peer {
        @Override
        public void say(String text, SayOptions how) {
            talk.send(m -> m.getSayBuilder()
                    .setText(text)
                    .setWhen(how.when() == SayOptions.When.INTERRUPT ? Say.When.WHEN_INTERRUPT : Say.When.WHEN_QUEUE)
                    .setUninterruptible(!how.allowInterruptions()));
        }

        @Override
        public void speechStarted() {
            talk.speechStarted();
        }

        @Override
        public void speechEnded() {
            talk.speechEnded(SILENCE);
        }

        @Override
        public void transcript(String text, boolean last, long utterance) {
            talk.transcript(text, last, utterance);
        }

        @Override
        public void audio(short[] samples) {
            talk.audio(samples);
        }

        @Override
        public void interrupt() {
            talk.interrupt();
        }

        @Override
        public void played(long position) {
            talk.played(position);
        }

        @Override
        public void close() {
            talk.close();
        }
    }

    // ------------------------------------------------------------------------------------------ conversations

    private static Outcome assertSame(Scenario scenario) {
        Outcome here = inProcess(scenario);
        Outcome there = remote(scenario);

        assertThat(there.events).isEqualTo(here.events);
        assertThat(there.audio).isEqualTo(here.audio);
        return there;
    }

    private static boolean has(Outcome outcome, String what) {
        return outcome.events.stream().anyMatch(event -> event.contains(what));
    }

    @Test
    void shouldBeTheSameWhenTheCallerInterruptsAReply() {
        Scenario scenario = new Scenario(
                Map.of(),
                true,
                true,
                Map.of("Count, please.", new Answer(50, "One two ", "three four ", "five six ", "seven eight.")),
                8_000,
                (server, peer) -> {
                    server.at(500, peer::speechStarted);
                    server.at(900, () -> peer.transcript("Count", false, 1));
                    server.at(1_500 + SILENCE.toMillis(), peer::speechEnded);
                    server.at(1_900, () -> peer.transcript("Count, please.", true, 1));
                    server.at(2_800, peer::speechStarted);
                    server.at(4_000 + SILENCE.toMillis(), peer::speechEnded);
                    server.at(4_400, () -> peer.transcript("Stop that.", true, 2));
                });

        Outcome outcome = assertSame(scenario);
        assertThat(outcome.audio).filteredOn(line -> line.contains("flush")).hasSize(1);
        assertThat(has(outcome, "heard: \"One two three")).isTrue();
        assertThat(has(outcome, "heard: \"Pardon?\"")).isTrue();
        assertThat(has(outcome, "reason: \"closed\"")).isTrue();
    }

    @Test
    void shouldBeTheSameWhenADetectorHearsTheCaller() {
        Scenario scenario = new Scenario(
                Map.of("endpointing.minDelay", "300ms"),
                false,
                false,
                Map.of("", new Answer(20, "Yes, ", "I hear ", "you well.")),
                9_000,
                (server, peer) -> {
                    Random random = new Random(1);
                    for (int i = 0; i < 400; i++) {
                        int millis = 20 * i;
                        boolean loud = millis >= 1_000 && millis < 2_500 || millis >= 3_600 && millis < 4_800;
                        short[] samples = new short[320];
                        for (int j = 0; j < samples.length; j++) {
                            samples[j] = (short) (random.nextInt(loud ? 16_000 : 8) - (loud ? 8_000 : 4));
                        }
                        server.at(millis, () -> peer.audio(samples));
                    }
                });

        Outcome outcome = assertSame(scenario);
        assertThat(has(outcome, "speech_started")).isTrue();
        assertThat(has(outcome, "interrupted {")).isTrue();
        assertThat(outcome.audio).filteredOn(line -> line.contains("flush")).isNotEmpty();
    }

    @Test
    void shouldBeTheSameWhenTheHostSpeaks() {
        Scenario scenario = new Scenario(Map.of(), true, false, Map.of(), 6_000, (server, peer) -> {
            server.at(100, () -> peer.say("One two three four.", SayOptions.DEFAULT));
            server.at(100, () -> peer.say("Queued.", SayOptions.DEFAULT));
            server.at(430, () -> peer.say("Stop!", new SayOptions(SayOptions.When.INTERRUPT, true)));
            server.at(2_000, () -> peer.say("Not to be stopped now.", new SayOptions(SayOptions.When.QUEUE, false)));
            server.at(2_300, peer::speechStarted);
            server.at(2_500, peer::speechEnded);
            server.at(4_000, () -> peer.say("Cut by hand.", SayOptions.DEFAULT));
            server.at(4_330, peer::interrupt);
        });

        Outcome outcome = assertSame(scenario);
        assertThat(has(outcome, "heard: \"Not to be stopped now.\"")).isTrue();
        assertThat(has(outcome, "heard: \"Cut\"")).isTrue();
        assertThat(outcome.audio).filteredOn(line -> line.contains("flush")).hasSize(2);
    }

    @Test
    void shouldCountAsHeardWhatTheClientPlayed() {
        Scenario scenario = new Scenario(Map.of(), true, false, Map.of(), 3_000, (server, peer) -> {
            server.at(0, () -> peer.say("One two three four five.", SayOptions.DEFAULT));
            for (int i = 1; i < 30; i++) {
                long position = 960L * i;
                // Played 200 ms after it was sent.
                server.at(20L * i + 200, () -> peer.played(position));
            }
            server.at(650, peer::interrupt);
        });

        Outcome outcome = assertSame(scenario);
        // At 650 ms 630 were put out, which is three words, and 430 played, which is two.
        assertThat(has(outcome, "heard: \"One two\"")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldBeTheSameWhateverTheCallerDoes(long seed) {
        Scenario scenario = new Scenario(
                Map.of("preemptive", List.of("off", "reply", "speech").get((int) seed % 3)),
                true,
                true,
                Map.of(
                        "a", new Answer(30, "One ", "two ", "three ", "four."),
                        "b", new Answer(200, "A long ", "reply that ", "takes its time ", "to be written.")),
                30_000,
                (server, peer) -> {
                    Random random = new Random(seed);
                    long now = 0;
                    for (int utterance = 1; utterance <= 8; utterance++) {
                        now += 100 + random.nextInt(2_000);
                        server.at(now, peer::speechStarted);
                        now += 50 + random.nextInt(1_500);
                        server.at(now + SILENCE.toMillis(), peer::speechEnded);
                        String text = random.nextBoolean() ? "a" : "b";
                        long number = utterance;
                        server.at(now + random.nextInt(800), () -> peer.transcript(text, true, number));
                        if (random.nextInt(3) == 0) {
                            server.at(now + random.nextInt(1_000), () -> peer.say("An aside.", SayOptions.DEFAULT));
                        }
                        if (random.nextInt(4) == 0) {
                            server.at(now + random.nextInt(3_000), peer::interrupt);
                        }
                    }
                });

        Outcome outcome = assertSame(scenario);
        assertThat(outcome.audio).hasSizeGreaterThan(50);
    }

    @Test
    void shouldSayWhatWasOpened() {
        try (VirtualServer server = new VirtualServer()) {
            Talk talk = server.talk()
                    .open((Open.Builder open) -> open.setInputSampleRate(16_000)
                            .setOutputSampleRate(48_000)
                            .setExternalSpeech(true)
                            .putOptions("limits.turns", "7"));
            server.settle();

            assertThat(talk.all().get(0).getOpened()).satisfies(opened -> {
                assertThat(opened.getSessionId()).isEqualTo("s1");
                assertThat(opened.getInputSampleRate()).isEqualTo(16_000);
                assertThat(opened.getOutputSampleRate()).isEqualTo(48_000);
                assertThat(opened.getFrameDurationMs()).isEqualTo(20);
                assertThat(opened.getOptionsMap())
                        .containsEntry("limits.turns", "7")
                        .hasSameSizeAs(SessionOptions.keys());
            });
            assertThat(talk.events()).first().extracting(Event::getTypeCase).isEqualTo(Event.TypeCase.STATE);
        }
    }
}
