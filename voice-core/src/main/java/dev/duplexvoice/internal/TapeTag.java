package dev.duplexvoice.internal;

import org.jspecify.annotations.Nullable;

/** What a record on a {@link Tape} is; its code is the record's first byte. docs/recording-format.md has the fields. */
enum TapeTag {
    // The session's life.
    START(1),
    PASS(2),
    DEFECT(3),
    END(4),

    // What a pass sees of the world.
    INPUT(16),
    MISSING(17),
    RESAMPLED(18),
    PROBABILITY(19),
    WAITING(20),
    FRAME(21),
    PLAYED_OUT(22),
    TAKEN(23),
    HEARD(24),
    SILENT_AT(25),
    INTERRUPTIBLE(26),
    FIRST_TEXT_AT(27),
    HEARD_TEXT(28),
    REPLY_TEXT(29),
    THREW(30),

    // What others want done.
    SAY(48),
    INTERRUPT(49),
    SPEECH_STARTED(50),
    SPEECH_ENDED(51),
    TRANSCRIPT(52),
    TURN_VERDICT(53),
    INTERRUPTION_VERDICT(54),
    REPLY_FAILED(55),
    PLUGIN_FAILED(56),
    CLOSE(57),
    SOONER(58),
    VOICE_FAILED(59);

    private static final @Nullable TapeTag[] BY_CODE = new @Nullable TapeTag[64];

    static {
        for (TapeTag tag : values()) {
            BY_CODE[tag.code] = tag;
        }
    }

    final int code;

    TapeTag(int code) {
        this.code = code;
    }

    /** Null if there is none of this code. */
    static @Nullable TapeTag of(int code) {
        return code < BY_CODE.length ? BY_CODE[code] : null;
    }
}
