package dev.duplexvoice.http;

/** What others wrote, made fit for a message: short, on one line, without secrets. */
final class Words {
    private static final int LONGEST = 200;
    /** What is shorter is in every other word. */
    private static final int SHORTEST_SECRET = 4;

    private Words() {}

    static String of(String foreign, String... secrets) {
        String safe = foreign;
        for (String secret : secrets) {
            if (secret.strip().length() >= SHORTEST_SECRET) {
                safe = safe.replace(secret, "…");
            }
        }
        StringBuilder line = new StringBuilder();
        safe.codePoints()
                .map(c -> Character.isLetterOrDigit(c) || c > ' ' && c < 0x7f || c == '…' ? c : ' ')
                .forEach(line::appendCodePoint);
        String words = line.toString().strip().replaceAll(" +", " ");
        return words.length() <= LONGEST ? words : words.substring(0, LONGEST) + "…";
    }
}
