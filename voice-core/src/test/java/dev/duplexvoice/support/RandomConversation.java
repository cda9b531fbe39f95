package dev.duplexvoice.support;

import dev.duplexvoice.OutputProcessing;
import dev.duplexvoice.SayOptions;
import dev.duplexvoice.dialog.Reply;
import dev.duplexvoice.turn.InterruptionPolicy;
import dev.duplexvoice.turn.TurnVerdict;
import java.time.Duration;
import java.util.Random;
import java.util.function.Consumer;

/** Conversations in which anything happens: the same for the same seed. */
public final class RandomConversation {
    private static final int LENGTH = 9_000;

    private RandomConversation() {}

    /** A conversation and all that follows from it. */
    public static Scene play(int seed) {
        return play(seed, scene -> {});
    }

    /** @param prepare called before the session is opened */
    public static Scene play(int seed, Consumer<Scene> prepare) {
        Random random = new Random(seed);
        Scene scene = new Scene();
        prepare.accept(scene);
        boolean recognized = random.nextBoolean();
        if (recognized) {
            scene.recognized();
            scene.set("interruption.minWords", "" + random.nextInt(3));
            scene.set("interruption.backchannels", random.nextBoolean() ? "" : "word1, word2, word3 word4");
        }
        scene.set("preemptive", new String[] {"off", "reply", "speech"}[random.nextInt(3)])
                .set("endpointing.mode", random.nextBoolean() ? "fixed" : "dynamic");
        if (random.nextInt(3) == 0) {
            scene.options.turnDetector(rate -> moment -> any(TurnVerdict.values(), random));
        }
        if (random.nextInt(3) == 0) {
            scene.options.interruptionPolicy(attempt -> any(InterruptionPolicy.Verdict.values(), random));
        }
        scene.set("interruption.pauseAfter", random.nextInt(4) * 150 + "ms")
                .set("interruption.confirmAfter", random.nextInt(5) * 200 + "ms")
                .set("interruption.falseAlarmTimeout", random.nextInt(4) * 300 + "ms")
                .set("interruption.enabled", "" + (random.nextInt(5) > 0))
                .set("interruption.warmup", random.nextInt(3) * 500 + "ms")
                .set("endpointing.minDelay", random.nextInt(5) * 200 + "ms")
                .set("endpointing.maxDelay", "1500ms")
                .set("limits.turns", "" + (1 + random.nextInt(6)))
                .set("limits.idle", 1 + random.nextInt(8) + "s");
        scene.voice.samplesPerWord = 1_000 + random.nextInt(9_000);
        scene.voice.wordTimes = random.nextBoolean();
        scene.voice.wordsArriveWithTheirAudio = random.nextBoolean();
        scene.voice.wholeReplies = random.nextInt(4) == 0;
        scene.voice.firstAudioAfter = Duration.ofMillis(random.nextInt(3) * 70);
        scene.voice.stepSamples = 500 + random.nextInt(20_000);
        scene.voice.stepEvery = Duration.ofMillis(1 + random.nextInt(60));
        scene.voice.failOn = "BAD";
        if (random.nextInt(5) > 0) {
            scene.options.responder((turn, reply) -> respond(scene, random, reply));
        }
        // The seed's number decides, so that the conversation is the same either way.
        scene.options.processing(seed % 2 == 0 ? OutputProcessing.DEFAULT.withLoudness(-20) : OutputProcessing.NONE);
        scene.set("synthesis.ahead", "" + seed % 4)
                .set("synthesis.buffer", seed % 3 * 300 + "ms")
                .set("synthesis.timeout", seed % 5 == 0 ? "90ms" : "10s");
        scene.promptReplies = seed % 7 < 4;
        scene.open();
        for (int i = 0; i < 12; i++) {
            happen(scene, random, recognized);
        }
        scene.runTo(LENGTH);
        scene.session.close();
        scene.runTo(LENGTH + 100);
        scene.transport.take();
        return scene;
    }

    /** Any of them, or a failure. */
    private static <T> T any(T[] values, Random random) {
        int index = random.nextInt(values.length + 1);
        if (index == values.length) {
            throw new IllegalStateException("no verdict");
        }
        return values[index];
    }

    private static void happen(Scene scene, Random random, boolean recognized) {
        int at = 20 + random.nextInt(LENGTH - 1_000);
        int grid = random.nextBoolean() ? 1 : 20;
        at -= at % grid;
        switch (random.nextInt(12)) {
            case 0, 1, 2, 3 -> scene.speech(at, at + random.nextInt(1_500));
            case 4, 5, 6 -> {
                if (recognized) {
                    boolean isFinal = random.nextInt(3) > 0;
                    String text = words(random, 3);
                    int utterance = random.nextInt(8);
                    scene.at(at, () -> {
                        if (utterance == 0 || utterance > 4) {
                            scene.sink.transcript(text, isFinal);
                        } else {
                            scene.sink.transcript(text, isFinal, utterance);
                        }
                    });
                }
            }
            case 7 -> scene.atIfLive(at, scene.session::interrupt);
            case 8, 9 -> {
                SayOptions how = new SayOptions(
                        random.nextBoolean() ? SayOptions.When.QUEUE : SayOptions.When.INTERRUPT, random.nextBoolean());
                String text = words(random, 6);
                scene.atIfLive(at, () -> scene.session.say(text, how));
            }
            case 10 -> scene.atIfLive(at, scene.session::speechStarted);
            default -> {
                if (random.nextInt(6) == 0) {
                    scene.at(at, scene::close);
                }
            }
        }
    }

    private static void respond(Scene scene, Random random, Reply reply) throws Exception {
        reply.allowInterruptions(random.nextInt(5) > 0);
        switch (random.nextInt(6)) {
            case 0 -> reply.write(words(random, 12));
            case 1, 2, 3 -> {
                reply.detach();
                reply.write(words(random, 4));
                String rest = words(random, 5);
                boolean fails = random.nextInt(4) == 0;
                boolean completes = random.nextInt(4) > 0;
                scene.clock.schedule(Duration.ofMillis(random.nextInt(1_200)), () -> {
                    if (fails) {
                        reply.fail(new IllegalStateException("midway"));
                    } else {
                        reply.write(rest);
                        if (completes) {
                            reply.complete();
                        }
                    }
                });
            }
            case 4 -> {
                reply.write(words(random, 3));
                throw new IllegalStateException("after writing");
            }
            default -> reply.write("");
        }
    }

    private static String words(Random random, int most) {
        StringBuilder text = new StringBuilder();
        int count = random.nextInt(most + 1);
        for (int i = 0; i < count; i++) {
            text.append(random.nextInt(60) == 0 ? "BAD" : "word" + random.nextInt(random.nextBoolean() ? 100 : 5));
            text.append(new String[] {" ", ", ", ". ", "! "}[random.nextInt(4)]);
        }
        return text.toString();
    }
}
