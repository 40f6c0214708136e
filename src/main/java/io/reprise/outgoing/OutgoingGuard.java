package io.reprise.outgoing;

import static java.util.stream.Collectors.partitioningBy;

import io.reprise.config.hook.OutgoingSettings;
import io.reprise.support.AddressRanges;
import io.reprise.support.Current;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Judges URLs that people typed, and the addresses that their hosts have. Does not look anything up. Thread-safe. */
public final class OutgoingGuard {
    private static final Optional<String> PRIVATE =
            Optional.of("The host is not on the public internet; an operator can allow it with outgoing.allow.");
    private static final Optional<String> PORT =
            Optional.of("The port belongs to another protocol; an operator can allow the host with outgoing.allow.");
    private static final Optional<String> NO_ADDRESS = Optional.of("The host has no address.");

    private final Current<Allowed> allowed;

    public OutgoingGuard(Current<OutgoingSettings> settings) {
        this.allowed = settings.map(OutgoingSettings::allow).derive(Allowed::of);
    }

    /** What operators allow. Names are compared as a whole; {@code *.domain} also allows everything below the domain. */
    private record Allowed(HostList hosts, AddressRanges ranges) {
        static final Allowed NOTHING = of(List.of());

        static Allowed of(List<String> texts) {
            Map<Boolean, List<String>> byKind = texts.stream().collect(partitioningBy(AddressRanges::isRange));
            return new Allowed(HostList.of(byKind.get(false)), AddressRanges.of(byKind.get(true)));
        }

        boolean host(String host) {
            return hosts.names(host);
        }
    }

    /**
     * Why a URL cannot be called, as far as that is known without a look-up: a sentence for people. Empty does not mean that it
     * can.
     */
    public Optional<String> fault(String url) {
        return switch (Target.of(url)) {
            case Target.Read.Bad bad -> Optional.of(bad.reason());
            case Target.Read.Good good
            when good.target().literal() != null ->
                fault(good.target(), List.of(good.target().literal()));
            case Target.Read.Good good -> Optional.empty();
        };
    }

    /** Why none of these addresses of the target may be connected to; empty if each of them may. */
    Optional<String> fault(Target target, List<InetAddress> addresses) {
        return fault(target, addresses, allowed.get());
    }

    /** The same, whatever operators allow. */
    Optional<String> faultOfPublic(Target target, List<InetAddress> addresses) {
        return fault(target, addresses, Allowed.NOTHING);
    }

    private static Optional<String> fault(Target target, List<InetAddress> addresses, Allowed now) {
        if (addresses.isEmpty()) return NO_ADDRESS;
        if (target.literal() == null && now.host(target.host())) return Optional.empty();
        boolean all = addresses.stream().allMatch(address -> now.ranges().contains(address.getAddress()));
        if (all) return Optional.empty();
        // One address that is forbidden forbids all: the owner of such a name has something in mind.
        boolean any = addresses.stream()
                .anyMatch(
                        address -> !now.ranges().contains(address.getAddress()) && ForbiddenAddresses.contain(address));
        if (any) return PRIVATE;
        return target.hasUsualPort() ? Optional.empty() : PORT;
    }
}
