package dev.duplexvoice.examples.logs;

import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** A test of one field, as the command line has it: {@code field=value}, {@code != ~ > >= < <=}. Immutable. */
final class Condition implements Predicate<LogLine> {
    private static final Pattern FORM =
            Pattern.compile("(?<field>[^=!~<>]+)(?<operator>!=|>=|<=|[=~<>])(?<value>.*)", Pattern.DOTALL);

    private final Field field;
    private final String operator;
    private final String value;
    private final double number;
    private final @Nullable Pattern pattern;

    private Condition(Field field, String operator, String value, double number, @Nullable Pattern pattern) {
        this.field = field;
        this.operator = operator;
        this.value = value;
        this.number = number;
        this.pattern = pattern;
    }

    static Condition of(String text, Fields fields) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException("--where=" + text
                    + ": give a field, one of = != ~ > >= < <= and a value, such as operation=stt or duration_ms>500");
        }
        String operator = form.group("operator");
        String value = form.group("value");
        double number = JsonText.number(value);
        if ((operator.startsWith(">") || operator.startsWith("<")) && Double.isNaN(number)) {
            throw new IllegalArgumentException("--where=" + text + ": " + operator + " compares with a number");
        }
        Pattern pattern = operator.equals("~") ? pattern("--where=" + text, value, 0) : null;
        return new Condition(fields.named(form.group("field").strip()), operator, value, number, pattern);
    }

    /**
     * A regular expression.
     *
     * @throws IllegalArgumentException if it is none
     */
    static Pattern pattern(String what, String regex, int flags) {
        try {
            return Pattern.compile(regex, flags);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    what + ": no regular expression (" + e.getDescription() + " near character " + (e.getIndex() + 1)
                            + "); what has a meaning there, such as ( [ * ?, takes a \\ before it",
                    e);
        }
    }

    @Override
    public boolean test(LogLine line) {
        if (operator.startsWith(">") || operator.startsWith("<")) {
            double found = line.number(field);
            return switch (operator) {
                case ">" -> found > number;
                case ">=" -> found >= number;
                case "<" -> found < number;
                default -> found <= number;
            };
        }
        String found = line.text(field);
        if (pattern != null) {
            return found != null && pattern.matcher(found).find();
        }
        return value.equals(found) == operator.equals("=");
    }
}
