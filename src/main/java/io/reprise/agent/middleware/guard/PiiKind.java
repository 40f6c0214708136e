package io.reprise.agent.middleware.guard;

import java.util.regex.Pattern;

/** What identifies a person or a machine, as it stands in texts. */
public enum PiiKind {
    EMAIL("[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\\.){1,8}[A-Za-z]{2,24}", PatternRule.Check.NONE),
    /** 13 to 19 digits, perhaps in groups, with the check digit of Luhn. */
    CREDIT_CARD("(?<![\\w.-])\\d(?:[ -]?\\d){12,18}(?!\\d)", PiiKind::cardLength),
    /** Of version 4 or 6. */
    IP(
            "(?<![\\w.:])(?:(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)\\.){3}(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?!\\w|\\.\\d)"
                    + "|(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![\\w:]))",
            PiiKind::addressLength),
    MAC_ADDRESS(
            "(?<![\\w:-])[0-9A-Fa-f]{2}([:-])(?:[0-9A-Fa-f]{2}\\1){4}[0-9A-Fa-f]{2}(?!\\w|[:-]\\w)",
            PatternRule.Check.NONE),
    URL("(?i)\\b(?:https?://|www\\.)[^\\s<>\"']{0,2047}[^\\s<>\"'.,;:!?)\\]}]", PatternRule.Check.NONE),
    /** The pattern of the entry. */
    OWN("", PatternRule.Check.NONE);

    private static final int CARD_DIGITS_MIN = 13;
    private static final int ADDRESS_GROUPS = 8;

    private final Pattern pattern;
    private final PatternRule.Check check;

    PiiKind(String pattern, PatternRule.Check check) {
        this.pattern = Pattern.compile(pattern);
        this.check = check;
    }

    /** Null for the pattern of the entry. */
    Pattern pattern() {
        return this == OWN ? null : pattern;
    }

    PatternRule.Check check() {
        return check;
    }

    /** The longest beginning that ends with a whole group of digits and has the right check digit. */
    private static int cardLength(String digitsAndGaps) {
        for (int end = digitsAndGaps.length(); end >= CARD_DIGITS_MIN; end--) {
            boolean endsGroup = end == digitsAndGaps.length() || !Character.isDigit(digitsAndGaps.charAt(end));
            if (!endsGroup || !Character.isDigit(digitsAndGaps.charAt(end - 1))) continue;
            String digits = digitsAndGaps.substring(0, end).replaceAll("\\D", "");
            if (digits.length() >= CARD_DIGITS_MIN && passesLuhn(digits)) return end;
        }
        return 0;
    }

    private static boolean passesLuhn(String digits) {
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(digits.length() - 1 - i) - '0';
            int weighed = i % 2 == 0 ? digit : 2 * digit;
            sum += weighed > 9 ? weighed - 9 : weighed;
        }
        return sum % 10 == 0;
    }

    /** Of version 6 it has all groups, or a gap and at least one group: a time of day is none. */
    private static int addressLength(String address) {
        if (address.indexOf('.') >= 0) return address.length();
        boolean hasGap = address.contains("::") && address.indexOf("::") == address.lastIndexOf("::");
        boolean hasDigits = address.length() > 2;
        boolean isWhole = address.split(":", -1).length == ADDRESS_GROUPS
                && !address.startsWith(":")
                && !address.endsWith(":")
                && !address.contains("::");
        return hasGap && hasDigits || isWhole ? address.length() : 0;
    }
}
