package io.reprise.model.http;

import io.reprise.config.hook.OutgoingSettings;
import io.reprise.support.AddressRanges;
import io.reprise.support.Current;
import java.util.List;

/**
 * Addresses that no provider of models has: link-local ones, among them those at which clouds tell their machines passwords.
 * An administrator who may write entries must not get at these. Providers on this machine and in private networks are usual,
 * and are allowed. Thread-safe.
 */
public final class ProviderAddresses {
    private static final AddressRanges REFUSED = AddressRanges.of(List.of(
            "169.254.0.0/16", // link-local (RFC 3927); the metadata of most clouds
            "fe80::/10", // link-local (RFC 4291)
            "fd00:ec2::/32", // the metadata of AWS over IPv6
            "fd20:ce::/32", // of Google Cloud
            "100.100.100.200", // of Alibaba Cloud
            "168.63.129.16", // the platform of Azure
            "192.0.0.192")); // the metadata of Oracle Cloud

    /** Refuses what it refuses if operators allow nothing. */
    public static final ProviderAddresses STANDARD =
            new ProviderAddresses(REFUSED, Current.always(AddressRanges.of(List.of())));

    private final AddressRanges refused;
    private final Current<AddressRanges> allowed;

    ProviderAddresses(AddressRanges refused, Current<AddressRanges> allowed) {
        this.refused = refused;
        this.allowed = allowed;
    }

    /** Without those that {@code outgoing.allow} names as addresses or ranges. */
    public static ProviderAddresses of(Current<OutgoingSettings> settings) {
        return new ProviderAddresses(
                REFUSED,
                settings.map(OutgoingSettings::allow)
                        .derive(texts -> AddressRanges.of(
                                texts.stream().filter(AddressRanges::isRange).toList())));
    }

    /** @param address as text, in brackets or not; false for null and for a name, which has to be looked up first */
    boolean refuses(String address) {
        if (address == null) return false;
        String bare = address.startsWith("[") ? address.substring(1, address.length() - 1) : address;
        return refused.contains(withoutZone(bare)) && !allowed.get().contains(withoutZone(bare));
    }

    /** A link-local address of IPv6 names its network after a percent sign. */
    private static String withoutZone(String address) {
        int zone = address.indexOf('%');
        return zone < 0 ? address : address.substring(0, zone);
    }

    /** A provider's host has such an address. */
    public static final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        RefusedException() {
            super("the address is link-local or that of a cloud's metadata", null, false, false);
        }
    }
}
