package io.reprise.gateway.access.token;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A JSON Web Token in compact form, parsed strictly: three parts in canonical base64url, UTF-8, and no duplicate
 * members. Ambiguous tokens are rejected.
 *
 * @param text as it was received
 * @param claims not trustworthy before the signature is verified
 * @param signatureBytes length of the signature
 */
record SignedToken(String text, TokenHead head, Map<String, Object> claims, int signatureBytes) {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]++\\.[A-Za-z0-9_-]++\\.[A-Za-z0-9_-]++");
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final ObjectReader OBJECT = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build()
            .readerFor(Map.class)
            .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** Parses a token; empty if the text is invalid. */
    static Optional<SignedToken> read(String text) {
        if (!FORM.matcher(text).matches()) return Optional.empty();
        String[] parts = text.split("\\.");
        try {
            Map<String, Object> header = object(bytes(parts[0]));
            Map<String, Object> claims = object(bytes(parts[1]));
            int signatureBytes = bytes(parts[2]).length;
            return TokenHead.of(header).map(head -> new SignedToken(text, head, claims, signatureBytes));
        } catch (CharacterCodingException | JsonProcessingException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /**
     * Decodes strictly: Java's decoder ignores unused bits at the end, so several texts would have the same meaning.
     */
    private static byte[] bytes(String part) {
        byte[] bytes = Base64.getUrlDecoder().decode(part);
        if (!ENCODER.encodeToString(bytes).equals(part)) throw new IllegalArgumentException("another spelling");
        return bytes;
    }

    private static Map<String, Object> object(byte[] utf8) throws CharacterCodingException, JsonProcessingException {
        String json = StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(utf8))
                .toString();
        Map<String, Object> object = OBJECT.readValue(json);
        if (object == null) throw new IllegalArgumentException("null is no object");
        return object;
    }
}
