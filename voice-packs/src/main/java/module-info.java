/** Voice packs: found, checked, noticed when they change, and pulled from where they are published. */
@org.jspecify.annotations.NullMarked
module dev.duplexvoice.packs {
    requires transitive dev.duplexvoice.core;
    requires org.slf4j;
    requires org.snakeyaml.engine;
    requires static org.jspecify;

    exports dev.duplexvoice.packs;

    provides dev.duplexvoice.spi.VoicePackSource with
            dev.duplexvoice.packs.VoicePacks;
}
