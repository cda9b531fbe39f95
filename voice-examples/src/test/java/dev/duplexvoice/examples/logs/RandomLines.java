package dev.duplexvoice.examples.logs;

import java.util.List;
import java.util.SplittableRandom;

/** Log lines as nobody would write them: keys twice, nested, escaped and in any order, spaces, words in the wrong places; some broken. */
final class RandomLines {
    static final List<String> KEYS =
            List.of("level", "session_id", "message", "data", "error_type", "x", "le\\u0076el", "");
    private static final List<String> VALUES = List.of(
            "\"ERROR\"",
            "\"CRITICAL\"",
            "\"INFO\"",
            "\"err\\u006fr\"",
            "\"\\\"level\\\":\\\"ERROR\\\"\"",
            "\"a\\\\\"",
            "\"é 完 \\ud83d\\ude00\"",
            "\"\"",
            "null",
            "true",
            "-1.5e3",
            "0",
            "12345678901234567890",
            "[]",
            "{}",
            "[\"level\",{\"level\":\"ERROR\"}]");

    private final SplittableRandom random;

    RandomLines(long seed) {
        random = new SplittableRandom(seed);
    }

    String object(int depth) {
        StringBuilder line = new StringBuilder("{").append(space());
        int members = random.nextInt(6);
        for (int i = 0; i < members; i++) {
            line.append(i == 0 ? "" : "," + space())
                    .append('"')
                    .append(KEYS.get(random.nextInt(KEYS.size())))
                    .append('"')
                    .append(space())
                    .append(':')
                    .append(space())
                    .append(value(depth))
                    .append(space());
        }
        return line.append('}').toString();
    }

    private String value(int depth) {
        if (depth > 0 && random.nextInt(4) == 0) {
            return random.nextBoolean()
                    ? object(depth - 1)
                    : "[" + space() + value(depth - 1) + " ," + object(depth - 1) + "]";
        }
        return VALUES.get(random.nextInt(VALUES.size()));
    }

    private String space() {
        return random.nextInt(3) == 0 ? " \t".substring(0, 1 + random.nextInt(2)) : "";
    }

    /** A line with some of its characters missing, changed or more. */
    String broken(String line) {
        StringBuilder broken = new StringBuilder(line);
        for (int i = random.nextInt(3); i >= 0 && broken.length() > 0; i--) {
            int at = random.nextInt(broken.length());
            switch (random.nextInt(4)) {
                case 0 -> broken.setLength(at);
                case 1 -> broken.deleteCharAt(at);
                case 2 -> broken.insert(at, "{}[]\",:\\ue0-1.".charAt(random.nextInt(14)));
                default -> broken.setCharAt(at, "{}[]\",:\\ntf0".charAt(random.nextInt(12)));
            }
        }
        return broken.toString();
    }

    String any() {
        String line = object(3);
        return random.nextInt(4) == 0 ? broken(line) : line;
    }
}
