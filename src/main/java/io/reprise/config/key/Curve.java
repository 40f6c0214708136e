package io.reprise.config.key;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.EllipticCurve;
import java.util.Optional;
import java.util.stream.Stream;

/** Elliptic curves of keys that verify tokens (RFC 7518, section 3.4). */
enum Curve {
    P_256("P-256", "secp256r1", 256, TokenKey.Kind.P256),
    P_384("P-384", "secp384r1", 384, TokenKey.Kind.P384),
    P_521("P-521", "secp521r1", 521, TokenKey.Kind.P521);

    private final String id;
    private final int bits;
    private final TokenKey.Kind kind;
    private final ECParameterSpec spec;

    Curve(String id, String name, int bits, TokenKey.Kind kind) {
        this.id = id;
        this.bits = bits;
        this.kind = kind;
        this.spec = spec(name);
    }

    private static ECParameterSpec spec(String name) {
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
            parameters.init(new ECGenParameterSpec(name));
            return parameters.getParameterSpec(ECParameterSpec.class);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java does not know the curve " + name, e);
        }
    }

    /** @param id value of {@code crv}; may be null, which is no curve */
    static Optional<Curve> of(String id) {
        return Stream.of(values()).filter(curve -> curve.id.equals(id)).findFirst();
    }

    static Optional<Curve> of(ECParameterSpec parameters) {
        return Stream.of(values())
                .filter(curve -> curve.spec.getCurve().equals(parameters.getCurve())
                        && curve.spec.getGenerator().equals(parameters.getGenerator())
                        && curve.spec.getOrder().equals(parameters.getOrder()))
                .findFirst();
    }

    String id() {
        return id;
    }

    int bits() {
        return bits;
    }

    int coordinateBytes() {
        return (bits + Byte.SIZE - 1) / Byte.SIZE;
    }

    TokenKey.Kind kind() {
        return kind;
    }

    /** Whether the point is on the curve. The point at infinity is not accepted, because it has no coordinates. */
    boolean contains(ECPoint point) {
        EllipticCurve curve = spec.getCurve();
        BigInteger p = ((ECFieldFp) curve.getField()).getP();
        BigInteger x = point.getAffineX();
        BigInteger y = point.getAffineY();
        if (x == null || y == null || !isBelow(p, x) || !isBelow(p, y)) return false;
        BigInteger right = x.pow(3).add(curve.getA().multiply(x)).add(curve.getB());
        return y.multiply(y).subtract(right).mod(p).signum() == 0;
    }

    private static boolean isBelow(BigInteger bound, BigInteger number) {
        return number.signum() >= 0 && number.compareTo(bound) < 0;
    }
}
