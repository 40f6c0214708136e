package io.reprise.outgoing;

import io.reprise.support.AddressRanges;
import java.net.InetAddress;
import java.util.List;

/**
 * Addresses that belong to this machine, to networks inside a firewall, or to nobody: the registries of special-purpose
 * addresses of IANA (RFC 6890), multicast, and the metadata services of clouds. Of IPv6, only global unicast addresses are
 * allowed, and none that stand for an IPv4 address.
 */
final class ForbiddenAddresses {
    private static final int V4_BYTES = 4;

    private static final AddressRanges V4 = AddressRanges.of(List.of(
            "0.0.0.0/8", // this network, unspecified
            "10.0.0.0/8", // private
            "100.64.0.0/10", // shared by carriers; also the metadata of Alibaba Cloud
            "127.0.0.0/8", // loopback
            "168.63.129.16", // the platform of Azure
            "169.254.0.0/16", // link-local; also the metadata of most clouds
            "172.16.0.0/12", // private
            "192.0.0.0/24", // protocol assignments; also the metadata of Oracle Cloud
            "192.0.2.0/24", // documentation
            "192.31.196.0/24", // AS112
            "192.52.193.0/24", // AMT
            "192.88.99.0/24", // 6to4 relays
            "192.168.0.0/16", // private
            "192.175.48.0/24", // AS112
            "198.18.0.0/15", // benchmarks
            "198.51.100.0/24", // documentation
            "203.0.113.0/24", // documentation
            "224.0.0.0/4", // multicast
            "240.0.0.0/4")); // reserved, broadcast

    private static final AddressRanges GLOBAL_V6 = AddressRanges.of(List.of("2000::/3"));

    private static final AddressRanges V6 = AddressRanges.of(List.of(
            "2001::/23", // protocol assignments: Teredo, benchmarks, ORCHID
            "2001:db8::/32", // documentation
            "2002::/16", // 6to4
            "2620:4f:8000::/48", // AS112
            "3fff::/20")); // documentation

    private ForbiddenAddresses() {}

    static boolean contain(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length == V4_BYTES) return V4.contains(bytes);
        return !GLOBAL_V6.contains(bytes) || V6.contains(bytes) || isIsatap(bytes);
    }

    /** An IPv4 address inside an interface identifier (RFC 5214, section 6.1). */
    private static boolean isIsatap(byte[] bytes) {
        return (bytes[8] & ~0x02) == 0 && bytes[9] == 0 && bytes[10] == 0x5e && bytes[11] == (byte) 0xfe;
    }
}
