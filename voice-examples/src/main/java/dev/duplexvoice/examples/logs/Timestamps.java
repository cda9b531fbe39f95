package dev.duplexvoice.examples.logs;

import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;

/** Times as log lines have them, in microseconds since 1970, UTC. What has no zone is UTC. */
final class Timestamps {
    /** No time, or none that can be read. */
    static final long NONE = Long.MIN_VALUE;

    private static final long SECOND = 1_000_000L;

    private Timestamps() {}

    /** The time of a JSON value: ISO 8601 as a string, or seconds or milliseconds since 1970 as a number. */
    static long ofJson(byte[] json, int from, int to) {
        if (json[from] == '"') {
            return ofIso(json, from + 1, to - 1);
        }
        double number = JsonText.number(json, from, to);
        if (!(number > 0) || number > 1e14) {
            return NONE;
        }
        // As seconds 1e11 is the year 5138, as milliseconds 1973.
        return Math.round(number < 1e11 ? number * 1e6 : number * 1e3);
    }

    /** The time of {@code 2025-10-05T14:32:15.123456Z}, also with a blank, a comma, an offset or none. */
    static long ofIso(byte[] text, int from, int to) {
        if (to - from < 19
                || text[from + 4] != '-'
                || text[from + 7] != '-'
                || text[from + 13] != ':'
                || text[from + 16] != ':'
                || text[from + 10] != 'T' && text[from + 10] != ' ') {
            return NONE;
        }
        int year = number(text, from, 4);
        int month = number(text, from + 5, 2);
        int day = number(text, from + 8, 2);
        int hour = number(text, from + 11, 2);
        int minute = number(text, from + 14, 2);
        int second = number(text, from + 17, 2);
        if (year < 0
                || month < 1
                || month > 12
                || day < 1
                || day > daysOf(year, month)
                || hour < 0
                || hour > 23
                || minute < 0
                || minute > 59
                || second < 0
                || second > 60) {
            return NONE;
        }
        int i = from + 19;
        long micros = 0;
        if (i < to && (text[i] == '.' || text[i] == ',')) {
            int digits = 0;
            for (i++; i < to && text[i] >= '0' && text[i] <= '9'; i++, digits++) {
                if (digits < 6) {
                    micros = micros * 10 + text[i] - '0';
                }
            }
            if (digits == 0) {
                return NONE;
            }
            for (; digits < 6; digits++) {
                micros *= 10;
            }
        }
        int offset = offset(text, i, to);
        if (offset == Integer.MIN_VALUE) {
            return NONE;
        }
        long seconds = daysSince1970(year, month, day) * 86_400 + hour * 3_600L + minute * 60L + second - offset;
        return seconds * SECOND + micros;
    }

    /** Seconds east of Greenwich; the least number if that cannot be read. */
    private static int offset(byte[] text, int from, int to) {
        if (from == to || to - from == 1 && text[from] == 'Z') {
            return 0;
        }
        byte sign = text[from];
        boolean colon = to - from == 6 && text[from + 3] == ':';
        if (sign != '+' && sign != '-' || to - from != 3 && to - from != 5 && !colon) {
            return Integer.MIN_VALUE;
        }
        int hours = number(text, from + 1, 2);
        int minutes = to - from == 3 ? 0 : number(text, to - 2, 2);
        if (hours < 0 || hours > 18 || minutes < 0 || minutes > 59) {
            return Integer.MIN_VALUE;
        }
        int seconds = hours * 3_600 + minutes * 60;
        return sign == '-' ? -seconds : seconds;
    }

    private static int number(byte[] text, int from, int digits) {
        int number = 0;
        for (int i = from; i < from + digits; i++) {
            int digit = text[i] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return number;
    }

    private static int daysOf(int year, int month) {
        return switch (month) {
            case 2 -> year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
            case 4, 6, 9, 11 -> 30;
            default -> 31;
        };
    }

    private static long daysSince1970(int year, int month, int day) {
        return LocalDate.of(year, month, day).toEpochDay();
    }

    static long of(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }

    /** As our own lines have it, microseconds always. */
    static String format(long micros) {
        Instant time = Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
        String text = time.truncatedTo(ChronoUnit.SECONDS).toString();
        long fraction = Math.floorMod(micros, SECOND);
        return text.substring(0, text.length() - 1)
                + '.'
                + String.valueOf(SECOND + fraction).substring(1)
                + 'Z';
    }
}
