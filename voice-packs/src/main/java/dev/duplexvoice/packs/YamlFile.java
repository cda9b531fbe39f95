package dev.duplexvoice.packs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.parser.Parser;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Reads a YAML file that anyone may have written. Its events are looked at before anything is built of them, so that neither depth nor
 * aliases cost more than the bytes of the file.
 */
final class YamlFile {
    private static final int MAX_DEPTH = 12;
    private static final LoadSettings SETTINGS = LoadSettings.builder()
            .setAllowDuplicateKeys(true) // YamlMap tells of these two, with their lines
            .setAllowNonScalarKeys(true)
            .build();

    private YamlFile() {}

    /** The mapping that the file is; null, with a complaint, if it is none. */
    static @Nullable YamlMap read(Complaints complaints, int maxBytes) {
        try (InputStream in = Files.newInputStream(complaints.file())) {
            return read(in, complaints, maxBytes);
        } catch (IOException e) {
            complaints.add(0, "cannot be read: " + reason(e) + "; check that it is there and may be read");
            return null;
        }
    }

    static @Nullable YamlMap read(InputStream in, Complaints complaints, int maxBytes) throws IOException {
        byte[] bytes = in.readNBytes(maxBytes + 1);
        if (bytes.length > maxBytes) {
            complaints.add(0, "is larger than " + maxBytes / 1024 + " KiB, which no such file needs; shorten it");
            return null;
        }
        String text = decode(bytes, complaints);
        return text == null ? null : parse(text, complaints);
    }

    private static @Nullable String decode(byte[] bytes, Complaints complaints) {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length + 1);
        CoderResult result = decoder.decode(in, out, true);
        if (result.isError()) {
            int line = 1;
            for (int i = 0; i < in.position(); i++) {
                line += bytes[i] == '\n' ? 1 : 0;
            }
            complaints.add(line, "byte " + (in.position() + 1) + " is not UTF-8; save the file as UTF-8");
            return null;
        }
        return out.flip().toString();
    }

    private static @Nullable YamlMap parse(String text, Complaints complaints) {
        try {
            if (!isHarmless(text, complaints)) {
                return null;
            }
            Optional<Node> root = new Composer(SETTINGS, parser(text)).getSingleNode();
            if (root.isEmpty()) {
                complaints.add(0, "is empty; see README.md for what belongs into it");
                return null;
            }
            if (!(root.get() instanceof MappingNode mapping)) {
                complaints.add(line(root.get().getStartMark()), "must be lines of key: value");
                return null;
            }
            return YamlMap.of("", mapping, complaints);
        } catch (MarkedYamlEngineException e) {
            complaints.add(line(e.getProblemMark()), "is not YAML: " + Complaints.quote(e.getProblem()));
            return null;
        } catch (YamlEngineException e) {
            complaints.add(0, "is not YAML: " + Complaints.quote(String.valueOf(e.getMessage())));
            return null;
        }
    }

    private static Parser parser(String text) {
        return new ParserImpl(SETTINGS, new StreamReader(SETTINGS, text));
    }

    private static boolean isHarmless(String text, Complaints complaints) {
        int depth = 0;
        int documents = 0;
        for (Parser parser = parser(text); parser.hasNext(); ) {
            Event event = parser.next();
            int line = line(event.getStartMark());
            switch (event.getEventId()) {
                case Alias -> {
                    complaints.add(line, "uses an alias (*name); write the value out");
                    return false;
                }
                case MappingStart, SequenceStart -> {
                    if (++depth > MAX_DEPTH) {
                        complaints.add(line, "is nested deeper than " + MAX_DEPTH + " levels; nothing here needs that");
                        return false;
                    }
                }
                case MappingEnd, SequenceEnd -> depth--;
                case DocumentStart -> {
                    if (++documents > 1) {
                        complaints.add(line, "has a second document (---); keep one");
                        return false;
                    }
                }
                default -> {}
            }
        }
        return true;
    }

    static int line(Optional<Mark> mark) {
        return mark.map(at -> at.getLine() + 1).orElse(0);
    }

    static String reason(IOException e) {
        if (e instanceof java.nio.file.NoSuchFileException) {
            return "it is not there";
        }
        if (e instanceof java.nio.file.AccessDeniedException) {
            return "no permission";
        }
        return Complaints.quote(String.valueOf(e.getMessage()));
    }
}
